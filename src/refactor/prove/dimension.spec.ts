import { describe, expect, it } from 'vitest'
import { countsOf, type DimensionClaim, dimensionStatement, judged } from './dimension.ts'

const claim: DimensionClaim = {
  kind: 'dimension',
  node: 'model.p.dim_a',
  key: 'a_key',
  natural: [{ column: 'a', from: 'a', as: 'value', unknown: 'Unknown' }],
  texts: ['name'],
  others: ['since'],
  origin: 'model.p.stg_a',
}
const names = { dimension: 'dim_a', origin: 'stg_a' }
/** Three values and the unknown member; ten rows, two of them without a value. */
const GOOD = [4, 4, 4, 1, 4, 10, 2, 10, 0, 1]
const proofOf = (numbers: number[]) => judged(claim, countsOf(claim, numbers), names)

describe('DIM-4: the proof of a dimension', () => {
  it('holds where keys are unique, the unknown member is there and every row finds its row', () => {
    const proof = proofOf(GOOD)
    expect(proof).toMatchObject({ holds: true })
    expect(proof.text).toContain('10 of 10 rows of stg_a find their row')
    expect(proof.lines.join('\n')).toMatch(/since is null in 1 row: it has no word/)
  })

  it('holds where every row has a value: the unknown member waits for those to come', () => {
    expect(proofOf([4, 4, 4, 1, 3, 10, 0, 10, 0, 1]).holds).toBe(true)
  })

  it.each([
    ['a key twice', 1, 3, /3 keys/],
    ['a natural key twice', 2, 3, /3 values of a/],
    ['no unknown member', 3, 0, /unknown member/],
    ['a value that is missing', 4, 5, /4 rows for 5 values/],
    ['a row that finds none', 7, 9, /10 rows of stg_a find 9 rows/],
    ['a row that finds two', 7, 11, /find 11 rows/],
    ['a null in text', 8, 2, /name is null/],
  ])('fails with %s', (_, at, value, words) => {
    const proof = proofOf(GOOD.with(at, value))
    expect(proof.holds).toBe(false)
    expect(proof.text).toMatch(words)
  })

  it('has a row for each value that facts name before the origin does, and no other', () => {
    const wider = { ...claim, inferred: [{ id: 'model.p.stg_b', values: ['a'] }] }
    const judgedOf = (numbers: number[]) => judged(wider, countsOf(wider, numbers), names)
    const six = [6, 6, 6, 1, 4, 10, 2, 10, 0, 1]
    const proof = judgedOf([...six, 6])
    expect(proof.holds).toBe(true)
    expect(proof.lines.join('\n')).toContain('2 rows of it are inferred')
    expect(judgedOf([...six, 5]).text).toMatch(/6 rows for 5 values of stg_a and of what else names them/)
    expect(proofOf(six).holds).toBe(false)
    expect(
      dimensionStatement(wider, { dimension: 'd', origin: 'o', named: ['b'], adapter: 'duckdb' }),
    ).toContain('union select a from b where a is not null')
  })

  it('asks once, with names and words quoted', () => {
    const statement = dimensionStatement(
      { ...claim, natural: [{ column: 'a', from: 'Größe "x"', as: 'value', unknown: "it's" }] },
      { dimension: 'd', origin: 'o', adapter: 'postgres' },
    )
    expect(statement).toContain('coalesce(o."Größe ""x""", \'it\'\'s\')')
    expect(
      dimensionStatement(
        { ...claim, natural: [{ column: 'a', from: 'a', as: 'value', unknown: -1 }] },
        { dimension: 'd', origin: 'o', adapter: 'duckdb' },
      ),
    ).toContain('coalesce(o."a", -1)')
  })
})
