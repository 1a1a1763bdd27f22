/**
 * `npm test`: types, lint, requirements, then every test; ends with `N passed, N failed`.
 * Each check counts as one, so that a broken type is a failure like any other.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './paths.ts'

type Counts = { passed: number; failed: number }

const CHECKS = [
  ['types', [`${ROOT}/node_modules/.bin/tsc`, '--noEmit', '-p', ROOT]],
  [
    'lint and import direction',
    [`${ROOT}/node_modules/.bin/biome`, 'ci', '--error-on-warnings', '--colors=off', '.'],
  ],
  ['requirements', [process.execPath, `${ROOT}/scripts/requirements.ts`]],
  ['generated docs', [process.execPath, `${ROOT}/scripts/docs.ts`, '--check']],
] as const

function check(name: string, argv: readonly string[]): Counts {
  const [command = '', ...args] = argv
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' })
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  if (status !== 0) console.log(`${stdout}${stderr}`)
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** Vitest with our own Node; its JSON report tells the numbers. */
function vitest(args: string[]): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'martsmith-test-'))
  const report = join(folder, 'report.json')
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        `${ROOT}/node_modules/vitest/vitest.mjs`,
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ],
      { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } },
    )
    const result = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
      numFailedTestSuites: number
      numPendingTests: number
    }
    // A file that does not load runs no test; a run that fails without a failed test must not look green.
    const failed = result.numFailedTests + (status !== 0 && result.numFailedTests === 0 ? 1 : 0)
    return { passed: result.numPassedTests, failed }
  } catch (error) {
    console.log(`FAIL vitest did not finish: ${error instanceof Error ? error.message : error}`)
    return { passed: 0, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const args = process.argv.slice(2)
const results = [...(args.length > 0 ? [] : CHECKS.map(([name, argv]) => check(name, argv))), vitest(args)]
const passed = results.reduce((sum, r) => sum + r.passed, 0)
const failed = results.reduce((sum, r) => sum + r.failed, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
