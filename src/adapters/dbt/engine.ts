/** dbt behind one interface: flags in, typed results out; the driver below decides how a command runs. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { MartsmithError } from '../../core/errors.ts'
import { WorkerFault } from '../python/worker.ts'
import { readRunResults, readSources } from './artifacts.ts'
import { asJson, nodeProgress, parseEvent } from './events.ts'
import { dbtError } from './explain.ts'
import { isManifestFresh, parseKey, settingsKey, stampManifest } from './parsed-from.ts'
import type {
  CompileAnswer,
  DbtDriver,
  DbtEngine,
  DbtException,
  DbtFlags,
  InvokeOptions,
  ListedNode,
  QueryAnswer,
  Selection,
  SourceFreshness,
  Target,
  WarehouseColumn,
} from './types.ts'
import { warehouseTools } from './warehouse-tools.ts'

export type EngineOptions = {
  driver: DbtDriver
  /** The folder with dbt_project.yml. */
  projectDir: string
  /** Where our own artifacts go: dbt's `target` of the user is theirs. */
  targetPath: string
  logDir: string
  flags: DbtFlags
}

export function createDbtEngine({ driver, projectDir, targetPath, logDir, flags }: EngineOptions): DbtEngine {
  const base = connectionArgs(flags)
  mkdirSync(targetPath, { recursive: true })
  const indirect = choosesIndirectSelection(projectDir) ? [] : ['--indirect-selection', 'buildable']

  const { python, env } = driver
  const parsedFrom = { projectDir, targetPath, args: base, profilesDir: flags.profilesDir, env, python }
  const warnings = new Set<string>()

  /** A command that writes only into folders of ours. */
  const ourCommand = (name: string[]) => [
    ...name,
    ...(name[0] === 'deps' ? [] : ['--target-path', targetPath, '--write-json']),
    ...logArgs(logDir),
    ...base,
  ]

  const parseArgs = () => [...ourCommand(['parse']), '--log-level', 'none']

  async function command(name: string[], rest: string[], options: InvokeOptions) {
    const args = [...ourCommand(name), ...rest]
    let invocationId = ''
    // Before dbt begins to read: what is saved while it reads must not pass for read.
    const key = name[0] === 'deps' ? null : await parseKey(parsedFrom)
    const run = await driver.run(args, {
      signal: options.signal,
      onEvent: (value) => {
        const event = parseEvent(value)
        if (!event) return
        invocationId = event.info.invocation_id || invocationId
        const progress = nodeProgress(event)
        if (event.info.level === 'warn' && !event.data.node_info) warnings.add(event.info.msg)
        if (progress) options.onProgress?.(progress)
        else if (event.info.level === 'warn' || event.info.level === 'error')
          options.onMessage?.(event.info.level, event.info.msg)
      },
    })
    if (!run.exception) await stampManifest(parsedFrom, key)
    return { ...run, invocationId }
  }

  async function results(name: string, rest: string[], options: InvokeOptions) {
    const run = await command([name], rest, options)
    return {
      ok: run.success,
      exception: run.exception,
      results: await readRunResults(targetPath, run.invocationId),
    }
  }

  async function ask<T>(method: string, params: Record<string, unknown> = {}): Promise<T> {
    try {
      return await driver.ask<T>(method, { project_dir: projectDir, args: base, ...params })
    } catch (error) {
      if (!(error instanceof WorkerFault)) throw error
      throw projectError({ type: error.fault.type, message: error.fault.message })
    }
  }

  const projectError = (exception: DbtException) => dbtError(exception, unreadableFile(exception, projectDir))

  async function version() {
    const hello = await ask<{ python: string; dbt: string | null; adapters: Record<string, string> }>('hello')
    assertSupported(hello.dbt, hello.python)
    return { ...hello, dbt: hello.dbt ?? '' }
  }

  return {
    kind: driver.kind,
    capabilities: driver.capabilities,
    targetPath,
    profilesDir: profilesOf(projectDir, flags).profilesDir ?? null,
    warm: driver.warm,
    warnings: () => [...warnings],
    version,
    target: () => ask<Target>('dbt.target'),
    query: (statements, limit = 1000) => ask<QueryAnswer[]>('dbt.query', { statements, limit }),
    columns: (relations) => ask('dbt.columns', { relations }),
    catalog: async (relations) => {
      if (relations.length === 0) return []
      return ask<(WarehouseColumn[] | null | { error: string })[]>('dbt.catalog', {
        relations,
        parse: parseArgs(),
      })
    },
    compile: async (nodes) => {
      if (nodes.length === 0) return []
      const wanted = nodes.map(({ id, rawCode, mode }) => ({ id, raw_code: rawCode, mode }))
      return ask<CompileAnswer[]>('dbt.compile', {
        nodes: wanted,
        parse: [...ourCommand(['parse']), '--log-level', 'none'],
      })
    },
    parse: async () => {
      if (await isManifestFresh(parsedFrom)) return
      await version()
      const run = await command(['parse'], [], {})
      if (run.exception) throw projectError(run.exception)
    },
    settings: () => settingsKey(parsedFrom),
    tools: warehouseTools(ask),
    at: (place) =>
      createDbtEngine({
        driver: driver.at(place.projectDir, { ...withoutPlaces(process.env), ...place.env }),
        projectDir: place.projectDir,
        targetPath: place.targetPath,
        logDir: place.logDir,
        flags: {
          vars: JSON.stringify({ ...parsedVars(flags.vars), ...place.vars }),
          ...(flags.threads ? { threads: flags.threads } : {}),
          ...(place.flags === 'same' ? { ...flags, ...profilesOf(projectDir, flags) } : place.flags),
        },
      }),
    list: async (selection, resourceTypes = []) => {
      const types = resourceTypes.flatMap((t) => ['--resource-type', t])
      const keys = ['unique_id', 'resource_type', 'name'].flatMap((k) => ['--output-keys', k])
      const run = await command(
        ['ls'],
        ['--output', 'json', ...keys, ...types, ...selectionArgs(selection), ...stateArgs(flags)],
        {},
      )
      if (run.exception) throw projectError(run.exception)
      return run.lines.flatMap(listedNode)
    },
    build: (selection, options) =>
      results(
        'build',
        [
          ...selectionArgs(selection),
          ...stateArgs(flags),
          ...threads(flags),
          ...indirect,
          ...(options.fullRefresh ? ['--full-refresh'] : []),
        ],
        options,
      ),
    test: (ids, options) =>
      results('test', ['--select', testSelector(ids), ...stateArgs(flags), ...threads(flags)], options),
    deps: async (options) => {
      const run = await command(['deps'], [], options)
      return { ok: run.success, exception: run.exception, results: [] }
    },
    freshness: async (selection, options) => {
      const run = await command(
        ['source', 'freshness'],
        [...selectionArgs(selection), ...threads(flags)],
        options,
      )
      const sources: SourceFreshness[] = await readSources(targetPath, run.invocationId)
      return { exception: sources.length > 0 ? null : run.exception, sources }
    },
    close: driver.close,
  }
}

