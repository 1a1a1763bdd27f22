/** Keys of tables as they are, what a thing belongs to, flags together, bridges: what is decided without a warehouse. */
import { beforeAll, describe, expect, it } from 'vitest'
import { houseStyle } from '../../../project/conventions/house-style.ts'
import { columnProfile, relationProfile } from '../../../project/profile/test-profiles.ts'
import { openParser, parseSql } from '../../../project/sql/parse.ts'
import { bridgeStatement, judged } from '../../../refactor/prove/bridge.ts'
import { bridgeSql } from '../../dim-modeler/dimension/bridge/plan.ts'
import { designOf } from '../../dim-modeler/dimension/table/design.ts'
import { dimensionSql } from '../../dim-modeler/dimension/table/sql.ts'
import { eventsWords, isFlag } from './judge.ts'
import { junkColumns, junkOf } from './junk.ts'
import { candidateKeys, holds, keyAmong, keyStatement, provenKey } from './keys.ts'
import { depthStatement } from './self.ts'
import type { TableRecommendation } from './types.ts'

beforeAll(openParser)

const column = columnProfile
const profile = relationProfile
const names = (table: string) => ({ table, entity: table, idSuffix: '_id' })

describe('DIM-1: the key of a table', () => {
  it('is what is called like one, the own before several, what tests declare before all', () => {
    const columns = ['register_no', 'store_id', 'model'].map((n) => column(n))
    expect(candidateKeys(profile(columns), [], names('register'))).toEqual([
      ['register_no'],
      ['register_no', 'store_id'],
    ])
    expect(candidateKeys(profile(columns), [['model']], names('register'))[0]).toEqual(['model'])
    expect(candidateKeys(profile([column('Odd ID'), column('x')]), [], names('odd'))).toEqual([['Odd ID']])
  })

  it('holds where each value has one row but for copies, and no row has a part alone', () => {
    const counted = { columns: ['a'], values: 4, distinctRows: 4, present: 9, without: 1 }
    expect(holds(counted, 10)).toBe(true)
    expect(keyAmong([counted], 10)).toMatchObject({ copies: 5, without: 1 })
    expect(holds({ ...counted, distinctRows: 5 }, 10)).toBe(false) // one value, two rows that differ
    expect(holds(counted, 11)).toBe(false) // a row with a part of the key alone
  })

  it('is none that repeats nothing by chance, beside one that is called so and repeats', () => {
    const keys = [{ columns: ['city'], proven: true }]
    expect(provenKey(profile([column('shop_id'), column('city')], { keys }), names('clash'))).toBeNull()
    expect(provenKey(profile([column('city'), column('note')], { keys }), names('clash'))).toBe('city')
  })

  it('is asked for once, with names quoted', () => {
    const sql = keyStatement('r', ['x'], [['a "b"', 'c']], 'duckdb')
    expect(sql).toContain('select distinct "a ""b""" as c0, "c" as c1')
    expect(parseSql(sql, 'duckdb')).toHaveProperty('statements')
  })
})

describe('DIM-1: rows that are parts of events, and flags', () => {
  it('an amount and the key of what it is part of, and no name, is no thing', () => {
    const amount = column('amount', {
      kind: 'number',
      behaviour: { is: 'additive', because: '', from: 'name' },
    })
    const payment = [column('payment_id', { distinct: 100 }), column('order_id', { distinct: 60 }), amount]
    const keyed = [column('payment_method'), ...payment]
    expect(eventsWords(profile(keyed), 'payment_id', '_id')).toMatch(/events: one row per payment_id/)
    expect(eventsWords(profile([...keyed, column('title')]), 'payment_id', '_id')).toBeNull()
  })

  it('a letter for yes and one for no are a flag; flags and codes go together, keys and long lists do not', () => {
    const letter = column('insured', { form: 'yes or no', distinct: 2 })
    expect(isFlag(letter)).toBe(true)
    expect(isFlag({ ...letter, distinct: 3 })).toBe(false)
    const all = [
      column('is_gift', { kind: 'boolean', distinct: 2 }),
      letter,
      column('customer_id'),
      column('city', { distinct: 60 }),
      column('is_deleted', { kind: 'boolean', distinct: 2 }),
      column('always', { distinct: 1 }),
    ]
    expect(junkColumns(profile(all), '_id').map((c) => c.name)).toEqual(['is_gift', 'insured'])
    expect([junkOf('order flags'), junkOf('junk'), junkOf('order')]).toEqual(['order', '', null])
  })

  it('the depth of a tree is asked in bounded steps', () => {
    const sql = depthStatement('r', 'id', 'parent_id', 'duckdb')
    expect(sql).not.toMatch(/recursive/i)
    expect(parseSql(sql, 'duckdb')).toHaveProperty('statements')
  })
})

const integer = (name: string) => ({ name, type: 'INTEGER', kind: 'integer' as const })
const text = (name: string) => ({ name, type: 'VARCHAR', kind: 'text' as const })
const recommendation: TableRecommendation = {
  subject: 'track',
  entity: 'track',
  way: 'entity',
  reads: ['stg_tracks', 'stg_albums'].map((label) => ({
    id: `model.p.${label}`,
    label,
    needsStaging: false,
  })),
  natural: [{ column: integer('track_id'), unknown: -1 }],
  attributes: [text('name'), integer('album_id')],
  parents: [
    {
      read: 1,
      by: null,
      column: integer('album_id'),
      key: integer('album_id'),
      role: 'album',
      attributes: [text('title')],
      nulls: 1,
      unmatched: 0,
    },
    {
      read: 0,
      by: null,
      column: integer('cover_of'),
      key: integer('track_id'),
      role: 'cover_of',
      attributes: [text('name')],
      nulls: 1,
      unmatched: 0,
    },
  ],
  rows: 9,
  values: 9,
  without: 0,
  copies: 0,
  bridge: null,
  closedList: null,
  looked: '',
  chosen: '',
  because: [],
  rejected: [],
  notes: [],
}

