/** A class of failures: what it means, what usually causes it, what to look at, and how it is recognised. */
export type FailureClass = {
  /** The first letter is its family: `P` before anything runs, `C` compiling, `D` database, `T` tests. */
  id: string
  /** A few words: `a model or source that is not there`. */
  title: string
  meaning: string
  cause: string
  look: string[]
  /** dbt's names and codes of structured events that mean this and nothing else. */
  events?: string[]
  /** SQLSTATEs and codes of warehouses that mean this and nothing else. */
  codes?: string[]
  /** What the messages say, where no code is there; the first that fits names its thing in group 1. */
  signs: RegExp[]
}
