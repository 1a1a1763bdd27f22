/**
 * The proofs of a fact on real builds: what is right holds, and what is wrong does not, each for its own reason.
 * All models of a kind are one change, built once; each claim is judged by itself.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DbtEngine } from '../../../src/adapters/dbt/types.ts'
import { makeChangeSet } from '../../../src/changes/change-set.ts'
import { findProject } from '../../../src/config/project.ts'
import { type Proof, prove } from '../../../src/refactor/prove.ts'
import type { Claim, ClaimProof } from '../../../src/refactor/types.ts'
import { openDbt } from '../../../src/workflows/session.ts'
import { cleanEnv } from '../../support/martsmith.ts'
import { makeProject, type Project } from '../../support/project.ts'

export type Harbour = {
  profile: string
  environment(): Promise<{ env: Record<string, string>; close(): Promise<void> }>
  /** What must have stayed as it was: statements, asked before and after. */
  untouched: string[]
  /** Models of those below that are played here: each costs ten builds. */
  growing: string[]
}

type FactClaim = Extract<Claim, { kind: 'fact' }>
type Scenarios = Extract<Claim, { kind: 'incremental-scenarios' }>
/** A model, what is claimed of it, and what the proof says. */
type Case<C> = {
  name: string
  sql: string
  claim?: Partial<C>
  holds: boolean
  says: RegExp
  lines?: string[]
}

/** Five bookings a day for twelve days; three are tests, four name no route, two have no fee. */
function bookings(): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const day = String(1 + Math.floor(i / 5)).padStart(2, '0')
    const at = `2024-03-${day} ${String(8 + (i % 5)).padStart(2, '0')}:15:00`
    const route = i % 15 === 7 ? '' : ['N1', 'S2', 'E3'][i % 3]
    const fee = i % 30 === 11 ? '' : (i % 4) + 0.25
    return [`B${100 + i}`, route, `${20 + i}.50`, fee, at, at, i % 20 === 3 ? 'test' : 'sold'].join(',')
  })
  return ['bookingNo,Route Code,fare,fee,bookedAt,changedAt,status', ...rows, ''].join('\n')
}

const FILES: Record<string, string> = {
  'dbt_project.yml': `name: harbour
version: 1.0.0
config-version: 2
profile: harbour
flags: {send_anonymous_usage_stats: false}
seeds:
  harbour:
    +quote_columns: true
    bookings: {+column_types: {bookedAt: timestamp, changedAt: timestamp, fee: double precision}}
models: {harbour: {+materialized: view, marts: {+materialized: table}}}
`,
  'seeds/bookings.csv': bookings(),
  'seeds/stops.csv': 'code,stop\nN1,quay\nN1,island\nS2,quay\nE3,quay\n',
  'models/sources.yml': "sources: [{name: raw, schema: '{{ target.schema }}', tables: [{name: bookings}]}]\n",
  'models/stg_bookings.sql': `select
    "bookingNo" as booking_no,
    "Route Code" as route_code,
    cast(fare as decimal(10, 2)) as fare,
    fee as "Fee",
    "bookedAt" as booked_at,
    "changedAt" as changed_at,
    status
from {{ ref('bookings') }}
`,
  'models/marts/dim_routes.sql': `select md5(code) as route_key, code as route_code from {{ ref('stops') }} group by code
union all
select md5('Unknown'), 'Unknown'
`,
}

const SOLD = "from {{ ref('stg_bookings') }} as b where b.status <> 'test'"
const KEYS = 'md5(b.booking_no) as booking_key, b.booking_no'
const ROUTE = "md5(coalesce(b.route_code, 'Unknown')) as route_key"
const VALUES = 'b.fare, b."Fee"'
const joined = (join: string, route = 'd.route_key') =>
  `select ${KEYS}, ${route}, ${VALUES} from {{ ref('stg_bookings') }} as b ${join} where b.status <> 'test'`
