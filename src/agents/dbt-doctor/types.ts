/** The words of the doctor: what failed, of what, what could mend it, what was seen when it was tried. */

import type { DbtEngine, WarehouseColumn } from '../../adapters/dbt/types.ts'
import type { GitHistory } from '../../adapters/git/history.ts'
import type { ChangeSet } from '../../changes/types.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { FailureClass } from './classes/types.ts'
import type { Trace } from './data/trace.ts'

/** A relation that a failing node reads, as it is when the node fails. */
export type ReadRelation = { id: string; label: string; columns: WarehouseColumn[] }

/** One cause: all that failed because of it. */
export type Failure = {
  class: FailureClass | null
  /** What the message names: the column, the model, the macro. */
  thing: string | null
  message: string
  /** dbt cannot read the project; else nodes failed. */
  stage: 'parse' | 'build'
  /** Ids of the nodes that show it; empty where dbt cannot read the project. */
  nodes: string[]
  /** Where it shows, from the project's root. */
  file: string | null
  line: number | null
  /** What each of the failing nodes reads; empty where it could not be asked. */
  reads: ReadRelation[]
  /** Of tests that found rows: where these are born. */
  trace: Trace | null
  /** Where it is written, found while fixes were looked for: the message does not say, or says where it shows. */
  written?: { file: string; line: number }
  /** dbt warns, leaves it out, and reads on: a test that refers to what is not there. */
  passedOver?: true
  /** What was found while fixes were looked for: in data that no fix may bend, with what a person can decide. */
  found?: { sentence: string; decision: string[] }
}

export type FixContext = {
  /** The working copy: files are read, and changes planned, here. */
  place: { root: string; dbtDir: string; stateDir: string }
  /** Paths of all files of the dbt project that are the user's own, from the root. */
  files: string[]
  /** Paths of the files that packages brought, from the root: their names count, they are never edited. */
  foreign: string[]
  /** Null where the project cannot be read. */
  graph: ProjectGraph | null
  adapter: string
  dbt: DbtEngine
  git: GitHistory | null
  /** Text of a file as it is now. */
  read(path: string): Promise<string>
}

export type Candidate = {
  title: string
  /** What speaks for it. */
  because: string[]
  /** How much, from 0 to 100. Two that differ by less than `CLEAR` are a tie. */
  score: number
  changes: ChangeSet
  /** It takes back what somebody wrote. */
  takesBack?: true
  /** Its name alone hardly speaks for it: it counts where what is built holds what stands, row by row. */
  guess?: true
  /** Why a person has to choose it, however well it proves itself: `--yes` takes none of these. */
  asks?: string
}

/** One file, one way of finding fixes. */
export type Fixer = {
  id: string
  /** Ids of classes; `*` for all. */
  classes: string[]
  find(failure: Failure, context: FixContext): Promise<Candidate[]>
}

export const CLEAR = 10
