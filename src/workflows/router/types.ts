/** What goes into the router and what comes out: the promise that the command line and the server build on. */

export type WorkflowId = 'pipeline' | 'dimension' | 'fact' | 'debug' | 'review'

export type RouteParams = {
  /** A dbt selection as dbt takes it: `+fct_trips`, `fct_trips dim_zone`. */
  select?: string
  /** The whole project, no selection. */
  everything?: boolean
  /** dbt's --full-refresh: incremental models are rebuilt from nothing. */
  fullRefresh?: boolean
  /** Load the data even if nothing changed. */
  force?: boolean
  target?: string
  /** What a dimension is for, as said; or the model that a diagnosis is about. */
  name?: string
  /** The business process that a fact table records, as said. */
  process?: string
  /** Where a new fact table reads from, as said. */
  from?: string
  run?: string
  /** The sentence itself, where it says that numbers are wrong. */
  symptom?: string
  scope?: 'architecture' | 'changes'
}

export type Reading = {
  workflow: WorkflowId
  params: RouteParams
  /** Plain words, starting with a verb: `run the full pipeline for +fct_trips`. */
  meaning: string
  /** The structured verb that does the same, for a POSIX shell. */
  command: string
}

export type Possible = { meaning: string; command: string }

export type Route =
  | { kind: 'match'; reading: Reading }
  | { kind: 'unclear'; question: string; readings: Reading[]; why: string }
  | { kind: 'outside'; answer: string; possible: Possible[] }

/** The names of the user's project, where they are known. An empty list means: not known. */
export type Vocabulary = {
  models: string[]
  sources?: string[]
  /** dlt pipelines. */
  pipelines?: string[]
  exposures?: string[]
  targets?: string[]
  runs?: string[]
  /** Folders of models as dbt's `path:` takes them: `models/marts/finance`. */
  folders?: string[]
}

/** One word of the request. Punctuation is not a token: it leaves a mark on the word before it. */
export type Token = {
  /** As written, without the punctuation around it. */
  text: string
  /** As compared: lower case, contractions spelled out. */
  word: string
  /** Stood alone between quotes or backticks, so it is a name rather than a word of the sentence. */
  quoted: boolean
  /** Followed by a comma, a full stop and the like: a name never reaches over it. */
  breakAfter: boolean
  /** Followed by a question mark. */
  asks: boolean
  /** The known words that this unknown one is a slip of the hand for; empty for a known word. */
  meant: readonly string[]
}

/** What a phrase says, in order: a tag of the grammar (`everything`) or a name from a slot (`model` fct_trips). */
export type Event = {
  tag: string
  value?: string
  /** Why this cannot be taken for certain; any doubt makes the request unclear. */
  doubt?: string
}

/** A reading before it is worded, with all the reasons not to run it unasked. */
export type Draft = {
  workflow: WorkflowId
  params: RouteParams
  doubts: string[]
  /** Flags of the verb that no parameter holds (`--dry-run`): there is a doubt for each, so nothing drops them. */
  flags?: string[]
  /** Asked instead of offering the reading, which lacks something. */
  question?: string
}
