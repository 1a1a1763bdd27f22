import { describe, expect, it } from 'vitest'
import { outcome } from '../core/outcome.ts'
import { pipeline } from '../workflows/patterns/pipeline.ts'
import { summarise } from '../workflows/summary.ts'
import type { RunRecord } from '../workflows/types.ts'
import { jsonReport } from './json.ts'
import { markdownReport } from './markdown.ts'

function run(status: RunRecord['status']): RunRecord {
  const ended = [
    outcome('success', 'Loaded.', { details: ['Schema: new.'] }),
    outcome('failed', '1 failed'),
    outcome('skipped', 'Step 2 failed, and this step builds on it.'),
  ]
  const record: RunRecord = {
    id: 'pipe-1a2b',
    workflow: 'pipeline',
    title: 'Full Data Pipeline',
    request: 'Run the full pipeline',
    status,
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
    summary: '',
  }
  return { ...record, summary: summarise(record) }
}

describe('the report', () => {
  it("OUT-1: has the mission's frame, letter by letter", () => {
    expect(markdownReport(run('failed'))).toBe(`## Workflow: Full Data Pipeline

### Step 1: Do 1
Status: Success
Loaded.
Schema: new.

### Step 2: Do 2
Status: Failed
1 failed

### Step 3: Do 3
Status: Skipped
Step 2 failed, and this step builds on it.

---

## Summary
Failed at step 2 (Do 2). Step 1 is done and will not be repeated.
  martsmith resume pipe-1a2b   when it is mended: starts step 2 again and goes on
Task: .tasks/TASK-PIPE-20261121-080000.md
Run: pipe-1a2b, target dev, started 2026-11-21 08:00 UTC: Run the full pipeline`)
  })

  it('gives a step that has not ended no status line', () => {
    const interrupted = run('interrupted')
    interrupted.steps = interrupted.steps.map((s, i) => (i < 1 ? s : { ...s, status: null, outcome: null }))
    const text = markdownReport({ ...interrupted, summary: summarise(interrupted) })
    expect(text.match(/^Status:/gm)).toHaveLength(1)
    expect(text).toContain('Interrupted in step 2 (Do 2).')
  })

  it('is one object for programs, with the promised keys', () => {
    const json = jsonReport(run('interrupted'))
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining([
        'workflow',
        'run_id',
        'status',
        'steps',
        'summary',
        'next_steps',
        'changes',
        'findings',
        'task_file',
      ]),
    )
    expect(json.status).toBe('waiting')
    expect(json.next_steps).toEqual(['martsmith resume pipe-1a2b', 'martsmith cancel pipe-1a2b'])
  })
})
