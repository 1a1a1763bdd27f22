/** What a run needs around it: the owned state, dbt, the durable store, the redactor, the log. */
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse as parseToml } from '@decimalturn/toml-patch'
import { glob } from 'tinyglobby'
import { parse as parseYaml } from 'yaml'
import { secretsOfUrl } from '../adapters/databases/url.ts'
import { commandDriver } from '../adapters/dbt/command.ts'
import { createDbtEngine } from '../adapters/dbt/engine.ts'
import type { DbtEngine, DbtFlags } from '../adapters/dbt/types.ts'
import { warmDriver } from '../adapters/dbt/warm.ts'
import { findInterpreter } from '../adapters/python/environment.ts'
import { type Recovered, recover } from '../changes/recover.ts'
import { NOT_SOURCES, type Project } from '../config/project.ts'
import type { Config } from '../config/schema.ts'
import { isMartsmithError, MartsmithError } from '../core/errors.ts'
import { maskValues } from '../core/mask.ts'
import {
  createRedactor,
  environmentSecrets,
  type Redactor,
  secretsIn,
  secretsInSecretFile,
} from '../core/redact.ts'
import type { Durable } from './durable.ts'
import { type OwnedState, ownState } from './state.ts'

export type Session = {
  project: Project
  dbt: DbtEngine
  /** Opened beside everything else; awaited when a run begins. */
  durable: Promise<Durable>
  state: OwnedState
  /** Changes that an earlier process left half written: finished, or put back, before anything reads the project. */
  recovered: Recovered[]
  redactor: Redactor
  env: NodeJS.ProcessEnv
  now: () => Date
  log: (line: string) => void
  /** Where the log goes from here on; lines before it are kept until then. */
  logTo(path: string): Promise<void>
  close(): Promise<void>
}

/**
 * Starts what is costly: Python with dbt, then the durable store beside dbt's first answers. What does without
 * dbt (`usesDbt: false`) starts the store at once, and no Python.
 */
