/** What a workflow is: data, readable as a list of steps, stored with each run. */
import type { Demand, Given } from '../core/demand.ts'
import type { Outcome, Status } from '../core/outcome.ts'

export type StepDefinition = {
  id: string
  /** May hold `{param}`: a parameter of the run. */
  title: string
  agent: string
  action: string
  /**
   * The action's input. A string `$params.x` or `$steps.id.x` stands for that parameter, or that part
   * of an earlier step's output.
   */
  with: Record<string, unknown>
  /** When it fails, later steps are skipped. */
  critical: boolean
  /** The agent that a failure of it is handed to: what its action `handover` says goes into the step's report. */
  onFailure?: string
  /** When it fails, `resume` begins again at this earlier step: what that found may not be so any more. */
  againFrom?: string
}

export type WorkflowDefinition = {
  id: string
  title: string
  /** One line for `martsmith workflows`. */
  purpose: string
  /** Sentences that start it, as the mission has them; none where only its verb does. */
  triggers: string[]
  /** First part of its run ids: `pipe-7f3a`. */
  runPrefix: string
  taskPrefix: 'PIPE' | 'DIM' | 'FACT' | 'DEBUG' | 'REV' | 'DBT' | 'DB'
  /** false: it works on databases alone, and in a repository that has no dbt project. */
  usesDbt?: false
  steps: StepDefinition[]
}

export type RunStatus = 'running' | 'success' | 'failed' | 'waiting' | 'cancelled' | 'interrupted'

/** What a run waits for, since when, and until when a yes is good. */
export type Waiting = Demand & { step: string; hash: string; target: string; since: string; expires: string }

/** What a person answered, to which step, bound to the hash of what was shown. */
export type Answer = Given & { step: string; hash: string; expires: string }

/** A step as it stands in a run. `null` status: not ended yet. */
export type StepRecord = {
  number: number
  id: string
  title: string
  agent: string
  status: Status | null
  seconds: number
  outcome: Outcome | null
}

/** Everything that reports, listings and `resume` need of a run: `.martsmith/runs/<id>/run.json`. */
export type RunRecord = {
  id: string
  workflow: string
  title: string
  request: string
  status: RunStatus
  params: Record<string, unknown>
  /** The steps as they were when the run began: a later version of martsmith does not change them. */
  definition: WorkflowDefinition
  /** The flags of the command line that belong to the run. */
  options: Record<string, unknown>
  /** Flags whose value held a secret, which is not kept: `resume` needs them again. */
  withheld: string[]
  /** The flags with which a new command reaches the same warehouse: ` --target staging`, or nothing. */
  sameWarehouse: string
  /** The dbt target it writes to, and what that was when the run began: file or server, database, schema. */
  target: string
  destination: string
  startedAt: string
  finishedAt: string | null
  /** How often it was started, resumed or tried again. */
  attempt: number
  /** The durable id of the latest attempt. */
  durableId: string
  /** Where that attempt tries a failed step again: the attempt before it, and how many of its steps are kept. */
  fork: { from: string; keep: number } | null
  taskId: string | null
  taskFile: string | null
  /** The task of each step that failed, by step id: closed when a later attempt succeeds. */
  failureTasks: Record<string, string>
  steps: StepRecord[]
  /** What it waits for, while its status is `waiting`. */
  waiting: Waiting | null
  /** Kept for good: who said yes to what, and when. */
  answers: Answer[]
  /** What a person is told at the end. */
  summary: string
}
