import { describe, expect, it } from 'vitest'
import { halfOf } from '../support/card.ts'
import { HOUSES, houseNamed } from './houses/index.ts'
import { isInStyle, sqlFor, styled } from './houses/names.ts'
import { migrationFrom } from './observe.ts'
import { REQUESTS } from './requests/index.ts'
import { changed, type Snapshot } from './snapshot.ts'
import { building } from './stage.ts'
import { FAMILIES, SERVERS } from './types.ts'

describe('the requests', () => {
  it('are at least 40 for each server, of all families, each by its own name, in halves of like size', () => {
    for (const server of SERVERS)
      expect(REQUESTS.filter((r) => (r.servers ?? SERVERS).includes(server)).length).toBeGreaterThan(40)
    expect(new Set(REQUESTS.map((r) => r.name)).size).toBe(REQUESTS.length)
    expect(new Set(REQUESTS.map((r) => r.family))).toEqual(new Set(FAMILIES))
    expect(new Set(REQUESTS.map((r) => r.house))).toEqual(new Set(HOUSES.map((h) => h.name)))
    const open = REQUESTS.filter((r) => halfOf(r) === 'open').length / REQUESTS.length
    expect(open).toBeGreaterThan(0.35)
    expect(open).toBeLessThan(0.65)
  })

  it('that are to be done are looked at by at least one check', () => {
    for (const { name, wanted } of REQUESTS)
      if (wanted.kind === 'done') expect(wanted.checks.length, name).toBeGreaterThan(0)
  })
})

describe('the houses', () => {
  it('have one of 300 tables, and each builds on both servers from statements without open names', () => {
    expect(houseNamed('group').tables('postgres')).toHaveLength(300)
    for (const house of HOUSES)
      for (const server of SERVERS)
        expect(building(house, server).join('\n'), house.name).not.toMatch(/\[[a-z ]+\]/)
  })
})

describe('names in words', () => {
  it('are written as the house writes them', () => {
    expect(styled('invoice line', 'snake')).toBe('invoice_line')
    expect(styled('invoice line', 'camel')).toBe('invoiceLine')
    expect(styled('invoice line', 'pascal')).toBe('InvoiceLine')
    expect(
      sqlFor('select [unit price] from [track]', { style: { postgres: 'snake', mysql: 'pascal' } }, 'mysql'),
    ).toBe('select `UnitPrice` from `Track`')
    expect(isInStyle('InvoiceLine', 'snake')).toBe(false)
    expect(isInStyle('invoice_line', 'camel')).toBe(false)
    expect(isInStyle('invoiceLine', 'pascal')).toBe(false)
  })
})

describe('migrationFrom', () => {
  it('takes a file of dbmate apart', () => {
    const text =
      '-- migrate:up transaction:false\ncreate index a;\n\n-- migrate:down transaction:false\ndrop index a;\n'
    expect(migrationFrom('a.sql', text)).toEqual({
      file: 'a.sql',
      up: 'create index a;\n\n',
      down: 'drop index a;\n',
      transaction: false,
    })
  })
})

describe('changed', () => {
  const of = (lines: string[], values: string, rows = 1): Snapshot => ({
    tables: new Map([
      [
        't',
        {
          lines,
          rows,
          columns: new Map([
            ['a', values],
            ['\n', 'a'],
          ]),
        },
      ],
    ]),
    views: new Map([['v', 'select a']]),
    others: [],
  })

  it('finds lines, rows and values that are otherwise, and leaves out what may be', () => {
    const was = of(['a int'], '1')
    expect(changed(was, of(['a int'], '1'))).toEqual([])
    expect(changed(was, of(['a text'], '1'))).toEqual(['t lacks: a int', 't has: a text'])
    expect(changed(was, of(['a text'], '1'), { may: ['t'] })).toEqual([])
    expect(changed(was, of(['a int'], '2'), { may: ['t'] })).toEqual(['other values in t.a'])
    expect(changed(was, of(['a int'], '2'), { mayColumns: ['t.a'] })).toEqual([])
    expect(changed(was, of(['a int'], '1', 2), { may: ['t'] })).toEqual(['t had 1 rows, and has 2'])
  })

  it('finds tables and views that are gone', () => {
    const none: Snapshot = { tables: new Map(), views: new Map(), others: [] }
    expect(changed(of([], ''), none)).toEqual(['the table t is gone', 'the view v is another'])
  })
})
