/** What the shop's pipeline leaves when nothing disturbs it, and what is counted of a run. */
import { expect } from 'vitest'
import type { RunRecord } from '../../src/workflows/types.ts'
import { type Result, runMartsmith } from './martsmith.ts'
import type { Project } from './project.ts'
import { shopCounts } from './warehouse.ts'

/** As after one undisturbed run of a project that was never loaded. */
const UNDISTURBED = {
  status: 'success',
  steps: ['success', 'success', 'success', 'skipped'],
  rows: { 'raw.customers': 4, 'raw.orders': 6, 'analytics.dim_customers': 4, 'analytics.fct_orders': 6 },
}

export function expectUndisturbed(project: Project, run: RunRecord): void {
  expect({ status: run.status, steps: run.steps.map((s) => s.status), rows: shopCounts(project) }).toEqual(
    UNDISTURBED,
  )
  expect(project.read(run.taskFile ?? '')).toMatch(/^status = "🟢 Done"$/m)
}

/** How often dlt ended a load, and how often dbt began to build the last model, in this run. */
export function workDone(project: Project, runId: string): { loads: number; builds: number } {
  const started = project
    .events(runId)
    .filter(
      ({ progress }) =>
        progress?.kind === 'node' && progress.name === 'fct_orders' && progress.state === 'started',
    )
  return {
    loads: project.checks().filter((c) => c.runId === runId && c.result === 'loaded').length,
    builds: started.length,
  }
}

/** The interrupted run goes on to the end of an undisturbed one, and loads once. */
export async function resumes(project: Project): Promise<Result> {
  const { id } = project.run()
  const resumed = await runMartsmith(project, ['resume', id])
  expect(resumed.code, resumed.all).toBe(0)
  expectUndisturbed(project, project.run(id))
  expect(workDone(project, id).loads).toBe(1)
  return resumed
}
