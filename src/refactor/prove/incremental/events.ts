/** The table that stands in for the events in the sandbox, filled part by part: what can be played with the rows that there are. */
import { warehouseError } from '../../../adapters/dbt/explain.ts'
import { count, list } from '../../../core/text.ts'
import { dialectOf, isScalar, kindOf } from '../../../project/profile/sql.ts'
import type { Sandbox } from '../../../sandbox/types.ts'
import type { Claim } from '../../types.ts'
import { neverTwice } from '../never-twice.ts'
import { type Column, otherValue, PART, PARTS, type PoolSql, poolSql, ROW, WAS } from './pool.ts'

export type ScenariosClaim = Extract<Claim, { kind: 'incremental-scenarios' }>

/** So many rows are enough to see how a model takes what comes; each is written some times over. */
const MOST_ROWS = 100_000

export type Events = {
  label: string
  /** Rows of the relation, and of those that are played with. */
  rows: { all: number; played: number }
  /** How many come in each part. */
  first: number
  newer: number
  /** Late rows by where they stand: inside the window, and as new as the newest. */
  late: { inside: number; asNew: number }
  tooLate: number
  /** Rows that were given another watermark, since none was late or newer by itself. */
  moved: number
  /** Those that are there first come; before, there is none. */
  firstCome(): Promise<void>
  newerCome(): Promise<void>
  lateCome(): Promise<void>
  /** Answers how many rows are other than they were; 0 where none can be changed. */
  change(): Promise<number>
  /** A row comes too late, and the newest goes. */
  tooLateComesNewestGoes(): Promise<void>
  /** Leaves the table as the relation was. */
  restore(): Promise<void>
  /** What could not be played, and why. */
  unplayed: string[]
}

/** @returns why nothing can be played. */
export async function openEvents(
  sandbox: Sandbox,
  claim: ScenariosClaim,
): Promise<Events | { not: string; wrong: boolean }> {
  const { after, adapter } = sandbox
  const graph = await after.graph()
  const label = graph.label(claim.reads)
  const { quote } = dialectOf(adapter)
  const relation = await after.relationOf(claim.reads, 'once').catch(() => null)
  if (relation === null)
    return { not: `${label} has no relation: another cannot take its place`, wrong: true }
  const [columns] = await sandbox.columns([relation])
  if (!columns || 'error' in columns) throw warehouseError(columns?.error ?? 'no answer')
  const watermark = columns.find((c) => c.name === claim.watermark)
  const absent = [claim.watermark, ...(claim.key ?? []), ...claim.changing].filter(
    (name) => !columns.some((c) => c.name === name),
  )
  if (!watermark || absent.length > 0) return { not: `${label} has no column ${list(absent)}`, wrong: true }

  const castable =
    kindOf(watermark.type) === 'text' && (await readsAsTime(sandbox, relation, quote(watermark.name)))
  const about = { adapter, watermark, lookbackDays: claim.lookbackDays, key: claim.key, castable }
  const { by } = poolSql({ ...about, pool: '' })
  const newest = `select cast(max(${by}) as varchar) from ${relation}`
  const [all, known, first, newestNow] = await row(
    sandbox,
    `select count(*), count(${by}), cast(min(${by}) as varchar), (${newest}) from ${relation}`,
  )
  const [total, played] = [Number(all), Number(known)]
  const clock = neverTwice(graph.node(claim.reads)?.raw_code ?? '')
  // Its own statement, and so another moment.
  const [newestLater] = await row(sandbox, newest)
  if (newestLater !== newestNow)
    return {
      not: `${claim.watermark} of ${label} is another whenever it is read: it is the time of reading, and does not tell which rows are new`,
      wrong: true,
    }
  if (played > 1 && first === newestNow && clock.length > 0)
    return {
      not: `${claim.watermark} is the same in all rows of ${label}, which asks ${list(clock, 2)}: it is the time of building, and does not tell which rows are new`,
      wrong: true,
    }
  if (played === 0)
    return {
      not: `${label} has ${count(total, 'row')}${total === played ? '' : `, ${played} with a ${claim.watermark}`}: nothing to play with`,
      wrong: false,
    }

  const limit = total > MOST_ROWS ? MOST_ROWS : null
  const pool = await after.keep(claim.reads, (r) => poolSql({ ...about, pool: '' }).select(r, limit))
  const whole = await after.keep(
    claim.reads,
    (r) => `select ${columns.map((c) => quote(c.name)).join(', ')} from ${limit === null ? r : pool}`,
  )
  const sql = poolSql({ ...about, pool })
  const names = columns.map((c) => quote(c.name)).join(', ')
  const rowsOf = (where: string) => `select ${names} from ${pool} where ${where}`
  const run = async (...statements: string[]) => (await after.engine()).tools.execute(statements)
  const parts = await layOut(sandbox, run, {
    pool,
    sql,
    claim,
    column: quote(watermark.name),
    known: Math.min(played, limit ?? played),
  })
  const unplayed = whyNot(claim, parts, label, total - played)
  const table = await after.replace(claim.reads, rowsOf('1 = 0'))
  const fill = (where: string) =>
    run(`delete from ${table}`, `insert into ${table} (${names}) ${rowsOf(where)}`)
  const { first: there, newer, late, asNew } = PARTS
  const upTo = (...known: number[]) => `${PART} in (${known.join(', ')})`
  return {
    label,
    rows: { all: total, played: Math.min(total, limit ?? total) },
    first: parts.first,
    newer: parts.newer,
    late: { inside: parts.late, asNew: parts.asNew },
    tooLate: parts.tooLate,
    moved: parts.moved,
    unplayed,
    firstCome: () => fill(upTo(there)),
    newerCome: () => fill(upTo(there, newer)),
    lateCome: () => fill(upTo(there, newer, late, asNew)),
    change: async () => {
      const changed = await change(sandbox, run, { pool, sql, claim, columns, unplayed, label })
      if (changed > 0) await fill(upTo(there, newer, late, asNew))
      return changed
    },
    tooLateComesNewestGoes: () => fill(`${ROW} > 1`),
    restore: () =>
      run(`delete from ${table}`, `insert into ${table} (${names}) select ${names} from ${whole}`),
  }
}

