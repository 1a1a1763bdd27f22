/** Asks a DuckDB file from a process of our own, as another tool would right after a run. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { PYTHON } from './paths.ts'
import type { Project } from './project.ts'

const QUERY = `
import json, sys, duckdb
with duckdb.connect(sys.argv[1]) as db:
    db.execute("set enable_progress_bar = false")
    print(json.dumps([db.execute(sql).fetchall() for sql in sys.argv[2:]], default=str))
`

/** The rows of each statement. It opens the file to write, which fails while anybody else holds it. */
export function query(file: string, ...statements: string[]): unknown[][][] {
  return JSON.parse(
    execFileSync(PYTHON, ['-c', QUERY, file, ...statements], { encoding: 'utf8' }),
  ) as unknown[][][]
}

/** The one value of each statement. */
export function values(file: string, ...statements: string[]): unknown[] {
  return query(file, ...statements).map((rows) => rows[0]?.[0])
}

/** Rows per table of the shop's warehouse. */
export function shopCounts(project: Project): Record<string, unknown> {
  const tables = ['raw.customers', 'raw.orders', 'analytics.dim_customers', 'analytics.fct_orders']
  const counts = values(project.path('shop.duckdb'), ...tables.map((t) => `select count(*) from ${t}`))
  return Object.fromEntries(tables.map((t, i) => [t, counts[i]]))
}

const HOLD = `
import sys, time, duckdb
db = duckdb.connect(sys.argv[1])
open(sys.argv[2], "w").close()
time.sleep(600)
`

/** Another program that has the file open to write, until it is released. */
export async function holdOpen(
  project: Project,
  file: string,
): Promise<{ pid: number; release: () => Promise<void> }> {
  const ready = `${project.home}/held`
  const child = spawn(PYTHON, ['-c', HOLD, project.path(file), ready], { stdio: 'ignore' })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  while (!existsSync(ready)) await delay(20)
  return {
    pid: child.pid ?? 0,
    release: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}
