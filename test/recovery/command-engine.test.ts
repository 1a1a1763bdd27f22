/** The same with dbt as a command of its own: it ends with martsmith too. */
import { expect, it } from 'vitest'
import { runTo } from '../support/inside-a-step.ts'
import { makeProject } from '../support/project.ts'
import { resumes } from '../support/shop-run.ts'

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
