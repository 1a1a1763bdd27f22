/** The durable store is one Postgres session: who else connects is refused, or gets answers of their own. */
import { cpSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Durable, openDurable } from '../../src/workflows/durable.ts'

let durable: Durable
let folder: string

beforeAll(async () => {
  // One that has been opened before: how it begins, every project that is cold shows.
  folder = mkdtempSync(join(inject('workspace'), 'd-'))
  cpSync(join(inject('workspace'), 'shop-loaded', '.martsmith', 'db'), folder, { recursive: true })
  durable = await openDurable(folder)
})

afterAll(() => durable.close())

it('gives no connection the rows of another, also while one holds a transaction', async () => {
  const wrong: string[] = []
  const ask = async (name: string, work: (client: pg.Client, i: number) => Promise<void>) => {
    const client = new pg.Client({ host: folder, user: 'postgres', database: 'postgres' })
    client.on('error', () => undefined) // it was refused
    if (await client.connect().catch((error: Error) => error)) return
    for (let i = 0; i < 100; i++)
      await work(client, i).catch((error: Error) => wrong.push(`${name}: ${error.message}`))
    await client.end()
  }
  const expectRow = (name: string, got: unknown, wanted: unknown) => {
    if (JSON.stringify(got) !== JSON.stringify(wanted))
      wrong.push(`${name}: got ${JSON.stringify(got)} for ${JSON.stringify(wanted)}`)
  }
  await Promise.all([
    ask('transaction', async (client, i) => {
      await client.query('begin')
      const { rows } = await client.query('select $1::int as v', [i])
      await new Promise((resolve) => setTimeout(resolve, 2))
      await client.query('commit')
      expectRow('transaction', rows[0], { v: i })
    }),
    ask('text', async (client, i) => {
      const { rows } = await client.query('select $1::text as v, $2::int as w', ['text', i])
      expectRow('text', rows[0], { v: 'text', w: i })
    }),
    ask('array', async (client, i) => {
      const { rows } = await client.query('select $1::text[] as v', [[`array ${i}`]])
      expectRow('array', rows[0], { v: [`array ${i}`] })
    }),
  ])
  expect(wrong.slice(0, 5)).toEqual([])
})

it('answers a step that was recorded from the record, also in a process that begins anew', async () => {
  let worked = 0
  const body = async (_: unknown, step: <T>(name: string, work: () => Promise<T>) => Promise<T>) => {
    const first = await step('1', async () => ++worked)
    return [first, await step('2', async () => ++worked)]
  }
  expect(await durable.start('r-1', {}, body)).toEqual([1, 2])
  expect(await durable.has('r-1')).toBe(true)
  expect(await durable.has('r-2')).toBe(false)
  for (let run = 0; run < 20; run++)
    expect(await durable.start(`many-${run}`, {}, async (_, step) => step('1', async () => run))).toBe(run)
  expect(
    await durable.again('r-1', 'r-1~2', 1, body),
    'the first step is kept, the second runs again',
  ).toEqual([1, 3])
})
