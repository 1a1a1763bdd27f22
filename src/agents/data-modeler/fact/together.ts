/**
 * Keys of several columns that events hold: a house and a hall code, which together name a row of the halls. Names
 * tell which columns may mean which; that the join finds one row and how many find none is counted over all rows.
 */
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { nameScore } from '../search/names.ts'
import type { Foreign } from './foreign.ts'
import { type Around, isEvents } from './foreign.ts'
import type { Lab, Side } from './lab.ts'
import { isDatePart, isKeyName, isLoading, isUpdate, rawWords, roleOfKey } from './names.ts'
import { MOST_ORPHANS } from './reach.ts'
import type { Dimension } from './standing.ts'

const MOST_PARTS = 6
const MOST_IN_KEY = 3
/** Names that say the same in other words. */
const ALIKE = 0.6

type Part = { column: ColumnProfile; key: ColumnProfile }
/** Columns of the events that mean columns of the thing, all with the same words before them: `from`, `home`. */
type Role = { words: string[]; parts: Part[] }

type Thing = { side: Side; dimension: Dimension | null; table: Side | null }

/** @param single what is found by one column already: the same thing in the same role is not looked for again. */
export async function foreignTogether(
  lab: Lab,
  from: Side,
  { dimensions, tables }: Around,
  { single, idSuffix }: { single: Foreign[]; idSuffix: string },
): Promise<Foreign[]> {
  const things: Thing[] = [
    ...dimensions
      .filter((d) => d.day === null && d.versions === null)
      .map((d) => ({ side: d.side, dimension: d, table: null })),
    ...tables.map((t) => ({ side: t, dimension: null, table: t })),
  ]
  const found: Foreign[] = []
  for (const thing of things) {
    if (thing.side.profile.rows === 0 || thing.side.origin.id === from.origin.id) continue
    if (single.some((f) => f.of.name === thing.side.name)) continue
    for (const role of rolesOf(from, thing)) {
      const one = await joined(lab, from, thing, role, idSuffix)
      // A dimension that stands goes before the table that it is made of.
      const isSame = (f: Foreign) =>
        f.parts.length === one?.parts.length &&
        f.parts.every((p) => one.parts.some((o) => o.column === p.column))
      if (one && !found.some(isSame)) found.push(one)
    }
  }
  return found
}

/** For each way of calling them the columns that may mean parts of the thing's key. */
function rolesOf(from: Side, { side, dimension }: Thing): Role[] {
  const keys = side.profile.columns.filter(
    (c) => mayBePart(c) && c.name !== dimension?.surrogate?.name && c.distinct > 1,
  )
  const pairs = from.profile.columns
    .filter((c) => mayBePart(c) && c.nulls < from.profile.rows)
    .flatMap((column) =>
      keys.flatMap((key) => {
        const words = column.kind === key.kind ? roleWords(column.name, key.name) : null
        return words ? [{ words, part: { column, key } }] : []
      }),
    )
  const byRole = Map.groupBy(pairs, (p) => p.words.join(' '))
  const plain = (byRole.get('') ?? []).map((p) => p.part)
  return [...byRole.values()].flatMap((all): Role[] => {
    const words = all[0]?.words ?? []
    const own = all.map((p) => p.part)
    // `school_year` is said once for a first and a second subject.
    const shared = words.length === 0 ? [] : plain.filter((p) => !own.some((o) => o.key === p.key))
    const parts = inOrderOf(side, [...own, ...shared]).slice(0, MOST_PARTS)
    return parts.length > 1 ? [{ words, parts }] : []
  })
}

function mayBePart({ name, kind }: ColumnProfile): boolean {
  return (kind === 'text' || kind === 'integer') && !isLoading(name) && !isUpdate(name)
}

/** What stands before the key's own name; empty where that is all, null where they are called otherwise. */
function roleWords(column: string, key: string): string[] | null {
  const [words, its] = [rawWords(column), rawWords(key)]
  if (words.join(' ') === its.join(' ')) return []
  if (words.length > its.length && words.slice(-its.length).join(' ') === its.join(' '))
    return words.slice(0, -its.length)
  return nameScore(roleOfKey(column), roleOfKey(key)) >= ALIKE && words.length === its.length ? [] : null
}