export async function openSession(
  project: Project,
  flags: DbtFlags,
  now: () => Date,
  { usesDbt = true }: { usesDbt?: boolean } = {},
): Promise<Session> {
  const state = await ownState(project.stateDir, now)
  const recovered = await recover(project)
  const env: NodeJS.ProcessEnv = { DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', ...process.env }
  const log = bufferedLog(project.config.evidence === 'values' ? (line) => line : maskValues)
  const dbt = openDbt(project, flags, env, log.line)
  if (usesDbt) dbt.warm()
  // Not before dbt is imported: each wants a processor to itself, and without dbt no run begins.
  const durable = (usesDbt ? dbt.version() : Promise.resolve(null))
    .then(() => import('./durable.ts'))
    .then((store) => store.openDurable(join(project.stateDir, 'db')))
  durable.catch(() => undefined) // told where it is awaited
  const redactor = await projectRedactor(project, flags)
  log.redactWith(redactor)
  return {
    project,
    dbt,
    durable,
    state,
    recovered,
    redactor,
    env,
    now,
    log: log.line,
    logTo: log.open,
    close: async () => {
      await Promise.all([dbt.close(), durable.then((d) => d.close()).catch(() => undefined), log.close()])
      await state.release()
    },
  }
}

export function openDbt(
  project: Project,
  given: DbtFlags,
  env: NodeJS.ProcessEnv,
  onOutput: (line: string) => void,
): DbtEngine {
  const { config, dbtDir, stateDir, root } = project
  const flags = withConfig(given, project)
  const python = async () =>
    (
      await findInterpreter({
        tool: 'dbt',
        configured: config.dbt.python,
        dirs: [...new Set([root, dbtDir])],
        env,
      })
    ).python
  const options = { python, projectDir: dbtDir, env, onOutput, cacheDir: join(stateDir, 'cache') }
  const driver = config.dbt.engine === 'command' ? commandDriver(options) : warmDriver(options)
  return createDbtEngine({
    driver,
    projectDir: dbtDir,
    targetPath: join(stateDir, 'dbt-target'),
    logDir: join(stateDir, 'dbt-logs'),
    flags,
  })
}

/** A flag of the command line goes before martsmith.yml, and that before the environment. */
function withConfig(given: DbtFlags, { config, root }: Project): DbtFlags {
  const { profiles_dir, vars, threads } = config.dbt
  // dbt's commands read these two from the environment, its profile does not: said once, they agree.
  const profile = config.dbt.profile ?? process.env.DBT_PROFILE
  const target = config.dbt.target ?? process.env.DBT_TARGET
  return {
    ...(profiles_dir ? { profilesDir: join(root, profiles_dir) } : {}),
    ...(profile ? { profile } : {}),
    ...(target ? { target } : {}),
    ...(vars ? { vars: JSON.stringify(vars) } : {}),
    ...(threads ? { threads } : {}),
    ...given,
  }
}

/** Knows the secrets of the environment, of the project's files, and of what was given for dbt and dlt. */
export async function projectRedactor(project: Project, flags: DbtFlags): Promise<Redactor> {
  const { config } = project
  const given = [parsedVars(flags.vars), config.dbt.vars, config.dlt?.pipelines.map((p) => p.environment)]
  return createRedactor([
    ...environmentSecrets(process.env),
    ...given.flatMap(secretsIn),
    ...databaseAddresses(config).flatMap(secretsOfUrl),
    ...(await fileSecrets(project, flags)),
  ])
}

/** Addresses of databases as martsmith.yml and the environment have them: their passwords are secrets. */
function databaseAddresses({ databases }: Config): string[] {
  return [process.env.DATABASE_URL, ...Object.values(databases ?? {}), ...Object.values(process.env)].filter(
    (text) => text !== undefined && /^(postgres(ql)?|mysql|mariadb):\/\//.test(text),
  ) as string[]
}

/** An error as it may be shown. */
export function withoutSecrets(error: unknown, { text }: Redactor): unknown {
  if (!isMartsmithError(error)) return error
  const { code, message, details, mend, exitCode } = error
  return new MartsmithError({
    code,
    message: text(message),
    details: details.map(text),
    mend: mend.map(text),
    exitCode,
  })
}

function parsedVars(vars: string | undefined): unknown {
  try {
    return vars === undefined ? null : parseYaml(vars)
  } catch {
    return null // the flag is told to be wrong where it is checked
  }
}

/** Secrets in profiles.yml and in dlt's secrets.toml. A file that cannot be read holds none for us. */
async function fileSecrets(project: Project, flags: DbtFlags): Promise<string[]> {
  const { dbtDir, root, config } = project
  const profileDirs = [
    flags.profilesDir,
    config.dbt.profiles_dir && join(root, config.dbt.profiles_dir),
    process.env.DBT_PROFILES_DIR,
    dbtDir,
    join(homedir(), '.dbt'),
  ]
  const profiles = profileDirs.filter((d) => d !== undefined).map((d) => join(d, 'profiles.yml'))
  const inProject = await glob(['**/.dlt/secrets.toml'], {
    cwd: root,
    dot: true,
    deep: 5,
    ignore: NOT_SOURCES,
  })
  const secrets = [...inProject.map((f) => join(root, f)), join(homedir(), '.dlt', 'secrets.toml')]
  const read = async (path: string, find: (text: string) => string[]) => {
    try {
      return find(await readFile(path, 'utf8'))
    } catch {
      return [] // not there, or not readable: dbt and dlt say so themselves
    }
  }
  const found = await Promise.all([
    ...[...new Set(profiles)].map((p) => read(p, (text) => secretsIn(parseYaml(text)))),
    ...[...new Set(secrets)].map((p) => read(p, (text) => secretsInSecretFile(parseToml(text)))),
  ])
  return found.flat().filter((value) => !value.includes('{{'))
}

const LONGEST_LINE = 20_000

/** Keeps what tools print until the run has a folder, then writes it there, without secrets and values. */
function bufferedLog(mask: (line: string) => string) {
  let waiting: string[] = []
  let stream: WriteStream | null = null
  let redactor: Redactor | null = null
  const write = (line: string) => {
    const kept =
      line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} ... (${line.length} characters)` : line
    stream?.write(`${mask(redactor ? redactor.text(kept) : kept)}\n`)
  }
  return {
    line: (line: string) => void (stream ? write(line) : waiting.push(line)),
    redactWith: (r: Redactor) => {
      redactor = r
    },
    open: async (path: string) => {
      await mkdir(dirname(path), { recursive: true })
      stream = createWriteStream(path, { flags: 'a' })
      // Without its log a run still ends well; whoever writes the record tells of a full disk.
      stream.on('error', () => {
        stream = null
      })
      for (const line of waiting) write(line)
      waiting = []
    },
    close: () => new Promise<void>((resolve) => (stream ? stream.end(() => resolve()) : resolve())),
  }
}
