import { expect, it } from 'vitest'
import type { Use } from './matrix.ts'
import { matrixTable } from './render.ts'

const use = (fact: string, dimension: string, column: string, key: string): Use => ({
  fact,
  dimension,
  column,
  key,
  by: 'test',
})

it('FACT-1: a fact has a dimension under its own name or in roles; what nobody has comes last', () => {
  const table = matrixTable({
    facts: ['fct_flights', 'fct_sales'],
    dimensions: ['dim_aircraft', 'dim_airport', 'dim_shop'],
    uses: [
      use('fct_flights', 'dim_airport', 'origin_airport_key', 'airport_key'),
      use('fct_flights', 'dim_airport', 'DestinationAirport_Key', 'airport_key'),
      use('fct_sales', 'dim_shop', 'shop_key', 'shop_key'),
    ],
  })
  const rows = table.split('\n').map((line) =>
    line
      .split('|')
      .map((c) => c.trim())
      .slice(1, -1),
  )
  expect(rows[0]).toEqual(['Fact', 'dim_airport', 'dim_shop', 'dim_aircraft'])
  expect(rows.slice(2)).toEqual([
    ['fct_flights', 'origin, Destination', '', ''],
    ['fct_sales', '', 'x', ''],
  ])
})
