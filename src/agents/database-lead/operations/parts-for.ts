/** Which parts a table gets: of its periods, of its values, or as many as are wanted. */
import { type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { count } from '../../../core/text.ts'
import type { ChangeOf, NewPart } from '../order/change.ts'
import { typeIn } from '../order/sql.ts'
import { type AskOf, INTERVALS, type Interval } from '../requests/ask.ts'
import type { World } from '../types.ts'
import { refused } from './in-parts.ts'
import { partName } from './part-names.ts'
import { periodsFor } from './periods.ts'

export const isMoment = (type: string) => /^(?:date|datetime|timestamp)/i.test(type)

export type How = {
  method: ChangeOf<'partition-table'>['method']
  parts: NewPart[]
  words: string
  told: string
  later: string[]
}

export async function partsFor(
  ask: AskOf<'partition-table'>,
  table: Table,
  column: string,
  world: World,
): Promise<How> {
  const type = typeIn(table, column)
  if (ask.method === 'hash') return byHash(ask.parts ?? (await hashParts(table, column, world)), table, world)
  if (ask.method === 'list') return byList(table, column, world)
  if (ask.method === null && !isMoment(type)) {
    const method = await world.choose(
      'partition method',
      `${tableWords(table)}.${column} is ${type}: how is it to lie in parts?`,
      [
        { id: 'list', label: 'by list: a part for each value of today, and one for all else' },
        { id: 'hash', label: 'by hash: as many rows in each' },
      ],
    )
    return partsFor({ ...ask, method: method === 'hash' ? 'hash' : 'list' }, table, column, world)
  }
  const interval =
    ask.interval ??
    ((await world.choose(
      'partition interval',
      `How long is a part of ${tableWords(table)} by ${column} to be?`,
      INTERVALS.map((i) => ({ id: i, label: `one ${i}` })),
    )) as Interval)
  const periods = await periodsFor(table, column, interval, world)
  const bare = { name: table.name }
  const rest: NewPart = { name: partName({ kind: 'rest' }, bare, world.db), bounds: { kind: 'rest' } }
  const parts = periods.bounds.map((bounds): NewPart => ({ name: partName(bounds, bare, world.db), bounds }))
  return {
    method: 'range',
    parts: [...parts, rest],
    words: interval,
    told: `${periods.told} What lies in none of them goes to ${rest.name}, so that no row is refused.`,
    later: periods.later(rest.name),
  }
}

function hashParts(table: Table, column: string, { choose }: World): Promise<number> {
  return choose('partition parts', `In how many parts is ${tableWords(table)} to lie by hash of ${column}?`, [
    { id: '4', label: '4' },
    { id: '8', label: '8' },
    { id: '16', label: '16' },
  ]).then(Number)
}

function byHash(of: number, table: Table, { db }: World): How {
  const parts = Array.from({ length: of }, (_, at): NewPart => {
    const bounds = { kind: 'hash' as const, of, at }
    return { name: partName(bounds, { name: table.name }, db), bounds }
  })
  return {
    method: 'hash',
    parts,
    words: 'hash',
    told: `${of} parts with about as many rows in each; another number of them would mean to write all rows anew.`,
    later: [],
  }
}

/** More values than that are no list. */
const MOST_VALUES = 50

async function byList(table: Table, column: string, { db }: World): Promise<How> {
  const name = db.quote(column)
  const as = db.server.family === 'postgres' ? `${name}::text` : name
  const rows = await db.query(
    `select ${as} as v, count(*) as n from ${tableSql(db, table)} group by 1 order by 1 limit ${MOST_VALUES + 1}`,
  )
  if (rows.length === 0 || rows.length > MOST_VALUES)
    throw refused(
      rows.length === 0
        ? `${tableWords(table)} is empty: which values ${column} is to have is not known.`
        : `${tableWords(table)}.${column} has more than ${MOST_VALUES} values: that is no list.`,
      `martsmith db "partition ${table.name} by hash of ${column} into 8 parts"`,
    )
  const parts = rows.map((r): NewPart => {
    const bounds = { kind: 'list' as const, values: [String(r.v)] }
    return { name: partName(bounds, { name: table.name }, db), bounds }
  })
  const hasRest = db.server.product !== 'MySQL'
  const rest: NewPart = {
    name: db.server.family === 'postgres' ? partName({ kind: 'rest' }, { name: table.name }, db) : 'pother',
    bounds: { kind: 'rest' },
  }
  const named = new Set([...parts, rest].map((p) => p.name))
  if (named.size <= parts.length)
    throw refused(`Values of ${column} would give parts of the same name.`, 'Do it by hand.')
  return {
    method: 'list',
    parts: [...parts, ...(hasRest ? [rest] : [])],
    words: 'list',
    told: `A part for each of ${count(rows.length, 'value')} of today; ${hasRest ? `what is none of them goes to ${rest.name}` : 'MySQL refuses what is none of them'}.`,
    later: [
      `A new value gets its part by: martsmith db "add a partition for ${column} '<value>' to ${table.name}"`,
    ],
  }
}
