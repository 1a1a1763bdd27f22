import { beforeAll, describe, expect, it } from 'vitest'
import { houseStyle } from '../../../project/conventions/house-style.ts'
import { openParser, parseSql } from '../../../project/sql/parse.ts'
import type { FactRecommendation } from '../../data-modeler/fact/types.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { NO_MEMBERS } from './design.ts'
import { documentationOf } from './documentation.ts'
import { intermediateSql } from './intermediate.ts'
import { extendedSql } from './members-sql.ts'
import { factName } from './plan.ts'
import { knownKey, knownVersions } from './samples.ts'
import {
  branch,
  dimension,
  events,
  header,
  int,
  made,
  money,
  recommended,
  text,
  time,
} from './test-designs.ts'
import { type UnitTest, unitTestsOf } from './unit-tests.ts'

beforeAll(openParser)

function expected(test: UnitTest | undefined): Record<string, unknown>[] {
  return (test?.expect as { rows: Record<string, unknown>[] } | undefined)?.rows ?? []
}

/** As dbt would compile it, near enough to be read. */
function plain(sql: string): string {
  return sql
    .replace(/^\s*\{\{\s*config\([\s\S]*?\)\s*\}\}/, '')
    .replaceAll(/\{%[\s\S]*?%\}/g, '')
    .replaceAll(/\{\{\s*dbt\.type_numeric\(\)\s*\}\}/g, 'numeric(28, 6)')
    .replaceAll(/\{\{.*?\}\}/g, 'x')
}

