/** A flag alone, and flags together: asked of real rows. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openParser } from '../../../project/sql/parse.ts'
import { type TestWarehouse, testWarehouse } from '../test-warehouse.ts'
import { recommend } from './recommend.ts'
import type { TableRecommendation } from './types.ts'

// Real statements, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let made: TestWarehouse

beforeAll(async () => {
  await openParser()
  made = await testWarehouse({
    plots: `select g as garden, 'P' || n as plot_code, g || ' plot ' || n as plot_title from (values ('Hill'), ('River')) a(g), range(1, 5) b(n)`,
    waterings: `select i as watering_no, case i % 2 when 0 then 'Hill' else 'River' end as garden, 'P' || (1 + i % 4) as plot_code,
      case when i % 3 = 0 then 'J' else 'N' end as by_hand, i % 5 // 4 as rained, timestamp '2024-01-01' + interval (i) hour as watered_at,
      1.25 * i as litres_amount from range(1, 91) t(i)`,
    feedings: `select i as feeding_no, case when i % 3 = 0 then 'oui' else 'non' end as organic, timestamp '2024-01-01' + interval (i) hour as fed_at,
      1.25 * i as grams_amount from range(1, 91) t(i)`,
  })
})
afterAll(() => made.close())

const dimension = async (subject: string) =>
  (await recommend(made.context, { subject, from: null, flags: [] })) as TableRecommendation

it('DIM-2: a flag alone is refused, with the junk dimension that it makes with its sisters', async () => {
  const asked = await dimension('by hand').catch((error) => error)
  expect(asked.message).toMatch(
    /yes or no: alone it stays on the fact.*with rained it makes a junk dimension/,
  )
  expect(asked.mend).toEqual([
    expect.stringContaining('martsmith dimension "watering flags" --from waterings'),
  ])
  const zeroes = await dimension('rained').catch((error) => error)
  expect(zeroes.message).toMatch(/yes or no/)
})

it('DIM-2: what is offered is made, and the key of another thing is no flag', async () => {
  const junk = await dimension('watering flags')
  expect(junk.natural.map((n) => n.column.name)).toEqual(['by_hand', 'rained'])
  expect(junk.notes.join()).toMatch(/garden and plot_code together name a row of plots/)
})

it('DIM-2: a flag without sisters stays on the fact, and nothing is offered', async () => {
  const asked = await dimension('organic').catch((error) => error)
  expect(asked.message).toMatch(/no other flag or code to put beside it/)
  expect(asked.mend).toEqual([])
})
