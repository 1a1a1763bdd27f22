/** What the rest of martsmith knows of dbt, whichever way it is driven. */
import type { NodeProgress } from '../../core/events.ts'

/** The flags a user may give; they pass through to every dbt call. */
export type DbtFlags = {
  profilesDir?: string
  profile?: string
  target?: string
  vars?: string
  threads?: number
  state?: string
  defer?: boolean
  /** Nodes that are not selected are read from `state`, whether or not they stand in the target. */
  favorState?: boolean
}

export type Selection = { select?: string; exclude?: string }

export type Target = {
  profile: string
  target: string
  /** The adapter: `duckdb`, `postgres`, ... */
  type: string
  schema: string
  database: string | null
  threads: number
  /** Connection fields that dbt itself prints; never a secret. */
  shown: Record<string, string>
}

export type NodeStatus = 'success' | 'pass' | 'warn' | 'error' | 'fail' | 'skipped'

/** One line of run_results.json. */
export type NodeResult = {
  id: string
  status: NodeStatus
  message: string | null
  seconds: number
}

export type SourceFreshness = {
  id: string
  status: 'pass' | 'warn' | 'error' | 'runtime error'
  /** When the newest row was loaded; null where it could not be read. */
  loadedAt: string | null
  message: string | null
}

export type ListedNode = { id: string; resourceType: string; name: string }

/** dbt could not run the command at all: nothing has been built. */
export type DbtException = { type: string; message: string }

export type Invocation = { ok: boolean; exception: DbtException | null; results: NodeResult[] }

export type QueryAnswer = { columns: string[]; rows: unknown[][] } | { error: string }

export type RelationPlace = { database: string; schema: string; identifier: string }
export type WarehouseColumn = { name: string; type: string }

/** A node to compile, with other code in place of its own where `rawCode` says so. */
export type CompileRequest = {
  id: string
  rawCode?: string
  /** What is_incremental() answers, whether or not the relation is there; without it dbt decides. */
  mode?: 'full' | 'incremental'
}

/**
 * `compiled` as dbt makes it, but for the CTEs that it puts in front for ephemeral parents; those are named in
 * `ephemeral`, by the name that stands in the SQL for the node with that id.
 */
export type CompileAnswer = { compiled: string; ephemeral: Record<string, string> } | { error: string }

/** A database that a DuckDB target opens; the first is the target's own. */
export type DatabaseFile = {
  /** The name of its catalog. */
  alias: string
  /** Absolute for a file. */
  path: string
  /** `remote`: MotherDuck, a lake, a server, an object store. */
  kind: 'file' | 'memory' | 'remote'
  readOnly: boolean
}

export type SchemaName = { database: string | null; schema: string }

/** A folder for an engine of its own: nothing of it is shared with the project that the engine was opened for. */
export type EnginePlace = {
  projectDir: string
  targetPath: string
  logDir: string
  /** Instead of the engine's own, but for variables and threads; `same`: the engine's own, with its profiles.yml. */
  flags: DbtFlags | 'same'
  /** On top of dbt's variables; those of them that lead into the user's folders are taken away. */
  vars: Record<string, unknown>
  env: Record<string, string>
}

/** What is done in a warehouse beside dbt's commands: for sandboxes only. */
export interface WarehouseTools {
  /** The target as profiles.yml has it before it is rendered, and DuckDB's database files. */
  profile(): Promise<{ entry: Record<string, unknown>; files: DatabaseFile[] }>
  /** Copies DuckDB files, each while nobody can write to it; answers their bytes. */
  copyFiles(files: { from: string; to: string }[]): Promise<number[]>
  /** Statements that write, each committed. @throws MartsmithError with the warehouse's words at the first that fails. */
  execute(statements: string[]): Promise<void>
  /** Makes or drops schemas the way dbt does; answers the error of each, null where it went well. */
  schemas(action: 'create' | 'drop', schemas: SchemaName[]): Promise<(string | null)[]>
}

