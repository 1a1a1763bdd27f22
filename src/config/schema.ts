/**
 * martsmith.yml: every key is optional. The descriptions are the reference in docs/configuration.md,
 * which is made from this schema.
 */
import { z } from 'zod'
import { conventionsSchema } from './conventions-schema.ts'
import { modelingSchema } from './modeling-schema.ts'

const duration = z
  .string()
  .regex(/^\d+(\.\d+)?\s*(s|m|h|d)$/, 'a duration such as 30m, 24h or 7d')
  .describe('A duration: a number and s, m, h or d.')

const databaseUrl = z
  .string()
  .min(1)
  .describe('An address such as `postgres://user:password@host:5432/name` or `mysql://...`.')

const dltPipeline = z
  .strictObject({
    name: z.string().min(1).describe('How reports call it; best the `pipeline_name` of the script.'),
    script: z.string().min(1).describe('The Python file that runs the pipeline, from the project root.'),
    args: z.array(z.string()).default([]).describe('Arguments for the script.'),
    inputs: z
      .array(z.string())
      .default([])
      .describe('Files or globs that the script reads: when one changes, ingestion is due.'),
    freshness: duration
      .optional()
      .describe('How old the last check of the source may be before ingestion is due.'),
    python: z
      .string()
      .optional()
      .describe('The interpreter for this script, where it is not the one of dbt.'),
    environment: z
      .record(z.string(), z.string())
      .default({})
      .describe('Environment variables for the script.'),
    cwd: z
      .string()
      .optional()
      .describe(
        'The working directory of the script. Without it: the folder with `.dlt/` at or above the script, else the project root.',
      ),
    timeout: duration.default('2h').describe('How long the script may take before it is stopped.'),
  })
  .describe('One dlt script.')

/** Checks and reports go by the name. */
function namesDiffer(pipelines: { name: string }[], ctx: z.RefinementCtx): void {
  for (const [i, { name }] of pipelines.entries()) {
    if (pipelines.findIndex((p) => p.name === name) === i) continue
    ctx.addIssue({
      code: 'custom',
      path: [i, 'name'],
      message: `another pipeline has the name "${name}" already`,
    })
  }
}

export const configSchema = z.strictObject({
  pipeline: z
    .strictObject({
      select: z.string().optional().describe('What "Run the full pipeline" builds, in dbt selection syntax.'),
      exclude: z.string().optional().describe('What it leaves out, in dbt selection syntax.'),
    })
    .prefault({})
    .describe('The full pipeline.'),
  dbt: z
    .strictObject({
      project: z
        .string()
        .optional()
        .describe('The folder with dbt_project.yml, where it is not the project root.'),
      engine: z
        .enum(['warm', 'command'])
        .default('warm')
        .describe(
          'How dbt is driven: `warm` keeps it in a worker, `command` calls the dbt command each time.',
        ),
      python: z
        .string()
        .optional()
        .describe('The Python interpreter that has dbt, where detection finds another.'),
      profiles_dir: z.string().optional().describe('The folder with profiles.yml.'),
      profile: z.string().optional().describe("The profile, where it is not the project's own."),
      target: z.string().optional().describe("The target, where it is not the profile's default."),
      threads: z.int().positive().optional().describe('How many nodes dbt builds at once.'),
      vars: z.record(z.string(), z.unknown()).optional().describe('Variables for every dbt call (`--vars`).'),
      freshness: z
        .enum(['report', 'stop'])
        .default('report')
        .describe('What a source past its error_after does: stand in the report, or stop the build.'),
    })
    .prefault({})
    .describe('dbt.'),
  dlt: z
    .strictObject({
      pipelines: z
        .array(dltPipeline)
        .superRefine(namesDiffer)
        .default([])
        .describe('The dlt scripts, in the order they run.'),
    })
    .optional()
    .describe('dlt. Without this key the scripts that are found are used.'),
  databases: z
    .strictObject({
      development: databaseUrl
        .optional()
        .describe('Where changes are analysed, reviewed on scratch copies beside it, and run first.'),
      staging: databaseUrl
        .optional()
        .describe(
          'Where they are run next. Without it a scratch copy plays its part, and the report says so.',
        ),
      production: databaseUrl
        .optional()
        .describe('Never written. Named so that it cannot be taken for another one.'),
      scratch: databaseUrl
        .optional()
        .describe('A server for scratch copies, where the user of the development database may make none.'),
    })
    .optional()
    .describe(
      'Databases of applications, for `martsmith db`. Variables of the environment may stand in an address: `$DATABASE_URL`.',
    ),
  powerbi: z
    .strictObject({ model: z.string().describe('The `.SemanticModel` folder of a Power BI project (PBIP).') })
    .optional()
    .describe('Power BI.'),
  targets: z
    .strictObject({
      protected: z
        .array(z.string())
        .default([])
        .describe('Targets that need an approval of their own, besides those whose name says production.'),
    })
    .prefault({})
    .describe('dbt targets.'),
  approvals: z
    .strictObject({
      expire: duration.default('7d').describe('How long a run that waits for a person may be answered.'),
    })
    .prefault({})
    .describe('Runs that wait for a person.'),
  conventions: conventionsSchema,
  modeling: modelingSchema,
  changes: z
    .strictObject({
      allow: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'Globs of project files, from the project root, that may be written without asking: `models/staging/**`. A change is asked about unless all of its files match. `martsmith.yml` is always asked about.',
        ),
      targets: z
        .array(z.string().min(1))
        .default([])
        .describe('The dbt targets for which `changes.allow` holds; for all others martsmith asks.'),
    })
    .prefault({})
    .describe('Changes of project files.'),
  evidence: z
    .enum(['masked', 'values'])
    .default('masked')
    .describe('Whether values of rows may stand in tasks and state: people commit the tasks.'),
})

export type Config = z.output<typeof configSchema>
export type DltPipelineConfig = z.output<typeof dltPipeline>

const UNIT = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** Seconds of a duration such as `24h`; the schema has checked its form. */
export function durationSeconds(text: string): number {
  const [, n = '0', unit = 's'] = /^([\d.]+)\s*([smhd])$/.exec(text) ?? []
  return Number(n) * UNIT[unit as keyof typeof UNIT]
}