/** Where dbt finds profiles.yml for this project, for a copy that has none; nothing where it is in the user's home. */
function profilesOf(projectDir: string, { profilesDir }: DbtFlags): DbtFlags {
  const beside = existsSync(join(projectDir, 'profiles.yml')) ? projectDir : undefined
  const said = process.env.DBT_PROFILES_DIR
  // A copy lies elsewhere: what is said from here is no place from there.
  const places = said ? [resolve(said), resolve(projectDir, said)] : []
  const named = places.find((p) => existsSync(join(p, 'profiles.yml'))) ?? places[0]
  const found = profilesDir ?? named ?? beside
  return found === undefined ? {} : { profilesDir: found }
}

/** dbt's own variables that lead into the user's folders, or that change what a build does. */
const PLACES =
  /^DBT_(PROJECT_DIR|PROFILES_DIR|TARGET_PATH|LOG_PATH|STATE|DEFER|DEFER_STATE|FAVOR_STATE|PARTIAL_PARSE_FILE_PATH|FULL_REFRESH|EMPTY|SAMPLE|ARTIFACT_STATE_PATH)$/

function withoutPlaces(env: NodeJS.ProcessEnv): Record<string, null> {
  return Object.fromEntries(Object.keys(env).flatMap((name) => (PLACES.test(name) ? [[name, null]] : [])))
}