/** In the order of the thing's own columns, the best called first where two may mean one. */
function inOrderOf({ profile }: Side, parts: Part[]): Part[] {
  const isExact = ({ column, key }: Part) => Number(column.name.toLowerCase() === key.name.toLowerCase())
  const once = [...parts]
    .sort((a, b) => isExact(b) - isExact(a))
    .filter((p, i, all) => all.findIndex((o) => o.key === p.key) === i)
  const at = (p: Part) => profile.columns.indexOf(p.key)
  return once.sort((a, b) => at(a) - at(b))
}

/** The fewest of them that find one row each; null where none do, or too many find nothing. */
async function joined(
  lab: Lab,
  from: Side,
  thing: Thing,
  { words, parts }: Role,
  idSuffix: string,
): Promise<Foreign | null> {
  const { side, dimension, table } = thing
  const proven = side.profile.keys.filter((k) => k.proven).map((k) => new Set(k.columns))
  const isSingle = (p: Part) => proven.some((k) => k.size === 1 && k.has(p.key.name))
  const usable = parts.filter((p) => !isSingle(p))
  const isCalledSo = (key: Part[]) =>
    key.some((p) => isKeyName(p.key.name, idSuffix)) &&
    key.every((p) => p.column.name.toLowerCase() === p.key.name.toLowerCase() || words.length > 0)
  const isProven = (key: Part[]) =>
    proven.some((k) => k.size === key.length && key.every((p) => k.has(p.key.name)))
  const isRead = (p: Part) => isKeyName(p.key.name, idSuffix) || isDatePart(p.key.name)
  // A dimension of nothing but these is one of flags: each part of it may be without a value for itself.
  const described = side.profile.columns.length - (dimension?.surrogate ? 1 : 0)
  const keys = combinations(usable)
    .filter((key) => (isProven(key) || isCalledSo(key)) && key.length < described)
    // Of a thing with a key of its own, a town and a post code describe a row, and repeat nothing by chance.
    .filter((key) => !hasOwnKey(thing, idSuffix) || key.every(isRead))
    .sort((a, b) => a.length - b.length || b.filter(isRead).length - a.filter(isRead).length)
  const counts = await lab.manyNumbers(keys.map((key) => joinStatement(lab, from, side, key)))
  for (const [i, key] of keys.entries()) {
    const [rows = 0, values = -1, present = 0, orphans = 0] = counts[i] ?? []
    if (rows === 0 || rows !== values || present === 0) continue
    if (orphans > present * MOST_ORPHANS.named) continue
    const name = key.map((p) => p.key.name).join(' and ')
    if (table && isEvents(table, name, idSuffix)) continue
    return {
      parts: key.map((p) => ({ column: p.column, key: p.key.name })),
      role: words,
      of: dimension?.measured ?? side,
      rows: present,
      orphans,
      dimension,
      table,
    }
  }
  return null
}

function hasOwnKey({ dimension, table }: Thing, idSuffix: string): boolean {
  if (dimension) return dimension.naturals?.some((n) => n !== dimension.surrogate?.name) ?? false
  const keys = table?.profile.keys ?? []
  return keys.some((k) => k.proven && k.columns.length === 1 && isKeyName(k.columns[0] ?? '', idSuffix))
}

function combinations(parts: Part[]): Part[][] {
  const of = (size: number, at: number): Part[][] =>
    size === 0
      ? [[]]
      : parts.slice(at).flatMap((p, i) => of(size - 1, at + i + 1).map((rest) => [p, ...rest]))
  return Array.from({ length: MOST_IN_KEY - 1 }, (_, i) => of(i + 2, 0)).flat()
}

/** Rows and values of the key; rows of the events that have all of it, and those of them that find nothing. */
function joinStatement({ dialect: { quote } }: Lab, from: Side, side: Side, key: Part[]): string {
  const keys = key.map((p) => quote(p.key.name))
  const has = (of: string[]) => of.map((c) => `${c} is not null`).join(' and ')
  const own = key.map((p) => `a.${quote(p.column.name)}`)
  const same = own.map((c, i) => `${c} = k.c${i}`).join(' and ')
  const distinct = `select distinct ${keys.map((k, i) => `${k} as c${i}`).join(', ')} from ${side.profile.relation} where ${has(keys)}`
  return (
    `select (select count(*) from ${side.profile.relation} where ${has(keys)}), (select count(*) from (${distinct}) as t), ` +
    `count(*), count(case when k.c0 is null then 1 end) from ${from.profile.relation} as a left join (${distinct}) as k on ${same} where ${has(own)}`
  )
}
