import { beforeAll, describe, expect, it } from 'vitest'
import { houseStyle } from '../../../../project/conventions/house-style.ts'
import { projectGraph } from '../../../../project/graph.ts'
import { manifestOf } from '../../../../project/manifest.ts'
import { openParser, parseSql } from '../../../../project/sql/parse.ts'
import type { History, VersionsRecommendation } from '../../../data-modeler/dimension/history/types.ts'
import { versionsDesign } from './design.ts'
import { documentationOf } from './documentation.ts'
import { atLeast } from './snapshot.ts'
import { versionsSql } from './sql.ts'
import { unitTestOf } from './unit-test.ts'

beforeAll(openParser)

const text = (name: string) => ({ name, type: 'VARCHAR', kind: 'text' as const })
const time = (name: string, type = 'TIMESTAMP') => ({ name, type, kind: 'timestamp' as const })
const intervals: History = {
  by: 'intervals',
  from: time('valid_from'),
  to: time('valid_to'),
  inclusive: null,
  deleted: null,
}
const HISTORIES: Record<string, History> = {
  intervals,
  inclusive: { ...intervals, inclusive: 'day', deleted: { column: 'dbt_is_deleted' } },
  starts: { by: 'starts', from: time('changed_at', 'TIMESTAMP WITH TIME ZONE') },
  copies: { by: 'copies', from: { name: 'load date', type: 'DATE', kind: 'date' } },
}
const recommendation: VersionsRecommendation = {
  way: 'versions',
  subject: 'Employee',
  entity: 'employee',
  reads: [{ id: 'model.p.stg_staff', label: 'stg_staff', needsStaging: false }],
  natural: [{ column: { name: 'emp no', type: 'INTEGER', kind: 'integer' }, unknown: -1 }],
  attributes: [text('city'), { name: 'height', type: 'DOUBLE', kind: 'number' }],
  history: intervals,
  renamed: {},
  snapshot: null,
  rows: 9,
  values: 3,
  looked: '',
  chosen: '',
  because: [],
  rejected: [],
  notes: [],
}

type Config = Parameters<typeof houseStyle>[1]

function written(config: Config, history: History, changed: Partial<VersionsRecommendation> = {}) {
  const style = houseStyle([], config)
  const adapter = 'duckdb'
  const graph = projectGraph(manifestOf({ metadata: { project_name: 'p' }, nodes: {} }))
  const design = versionsDesign(
    { graph, style, adapter },
    { ...recommendation, ...changed, history },
    { model: 'dim_employees', renamed: new Map() },
  )
  const file = { style, folder: 'marts', reads: 'stg_staff', materialized: null, adapter }
  return { design, style, sql: versionsSql(design, file) }
}

describe('DIM-3: the SQL of a type 2 dimension', () => {
  const styles: Config[] = [
    {},
    { keywords: 'upper', commas: 'leading', cte_commas: 'leading', import_ctes: false },
    { folders: { marts: { last_select: 'all', last_name: 'versions' } }, column_as: false },
  ]
  it.each(Object.keys(HISTORIES))('%s: can be read in every style', (name) => {
    for (const config of styles) {
      const { sql } = written(config, HISTORIES[name] ?? intervals)
      const plain = sql.replace(/\{\{[^}]*\}\}/g, 'stg_staff')
      expect(parseSql(plain, 'duckdb'), sql).not.toHaveProperty('error')
    }
  })

  it('dates the first version back, ends each where the next begins, and keys it by its own begin', () => {
    const { sql } = written({}, intervals)
    expect(sql).toContain(
      "case when version_number = 1 then cast('1900-01-01' as timestamp) else version_start end as valid_from",
    )
    expect(sql).toContain(
      'case when next_start < version_end then next_start else version_end end as valid_to',
    )
    expect(sql).toMatch(/"emp no".*version_start.* as employee_key/)
    expect(sql).not.toMatch(/current_timestamp|now\(/i)
  })

  it('takes an inclusive end one step further, and leaves out rows that tell of a deletion', () => {
    const { sql } = written({}, HISTORIES.inclusive ?? intervals)
    expect(sql).toContain("else valid_to + interval '1 day' end as version_end")
    expect(sql).toContain("lower(cast(dbt_is_deleted as varchar)), 'false') <> 'true'")
  })

  it('a time with a zone stays one, and its key does not depend on the session', () => {
    const { sql } = written({}, HISTORIES.starts ?? intervals)
    expect(sql).toContain("version_start at time zone 'UTC' as version_start")
    expect(sql).toContain("cast('9999-12-31' as timestamp with time zone)")
  })

  it('gives way to columns of its names', () => {
    const { design } = written({}, intervals, { attributes: [text('employee_key'), text('is_current')] })
    expect([design.key, design.current.name]).toEqual(['employee_key_sk', 'is_current_sk'])
  })
})

describe('DIM-5: what is said of a type 2 dimension', () => {
  it('describes every column, tests the version as key, and never the natural key as unique', () => {
    const { design, style } = written({}, intervals)
    const { columns, model, unitTests } = documentationOf(
      style,
      design,
      { reads: 'stg_staff', hasUnitTests: true },
      () => '',
    )
    expect(columns.every((c) => c.description !== '')).toBe(true)
    const unique = columns.filter((c) => c.tests.some((t) => t.test === 'unique')).map((c) => c.column)
    expect(unique).toEqual(['employee_key'])
    expect(model).toContain('at or after valid_from, and before valid_to')
    expect(unitTests).toHaveLength(1)
  })

  it('has no unit test where no value can be made up for the key', () => {
    const uuid = { name: 'id', type: 'UUID', kind: 'text' as const }
    const { design } = written({}, intervals, { natural: [{ column: uuid, unknown: 'Unknown' }] })
    expect(unitTestOf(design, 'stg_staff')).toBe(null)
  })

  it.each([
    ['1.8.2', false],
    ['1.9.0', true],
    ['1.11.16', true],
    ['2.0.0-a4', true],
  ])('dbt %s reads snapshots in YAML: %s', (version, reads) => {
    expect(atLeast(version, 1, 9)).toBe(reads)
  })
})
