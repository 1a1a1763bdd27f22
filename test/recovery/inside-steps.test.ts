/** Killed or stopped in the middle of the work itself: nothing of it lives on, and the run can go on. */
import { describe, expect, it } from 'vitest'
import { type Running, runMartsmith, startMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { expectUndisturbed, workDone } from '../support/shop-run.ts'

/** Where a run is, and how it is brought there: by environment variables of the fixture. */
const PLACES = {
  'a dlt extraction': { env: { SHOP_PAUSE: 'extract' }, there: (p: Project) => p.exists('paused') },
  'a dlt load with packages that are not loaded yet': {
    env: { SHOP_PAUSE: 'load' },
    there: (p: Project) => p.exists('paused'),
  },
  'a dbt node': {
    env: { SHOP_SLOW: '1' },
    there: (p: Project) =>
      p.runs().length > 0 &&
      p.events().some((e) => e.progress?.name === 'int_order_totals' && e.progress.state === 'started'),
  },
} as const

type Where = keyof typeof PLACES

async function runTo(project: Project, where: Where): Promise<Running> {
  const { env, there } = PLACES[where]
  const running = startMartsmith(project, ['pipeline', '--yes', '--json'], { env })
  await running.until(where, () => there(project))
  expect(running.processes().length, 'martsmith and its worker').toBeGreaterThan(1)
  return running
}

async function resumes(project: Project): Promise<void> {
  const { id } = project.run()
  const resumed = await runMartsmith(project, ['resume', id])
  expect(resumed.code, resumed.all).toBe(0)
  expectUndisturbed(project, project.run(id))
  expect(workDone(project, id).loads).toBe(1)
}

describe.each(Object.keys(PLACES) as Where[])('in %s', (where) => {
  it('kill -9: no child survives, and resume finishes the run', async () => {
    const project = makeProject('shop')
    const running = await runTo(project, where)
    running.kill('SIGKILL')
    expect((await running.result).signal).toBe('SIGKILL')
    expect(await running.orphans()).toEqual([])
    await resumes(project)
  })
})

describe.each(['a dlt extraction', 'a dbt node'] as const)('in %s', (where) => {
  it('Ctrl-C once: it stops by itself with 130, says how to go on, and resume finishes the run', async () => {
    const project = makeProject('shop')
    const running = await runTo(project, where)
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

it('Ctrl-C with the command engine ends dbt too, and the run can be resumed', async () => {
  const project = makeProject('shop')
  project.edit('martsmith.yml', 'dlt:', 'dbt: {engine: command}\ndlt:')
  const running = await runTo(project, 'a dbt node')
  running.kill('SIGINT')
  const { code, stderr } = await running.result
  expect(code, stderr).toBe(130)
  expect(await running.orphans()).toEqual([])
  await resumes(project)
})

it('kill -9 with the command engine leaves no dbt behind', async () => {
  const project = makeProject('shop')
  project.edit('martsmith.yml', 'dlt:', 'dbt: {engine: command}\ndlt:')
  const running = await runTo(project, 'a dbt node')
  running.kill('SIGKILL')
  await running.result
  expect(await running.orphans()).toEqual([])
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

describe('a second process, while a run is going on', () => {
  it('is told so, may list and show, and disturbs nothing', async () => {
    const project = makeProject('shop')
    const running = await runTo(project, 'a dlt extraction')
    const { id } = project.run()

    for (const args of [
      ['pipeline', '--yes'],
      ['resume', id],
    ]) {
      const refused = await runMartsmith(project, args)
      expect(refused.code, refused.all).toBe(2)
      expect(refused.stderr).toMatch(
        new RegExp(`The run ${id} is going on in this project \\(process ${running.pid}, `),
      )
      expect(refused.stderr).toMatch(new RegExp(`-> martsmith show ${id}`))
    }
    const checked = await runMartsmith(project, ['check'])
    expect(checked.code, checked.all).toBe(0)
    expect(checked.stdout).toMatch(new RegExp(`${id} is at work here`))
    const listed = await runMartsmith(project, ['runs', '--json'])
    expect(JSON.parse(listed.stdout)).toMatchObject({ runs: [{ run_id: id, status: 'running' }] })
    const shown = await runMartsmith(project, ['show', id])
    expect(shown.code).toBe(0)
    expect(shown.all).toMatch(/Going on \(process/)

    project.write('go', '')
    const { code, stderr } = await running.result
    expect(code, stderr).toBe(0)
    expectUndisturbed(project, project.run(id))
  })

  it('can cancel it: the first ends with 4, and both say that it is cancelled', async () => {
    const project = makeProject('shop')
    const running = await runTo(project, 'a dlt extraction')
    const { id } = project.run()
    const cancelling = await runMartsmith(project, ['cancel', id])
    expect(cancelling.code, cancelling.all).toBe(0)
    expect(cancelling.stdout).toMatch(/^## Summary\nCancelled\./m)
    const { code, json } = await running.result
    expect(code).toBe(4)
    expect(json).toMatchObject({ run_id: id, status: 'cancelled' })
    expect(project.run(id).status).toBe('cancelled')
    expect(await running.orphans()).toEqual([])
    expect(project.read(project.run(id).taskFile ?? '')).toMatch(/^status = "⚪ Blocked"$/m)
  })
})
