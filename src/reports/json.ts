/** The object that `--json` prints: a promise to programs, see docs/pipeline.md. */
import { nextSteps } from '../workflows/summary.ts'
import type { RunRecord, RunStatus, Waiting } from '../workflows/types.ts'
import { detailLines } from './markdown.ts'

export type JsonReport = {
  workflow: string | null
  run_id: string | null
  status: 'success' | 'failed' | 'waiting' | 'cancelled'
  /** Finer than `status`, which calls a run that has not ended `waiting`. */
  run_state: RunStatus | null
  steps: {
    number: number
    title: string
    agent: string
    status: string | null
    details: string
    evidence: unknown[]
  }[]
  summary: string
  next_steps: string[]
  /** Written project files; `to` is where a renamed one is now. */
  changes: { path: string; kind: string; to?: string }[]
  findings: unknown[]
  task_file: string | null
  /** What the run waits for, and the hash that an answer is bound to. */
  waiting_for: Waiting | null
}

export function jsonReport(run: RunRecord, projectDir?: string): JsonReport {
  return {
    workflow: run.workflow,
    run_id: run.id,
    status: run.status === 'interrupted' || run.status === 'running' ? 'waiting' : run.status,
    run_state: run.status,
    steps: run.steps.map((s) => ({
      number: s.number,
      title: s.title,
      agent: s.agent,
      status: s.status,
      details: detailLines(s).join('\n'),
      evidence: s.outcome?.evidence ?? [],
    })),
    summary: run.summary,
    next_steps: nextSteps(run, projectDir).map((n) => n.command),
    changes: run.steps.flatMap((s) => s.outcome?.changes ?? []),
    findings: run.steps.flatMap((s) => s.outcome?.findings ?? []),
    task_file: run.taskFile,
    waiting_for: run.status === 'waiting' ? run.waiting : null,
  }
}

/** The same object where no run was begun. */
export function jsonWithoutRun(
  status: JsonReport['status'],
  summary: string,
  nextSteps: string[] = [],
): JsonReport {
  return {
    workflow: null,
    run_id: null,
    status,
    run_state: null,
    steps: [],
    summary,
    next_steps: nextSteps,
    changes: [],
    findings: [],
    task_file: null,
    waiting_for: null,
  }
}
