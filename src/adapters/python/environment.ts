/** Finds the user's own Python: the interpreter that has their dbt or their dlt. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { MartsmithError } from '../../core/errors.ts'

export type Tool = 'dbt' | 'dlt'
export type Interpreter = {
  /** Absolute path of the Python executable. */
  python: string
  /** How it was found, for `martsmith check`. */
  from: string
}

const DISTRIBUTION = { dbt: 'dbt_core', dlt: 'dlt' } as const
const BIN = process.platform === 'win32' ? 'Scripts' : 'bin'
const EXE = process.platform === 'win32' ? '.exe' : ''
const ENVIRONMENTS = ['.venv', 'venv', 'env']

export type Places = {
  tool: Tool
  /** The interpreter that the configuration names, if it does. */
  configured?: string | undefined
  /** Folders whose virtual environments count, from the nearest; each is followed up to its git root. */
  dirs: string[]
  env: NodeJS.ProcessEnv
}

/**
 * The first interpreter that has the tool: configuration, $VIRTUAL_ENV, the project's virtual
 * environment (or one above it, up to the git root), the tool's command on PATH, Python on PATH.
 */
export async function findInterpreter(places: Places): Promise<Interpreter> {
  const { tool, configured, dirs, env } = places
  if (configured !== undefined) return fromConfiguration(tool, configured, dirs[0] ?? '.', env)
  const looked: string[] = []
  for (const [venv, from] of virtualEnvironments(dirs, env)) {
    if (await hasDistribution(venv, DISTRIBUTION[tool]))
      return { python: join(venv, BIN, `python${EXE}`), from }
    looked.push(`${venv} (${from}) has no ${tool}`)
  }
  const command = onPath(`${tool}${EXE}`, env)
  if (command) {
    const python = interpreterOf(command)
    if (python) return { python, from: `${tool} on PATH (${command})` }
    looked.push(`${command} is on PATH, but is not a Python program`)
  }
  for (const name of ['python3', 'python']) {
    const python = onPath(`${name}${EXE}`, env)
    if (python && (await hasDistribution(dirname(dirname(python)), DISTRIBUTION[tool])))
      return { python, from: `${name} on PATH` }
    if (python) looked.push(`${python} (on PATH) has no ${tool}`)
  }
  throw notFound(tool, looked)
}

/** A path, a command on PATH, a virtual environment's folder, or the tool's own command. */
function fromConfiguration(
  tool: Tool,
  configured: string,
  base: string,
  env: NodeJS.ProcessEnv,
): Interpreter {
  const from = 'martsmith.yml'
  const path = /[/\\]/.test(configured)
    ? resolve(base, configured.replace(/^~(?=[/\\])/, homedir()))
    : (onPath(`${configured}${EXE}`, env) ?? resolve(base, configured))
  const inFolder = join(path, BIN, `python${EXE}`)
  if (existsSync(inFolder)) return { python: inFolder, from }
  if (existsSync(path) && statSync(path).isFile())
    return { python: basename(path, EXE) === tool ? (interpreterOf(path) ?? path) : path, from }
  throw new MartsmithError({
    code: 'python.configured-missing',
    message: `martsmith.yml names the Python ${configured} for ${tool}, but ${existsSync(path) ? 'that folder is no virtual environment' : 'there is no such file'} (${path}).`,
    mend: [
      `Correct ${tool === 'dbt' ? 'dbt.python' : 'dlt.pipelines[].python'} in martsmith.yml, or remove it to have it detected.`,
    ],
  })
}

function notFound(tool: Tool, looked: string[]): MartsmithError {
  const packages = tool === 'dbt' ? 'dbt-core dbt-duckdb' : "'dlt[duckdb]'"
  const note = tool === 'dbt' ? '   (or the adapter of your warehouse: dbt-postgres, ...)' : ''
  return new MartsmithError({
    code: `python.no-${tool}`,
    message: `${tool} was not found in any Python environment of this project.`,
    details: looked.length > 0 ? looked : ['No virtual environment in the project, and no Python on PATH.'],
    mend: [
      `python3 -m venv .venv && .venv/bin/pip install ${packages}${note}`,
      `or name the interpreter in martsmith.yml: ${tool === 'dbt' ? 'dbt.python' : 'dlt.pipelines[].python'}`,
    ],
  })
}

function virtualEnvironments(dirs: string[], env: NodeJS.ProcessEnv): [string, string][] {
  const found: [string, string][] = []
  const active = env.VIRTUAL_ENV ?? env.CONDA_PREFIX
  if (active) found.push([active, 'the active environment'])
  for (const dir of dirs) {
    for (let at = dir; ; at = dirname(at)) {
      for (const name of ENVIRONMENTS) {
        const venv = join(at, name)
        if (existsSync(join(venv, 'pyvenv.cfg')) && !found.some(([v]) => v === venv))
          found.push([venv, 'virtual environment of the project'])
      }
      if (at === dirname(at) || existsSync(join(at, '.git'))) break
    }
  }
  return found
}

async function hasDistribution(prefix: string, name: string): Promise<boolean> {
  return (await distributions(prefix, `${name}-`)).length > 0
}

/**
 * What is installed below a prefix, with versions: `dbt_core-1.11.16`. Looks at the folders of distributions:
 * starting each interpreter to ask would cost more.
 */
export async function distributions(prefix: string, beginning: string): Promise<string[]> {
  const libs = process.platform === 'win32' ? [join(prefix, 'Lib')] : await pythonLibs(prefix)
  const entries = await Promise.all(libs.map((lib) => readdir(join(lib, 'site-packages')).catch(() => [])))
  return entries
    .flat()
    .filter((e) => e.startsWith(beginning) && e.endsWith('.dist-info'))
    .map((e) => e.slice(0, -'.dist-info'.length))
    .sort()
}

async function pythonLibs(prefix: string): Promise<string[]> {
  const lib = join(prefix, 'lib')
  const entries = await readdir(lib).catch(() => [])
  return entries.filter((e) => e.startsWith('python')).map((e) => join(lib, e))
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  for (const dir of (env.PATH ?? '').split(delimiter)) {
    if (dir && existsSync(join(dir, name))) return join(dir, name)
  }
  return null
}

/** The interpreter that a Python command runs under: its first line, else the Python beside it. */
function interpreterOf(command: string): string | null {
  const first = readFileSync(command).subarray(0, 256).toString('latin1').split('\n')[0] ?? ''
  const shebang = /^#!\s*(\S*python[\d.]*)\s*$/.exec(first)?.[1]
  if (shebang && isAbsolute(shebang) && existsSync(shebang)) return shebang
  const beside = join(dirname(command), `python${EXE}`)
  return existsSync(beside) ? beside : null
}
