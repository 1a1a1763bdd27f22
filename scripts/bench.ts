/**
 * `npm run bench`: martsmith beside the commands that a person would type, side by side: A, B, A, B, ...
 * Ratios of pairs are printed, because the speed of a machine drifts; quote the medians.
 *
 *   npm run bench            everything
 *   npm run bench -- 7       with 7 rounds
 *   npm run bench -- big     only the big projects (scripts/bench/big.ts)
 *   npm run bench -- debug   only the diagnosis of projects of several sizes (scripts/bench/diagnosis.ts)
 *   npm run bench -- db      only changes of databases (scripts/bench/database.ts)
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { SERVERS } from '../eval/database/types.ts'
import { openDurable } from '../src/workflows/durable.ts'
import { bigTable } from './bench/big.ts'
import { databaseTables } from './bench/database.ts'
import { diagnosisTable } from './bench/diagnosis.ts'
import { EXAMPLE, MARTSMITH, PYTHON, ROOT } from './paths.ts'

const ONLY = ['big', 'db'].find((part) => part === process.argv[2]) ?? null
const ROUNDS = ONLY ? 0 : Number(process.argv[2] ?? 5)
const DBT = `${ROOT}/.venv/bin/dbt`
const SKIPPED = /\/(warehouse|target|logs|\.martsmith|\.tasks)(\/|$)/

type Way = (dir: string) => string[][]

const PLAIN: Way = () => [
  [PYTHON, 'ingest/taxi_trips.py'],
  [DBT, '--quiet', 'build', '--select', '+fct_trips'],
  [DBT, '--quiet', 'test', '--select', '+fct_trips'],
]
const MARTSMITH_RUN: Way = () => [[MARTSMITH, 'pipeline', '--yes', '--json']]

function project(): string {
  const dir = mkdtempSync(join(tmpdir(), 'martsmith-bench-'))
  cpSync(EXAMPLE, dir, { recursive: true, filter: (from) => !SKIPPED.test(from.slice(EXAMPLE.length)) })
  return dir
}

/** Seconds of wall time of one way; it must succeed. */
function time(way: Way, dir: string): number {
  const begun = performance.now()
  for (const [command = '', ...args] of way(dir)) {
    const env = {
      ...process.env,
      VIRTUAL_ENV: `${ROOT}/.venv`,
      DLT_DATA_DIR: join(dir, '.dlt-plain'),
      DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    }
    const { status, stderr, stdout } = spawnSync(command, args, { cwd: dir, env, encoding: 'utf8' })
    if (status !== 0)
      throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  }
  return (performance.now() - begun) / 1000
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function range(values: number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`
}

/** First run and second run of both ways, in fresh projects, in turn. */
function pipelines(): string[][] {
  const seen = {
    plainFirst: [] as number[],
    ourFirst: [] as number[],
    plainSecond: [] as number[],
    ourSecond: [] as number[],
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const [plain, ours] = [project(), project()]
    seen.plainFirst.push(time(PLAIN, plain))
    seen.ourFirst.push(time(MARTSMITH_RUN, ours))
    seen.plainSecond.push(time(PLAIN, plain))
    seen.ourSecond.push(time(MARTSMITH_RUN, ours))
    for (const dir of [plain, ours]) rmSync(dir, { recursive: true, force: true })
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`)
  }
  const row = (name: string, ours: number[], plain: number[], goal: string) => [
    name,
    range(ours),
    range(plain),
    range(ours.map((o, i) => o / (plain[i] ?? Number.NaN))),
    goal,
  ]
  return [
    row('first run (fresh project)', seen.ourFirst, seen.plainFirst, 'at most 1'),
    row('second run (nothing new)', seen.ourSecond, seen.plainSecond, 'at most 0.33'),
  ]
}

const DIFF: Way = () => [[MARTSMITH, 'diff', 'dim_zone', '--json']]
const BUILD_ALL: Way = () => [[DBT, '--quiet', 'build']]

/** One model has changed: built and compared in a sandbox, beside a build of the whole project. */
function sandboxes(): string[] {
  const dir = project()
  time(PLAIN, dir)
  appendFileSync(join(dir, 'models/marts/core/dim_zone.sql'), '\n-- changed\n')
  const [ours, plain] = [[] as number[], [] as number[]]
  for (let round = 0; round < ROUNDS; round += 1) {
    plain.push(time(BUILD_ALL, dir))
    ours.push(time(DIFF, dir))
  }
  rmSync(dir, { recursive: true, force: true })
  const ratios = ours.map((o, i) => o / (plain[i] ?? Number.NaN))
  return ['one changed model, built in a sandbox and compared', range(ours), range(plain), range(ratios), '']
}

function startUp(): string[] {
  const times = Array.from({ length: ROUNDS * 2 }, () => {
    const begun = performance.now()
    spawnSync(MARTSMITH, ['--help'])
    return (performance.now() - begun) / 1000
  })
  return ['martsmith --help', range(times), '', '', 'under 0.3 s']
}

/** What recording costs: a run of four empty steps, with the store open (it opens beside the worker). */
async function durability(): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'martsmith-bench-'))
  const store = await openDurable(join(dir, 'db'))
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now()
    await store.start(`bench-${round}`, {}, async (_, step) => {
      for (let i = 1; i <= 4; i += 1) await step(`step ${i}`, async () => 'done')
      return null
    })
    times.push((performance.now() - begun) / 1000)
  }
  await store.close()
  rmSync(dir, { recursive: true, force: true })
  return ['recording four steps', range(times), '', '', 'under 0.15 s']
}

if (!ONLY) {
  const rows = [...pipelines(), sandboxes(), startUp(), await durability()]
  process.stdout.write(`\nSeconds: median (least to most) of ${ROUNDS} rounds\n\n`)
  process.stdout.write(
    `${markdownTable([['what', 'martsmith', 'plain commands', 'ratio', 'goal'], ...rows])}\n`,
  )
}
if (ONLY !== 'db')
  if (ONLY !== 'debug') process.stdout.write(`\nBig projects, once each\n\n${bigTable([500, 2000])}\n`)
if (ONLY !== 'big')
  process.stdout.write(
    `\nA diagnosis, mended and run again: medians of 3\n\n${diagnosisTable([20, 100, 300], 3)}\n`,
  )
if (ONLY !== 'big') process.stdout.write(`\n${await databaseTables(SERVERS)}`)
process.exit(0)
