/** `martsmith lineage` on a real project: where columns come from, in which file and line, and wrong words. */
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClear } from '../support/expect-clear.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'

type Step = { label: string; how: string; file?: string; line?: number; next: Step[] }

let project: Project
beforeAll(() => {
  project = makeProject('shop-loaded')
})

describe('martsmith lineage', () => {
  it('follows a column up to its source, with the line of each step', async () => {
    const run = await runMartsmith(project, ['lineage', 'agg_daily_orders.total', '--json'])
    expect(run.code, run.all).toBe(0)
    const { tree, origins, influences } = JSON.parse(run.stdout) as {
      tree: Step
      origins: { label: string }[]
      influences: { label: string; how: string }[]
    }
    expect(tree).toMatchObject({
      label: 'agg_daily_orders.total',
      file: 'models/marts/agg_daily_orders.sql',
      line: 1,
    })
    const sums = tree.next.map((s) => s.label)
    expect(sums).toEqual(['fct_orders.total'])
    expect(tree.next[0]).toMatchObject({ file: 'models/marts/fct_orders.sql', line: 7, how: 'value' })
    expect(origins.map((o) => o.label)).toEqual(['shop.orders.amount'])
    expect(influences).toContainEqual(
      expect.objectContaining({ label: 'fct_orders.order_date', how: 'group' }),
    )
  })

  it('takes a relation by its place in the warehouse, and says what is made of its column', async () => {
    const run = await runMartsmith(project, ['lineage', 'raw.orders.amount', '--down'])
    expect(run.code, run.all).toBe(0)
    expect(run.stdout).toContain('shop.orders.amount\n└─ stg_orders.amount')
    expect(run.stdout).toMatch(/agg_daily_orders\.total +models\/marts\/agg_daily_orders\.sql:1/)
  })

  it.each([
    [['lineage', 'fct_orders.totl'], /did you mean total/, 'martsmith lineage fct_orders.total'],
    [['lineage'], /one model, or one column/, 'martsmith lineage --help'],
  ])('tells of wrong words: %j', async (args, says, mend) => {
    const run = await runMartsmith(project, args)
    expectClear(run, { code: 2, says: [says], mend: [mend] })
  })
})
