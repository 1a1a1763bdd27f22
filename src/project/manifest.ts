/** dbt's manifest.json, read for the fields that are needed. Fields that a dbt version lacks have a default. */
import { join } from 'node:path'
import { z } from 'zod'
import { MartsmithError } from '../core/errors.ts'
import { readJson } from '../core/files.ts'

const text = z
  .string()
  .nullish()
  .transform((t) => t ?? '')
const many = <T extends z.ZodType>(of: T) =>
  z
    .array(of)
    .nullish()
    .transform((list) => list ?? [])
const texts = many(z.string())
const maybeText = z.string().nullish()
/** What only dbt and the user know the shape of: kept as it came. */
const open = z.record(z.string(), z.unknown())
const record = <T extends z.ZodType>(of: T) =>
  z
    .record(z.string(), of)
    .nullish()
    .transform((all) => all ?? {})

/** A test of a name that no macro has stands in the manifest with null for its macro. */
export const macroIds = z
  .array(z.string().nullable())
  .nullish()
  .transform((ids) => (ids ?? []).filter((id) => id !== null))
const dependsOn = z.object({ nodes: texts, macros: macroIds }).prefault({})
const version = z.union([z.string(), z.number()]).nullish()
/** Where a thing is written: the file that makes it, and the YAML that describes it (`package://path`). */
const written = { original_file_path: text, patch_path: maybeText, package_name: text }
const described = { description: text, tags: texts, meta: open.nullish().transform((m) => m ?? {}) }

const constraint = z.looseObject({ type: z.string() })

const column = z.object({
  name: z.string(),
  ...described,
  data_type: maybeText,
  quote: z.boolean().nullish(),
  constraints: many(constraint),
})

const config = z.looseObject({
  materialized: maybeText,
  enabled: z.boolean().default(true),
  incremental_strategy: maybeText,
  full_refresh: z.boolean().nullish(),
})

const node = z.object({
  unique_id: z.string(),
  name: z.string(),
  resource_type: z.string(),
  ...written,
  ...described,
  fqn: texts,
  alias: maybeText,
  /** `sql` or `python`; seeds have none. */
  language: maybeText,
  /** As dbt read it: the file, stripped. */
  raw_code: text,
  relation_name: maybeText,
  database: maybeText,
  schema: maybeText,
  version,
  latest_version: version,
  checksum: z.object({ checksum: z.string() }).nullish().catch(null),
  depends_on: dependsOn,
  /** What it refers to, as it is written: it need not be there. */
  refs: many(z.looseObject({ name: z.string() })).catch([]),
  sources: many(texts).catch([]),
  config: config.nullish().catch(null),
  /** The configuration as the user wrote it, with its Jinja. */
  unrendered_config: open.nullish().catch(null),
  columns: record(column),
  constraints: many(constraint),
  contract: z
    .object({ enforced: z.boolean().default(false) })
    .nullish()
    .catch(null),
  group: maybeText,
  /** `private`, `protected` or `public`. */
  access: maybeText,
  /** Generic tests: what they test. */
  attached_node: maybeText,
  column_name: maybeText,
  test_metadata: z
    .object({ name: z.string(), namespace: maybeText, kwargs: open.nullish().transform((k) => k ?? {}) })
    .nullish()
    .catch(null),
})

const source = z.object({
  unique_id: z.string(),
  source_name: z.string(),
  name: z.string(),
  identifier: z.string(),
  ...written,
  ...described,
  source_description: text,
  database: maybeText,
  schema: z.string(),
  relation_name: maybeText,
  loader: maybeText,
  loaded_at_field: maybeText,
  freshness: z
    .object({ warn_after: z.unknown().optional(), error_after: z.unknown().optional() })
    .nullish()
    .catch(null),
  columns: record(column),
  config: open.nullish().catch(null),
})

const exposure = z.object({
  unique_id: z.string(),
  name: z.string(),
  ...written,
  ...described,
  label: maybeText,
  type: maybeText,
  url: maybeText,
  maturity: maybeText,
  owner: open.nullish().catch(null),
  depends_on: dependsOn,
})

const metric = z.object({
  unique_id: z.string(),
  name: z.string(),
  ...written,
  ...described,
  label: maybeText,
  type: maybeText,
  type_params: open.nullish().catch(null),
  filter: z.unknown().optional(),
  group: maybeText,
  depends_on: dependsOn,
})

/** A dimension, an entity or a measure; without `expr` it is the column of its name. */
const semanticColumn = z.looseObject({ name: z.string(), expr: maybeText })

const semanticModel = z.object({
  unique_id: z.string(),
  name: z.string(),
  ...written,
  description: maybeText,
  /** As it was written: `ref('fct_trips')`. */
  model: text,
  entities: many(semanticColumn),
  dimensions: many(semanticColumn),
  measures: many(semanticColumn),
  depends_on: dependsOn,
})

const savedQuery = z.object({
  unique_id: z.string(),
  name: z.string(),
  ...written,
  label: maybeText,
  query_params: open.nullish().catch(null),
  exports: many(z.unknown()),
  depends_on: dependsOn,
})

const unitTest = node.extend({
  resource_type: z.string().default('unit_test'),
  /** The name of the model it tests. */
  model: text,
  version: version.catch(null),
  given: many(z.looseObject({ input: z.string() })),
  expect: open.nullish().catch(null),
  overrides: open.nullish().catch(null),
})

const macro = z.object({
  unique_id: z.string(),
  name: z.string(),
  ...written,
  description: text,
  macro_sql: text,
  depends_on: dependsOn,
})

/** A user-defined function in the warehouse (dbt 1.11). */
const userFunction = z.object({
  unique_id: z.string(),
  name: z.string(),
  ...written,
  description: text,
  relation_name: maybeText,
  depends_on: dependsOn,
})

const disabled = z.object({ unique_id: z.string(), name: z.string(), resource_type: z.string(), ...written })

const manifest = z.object({
  metadata: z.object({
    project_name: maybeText,
    adapter_type: maybeText,
    dbt_version: text,
    invocation_id: maybeText,
  }),
  nodes: z.record(z.string(), node),
  sources: record(source),
  exposures: record(exposure),
  metrics: record(metric),
  semantic_models: record(semanticModel),
  saved_queries: record(savedQuery),
  unit_tests: record(unitTest),
  macros: record(macro),
  functions: record(userFunction),
  groups: record(z.object({ unique_id: z.string(), name: z.string(), ...written, owner: open.nullish() })),
  disabled: record(z.array(disabled).catch([])),
})

export type Manifest = z.output<typeof manifest>
export type ManifestNode = z.output<typeof node>
export type ManifestSource = z.output<typeof source>
export type ManifestColumn = z.output<typeof column>
export type ManifestExposure = z.output<typeof exposure>
export type ManifestMetric = z.output<typeof metric>
export type ManifestSemanticModel = z.output<typeof semanticModel>
export type ManifestSavedQuery = z.output<typeof savedQuery>
export type ManifestUnitTest = z.output<typeof unitTest>
export type ManifestMacro = z.output<typeof macro>

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

/** A manifest of the parts that are given; the rest is as dbt leaves it where there is nothing. */
export function manifestOf(parts: z.input<typeof manifest>): Manifest {
  return manifest.parse(parts)
}
