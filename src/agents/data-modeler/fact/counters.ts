/** Numbers that count within another key, as the lines of an order do: they name a row there, and are no key of a thing. */
import type { ColumnProfile } from '../../../project/profile/types.ts'
import type { Grain } from './grain.ts'
import type { Lab, Side } from './lab.ts'
import { isDatePart, isKeyName, isLoading, rawWords } from './names.ts'

const COUNTING =
  /^((.*_)?(line|row|seq|sequence|position|pos|ordinal|attempt|instal?lment|zeile|lfd)(_?(no|nr|number|num))?|(item|entry)_?(no|nr|number|num)|.*_(seq|sequence|ordinal|position))$/
const MOST_WITHIN = 3

type Within = { column: ColumnProfile; keys: string[]; isCalledSo: boolean }

/** One statement for each that may be one. */
export async function countersOf(
  lab: Lab,
  side: Side,
  grain: Pick<Grain, 'columns'>,
): Promise<ReadonlySet<string>> {
  const parts = grain.columns.map((c) => c.name)
  const asked = side.profile.columns.flatMap((column): Within[] => {
    const isCalledSo = COUNTING.test(rawWords(column.name).join('_'))
    if (!mayCount(column, isCalledSo)) return []
    // By the data alone it is one where it is not called like a key of something.
    if (!isCalledSo && isKeyName(column.name, lab.style.idSuffix)) return []
    if (parts.length > 1 && parts.includes(column.name))
      return [{ column, keys: parts.filter((n) => n !== column.name), isCalledSo }]
    // Beside the grain an amount may count by chance too.
    if (!isCalledSo) return []
    const keys = side.profile.columns.filter(
      (c) =>
        c !== column &&
        c.distinct > 1 &&
        c.distinct < side.profile.rows &&
        isKeyName(c.name, lab.style.idSuffix),
    )
    return keys.slice(0, MOST_WITHIN).map((k) => ({ column, keys: [k.name], isCalledSo }))
  })
  const answers = await lab.manyNumbers(asked.map((a) => countStatement(lab, side, a)))
  return new Set(
    asked
      .filter(({ isCalledSo }, i) => {
        const [groups = 0, gaps = 1, repeated = 1, least = 0, most = 0] = answers[i] ?? []
        if (groups === 0 || repeated > 0) return false
        // A thing that is in all groups counts in each as well: groups of several sizes tell.
        return isCalledSo || (gaps === 0 && least < most)
      })
      .map(({ column }) => column.name),
  )
}

function mayCount({ name, kind, nulls, min, distinct }: ColumnProfile, isCalledSo: boolean): boolean {
  const isWhole = kind === 'integer' && nulls === 0 && !isLoading(name) && !isDatePart(name)
  return isWhole && (isCalledSo || (distinct > 1 && (min === '0' || min === '1')))
}

/** Groups, those with gaps, those that repeat a number, the rows of the smallest and of the largest. */
function countStatement({ dialect: { quote } }: Lab, { profile }: Side, { column, keys }: Within): string {
  const names = keys.map(quote)
  const c = quote(column.name)
  const some = names.map((k) => `${k} is not null`).join(' and ')
  return `select count(*), count(case when least_one not in (0, 1) or most_one - least_one + 1 <> held then 1 end), count(case when differing <> held then 1 end), min(held), max(held)
from (
  select ${names.join(', ')}, min(${c}) as least_one, max(${c}) as most_one, count(*) as held, count(distinct ${c}) as differing
  from ${profile.relation} where ${some} group by ${names.join(', ')}
) as numbered`
}
