import { describe, expect, it } from 'vitest'
import type { Database, Server } from '../../../adapters/databases/types.ts'
import { ruleProbes } from '../criteria.ts'
import type { Rule } from '../order/change.ts'
import { defaultSql, ruleSql } from '../order/sql.ts'
import { SCHEMAS } from '../requests/corpus/schemas.ts'
import type { Given } from '../types.ts'
import { designFor, readRequest } from './index.ts'

const server = (family: Server['family']): Server =>
  family === 'postgres'
    ? { family, product: 'PostgreSQL', version: [15, 0], words: 'PostgreSQL 15' }
    : { family, product: 'MariaDB', version: [10, 11], words: 'MariaDB 10.11' }

/** A server whose tables have so many rows, of which so many break what is asked. */
function given(rows: number, breaking = 0, answer = 'null'): { given: Given; asked: string[] } {
  const asked: string[] = []
  const db = {
    server: server('postgres'),
    capabilities: { longestName: 63 },
    quote: (name: string) => `"${name}"`,
    query: async (sql: string) => {
      if (/ where not /.test(sql) && /^select count/.test(sql)) return [{ n: breaking }]
      return /^select count/.test(sql) ? [{ n: rows }] : [{ id: 7 }]
    },
  } as unknown as Database
  const choose = async (id: string) => {
    asked.push(id)
    return answer
  }
  return { asked, given: { db, schema: SCHEMAS.theatre, choose, onCopy: null } }
}

const designed = (sentence: string, world: Given) => designFor(readRequest(sentence, SCHEMAS.theatre), world)

describe('DBL-2: a default that is the time of writing', () => {
  it('is given after the column: rows that stand keep null, and it is said', async () => {
    const { given: world, asked } = given(500)
    const design = await designed('Add created_at to patrons, default now', world)
    expect(design.changes).toMatchObject([
      { kind: 'add-column', column: { name: 'created_at', nullable: true, default: null } },
      { kind: 'set-default', column: 'created_at', default: { kind: 'now' } },
    ])
    expect(design.because.join('\n')).toMatch(/rows that stand keep null/)
    expect(asked).toEqual([])
  })

  it.each([
    ['null', [null, 'set-default']],
    ['migration', ['now', undefined]],
  ])('is asked about where the column is to be required: %s', async (answer, [atOnce, second]) => {
    const { given: world, asked } = given(500, 0, answer)
    const design = await designed('Add a required created_at to patrons, default now', world)
    expect(asked).toContain('past')
    const [add, next] = design.changes
    expect(add?.kind === 'add-column' && (add.column.default?.kind ?? null)).toBe(atOnce)
    expect(next?.kind).toBe(second)
    expect(design.because.join('\n')).toMatch(
      answer === 'null' ? /keep null/ : /get the time of the migration/,
    )
  })

  it.each([
    ['postgres', 'date', 'CURRENT_DATE'],
    ['postgres', 'timestamp with time zone', 'CURRENT_TIMESTAMP'],
    ['mysql', 'date', '(CURRENT_DATE)'],
    ['mysql', 'datetime(6)', 'CURRENT_TIMESTAMP(6)'],
    ['mysql', 'datetime', 'CURRENT_TIMESTAMP'],
  ] as const)('is written as the type takes it: %s %s', (family, type, sql) => {
    const db = { server: server(family), quote: (n: string) => n }
    expect(defaultSql({ kind: 'now' }, type, db)).toBe(sql)
  })
})

describe('DBL-2: texts that are not to be empty or blank', () => {
  const rule = (without: 'empty' | 'blank'): Rule => ({
    min: null,
    max: null,
    exclusive: false,
    values: null,
    without,
  })

  it.each([
    ['postgres', 'blank', `t ~ '[^[:space:]]'`],
    ['mysql', 'blank', `t REGEXP '[^[:space:]]'`],
    ['postgres', 'empty', `t <> ''`],
  ] as const)('are kept out by a check: %s %s', (family, without, sql) => {
    const db = { server: server(family), quote: (n: string) => n }
    expect(ruleSql('t', rule(without), db, 'text')).toBe(sql)
  })

  it('are tried: none of them is taken, and a text is', () => {
    expect(ruleProbes(rule('empty'))).toEqual({ accepts: ['a'], rejects: [''] })
    expect(ruleProbes(rule('blank')).rejects).toEqual(['', ' ', '\n'])
  })

  it('null stays what it is where nothing was said of it', async () => {
    const design = await designed('The director of productions must not be blank', given(500).given)
    expect(design.changes).toMatchObject([{ kind: 'add-check', column: 'director' }])
    expect(design.because.join('\n')).toMatch(/may still be null/)
  })

  it('rows of today that break it are told, with their keys', async () => {
    await expect(
      designed('The title of productions must not be blank', given(500, 3).given),
    ).rejects.toMatchObject({
      code: 'database.breaks',
      message: expect.stringContaining('3 rows of today'),
      details: ['id 7'],
    })
  })

  it('of a text that may be null, `not empty` may mean three things, which are asked', () => {
    expect(() => readRequest('director of productions must not be empty', SCHEMAS.theatre)).toThrow(
      expect.objectContaining({
        code: 'database.which',
        details: [
          'Make director of productions required',
          'Ensure that director of productions is not an empty text',
          'Make director of productions required; Ensure that director of productions is not an empty text',
        ],
      }),
    )
  })

  it('bounds of a text are refused, and it is said how to say its length', async () => {
    await expect(
      designed('first_name and last_name of patrons: max 60', given(500).given),
    ).rejects.toMatchObject({
      code: 'database.type',
      mend: expect.arrayContaining([expect.stringContaining('varchar(60)')]),
    })
  })

  it.each([
    ['capacity of stages must not be empty', { op: 'set-nullable', column: 'capacity', nullable: false }],
    [
      'title of productions must not be empty',
      { op: 'add-check', column: 'title', rule: { without: 'empty' } },
    ],
  ])('what the column is tells which: %s', (said, ask) => {
    expect(readRequest(said, SCHEMAS.theatre)).toMatchObject(ask)
  })
})
