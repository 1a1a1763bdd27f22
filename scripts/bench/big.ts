/**
 * Projects of 500 and 2,000 models: how long it takes to know them, and how much memory. Our own parts are measured
 * in a process of their own each, so that its memory is theirs.
 *
 *   node scripts/bootstrap.mjs scripts/bench/big.ts            500 and 2,000 models
 *   node scripts/bootstrap.mjs scripts/bench/big.ts 200        another size
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { markdownTable } from 'markdown-table'
import { createDbtEngine } from '../../src/adapters/dbt/engine.ts'
import { warmDriver } from '../../src/adapters/dbt/warm.ts'
import { PYTHON } from '../paths.ts'
import { generateProject } from './generate.ts'
import { MEASURES } from './measures.ts'

const MEASURE = fileURLToPath(import.meta.url)

export function engineOf(dir: string) {
  const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' }
  const driver = warmDriver({ python: async () => PYTHON, projectDir: dir, env, onOutput: () => undefined })
  const state = join(dir, '.martsmith')
  return createDbtEngine({
    driver,
    projectDir: dir,
    targetPath: join(state, 'dbt-target'),
    logDir: join(state, 'dbt-logs'),
    flags: {},
  })
}

/** In a child: one measure, as a line of JSON. */
async function measure(name: string, dir: string): Promise<void> {
  const dbt = engineOf(dir)
  const prepare = MEASURES[name]
  if (!prepare) throw new Error(`no measure is called ${name}`)
  const run = await prepare(dbt, dir)
  const begun = performance.now()
  const said = await run()
  const seconds = (performance.now() - begun) / 1000
  const mebibytes = process.resourceUsage().maxRSS / 1024
  await dbt.close()
  process.stdout.write(JSON.stringify({ seconds, mebibytes, said }))
}

function measured(name: string, dir: string): { seconds: number; mebibytes: number; said: string } {
  return JSON.parse(execFileSync(process.execPath, [MEASURE, '--measure', name, dir], { encoding: 'utf8' }))
}

/** A project with all its relations in place, and its rows of figures. */
export function bigProject(size: number): string[][] {
  const dir = mkdtempSync(join(tmpdir(), `martsmith-bench-${size}-`))
  try {
    const { statements } = generateProject(dir, size)
    writeFileSync(join(dir, '.relations.sql'), statements.join(';\n'))
    const make = 'import duckdb, sys; duckdb.connect(sys.argv[1]).execute(open(sys.argv[2]).read())'
    execFileSync(PYTHON, ['-c', make, join(dir, 'big.duckdb'), join(dir, '.relations.sql')])
    return Object.keys(MEASURES).map((name) => {
      const { seconds, mebibytes, said } = measured(name, dir)
      process.stderr.write(`${size} models: ${name} ${seconds.toFixed(2)} s\n`)
      return [name, String(size), seconds.toFixed(2), mebibytes.toFixed(0), said]
    })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

export function bigTable(sizes: number[]): string {
  return markdownTable([['what', 'models', 'seconds', 'MiB', ''], ...sizes.flatMap(bigProject)])
}

if (process.argv[1] === MEASURE) {
  const [, , first, name, dir] = process.argv
  if (first === '--measure' && name && dir) await measure(name, dir)
  else process.stdout.write(`${bigTable(first ? [Number(first)] : [500, 2000])}\n`)
}