describe('FACT-3: the SQL of a fact', () => {
  it('has its key, coalesced keys of dimensions, the day as a number, and reads new rows alone', () => {
    const { sql } = made()
    expect(sql).toContain("coalesce(branch_code, 'Unknown') as branch_code")
    expect(sql).toContain('md5(cast(branch_code as varchar)) as branch_key')
    expect(sql).toContain('md5(cast(loan_id as varchar)) as loan_key')
    expect(sql).toMatch(/extract\(year from lent_at\) \* 10000[\s\S]*-1\n\s+\) as lent_date_key/)
    expect(sql).toMatch(
      /\{% if is_incremental\(\) %\}\n\s+where updated_at >= \(\n.*dbt\.dateadd\('day', -3, 'max\(updated_at\)'\)/,
    )
    expect(sql).toContain("unique_key='loan_key'")
    expect(sql).toContain("on_schema_change='append_new_columns'")
  })

  it('can be read in every style, joined or not, and no column is there twice', () => {
    const versions = { from: 'valid_from', to: 'valid_to', isCurrent: null }
    for (const keywords of ['lower', 'upper'] as const)
      for (const commas of ['leading', 'trailing'] as const)
        for (const import_ctes of [true, false])
          for (const standing of [branch, { ...branch, keyIs: 'other' as const, versions }])
            for (const table_aliases of ['none', 'letters'] as const) {
              const dimensions = [
                dimension('branch', text('branch_code'), standing),
                dimension('home_branch', text('home_code'), standing),
              ]
              const config = { keywords, commas, cte_commas: commas, import_ctes, table_aliases }
              const { sql, design } = made({ dimensions }, { config })
              expect(parseSql(plain(sql), 'duckdb'), sql).toHaveProperty('statements')
              const names = design.columns.map((c) => c.name)
              expect(new Set(names).size).toBe(names.length)
              const ctes = [...sql.matchAll(/^[, ]*(?:with )?(\w+) as \($/gim)].map((m) => m[1])
              expect(new Set(ctes).size, sql).toBe(ctes.length)
            }
  })

  it('a type 2 dimension is joined as of the event, once for each role', () => {
    const versions = { from: 'valid_from', to: 'valid_to', isCurrent: null }
    const second = { ...branch, keyIs: 'other' as const, versions }
    const { sql } = made({
      dimensions: [
        dimension('branch', text('branch_code'), second),
        dimension('home_branch', text('home_code'), second),
      ],
    })
    expect(sql.match(/ref\('dim_branch'\)/g)).toHaveLength(1)
    expect(sql).toMatch(/lent_at >= home_branches\.valid_from\n\s+and \S+lent_at < home_branches\.valid_to/)
    expect(sql).toContain("coalesce(home_branches.branch_key, md5('Unknown')) as home_branch_key")
  })

  it('a time is taken in the zone of the business, a day is not', () => {
    const day = {
      ...events({ name: 'due_on', type: 'DATE', kind: 'date' as const }),
      role: 'due',
      main: false,
    }
    const { sql } = made(
      { times: [{ ...events(time('lent_at')), role: 'lent', main: true }, day] },
      { zone: 'Europe/Berlin' },
    )
    expect(sql).toContain("(lent_at at time zone 'UTC' at time zone 'Europe/Berlin') as lent_at_local")
    expect(sql).toContain('extract(year from lent_at_local)')
    expect(sql).toContain('extract(year from due_on)')
  })

  it('milestones that have not happened have a member of their own, and days between them', () => {
    const times = ['lent_at', 'returned_at'].map((name, i) => ({
      ...events(time(name)),
      role: name.replace('_at', ''),
      main: i === 0,
    }))
    const { sql } = made({ kind: 'accumulating snapshot', times })
    expect(sql).toMatch(/-2\n\s+\) as returned_date_key/)
    expect(sql).toContain("{{ dbt.datediff('lent_at', 'returned_at', 'day') }} as lent_to_returned_days")
  })

  it('rows that nobody can tell apart are numbered, copies are dropped, deleted rows are taken out', () => {
    const grain = { words: 'one row per loan', columns: [], copies: 0, latest: null, by: 'copies' as const }
    expect(made({ grain }).sql).toContain('as copy_number')
    const copies = { ...recommended().grain, copies: 3 }
    expect(made({ grain: copies }).sql).toContain('select distinct')
    const { sql } = made({ deleted: { column: time('gone_at'), is: 'not null', rows: 1 } })
    expect(sql).toContain('where gone_at is null\n    {% if is_incremental() %}\n    and updated_at >= (')
    expect(sql).toMatch(/post_hook="delete from \{\{ this \}\} where loan_key in \(select md5/)
  })
})

describe('FACT-2: header and lines', () => {
  const withHeader = (): Partial<FactRecommendation> => ({
    header: {
      id: 'model.lib.stg_visits',
      label: 'stg_visits',
      on: [{ events: int('visit_id'), header: int('visit_id') }],
      without: 0,
      watermark: time('updated_at'),
    },
    reads: [
      { id: 'model.lib.stg_loans', label: 'stg_loans', needsStaging: false },
      { id: 'model.lib.stg_visits', label: 'stg_visits', needsStaging: false },
    ],
    measures: [
      {
        ...header(money('fee')),
        name: 'fee_share',
        additivity: 'additive',
        because: '',
        unit: null,
        way: 'allocate',
        by: 'price',
      },
    ],
  })

  it('amounts are shared, and a change of the header or of any line moves all its lines', () => {
    const { making, sql } = made(withHeader())
    const between = intermediateSql(making, null, 'intermediate', null)
    expect(parseSql(plain(between), 'duckdb'), between).toHaveProperty('statements')
    expect(between).toContain('over (partition by loans.visit_id) as changed_at')
    expect(between).toContain('when share_position = share_count then fee')
    expect(sql).toContain('where changed_at >= (')
    expect(sql).not.toContain('visit_updated_at')
  })

  it('its unit test has shares that leave a rest, and add up', () => {
    const { making, design } = made(withHeader())
    const values = { of: () => undefined }
    const tests = unitTestsOf({ making, design, model: 'fct_loans', intermediate: 'int_loans', values })
    const shares = tests.intermediate.find((t) => t.name.endsWith('allocation'))
    expect(expected(shares).map((r) => r.fee_share)).toEqual([3.33, 3.34, 3.33, 5, 5])
  })
})

describe('FACT-5: the YAML of a fact', () => {
  it('describes every column, tests keys and foreign keys, and says how it is loaded', () => {
    const { making, design } = made()
    const { model, columns } = documentationOf(making, design, [])
    expect(model).toContain('Grain: one row per loan. Incremental by updated_at, with a window of 3 days')
    expect(columns.every((c) => c.description.length > 5)).toBe(true)
    const tests = new Map(columns.map((c) => [c.column, c.tests.map((t) => t.test)]))
    expect(tests.get('loan_key')).toEqual(['unique', 'not_null'])
    expect(tests.get('branch_key')).toEqual(['not_null', 'relationships'])
    expect(tests.get('lent_date_key')).toEqual(['not_null'])
  })

  it('does not test what cannot hold: a dimension without the member that rows need', () => {
    const { design } = made({}, { members: NO_MEMBERS })
    const key = design.columns.find((c) => c.name === 'branch_key')
    expect(key?.tests.map((t) => t.test)).toEqual(['not_null'])
  })

  it('its unit tests show the unknown member, and which rows are new', () => {
    const { making, design } = made()
    const values = { of: (_: unknown, known: unknown) => (known === null ? 'unknown' : 'known') }
    const { fact } = unitTestsOf({ making, design, model: 'fct_loans', intermediate: null, values })
    expect(fact.map((t) => t.name)).toEqual(['test_fct_loans_unknown_members', 'test_fct_loans_new_rows'])
    const [members, news] = fact
    expect(expected(members).map((r) => r.branch_key)).toEqual(['known', 'unknown'])
    expect(expected(news).map((r) => r.loan_id)).toEqual([1, 2])
  })
})

describe('FACT-5: unit tests of rows that can be', () => {
  const values = { of: (_: unknown, known: unknown) => (known === null ? 'unknown' : 'known') }
  const testsOf = (over: Partial<FactRecommendation>) => {
    const { making, design } = made(over)
    return unitTestsOf({ making, design, model: 'fct_loans', intermediate: null, values })
  }
  const moment = (role: string, main: boolean) => ({ ...events(time(`${role}_at`)), role, main })

  it('a time of the grain is never null', () => {
    const grain = { ...recommended().grain, columns: [time('lent_at'), int('loan_id')] }
    const { fact } = testsOf({ grain, times: [moment('lent', true)] })
    for (const test of fact)
      for (const input of test.given as { input: string; rows: unknown }[])
        if (input.input === "ref('stg_loans')")
          expect((input.rows as { lent_at: unknown }[]).every((r) => typeof r.lent_at === 'string')).toBe(
            true,
          )
  })

  it('milestones that are waited for have no days', () => {
    const { fact } = testsOf({
      kind: 'accumulating snapshot',
      times: [moment('lent', true), moment('returned', false)],
    })
    const test = fact.find((t) => t.name.endsWith('milestones'))
    expect(expected(test).map((r) => r.lent_to_returned_days)).toEqual([2, null])
  })

  it('what has no value that is known beforehand has no tests, and that is said', () => {
    const odd: OriginColumn = { name: 'mood', type: 'USER-DEFINED', kind: 'text' }
    const { fact, left } = testsOf({ grain: { ...recommended().grain, columns: [odd] } })
    expect(fact).toEqual([])
    expect(left.join()).toContain('mood is never null')
  })
})

describe('FACT-4: dimensions that stand', () => {
  const file = (last: string) =>
    `with\n\nbranches as (\n\n    select * from {{ ref('stg_branches') }}\n\n),\n\nfinal as (\n\n    select md5(branch_code) as branch_key, branch_code, floors from branches\n\n)\n\n${last}\n`
  const columns = [text('branch_key'), text('branch_code'), int('floors')]
  const wish = () => ({
    standing: { ...branch, unknown: null },
    unknown: true,
    inferred: [dimension('branch', text('branch_code'), branch)],
  })

  it('get the unknown member and those that facts name, behind what they have', () => {
    const { making } = made()
    const sql = extendedSql(making, wish(), columns, file('select * from final')) ?? ''
    expect(parseSql(plain(sql), 'duckdb'), sql).toHaveProperty('statements')
    expect(sql).toContain("cast('Unknown' as varchar) as branch_code")
    expect(sql).toContain('cast(null as integer) as floors')
    expect(sql).toContain('where final.branch_code = named_in_stg_loans.branch_code')
    expect(sql).toMatch(/\nselect \* from members\n$/)
  })

  it('get them once for two roles, again for another column, and not twice', () => {
    const { making } = made({
      dimensions: [
        dimension('branch', text('branch_code'), branch),
        dimension('home_branch', text('home_code'), branch),
      ],
    })
    const { dimensions } = making.recommendation
    const only = { standing: branch, unknown: false, inferred: dimensions.slice(0, 1) }
    const first =
      extendedSql(making, only, columns, file('select branch_key, branch_code, 1 as floors from final')) ?? ''
    expect(first).toContain('not exists (select 1 from dimension_rows where')
    expect(extendedSql(making, only, columns, first)).toBe(first)
    const both = extendedSql(making, { ...only, inferred: dimensions }, columns, first) ?? ''
    expect(parseSql(plain(both), 'duckdb'), both).toHaveProperty('statements')
    expect(both.match(/from \{\{ ref\('stg_loans'\) \}\}/g)).toHaveLength(2)
    const whole =
      extendedSql(making, { ...only, inferred: dimensions }, columns, file('select * from final')) ?? ''
    expect(whole).toMatch(
      /select distinct\n\s+branch_code\n.*\n\s+union\n\s+select distinct\n\s+home_code as branch_code/,
    )
    expect(whole.match(/inferred_members as \(/g)).toHaveLength(1)
  })

  it('are joined where they cannot hold whatever is named, and computed where there is nothing to fall back to', () => {
    const { sql } = made({}, { members: { unknown: 'there', inferred: false } })
    expect(sql).toContain("branch_key, md5('Unknown')) as branch_key")
    expect(made({}, { members: NO_MEMBERS }).sql).toContain('md5(cast(branch_code as varchar)) as branch_key')
  })

  it('a dimension whose only key is its natural one is pointed at by that, and gets its members too', () => {
    const standing = {
      ...branch,
      key: text('branch_code'),
      unknown: { key: "'Unknown'", natural: ["'Unknown'"] },
      keyIs: 'natural' as const,
    }
    const { making, sql, design } = made(
      { dimensions: [dimension('branch', text('branch_code'), standing)] },
      { members: { unknown: 'added', inferred: true } },
    )
    expect(parseSql(plain(sql), 'duckdb'), sql).toHaveProperty('statements')
    expect(design.foreignKeys[1]?.column).toMatchObject({ name: 'branch_code' })
    expect(sql).toContain("coalesce(branch_code, 'Unknown') as branch_code")
    expect(sql).not.toContain('dim_branch')
    const only = { standing, unknown: true, inferred: making.recommendation.dimensions }
    const own = columns.filter((c) => c.name !== 'branch_key')
    const members = extendedSql(making, only, own, file('select * from final')) ?? ''
    expect(parseSql(plain(members), 'duckdb'), members).toHaveProperty('statements')
    expect(members.match(/select branch_code, floors from \w+/g)).toHaveLength(3)
    const kept = made(
      { dimensions: [{ ...dimension('branch', text('branch_code'), standing), unmatched: 3, nulls: 0 }] },
      { members: NO_MEMBERS },
    )
    // What nothing stands for keeps its own value, and nobody says that it is found.
    expect(kept.sql).not.toContain('dim_branch')
    expect(kept.design.foreignKeys[1]?.column.tests.map((t) => t.test)).toEqual(['not_null'])
  })

  it('the row of a joined dimension has in its unit test the key that its natural key says', () => {
    const other = { ...branch, key: int('branch_no'), keyIs: 'other' as const }
    expect(knownVersions(other, made().making)).toEqual([{ branch_no: 11, branch_code: 'v01' }])
    const two = { ...other, natural: [int('branch_no'), text('town')] }
    expect(knownVersions(two, made().making)).toEqual([{ branch_no: knownKey(two), town: 'v01' }])
  })

  it('are left alone where the file ends otherwise', () => {
    const { making } = made()
    for (const last of [
      'select * from final order by 1',
      'select * from final limit 5',
      'select * from final -- all of them',
      '{% if x %}select * from final{% endif %}',
    ])
      expect(extendedSql(making, wish(), columns, file(last))).toBeNull()
  })
})

it('FACT-1: a fact is called as facts are called, else as it was said', () => {
  const style = houseStyle([], {})
  const stands = (name: string) => [{ name }] as Parameters<typeof factName>[1]
  expect(factName(style, [], { subject: 'loans', entity: 'loan' })).toBe('fct_loans')
  expect(factName(style, stands('fct_return'), { subject: 'loans', entity: 'loan' })).toBe('fct_loan')
})
