/** The refactorings there are, each loaded when it is asked for. To add one: a folder here, and a line below. */
import { MartsmithError } from '../core/errors.ts'
import { nearest } from '../core/text.ts'
import type { Operation } from './types.ts'

const OPERATIONS: Record<string, () => Promise<Operation>> = {
  'extract-cte': async () => (await import('./extract-cte/index.ts')).extractCte,
  'add-column': async () => (await import('./add-column/index.ts')).addColumn,
  'add-dimension-key': async () => (await import('./add-dimension-key/index.ts')).addDimensionKey,
  'inline-model': async () => (await import('./inline-model/index.ts')).inlineModel,
  'add-staging': async () => (await import('./add-staging/index.ts')).addStaging,
  'change-materialization': async () =>
    (await import('./change-materialization/index.ts')).changeMaterialization,
  'rename-column': async () => (await import('./rename-column/index.ts')).renameColumn,
  'replace-hard-coded': async () => (await import('./replace-hard-coded/index.ts')).replaceHardCoded,
  'move-model': async () => (await import('./rename-model/index.ts')).moveModel,
  'rename-model': async () => (await import('./rename-model/index.ts')).renameModel,
  'set-description': async () => (await import('./set-description/index.ts')).setDescription,
  'add-test': async () => (await import('./add-test/index.ts')).addTest,
  'remove-test': async () => (await import('./remove-test/index.ts')).removeTest,
}

export const OPERATION_IDS: readonly string[] = Object.keys(OPERATIONS)

/** @throws MartsmithError `refactor.unknown` with the nearest names. */
export async function operationById(id: string): Promise<Operation> {
  const load = Object.hasOwn(OPERATIONS, id) ? OPERATIONS[id] : undefined
  if (load) return load()
  const near = nearest(id, OPERATION_IDS)
  throw new MartsmithError({
    code: 'refactor.unknown',
    message: `There is no refactoring "${id}"${near[0] ? `; did you mean ${near[0]}?` : '.'} Nothing was changed.`,
    details: [`There are: ${OPERATION_IDS.join(', ')}`],
    mend: ['martsmith refactor --help   says what each of them does'],
  })
}

export function allOperations(): Promise<Operation[]> {
  return Promise.all(Object.values(OPERATIONS).map((load) => load()))
}
