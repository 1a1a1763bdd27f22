/** Two processes in one project: one owns the state, the other is told so. */
import { describe, expect, it } from 'vitest'
import { runTo } from '../support/inside-a-step.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject } from '../support/project.ts'
import { expectUndisturbed } from '../support/shop-run.ts'

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
