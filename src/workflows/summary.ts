/** The end of a report: how it went, what follows, which commands go on. */
import type { Command } from '../core/outcome.ts'
import { list, seconds, shellQuote } from '../core/text.ts'
import { startsAgainAt } from './attempt.ts'
import type { RunRecord, StepRecord, Waiting } from './types.ts'
import { minute, waitingWords } from './waiting.ts'

export function summarise(run: RunRecord): string {
  const failed = run.steps.filter((s) => s.status === 'failed')
  const done = run.steps.filter((s) => s.status === 'success')
  if (run.status === 'success')
    return `${run.title} succeeded${attentionWords(run)}${duration(run)}.${skippedWords(run)}`
  if (run.status === 'waiting' && run.waiting) {
    const waits = waitingWords(run.waiting)
    return `Waits for an ${waits}${/[.?!]$/.test(waits) ? '' : '.'} It may be given until ${minute(run.waiting.expires)}; nothing of it has been done.`
  }
  if (run.status === 'cancelled') return 'Cancelled. What was done before stays as it is.'
  if (run.status === 'interrupted') {
    const next = run.steps.find((s) => s.status === null)
    const where = next ? ` in step ${next.number} (${next.title})` : ''
    const again = next ? ` Steps that ended are kept; step ${next.number} begins again on resume.` : ''
    return `Interrupted${where}.${again}`
  }
  const first = failed[0]
  if (!first) return ''
  const before = done.filter((s) => s.number < first.number)
  const again = startsAgainAt(run) + 1
  const kept =
    again === first.number && before.length > 0
      ? ` ${before.map((s) => `Step ${s.number}`).join(' and ')} ${before.length === 1 ? 'is' : 'are'} done and will not be repeated.`
      : ''
  return `Failed at step ${first.number} (${first.title}).${kept}`
}

/**
 * Commands that work where this one was given, the most useful first. `projectDir` is the project as it was
 * named there, if it was.
 */
export function nextSteps(run: RunRecord, projectDir?: string): Command[] {
  const where = projectDir === undefined ? '' : ` --project-dir ${shellQuote(projectDir)}`
  return stepsFrom(run).map(({ command, why }) => ({ command: command + where, why }))
}

function stepsFrom(run: RunRecord): Command[] {
  const own = run.steps
    .flatMap((s) => s.outcome?.next ?? [])
    .map(({ command, why }) => ({ command: command + run.sameWarehouse, why }))
  const failed = run.steps.find((s) => s.status === 'failed')
  if (run.status === 'failed' && failed) {
    return [
      {
        command: `martsmith resume ${run.id}`,
        why: `when it is mended: ${againWords(run, failed)}`,
      },
      ...own,
    ]
  }
  if (run.status === 'waiting' && run.waiting) return [...answersOf(run.id, run.waiting), ...giveUp(run)]
  if (run.status === 'interrupted') {
    return [{ command: `martsmith resume ${run.id}`, why: 'goes on where it stood' }, ...giveUp(run)]
  }
  return own
}

function againWords(run: RunRecord, failed: StepRecord): string {
  const again = run.steps[startsAgainAt(run)]
  return again && again !== failed
    ? `begins anew at step ${again.number} (${again.title})`
    : `starts step ${failed.number} again and goes on`
}

function answersOf(id: string, waiting: Waiting): Command[] {
  if (waiting.kind === 'approval')
    return [
      {
        command: `martsmith approve ${id} --hash ${waiting.hash}`,
        why: 'says yes to exactly this, and goes on',
      },
    ]
  return waiting.choices.map(({ id: choice, label }) => ({
    command: `martsmith answer ${id} ${shellQuote(choice)}`,
    why: label,
  }))
}

function giveUp(run: RunRecord): Command[] {
  return [{ command: `martsmith cancel ${run.id}`, why: 'gives it up' }]
}

function attentionWords(run: RunRecord): string {
  const points = run.steps.flatMap((s) => s.outcome?.attention ?? [])
  return points.length > 0 ? `, with ${list(points)}` : ''
}

function duration(run: RunRecord): string {
  const total = run.steps.reduce((sum, s) => sum + s.seconds, 0)
  return total > 0 ? `; its steps took ${seconds(total)}` : ''
}

function skippedWords(run: RunRecord): string {
  const skipped = run.steps.filter((s) => s.status === 'skipped')
  if (skipped.length === 0) return ''
  return ` Skipped: ${skipped.map((s) => `step ${s.number} (${s.title})`).join(', ')}.`
}
