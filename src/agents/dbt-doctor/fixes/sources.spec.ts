/** What is proposed where a source changed, by what stands from before in a real PostgreSQL in this process. */
import { beforeAll, expect, it } from 'vitest'
import type { DbtEngine } from '../../../adapters/dbt/types.ts'
import { madeLook, openLookServer } from '../data/test-look.ts'
import type { Fixer, ReadRelation } from '../types.ts'
import { column } from './column.ts'
import { relation } from './relation.ts'
import { retyped } from './retyped.ts'
import { sourceMoved } from './source-moved.ts'
import { after, found } from './test-found.ts'

beforeAll(async () => {
  await openLookServer()
}, 60_000)

const STAGING = "select id, kwh, note from {{ source('raw', 'readings') }} where kwh > 0"
const TOTAL = "select sum(kwh) as used from {{ ref('stg_readings') }}"
const READINGS =
  'select i as id, (i * 1.5)::numeric(10, 2) as kwh, null::text as note from generate_series(1, 40) as t(i)'

/** The staging model fails after the source was changed; what stands is from before. */
async function whenChanged(
  change: string,
  fixer: Fixer,
  message: string,
  {
    more = {},
    instead = {},
    sources = {},
    line = null,
  }: Partial<Record<'more' | 'instead' | 'sources', Record<string, string>>> & { line?: number | null } = {},
) {
  const { graph } = await madeLook({
    sources: { readings: READINGS, ...sources },
    models: { stg_readings: STAGING, energy_used: TOTAL },
    instead,
  })
  const db = await openLookServer()
  await db.exec(change)
  const query = async (sql: string) => {
    try {
      const { rows } = await db.query<unknown[]>(sql, [], { rowMode: 'array' })
      return { columns: [], rows }
    } catch (error) {
      return { error: String(error) }
    }
  }
  const columns = async (relation: string) => {
    const [schema = '', name = ''] = relation.replaceAll('"', '').split('.').slice(-2)
    const type = `case data_type when 'numeric' then 'numeric(10,2)' else data_type end`
    const answer = await query(
      `select column_name, ${type} from information_schema.columns where table_schema = '${schema}' and table_name = '${name}' order by ordinal_position`,
    )
    return 'error' in answer ? answer : answer.rows.map(([n, t]) => ({ name: String(n), type: String(t) }))
  }
  const dbt = {
    query: (statements: string[]) => Promise.all(statements.map(query)),
    columns: (relations: string[]) => Promise.all(relations.map(columns)),
  } as unknown as DbtEngine
  const source = 'source.p.raw.readings'
  const own = await columns('raw.readings')
  const reads: ReadRelation[] = [
    { id: source, label: 'raw.readings', columns: Array.isArray(own) ? own : [] },
  ]
  const at = { stage: 'build' as const, nodes: ['model.p.stg_readings'], reads }
  const failure = { ...at, file: 'models/stg_readings.sql', line }
  const candidates = await found(
    fixer,
    message,
    { 'models/stg_readings.sql': `${STAGING}\n`, ...more },
    failure,
    graph,
    { dbt },
  )
  return { candidates }
}

const GONE = 'column "kwh" does not exist\nLINE 1: select id, kwh'
const MISMATCH = 'operator does not exist: text > integer'

it('DEBUG-3: a column that went is the one whose values stand below, whatever it is called', async () => {
  const { candidates } = await whenChanged(
    'alter table raw.readings rename kwh to energy; alter table raw.readings add meter numeric(10, 2)',
    column,
    GONE,
  )
  expect(after(candidates)).toContain('select id, energy as kwh, note')
  expect(candidates[0]?.because[0]).toContain('40 of 40 values')
})

it('DEBUG-3: a column that came as text is cast to what it was, where all of it can be read', async () => {
  const { candidates } = await whenChanged('alter table raw.readings alter kwh type text', retyped, MISMATCH)
  expect(after(candidates)).toContain(
    "select id, cast(kwh as numeric(10,2)) as kwh, note from {{ source('raw', 'readings') }} where cast(kwh as numeric(10,2)) > 0",
  )
})

