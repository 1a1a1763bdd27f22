/** Whether a number stands or flows: how much it moves from one date to the next of the same thing. One statement. */
import { type Dialect, isScalar } from './sql.ts'
import type { ColumnProfile, Key } from './types.ts'

export type Series = {
  column: string
  over: string
  per: string[]
  /** Squares of steps against squares of distances from each thing's mean; null where nothing moves. */
  roughness: number | null
}

/** Sorting more rows than this for it is not worth it. */
export const MOST_SORTED_ROWS = 5_000_000
/** Fewer dates for each thing say nothing of it. */
const FEWEST_DATES = 8
const MOST_COLUMNS = 8

export type SeriesQuestion = { columns: string[]; over: string; per: string[]; statement: string }

/** Only for what has one row for each thing and date: a proven key of one date and other columns. */
export function seriesQuestion(
  relation: string,
  columns: ColumnProfile[],
  keys: Key[],
  rows: number,
  { quote, windows }: Dialect,
): SeriesQuestion | null {
  if (!windows || rows > MOST_SORTED_ROWS) return null
  const byName = new Map(columns.map((c) => [c.name, c]))
  const isTime = (name: string) => ['date', 'timestamp'].includes(byName.get(name)?.kind ?? '')
  const found = keys.find((k) => k.proven && k.columns.length > 1 && k.columns.filter(isTime).length === 1)
  const over = found?.columns.find(isTime)
  const per = found?.columns.filter((c) => c !== over) ?? []
  const numbers = columns
    .filter((c) => (c.kind === 'integer' || c.kind === 'number') && !found?.columns.includes(c.name))
    .filter((c) => isScalar(c) && c.distinct > 2)
    .slice(0, MOST_COLUMNS)
  // At most so many for each thing, on the average.
  const dates = rows / Math.max(1, ...per.map((name) => byName.get(name)?.distinct ?? 1))
  if (over === undefined || numbers.length === 0 || dates < FEWEST_DATES) return null
  const window = `partition by ${per.map(quote).join(', ')}`
  const inner = numbers.flatMap((c, i) => {
    const x = `cast(${quote(c.name)} as double precision)`
    return [
      `${x} - lag(${x}) over (${window} order by ${quote(over)}) as step_${i}`,
      `${x} - avg(${x}) over (${window}) as away_${i}`,
    ]
  })
  const outer = numbers.flatMap((_, i) => [`sum(step_${i} * step_${i})`, `sum(away_${i} * away_${i})`])
  const statement = `select ${outer.map((e, i) => `${e} as sum_${i}`).join(',\n  ')}\nfrom (select ${inner.join(',\n  ')}\n  from ${relation}) as steps`
  return { columns: numbers.map((c) => c.name), over, per, statement }
}

export function seriesOf(question: SeriesQuestion, answer: unknown[]): Series[] {
  return question.columns.map((column, i) => {
    const [steps, away] = [answer[i * 2], answer[i * 2 + 1]].map((v) => (v === null ? Number.NaN : Number(v)))
    const ratio = (steps ?? Number.NaN) / (away ?? Number.NaN)
    return {
      column,
      over: question.over,
      per: question.per,
      roughness: Number.isFinite(ratio) ? ratio : null,
    }
  })
}