type Run = (...statements: string[]) => Promise<void>
type Pool = { pool: string; sql: PoolSql; claim: ScenariosClaim }
type Parts = {
  first: number
  newer: number
  late: number
  asNew: number
  tooLate: number
  moved: number
}

/**
 * Says of each row in which part it comes. Where no row is newer, or late, by itself, one that is old is made so:
 * its watermark is moved.
 */
async function layOut(
  sandbox: Sandbox,
  run: Run,
  { pool, sql, claim, column, known }: Pool & { column: string; known: number },
): Promise<Parts> {
  const { first, newer, late, asNew, tooLate } = PARTS
  const set = (part: number, where: string, watermark: string | null = null) =>
    `update ${pool} set ${PART} = ${part}${watermark === null ? '' : `, ${column} = ${watermark}`} where ${where}`
  const isNone = (part: number) => `not exists (select 1 from ${pool} where ${PART} = ${part})`
  const byOf = (at: number) => `(select ${sql.by} from ${pool} where ${ROW} = ${at})`
  // The newest row comes with the newer ones, and the oldest is there first.
  const between = `${ROW} > 1 and ${ROW} < ${known}`
  const old = `${ROW} = (select max(${ROW}) from ${pool} where ${between} and ${PART} = ${first})`
  const tie = `select min(${ROW}) from ${pool} where ${sql.newest} and ${PART} = ${newer} and ${between}`
  const oldest = `select max(${ROW}) from ${pool} where ${sql.outside} and ${PART} = ${first} and ${ROW} <= ${known}`
  const takesTies = claim.key !== null || claim.lookbackDays > 0
  const { inside, later, midway, outside } = sql
  await run(
    set(newer, `${sql.by} > ${byOf(Math.floor(known * 0.2) + 1)}`),
    // Many rows may share the newest watermark: then all of these are what comes.
    set(
      newer,
      `${isNone(newer)} and ${sql.newest} and ${byOf(known)} < (select max(${sql.by}) from ${pool})`,
    ),
    ...(later === null ? [] : [set(newer, `${isNone(newer)} and ${ROW} <= ${Math.ceil(known / 5)}`, later)]),
    ...(inside === null || claim.lookbackDays === 0
      ? []
      : [set(late, `${between} and mod(${ROW}, 3) = 2 and ${inside}`)]),
    ...(midway === null ? [] : [set(late, `${isNone(late)} and ${old}`, midway)]),
    ...(takesTies ? [set(asNew, `${ROW} = (${tie})`)] : []),
    ...(takesTies && later !== null ? [set(asNew, `${isNone(asNew)} and ${old}`, sql.asNew)] : []),
    ...(outside === null
      ? []
      : [
          set(
            tooLate,
            `${ROW} = (${oldest}) and (select count(*) from ${pool} where ${PART} = ${first}) > 1`,
          ),
        ]),
  )
  const counts = [first, newer, late, asNew, tooLate].map(
    (part) => `count(case when ${PART} = ${part} then 1 end)`,
  )
  const isMoved = `count(case when ${column} <> ${WAS} then 1 end)`
  const found = await row(sandbox, `select ${[...counts, isMoved].join(', ')} from ${pool}`)
  const [f = 0, n = 0, l = 0, a = 0, t = 0, moved = 0] = found.map(Number)
  return { first: f, newer: n, late: l, asNew: a, tooLate: t, moved }
}

