/** `martsmith init`: detects what is there and writes a martsmith.yml that says so. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { detectDltPipelines } from '../../config/detect-dlt.ts'
import { CONFIG_FILE } from '../../config/load.ts'
import { DBT_FILE, findProject, shown } from '../../config/project.ts'
import type { DltPipelineConfig } from '../../config/schema.ts'
import { MartsmithError } from '../../core/errors.ts'
import { writeAtomic } from '../../core/files.ts'
import { printJson } from '../fail.ts'
import type { Verb } from '../verb.ts'

export const initVerb: Verb = async (_, options, terminal) => {
  const project = await findProject(options.projectDir ?? '.')
  const path = join(project.root, CONFIG_FILE)
  if (existsSync(path) && !options.dryRun) {
    throw new MartsmithError({
      code: 'init.exists',
      message: `${path} is there already; it was not touched.`,
      mend: [
        'martsmith check            says whether all that it names is there',
        'martsmith init --dry-run   prints what init would write',
      ],
    })
  }
  const pipelines = await detectDltPipelines(project.root)
  const name = await dbtName(project.dbtDir)
  const text = configText(shown(project, project.dbtDir), pipelines)
  if (!options.dryRun) await writeAtomic(path, text)
  if (options.json)
    printJson({
      path: options.dryRun ? null : path,
      dbt_project: name,
      dbt_dir: project.dbtDir,
      pipelines,
      content: text,
    })
  else if (options.dryRun) process.stdout.write(text)
  const found =
    pipelines.length > 0 ? pipelines.map((p) => `${p.name} (${p.script})`).join(', ') : 'none found'
  terminal.say(`dbt project  ${name} (${shown(project, project.dbtDir)})\ndlt          ${found}`)
  terminal.say(options.dryRun ? 'Nothing was written.' : `Written: ${path}\nNext: martsmith check`)
  return 0
}

async function dbtName(dbtDir: string): Promise<string> {
  try {
    const parsed = parse(await readFile(join(dbtDir, DBT_FILE), 'utf8')) as { name?: unknown } | null
    return typeof parsed?.name === 'string' ? parsed.name : '(without a name)'
  } catch {
    return `(${DBT_FILE} cannot be read; dbt parse says why)`
  }
}

function configText(dbtDir: string, pipelines: DltPipelineConfig[]): string {
  return `# martsmith: every key is optional. docs/configuration.md in its repository explains each.

pipeline:
  # What "Run the full pipeline" builds, in dbt selection syntax. Without it: the whole project.
  # select: +my_mart

dbt:
${dbtDir === '.' ? '  # The folder with dbt_project.yml, where it is not this one.\n  # project: transform' : `  project: ${JSON.stringify(dbtDir)}`}
  # target: dev
  # How dbt is driven: warm (kept in a worker, fast) or command (called each time).
  # engine: warm

${dltText(pipelines)}
# Targets that need an approval of their own, besides those whose name says production.
# targets:
#   protected: [shared]

# A Power BI project (PBIP) whose semantic model follows the marts.
# powerbi:
#   model: powerbi/Sales.SemanticModel

# Whether values of rows may stand in tasks and state: masked or values.
# evidence: masked
`
}

function dltText(pipelines: DltPipelineConfig[]): string {
  const entry = ({ name, script, inputs }: DltPipelineConfig) =>
    [
      `    - name: ${JSON.stringify(name)}`,
      `      script: ${JSON.stringify(script)}`,
      '      # Files that it reads: when one changes, ingestion is due.',
      inputs.length > 0 ? `      inputs: ${JSON.stringify(inputs)}` : '      # inputs: [data/*.csv]',
      '      # And how old the last check may be; without either of them it runs each time.',
      '      # freshness: 24h',
    ].join('\n')
  if (pipelines.length > 0) return `dlt:\n  pipelines:\n${pipelines.map(entry).join('\n')}\n`
  return `# No dlt script was found. One is a Python file that imports dlt and runs a pipeline:
# dlt:
#   pipelines:
#     - name: my_source
#       script: ingest/my_source.py
#       inputs: [data/*.csv]
#       freshness: 24h
`
}
