/** Killed or stopped in the middle of the work itself: nothing of it lives on, and the run can go on. */
import { describe, expect, it } from 'vitest'
import { runTo, type Where } from '../support/inside-a-step.ts'
import { runMartsmith, startMartsmith } from '../support/martsmith.ts'
import { makeProject } from '../support/project.ts'
import { resumes } from '../support/shop-run.ts'
import { values } from '../support/warehouse.ts'

// Packages that a load left behind: ingestion.test.ts.
describe.each<Where>(['a dlt extraction', 'a dbt node'])('in %s', (where) => {
  it('kill -9: no child survives, and resume finishes the run', async () => {
    const project = makeProject('shop')
    const running = await runTo(project, where)
    running.kill('SIGKILL')
    expect((await running.result).signal).toBe('SIGKILL')
    expect(await running.orphans()).toEqual([])
    await resumes(project)
  })
})

describe('a script that appends', () => {
  it.each([
    ['load', 'shop-loaded', 12],
    ['end', 'shop', 6],
  ] as const)('PIPE-1: is killed at its %s: resume adds no row twice', async (place, from, orders) => {
    const project = makeProject(from)
    project.edit('ingest/shop.py', /write_disposition="merge"/g, 'write_disposition="append"')
    project.edit('ingest/shop.py', /(\n {4}print\(pipeline.run.*)/, '$1\n    pause("end")')
    const running = startMartsmith(project, ['pipeline', '--yes'], { env: { SHOP_PAUSE: place } })
    await running.until(place, () => project.exists('paused'))
    running.kill('SIGKILL')
    await running.result
    const { stdout } = await runMartsmith(project, ['resume'])
    expect(values(project.path('shop.duckdb'), 'select count(*) from raw.orders')).toEqual([orders])
    expect(stdout).toMatch(/shop: 1 load of the interrupted attempt had arrived and was not repeated/)
  })
})

// In a dbt node it is stopped twice, below.
describe('in a dlt extraction', () => {
  it('Ctrl-C once: it stops by itself with 130, says how to go on, and resume finishes the run', async () => {
    const project = makeProject('shop')
    const running = await runTo(project, 'a dlt extraction')
    running.kill('SIGINT')
    const { code, json, stderr } = await running.result
    expect(code, stderr).toBe(130)
    expect(stderr).toMatch(/Stopping/)
    expect(json).toMatchObject({
      status: 'waiting',
      next_steps: [expect.stringMatching(/^martsmith resume pipe-/), expect.anything()],
    })
    expect(await running.orphans()).toEqual([])
    expect(project.run().status).toBe('interrupted')
    await resumes(project)
  })
})

it('Ctrl-C twice: it ends at once, in the middle of a query, nothing lives on, and the run can be resumed', async () => {
  const project = makeProject('shop')
  const running = await runTo(project, 'a dbt node')
  running.kill('SIGINT')
  await running.until('the first Ctrl-C', () => running.said().includes('Stopping'))
  running.kill('SIGINT')
  const { code, signal } = await running.result
  expect(signal === 'SIGINT' ? 130 : code, 'a shell makes 130 of the signal').toBe(130)
  expect(await running.orphans()).toEqual([])
  await resumes(project)
})

it('DEBUG-3: kill -9 in the middle of a diagnosis: nothing is written, resume mends it, clean takes its sandbox away', async () => {
  const fct = 'models/marts/fct_orders.sql'
  const project = makeProject('shop-loaded')
  project.edit(fct, 'amount + tax', 'amount + taxx')
  const running = startMartsmith(project, ['debug', '--fix'])
  await running.until('an attempt', () => running.said().includes('attempt 1 of'))
  running.kill('SIGKILL')
  expect((await running.result).signal).toBe('SIGKILL')
  expect(await running.orphans()).toEqual([])
  expect(project.read(fct)).toContain('taxx')
  const again = await runMartsmith(project, ['resume', '--yes'])
  expect(again.code, again.all).toBe(0)
  expect(project.read(fct)).not.toContain('taxx')
  const cleaned = await runMartsmith(project, ['clean', '--yes'])
  expect(cleaned.code, cleaned.all).toBe(0)
  expect(project.files('.martsmith/sandbox')).toEqual([])
})
