/** Where to begin looking, by what somebody's own dbt left. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Project } from '../config/project.ts'
import { failurePoint } from './failure-point.ts'

const root = mkdtempSync(join(tmpdir(), 'point-'))
afterAll(() => rmSync(root, { recursive: true }))

it('what cannot be built is no part of what failed: exposures are skipped with what they read', async () => {
  mkdirSync(join(root, 'target'))
  writeFileSync(join(root, 'dbt_project.yml'), 'name: shop\n')
  const results = [
    { unique_id: 'model.shop.a', status: 'error' },
    { unique_id: 'test.shop.unique_a', status: 'skipped' },
    { unique_id: 'exposure.shop.mail', status: 'skipped' },
    { unique_id: 'model.shop.b', status: 'success' },
    { unique_id: 'saved_query.shop.q', status: 'no-op' },
  ]
  const metadata = { generated_at: '2026-11-02T03:04:05Z' }
  writeFileSync(join(root, 'target', 'run_results.json'), JSON.stringify({ metadata, results }))
  const project = { root, dbtDir: root, stateDir: join(root, '.martsmith') } as Project
  expect((await failurePoint(project, null)).ran).toEqual({
    broken: ['model.shop.a', 'test.shop.unique_a'],
    all: ['model.shop.a', 'test.shop.unique_a', 'model.shop.b'],
  })
})
