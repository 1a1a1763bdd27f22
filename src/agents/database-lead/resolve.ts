/** From the words of a request to what is in the live schema: found, asked about where it is open, refused where it is not there. */
import { type Column, type Schema, type Table, tableWords } from '../../adapters/databases/types.ts'
import { MartsmithError } from '../../core/errors.ts'
import { list, nearest } from '../../core/text.ts'
import { inNumber } from '../../project/conventions/plural.ts'
import { bare } from './requests/text.ts'

/** Asks which of several is meant, and answers the id of the choice. */
export type Choose = (id: string, text: string, choices: { id: string; label: string }[]) => Promise<string>

/** `InvoiceLines`, `invoice_line` and `invoice lines` are the same to us. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((w) => w !== '')
    .map((w) => inNumber(w, 'singular'))
}

/** Better ways to be meant first; candidates of a worse one only count where a better one has none. */
const WAYS: ((name: string, wanted: string) => boolean)[] = [
  (name, wanted) => name === wanted,
  (name, wanted) => name.toLowerCase() === wanted.toLowerCase(),
  (name, wanted) => wordsOf(name).join(' ') === wordsOf(wanted).join(' '),
  (name, wanted) => wordsOf(name).join('') === wordsOf(wanted).join(''),
]
/** `tbl_customer`, `app_customer` for a customer: asked about, even where there is but one. */
const endsWith = (name: string, wanted: string) =>
  ` ${wordsOf(name).join(' ')}`.endsWith(` ${wordsOf(wanted).join(' ')}`)

type Named = { table: Table; words: string[] }
type Names = { byLast: Map<string, Named[]>; prefixes: Set<string> }

/** A text is compared with the names of a schema part by part. */
const names = new WeakMap<Schema, Names>()

function namesOf(schema: Schema): Names {
  const made = names.get(schema) ?? makeNames(schema)
  names.set(schema, made)
  return made
}

function makeNames({ tables }: Schema): Names {
  const all = tables.map((table) => ({ table, words: wordsOf(table.name) }))
  const isOwn = (word: string) => all.some(({ words }) => words.length === 1 && words[0] === word)
  const first = Map.groupBy(all, ({ words }) => words[0] ?? '')
  return {
    byLast: Map.groupBy(all, ({ words }) => words.at(-1) ?? ''),
    prefixes: new Set(
      [...first].flatMap(([word, of]) => (of.length >= SHARED_BY && !isOwn(word) ? [word] : [])),
    ),
  }
}
/** Two may be a thing and its parts. */
const SHARED_BY = 3

/**
 * The table that is called so but for a first word that several share and that names none by itself (`sales_`, `tbl_`);
 * null where there is none, or others come near.
 */
export function tableByRest(said: string, schema: Schema): Table | null {
  const wanted = wordsOf(said)
  const { byLast, prefixes } = namesOf(schema)
  const near = (byLast.get(wanted.at(-1) ?? '') ?? []).filter(({ words }) =>
    wanted.every((w, i) => words[words.length - wanted.length + i] === w),
  )
  const [only, ...others] = near
  if (!only || others.length > 0 || wanted.length === 0) return null
  return only.words.length === wanted.length + 1 && prefixes.has(only.words[0] ?? '') ? only.table : null
}

export async function resolveTable(words: string, schema: Schema, choose: Choose): Promise<Table> {
  const wanted = bare(words)
  const ways = (t: Table) => [t.name, `${t.schema}.${t.name}`]
  for (const way of WAYS) {
    const found = schema.tables.filter((t) => ways(t).some((n) => way(n, wanted)))
    if (found.length > 0) return one(found, tableLabel, `Which table is "${wanted}"`, choose)
  }
  const byRest = tableByRest(wanted, schema)
  if (byRest) return byRest
  const near = schema.tables.filter((t) => endsWith(t.name, wanted))
  if (near.length > 0)
    return one(near, tableLabel, `No table is named "${wanted}". Which is meant`, choose, true)
  const whole = schema.tables.find((t) =>
    t.partitions?.parts.some((p) => p.name.toLowerCase() === wanted.toLowerCase()),
  )
  if (whole)
    throw new MartsmithError({
      code: 'database.parts',
      message: `${wanted} is a part of ${tableWords(whole)}: what is changed is changed of all its parts.`,
      mend: [`Say ${tableWords(whole)}.`],
    })
  throw unknown('table', wanted, '', schema.tables.map(tableWords))
}

export async function resolveColumn(words: string, table: Table, choose: Choose): Promise<Column> {
  const wanted = bare(words)
  for (const way of WAYS) {
    const found = table.columns.filter((c) => way(c.name, wanted))
    if (found.length > 0) return one(found, (c) => c.name, `Which column is "${wanted}"`, choose)
  }
  const near = table.columns.filter((c) => endsWith(c.name, wanted))
  if (near.length > 0)
    return one(
      near,
      (c) => c.name,
      `No column of ${tableWords(table)} is named "${wanted}". Which is meant`,
      choose,
      true,
    )
  throw unknown(
    'column',
    wanted,
    ` in ${tableWords(table)}`,
    table.columns.map((c) => c.name),
  )
}

/** `invoice_line.unit_price` names both. */
export function splitPlace(table: string, column: string): { table: string; column: string } {
  const at = column.lastIndexOf('.')
  if (table !== '' || at < 0) return { table, column }
  return { table: column.slice(0, at), column: column.slice(at + 1) }
}

async function one<T>(
  found: T[],
  label: (item: T) => string,
  question: string,
  choose: Choose,
  askAnyway = false,
): Promise<T> {
  const [only] = found
  if (only && found.length === 1 && !askAnyway) return only
  const choices = found.map((item) => ({ id: label(item), label: label(item) }))
  const chosen = await choose(question, `${question}?`, choices)
  const item = found.find((f) => label(f) === chosen)
  if (!item) throw new Error(`the answer ${chosen} is none of the choices`)
  return item
}

function tableLabel(table: Table): string {
  return table.schema === '' ? table.name : `${table.schema}.${table.name}`
}

function unknown(what: string, wanted: string, where: string, names: string[]): MartsmithError {
  const near = nearest(wanted.replaceAll(' ', '_'), names)
  return new MartsmithError({
    code: `database.unknown-${what}`,
    message: `There is no ${what} "${wanted}"${where}.`,
    mend: [
      near.length > 0
        ? `Nearest: ${list(near)}.`
        : `There are: ${list([...names].sort(), 12) || 'none at all'}.`,
    ],
  })
}
