/**
 * `npm run demo`: the full pipeline on the example. The first time twice: a run that loads and builds, and
 * a second that skips ingestion, because nothing changed, and says so.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { EXAMPLE, MARTSMITH } from './paths.ts'

const REQUEST = 'Run the full pipeline'

function run(): number {
  process.stdout.write(`\n$ martsmith "${REQUEST}" --yes      (in examples/nyc-taxi)\n\n`)
  const { status } = spawnSync(MARTSMITH, [REQUEST, '--yes', '--project-dir', EXAMPLE], { stdio: 'inherit' })
  return status ?? 1
}

const before = existsSync(`${EXAMPLE}/.martsmith`)
let status = run()
if (status === 0 && !before) {
  process.stdout.write('\nThe same again: nothing changed, so nothing is loaded.\n')
  status = run()
} else if (before) {
  process.stdout.write(
    '\nThis example has run before; to see its first load again: rm -r examples/nyc-taxi/.martsmith examples/nyc-taxi/warehouse\n',
  )
}
process.exit(status)
