/**
 * How long a diagnosis takes, by the size of the project: one column of a generated project is misspelt, dbt has failed
 * on it as the user would have seen it, and `martsmith debug --fix --yes` mends it and runs again what failed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { MARTSMITH, PYTHON, ROOT } from '../paths.ts'
import { generateProject } from './generate.ts'

const DBT = `${ROOT}/.venv/bin/dbt`
const RIGHT = '        orders.tax,'
const WRONG = '        orders.taxx,'
const IGNORED = 'target/\nlogs/\n.martsmith/\n.tasks/\n*.duckdb*\n.user.yml\n'

/** Sizes that the project has, in models; each is diagnosed once in a fresh project, and `rounds` times after that. */
export function diagnosisTable(sizes: number[], rounds: number): string {
  return markdownTable([
    ['models', 'built again', 'first, s', 'of the processors, s', 'again, s', 'of the processors, s'],
    ...sizes.map((size) => diagnosed(size, rounds)),
  ])
}

function diagnosed(size: number, rounds: number): string[] {
  const dir = mkdtempSync(join(tmpdir(), `martsmith-bench-debug-${size}-`))
  try {
    const { statements } = generateProject(dir, size)
    writeFileSync(join(dir, '.gitignore'), IGNORED)
    const sources = statements.filter((s) => /create schema|create table raw\./.test(s))
    const make = 'import duckdb, sys; duckdb.connect("big.duckdb").execute(sys.argv[1])'
    execFileSync(PYTHON, ['-c', make, sources.join(';\n')], { cwd: dir })
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.com', ...args], { cwd: dir })
    git('init', '-q')
    git('add', '-A')
    git('commit', '-qm', 'All is well')
    dbt(dir, 0, 'build')
    const name = `fct_entity_${firstMart(size)}`
    const path = execFileSync('git', ['ls-files', `*/${name}.sql`], { cwd: dir, encoding: 'utf8' }).trim()
    const seen = Array.from({ length: rounds + 1 }, () => {
      const text = readFileSync(join(dir, path), 'utf8')
      if (!text.includes(RIGHT)) throw new Error(`${path} does not hold ${RIGHT.trim()}`)
      writeFileSync(join(dir, path), text.replace(RIGHT, WRONG))
      dbt(dir, 1, 'build', '--select', `${name}+`)
      return debug(dir)
    })
    const [first, ...again] = seen
    process.stderr.write(`${size} models: ${seen.map((s) => s.seconds.toFixed(1)).join(', ')} s\n`)
    return [
      String(size),
      first?.built ?? '',
      (first?.seconds ?? Number.NaN).toFixed(1),
      (first?.work ?? Number.NaN).toFixed(1),
      median(again.map((a) => a.seconds)).toFixed(1),
      median(again.map((a) => a.work)).toFixed(1),
    ]
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** A model of the last layer that joins: see `generate.ts`, which has some incremental and some with macros. */
function firstMart(size: number): number {
  const first = Math.round(size * 0.3) + Math.round(size * 0.4)
  return [0, 1, 2].map((i) => first + i).find((i) => i % 20 !== 7) ?? first
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, VIRTUAL_ENV: `${ROOT}/.venv`, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' }
}

function dbt(dir: string, expected: number, ...args: string[]): void {
  const { status, stdout } = spawnSync(DBT, ['--quiet', ...args], {
    cwd: dir,
    env: environment(),
    encoding: 'utf8',
  })
  if (status !== expected) throw new Error(`dbt ${args.join(' ')} ended with ${status}:\n${stdout}`)
}

/** Runs a command, and says last what it and all that it started took of the processors. */
const TIMED = `
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(done.returncode)
`

/** Seconds of the whole command, and of the processors' work; it must mend what is broken. */
function debug(dir: string): { seconds: number; work: number; built: string } {
  const begun = performance.now()
  const { status, stdout, stderr } = spawnSync(
    PYTHON,
    ['-c', TIMED, MARTSMITH, 'debug', '--fix', '--yes', '--json'],
    { cwd: dir, env: environment(), encoding: 'utf8', maxBuffer: 64 << 20 },
  )
  const seconds = (performance.now() - begun) / 1000
  if (status !== 0) throw new Error(`martsmith debug ended with ${status}:\n${stdout}${stderr}`)
  const { steps } = JSON.parse(stdout) as { steps: { details: string }[] }
  const work = Number(stderr.trim().split('\n').at(-1))
  return { seconds, work, built: /[\d,]+ models? built/.exec(steps[3]?.details ?? '')?.[0] ?? '' }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
