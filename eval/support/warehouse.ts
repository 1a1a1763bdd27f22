/** The database of a scenario, asked from outside as another tool would, and dbt run as a person would run it. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { PYTHON, VENV } from '../../test/support/paths.ts'
import { openPostgres } from '../../test/support/postgres.ts'
import type { Value } from './data.ts'

export type Engine = 'duckdb' | 'postgres'

export type Rows = { columns: { name: string; type: string }[]; rows: Value[][] }
export type Built = { success: boolean; error: string | null; failed: string[]; passed: number }

export type Warehouse = {
  /** What the profile of the project reads. */
  env: Record<string, string>
  rows(...statements: string[]): Promise<Rows[]>
  dbt(...args: string[]): Promise<Built>
  close(): Promise<void>
}

/** Runs dbt and asks DuckDB, for one project after the other. */
export type Examiner = {
  ask(request: unknown, dir: string, env: Record<string, string>): Promise<unknown>
  close(): Promise<void>
}

export type WarehouseOptions = {
  /** One that is there; else it gets its own. */
  examiner?: Examiner
  /** The environment of a warehouse on Postgres that this one begins as a copy of. */
  like?: Record<string, string>
  /** The environment of one that is there, and stays. */
  at?: Record<string, string>
}

export async function openWarehouse(
  engine: Engine,
  dir: string,
  file: string,
  { examiner, like, at }: WarehouseOptions = {},
): Promise<Warehouse> {
  const isPostgres = engine === 'postgres'
  const postgres = isPostgres && !at ? await openPostgres(like?.SHOP_PG_DATABASE) : null
  const env = at ?? postgres?.env ?? {}
  const tool = examiner ?? startExaminer()
  const ask = (request: unknown) => tool.ask(request, dir, { ...env, DBT_PROFILES_DIR: dir })
  return {
    env,
    rows: async (...statements) => {
      if (isPostgres) return postgresRows(env, statements)
      const answers = (await ask({ rows: { file, statements } })) as {
        columns: [string, string][]
        rows: Value[][]
      }[]
      return answers.map((a) => ({ ...a, columns: a.columns.map(([name, type]) => ({ name, type })) }))
    },
    dbt: (...args) => ask({ dbt: args }) as Promise<Built>,
    close: async () => {
      if (!examiner) await tool.close()
      await postgres?.close()
    },
  }
}

export function startExaminer(): Examiner {
  const child = spawn(PYTHON, [`${import.meta.dirname}/examiner.py`], {
    env: { ...process.env, VIRTUAL_ENV: VENV },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async (request, dir, env) => {
      child.stdin.write(`${JSON.stringify({ ...(request as object), dir, env })}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`the examiner's Python ended with ${child.exitCode}`)
      const answer = JSON.parse(value) as { ok?: unknown; error?: string }
      if (answer.error !== undefined) throw new Error(answer.error)
      return answer.ok
    },
    close: () =>
      new Promise<void>((resolve) => {
        child.once('close', () => resolve())
        child.stdin.end()
      }),
  }
}

/** Dates stay as they are written, numbers become numbers, whatever their type. */
const NUMBERS = new Set([20, 21, 23, 700, 701, 1700])

async function postgresRows(env: Record<string, string>, statements: string[]): Promise<Rows[]> {
  const client = new pg.Client({
    host: env.SHOP_PG_HOST,
    port: Number(env.SHOP_PG_PORT),
    user: env.SHOP_PG_USER,
    password: env.SHOP_PG_PASSWORD,
    database: env.SHOP_PG_DATABASE,
    types: {
      getTypeParser: (id: number) => (text: string) =>
        NUMBERS.has(id) ? Number(text) : id === 16 ? text === 't' : text,
    } as pg.CustomTypesConfig,
  })
  await client.connect()
  try {
    const answers: Rows[] = []
    for (const text of statements) {
      const { fields, rows } = await client.query<Value[]>({ text, rowMode: 'array' })
      answers.push({
        columns: (fields ?? []).map((f) => ({ name: f.name, type: pgType(f.dataTypeID) })),
        rows: rows ?? [],
      })
    }
    return answers
  } finally {
    await client.end()
  }
}

function pgType(id: number): string {
  const known: Record<number, string> = { 16: 'boolean', 25: 'text', 1043: 'varchar', 1082: 'date' }
  if (id === 1114 || id === 1184) return 'timestamp'
  return known[id] ?? (NUMBERS.has(id) ? 'numeric' : 'other')
}
