/** What happens in a run, as it happens. Progress displays and the run's log read these, nothing else. */
import type { Status } from './outcome.ts'

export type LoadProgress = {
  kind: 'load'
  pipeline: string
  stage: string
  name?: string
  count?: number
  total?: number
  /** The stage has ended, and this count is the last. */
  done?: boolean
}

export type NodeState = 'started' | 'success' | 'warn' | 'error' | 'fail' | 'skipped'

export type NodeProgress = {
  kind: 'node'
  id: string
  name: string
  resourceType: string
  state: NodeState
  seconds?: number
  /** Where the same node is built twice: before the change, or after it. */
  side?: 'before' | 'after'
}

/** What is counted in progress; hooks, exposures and freshness checks are shown and not counted. */
export function isCounted(node: NodeProgress): boolean {
  return ['model', 'seed', 'snapshot', 'test', 'unit_test'].includes(node.resourceType)
}

/** How much is to come in this step. */
export type ExpectProgress = { kind: 'expect'; nodes: number; tests: number }

export type Progress = LoadProgress | NodeProgress | ExpectProgress | { kind: 'note'; text: string }

export type StepRef = { number: number; title: string; agent: string }

export type RunEvent =
  | { type: 'run-started'; runId: string; title: string; steps: StepRef[] }
  | { type: 'step-started'; step: StepRef }
  | { type: 'progress'; number: number; progress: Progress }
  | {
      type: 'step-finished'
      step: StepRef
      status: Status
      summary: string
      seconds: number
      replayed: boolean
    }
  | { type: 'run-finished'; runId: string; status: string }

export type EventSink = (event: RunEvent) => void
