import { describe, expect, it } from 'vitest'
import type { Index, Schema, Table } from '../../../adapters/databases/types.ts'
import { circlesAt, indexSigns } from './health.ts'

const table = (name: string, to: string[] = [], over: Partial<Table> = {}) =>
  ({
    schema: 'public',
    name,
    foreignKeys: to.map((t) => ({ references: { schema: 'public', name: t } })),
    primaryKey: { name: `${name}_pkey`, columns: ['id'] },
    uniques: [],
    indexes: [],
    ...over,
  }) as unknown as Table

const index = (name: string, columns: string[], over: Partial<Index> = {}): Index => ({
  name,
  columns,
  unique: false,
  valid: true,
  definition: `CREATE INDEX ${name}`,
  ...over,
})

describe('DBL-2: circles of foreign keys', () => {
  const tables = [table('a', ['b']), table('b', ['c', 'd']), table('c', ['a']), table('d', ['d'])]
  const schema = { tables, views: [] } as Schema

  it('are found from each of their tables, and told once', () => {
    expect(circlesAt(schema, tables.slice(0, 1))).toEqual(['a -> b -> c -> a'])
    expect(circlesAt(schema, tables)).toHaveLength(1)
  })

  it('a table that only refers to itself, or only leads into one, is in none', () => {
    expect(circlesAt(schema, tables.slice(3))).toEqual([])
    const lead = table('e', ['a'])
    expect(circlesAt({ ...schema, tables: [...tables, lead] }, [lead])).toEqual([])
  })
})

describe('DBL-2: indexes that are not in order', () => {
  const signs = (...indexes: Index[]) => indexSigns(table('t', [], { indexes }))

  it('one that another one serves as well is needless, of two that are the same the later', () => {
    expect(signs(index('i', ['a']), index('j', ['a', 'b']))).toEqual([
      'i of t serves nothing that j does not.',
    ])
    expect(signs(index('i', ['a']), index('j', ['a']))).toEqual(['j of t serves nothing that i does not.'])
    expect(signs(index('i', ['id']))).toHaveLength(1)
  })

  it('what is unique, partial, or begins otherwise is not', () => {
    expect(signs(index('i', ['a'], { unique: true }), index('j', ['a', 'b']))).toEqual([])
    expect(
      signs(index('i', ['a']), index('j', ['a', 'b'], { definition: 'CREATE INDEX j WHERE x' })),
    ).toEqual([])
    expect(signs(index('i', ['a'], { definition: 'CREATE INDEX i WHERE x' }), index('j', ['a']))).toEqual([])
    expect(signs(index('i', ['b']), index('j', ['a', 'b']))).toEqual([])
  })

  it('an invalid one is told', () => {
    expect(signs(index('i', ['a'], { valid: false }))).toEqual([
      'i of t is invalid: written to, and never read.',
    ])
  })
})
