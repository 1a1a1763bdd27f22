/** How a fact is kept up to date: by what really moves. */
import { count } from '../../../core/text.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { neverTwice } from '../../../refactor/prove/never-twice.ts'
import type { Kind } from './additivity.ts'
import type { Cased } from './columns.ts'
import type { Grain } from './grain.ts'
import { type Lab, plain, type Side } from './lab.ts'
import { isLoading, isUpdate } from './names.ts'
import type { FactRecommendation } from './types.ts'

export type Load = FactRecommendation['load']

/** What dbt's adapters can do, the best first: https://docs.getdbt.com/docs/build/incremental-strategy */
const STRATEGIES: Record<string, { key: string; window: string }> = {
  bigquery: { key: 'merge', window: 'insert_overwrite' },
  databricks: { key: 'merge', window: 'replace_where' },
  spark: { key: 'merge', window: 'insert_overwrite' },
}
const USUAL = { key: 'delete+insert', window: 'delete+insert' }
const LOOKBACK = { updated: 1, loaded: 1, event: 3 }
const MOST_LOOKBACK = 30
const DAY = 86_400_000

type Asked = { today: number; asking: ReadonlyMap<string, string>; byLoader: boolean }
type Watermark = { column: ColumnProfile; moves: NonNullable<Load['moves']> }

export async function loadOf(
  lab: Lab,
  side: Side,
  { grain, kind, times, header }: { grain: Grain; kind: Kind; times: Cased[]; header: string | null },
): Promise<Load> {
  const [main] = times
  const { against, found } = watermarks(lab, side, main && !main.cast ? main.column.name : null)
  if (main?.cast) against.push(`${main.column.name} is no watermark: it is ${main.cast.words}`)
  if (!main && header) against.push(`the times are those of ${header}, which the lines do not have`)
  const [best] = found
  const rows = count(side.profile.rows, 'row')
  const table = (...because: string[]): Load => ({
    way: 'table',
    watermark: null,
    moves: null,
    lookbackDays: 0,
    strategy: null,
    because: [...because, ...against],
  })
  if (!best)
    return table(
      `a table, made anew each time: no column of ${side.origin.label} tells which of its ${rows} are new`,
    )
  if (kind === 'accumulating snapshot' && best.moves === 'event')
    return table(
      `a table, made anew each time: rows change as later steps happen, and no column of ${side.origin.label} tells when`,
    )
  if (grain.copies > 0 && best.moves === 'event' && grain.by !== 'key')
    return table(
      'a table, made anew each time: copies of rows without a key can only be told apart when all are seen',
    )
  if (best.moves === 'updated' && grain.by !== 'key')
    return table(
      `a table, made anew each time: ${best.column.name} moves when a row changes, and without a key its row from before cannot be found`,
    )
  const name = best.column.name
  const strategies = STRATEGIES[lab.adapter] ?? USUAL
  const hasKey = grain.by === 'key'
  const strategy = hasKey ? strategies.key : strategies.window
  const lookback = await lookbackOf(lab, side, best)
  const why = {
    updated: `incremental by ${name}, which moves when a row changes: new and changed rows come`,
    loaded: `incremental by ${name}, which says when a row arrived: late events come however old they are`,
    event: `incremental by ${name}, the time of the event: nothing tells when a row arrived or changed`,
  }[best.moves]
  return {
    way: 'incremental',
    watermark: plain(best.column),
    moves: best.moves,
    lookbackDays: lookback.days,
    strategy,
    because: [
      `${why}; ${rows} today`,
      lookback.because,
      hasKey
        ? `${strategy} by the grain: a row that comes again takes the place of the one before`
        : `${strategy} by whole days of ${name}: without a key in the source a changed row is seen only inside the window, where its day is made anew`,
      ...against,
    ],
  }
}

/** Those that may be one, the best first, and why others are none. */
function watermarks(lab: Lab, side: Side, main: string | null): { found: Watermark[]; against: string[] } {
  const { profile } = side
  const asking = clockColumns(lab, side)
  const against: string[] = []
  const today = lab.context.now().getTime()
  const times = profile.columns.filter((c) => (c.kind === 'timestamp' || c.kind === 'date') && c.distinct > 0)
  const found = times.flatMap((column): Watermark[] => {
    const moves = isUpdate(column.name)
      ? 'updated'
      : isLoading(column.name)
        ? 'loaded'
        : column.name === main
          ? 'event'
          : null
    if (moves === null) return []
    const why = noWatermark(column, profile.rows, {
      today,
      asking,
      moves,
      byLoader: isByLoader(lab, side, column),
    })
    if (why === null) return [{ column, moves }]
    against.push(`${column.name} is no watermark: ${why}`)
    return []
  })
  const rank = { updated: 0, loaded: 1, event: 2 }
  return { found: found.sort((a, b) => rank[a.moves] - rank[b.moves]), against }
}

