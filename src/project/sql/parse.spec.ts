import { beforeAll, expect, it } from 'vitest'
import { openParser, parseSql, tokensOf } from './parse.ts'

beforeAll(openParser)

it('counts as JavaScript does, past characters outside of the basic plane', () => {
  const sql = "select '🚕' as taxi, fare from trips"
  const places = (text: string) => text.slice(sql.indexOf('fare'), sql.indexOf('fare') + 4)
  const fare = tokensOf(sql, 'duckdb')?.find((t) => t.text === 'fare')
  expect(sql.slice(fare?.span.start, fare?.span.end)).toBe(places(sql))
  const spans = JSON.stringify(parseSql(sql, 'duckdb'))
  expect(spans).toContain(`"start":${sql.indexOf('fare')}`)
})

it('says why and where SQL cannot be read', () => {
  expect(parseSql('select a\nfrom t where', 'duckdb')).toMatchObject({ line: 2 })
})
