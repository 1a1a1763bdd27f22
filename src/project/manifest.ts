/** dbt's manifest.json, read for the fields that are needed. */
import { join } from 'node:path'
import { z } from 'zod'
import { MartsmithError } from '../core/errors.ts'
import { readJson } from '../core/files.ts'

const dependsOn = z.object({ nodes: z.array(z.string()).default([]) }).prefault({})

const node = z.object({
  unique_id: z.string(),
  name: z.string(),
  resource_type: z.string(),
  original_file_path: z.string().default(''),
  /** The YAML file with its properties: `package://models/_models.yml`. */
  patch_path: z.string().nullish(),
  package_name: z.string().default(''),
  relation_name: z.string().nullish(),
  schema: z.string().nullish(),
  version: z.union([z.string(), z.number()]).nullish(),
  checksum: z.object({ checksum: z.string() }).nullish().catch(null),
  depends_on: dependsOn,
  config: z
    .object({ materialized: z.string().nullish(), enabled: z.boolean().default(true) })
    .nullish()
    .catch(null),
  /** Generic tests: what they test. */
  attached_node: z.string().nullish(),
  column_name: z.string().nullish(),
  test_metadata: z
    .object({ name: z.string(), kwargs: z.record(z.string(), z.unknown()).default({}) })
    .nullish()
    .catch(null),
})

const source = z.object({
  unique_id: z.string(),
  source_name: z.string(),
  name: z.string(),
  identifier: z.string(),
  schema: z.string(),
  relation_name: z.string().nullish(),
  original_file_path: z.string().default(''),
  loaded_at_field: z.string().nullish(),
  freshness: z.object({ warn_after: z.unknown(), error_after: z.unknown() }).nullish().catch(null),
})

const exposure = z.object({
  unique_id: z.string(),
  name: z.string(),
  label: z.string().nullish(),
  depends_on: dependsOn,
})

const manifest = z.object({
  metadata: z.object({
    project_name: z.string().nullish(),
    adapter_type: z.string().nullish(),
    dbt_version: z.string().default(''),
  }),
  nodes: z.record(z.string(), node),
  sources: z.record(z.string(), source).default({}),
  exposures: z.record(z.string(), exposure).default({}),
  unit_tests: z.record(z.string(), node.partial({ resource_type: true })).default({}),
})

export type Manifest = z.output<typeof manifest>
export type ManifestNode = z.output<typeof node>
export type ManifestSource = z.output<typeof source>

export async function readManifest(targetPath: string): Promise<Manifest> {
  const raw = await readJson(join(targetPath, 'manifest.json'))
  const parsed = manifest.safeParse(raw)
  if (parsed.success) return parsed.data
  throw new MartsmithError({
    code: 'dbt.manifest',
    message: `dbt's manifest in ${targetPath} cannot be read${raw === null ? ': there is none' : `: ${z.prettifyError(parsed.error).split('\n')[0]}`}`,
    mend: ['Remove that folder and run the command again.'],
  })
}
