/**
 * The process is killed with SIGKILL before a step, after its work and before its record, and after its
 * record; each time the run that goes on ends like one that nothing disturbed.
 */
import { describe, expect, it } from 'vitest'
import { runMartsmith, startMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { expectUndisturbed, workDone } from '../support/shop-run.ts'

type Kill = { point: 'before' | 'done' | 'after'; step: 1 | 2 | 3 | 4 }

const KILLS: Kill[] = ([1, 2, 3, 4] as const).flatMap((step) =>
  (['before', 'done', 'after'] as const).map((point) => ({ point, step })),
)

/** A start that ends early, for it finds no dbt: what it says before that is all that is wanted. */
const WITHOUT_DBT = { VIRTUAL_ENV: undefined, PATH: '/usr/bin:/bin' }

/** How often the work of step 1 or 2 is done in all: twice only where it was done and not recorded, and is repeatable. */
function expectedWork({ point, step }: Kill): { loads: number; builds: number } {
  // A load that ended is seen in the log of checks, so it is not repeated; a build is.
  return { loads: 1, builds: point === 'done' && step === 2 ? 2 : 1 }
}

async function killedAt(project: Project, { point, step }: Kill): Promise<void> {
  const running = startMartsmith(project, ['pipeline', '--yes'], {
    env: { MARTSMITH_FAILPOINT: `${point}:${step}` },
  })
  const { signal, all } = await running.result
  expect(signal, all).toBe('SIGKILL')
  expect(await running.orphans()).toEqual([])
}

describe.each(KILLS)('killed $point step $step', (kill) => {
  it('nothing resumes unasked, the next start tells it, and resume ends as if nothing had happened', async () => {
    const project = makeProject('shop')
    await killedAt(project, kill)
    const { id } = project.run()

    const listed = await runMartsmith(project, ['runs', '--json'])
    expect(JSON.parse(listed.stdout)).toMatchObject({ runs: [{ run_id: id, status: 'interrupted' }] })
    const standing = project.snapshot('.martsmith')

    const next = await runMartsmith(project, ['pipeline', '--yes'], { env: WITHOUT_DBT })
    expect(next.stderr).toMatch(new RegExp(`${id} was interrupted: martsmith resume ${id}`))
    expect(project.snapshot('.martsmith'), 'nothing resumed by itself').toEqual(standing)

    const resumed = await runMartsmith(project, ['resume', id])
    expect(resumed.code, resumed.all).toBe(0)
    expectUndisturbed(project, project.run(id))
    expect(workDone(project, id)).toEqual(expectedWork(kill))
    expect(project.runs(), 'it is the same run').toHaveLength(1)
    expect(project.taskFiles(), 'with the same task').toHaveLength(1)
  })
})

it('a resume that is killed too can be resumed', async () => {
  const project = makeProject('shop')
  await killedAt(project, { point: 'done', step: 1 })
  const { id } = project.run()
  const again = await runMartsmith(project, ['resume', id], { env: { MARTSMITH_FAILPOINT: 'done:2' } })
  expect(again.signal, again.all).toBe('SIGKILL')
  const resumed = await runMartsmith(project, ['resume'])
  expect(resumed.code, resumed.all).toBe(0)
  expectUndisturbed(project, project.run(id))
  expect(workDone(project, id)).toEqual({ loads: 1, builds: 2 })
})

it('a run whose first step failed, was mended, and was killed while it was tried again can be resumed', async () => {
  const project = makeProject('shop')
  project.edit('ingest/shop.py', 'import dlt\n', 'import dlt_of_nobody\n')
  const failed = await runMartsmith(project, ['pipeline', '--yes'])
  expect(failed.code, failed.all).toBe(1)
  const { id } = project.run()
  project.edit('ingest/shop.py', 'import dlt_of_nobody\n', 'import dlt\n')
  const killed = await runMartsmith(project, ['resume', id], { env: { MARTSMITH_FAILPOINT: 'done:1' } })
  expect(killed.signal, killed.all).toBe('SIGKILL')

  const resumed = await runMartsmith(project, ['resume', id])
  expect(resumed.code, resumed.all).toBe(0)
  expectUndisturbed(project, project.run(id))
  expect(workDone(project, id)).toEqual({ loads: 1, builds: 1 })
})

it('an interrupted run can be given up; it is then neither resumed nor told again', async () => {
  const project = makeProject('shop')
  await killedAt(project, { point: 'after', step: 1 })
  const { id } = project.run()
  const cancelled = await runMartsmith(project, ['cancel', id, '--json'])
  expect(cancelled.code, cancelled.all).toBe(0)
  expect(cancelled.json).toMatchObject({ run_id: id, status: 'cancelled' })
  expect(project.read(project.run(id).taskFile ?? '')).toMatch(/^status = "⚪ Blocked"$/m)
  const resumed = await runMartsmith(project, ['resume', id])
  expect(resumed.code).toBe(2)
  expect(resumed.stderr).toMatch(/cannot be resumed: it was cancelled/)
  const next = await runMartsmith(project, ['pipeline', '--yes'], { env: WITHOUT_DBT })
  expect(next.stderr).not.toContain(id)
})
