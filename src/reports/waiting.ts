/** What a run waits for, in words. */
import type { Waiting } from '../workflows/types.ts'
import { minute, waitingWords } from '../workflows/waiting.ts'

/** What a person has to see to answer: all of it, for the answer is bound to it. */
export function waitingLines(waiting: Waiting): string[] {
  return [
    `Waits for an ${waitingWords(waiting)}`,
    ...waiting.shown.flatMap((line) => line.split('\n')),
    ...(waiting.kind === 'approval' && waiting.diff ? ['', ...fenced(waiting.diff)] : []),
    ...(waiting.kind === 'question' ? waiting.choices.map((c) => `- ${c.id}: ${c.label}`) : []),
    `Since ${minute(waiting.since)}, good until ${minute(waiting.expires)}.`,
  ]
}

/** A fence longer than any in the text. */
function fenced(diff: string): string[] {
  const longest = Math.max(2, ...(diff.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}diff`, ...diff.trimEnd().split('\n'), fence]
}
