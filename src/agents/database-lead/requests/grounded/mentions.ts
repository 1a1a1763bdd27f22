/** What of the live schema a text names. Each name found is put aside, so that no word of it is taken for another. */
import type { Column, Schema, Table } from '../../../../adapters/databases/types.ts'
import { tableByRest, wordsOf } from '../../resolve.ts'
import { QUOTED } from '../held.ts'

export type Place = { table: Table; column: Column }
/** What a span of the text may mean. `dotted`: the table was said with the column. */
export type Mention = { text: string; tables: Table[]; columns: Place[]; dotted: boolean }

/** What the sentences before were about. */
export type Context = { table: Table | null; columns: Place[] }
export const NO_CONTEXT: Context = { table: null, columns: [] }

const OPEN = '\uE000'
const CLOSE = '\uE001'
const QUOTE = '\uE002'
const UNQUOTE = '\uE003'
/** A name of the schema, and a text in quotes, as they stand in a masked sentence. */
export const E = `${OPEN}\\d+${CLOSE}`
export const Q = `${QUOTE}\\d+${UNQUOTE}`

export class Masked {
  readonly text: string
  readonly mentions: Mention[]
  readonly quotes: string[]
  constructor(text: string, mentions: Mention[], quotes: string[]) {
    this.text = text
    this.mentions = mentions
    this.quotes = quotes
  }
  mentionOf(mask: string): Mention | undefined {
    return this.mentions[Number(mask.slice(1, -1))]
  }
  /** As it was said. */
  back(part: string): string {
    return this.withQuotes(part.replace(new RegExp(E, 'g'), (m) => this.mentionOf(m)?.text ?? ''))
  }
  withQuotes(part: string): string {
    return part.replace(new RegExp(Q, 'g'), (m) => this.quotes[Number(m.slice(1, -1))] ?? '')
  }
}

