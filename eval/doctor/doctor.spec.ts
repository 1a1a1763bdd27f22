import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { halfOf } from '../support/card.ts'
import { type Test, weakened } from './contents.ts'
import { edited, misspelt } from './edits.ts'
import { FAULTS } from './faults/index.ts'
import { HOUSES } from './houses.ts'
import { diagnosisOf } from './judge.ts'
import { filesOf } from './stage.ts'
import { FAMILIES, type Fault } from './types.ts'

const files = new Map(HOUSES.map((h) => [h.name, filesOf(h.from)]))

/** The project as the fault leaves it; a package is installed when it is built. */
function broken({ house, edits = [] }: Fault): Record<string, string> {
  const left = { ...files.get(house) }
  for (const edit of edits) {
    const text = left[edit.path]
    if ('text' in edit) left[edit.path] = edit.text
    else if (edit.path === 'dbt_packages') continue
    else if (text === undefined) throw new Error(`${house} has no ${edit.path}`)
    else if ('from' in edit) left[edit.path] = edited(text, edit)
    else delete left[edit.path]
    if ('move' in edit) left[edit.move] = text ?? ''
  }
  return left
}

describe('the corpus', () => {
  it('has at least 80 faults of all families, each by its own name, in halves of like size', () => {
    expect(new Set(FAULTS.map((f) => f.name)).size).toBe(FAULTS.length)
    expect(new Set(FAULTS.map((f) => f.family))).toEqual(new Set(FAMILIES))
    expect(FAULTS.length).toBeGreaterThan(80)
    const drawn = FAULTS.filter((f) => !f.half)
    const open = drawn.filter((f) => halfOf(f) === 'open').length
    expect(open / drawn.length).toBeGreaterThan(0.4)
    expect(open / drawn.length).toBeLessThan(0.6)
  })

  it.each(FAULTS.map((f) => [f.name, f] as const))('%s breaks what is there', (_, fault) => {
    const left = broken(fault)
    const isNoFile = fault.edits?.every((e) => e.path === 'dbt_packages') ?? true
    if (!isNoFile) expect(left).not.toEqual(files.get(fault.house))
    for (const { file, at } of fault.causes) {
      if (file) expect(left[file] ?? readFileSync(file, 'utf8')).toContain(at ?? '')
      if (file && at) expect(left[file]?.split(at)).toHaveLength(2)
    }
  })
})

describe('misspelt', () => {
  it('changes a word by two letters that differ', () => {
    expect(misspelt('orders')).toBe('ordres')
    expect(misspelt('payments', 0)).toBe('apyments')
    expect(misspelt('common', 2)).toBe('comomn')
  })
})

describe('weakened', () => {
  const test = (kind: string, of: string, says = '[]'): Test => ({ kind, of, says, file: 'models/a.yml' })
  const wanted = [test('unique', 'a'), test('not_null', 'a'), test('accepted_values', 'b', '["x"]')]
  const touched = ['models/a.yml']

  it('finds a test that is gone, or says another thing', () => {
    const now = [test('unique', 'a'), test('not_null', 'a'), test('accepted_values', 'b', '["x","y"]')]
    expect(weakened(wanted, { broken: wanted, now, touched })).toEqual(['accepted_values of b'])
    expect(weakened(wanted, { broken: null, now, touched })).toEqual(['accepted_values of b'])
    expect(weakened(wanted, { broken: null, now: wanted.slice(1), touched: [] })).toEqual([
      'unique of a',
      'fewer of unique',
    ])
  })

  it('lets the tests of a renamed relation follow, and blames no one for what the fault itself took', () => {
    const now = [test('unique', 'a', '["new"]'), ...wanted.slice(1)]
    expect(weakened(wanted, { broken: wanted, now, touched }, ['a'])).toEqual([])
    expect(weakened(wanted, { broken: wanted.slice(1), now: wanted.slice(1), touched })).toEqual([])
    expect(weakened(wanted, { broken: null, now, touched: [] })).toEqual([])
  })

  it('a test of its own follows what it reads to its new name, and says the same', () => {
    const own = (sql: string) => test('complete', '', JSON.stringify([sql, {}]))
    const [was, is] = [own("select 1 from {{ ref('a') }}"), own("select 1 from {{ ref('b') }}")]
    const renamed = { broken: null, now: [is], touched }
    expect(weakened([was], renamed, ['a'])).toEqual([])
    expect(weakened([was], renamed)).toHaveLength(1)
    expect(weakened([was], { ...renamed, now: [own("select 2 from {{ ref('b') }}")] }, ['a'])).toHaveLength(1)
  })

  it('the rows that a unit test gives follow a renamed column, and what it expects stays', () => {
    const unit = (given: string, n: number) => ({
      ...{ kind: 'unit test u', of: 'b', file: 'models/m.yml' },
      says: JSON.stringify([[{ input: "ref('a')", rows: [{ [given]: 1 }] }], { rows: [{ n }] }, null]),
    })
    const was = { broken: [unit('old', 1)], touched: ['models/m.yml'] }
    expect(weakened([unit('old', 1)], { ...was, now: [unit('new', 1)] }, ['a'])).toEqual([])
    expect(weakened([unit('old', 1)], { ...was, now: [unit('new', 1)] })).toHaveLength(1)
    expect(weakened([unit('old', 1)], { ...was, now: [unit('new', 2)] }, ['a'])).toHaveLength(1)
  })
})

describe('diagnosisOf', () => {
  it('leaves out the fix and what would prevent it', () => {
    const details = `1. D01 a column
  DIAGNOSIS   a fails.
  FIX         Read b
              --- a/models/a.sql
  PREVENTION  A contract.
2. P17 a ref
  ROOT CAUSE  models/c.sql:1`
    expect(diagnosisOf(details)).not.toMatch(/models\/a|contract/)
    expect(diagnosisOf(details)).toMatch(/a fails[\s\S]*models\/c\.sql:1/)
  })
})
