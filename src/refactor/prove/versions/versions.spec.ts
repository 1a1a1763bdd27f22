import { describe, expect, it } from 'vitest'
import { judged, type VersionCounts } from './judge.ts'
import { foundStatement, shapeStatement, sourceStatement, type VersionsClaim } from './sql.ts'

const claim: VersionsClaim = {
  kind: 'versions',
  node: 'model.p.dim_a',
  key: 'a_key',
  natural: [{ column: 'a', from: 'A "x"', asText: false, unknown: "it's" }],
  attributes: [
    { column: 'name', from: 'name', isText: true, asText: false },
    { column: 'size', from: 'size', isText: false, asText: false },
  ],
  from: 'valid_from',
  to: 'valid_to',
  current: 'is_current',
  origin: 'model.p.stg_a',
  history: {
    by: 'intervals',
    begin: { name: 'b', type: 'DATE', kind: 'date' },
    end: { name: 'e', type: 'DATE', kind: 'date' },
    step: 'day',
    deleted: null,
  },
  snapshot: null,
}
/** Six versions of three keys, one of which ended, with one gap; and the unknown member. */
const GOOD: VersionCounts = {
  shape: {
    rows: 7,
    keys: 7,
    nulls: 0,
    naturals: 4,
    backwards: 0,
    overlaps: 0,
    gaps: 1,
    lateStarts: 0,
    flags: 0,
    current: 3,
    twice: 0,
    unknowns: 1,
  },
  nulls: { name: 0, size: 1 },
  source: { rows: 6, keys: 3, together: 0, gaps: 1, ended: 1 },
  found: { instants: 6, found: 6, pairs: 6, other: 0 },
}
const names = { dimension: 'dim_a', origin: 'stg_a' }

describe('DIM-4: the proof of versions', () => {
  it('holds where there is one row per key and moment, and each version of the origin is found', () => {
    const proof = judged(claim, GOOD, names)
    expect(proof).toMatchObject({ holds: true })
    expect(proof.text).toContain('6 versions of 3 keys')
    expect(proof.lines.join('\n')).toMatch(/1 gap between versions, as stg_a has them/)
  })

  it.each([
    ['a key twice', { shape: { keys: 6 } }, /6 keys of a_key/],
    ['a key that is null', { shape: { nulls: 1 } }, /of a_key/],
    ['an end before the begin', { shape: { backwards: 1 } }, /end before they begin/],
    ['an overlap', { shape: { overlaps: 1 } }, /overlap the next/],
    ['a gap that the origin has not', { shape: { gaps: 2 } }, /2 gaps between versions, where stg_a has 1/],
    ['a first version that is not dated back', { shape: { lateStarts: 1 } }, /not dated back/],
    ['a wrong flag', { shape: { flags: 1 } }, /is_current is wrong/],
    ['two current rows of a key', { shape: { twice: 1 } }, /several current rows/],
    ['a deleted key that is current', { shape: { current: 4 } }, /4 current rows for 3 keys/],
    ['no unknown member', { shape: { unknowns: 0 } }, /unknown member is there 0 times/],
    ['a key that is missing', { shape: { naturals: 3 } }, /3 values of a/],
    ['a version that is not found', { found: { found: 5, pairs: 5 } }, /1 of them none/],
    ['a version that finds two', { found: { pairs: 7 } }, /find 7 rows/],
    ['a version with other values', { found: { other: 1 } }, /other values/],
    ['a null in text', { nulls: { name: 1 } }, /name is null/],
  ])('fails with %s', (_, wrong, words) => {
    const counts = Object.fromEntries(
      Object.entries(GOOD).map(([part, all]) => [
        part,
        { ...all, ...(wrong as Record<string, object>)[part] },
      ]),
    ) as VersionCounts
    const proof = judged(claim, counts, names)
    expect(proof.holds).toBe(false)
    expect(proof.text).toMatch(words)
  })

  it('asks with names and words quoted, and reads an inclusive end as the moment after it', () => {
    const relations = { dimension: 'd', origin: 'o', adapter: 'postgres' }
    expect(shapeStatement(claim, relations)).toContain(`"a" = 'it''s'`)
    const found = foundStatement(claim, relations)
    expect(found).toContain('"A ""x""" as k0')
    expect(found).toContain(`cast("e" as timestamp) + interval '1 day'`)
    expect(
      sourceStatement({ ...claim, history: { ...claim.history, by: 'copies', end: null } }, relations),
    ).toContain('nc > c + 1')
  })
})
