/** Tables in a DuckDB of their own, as seeds of a project that has nothing else: specs ask real rows real questions. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PYTHON } from '../../../test/support/paths.ts'
import { projectGraph } from '../../project/graph.ts'
import { manifestOf } from '../../project/manifest.ts'
import type { RefactorContext } from '../../refactor/types.ts'

const SERVER = `
import datetime, decimal, json, sys, duckdb
db = duckdb.connect()
def plain(value):
    return float(value) if isinstance(value, decimal.Decimal) else value
for line in sys.stdin:
    answers = []
    for sql in json.loads(line):
        try:
            rows = db.execute(sql).fetchall()
            answers.append({"columns": [], "rows": [[plain(v) for v in row] for row in rows]})
        except duckdb.Error as error:
            answers.append({"error": str(error)})
    print(json.dumps(answers, default=str), flush=True)
`

type Answer = { columns: string[]; rows: unknown[][] } | { error: string }

export type TestWarehouse = {
  context: RefactorContext
  query(statements: string[]): Promise<Answer[]>
  close(): void
}

const isModelled = (name: string) => /^(dim|fct)_/.test(name)
const idOf = (name: string) => `${isModelled(name) ? 'model' : 'seed'}.made_up.${name}`

/** @param tables what each is created as: a select. Those that are called `dim_` or `fct_` are models. */
export async function testWarehouse(tables: Record<string, string>): Promise<TestWarehouse> {
  const folder = mkdtempSync(join(tmpdir(), 'martsmith-tables-'))
  writeFileSync(join(folder, 'dbt_project.yml'), 'name: made_up\n')
  const python = spawn(PYTHON, ['-c', SERVER], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  let last: Promise<unknown> = Promise.resolve()
  const query = (statements: string[]): Promise<Answer[]> => {
    const answer = last.then(async () => {
      python.stdin.write(`${JSON.stringify(statements)}\n`)
      return JSON.parse((await lines.next()).value ?? '[]') as Answer[]
    })
    last = answer
    return answer
  }
  const made = await query(
    Object.entries(tables).map(([name, select]) => `create table "${name}" as ${select}`),
  )
  for (const answer of made) if ('error' in answer) throw new Error(answer.error)
  const nodes = Object.fromEntries(
    Object.keys(tables).map((name) => [
      idOf(name),
      {
        unique_id: idOf(name),
        name,
        resource_type: isModelled(name) ? 'model' : 'seed',
        package_name: 'made_up',
        schema: 'main',
        relation_name: `"${name}"`,
        original_file_path: `seeds/${name}.csv`,
      },
    ]),
  )
  const graph = projectGraph(manifestOf({ metadata: { project_name: 'made_up' }, nodes }))
  const catalog = async (relations: { identifier: string }[]) =>
    Promise.all(
      relations.map(async ({ identifier }) => {
        const [found] = await query([
          `select column_name, data_type from information_schema.columns where table_name = '${identifier}' order by ordinal_position`,
        ])
        return found && 'rows' in found
          ? found.rows.map(([name, type]) => ({ name: String(name), type: String(type) }))
          : null
      }),
    )
  const dbt = {
    query: async (statements: string[]) => query(statements),
    catalog,
    target: async () => ({ type: 'duckdb' }),
    compile: async (all: { rawCode?: string }[]) => all.map((a) => ({ compiled: a.rawCode, ephemeral: {} })),
  }
  return {
    context: {
      graph,
      dbt,
      project: { dbtDir: folder, config: { modeling: {}, conventions: {} } },
      now: () => new Date('2024-06-01'),
    } as unknown as RefactorContext,
    query,
    close: () => {
      python.kill()
      rmSync(folder, { recursive: true })
    },
  }
}
