/** What was read word by word, and is still not clear: asks that cannot all be meant. */
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import { isOut, type Rule } from '../order/change.ts'
import { wordsOf } from '../resolve.ts'
import type { SingleAsk } from './ask.ts'
import { sentenceFor } from './grounded/say.ts'
import { bare, listed } from './text.ts'

/** @throws MartsmithError `database.unclear` where what was read cannot be all that is meant. */
export function assertClear(asks: SingleAsk[], text: string): SingleAsk[] {
  return assertNotAtOdds(assertNotMoved(assertListed(asks, text)))
}

const words = (name: string) => wordsOf(bare(name)).join(' ')
/** One ask may be of several columns. */
const isSamePlace = (a: SingleAsk, b: SingleAsk) =>
  'column' in a &&
  'column' in b &&
  words(a.table) === words(b.table) &&
  listed(a.column).some((one) => listed(b.column).some((other) => words(one) === words(other)))

/** Of these the last would win, or the first. */
const ONCE: readonly SingleAsk['op'][] = ['change-type', 'set-nullable', 'set-default', 'rename-column']
/** What is done to a column that goes is for nothing, but to carry away what it holds. */
const WITH_A_DROP: readonly SingleAsk['op'][] = ['drop-column', 'fill', 'finish']

/** @throws MartsmithError `database.unclear`: one of the two was not meant so. */
function assertNotAtOdds(asks: SingleAsk[]): SingleAsk[] {
  for (const [at, ask] of asks.entries()) {
    const rule = ruleOf(ask)
    if (rule && isNone(rule)) throw atOdds(asks, [ask], 'No value lies between these bounds.')
    for (const other of asks.slice(0, at)) {
      if (!isSamePlace(ask, other)) continue
      const isTwice = ask.op === other.op && ONCE.includes(ask.op)
      const isGone = [ask, other].some((a) => a.op === 'drop-column')
      const isLost = isGone && ![ask, other].every((a) => WITH_A_DROP.includes(a.op))
      const [one, two] = [ruleOf(other), rule]
      const isEmpty = one && two && isNone({ ...one, min: one.min ?? two.min, max: one.max ?? two.max })
      if (isTwice || isLost || isEmpty)
        throw atOdds(asks, [other, ask], 'Both are asked for, and only one of them can be.')
    }
  }
  return asks
}

const ruleOf = (ask: SingleAsk): Rule | null => ('rule' in ask ? ask.rule : null)

/** Whether no value is within both bounds. */
function isNone(rule: Rule): boolean {
  const [min, max] = [rule.min, rule.max].map((b) => (b === null ? null : Number(b)))
  if (min === null || max === null || min === undefined || max === undefined) return false
  return min > max || (min === max && (isOut(rule, 'min') || isOut(rule, 'max')))
}

function atOdds(all: SingleAsk[], asks: SingleAsk[], message: string): MartsmithError {
  return new MartsmithError({
    code: 'database.unclear',
    message: `${message} Nothing was run.`,
    details: asks.map(sentenceFor),
    mend: [all.length > asks.length ? 'Say which is meant; the rest was understood.' : 'Say which is meant.'],
    exitCode: 3,
  })
}

/** `a language, ISO code, default en`: a second thing, or the first in other words. */
const EXPLAINED =
  /\b(?:an?|another)\s+[^,:;]+,\s*(?!(?:an?|another|and|or|default|not|required|unique|optional|mandatory)\b)[^,:;]+,\s*(?:default|not null|required|unique|optional|mandatory)\b/i

/** @throws MartsmithError `database.unclear`: what stands between two commas is an item of a list, or explains the one before. */
function assertListed(asks: SingleAsk[], text: string): SingleAsk[] {
  const made = asks.flatMap((a) => (a.op === 'add-column' ? [a.column] : []))
  const [said] = EXPLAINED.exec(text) ?? []
  if (made.length < 2 || said === undefined) return asks
  throw new MartsmithError({
    code: 'database.unclear',
    message: `"${said}" may ask for ${list(made)}, or explain one of them. Nothing was run.`,
    mend: ['Say "and" between columns; leave out what only explains.'],
    exitCode: 3,
  })
}

/** @throws MartsmithError `database.unclear`: a column that goes here and comes there would leave its values behind. */
function assertNotMoved(asks: SingleAsk[]): SingleAsk[] {
  const holds = (long: string, short: string) => ` ${long} `.includes(` ${short} `)
  for (const gone of asks)
    for (const made of asks)
      if (
        gone.op === 'drop-column' &&
        made.op === 'add-column' &&
        gone.table !== made.table &&
        holds(made.column, gone.column)
      )
        throw new MartsmithError({
          code: 'database.unclear',
          message: `${gone.column} would go from ${gone.table} and come to ${made.table} without its values. Nothing was run.`,
          mend: [
            'Ask for the new column first, and say what fills it; when it is filled, ask for the old one to be dropped.',
          ],
          exitCode: 3,
        })
  return asks
}
