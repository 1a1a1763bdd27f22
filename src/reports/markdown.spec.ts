import { describe, expect, it } from 'vitest'
import { summarise } from '../workflows/summary.ts'
import { runRecord } from '../workflows/test-run.ts'
import type { RunRecord, Waiting } from '../workflows/types.ts'
import { jsonReport } from './json.ts'
import { markdownReport } from './markdown.ts'

function run(status: RunRecord['status']): RunRecord {
  const record = runRecord({ status })
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

  it('shows all of what a run waits for, and how to answer', () => {
    const waiting: Waiting = {
      kind: 'approval',
      text: 'Write 1 file',
      shown: ['Proof: 6 of 6 rows are the same'],
      diff: '-a\n+``` b\n',
      binds: 'x',
      step: 's1',
      hash: '0a1b2c',
      target: 'dev',
      since: '2026-11-21T08:00:00Z',
      expires: '2026-11-28T08:00:00Z',
    }
    const record = runRecord({ status: 'waiting', waiting })
    record.steps = record.steps.map((s, i) => (i < 1 ? s : { ...s, status: null, outcome: null }))
    const text = markdownReport({ ...record, summary: summarise(record) })
    expect(text).toContain(`### Step 2: Do 2
Waits for an approval: Write 1 file
Proof: 6 of 6 rows are the same

\`\`\`\`diff
-a
+\`\`\` b
\`\`\`\`
Since 2026-11-21 08:00 UTC, good until 2026-11-28 08:00 UTC.

### Step 3: Do 3
Not begun.`)
    expect(text).toMatch(/martsmith approve pipe-1a2b --hash 0a1b2c .*\n {2}martsmith cancel pipe-1a2b /)
    expect(jsonReport(record)).toMatchObject({ status: 'waiting', waiting_for: { hash: '0a1b2c' } })
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