const routes = "join {{ ref('dim_routes') }} as d on b.route_code = d.route_code"

const FACTS: Case<FactClaim>[] = [
  {
    name: 'fct_bookings',
    sql: `select ${KEYS}, ${ROUTE}, ${VALUES} ${SOLD}`,
    holds: true,
    says: /has 57 rows, one for each booking_no; 1 foreign key finds its row; rows and 2 totals reconcile with stg_bookings and bookings$/,
    lines: [
      'fct_bookings: 57 rows, one for each booking_no; booking_key is unique and never null.',
      'route_key finds exactly one row of dim_routes in every row, the unknown member in 4 of them (7%).',
      'Rows: 60 in bookings, 60 in stg_bookings, of which 3 are filtered, 57 in fct_bookings.',
      'Total of fare: 2,869.5 in stg_bookings and fct_bookings; of all rows 3,000 in bookings and stg_bookings.',
    ],
  },
  {
    name: 'fct_fan_out',
    sql: joined("left join {{ ref('stops') }} as s on b.route_code = s.code", ROUTE),
    holds: false,
    says: /rows for 57 of its grain.*too many/,
  },
  {
    name: 'fct_inner',
    sql: joined(routes),
    holds: false,
    says: /has 53 of 57 rows of stg_bookings: 4 are lost/,
  },
  { name: 'fct_null_key', sql: joined(`left ${routes}`), holds: false, says: /route_key is null in 4 rows$/ },
  {
    name: 'fct_orphans',
    sql: `select ${KEYS}, md5(coalesce(b.route_code, 'none')) as route_key, ${VALUES} ${SOLD}`,
    holds: false,
    says: /route_key finds no row of dim_routes in 4 rows$/,
  },
  {
    name: 'fct_twice',
    sql: `select ${KEYS}, ${ROUTE}, sum(b.fare) as fare, max(b."Fee") as "Fee" from {{ ref('stg_bookings') }} as b left join {{ ref('stops') }} as s on b.route_code = s.code where b.status <> 'test' group by 1, 2, 3`,
    holds: false,
    says: /no fact yet: the total of fare is [\d,.]+ in fct_twice and 2,869\.5 in stg_bookings$/,
  },
  {
    name: 'fct_no_nulls',
    sql: `select ${KEYS}, ${ROUTE}, b.fare, coalesce(b."Fee", 0) as "Fee" ${SOLD}`,
    holds: false,
    says: /no fact yet: Fee has a value in 57 rows of fct_no_nulls and in 55 of stg_bookings$/,
  },
  {
    name: 'fct_all',
    sql: `select ${KEYS}, ${ROUTE}, ${VALUES} from {{ ref('stg_bookings') }} as b`,
    holds: false,
    says: /has 60 rows for 57 of stg_bookings: 3 too many/,
  },
]

const factClaim = (name: string, claim: Partial<FactClaim> = {}): FactClaim => ({
  kind: 'fact',
  node: `model.harbour.${name}`,
  key: 'booking_key',
  grain: ['booking_no'],
  foreignKeys: [
    {
      column: 'route_key',
      role: null,
      dimension: 'model.harbour.dim_routes',
      dimensionKey: 'route_key',
      unknown: [{ column: 'route_code', value: 'Unknown' }],
    },
  ],
  origin: 'model.harbour.stg_bookings',
  where: "status <> 'test'",
  distinct: null,
  latest: null,
  measures: [
    { column: 'fare', from: 'fare', additivity: 'additive' },
    { column: 'Fee', from: '"Fee"', additivity: 'additive' },
  ],
  ...claim,
})

const incremental = (key: string | null, filter: string, from = 'stg_bookings') =>
  `{{ config(materialized='incremental'${key ? `, unique_key='${key}', incremental_strategy='delete+insert'` : ''}) }}
select b.* from {{ ref('${from}') }} as b
{% if is_incremental() %}where ${filter}{% endif %}`
const MAX = (column: string) => `(select coalesce(max(${column}), timestamp '1900-01-01') from {{ this }})`
const CHANGED = { watermark: 'changed_at', lookbackDays: 0, movesOnChange: true }

