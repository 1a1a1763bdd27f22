/** A project in which something is wrong: told so, with nothing done and nothing lost. */
import { expect } from 'vitest'
import { expectClear } from './expect-clear.ts'
import { type Result, type RunOptions, runMartsmith } from './martsmith.ts'
import { makeProject, type Project, type Source } from './project.ts'

export type Wanted = Parameters<typeof expectClear>[1]
export type Case = {
  change?: (project: Project) => void
  args?: string[]
  env?: RunOptions['env']
  from?: Source
}

/** Runs a project in which something is wrong, and expects to be told so, with nothing done and nothing lost. */
export async function refuses(
  wanted: Wanted,
  { change, args = [], env, from = 'shop-loaded' }: Case,
): Promise<Result> {
  const project = makeProject(from)
  change?.(project)
  const before = project.snapshot('.martsmith')
  const runs = project.runs().length
  const run = await runMartsmith(project, ['pipeline', '--yes', ...args], { env: env ?? {} })
  expectClear(run, wanted)
  expect(run.stdout).toBe('')
  expect(project.snapshot('.martsmith'), 'nothing was written').toEqual(before)
  expect(project.runs()).toHaveLength(runs)
  return run
}
