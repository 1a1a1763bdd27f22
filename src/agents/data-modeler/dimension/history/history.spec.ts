import { describe, expect, it } from 'vitest'
import { columnProfile, relationProfile } from '../../../../project/profile/test-profiles.ts'
import type { ColumnProfile, RelationProfile } from '../../../../project/profile/types.ts'
import { areCopies, areIntervals, areStarts } from './judge.ts'
import {
  differentStatement,
  gapsOf,
  inclusiveOf,
  intervalCounts,
  intervalNotes,
  intervalStatement,
  startCounts,
} from './measure.ts'
import { isTime, keyTiers, namedAsHistory, namedPair, thingOf } from './names.ts'
import { endBeside } from './recommend.ts'
import { metaColumns, uniqueKeyOf } from './snapshots.ts'

const column = columnProfile
const time = (name: string) => column(name, { kind: 'timestamp', type: 'TIMESTAMP' })
const profile = (columns: ColumnProfile[], keys: string[] = []): RelationProfile =>
  relationProfile(columns, { rows: 10, sampled: 10, keys: keys.map((k) => ({ columns: [k], proven: true })) })
const intervals = (some: Partial<ReturnType<typeof intervalCounts>>) => ({ ...intervalCounts([]), ...some })
const starts = (some: Partial<ReturnType<typeof startCounts>>) => ({ ...startCounts([]), ...some })

describe('DIM-3: whether intervals are versions', () => {
  const clean = intervals({ rows: 10, keys: 4, most: 3, open: 4, meets: 6 })

  it('they are where they follow each other, whatever they are called', () => {
    expect(areIntervals(clean, false, false)).toBe(true)
    expect(areIntervals({ ...clean, meets: 1, gaps: 5 }, false, false)).toBe(false)
    expect(areIntervals({ ...clean, overlaps: 1 }, false, false)).toBe(false)
  })

  it('faults are mended where names say so, and no versions where most of them overlap', () => {
    expect(areIntervals({ ...clean, meets: 3, overlaps: 1, openBefore: 1, gaps: 1 }, true, true)).toBe(true)
    expect(areIntervals({ ...clean, meets: 0, overlaps: 5, gaps: 1 }, true, true)).toBe(false)
  })

  it('a thing with one row and an end is valid for that time; with open ends alone its history begins', () => {
    const single = { rows: 5, keys: 5, most: 1 }
    expect(areIntervals(intervals({ ...single, open: 3, ended: 2 }), true, true)).toBe(false)
    expect(areIntervals(intervals({ ...single, open: 5 }), true, true)).toBe(true)
    expect(areIntervals(intervals({ ...single, open: 5 }), true, false)).toBe(false)
    expect(areIntervals(intervals({}), true, true)).toBe(false)
  })

  it('tells ends that are the last moment from ends that are the first one after', () => {
    expect(inclusiveOf(clean)).toBe(null)
    const daily = intervals({ rows: 10, keys: 4, meetsDay: 5, gaps: 6 })
    expect(inclusiveOf(daily)).toBe('day')
    expect(gapsOf(daily)).toBe(1)
    expect(inclusiveOf(intervals({ meets: 3, meetsMicrosecond: 2 }))).toBe(null)
  })

  it('says each fault with its count, and nothing of what has none', () => {
    const pair = { from: time('valid_from'), to: time('valid_to') }
    expect(intervalNotes(clean, pair)).toEqual([])
    const notes = intervalNotes(
      {
        ...clean,
        overlaps: 2,
        openBefore: 1,
        gaps: 1,
        sameStart: 1,
        inverted: 1,
        empty: 1,
        noStart: 2,
        ended: 1,
        future: 1,
      },
      pair,
    ).join('\n')
    for (const words of [
      '3 versions end after',
      '(1 without an end)',
      'in 1 place',
      '2 rows end when or before',
      'null in 2 rows',
      '1 key ends',
      '1 version begins in the future',
    ])
      expect(notes).toContain(words)
  })

  it('quotes what it names', () => {
    const statement = intervalStatement(
      'r',
      { keys: [column('a "b"')], from: column('from', { kind: 'date' }), to: time('to') },
      { adapter: 'postgres', now: '2024-01-01' },
    )
    expect(statement).toContain('partition by "a ""b""" order by')
    expect(statement).toContain('cast("from" as timestamp) as s')
  })
})

describe('DIM-3: whether begins are versions or copies', () => {
  it('a log of changes is none of copies, though all keys are in its first day', () => {
    const log = starts({ rows: 13, keys: 10, most: 2, times: 2, followed: 3, last: 3 })
    expect([areStarts(log), areCopies(log)]).toEqual([true, false])
  })

  it('copies hold nearly all that the one before held', () => {
    const copies = starts({ rows: 29, keys: 10, most: 3, times: 3, followed: 19, last: 9 })
    expect([areStarts(copies), areCopies(copies)]).toEqual([true, true])
    expect(areCopies({ ...copies, followed: 9 })).toBe(false)
  })

  it('a key that stands once, or twice at one time, has no versions', () => {
    expect(areStarts(starts({ rows: 5, keys: 5 }))).toBe(false)
    expect(areStarts(starts({ rows: 6, keys: 5, repeated: 1 }))).toBe(false)
  })
})

