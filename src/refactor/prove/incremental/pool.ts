/**
 * The rows that are played with: a copy of the events, each row told by a number (1 is the newest) and by the part
 * of the play in which it comes. SQL only; what it is worth is in `play.ts`.
 */
import { dialectOf, kindOf } from '../../../project/profile/sql.ts'

/** Names of ours in the copy. */
export const ROW = 'martsmith_row'
export const PART = 'martsmith_part'
/** The watermark as it came. */
export const WAS = 'martsmith_was'

/** There from the start, newer, late, late with the newest watermark, and late beyond what is read again. */
export const PARTS = { first: 0, newer: 1, late: 2, asNew: 3, tooLate: 4 } as const

export type Column = { name: string; type: string }

export type PoolSql = {
  /** The copy, of at most so many rows, the newest. */
  select(relation: string, limit: number | null): string
  /** Whether a row is inside of what is read again, strictly; null where days cannot be counted. */
  inside: string | null
  /** Of those: the rows with the newest watermark. */
  newest: string
  /** Rows older than that. */
  outside: string | null
  /** The watermark of a row, one step newer than the newest, and as new; null where it must stay. */
  later: string | null
  asNew: string
  /** The watermark of a row that comes late inside the window; null where none can be made. */
  midway: string | null
  /** What rows are ordered by. */
  by: string
}

export type PoolOptions = {
  adapter: string
  pool: string
  watermark: Column
  lookbackDays: number
  key: string[] | null
  /** Whether the text of a watermark reads as a time. */
  castable: boolean
}

export function poolSql(options: PoolOptions): PoolSql {
  const { adapter, pool, watermark, lookbackDays, key, castable } = options
  const { quote } = dialectOf(adapter)
  const column = quote(watermark.name)
  const kind = kindOf(watermark.type)
  const isTime = kind === 'date' || kind === 'timestamp'
  const isNumber = kind === 'integer' || kind === 'number'
  const by = kind === 'text' && castable ? `cast(${column} as timestamp)` : column
  const counted = isTime || by !== column
  const newestOf = `(select max(${by}) from ${pool})`
  const days = `interval '${lookbackDays} days'`
  const window = lookbackDays > 0 && counted
  const moves = !(key ?? []).includes(watermark.name)
  const back = (time: string) => (kind === 'date' ? `cast(${time} as date)` : time)
  const newest = `${by} = ${newestOf}`
  return {
    by,
    newest,
    inside: lookbackDays === 0 ? newest : window ? `${by} > ${newestOf} - ${days}` : null,
    outside: lookbackDays === 0 ? `${by} < ${newestOf}` : window ? `${by} < ${newestOf} - ${days}` : null,
    later: !moves
      ? null
      : isTime
        ? back(`${newestOf} + interval '1 day'`)
        : isNumber
          ? `${newestOf} + 1`
          : null,
    asNew: `(select max(${column}) from ${pool} where ${newest})`,
    midway: moves && window && isTime ? back(`${newestOf} - interval '${lookbackDays * 12} hours'`) : null,
    select: (relation, limit) => {
      const some = `(select * from ${relation} where ${column} is not null order by ${by} desc limit ${limit})`
      const order = [`case when ${column} is null then 1 else 0 end`, `${by} desc`, ...(key ?? []).map(quote)]
      return (
        `select e.*, row_number() over (order by ${order.join(', ')}) as ${ROW}, ${PARTS.first} as ${PART}, ${column} as ${WAS}` +
        ` from ${limit === null ? relation : some} as e`
      )
    },
  }
}

/** Another value of a column for these rows, one that it has elsewhere; null where there is no other. */
export function otherValue(
  pool: string,
  { name, type }: Column,
  different: number,
  adapter: string,
): string | null {
  const column = dialectOf(adapter).quote(name)
  const kind = kindOf(type)
  const end = (order: string) =>
    `(select ${column} from ${pool} where ${column} is not null order by ${column} ${order} limit 1)`
  if (kind === 'other') return null
  if (different > 1) return `case when ${column} = ${end('desc')} then ${end('asc')} else ${end('desc')} end`
  if (different === 0) return null
  if (kind === 'boolean') return `not ${column}`
  return kind === 'integer' || kind === 'number' ? `${column} + 1` : null
}
