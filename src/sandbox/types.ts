/** A sandbox: two versions of a project, before and after a change, each built where nobody else reads. */
import type { DbtEngine, DbtFlags, Invocation, InvokeOptions, QueryAnswer } from '../adapters/dbt/types.ts'
import type { ChangeSet } from '../changes/types.ts'
import type { Project } from '../config/project.ts'
import type { ProjectGraph } from '../project/graph.ts'
import type { DetailedManifest, DetailedNode } from './changed.ts'
import type { ProjectPlace } from './copy.ts'

export type SideName = 'before' | 'after'

export type SandboxOptions = {
  project: Project
  /** The user's engine: it knows what stands, and its files are what is copied. */
  dbt: DbtEngine
  /** Written into the `after` side; without it, both sides are the project as it is on disk. */
  changes?: ChangeSet
  /** What is to be built, by unique id after the change; where left out, what the change touches. */
  nodes?: string[]
  /** Whether what depends on those is built too. Default: yes. */
  downstream?: boolean
  /** Nodes that have a relation on the `after` side, though they may be ephemeral in the project: there, they are views. */
  stored?: string[]
  /**
   * Whether both sides will be built, so that they have to read the same. Default: yes. DuckDB's copy holds still
   * anyway; on a server it costs a copy of what is read.
   */
  freeze?: boolean
  now: () => Date
  signal?: AbortSignal
}

export type BuildOptions = InvokeOptions & {
  fullRefresh?: boolean
  /** Whether their tests run too. Default: yes. */
  tests?: boolean
}

/** One version of the project. Its copy and its engine are made when they are first asked for. */
export type Side = {
  name: SideName
  /** The copy's dbt folder. */
  dir(): Promise<string>
  engine(): Promise<DbtEngine>
  /** The project of this side; relation names are those in the sandbox. */
  graph(): Promise<ProjectGraph>
  /** What `build` builds: the nodes asked for, what depends on them, and parents that stand nowhere. */
  rebuilt(): Promise<string[]>
  /** Builds and tests these nodes, all of `rebuilt` where none are named. A node that fails is in the answer. */
  build(ids?: string[], options?: BuildOptions): Promise<Invocation>
  /**
   * The relation of a node as `Sandbox.query` reads it: built here if it was, else what stands (frozen, on DuckDB).
   * What is read `once` is not copied for it: a view is read as it stands.
   * @throws MartsmithError `sandbox.no-relation` for an ephemeral model or a test.
   */
  relationOf(id: string, times?: 'once'): Promise<string>
  /** Keys that the project declares of a node, by columns; the data has to confirm them. */
  keysOf(id: string): Promise<string[][]>
  /**
   * Keeps the rows that a node has now under another name, past the next build; answers that relation.
   * `select` says what is kept, where it is not all: SQL that reads the relation that it is given.
   */
  keep(id: string, select?: (relation: string) => string): Promise<string>
  /**
   * Puts a table in place of a node or source that is not built any more from here on: what is built on this side
   * reads the rows of `select`, and what is written into the table later. Answers the table.
   * @throws MartsmithError `sandbox.not-replaced` where what reads it cannot be led to another place.
   */
  replace(id: string, select: string): Promise<string>
}

/** How it was seen to that before and after read the same. */
export type FrozenInputs = {
  how: 'copied' | 'fingerprint' | 'not frozen'
  /** What changed between the two builds, in spite of it: the proof then proves nothing. */
  moved: string[]
  /** For people, a sentence. */
  words: string
}

export type Sandbox = {
  id: string
  /** Below `.martsmith/sandbox/`; goes with the sandbox. */
  dir: string
  adapter: string
  before: Side
  after: Side
  /** Ids, after the change, of what the change touches or what was asked for. */
  changed: string[]
  /** Ids, before the change, of nodes that the change takes away. */
  removed: string[]
  /** Read-only statements that see both sides. */
  query(statements: string[], limit?: number): Promise<QueryAnswer[]>
  columns(relations: string[]): Promise<({ name: string; type: string }[] | { error: string })[]>
  /** Call it when both sides are built: whether they had the same inputs. */
  inputs(): Promise<FrozenInputs>
  /** What a person should know: files that were left out, parents that were built because they stand nowhere. */
  notes: string[]
  /** Removes all that the sandbox made. */
  close(): Promise<void>
}

export type ReadOptions = { rows?: 'as they are'; anew?: boolean }

/** One sandbox for one try after the other: none sees what another left. */
export type Rounds = {
  /**
   * Begins anew: the files as the project has them now, what stands as it stood when the sandbox was opened, nothing
   * built. Answers the project with its names in the user's warehouse. With `as they are` the rows stay, and what was
   * kept of them: for what the same rows become under other files. `anew`: of what dbt remembers nothing counts. It reads
   * what changed alone, and not who refers to it: with files that it could read before, it takes some that it cannot.
   * @throws what dbt says where it cannot read it
   */
  read(how?: ReadOptions): Promise<ProjectGraph>
  /** For these nodes. @throws MartsmithError `sandbox.outside`; others may be asked for then */
  stage(nodes: string[] | undefined): Promise<Sandbox>
  /** Removes all that the sandbox made. */
  close(): Promise<void>
}

/** What a kind of warehouse does for a sandbox. */
export type Warehouse = {
  /** The copy's profile, and what has to be added to the copy, before it is parsed. */
  prepare(side: SideName, copy: ProjectPlace): Promise<{ flags: DbtFlags; env: Record<string, string> }>
  /** The copy's files were made as the project's again: what has to be added is added again. */
  renewed(side: SideName, copy: ProjectPlace): Promise<void>
  /** Whether a file of the copy is one that was added. */
  isOurs(path: string): boolean
  /** What the `after` side holds is what stands again, whatever was built there. */
  reset(): Promise<void>
  /** The schema in the sandbox of what has this one in the user's project. */
  schemaIn(side: SideName, schema: string): string
  /** Sees to it that `rebuilt` can be built. @throws MartsmithError `sandbox.outside` */
  stage(side: StagedSide): Promise<void>
  /** The relation of a node as `query` reads it. */
  relation(side: OpenSide, node: DetailedNode, id: string, times?: 'once'): Promise<string>
  keep(side: OpenSide, node: DetailedNode, id: string, select?: (relation: string) => string): Promise<string>
  replace(side: StagedSide, node: DetailedNode, id: string, select: string): Promise<string>
  /** Nodes were built: what was kept of their old rows for reading is void. */
  built(side: SideName): void
  query(statements: string[], limit?: number): Promise<QueryAnswer[]>
  columns(relations: string[]): Promise<({ name: string; type: string }[] | { error: string })[]>
  inputs(): Promise<FrozenInputs>
  /** Drops what was made in a warehouse that others use. */
  close(): Promise<void>
}

/** A side that can be read: its own copy is parsed only where it is built. */
export type OpenSide = { name: SideName; open: () => Promise<DbtEngine>; rebuilt: ReadonlySet<string> }

export type StagedSide = OpenSide & {
  engine: DbtEngine
  copy: ProjectPlace
  /** Of this side's copy. */
  manifest: DetailedManifest
}
