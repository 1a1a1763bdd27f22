/** Finds dlt scripts by what they say: they import dlt and make a pipeline. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { glob } from 'tinyglobby'
import { MartsmithError } from '../core/errors.ts'
import { NOT_SOURCES, type Project } from './project.ts'
import { configSchema, type DltPipelineConfig } from './schema.ts'

const IMPORTS_DLT = /^\s*(import dlt\b|from dlt\b)/m
const MAKES_PIPELINE = /\bdlt\s*\.\s*pipeline\s*\(|^\s*from dlt import[^\n]*\bpipeline\b/m
/** It does so when it is started: a main guard, a run at the top level (`info = p.run(...)`), a call of a function. */
const RUNS =
  /^if __name__ == ['"]__main__['"]|^(?!#|@|def\b|class\b|async\b|from\b|import\b)\S.*\.run\(|^\w+\([^)]*\)\s*$/m
const NAME =
  /\bpipeline\s*\(\s*(?:pipeline_name\s*=\s*)?['"]([\w.-]+)['"]|pipeline_name\s*=\s*['"]([\w.-]+)['"]/
const STRING = /(['"])([\w./-]+\.(?:csv|tsv|json|jsonl|ndjson|parquet|xlsx?|xml|txt|db|sqlite|gz|zip))\1/g

/** The pipelines of martsmith.yml, else those that are found in the project. */
export async function dltPipelines(project: Project): Promise<DltPipelineConfig[]> {
  return project.config.dlt ? project.config.dlt.pipelines : detectDltPipelines(project.root)
}

/** The absolute path of a pipeline's script. @throws MartsmithError `dlt.script-missing`. */
export function scriptOf({ root }: Project, pipeline: DltPipelineConfig): string {
  const path = resolve(root, pipeline.script)
  if (existsSync(path)) return path
  throw new MartsmithError({
    code: 'dlt.script-missing',
    message: `The script of the dlt pipeline ${pipeline.name} is missing: there is no file ${pipeline.script} in ${root}.`,
    mend: ['Correct dlt.pipelines[].script in martsmith.yml.'],
  })
}

/** Where a script runs: dlt reads its configuration from `.dlt/` in the working directory. */
export function workingDirOf({ root }: Project, pipeline: DltPipelineConfig): string {
  if (pipeline.cwd !== undefined) return resolve(root, pipeline.cwd)
  for (let at = dirname(resolve(root, pipeline.script)); at.startsWith(root); at = dirname(at)) {
    if (existsSync(join(at, '.dlt'))) return at
  }
  return root
}

export async function detectDltPipelines(root: string): Promise<DltPipelineConfig[]> {
  const files = await glob(['**/*.py'], {
    cwd: root,
    ignore: [...NOT_SOURCES, '**/test*/**', '**/macros/**'],
    deep: 4,
    followSymbolicLinks: false,
  })
  const found = await Promise.all(files.sort().map((file) => inspect(root, file)))
  const pipelines = distinctlyNamed(found.filter((p) => p !== null))
  return configSchema.shape.dlt.parse({ pipelines })?.pipelines ?? []
}

type Found = { name: string; script: string; inputs: string[] }

/** Scripts that give their pipelines one name (or none) are told apart by their paths. */
function distinctlyNamed(found: Found[]): Found[] {
  const times = (name: string) => found.filter((f) => f.name === name).length
  return found.map((f) => (times(f.name) === 1 ? f : { ...f, name: f.script.replace(/\.py$/, '') }))
}

async function inspect(root: string, file: string): Promise<Found | null> {
  const text = await readFile(join(root, file), 'utf8').catch(() => '')
  if (!IMPORTS_DLT.test(text) || !MAKES_PIPELINE.test(text) || !RUNS.test(text)) return null
  const [, positional, keyword] = NAME.exec(text) ?? []
  const name = positional ?? keyword ?? file.replace(/^.*\//, '').replace(/\.py$/, '')
  return { name, script: file, inputs: inputsIn(text, root, file) }
}

/** Data files that the script names and that exist, from the root or from the script's folder. */
function inputsIn(text: string, root: string, file: string): string[] {
  const bases = [root, join(root, dirname(file)), join(root, dirname(file), '..')]
  const inputs = [...text.matchAll(STRING)].flatMap(([, , name = '']) => {
    const base = bases.find((b) => existsSync(join(b, name)))
    return base ? [relative(root, join(base, name))] : []
  })
  return [...new Set(inputs)].filter((i) => !i.startsWith('..'))
}