function whyNot(
  { watermark, lookbackDays, key }: ScenariosClaim,
  parts: Parts,
  label: string,
  without: number,
): string[] {
  return [
    ...(parts.newer === 0 ? [`newer rows: all rows of ${label} have the same ${watermark}`] : []),
    ...(lookbackDays > 0 && parts.late === 0
      ? [
          `late rows: no row of ${label} can be one that comes in the last ${count(lookbackDays, 'day')} by ${watermark}`,
        ]
      : []),
    ...(key === null && lookbackDays === 0
      ? [
          `late rows: rows have no key, so one with the newest ${watermark} cannot be told from one that is there`,
        ]
      : []),
    ...(parts.asNew === 0 && (key !== null || lookbackDays > 0)
      ? [`a row with the newest ${watermark} that comes late: no row of ${label} can be one`]
      : []),
    ...(without > 0
      ? [
          `rows without a ${watermark}, as ${count(without, 'row')} of ${label} ${without === 1 ? 'is' : 'are'}`,
        ]
      : []),
    ...(parts.tooLate === 0 ? [`rows that come too late: no row of ${label} is old enough`] : []),
  ]
}

/** Changes rows of the pool; what it cannot is put to `unplayed`. */
async function change(
  sandbox: Sandbox,
  run: Run,
  {
    pool,
    sql,
    claim,
    columns,
    unplayed,
    label,
  }: Pool & { columns: Column[]; unplayed: string[]; label: string },
): Promise<number> {
  const { adapter } = sandbox
  const { quote } = dialectOf(adapter)
  const { key, movesOnChange, watermark, lookbackDays } = claim
  const not = (why: string) => {
    unplayed.push(`changed rows: ${why}`)
    return 0
  }
  if (key === null) return not('rows have no key, so one that changed is one more')
  if (!movesOnChange && (claim.changing.length === 0 || lookbackDays === 0))
    return claim.changing.length === 0
      ? 0
      : not(`a change does not move ${watermark}, and nothing is read again`)
  const changing = columns.filter(
    (c) => claim.changing.includes(c.name) && c.name !== watermark && !key.includes(c.name),
  )
  const scalar = changing.filter((c) => isScalar({ ...c, kind: kindOf(c.type) }))
  const counts =
    scalar.length === 0
      ? []
      : await row(
          sandbox,
          `select ${scalar.map((c) => `count(distinct ${quote(c.name)})`).join(', ')} from ${pool}`,
        )
  const values = scalar.map((c, i) => ({
    name: c.name,
    value: otherValue(pool, c, Number(counts[i]), adapter),
  }))
  const still = changing
    .filter((c) => !values.some((v) => v.name === c.name && v.value !== null))
    .map((c) => c.name)
  if (still.length > 0) unplayed.push(`a change of ${list(still, 4)}: there is no other value in ${label}`)
  const moved = movesOnChange && !key.includes(watermark) ? [[watermark, sql.later ?? sql.asNew]] : []
  const set = [...values.flatMap((v) => (v.value === null ? [] : [[v.name, v.value]])), ...moved]
  if (set.length === 0) return not('no column that changes has another value')
  // Without a newer watermark a change is seen where rows are read again, and there alone.
  const chosen =
    `${PART} <> ${PARTS.tooLate} and ` +
    (movesOnChange ? `mod(${ROW}, 4) = 1` : `mod(${ROW}, 3) = 1 and ${sql.inside ?? sql.newest}`)
  const [found] = await row(sandbox, `select count(*) from ${pool} where ${chosen}`)
  await run(
    `update ${pool} set ${set.map(([name = '', value]) => `${quote(name)} = ${value}`).join(', ')} where ${chosen}`,
  )
  return Number(found)
}

async function readsAsTime(sandbox: Sandbox, relation: string, column: string): Promise<boolean> {
  const [answer] = await sandbox.query([`select max(cast(${column} as timestamp)) from ${relation}`])
  return answer !== undefined && 'rows' in answer
}

async function row(sandbox: Sandbox, statement: string): Promise<unknown[]> {
  const [answer] = await sandbox.query([statement])
  if (!answer || 'error' in answer) throw warehouseError(answer?.error ?? 'no answer')
  return answer.rows[0] ?? []
}
