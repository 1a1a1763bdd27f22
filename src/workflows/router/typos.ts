/** Slips of the hand in the words of the phrases. A slip must never turn one real word into another. */
import { correctable, hazards, realWords } from './phrases/slips.ts'

/**
 * How many slips lie between two words: a letter too many, too few or wrong, or two neighbours swapped
 * (optimal string alignment distance).
 */
export function slipDistance(a: string, b: string): number {
  let older: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(get(above, j) + 1, get(row, j - 1) + 1, get(above, j - 1) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) least = Math.min(least, get(older, j - 2) + 1)
      row.push(least)
    }
    older = above
    above = row
  }
  return get(above, b.length)
}

function get(row: number[], at: number): number {
  return row[at] ?? Number.POSITIVE_INFINITY
}

const candidates = [...correctable, ...hazards]

/**
 * The words of the phrases that `word` is one slip away from. Kept narrow on purpose: five letters at least, the
 * same first letter, and nothing that could be an inflection (`updated` is not `update`, `built` not `build`).
 */
export function slips(word: string): string[] {
  if (word.length < 5 || !/^[a-z]+$/.test(word) || realWords.has(word)) return []
  return candidates.filter((candidate) => isSlip(word, candidate))
}

function isSlip(word: string, meant: string): boolean {
  if (meant.length < 5 || word[0] !== meant[0] || Math.abs(word.length - meant.length) > 1) return false
  const sameEnd = word.at(-1) === meant.at(-1)
  const endCutOff = word === meant.slice(0, -1)
  const endSwapped = word.at(-1) === meant.at(-2) && word.at(-2) === meant.at(-1)
  return (sameEnd || endCutOff || endSwapped) && slipDistance(word, meant) === 1
}
