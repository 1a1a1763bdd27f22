/** Where a text is parted, as it is said and as the rows hold it: counted first, asked where it is open. */
import { type Column, type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { Parts } from '../order/change.ts'
import { isSayable, partsSql } from '../order/parts.ts'
import { differSql, textSql } from '../order/sql.ts'
import type { World } from '../types.ts'

/** As it was said: the separator, and at which of several; null where it was not. */
export type Cut = { separator: string | null; at: 'first' | 'last' | null }

const NAMED: Record<string, string> = {
  space: ' ',
  blank: ' ',
  comma: ',',
  semicolon: ';',
  colon: ':',
  dash: '-',
  hyphen: '-',
  slash: '/',
  dot: '.',
  pipe: '|',
  underscore: '_',
}
const NAMES = Object.keys(NAMED).join('|')

/** `the first space`, `a comma`, `','`. */
export const CUT = `(?:(?:the|an?|its|their|each)\\s+)?(?:(?:first|last|only)\\s+)?(?:"[^"]+"|'[^']+'|(?:${NAMES})(?:e?s)?|[,;:/|_.-])`

export function cutFrom(said: string | undefined): Cut {
  if (said === undefined) return { separator: null, at: null }
  const text = said.trim().replace(/^(?:the|an?|its|their|each)\s+/i, '')
  const which = /^(first|last)\s/i.exec(text)?.[1]?.toLowerCase()
  const bare = text.replace(/^(?:first|last|only)\s+/i, '')
  const isQuoted = /^["'].+["']$/.test(bare)
  const named = NAMED[bare.toLowerCase().replace(/(?<=sh|ch)es$|s$/, '')] ?? NAMED[bare.toLowerCase()]
  return {
    separator: isQuoted ? bare.slice(1, -1) : (named ?? bare),
    at: which === 'first' || which === 'last' ? which : null,
  }
}

export function separatorWords(separator: string): string {
  return separator === ' ' ? 'space' : `"${separator}"`
}

type Rows = { all: number; none: number; several: number; otherwise: number }

/**
 * How the column is parted, and how many rows fit.
 * @throws MartsmithError `database.parts`, `database.request`
 */
export async function cutFor(
  said: Cut,
  { table, column }: { table: Table; column: Column },
  parts: [string, string],
  world: World,
): Promise<{ rule: Parts; rows: Rows }> {
  const where = `${tableWords(table)}.${column.name}`
  const rule: Parts = {
    table: { schema: table.schema, name: table.name },
    whole: column.name,
    parts,
    at: said.at ?? 'first',
    separator: said.separator ?? ' ',
    between: said.separator ?? ' ',
    alone: 'first',
    stands: 'whole',
  }
  if (said.separator === null) Object.assign(rule, await askedCut(rule, where, world))
  assertSayable(rule, where)
  const seen = await rowsBy(rule, world)
  if (seen.all > 0 && seen.none === seen.all)
    throw refused(
      `No row of ${where} holds a ${separatorWords(rule.separator)}: there is nothing at which it could be parted.`,
      'Say another separator, in quotes.',
    )
  if (seen.several > 0 && said.at === null && said.separator !== null) {
    const at = await world.choose(
      'at',
      `${count(seen.several, 'row')} of ${where} ${seen.several === 1 ? 'holds' : 'hold'} more than one ${separatorWords(rule.separator)}. At which is it parted?`,
      [
        { id: 'first', label: `at the first: the rest goes to ${parts[1]}` },
        { id: 'last', label: `at the last: all before it goes to ${parts[0]}` },
        { id: 'stop', label: 'at neither: correct those rows first' },
      ],
    )
    if (at === 'stop') throw stopped(rule, 'several', world)
    rule.at = at === 'last' ? 'last' : 'first'
  }
  if (seen.none > 0) {
    const alone = await world.choose(
      'alone',
      `${count(seen.none, 'row')} of ${where} ${seen.none === 1 ? 'holds' : 'hold'} no ${separatorWords(rule.separator)}. Where does all of it go?`,
      [
        { id: 'first', label: `to ${parts[0]}, and ${parts[1]} stays null` },
        { id: 'second', label: `to ${parts[1]}, and ${parts[0]} stays null` },
        { id: 'stop', label: 'nowhere: correct those rows first' },
      ],
    )
    if (alone === 'stop') throw stopped(rule, 'none', world)
    rule.alone = alone === 'second' ? 'second' : 'first'
  }
  return closest(rule, world)
}

/** What no separator was said for: those that the rows hold are offered. */
async function askedCut(
  rule: Parts,
  where: string,
  world: World,
): Promise<Pick<Parts, 'separator' | 'at' | 'between'>> {
  const found: { separator: string; rows: Rows }[] = []
  for (const separator of new Set(Object.values(NAMED))) {
    const rows = await rowsBy({ ...rule, separator, between: separator }, world)
    if (rows.all > rows.none) found.push({ separator, rows })
  }
  const ways = found
    .sort((a, b) => a.rows.none - b.rows.none)
    .flatMap(({ separator, rows }) => {
      const held = `${(rows.all - rows.none).toLocaleString('en')} of ${count(rows.all, 'row')} hold one`
      const first = { at: 'first' as const, separator, why: held }
      const last = {
        at: 'last' as const,
        separator,
        why: `${rows.several.toLocaleString('en')} hold several`,
      }
      return rows.several > 0 ? [first, last] : [first]
    })
    .map((w) => ({ ...w, id: `${w.at} ${separatorWords(w.separator)}` }))
  const [best] = ways
  if (!best)
    throw refused(
      `It was not said at what ${where} is to be parted, and its rows hold nothing that would tell.`,
      `Say it: split ${rule.whole} of ${rule.table.name} into ${rule.parts.join(' and ')} at the first space`,
    )
  const chosen = await world.choose(
    'cut',
    `Where is ${where} parted?`,
    ways.map(({ id, why }) => ({ id, label: `at the ${id}: ${why}` })),
  )
  const { separator, at } = ways.find((w) => w.id === chosen) ?? best
  return { separator, at, between: separator }
}

/** Put together with what stands between in most rows, so that most give the same text again. */
async function closest(rule: Parts, world: World): Promise<{ rule: Parts; rows: Rows }> {
  const mark = rule.separator.trim()
  const ways = mark === '' ? [rule.separator] : [...new Set([rule.separator, `${mark} `, mark, ` ${mark} `])]
  let best = { rule, rows: await rowsBy(rule, world) }
  for (const between of ways) {
    const rows = await rowsBy({ ...rule, between }, world)
    if (rows.otherwise < best.rows.otherwise) best = { rule: { ...rule, between }, rows }
  }
  return best
}

/** The parts are not there yet: what they would hold stands in their place. */
async function rowsBy(rule: Parts, { db }: World): Promise<Rows> {
  const { separators } = partsSql(rule, db)
  const name = db.quote(rule.whole)
  const of = (condition: string) => `sum(case when ${condition} then 1 else 0 end)`
  const [row] = await db.query(
    `select count(${name}) as n, ${of(`${name} is not null and ${separators} = 0`)} as none, ${of(`${separators} > 1`)} as several, ${of(otherwiseSql(rule, db))} as otherwise from ${tableSql(db, rule.table)}`,
  )
  return {
    all: Number(row?.n ?? 0),
    none: Number(row?.none ?? 0),
    several: Number(row?.several ?? 0),
    otherwise: Number(row?.otherwise ?? 0),
  }
}

/** Whether a row's parts, put together, would not be the text of today. */
export function otherwiseSql(rule: Parts, db: World['db']): string {
  const { first, second } = partsSql(rule, db)
  const name = db.quote(rule.whole)
  const whole = `concat_ws(${textSql(rule.between, db)}, ${first}, ${second})`
  return `${name} is not null and ${differSql(name, whole, 'text', db)}`
}

/** Rows that do not fit, by their keys. */
export async function keysWhere(
  rule: Parts,
  table: Table,
  condition: string,
  { db }: World,
): Promise<string> {
  const keys = table.primaryKey?.columns ?? []
  const own = keys.map((k) => db.quote(k)).join(', ')
  const rows = await db.query(
    `select ${own} from ${tableSql(db, rule.table)} where ${condition} order by ${own} limit 5`,
  )
  return list(
    rows.map((r) =>
      Object.entries(r)
        .map(([k, v]) => `${k} ${String(v)}`)
        .join(' '),
    ),
  )
}

function assertSayable({ separator, whole, parts, table }: Parts, where: string): void {
  const odd = [whole, ...parts].find((n) => !isSayable(n))
  if (odd !== undefined)
    throw refused(
      `${where} cannot be parted: the name ${odd} of ${table.name} holds a quote.`,
      'Rename it first.',
    )
  if (!isSayable(separator) || separator.length > 10)
    throw refused(
      `${where} cannot be parted at ${JSON.stringify(separator)}: a separator has up to 10 characters, and no quote or backslash.`,
      'Say another one.',
    )
}

function refused(message: string, mend: string): MartsmithError {
  return new MartsmithError({ code: 'database.parts', message, mend: [mend], exitCode: 1 })
}

function stopped(rule: Parts, which: 'none' | 'several', { db }: World): MartsmithError {
  const { separators } = partsSql(rule, db)
  const where =
    which === 'none' ? `${db.quote(rule.whole)} is not null and ${separators} = 0` : `${separators} > 1`
  return new MartsmithError({
    code: 'database.request',
    message: `Nothing was changed in ${tableWords(rule.table)}.`,
    mend: [`Those rows are found by: select * from ${tableSql(db, rule.table)} where ${where}`],
  })
}