describe('DIM-3: what is no attribute of a version', () => {
  it('the end beside the begin that versions are told by, and no other date', () => {
    const [from, to, born] = [time('valid_from'), time('valid_to'), time('born_on')]
    const history = { by: 'starts' as const, keys: [], from, counts: starts({}) }
    expect(endBeside(history, [born, to])).toBe(to)
    expect(endBeside({ ...history, from: born }, [from, to])).toBe(null)
    expect(endBeside({ ...history, from: time('loaded_at') }, [born])).toBe(null)
  })

  it('rows are told apart by the key and what describes it, over all rows with a key', () => {
    const keys = [column('store no')]
    expect(differentStatement('r', [...keys, column('city')], keys, 'duckdb')).toBe(
      'select count(*) from (select distinct "store no", "city" from r where "store no" is not null) as different',
    )
  })
})

describe('DIM-3: hints of names', () => {
  it('finds begin and end in any style, and no pair in two dates of a thing', () => {
    const found = (...names: string[]) => {
      const pair = namedPair(names.map(time))
      return pair ? [pair.from.name, pair.to.name] : null
    }
    expect(found('created_at', 'valid_to', 'valid_from')).toEqual(['valid_from', 'valid_to'])
    expect(found('ValidFrom', 'ValidUntil')).toEqual(['ValidFrom', 'ValidUntil'])
    expect(found('start_date', 'end_date')).toEqual(['start_date', 'end_date'])
    expect(found('effective_date', 'expiry_date', 'eff_start', 'eff_end')).toEqual(['eff_start', 'eff_end'])
    expect(found('effective_date', 'expiry_date')).toEqual(['effective_date', 'expiry_date'])
    expect(found('ordered_at', 'shipped_at')).toBe(null)
    expect(found('contract_start', 'warranty_end')).toBe(null)
  })

  it('knows whose history a table keeps', () => {
    expect(thingOf('crm.customer_history')).toEqual(['customer'])
    expect(thingOf('stg_price_history')).toEqual(['price'])
    expect(thingOf('stg_shop__products_daily')).toEqual(['product'])
    expect([namedAsHistory('raw.StaffHistory'), namedAsHistory('raw.staff')]).toEqual([true, false])
  })

  it('takes text for a time where it is written as one', () => {
    const written = { kind: 'text' as const, min: '2020-01-01', max: '9999-12-31', pattern: '9999-99-99' }
    expect(isTime(column('valid_to', written))).toBe(true)
    expect(isTime(column('valid_to', { ...written, min: '01/02/2020', form: 'date' }))).toBe(false)
  })

  it('a code repeats in a table that has a key: it is none of its versions', () => {
    const columns = [column('store_id', { distinct: 10 }), column('region'), column('manager_id')]
    const asked = { things: [['store']], idSuffix: '_id' }
    const named = (keys: string[], isHistory: boolean) =>
      keyTiers(profile(columns, keys), { ...asked, isHistory }).map((t) => t.map((c) => c.name))
    expect(named(['store_id'], false)).toEqual([['store_id']])
    expect(named(['store_id'], true)).toEqual([['store_id'], ['manager_id'], ['region']])
    expect(named([], false)).toEqual([['store_id'], ['manager_id'], ['region']])
  })

  it('asks labels last: a thing may be called otherwise tomorrow', () => {
    const columns = [column('productName'), column('sku')]
    const tiers = keyTiers(profile(columns), { things: [['product']], idSuffix: '_id', isHistory: true })
    expect(tiers.flat().map((c) => c.name)).toEqual(['sku', 'productName'])
  })
})

describe('DIM-3: snapshots that stand', () => {
  const snapshot = (config: Record<string, unknown>) => ({ config }) as never

  it('reads their key, and what they call their own columns', () => {
    expect(uniqueKeyOf(snapshot({ unique_key: '"CustomerId"' }))).toEqual(['CustomerId'])
    expect(uniqueKeyOf(snapshot({ unique_key: ['a', 'b'] }))).toEqual(['a', 'b'])
    expect(uniqueKeyOf(snapshot({ unique_key: "a || '-' || b" }))).toEqual([])
    expect(metaColumns(snapshot({ snapshot_meta_column_names: { dbt_valid_to: 'end_at' } }))).toMatchObject({
      dbt_valid_from: 'dbt_valid_from',
      dbt_valid_to: 'end_at',
    })
  })
})
