import { beforeAll, expect, it } from 'vitest'
import { type HouseStyle, houseStyle } from '../../../../project/conventions/house-style.ts'
import { openParser, parseSql } from '../../../../project/sql/parse.ts'
import { dateSql, daysSql, storedName, timeSql } from './sql.ts'
import { hasUnitTests } from './unit-test.ts'

beforeAll(openParser)

const settings = { fiscal_year_starts: 7, fiscal_year_named: 'end', week_starts: 'sunday' } as const
const plain = houseStyle([])
const file = (more: Partial<HouseStyle> = {}) => ({
  style: { ...plain, ...more },
  folder: 'marts',
  materialized: null,
  adapter: 'duckdb',
})
const reads = [{ model: 'stg_orders', day: 'ordered_at', inside: { from: '2001-01-01', to: '2100-12-31' } }]

/** Jinja made what dbt would: something that reads as SQL. */
const asSql = (text: string) => text.replace(/\{\{ ref\('(\w+)'\) \}\}/g, '$1').replace(/\{\{.*?\}\}/g, 'x')

it('can be read in every style', () => {
  for (const style of [
    file(),
    file({ keywords: 'upper', commas: 'leading', cteCommas: 'leading', tableAs: false }),
    file({ importCtes: false, columnAs: false, blankLinesInCtes: false, lineEnd: '\r\n' }),
    file({ columnNames: 'camelCase', keySuffix: 'Key' }),
  ])
    for (const text of [
      daysSql({ reads, yearsAhead: 2 }, style),
      dateSql(settings, 'int_calendar_days', style),
      timeSql(style),
    ]) {
      const parsed = parseSql(asSql(text), 'duckdb')
      expect('error' in parsed ? `${parsed.error}\n${text}` : parsed.statements.length).toBe(1)
    }
})

it('is written in the words of the house', () => {
  const loud = dateSql(settings, 'int_calendar_days', file({ keywords: 'upper' }))
  expect(loud).not.toMatch(/\b(select|from|case|when|cast|union all)\b(?![^']*')/)
  expect(loud).toContain("CAST('Unknown' AS VARCHAR)")
  const camel = file({ columnNames: 'camelCase', keySuffix: 'Key' })
  expect(storedName(camel.style, 'date_key')).toBe('dateKey')
  expect(storedName(camel.style, 'fiscal_year_label')).toBe('fiscalYearLabel')
})

it('leaves the days out that stand for nothing, and asks no clock', () => {
  const text = daysSql({ reads, yearsAhead: 2 }, file())
  expect(text).toContain("where cast(ordered_at as date) between cast('2001-01-01' as date)")
  expect(text).not.toMatch(/now\(|current_|today|run_started_at/i)
})

it('tells which dbt has unit tests', () => {
  expect(['1.7.9', '1.8.0', '1.11.2', '2.0.0a4', ''].map(hasUnitTests)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ])
})
