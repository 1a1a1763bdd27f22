/** A run for specs: a step that succeeded, one that failed, and one that was skipped. */
import { outcome } from '../core/outcome.ts'
import { pipeline } from './patterns/pipeline.ts'
import type { RunRecord } from './types.ts'

export function runRecord(given: Partial<RunRecord> = {}): RunRecord {
  const ended = [
    outcome('success', 'Loaded.', { details: ['Schema: new.'] }),
    outcome('failed', '1 failed'),
    outcome('skipped', 'Step 2 failed, and this step builds on it.'),
  ]
  return {
    id: 'pipe-1a2b',
    workflow: 'pipeline',
    title: 'Full Data Pipeline',
    request: 'Run the full pipeline',
    status: 'running',
    params: {},
    definition: pipeline,
    options: {},
    withheld: [],
    sameWarehouse: '',
    destination: 'shop.duckdb (schema analytics)',
    target: 'dev',
    startedAt: '2026-11-21T08:00:00Z',
    finishedAt: null,
    attempt: 1,
    durableId: 'pipe-1a2b',
    fork: null,
    taskId: 'TASK-PIPE-20261121-080000',
    taskFile: '.tasks/TASK-PIPE-20261121-080000.md',
    failureTasks: {},
    steps: ended.map((o, i) => ({
      number: i + 1,
      id: `s${i}`,
      title: `Do ${i + 1}`,
      agent: 'dbt-runner',
      status: o.status,
      seconds: 1,
      outcome: o,
    })),
    waiting: null,
    answers: [],
    summary: '',
    ...given,
  }
}