const GROWING: Case<Scenarios>[] = [
  {
    name: 'inc_lookback',
    sql: incremental('booking_no', `b.booked_at >= ${MAX('booked_at')} - interval '3 days'`),
    holds: true,
    says: /takes what comes: a second run adds nothing, and it equals a full refresh when its first \d+ rows come to an empty table, when \d+ newer rows come, when \d+ late rows come \(\d+ inside the last 3 days and 1 with the newest booked_at\) and when \d+ rows are changed$/,
    lines: [
      'Not judged: a row of stg_bookings that comes more than 3 days late is not taken until a full refresh.',
      'Not judged: a row that is deleted in stg_bookings stays in inc_lookback until a full refresh.',
    ],
  },
  {
    name: 'inc_updated',
    sql: incremental('booking_no', `b.changed_at >= ${MAX('changed_at')}`),
    claim: CHANGED,
    holds: true,
    says: /when \d+ rows are changed$/,
  },
  {
    name: 'inc_appends',
    sql: incremental(null, `b.booked_at > ${MAX('booked_at')}`),
    claim: { key: null, lookbackDays: 0 },
    holds: true,
    says: /equals a full refresh when its first \d+ rows come to an empty table and when 12 newer rows come$/,
    lines: ['Not played: changed rows: rows have no key, so one that changed is one more.'],
  },
  {
    name: 'inc_ties',
    sql: incremental('booking_no', `b.changed_at > ${MAX('changed_at')}`),
    claim: CHANGED,
    holds: false,
    says: /does not take what comes: when 1 late row comes \(1 with the newest changed_at\), it has 1 row less than built anew$/,
  },
  {
    name: 'inc_no_lookback',
    sql: incremental('booking_no', `b.booked_at >= ${MAX('booked_at')}`),
    holds: false,
    says: /when \d+ late rows come .*, it has \d+ rows less than built anew; when \d+ rows are changed, it has \d+ rows with other values$/,
  },
  {
    name: 'inc_no_key',
    sql: incremental(null, `b.changed_at >= ${MAX('changed_at')}`),
    claim: CHANGED,
    holds: false,
    says: /run again with nothing new, it has 1 row that it had not before;.*when 15 rows are changed, it has 16 rows that it has not when built anew$/,
  },
  {
    name: 'inc_never',
    sql: incremental('booking_no', 'b.changed_at >= (select max(changed_at) from {{ this }})'),
    claim: CHANGED,
    holds: false,
    says: /does not take what comes: when its first (\d+) rows come to an empty table, it has \1 rows less than built anew$/,
  },
  {
    name: 'inc_source',
    sql: `{{ config(materialized='incremental', unique_key='booking_no', incremental_strategy='delete+insert') }}
select "bookingNo" as booking_no, fare, "bookedAt" as booked_at, current_timestamp as loaded_at from {{ source('raw', 'bookings') }}
{% if is_incremental() %}where "bookedAt" >= ${MAX('booked_at')} - interval '2 days'{% endif %}`,
    claim: {
      reads: 'source.harbour.raw.bookings',
      watermark: 'bookedAt',
      lookbackDays: 2,
      key: ['bookingNo'],
      changing: ['fare'],
    },
    holds: true,
    says: /when \d+ rows are changed$/,
    lines: ['Not compared in inc_source: loaded_at, which differs whenever it is built.'],
  },
  {
    name: 'inc_clock',
    sql: incremental('booking_no', `b.loaded_at > ${MAX('loaded_at')}`, 'stg_clock'),
    claim: { reads: 'model.harbour.stg_clock', watermark: 'loaded_at' },
    holds: false,
    says: /loaded_at (of stg_clock is another whenever it is read|is the same in all rows of stg_clock, which asks current_timestamp)/,
  },
  {
    name: 'inc_not',
    sql: "select * from {{ ref('stg_bookings') }}",
    holds: false,
    says: /inc_not is not incremental: it is table/,
  },
]
const CLOCK = {
  'models/stg_clock.sql': "select *, current_timestamp as loaded_at from {{ ref('stg_bookings') }}\n",
}

