/** One thing in several roles: found by names and values, made of all roles, asked of real rows. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { houseStyle } from '../../../project/conventions/house-style.ts'
import { openParser } from '../../../project/sql/parse.ts'
import { dimensionStatement } from '../../../refactor/prove/dimension.ts'
import { designOf } from '../../dim-modeler/dimension/table/design.ts'
import { dimensionSql } from '../../dim-modeler/dimension/table/sql.ts'
import { without } from '../search/alike.ts'
import { type TestWarehouse, testWarehouse } from '../test-warehouse.ts'
import { recommend } from './recommend.ts'
import type { TableRecommendation } from './types.ts'

// Real statements, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let made: TestWarehouse

beforeAll(async () => {
  await openParser()
  made = await testWarehouse({
    // Boats board at piers 1 to 8 and land at piers 4 to 12; three rides have not landed, and its shore is not always written down.
    rides: `select i as ride_no, 'Pier ' || (1 + i % 8) as boarding_pier, case when i > 3 then 'Pier ' || (4 + i % 9) end as landing_pier,
      case (1 + i % 8) % 2 when 0 then 'east' else 'west' end as boarding_shore,
      case when i > 3 and i % 4 <> 0 then case (4 + i % 9) % 2 when 0 then 'east' else 'west' end end as landing_shore,
      'keeper ' || (1 + i % 8) as boarding_keeper, case when i > 3 then 'guard ' || (4 + i % 9) end as landing_keeper,
      timestamp '2024-01-01' + interval (i) hour as left_at, 3.5 * i as fare_amount from range(1, 101) t(i)`,
    // A code and its name in each role, in capitals between.
    cargos: `select i as "cargoNo", 'P' || (i % 6) as "originPortCode", 'Port ' || (i % 6) as "originPortName",
      'P' || (3 + i % 6) as "targetPortCode", 'Port ' || (3 + i % 6) as "targetPortName",
      timestamp '2024-01-01' + interval (i) hour as "leftAt", 1.5 * i as weight_amount from range(1, 91) t(i)`,
    // Two words that end alike, and have nothing to do with each other.
    swaps: `select i as swap_no, 'a' || (i % 5) as given_ware, 'b' || (i % 7) as taken_ware, timestamp '2024-01-01' + interval (i) hour as swapped_at,
      2.5 * i as swap_amount from range(1, 91) t(i)`,
  })
})
afterAll(() => made.close())

const dimension = async (subject: string) =>
  (await recommend(made.context, { subject, from: null, flags: [] })) as TableRecommendation

function designed(of: TableRecommendation, reads: string) {
  const design = designOf(houseStyle([]), of, {
    model: 'dim_made',
    adapter: 'duckdb',
    reads: [{ name: reads, renamed: new Map() }],
  })
  const sql = dimensionSql(design, {
    style: houseStyle([]),
    folder: '',
    reads,
    materialized: null,
    adapter: 'duckdb',
  })
  return { design, sql: sql.replace(/\{\{ ref\('(\w+)'\) \}\}/g, '$1').replace(/\{\{[^}]*\}\}/g, "'k'") }
}

describe('DIM-1 DIM-2: one dimension of several roles', () => {
  it('has what all of them say, and what they agree on', async () => {
    const pier = await dimension('pier')
    expect(pier.natural.map((n) => n.column.name)).toEqual(['pier'])
    expect(pier.attributes.map((a) => a.name)).toEqual(['shore'])
    expect(pier.values).toBe(12)
    expect(pier.roles?.each.map((r) => r.natural.map((c) => c.name))).toEqual([
      ['boarding_pier'],
      ['landing_pier'],
    ])
    expect(pier.roles?.sparse).toEqual(['shore'])
    expect(pier.notes.join()).toMatch(/Left out: keeper, for boarding_keeper and landing_keeper do not agree/)
    const { sql, design } = designed(pier, 'rides')
    const [rows, proof] = await made.query([
      `select pier, shore from (${sql}) as d order by length(pier), 1`,
      dimensionStatement(
        {
          kind: 'dimension',
          node: '',
          key: 'pier',
          natural: [{ column: 'pier', from: 'pier', as: 'value', unknown: 'Unknown' }],
          texts: ['shore'],
          others: [],
          origin: '',
          roles: design.roles.map((r) => r.natural),
        },
        { dimension: `(${sql})`, origin: 'rides', adapter: 'duckdb' },
      ),
    ])
    expect(rows && 'rows' in rows ? rows.rows : rows).toEqual(
      [
        ...Array.from({ length: 12 }, (_, i) => [`Pier ${i + 1}`, i % 2 === 0 ? 'west' : 'east']).slice(0, 9),
        ['Unknown', 'Unknown'],
        ...[10, 11, 12].map((n) => [`Pier ${n}`, n % 2 === 1 ? 'west' : 'east']),
      ].sort((a, b) => String(a[0]).length - String(b[0]).length || (String(a[0]) < String(b[0]) ? -1 : 1)),
    )
    // 13 rows, keys and naturals, one unknown, 12 values and the missing one; each of 100 rides twice, 3 without.
    expect(proof && 'rows' in proof ? proof.rows[0]?.map(Number) : proof).toEqual([
      13, 13, 13, 1, 13, 200, 3, 200, 0,
    ])
  })

  it('takes the code as the key, and its name as a label, of all roles', async () => {
    const port = await dimension('port')
    expect(port.natural.map((n) => n.column.name)).toEqual(['portCode'])
    expect(port.attributes.map((a) => a.name)).toEqual(['portName'])
    const { sql } = designed(port, 'cargos')
    const [rows] = await made.query([`select count(*), count(distinct "portName") from (${sql}) as d`])
    expect(rows).toMatchObject({ rows: [[10, 10]] })
  })

  it('stays a question where the values have nothing in common', async () => {
    await expect(dimension('ware')).rejects.toMatchObject({ code: 'dimension.which', exitCode: 3 })
  })

  it('is asked for where one of the roles is named', async () => {
    await expect(dimension('boarding pier')).rejects.toMatchObject({
      code: 'dimension.role',
      exitCode: 3,
      mend: [expect.stringContaining('dimension "pier"'), expect.stringContaining('rides.boarding_pier')],
    })
  })

  it('calls things by what is left of the names', () => {
    expect(without('pickup_zone', ['pickup'])).toBe('zone')
    expect(without('zone_from', ['from'])).toBe('zone')
    expect(without('Pickup Zone', ['pickup'])).toBe('Zone')
    expect(without('homeTeamId', ['home'])).toBe('teamId')
    expect(without('FROM_STATION', ['from'])).toBe('STATION')
    expect(without('port_of_origin_code', ['origin'])).toBe('port_of_code')
  })
})
