/** The report in the mission's frame, letter by letter; what a terminal, a log and a pull request show. */
import type { Status } from '../core/outcome.ts'
import { nextSteps } from '../workflows/summary.ts'
import type { RunRecord, StepRecord } from '../workflows/types.ts'
import { waitingLines } from './waiting.ts'

const WORD: Record<Status, string> = { success: 'Success', failed: 'Failed', skipped: 'Skipped' }

/** `projectDir` as the command line named it: what is suggested has to name it too. */
export function markdownReport(run: RunRecord, projectDir?: string): string {
  const ended = run.steps.filter((s) => s.status !== null).length
  return [
    `## Workflow: ${run.title}`,
    '',
    ...run.steps.flatMap((step, i) => stepLines(step, i === ended ? standing(run) : ['Not begun.'])),
    '---',
    '',
    '## Summary',
    ...summaryLines(run, projectDir),
  ].join('\n')
}

/** A step that has not ended has no status line: the report says what became of it. */
function stepLines(step: StepRecord, otherwise: string[]): string[] {
  if (!step.status || !step.outcome) return [`### Step ${step.number}: ${step.title}`, ...otherwise, '']
  return [`### Step ${step.number}: ${step.title}`, `Status: ${WORD[step.status]}`, ...detailLines(step), '']
}

/** How the first step that has not ended stands. */
function standing(run: RunRecord): string[] {
  if (run.status === 'running') return ['Going on.']
  if (run.status === 'waiting' && run.waiting) return waitingLines(run.waiting)
  return ['Not ended.']
}

export function detailLines(step: StepRecord): string[] {
  if (!step.outcome) return []
  return [step.outcome.summary, ...step.outcome.details].flatMap((d) => d.split('\n'))
}

function summaryLines(run: RunRecord, projectDir: string | undefined): string[] {
  const next = nextSteps(run, projectDir)
  const width = Math.max(0, ...next.map((n) => n.command.length))
  return [
    run.summary,
    ...next.map((n) => `  ${n.command.padEnd(width)}   ${n.why}`),
    ...(run.taskFile ? [`Task: ${run.taskFile}`] : []),
    `Run: ${run.id}, target ${run.target}, started ${run.startedAt.slice(0, 16).replace('T', ' ')} UTC: ${run.request}`,
  ]
}
