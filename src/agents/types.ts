/** What an agent is: a specialist with typed actions. */
import { join } from 'node:path'
import type { ZodType } from 'zod'
import type { DbtEngine } from '../adapters/dbt/types.ts'
import type { Project } from '../config/project.ts'
import type { Config } from '../config/schema.ts'
import type { Demand, Given } from '../core/demand.ts'
import type { Progress } from '../core/events.ts'
import type { Outcome } from '../core/outcome.ts'

export type ActionContext = {
  runId: string
  /** The folder of this run's logs and artifacts. Absolute. */
  runDir: string
  /** How often this step was begun in this run, this time included: above 1 after an interruption. */
  attempt: number
  /** The task of this run in `.tasks/`; null where it could not be written. */
  taskId: string | null
  project: Project
  config: Config
  dbt: DbtEngine
  env: NodeJS.ProcessEnv
  /**
   * Asks a person, at the terminal or days later. Where nobody can be asked now it throws, and the step is
   * not recorded: it begins again when the answer is there, so what comes before is to be only read.
   */
  ask: (demand: Demand) => Promise<Given>
  progress: (progress: Progress) => void
  /** Takes secrets and, unless they are allowed, values of rows out of a text that will be kept. */
  safe: (text: string) => string
  /** Everything a tool prints; goes to the run's log. */
  log: (line: string) => void
  signal: AbortSignal
  now: () => Date
}

/**
 * An action may run again after a crash: it only reads, or its effect can be repeated.
 * It answers an outcome; what it throws counts as failed, with the error's words.
 */
export type Action<I = never, O = unknown> = {
  purpose: string
  input: ZodType<I>
  run: (ctx: ActionContext, input: I) => Promise<Outcome<O>>
}

export type Agent = {
  id: string
  purpose: string
  whenToUse: string
  /** Empty for an agent that is announced and not built yet: no workflow may delegate to it. */
  actions: Record<string, Action>
}

/** Keeps the types of an action's input while it joins others in a record. */
export function action<I, O>(definition: Action<I, O>): Action {
  return definition as unknown as Action
}

/** Where what tools print in a run is kept. */
export function logPath(runDir: string): string {
  return join(runDir, 'output.log')
}
