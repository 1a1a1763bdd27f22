/** What a sandbox does in a warehouse beside dbt's commands, through dbt's own connection. */
import { warehouseError } from './explain.ts'
import type { DatabaseFile, WarehouseTools } from './types.ts'

type Ask = <T>(method: string, params?: Record<string, unknown>) => Promise<T>
type Done = { error?: string }
type RawProfile = {
  entry: Record<string, unknown>
  files: (Omit<DatabaseFile, 'readOnly'> & { read_only: boolean })[]
}

export function warehouseTools(ask: Ask): WarehouseTools {
  return {
    profile: async () => {
      const { entry, files } = await ask<RawProfile>('sandbox.profile')
      return { entry, files: files.map(({ read_only, ...file }) => ({ ...file, readOnly: read_only })) }
    },
    copyFiles: (files) => ask('sandbox.copy_files', { files }),
    execute: async (statements) => {
      const failed = (await ask<Done[]>('sandbox.execute', { statements })).find((d) => d.error)
      if (failed?.error) throw warehouseError(failed.error)
    },
    schemas: async (action, schemas) =>
      (await ask<Done[]>('sandbox.schemas', { action, schemas })).map((d) => d.error ?? null),
  }
}
