/**
 * The key of a thing in its own table: one column or several. Where no column alone repeats nothing, what is called
 * like a key is counted against the rows without their copies, so that a table with copies keeps its key.
 */
import { count, list } from '../../../core/text.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { namedLikeKey } from '../../../refactor/add-staging/columns.ts'
import { type Asking, oneRow } from '../measure.ts'
import { bareWords, wordsOf } from '../search/names.ts'
import type { Origin } from '../types.ts'
import { describing, entityKey } from './judge.ts'

const MOST_PARTS = 3
const MOST_NAMED = 5

export type KeyCount = {
  columns: string[]
  /** Values, and rows that differ in what is read of them; both where all columns have a value. */
  values: number
  distinctRows: number
  /** Rows with a value in all columns, and in none. */
  present: number
  without: number
}

export type FoundKey = {
  columns: string[]
  values: number
  without: number
  copies: number
  /** How it is known, in words that follow "in <label>". */
  because: string
  notes: string[]
}

export type Names = { table: string; entity: string; idSuffix: string }

/** What may be the key by its name, the likeliest first; what the project's tests say is one goes before. */
export function candidateKeys(profile: RelationProfile, declared: string[][], names: Names): string[][] {
  const columns = profile.columns.filter((c) => c.kind !== 'other' && c.kind !== 'boolean').map((c) => c.name)
  const known = declared.filter((key) => key.every((c) => columns.includes(c)))
  const keyish = columns.filter((c) => isKeyish(c, names.idSuffix))
  const isOwn = (c: string) =>
    [names.table, names.entity].some((thing) => bareWords(c).join('') === wordsOf(thing).join('')) ||
    c.toLowerCase() === 'id'
  const own = keyish.filter(isOwn)
  const single = own.length > 0 ? own : keyish.length === 1 ? keyish : []
  const parts = keyish.slice(0, MOST_NAMED)
  return unique([...known, ...single.map((c) => [c]), ...several(parts)])
}

function several(columns: string[]): string[][] {
  const of = (size: number, from: number): string[][] =>
    size === 0
      ? [[]]
      : columns.slice(from).flatMap((c, i) => of(size - 1, from + i + 1).map((rest) => [c, ...rest]))
  return Array.from({ length: MOST_PARTS - 1 }, (_, i) => of(i + 2, 0)).flat()
}

function unique(keys: string[][]): string[][] {
  return [...new Map(keys.map((k) => [[...k].sort().join('\0'), k])).values()]
}

export function isKeyish(name: string, idSuffix: string): boolean {
  const words = wordsOf(name)
  return namedLikeKey(name, idSuffix) || (bareWords(name).length < words.length && words.at(-1) !== 'name')
}

export function keyStatement(relation: string, read: string[], keys: string[][], adapter: string): string {
  const { quote } = dialectOf(adapter)
  const columns = (names: string[]) => names.map((c, i) => `${quote(c)} as c${i}`).join(', ')
  const counts = keys.flatMap((key) => {
    const all = key.map((c) => `${quote(c)} is not null`).join(' and ')
    const none = key.map((c) => `${quote(c)} is null`).join(' and ')
    const distinct = (names: string[]) =>
      `(select count(*) from (select distinct ${columns(names)} from ${relation} where ${all}) as t)`
    return [
      distinct(key),
      distinct([...new Set([...key, ...read])]),
      `(select count(*) from ${relation} where ${all})`,
      `(select count(*) from ${relation} where ${none})`,
    ]
  })
  return `select ${counts.map((c, i) => `${c} as count_${i}`).join(',\n  ')}`
}

export async function countKeys(
  asking: Asking,
  origin: Origin,
  read: string[],
  keys: string[][],
): Promise<KeyCount[]> {
  if (keys.length === 0) return []
  const numbers = await oneRow(asking, keyStatement(origin.relation, read, keys, asking.adapter))
  return keys.map((columns, i) => {
    const [values = 0, distinctRows = 0, present = 0, without = 0] = numbers.slice(4 * i, 4 * i + 4)
    return { columns, values, distinctRows, present, without }
  })
}

/** Each value has one row but for copies, and no row has a value in some of the columns alone. */
export function holds({ values, distinctRows, present, without }: KeyCount, rows: number): boolean {
  return values > 0 && values === distinctRows && present + without === rows
}

/** The first that holds; a column alone goes before several. Null where none does. */
export function keyAmong(counted: KeyCount[], rows: number): FoundKey | null {
  const [found] = counted.filter((k) => holds(k, rows)).sort((a, b) => a.columns.length - b.columns.length)
  return found ? foundKey(found, rows) : null
}

export function foundKey({ columns, values, present, without }: KeyCount, rows: number): FoundKey {
  const copies = present - values
  const words = list(columns)
  const is = columns.length === 1 ? 'is' : 'together are'
  return {
    columns,
    values,
    without,
    copies,
    because: `${words} ${is} unique in all ${count(values, 'row')}${copies > 0 ? ' that are not copies' : ''}${without > 0 ? ` that have ${columns.length === 1 ? 'it' : 'them'}` : ' and never null'}`,
    notes: [
      ...(copies > 0
        ? [
            `${count(copies, 'row')} ${copies === 1 ? 'is a copy' : 'are copies'} of others in all that is read: dropped.`,
          ]
        : []),
      ...(without > 0
        ? [
            `${count(without, 'row')} ${without === 1 ? 'has' : 'have'} no ${words}: no row of their own, and they find the unknown member.`,
          ]
        : []),
      ...(rows === 1 ? [`With one row, that ${words} names it rests on its name.`] : []),
    ],
  }
}

/**
 * What the profile has proven: the column that is called like the key of the table. Where one is called so that
 * repeats, another that repeats nothing by chance is not taken for it.
 */
export function provenKey(profile: RelationProfile, names: Names): string | null {
  const { table, entity, idSuffix } = names
  const own = describing(profile, []).attributes
  const keys = profile.keys.filter((k) =>
    k.columns.every((c) => own.some((o) => o.name === c && o.kind !== 'timestamp' && o.kind !== 'date')),
  )
  const found =
    entityKey({ ...profile, keys }, table, idSuffix) ?? entityKey({ ...profile, keys }, entity, idSuffix)
  if (found === null || isKeyish(found, idSuffix)) return found
  return candidateKeys(profile, [], names).some((k) => k.length === 1) ? null : found
}

/** Columns that `unique` tests of the project name, alone or together. */
export function declaredKeys(graph: ProjectGraph, origin: string): string[][] {
  return graph.children(origin).flatMap((id) => {
    const node = graph.node(id)
    const { name, kwargs = {} } = node?.test_metadata ?? {}
    if (node?.attached_node !== origin) return []
    if (name === 'unique' && node.column_name) return [[node.column_name.replace(/^["`]|["`]$/g, '')]]
    const several = kwargs.combination_of_columns ?? kwargs.columns
    return /^unique_combination/.test(name ?? '') && Array.isArray(several) ? [several.map(String)] : []
  })
}

/** Names of columns that are not the same in all rows of a key, from the answer of `dependsStatement`. */
export function differing(others: ColumnProfile[], numbers: number[]): string[] {
  return others
    .filter((_, i) => (numbers[1 + 2 * i] ?? 0) > 1 || (numbers[2 + 2 * i] ?? 0) > 0)
    .map((c) => c.name)
}
