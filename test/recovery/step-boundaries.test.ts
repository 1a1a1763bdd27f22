/**
 * The process is killed with SIGKILL before each step, after its work and before its record, and after its
 * record: what goes on ends like a run that nothing disturbed.
 */
import { describe, expect, it } from 'vitest'
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

it('killed at every boundary in turn, one run goes on each time, and ends as if nothing had happened', async () => {
  const project = makeProject('shop')
  for (const [i, kill] of KILLS.entries()) {
    await killedAt(project, kill, i === 0 ? ['pipeline', '--yes'] : ['resume'])
    if (i > 2) continue // each way of dying is listed once
    const listed = await runMartsmith(project, ['runs', '--json'])
    expect(JSON.parse(listed.stdout), `${kill.point} ${kill.step}`).toMatchObject({
      runs: [{ run_id: project.run().id, status: 'interrupted' }],
    })
  }
  const resumed = await runMartsmith(project, ['resume'])
  expect(resumed.code, resumed.all).toBe(0)
  expectEnded(project, project.run().id, 2)
})

describe.each([
  { point: 'done', step: 1 },
  { point: 'done', step: 2 },
] as const)('killed $point step $step alone', (kill) => {
  it('nothing resumes unasked, the next start tells it, and resume ends as if nothing had happened', async () => {
    const project = makeProject('shop')
    await killedAt(project, kill)
    const { id } = project.run()
    const standing = project.snapshot('.martsmith')

    const next = await runMartsmith(project, ['pipeline', '--yes'], { env: WITHOUT_DBT })
    expect(next.stderr).toMatch(new RegExp(`${id} was interrupted: martsmith resume ${id}`))
    expect(project.snapshot('.martsmith'), 'nothing resumed by itself').toEqual(standing)

    const resumed = await runMartsmith(project, ['resume', id])
    expect(resumed.code, resumed.all).toBe(0)
    expectEnded(project, id, kill.point === 'done' && kill.step === 2 ? 2 : 1)
  })
})
