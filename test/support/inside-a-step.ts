/** Brings a run to a place in the middle of a step. */
import { expect } from 'vitest'
import { type Running, startMartsmith } from './martsmith.ts'
import type { Project } from './project.ts'

/** Where a run is, and how it is brought there: by environment variables of the fixture. */
const PLACES = {
  'a dlt extraction': { env: { SHOP_PAUSE: 'extract' }, there: (p: Project) => p.exists('paused') },
  'a dbt node': {
    env: { SHOP_SLOW: '1' },
    there: (p: Project) =>
      p.runs().length > 0 &&
      p.events().some((e) => e.progress?.name === 'int_order_totals' && e.progress.state === 'started'),
  },
} as const

export type Where = keyof typeof PLACES

export async function runTo(project: Project, where: Where): Promise<Running> {
  const { env, there } = PLACES[where]
  const running = startMartsmith(project, ['pipeline', '--yes', '--json'], { env })
  await running.until(where, () => there(project))
  expect(running.processes().length, 'martsmith and its worker').toBeGreaterThan(1)
  return running
}
