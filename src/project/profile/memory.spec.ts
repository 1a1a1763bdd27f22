import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openMemory, stateOfFiles } from './memory.ts'

const dir = mkdtempSync(join(tmpdir(), 'mt-memory-'))
const file = join(dir, 'shop.duckdb')
const state = () => stateOfFiles([file])
const SECRET = `count(case when "name" = 'Ada Brandt' then 1 end)`

afterEach(() => rmSync(join(dir, 'profiles'), { recursive: true, force: true }))

async function remember(count: number, before: () => void = () => undefined): Promise<void> {
  const memory = await openMemory(dir, '"a"."b"."c"', state)
  memory?.set(SECRET, count)
  before()
  await memory?.save()
}

const recall = async () => (await openMemory(dir, '"a"."b"."c"', state))?.get(SECRET)

it('remembers a count while the file stands, and forgets it with any write, the log’s too', async () => {
  writeFileSync(file, 'x')
  await remember(7)
  expect(await recall()).toBe(7)
  appendFileSync(file, 'y')
  expect(await recall()).toBeUndefined()
  await remember(8)
  writeFileSync(`${file}.wal`, 'z')
  expect(await recall()).toBeUndefined()
})

it('keeps nothing of what was measured while somebody wrote', async () => {
  writeFileSync(file, 'x')
  await remember(7, () => appendFileSync(file, 'y'))
  expect(await recall()).toBeUndefined()
})

it('keeps numbers only', async () => {
  writeFileSync(file, 'x')
  await remember(7)
  const [kept = ''] = readdirSync(join(dir, 'profiles'))
  expect(readFileSync(join(dir, 'profiles', kept), 'utf8')).not.toMatch(/Ada|name/)
})

it('is none where nobody knows whether a row has changed, and starts anew from rubbish', async () => {
  expect(await openMemory(dir, 'r', async () => null)).toBeUndefined()
  await remember(7)
  const [kept = ''] = readdirSync(join(dir, 'profiles'))
  writeFileSync(join(dir, 'profiles', kept), '{"state": 1')
  expect(await recall()).toBeUndefined()
})