function written(changed: Partial<TableRecommendation>, config: Parameters<typeof houseStyle>[1] = {}) {
  const style = houseStyle([], config)
  const said = { ...recommendation, ...changed }
  const reads = said.reads.map((r) => ({ name: r.label, renamed: new Map<string, string>() }))
  const design = designOf(style, said, { model: 'dim_track', adapter: 'duckdb', reads })
  const file = { style, folder: 'marts', reads: 'stg_tracks', materialized: null, adapter: 'duckdb' }
  return { design, style, sql: dimensionSql(design, file) }
}

const readable = (sql: string) => parseSql(sql.replaceAll(/\{\{.*?\}\}/g, 'x'), 'duckdb')

describe('DIM-3: the SQL of the other ways', () => {
  it('joins parents by left joins, with their names before their attributes', () => {
    for (const import_ctes of [true, false]) {
      const { sql } = written({}, { import_ctes })
      expect(sql).toMatch(/left join .* on \w+\.album_id = \w+\.album_id\n/)
      expect(sql).toMatch(/coalesce\(\w+\.title, 'Unknown'\) as album_title/)
      expect(sql).toMatch(/case when \w+\.cover_of is null then 'Not applicable' else .* as cover_of_name/)
      expect(readable(sql)).toHaveProperty('statements')
    }
  })

  it('has each part of a key, and flags as labels', () => {
    const { sql } = written({
      way: 'junk',
      natural: [
        { column: { name: 'is_gift', type: 'BOOLEAN', kind: 'boolean' }, unknown: 'Unknown' },
        { column: text('channel'), unknown: 'Unknown' },
      ],
      attributes: [],
      parents: [],
    })
    expect(sql).toContain(
      "case when is_gift then 'Yes' when not is_gift then 'No' else 'Unknown' end as is_gift",
    )
    expect(sql).toContain("coalesce(channel, 'Unknown') as channel")
    expect(sql).toContain('where is_gift is not null or channel is not null')
    expect(sql).toContain('select distinct')
  })

  it('a key that is a date or a decimal has an unknown member of its type', () => {
    const { sql } = written({
      natural: [
        { column: { name: 'day', type: 'DATE', kind: 'date' }, unknown: '9999-12-31' },
        { column: { name: 'nr', type: 'DECIMAL(9,2)', kind: 'number' }, unknown: -1 },
      ],
      attributes: [],
      parents: [],
    })
    expect(sql).toContain("cast('9999-12-31' as DATE) as day")
    expect(sql).toContain('cast(-1 as DECIMAL(9,2)) as nr')
  })

  it('a bridge keeps both keys apart, also where both are called id', () => {
    const { design, style } = written({ parents: [] })
    const sql = bridgeSql(style, {
      folder: 'marts',
      adapter: 'duckdb',
      materialized: null,
      dimension: design,
      link: { model: 'stg_link', own: 'track_id', other: 'list_id' },
      members: { model: 'stg_lists', key: 'id', unknown: -1 },
      names: {
        model: 'bridge',
        key: 'k',
        own: 'track_key',
        other: 'list_key',
        ownNatural: 'track_id',
        otherNatural: 'list_id',
        weight: 'weighting_factor',
      },
    })
    expect(sql).toContain('.id as list_id')
    expect(sql).toContain('1.0 / count(*) over (partition by keyed.list_id) as weighting_factor')
    expect(readable(sql)).toHaveProperty('statements')
  })
})

describe('DIM-4: the proof of a bridge', () => {
  const claim = {
    kind: 'bridge' as const,
    node: 'model.p.bridge',
    own: 'playlist_key',
    other: 'track_key',
    weight: 'w',
    dimension: 'model.p.dim',
    members: 'model.p.tracks',
    memberKey: 'track_id',
    memberColumn: 'track_id',
    unknown: -1,
  }
  const labels = { bridge: 'b', dimension: 'd', members: 'm' }
  const GOOD = [9, 9, 9, 5, 1, 5, 5, 0]

  it('holds, and is asked in one statement', () => {
    expect(judged(claim, GOOD, labels)).toMatchObject({ holds: true })
    const sql = bridgeStatement(claim, { ...labels, adapter: 'duckdb' })
    expect(parseSql(sql, 'duckdb')).toHaveProperty('statements')
  })

  it.each([
    ['a pair twice', 1, 8, /8 pairs/],
    ['a key that finds nothing', 2, 8, /find 8 rows in d/],
    ['a member that is not there', 5, 4, /are 4 in it/],
    ['no row for facts without one', 4, 0, /is there 0 times/],
    ['weights that do not sum to 1', 7, 2, /weights of 2 keys/],
  ])('fails with %s', (_, at, value, says) => {
    const proof = judged(claim, GOOD.with(at, value), labels)
    expect(proof.holds).toBe(false)
    expect(proof.text).toMatch(says)
  })
})
