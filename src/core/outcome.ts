/** What an action answers: the one shape that reports, tasks and the durable store all read. */

export type Status = 'success' | 'failed' | 'skipped'

/** One thing that was seen: a sentence, and where it can be checked. */
export type Evidence = { text: string; file?: string; line?: number; data?: unknown }

/** A command that a person can paste, and what it does. */
export type Command = { command: string; why: string }

export type Finding = {
  rule: string
  severity: 'block' | 'warn' | 'info'
  message: string
  file?: string
  line?: number
  evidence?: string
}

export type Outcome<O = unknown> = {
  status: Status
  /** One or two sentences: the first line under the step's status. */
  summary: string
  /** Further lines of the report, in order, Markdown without headings. */
  details: string[]
  evidence: Evidence[]
  findings: Finding[]
  next: Command[]
  /** What a person has to look at though the step succeeded, in a few words each: for the summary. */
  attention: string[]
  /** For a failure: what later steps, which are skipped because of it, have to tell about it. */
  consequence?: string
  /** Project files that were written. */
  changes?: { path: string; kind: string; to?: string }[]
  /** What later steps may refer to. JSON only: it is stored. */
  output?: O
}

export function outcome<O>(status: Status, summary: string, rest: Partial<Outcome<O>> = {}): Outcome<O> {
  return { status, summary, details: [], evidence: [], findings: [], next: [], attention: [], ...rest }
}
