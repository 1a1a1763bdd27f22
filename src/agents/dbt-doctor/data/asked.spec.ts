/** What a test of a part of the rows asks of what they come from. */
import { beforeAll, expect, it } from 'vitest'
import type { ManifestNode } from '../../../project/manifest.ts'
import { askedBy } from './asked.ts'
import { madeLook, openLookServer } from './test-look.ts'
import { follow } from './trace.ts'

beforeAll(openLookServer, 60_000)

const sources = {
  orders:
    "select * from (values (1, 'a', 'new'), (2, null, 'old'), (3, null, 'new'), (3, 'c', 'old')) as v (id, customer, kind)",
}

async function asked(test: string, where: string) {
  const models = { fct: "select id as order_id, customer, kind\nfrom {{ source('raw', 'orders') }}" }
  const look = await madeLook({ sources, models, tests: [test] })
  const [id = ''] = Object.keys(look.graph.manifest.nodes).filter((n) => n.startsWith('test.'))
  const node = { ...look.graph.node(id), config: { enabled: true, where } } as ManifestNode
  const found = await askedBy(look, node, async () => null)
  return found && follow(look, found, [])
}

it('the condition goes along, with the columns that it names', async () => {
  const found = await asked('not_null fct.customer', "kind = 'new'")
  expect(found).toMatchObject({ born: 'source', node: 'source.p.raw.orders' })
  expect(found?.sentence).toContain('1 row of raw.orders')
})

it('where all that is wrong lies in the part, it is asked of all', async () => {
  const found = await asked('not_null fct.customer', 'order_id > 0')
  expect(found?.sentence).toContain('2 rows of raw.orders with customer null')
  expect(await asked('unique fct.order_id', "kind in ('new', 'old')")).not.toBeNull()
})

it('what repeats in a part alone is told as it is', async () => {
  expect(await asked('unique fct.order_id', "kind = 'new'")).toBeNull()
})