it('DEBUG-3: a column that a macro is given is cast there, to what is made of it', async () => {
  const path = 'models/stg_readings.sql'
  const sql = "select id, {{ watts('kwh') }} as watts, note from {{ source('raw', 'readings') }}"
  const made = {
    stg_readings: 'select id, (kwh * 1000)::int as watts, note from raw.readings',
    energy_used: 'select 1',
  }
  const change = 'alter table raw.readings alter kwh type text'
  const { candidates } = await whenChanged(change, retyped, MISMATCH, {
    more: { [path]: sql },
    instead: made,
  })
  expect(after(candidates)).toBe(sql.replace("'kwh'", "'cast(kwh as numeric)'"))
  expect(candidates[0]?.because[0]).toContain('stands from before, has numbers made of it, and all 40 values')
})

it('a text that is calculated with is a number, where nothing of it stands: what stands below has to say so too', async () => {
  const path = 'models/stg_readings.sql'
  const sql = "select id, {{ watts('kwh') }} as watts from {{ source('raw', 'readings') }}"
  const made = {
    instead: { stg_readings: 'select 1 as n', energy_used: 'select 1 as n' },
    more: { [path]: sql },
  }
  const change = 'alter table raw.readings alter kwh type text'
  const message = 'operator does not exist: text / numeric'
  const { candidates } = await whenChanged(change, retyped, message, { ...made, line: 1 })
  expect(after(candidates)).toBe(sql.replace("'kwh'", "'cast(kwh as numeric)'"))
  expect(candidates[0]?.guess).toBe(true)
  const joined = await whenChanged(change, retyped, 'operator does not exist: text || numeric', {
    ...made,
    line: 1,
  })
  expect(joined.candidates).toEqual([])
})

it('DEBUG-4: values that are none of it are for a person: nothing is cast', async () => {
  const change =
    "alter table raw.readings alter kwh type text; update raw.readings set kwh = 'n/a' where id < 3"
  const { candidates } = await whenChanged(change, retyped, MISMATCH)
  expect(candidates).toEqual([])
})

it('DEBUG-3: a table of a source that is called otherwise now is told by its columns', async () => {
  const yaml = 'sources:\n  - name: raw\n    tables:\n      - name: readings\n'
  const renamed = (to: string) =>
    whenChanged(
      `create table raw.notes (id int, text text); alter table raw.readings rename to ${to}`,
      relation,
      'relation "raw.readings" does not exist',
      { more: { 'models/sources.yml': yaml } },
    )
  const { candidates } = await renamed('readings_2026')
  expect(after(candidates)).toBe(`${yaml}        identifier: readings_2026\n`)
  expect(candidates.filter((c) => c.guess)).toEqual([])
  // Its name says nothing: then all has to stay what it is.
  const { candidates: others } = await renamed('meters')
  expect(others.map((c) => [c.guess, c.title])).toEqual([[true, 'Read the table meters as raw.readings']])
})

it('DEBUG-3: one table of a source that moved to another schema gets a source of its own', async () => {
  const yaml = 'sources:\n  - name: raw\n    tables:\n      - name: readings\n      - name: meters\n'
  const { candidates } = await whenChanged(
    'create schema energy; alter table raw.readings set schema energy',
    sourceMoved,
    'relation "raw.readings" does not exist',
    { more: { 'models/sources.yml': yaml }, sources: { meters: 'select 1 as id' } },
  )
  const changes = candidates[0]?.changes.changes ?? []
  const text = (path: string) => changes.flatMap((c) => (c.kind === 'edit' && c.path === path ? c.after : []))
  expect(text('models/sources.yml')).toEqual([
    'sources:\n  - name: raw\n    tables:\n      - name: meters\n\n  - name: energy\n    schema: energy\n    tables:\n      - name: readings\n',
  ])
  expect(text('models/stg_readings.sql')[0]).toContain("{{ source('energy', 'readings') }}")
  const { candidates: whole } = await whenChanged(
    'drop schema energy cascade; create schema energy; alter table raw.readings set schema energy',
    sourceMoved,
    'relation "raw.readings" does not exist',
    { more: { 'models/sources.yml': yaml } },
  )
  expect(whole).toEqual([])
})