function noWatermark(
  c: ColumnProfile,
  rows: number,
  { today, asking, moves, byLoader }: Asked & { moves: Watermark['moves'] },
): string | null {
  const clock = asking.get(c.name.toLowerCase())
  if (clock !== undefined) return `${clock} makes it anew whenever it is asked`
  if (c.nulls > 0) return `it is null in ${count(c.nulls, 'row')}`
  // After one load all rows have one time: the loader's own is known to move with the next.
  if (c.distinct === 1 && rows > 1 && !(moves === 'loaded' && byLoader)) return 'it is the same in all rows'
  const end = Date.parse((c.max ?? '').slice(0, 10))
  if (Number.isFinite(end) && end - today > 2 * DAY && moves !== 'event')
    return `it goes up to ${(c.max ?? '').slice(0, 10)}, in the future`
  if (Number.isFinite(end) && end - today > 2 * DAY)
    return `some of it lies in the future, and what comes today would be behind it`
  return null
}

/** What dlt, Fivetran, Airbyte and Singer write beside each row. */
const LOADERS = /_dlt_load_id|_fivetran_synced|_airbyte_(?:emitted|extracted)_at|_sdc_\w+_at/i

/** The column of the loader itself, or one that a model makes of it. */
function isByLoader({ context: { graph } }: Lab, { origin }: Side, { name }: ColumnProfile): boolean {
  if (LOADERS.test(name)) return true
  const models = [origin.id, ...graph.ancestors([origin.id])].flatMap((id) => graph.node(id) ?? [])
  return models.some((m) =>
    m.raw_code
      .split(/,\s*\n/)
      .some((item) => LOADERS.test(item) && item.toLowerCase().includes(` ${name.toLowerCase()}`)),
  )
}

/** Columns of a view that ask the clock: their text names it beside the column. */
function clockColumns({ context: { graph } }: Lab, { origin }: Side): ReadonlyMap<string, string> {
  const node = graph.node(origin.id)
  const found = new Map<string, string>()
  const chain = node ? [node, ...graph.ancestors([origin.id]).flatMap((id) => graph.node(id) ?? [])] : []
  for (const { raw_code: sql, resource_type: type, config } of chain) {
    // What a table or an incremental model stamped stays as it is; a view asks again.
    if (type !== 'model' || !/view|ephemeral/.test(config?.materialized ?? 'view')) continue
    for (const part of sql.split(/,|\bfrom\b|\n/i)) {
      const [word] = neverTwice(part)
      const name = /\bas\s+"?([\p{L}_][\p{L}\p{N}_]*)"?\s*$/iu.exec(part.trim())?.[1]
      if (word !== undefined && name !== undefined) found.set(name.toLowerCase(), word)
    }
  }
  return found
}

/** Days that are read again: of an event time, how late rows were seen to arrive. */
async function lookbackOf(
  { numbers, dialect: { quote } }: Lab,
  { profile }: Side,
  { column, moves }: Watermark,
): Promise<{ days: number; because: string }> {
  const usual = LOOKBACK[moves]
  if (moves !== 'event')
    return {
      days: usual,
      because: `the last ${count(usual, 'day')} ${usual === 1 ? 'is' : 'are'} read again: rows of one moment, and clocks that differ`,
    }
  const loaded = arrived(profile.columns)
  if (loaded) {
    const [most] =
      (await numbers(
        `select max(cast(${quote(loaded.name)} as date) - cast(${quote(column.name)} as date)) from ${profile.relation}`,
      )) ?? []
    if (most !== undefined && most >= 0 && most < MOST_LOOKBACK)
      return {
        days: Math.max(usual, Math.ceil(most) + 1),
        because: `rows arrived up to ${count(Math.ceil(most), 'day')} after ${column.name}, by ${loaded.name}: one more is read again`,
      }
  }
  return {
    days: usual,
    because: `the last ${count(usual, 'day')} are read again, which is a guess: nothing tells how late rows arrive`,
  }
}

/** Several loads have to be there: of the first one all rows are late. */
function arrived(columns: ColumnProfile[]): ColumnProfile | undefined {
  return columns.find((c) => c.kind === 'timestamp' && isLoading(c.name) && c.nulls === 0 && c.distinct > 1)
}
