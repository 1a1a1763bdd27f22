/** Killed after a failure, or given up: what becomes of the run. */
import { expect, it } from 'vitest'
import { killedAt, WITHOUT_DBT } from '../support/killed.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject } from '../support/project.ts'
import { expectUndisturbed, workDone } from '../support/shop-run.ts'

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
