/** Runs that are ended with SIGKILL where MARTSMITH_FAILPOINT says: before a step, after its work, after its record. */
import { expect } from 'vitest'
import { startMartsmith } from './martsmith.ts'
import type { Project } from './project.ts'

export type Kill = { point: 'before' | 'done' | 'after'; step: 1 | 2 | 3 | 4 }

/** A start that ends early, for it finds no dbt: what it says before that is all that is wanted. */
export const WITHOUT_DBT = { VIRTUAL_ENV: undefined, PATH: '/usr/bin:/bin' }

export async function killedAt(
  project: Project,
  { point, step }: Kill,
  args = ['pipeline', '--yes'],
): Promise<void> {
  const running = startMartsmith(project, args, {
    env: { MARTSMITH_FAILPOINT: `${point}:${step}` },
  })
  const { signal, all } = await running.result
  expect(signal, all).toBe('SIGKILL')
  expect(await running.orphans()).toEqual([])
}
