/** What the columns of a staging model are called, and which tests the data hold. */
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { wordsIn } from '../../project/conventions/names.ts'
import type { RelationProfile } from '../../project/profile/types.ts'

/** The house's way of writing names, where it has one that is sure; by the name in the source. */
export function stagedNames(style: HouseStyle, columns: string[]): Map<string, string> {
  const made = columns.map((column) => [column, nameIn(style, column)] as const)
  const counts = Map.groupBy(made, ([, to]) => to.toLowerCase())
  // Two columns of one name would be none: both keep what they have.
  return new Map(
    made.map(([from, to]) => [from, (counts.get(to.toLowerCase())?.length ?? 0) > 1 ? from : to]),
  )
}

function nameIn({ columnNames, origin }: HouseStyle, name: string): string {
  const from = origin('column_names')
  // Where people do it in several ways, none of them is put upon a name.
  if ('because' in from && from.because === 'no one way') return name
  if (columnNames !== 'snake_case' && columnNames !== 'SNAKE_CASE') return name
  const words = name
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
  // Loaders mark their own columns with it.
  const lead = /^_+/.exec(name)?.[0] ?? ''
  const snake = lead + words.replace(/^_+|_+$/g, '')
  if (snake === lead) return name
  return columnNames === 'snake_case' ? snake.toLowerCase() : snake.toUpperCase()
}

export type ProvenTests = Map<string, ('unique' | 'not_null')[]>

/**
 * The key that all rows bear out is tested, and columns that are called like keys and are never null. A column that
 * happens to repeat nothing is no key yet: of several, the one that is called like one.
 */
export function provenTests(profile: RelationProfile, idSuffix: string): ProvenTests {
  const tests: ProvenTests = new Map()
  const isId = (name: string) => namedLikeKey(name, idSuffix)
  const single = profile.keys.flatMap((k) => (k.proven && k.columns.length === 1 ? k.columns : []))
  const key = single.find(isId) ?? (single.length === 1 ? single[0] : undefined)
  for (const column of profile.columns) {
    if (column.name === key) tests.set(column.name, ['unique', 'not_null'])
    else if (profile.rows > 0 && column.nulls === 0 && isId(column.name)) tests.set(column.name, ['not_null'])
  }
  return tests
}

/** `order_id`, `orderId`, `Order Id`; by the house's own ending too. */
export function namedLikeKey(name: string, idSuffix: string): boolean {
  const low = wordsIn(name).join('_').toLowerCase()
  const suffixes = [idSuffix.toLowerCase(), '_id', '_key', '_code', '_no', '_nr', '_sk', '_pk'].filter(
    Boolean,
  )
  return low === 'id' || suffixes.some((s) => low.endsWith(s) || name.toLowerCase().endsWith(s))
}
