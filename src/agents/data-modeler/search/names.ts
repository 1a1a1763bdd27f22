/** How well a name in the project fits the words of a request: plurals, abbreviations, camel case, prefixes. */
import { distance } from 'fastest-levenshtein'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { columnName, wordsIn } from '../../../project/conventions/names.ts'
import { inNumber } from '../../../project/conventions/plural.ts'

/** Endings that say what a column is in its table, not what it is about. */
const ENDINGS = new Set(['id', 'key', 'code', 'cd', 'no', 'nr', 'number', 'sk', 'fk', 'pk', 'name'])
const FILLERS = new Set(['the', 'a', 'an', 'of', 'for', 'and', 'dim', 'dimension'])
const LIKE = { short: 0.85, slip: 0.8, ending: 0.97 }

/** `payment`, `type` of `Payment_Types` and of `paymentType`. */
export function wordsOf(name: string): string[] {
  return wordsIn(name).map((word) => inNumber(word.toLowerCase(), 'singular'))
}

/** The words of a request: `the payment types` is about a payment type. */
export function subjectOf(request: string): string[] {
  const words = wordsOf(request)
  const telling = words.filter((word) => !FILLERS.has(word))
  return telling.length > 0 ? telling : words
}

/** Between 0 and 1: the share of words that both have. */
export function nameScore(wanted: string[], have: string[]): number {
  if (wanted.length === 0 || have.length === 0) return 0
  if (wanted.join('') === have.join('')) return 1
  const left = [...have]
  let matched = 0
  for (const word of wanted) {
    const scored = left.map((other) => wordScore(word, other))
    const best = Math.max(0, ...scored)
    if (best === 0) continue
    matched += best
    left.splice(scored.indexOf(best), 1)
  }
  return (2 * matched) / (wanted.length + have.length)
}

/** From here on a table is that of the thing itself. */
export const OWN_TABLE = 0.95
/** Words that say how a table keeps a thing, not what the thing is. */
const KEPT = new Set([
  ...[
    'history',
    'hist',
    'version',
    'daily',
    'copy',
    'change',
    'audit',
    'archive',
    'scd',
    'snapshot',
    'log',
    'current',
    'latest',
    'all',
    'master',
    'data',
    'table',
  ],
  ...['list', 'type', 'kind', 'code', 'lookup', 'ref', 'reference', 'detail', 'info', 'record', 'export'],
])

/** `employee_history` and `shift_types` are tables of employees and shifts. */
export function tableScore(wanted: string[], table: string[]): number {
  const score = nameScore(wanted, table)
  const rest = table.filter((word) => !KEPT.has(word))
  return rest.length > 0 && rest.length < table.length && nameScore(wanted, rest) === 1
    ? Math.max(score, OWN_TABLE)
    : score
}

/** A column by its name, and by that together with its table's: `status` of `orders` is an order status. */
export function columnScore(wanted: string[], column: string, table: string[]): number {
  const words = wordsOf(column)
  const own = nameScore(wanted, words)
  const bare = bareWords(column)
  const ended = bare.length < words.length ? nameScore(wanted, bare) * LIKE.ending : 0
  const inTable = own > 0 ? nameScore(wanted, [...table, ...words]) * LIKE.ending : 0
  return Math.max(own, ended, inTable)
}

/** Whether it ends as keys, codes and names of things do. */
export function isEnded(column: string): boolean {
  return bareWords(column).length < wordsOf(column).length
}

/** Without the ending that tells a code from its name. */
export function bareWords(column: string): string[] {
  const words = wordsOf(column)
  return ENDINGS.has(words.at(-1) ?? '') ? words.slice(0, -1) : words
}

function wordScore(wanted: string, have: string): number {
  if (wanted === have) return 1
  const [short = '', long = ''] = [wanted, have].sort((a, b) => a.length - b.length)
  if (short.length >= 3 && long.startsWith(short)) return LIKE.short
  if (short.length >= 3 && isSkeletonOf(short, long)) return LIKE.short
  return short.length >= 5 && distance(wanted, have) === 1 ? LIKE.slip : 0
}

/** `cstmr` of `customer`, `qty` of `quantity`: begins and goes on in order, and has hardly a vowel. */
function isSkeletonOf(short: string, long: string): boolean {
  if (short[0] !== long[0] || /[aeiou].*[aeiou]/.test(short)) return false
  let at = 0
  for (const letter of long) if (letter === short[at]) at += 1
  return at === short.length && /^[^aeiou]+$/.test(short.slice(1))
}

/** In the case of the house's columns, one of them: `sales_channel`. Where it has no one way, as it was said. */
export function entityName(subject: string, style: HouseStyle): string {
  const said = subject.trim()
  const isSure = ['snake_case', 'SNAKE_CASE', 'camelCase', 'PascalCase', 'Title_Case'].includes(
    style.columnNames,
  )
  if (!isSure && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(said)) return inNumber(said, 'singular')
  const words = wordsIn(subject).filter((word) => !FILLERS.has(word.toLowerCase()))
  const all = words.length > 0 ? words : wordsIn(subject)
  return columnName(style, [...all.slice(0, -1), inNumber(all.at(-1) ?? '', 'singular')].join(' '))
}
