/**
 * The process is killed with SIGKILL before a step, after its work and before its record, and after its
 * record; each time the run that goes on ends like one that nothing disturbed.
 */
import { describe, expect, it } from 'vitest'
import { type Kill, killedAt, WITHOUT_DBT } from '../support/killed.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject } from '../support/project.ts'
import { expectUndisturbed, workDone } from '../support/shop-run.ts'

const KILLS: Kill[] = ([1, 2, 3, 4] as const).flatMap((step) =>
  (['before', 'done', 'after'] as const).map((point) => ({ point, step })),
)

/** How often the work of step 1 or 2 is done in all: twice only where it was done and not recorded, and is repeatable. */
function expectedWork({ point, step }: Kill): { loads: number; builds: number } {
  // A load that ended is seen in the log of checks, so it is not repeated; a build is.
  return { loads: 1, builds: point === 'done' && step === 2 ? 2 : 1 }
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
