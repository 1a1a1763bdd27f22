import { beforeAll, describe, expect, it } from 'vitest'
import { openParser, parseSql } from './parse.ts'

beforeAll(openParser)

const kinds = (sql: string) => {
  const parsed = parseSql(sql, 'duckdb')
  if ('error' in parsed) throw new Error(parsed.error)
  const [statement] = parsed.statements as { select: { expressions: object[] } }[]
  return statement?.select.expressions.flatMap((e) => Object.keys(e))
}

describe('a parsed statement', () => {
  it('has the same columns with a comment above them', () => {
    expect(kinds('select\n  -- ids\n  a,\n  /* é */ t.b\nfrom t')).toEqual(['column', 'column'])
  })
})