const scenarios = (name: string, claim: Partial<Scenarios> = {}): Scenarios => ({
  kind: 'incremental-scenarios',
  node: `model.harbour.${name}`,
  reads: 'model.harbour.stg_bookings',
  watermark: 'booked_at',
  lookbackDays: 3,
  key: ['booking_no'],
  changing: ['fare', 'status'],
  movesOnChange: false,
  ...claim,
})

export function factsHold(harbour: Harbour): void {
  let project: Project
  let dbt: DbtEngine
  let close: () => Promise<void>
  let before: unknown
  const now = () => new Date()
  const rows = async () => dbt.query(harbour.untouched)

  beforeAll(async () => {
    project = makeProject('empty', { cold: true })
    const files = { ...FILES, 'profiles.yml': harbour.profile }
    for (const [path, text] of Object.entries(files)) void project.write(path, text)
    const { env, close: stop } = await harbour.environment()
    dbt = openDbt(
      await findProject(project.dir),
      {},
      cleanEnv({ HOME: project.home, ...env }),
      () => undefined,
    )
    close = () => dbt.close().finally(stop)
    expect(await dbt.build({}, {})).toMatchObject({ ok: true, exception: null })
    before = await rows()
    expect(before).toEqual(harbour.untouched.map(() => expect.objectContaining({ rows: expect.any(Array) })))
  })
  afterAll(() => close?.())

  async function proofOf(files: Record<string, string>, claims: Claim[]): Promise<Proof> {
    const title = 'New facts'
    const changes = makeChangeSet(
      title,
      Object.entries(files).map(([path, after]) => ({ kind: 'create', path, after })),
    )
    const found = await findProject(project.dir)
    return prove(
      { title, changes, claims, notes: [], next: [] },
      { project: found, dbt, now, log: () => undefined, progress: () => undefined },
    )
  }

  function judged<C>(cases: Case<C>[], { claims: [builds, ...claims] }: Proof): void {
    expect(builds).toMatchObject({ holds: true })
    for (const [i, { name, holds, says, lines = [] }] of cases.entries()) {
      const claim = claims[i] as ClaimProof
      const told = [claim.text, ...claim.lines].join('\n')
      expect.soft(claim.text, name).toMatch(says)
      expect.soft(claim.holds, told).toBe(holds)
      expect.soft(claim.lines, name).toEqual(expect.arrayContaining(lines))
    }
  }

  const modelsOf = <C>(cases: Case<C>[]) =>
    Object.fromEntries(cases.map((c) => [`models/marts/${c.name}.sql`, `${c.sql}\n`]))

  it('FACT-5: a right fact holds, and each wrong one fails for its own reason', async () => {
    const claims = FACTS.map((c) => factClaim(c.name, c.claim))
    judged(FACTS, await proofOf(modelsOf(FACTS), [{ kind: 'builds' }, ...claims]))
  })

  it('FACT-4: an incremental fact takes what comes, and each wrong one fails for its own reason', async () => {
    const cases = GROWING.filter((c) => harbour.growing.includes(c.name))
    const claims = cases.map((c) => scenarios(c.name, c.claim))
    judged(cases, await proofOf({ ...modelsOf(cases), ...CLOCK }, [{ kind: 'builds' }, ...claims]))
  })

  it('wrote nothing where others read', async () => {
    expect(await rows()).toEqual(before)
    expect(project.files('.martsmith/sandbox')).toEqual([])
  })
}