export type DbtCapabilities = {
  /** The parsed project is remembered between calls. */
  keepsParse: boolean
}

export type InvokeOptions = {
  onProgress?: (progress: NodeProgress) => void
  /** Warnings and errors, as dbt words them. */
  onMessage?: (level: string, text: string) => void
  signal?: AbortSignal
}

export interface DbtEngine {
  readonly kind: 'v1-warm' | 'v1-command'
  readonly capabilities: DbtCapabilities
  /** Where our artifacts go; never the user's own target folder. */
  readonly targetPath: string
  /** The folder of profiles.yml, where it is known; else dbt looks in the user's home. */
  readonly profilesDir: string | null
  /** Starts what takes long, without waiting; errors come with the first call that needs it. */
  warm(): void
  /** What dbt warned of since this engine started, besides results of tests. */
  warnings(): string[]
  version(): Promise<{ dbt: string; python: string; adapters: Record<string, string> }>
  target(): Promise<Target>
  /**
   * Sees to it that manifest.json in `targetPath` is that of the project as it stands. Where it is, nothing is
   * started; else dbt parses.
   */
  parse(): Promise<void>
  /**
   * A hash of what besides the project's SQL and YAML decides what dbt makes of it: flags, environment, profiles,
   * versions. null where that cannot be told. Starts nothing.
   */
  settings(): Promise<string | null>
  /** What a selection holds; also leaves a fresh manifest.json in `targetPath`. */
  list(selection: Selection, resourceTypes?: string[]): Promise<ListedNode[]>
  build(selection: Selection, options: InvokeOptions & { fullRefresh?: boolean }): Promise<Invocation>
  /** Runs the tests with these unique ids. */
  test(ids: string[], options: InvokeOptions): Promise<Invocation>
  deps(options: InvokeOptions): Promise<Invocation>
  freshness(
    selection: Selection,
    options: InvokeOptions,
  ): Promise<{ exception: DbtException | null; sources: SourceFreshness[] }>
  /** Read-only statements through dbt's own connection, each answered on its own; at most `limit` rows of each (1,000). */
  query(statements: string[], limit?: number): Promise<QueryAnswer[]>
  /** Name and type of the columns of relations, which are given as SQL names them. */
  columns(relations: string[]): Promise<(WarehouseColumn[] | { error: string })[]>
  /**
   * The columns of many relations in as few statements as the adapter allows: null where there is no such relation.
   * Names as the warehouse writes them.
   */
  catalog(relations: RelationPlace[]): Promise<(WarehouseColumn[] | null | { error: string })[]>
  /** Compiles nodes as dbt would, in order, each answered on its own. Macros may read the warehouse. */
  compile(nodes: CompileRequest[]): Promise<CompileAnswer[]>
  readonly tools: WarehouseTools
  /** The same dbt on another folder. It lives as long as this engine; closing it closes nothing. */
  at(place: EnginePlace): DbtEngine
  close(): Promise<void>
}

/** One way of running dbt commands; the engine on top is the same for all. */
export interface DbtDriver {
  readonly kind: DbtEngine['kind']
  readonly capabilities: DbtCapabilities
  /** The interpreter that has dbt, and the environment that it runs in. */
  readonly python: () => Promise<string>
  readonly env: NodeJS.ProcessEnv
  warm(): void
  /** Runs one dbt command; `lines` is what `ls` found, `invocationId` marks its artifacts. */
  run(args: string[], options: RunOptions): Promise<DriverRun>
  /** Asks the Python worker. */
  ask<T>(method: string, params: Record<string, unknown>): Promise<T>
  /** The same dbt on another folder, with an environment on top; null takes a variable away. */
  at(projectDir: string, env: Record<string, string | null>): DbtDriver
  close(): Promise<void>
}

export type RunOptions = { onEvent: (event: unknown) => void; signal?: AbortSignal | undefined }
export type DriverRun = { success: boolean; exception: DbtException | null; lines: string[] }
