/** A relation that a query names and does not read: its alias is written otherwise, or was taken away. */

import { nearNames } from '../score.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited, sqlOnly, wordsNamed } from '../words.ts'
import { failingSql } from './files.ts'
import { propose } from './propose.ts'
import { aliasesIn } from './qualify.ts'
import { tokensIn } from './repair.ts'
import { lineOf } from './select-lists.ts'

/** Where a column is called so, DuckDB takes what stands behind the dot for a part of its values. */
const UNREAD =
  /Referenced table "([^"]+)" not found|missing FROM-clause entry for table "([^"]+)"|Cannot extract field '[^']+' from expression "([^"]+)" because it is not a struct/

/** Of those that are called otherwise so many are tried: what stands says whether one is meant. */
const MOST_OTHERS = 3

export const relationAlias: Fixer = {
  id: 'relation-alias',
  classes: ['D02'],
  find: async (failure, context) => {
    const [, a, b, c] = UNREAD.exec(failure.message) ?? []
    const name = a ?? b ?? c
    // What a unit test stumbles over is written in the model that it tests.
    const [tested] = failure.file?.endsWith('.sql') ? [] : await failingSql(failure, context)
    const file = tested?.path ?? failure.file
    const text = file?.endsWith('.sql') ? await context.read(file).catch(() => null) : null
    if (!name || !file || text === null) return []
    const sql = sqlOnly(text)
    const words = wordsNamed(sql, name).filter((w) => /^\s*\./.test(sql.slice(w.end)))
    if (words.length === 0) return []
    const found: Candidate[] = []
    const put = async (
      title: string,
      because: string,
      score: number,
      edits: { start: number; end: number; text: string }[],
      isGuess = false,
    ) => {
      const made = await propose(context, {
        title,
        because: [because],
        score,
        texts: { [file]: edited(text, edits, file) },
      })
      found.push(...made.map((c) => (isGuess ? { ...c, guess: true as const } : c)))
    }
    const known = aliasesIn(sql, text)
    const near = nearNames(name, known)
    const others = known.filter((k) => !near.some((n) => n.name === k)).slice(0, MOST_OTHERS)
    const meant = [
      ...near.map((n) => ({ ...n, because: 'written nearly so', isGuess: false })),
      ...others.map((k) => ({ name: k, score: 52, because: 'which is there', isGuess: true })),
    ]
    for (const { name: to, score, because, isGuess } of meant)
      await put(
        `Read it of ${to} instead of ${name}`,
        `the query calls a relation ${to}, ${because}`,
        score,
        words.map((w) => ({ start: w.start, end: w.end, text: to })),
        isGuess,
      )
    for (const { end } of unnamed(text))
      await put(
        `Call the relation of line ${lineOf(text, end)} ${name}`,
        `its columns are named so, and it has no alias`,
        76,
        [{ start: end, end, text: ` as ${name}` }],
      )
    return found
  },
}

/** Relations of the project that a query reads under no name of its own. */
function unnamed(text: string): { end: number }[] {
  const tokens = tokensIn(text)
  return tokens.filter((t, i) => {
    const [before, next] = [tokens[i - 1], tokens[i + 1]]
    const isRead = t.kind === 'jinja' && /^(?:from|join)$/i.test(before?.text ?? '')
    const isNext =
      next === undefined ||
      next.text === ')' ||
      /^(?:on|using|where|group|having|order|limit|left|right|inner|full|cross|join|union)$/i.test(next.text)
    return isRead && isNext
  })
}
