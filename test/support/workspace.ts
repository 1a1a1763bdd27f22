/**
 * Once for all test files: a folder for their projects, and in it `shop-loaded`, the small project after
 * its first run. Copies of it start with data, models and run state in place, which costs no time.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { cleanEnv } from './martsmith.ts'
import { FIXTURES, MARTSMITH } from './paths.ts'

declare module 'vitest' {
  interface ProvidedContext {
    workspace: string
  }
}

export default function setup(vitest: TestProject): () => void {
  const workspace = mkdtempSync(join(tmpdir(), 'mt-'))
  vitest.provide('workspace', workspace)
  const home = join(workspace, 'home')
  mkdirSync(home)
  const shop = join(workspace, 'shop-loaded')
  cpSync(join(FIXTURES, 'shop'), shop, { recursive: true })
  execFileSync(MARTSMITH, ['pipeline', '--everything', '--yes'], {
    cwd: shop,
    env: cleanEnv({ HOME: home }),
    stdio: 'pipe',
  })
  return () => {
    if (!process.env.MARTSMITH_TEST_KEEP) rmSync(workspace, { recursive: true, force: true })
  }
}
