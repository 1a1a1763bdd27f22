/** How a run that did not succeed goes on. */
import type { Durable } from './durable.ts'
import type { RunRecord } from './types.ts'

export type Mode = 'start' | 'resume' | 'again'

/**
 * How a run that did not succeed goes on. The record that this answers is saved before anything runs: a
 * second crash must find the new attempt, not the outcome of the old one.
 */
export async function nextAttempt(run: RunRecord, durable: Durable): Promise<{ run: RunRecord; mode: Mode }> {
  const attempt = run.attempt + 1
  const failed = startsAgainAt(run)
  if (run.status === 'failed' && failed >= 0) {
    const steps = run.steps.map((s, i) =>
      i < failed ? s : { ...s, status: null, outcome: null, seconds: 0 },
    )
    const fork = { from: run.durableId, keep: failed }
    return { run: { ...run, attempt, steps, fork, durableId: `${run.id}~${attempt}` }, mode: 'again' }
  }
  const known = await durable.has(run.durableId)
  return { run: { ...run, attempt }, mode: known ? 'resume' : run.fork ? 'again' : 'start' }
}

/** The step at which a failed run begins again, from 0: the one that failed, or the earlier one that its definition names. */
export function startsAgainAt(run: RunRecord): number {
  const failed = run.steps.findIndex((s) => s.status === 'failed')
  const again = run.definition.steps[failed]?.againFrom
  const named = run.steps.findIndex((s) => s.id === again)
  return named >= 0 && named < failed ? named : failed
}