function parsedVars(vars: string | undefined): Record<string, unknown> {
  return vars === undefined ? {} : ((parseDocument(vars).toJS() ?? {}) as Record<string, unknown>)
}

/**
 * A test whose other parent lies outside the selection may fail because that parent was never built.
 * The build leaves those to the test step, which looks whether the parent exists.
 * A user's own setting, in the environment or under `flags:` of dbt_project.yml, wins.
 */
function choosesIndirectSelection(projectDir: string): boolean {
  if (process.env.DBT_INDIRECT_SELECTION) return true
  const path = join(projectDir, 'dbt_project.yml')
  const written = existsSync(path) ? parseDocument(readFileSync(path, 'utf8')) : null
  return written?.hasIn(['flags', 'indirect_selection']) ?? false
}

/** dbt's own log would hold values and secrets as they came; ours is written from its events. */
function logArgs(logDir: string): string[] {
  return ['--log-path', logDir, '--log-level-file', 'none', '--no-use-colors', '--no-use-colors-file']
}

function connectionArgs(flags: DbtFlags): string[] {
  const pairs: [string, string | undefined][] = [
    ['--profiles-dir', flags.profilesDir],
    ['--profile', flags.profile],
    ['--target', flags.target],
    ['--vars', flags.vars],
  ]
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
}

function selectionArgs({ select, exclude }: Selection): string[] {
  return [...(select ? ['--select', select] : []), ...(exclude ? ['--exclude', exclude] : [])]
}

function stateArgs(flags: DbtFlags): string[] {
  return [
    ...(flags.state ? ['--state', flags.state] : []),
    ...(flags.defer ? ['--defer'] : []),
    ...(flags.favorState ? ['--favor-state'] : []),
  ]
}

function threads(flags: DbtFlags): string[] {
  return flags.threads ? ['--threads', String(flags.threads)] : []
}

/** Tests by name, as dbt selects them: `test.project.NAME.hash`, `unit_test.project.model.NAME`. */
function testSelector(ids: string[]): string {
  return ids
    .map((id) => (id.startsWith('unit_test.') ? id.split('.').at(-1) : id.split('.')[2]) ?? id)
    .join(' ')
}

/** Other lines than nodes come too: that nothing matched, or what a macro prints. */
function listedNode(line: string): ListedNode[] {
  const node = listed.safeParse(asJson(line))
  if (!node.success) return []
  return [{ id: node.data.unique_id, resourceType: node.data.resource_type, name: node.data.name }]
}

const listed = z.object({ unique_id: z.string(), resource_type: z.string(), name: z.string() })

/** dbt quotes the line of YAML that it cannot read, and does not name the file where it is one of its own. */
function unreadableFile({ message }: DbtException, projectDir: string): string | undefined {
  if (!/Syntax error near line/.test(message) || /[\w-]\.ya?ml/.test(message)) return undefined
  const files = ['dbt_project.yml', 'packages.yml', 'dependencies.yml', 'selectors.yml']
  return files.find((file) => {
    const path = join(projectDir, file)
    return existsSync(path) && parseDocument(readFileSync(path, 'utf8')).errors.length > 0
  })
}

function assertSupported(dbt: string | null, python: string): void {
  const [major = 0, minor = 0] = (dbt ?? '0.0').split('.').map(Number)
  if (dbt && major === 1 && minor >= 8) return
  throw new MartsmithError({
    code: 'dbt.version',
    message: dbt
      ? `dbt ${dbt} is not supported (Python ${python}); martsmith drives dbt-core 1.8 and later 1.x.`
      : `There is no dbt in this Python (${python}).`,
    mend: ["pip install 'dbt-core>=1.8,<2'   in the project's environment"],
  })
}
