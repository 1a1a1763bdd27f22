/**
 * The process is killed with SIGKILL before each step, after its work and before its record, and after its
 * record: what goes on ends like a run that nothing disturbed.
 */
import { expect, it } from 'vitest'
import { type Kill, killedAt, WITHOUT_DBT } from '../support/killed.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { expectUndisturbed, workDone } from '../support/shop-run.ts'

const KILLS: Kill[] = ([1, 2, 3, 4] as const).flatMap((step) =>
  (['before', 'done', 'after'] as const).map((point) => ({ point, step })),
)

/** One run, one task, and the work of its steps: a load is done once, a build again where its record was missing. */
function expectEnded(project: Project, id: string, builds: number): void {
  expectUndisturbed(project, project.run(id))
  expect(workDone(project, id)).toEqual({ loads: 1, builds })
  expect(project.runs(), 'it is the same run').toHaveLength(1)
  expect(project.taskFiles(), 'with the same task').toHaveLength(1)
}

it('killed at every boundary in turn, it resumes nothing unasked, tells it, goes on when asked, and ends as if nothing had happened', async () => {
  const project = makeProject('shop')
  for (const [i, kill] of KILLS.entries()) {
    await killedAt(project, kill, i === 0 ? ['pipeline', '--yes'] : ['resume'])
    if (i > 2) continue // each way of dying is listed and told once
    const { id } = project.run()
    const where = `${kill.point} ${kill.step}`
    const listed = await runMartsmith(project, ['runs', '--json'])
    expect(JSON.parse(listed.stdout), where).toMatchObject({ runs: [{ run_id: id, status: 'interrupted' }] })
    const standing = project.snapshot('.martsmith')
    const next = await runMartsmith(project, ['pipeline', '--yes'], { env: WITHOUT_DBT })
    expect(next.stderr, where).toMatch(new RegExp(`${id} was interrupted: martsmith resume ${id}`))
    expect(project.snapshot('.martsmith'), 'nothing resumed by itself').toEqual(standing)
  }
  const resumed = await runMartsmith(project, ['resume'])
  expect(resumed.code, resumed.all).toBe(0)
  expectEnded(project, project.run().id, 2)
})

// After the work of step 1 it is killed in killed-again.test.ts.
it('killed after the work of step 2 alone, resume ends as if nothing had happened', async () => {
  const project = makeProject('shop')
  await killedAt(project, { point: 'done', step: 2 })
  const { id } = project.run()
  const resumed = await runMartsmith(project, ['resume', id])
  expect(resumed.code, resumed.all).toBe(0)
  expectEnded(project, id, 2)
})
