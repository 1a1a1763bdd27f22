/** The key that rows have once their copies are gone: of columns that read like keys, and of one date at most. */
import type { ColumnProfile } from '../../../project/profile/types.ts'
import type { Lab, Side } from './lab.ts'
import { isDatePart, isKeyName, isLoading, isUpdate } from './names.ts'

const MOST_COLUMNS = 8

/**
 * The fewest of them that name each row: all are counted first, then without each, the last first, for keys stand at
 * the beginning of a table. Moments are none: a thing may happen twice in the second that a source keeps.
 * @param rows those that are not copies.
 */
export async function keyOfCopied(lab: Lab, side: Side, rows: number): Promise<string[] | null> {
  const columns = side.profile.columns.filter(
    (c) => c.nulls === 0 && c.distinct > 1 && !isLoading(c.name) && !isUpdate(c.name),
  )
  const things = columns
    .filter((c) => ['integer', 'text'].includes(c.kind) && readsLikeKey(lab, c))
    .slice(0, MOST_COLUMNS)
  if (things.length === 0) return null
  const dates = columns.filter((c) => c.kind === 'date' || c.grain?.unit === 'day')
  const wide = [things, ...dates.slice(0, 1).map((d) => [...things, d])].map((key) => key.map((c) => c.name))
  const counted = await valuesOf(lab, side, wide)
  const whole = wide.find((_, i) => counted[i] === rows)
  if (!whole) return null
  let key = whole
  for (const name of [...whole].reverse()) {
    const rest = key.filter((n) => n !== name)
    if (rest.length > 0 && (await valuesOf(lab, side, [rest]))[0] === rows) key = rest
  }
  return key
}

function readsLikeKey({ style }: Lab, { name }: ColumnProfile): boolean {
  return isKeyName(name, style.idSuffix) || isDatePart(name)
}

async function valuesOf(
  { manyNumbers, dialect }: Lab,
  { profile }: Side,
  keys: string[][],
): Promise<(number | undefined)[]> {
  const answers = await manyNumbers(
    keys.map(
      (key) =>
        `select count(*) from (select distinct ${key.map(dialect.quote).join(', ')} from ${profile.relation}) as keys`,
    ),
  )
  return answers.map((a) => a?.[0])
}
