/**
 * What a run waits for, and whether an answer holds. An answer is bound to a hash of what was shown and of
 * what it lets happen, to the place that the run works on, and to an expiry. A step that waits is not
 * recorded as ended: going on begins it again, and it finds the answer.
 */
import { durationSeconds } from '../config/schema.ts'
import type { Demand } from '../core/demand.ts'
import { shortHash } from '../core/hash.ts'
import type { Answer, RunRecord, StepRecord, Waiting } from './types.ts'

/** `expire` is a duration of the configuration, such as `7d`. */
export function waitingFor(
  run: RunRecord,
  step: StepRecord,
  demand: Demand,
  { now, expire }: { now: Date; expire: string },
): Waiting {
  const hash = shortHash([run.id, run.target, run.destination, step.id, demand])
  // Asked again for the same, it has been waiting since the first time, as long as that holds.
  const before = run.waiting && whyVoid(run.waiting, hash, now) === null ? run.waiting : null
  return {
    ...demand,
    step: step.id,
    hash,
    target: run.target,
    since: before?.since ?? now.toISOString(),
    expires: before?.expires ?? new Date(now.getTime() + durationSeconds(expire) * 1000).toISOString(),
  }
}

/** Why what was offered, or given, under `offer.hash` is no yes to `hash` now; null where it is one. */
export function whyVoid(
  offer: { hash: string; expires: string },
  hash: string,
  now: Date,
): 'it has expired' | 'what it was given for has changed since it was shown' | null {
  if (new Date(offer.expires) <= now) return 'it has expired'
  return offer.hash === hash ? null : 'what it was given for has changed since it was shown'
}

/** The answer that holds for this; or why the latest one that was given to that step does not. */
export function answerTo(
  waiting: Waiting,
  answers: Answer[],
  now: Date,
): { answer: Answer | null; refused: string | null } {
  const given = answers.filter((a) => a.step === waiting.step)
  const answer = given.find((a) => whyVoid(a, waiting.hash, now) === null) ?? null
  const latest = given.at(-1)
  return { answer, refused: answer || !latest ? null : whyVoid(latest, waiting.hash, now) }
}

/** The run with an answer to what it waits for, ready to go on: one write, so that no crash parts the two. */
export function withAnswer(
  run: RunRecord,
  waiting: Waiting,
  given: Omit<Answer, 'step' | 'hash' | 'expires'>,
) {
  const { step, hash, expires } = waiting
  const answer: Answer = { step, hash, expires, ...given }
  return { ...run, status: 'interrupted' as const, waiting: null, answers: [...run.answers, answer] }
}

/** `approval of "Write 2 files"`, `answer to "Which key?"`: after "waits for an". */
export function waitingWords(waiting: Waiting): string {
  return `${waiting.kind === 'approval' ? 'approval' : 'answer'}: ${waiting.text}`
}

/** `2026-11-28 08:10 UTC`. */
export function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