/** Words that say what is done, or what kind of thing something is: names only where they stand as one. */
const ALSO_WORDS = new Set(
  `name type index key default value text date time number table column unique required position field order
   constraint reference check note`.split(/\s+/),
)
/** Said for another in names; only where the very word names nothing. */
const SAME: Record<string, string> = {
  no: 'number',
  nr: 'number',
  num: 'number',
  qty: 'quantity',
  descr: 'description',
  tel: 'phone',
  telephone: 'phone',
  mail: 'email',
}
const MOMENT = /^(?:on|at|date|time|day)$/
const MOST_WORDS = 5
const WORD = /[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu
const LINK = /^(?:of|in|on|from|for)$/i

type Word = { text: string; start: number; end: number }
type Found = Omit<Mention, 'text'> & { from: number; to: number }

/** @param names whether words that are also words of a request are taken as names wherever they stand. */
export function masked(said: string, schema: Schema, context: Context, names: boolean): Masked {
  const quotes: string[] = []
  const bare = said
    // An apostrophe inside a word opens nothing.
    .replace(QUOTED, (text) => {
      return isNameOf(text, schema) ? text.slice(1, -1) : `${QUOTE}${quotes.push(text) - 1}${UNQUOTE}`
    })
    .replace(/['’]s(?!\w)|(?<=s)['’](?=\s)/g, ' ')
  const words = [...bare.matchAll(WORD)].map((m) => ({
    text: m[0],
    start: m.index,
    end: m.index + m[0].length,
  }))
  const tables = tablesIn(words, bare, schema)
  const among = tables.length > 0 ? tables : context.table ? [context.table] : schema.tables
  const found = spans(words, bare, schema, among, names)
  const mentions: Mention[] = []
  let text = ''
  let at = 0
  for (const f of found) {
    const [start, end] = [words[f.from]?.start ?? 0, words[f.to]?.end ?? 0]
    text += `${bare.slice(at, start)}${OPEN}${mentions.push({ ...f, text: bare.slice(start, end) }) - 1}${CLOSE}`
    at = end
  }
  return new Masked((text + bare.slice(at)).replace(/\s+/g, ' ').trim(), mentions, quotes)
}

/** In backticks or double quotes, letter by letter as a name that stands. */
function isNameOf(quoted: string, schema: Schema): boolean {
  const name = quoted.slice(1, -1)
  if (quoted.startsWith("'")) return false
  return schema.tables.some((t) => t.name === name || t.columns.some((c) => c.name === name))
}

/** Names are compared many times with every part of a text. */
function once(make: (name: string) => string): (name: string) => string {
  const made = new Map<string, string>()
  return (name) => {
    const key = made.get(name) ?? make(name)
    made.set(name, key)
    return key
  }
}

const keyOf = once((name) =>
  wordsOf(name)
    .map((w) =>
      /uses$/.test(w) ? w.slice(0, -2) : w.replace(/(?<=us)e$/, '').replace(/(?<=\w\w)sis$/, 'se'),
    )
    .join(''),
)

/** With other words for the same, and the last word left out where it only says that it is a moment. */
const looseKey = once((name) => {
  const all = wordsOf(name)
  // `no` by itself denies.
  const words = all.map((w) => (all.length === 1 && w === 'no' ? w : (SAME[w] ?? w)))
  if (words.length > 1 && MOMENT.test(words.at(-1) ?? '')) words[words.length - 1] = 'at'
  return words.join('')
})

function spanText(words: Word[], from: number, to: number, text: string): string | null {
  const start = words[from]?.start ?? 0
  const end = words[to]?.end ?? 0
  const span = text.slice(start, end)
  return /^[\p{L}\p{N}_.]+(?:[ -][\p{L}\p{N}_.]+)*$/u.test(span) ? span : null
}

function tablesIn(words: Word[], text: string, schema: Schema): Table[] {
  const found = new Set<Table>()
  for (let from = 0; from < words.length; from += 1)
    for (let to = from; to < Math.min(words.length, from + MOST_WORDS); to += 1) {
      const span = spanText(words, from, to, text)
      if (span === null) break
      for (const t of tablesCalled(span, schema)) found.add(t)
    }
  return [...found]
}

function tablesCalled(span: string, schema: Schema): Table[] {
  if (span.includes('.')) {
    const [first = '', second = ''] = span.split('.')
    return schema.tables.filter(
      (t) => keyOf(t.name) === keyOf(first) || (t.schema === first && t.name === second),
    )
  }
  const exact = schema.tables.filter((t) => t.name === span)
  const same = exact.length > 0 ? exact : schema.tables.filter((t) => keyOf(t.name) === keyOf(span))
  return same.length > 0 ? same : [tableByRest(span, schema) ?? []].flat()
}

function columnsCalled(span: string, tables: readonly Table[]): Place[] {
  const all = tables.flatMap((table) => table.columns.map((column) => ({ table, column })))
  const key = keyOf(span)
  const same = all.filter(({ column }) => keyOf(column.name) === key)
  if (same.length > 0) return same
  const loose = looseKey(span)
  const near = all.filter(({ column }) => looseKey(column.name) === loose)
  return near.length === new Set(near.map((n) => n.table)).size ? near : []
}

/** The longest first; what is no longer than another and overlaps it is left out. */
function spans(words: Word[], text: string, schema: Schema, among: Table[], names: boolean): Found[] {
  const found: Found[] = []
  for (let from = 0; from < words.length; from += 1) {
    for (let to = Math.min(words.length, from + MOST_WORDS) - 1; to >= from; to -= 1) {
      const span = spanText(words, from, to, text)
      const mention = span === null ? null : meant(span, schema, among)
      if (!mention || (!names && from === to && !standsAsName(words, from, text, schema))) continue
      found.push({ ...mention, from, to })
      from = to
      break
    }
  }
  return found
}

function meant(span: string, schema: Schema, among: Table[]): Omit<Mention, 'text'> | null {
  if (span.includes('.')) {
    const [table = '', column = '', more] = span.split('.')
    if (more !== undefined) return null
    const tables = tablesCalled(table, schema)
    const columns = columnsCalled(column, tables)
    if (columns.length > 0) return { tables: [], columns, dotted: true }
    const qualified = schema.tables.filter((t) => t.schema === table && t.name === column)
    return qualified.length > 0 ? { tables: qualified, columns: [], dotted: false } : null
  }
  const tables = tablesCalled(span, schema)
  const columns = columnsCalled(span, among)
  return tables.length + columns.length > 0 ? { tables, columns, dotted: false } : null
}

/** `the name of customers`, `the customer name`, `the name column`: a name, and no word for something else. */
function standsAsName(words: Word[], at: number, text: string, schema: Schema): boolean {
  const word = words[at]
  if (!word || !ALSO_WORDS.has(wordsOf(word.text).join(' '))) return true
  const next = words.slice(at + 1).map((w) => w.text)
  const before = words[at - 1]
  const isTable = (w: string | undefined) => w !== undefined && tablesCalled(w, schema).length > 0
  if (/^(?:column|field)s?$/i.test(next[0] ?? '') || /^(?:column|field)$/i.test(before?.text ?? ''))
    return true
  if (before && isTable(before.text) && /^\s*$/.test(text.slice(before.end, word.start))) return true
  if (!LINK.test(next[0] ?? '')) return false
  const [target] = next.slice(1).filter((w) => !/^(?:the|an?|each|every|all|our)$/i.test(w))
  return isTable(target)
}
