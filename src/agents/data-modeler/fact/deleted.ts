/** Rows that the source marks as deleted: they are no events any more. */
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { type Lab, plain, type Side } from './lab.ts'
import { deletedBy } from './names.ts'
import type { FactRecommendation } from './types.ts'

type Deleted = NonNullable<FactRecommendation['deleted']>

const YES = ['Y', 'y', 'yes', 'Yes', 'YES', 'true', 'TRUE', 't', 'T', 'J', '1']

export async function deletedOf(lab: Lab, side: Side): Promise<Deleted | null> {
  for (const column of side.profile.columns) {
    const how = deletedBy(column.name)
    const mark = how === null ? null : markOf(column, how)
    if (!mark) continue
    const c = lab.dialect.quote(column.name)
    const [rows] =
      (await lab.numbers(
        `select count(case when ${c} ${mark.sql} then 1 end) from ${side.profile.relation}`,
      )) ?? []
    // What marks nearly all rows is no mark of deletion.
    if (rows === undefined || rows > side.profile.rows * 0.9) continue
    return {
      column: plain(column),
      is: mark.is,
      rows,
      ...(mark.value === undefined ? {} : { value: mark.value }),
    }
  }
  return null
}

function markOf(
  { kind, top, min, max }: ColumnProfile,
  how: 'time' | 'flag',
): { is: Deleted['is']; sql: string; value?: string } | null {
  if (kind === 'timestamp' || kind === 'date') return { is: 'not null', sql: 'is not null' }
  if (how === 'time') return null
  if (kind === 'boolean') return { is: 'true', sql: '= true' }
  if (kind === 'integer' && Number(min ?? 0) >= 0 && Number(max ?? 0) <= 1)
    return { is: 'equal', sql: '= 1', value: '1' }
  const yes = top?.find((t) => YES.includes(t.value))?.value
  return kind === 'text' && yes !== undefined ? { is: 'equal', sql: `= '${yes}'`, value: `'${yes}'` } : null
}
