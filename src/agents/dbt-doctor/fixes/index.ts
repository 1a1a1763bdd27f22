/** All ways of finding fixes, and the candidates for a failure: the best first, none twice, none that never may be. */
import { data } from '../data/fixer.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { choice } from './choice.ts'
import { column } from './column.ts'
import { macro } from './macro.ts'
import { qualify } from './qualify.ts'
import { reference } from './reference.ts'
import { revert } from './revert.ts'
import { syntax } from './syntax.ts'
import { yamlText } from './yaml-text.ts'

export const FIXERS: readonly Fixer[] = [
  reference,
  column,
  macro,
  choice,
  syntax,
  yamlText,
  qualify,
  data,
  revert,
]

export async function candidatesFor(failure: Failure, context: FixContext): Promise<Candidate[]> {
  const id = failure.class?.id ?? 'unknown'
  const fixers = FIXERS.filter((f) => f.classes.includes(id) || f.classes.includes('*'))
  const all: Candidate[] = []
  for (const fixer of fixers) all.push(...(await fixer.find(failure, context)))
  const byHash = new Map<string, Candidate>()
  for (const one of all.sort((a, b) => b.score - a.score)) {
    const known = byHash.get(one.changes.hash)
    if (known) {
      // Two ways that lead to one text speak for it.
      known.score = Math.min(100, known.score + 8)
      known.because.push(...one.because.filter((b) => !known.because.includes(b)))
    } else byHash.set(one.changes.hash, one)
  }
  return [...byHash.values()].sort((a, b) => b.score - a.score)
}
