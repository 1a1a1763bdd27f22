/** A project of a few models over tables in a real PostgreSQL in this process, as the data part of the doctor asks it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { onTestFinished } from 'vitest'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import { openParser } from '../../../project/sql/parse.ts'
import { type Look, openLook } from './look.ts'

type Made = {
  /** Tables that a loader filled: name and its rows as SQL. */
  sources: Record<string, string>
  /** In the order in which they are built: name and its file. */
  models: Record<string, string>
  /** `unique stg_orders.order_id` */
  tests?: string[]
  /** What stands in place of what the SQL gives. */
  instead?: Record<string, string>
}

let shared: Promise<PGlite> | null = null

/** One server for a file of specs: it takes a while to start. */
export function openLookServer(): Promise<PGlite> {
  shared ??= PGlite.create()
  return shared
}

/** One at a time: the tables of the one before go. */
export async function madeLook({ sources, models, tests = [], instead = {} }: Made): Promise<Look> {
  await openParser()
  const db = await openLookServer()
  const dir = await mkdtemp(join(tmpdir(), 'martsmith-look-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  await db.exec(
    'drop schema if exists raw cascade; drop schema if exists shop cascade; create schema raw; create schema shop;',
  )
  for (const [name, sql] of Object.entries(sources)) await db.exec(`create table raw.${name} as ${sql}`)
  const id = (name: string) => (name in models ? `model.p.${name}` : `source.p.raw.${name}`)
  const nodes: Record<string, object> = {}
  for (const [name, sql] of Object.entries(models)) {
    const path = `models/${name}.sql`
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), sql)
    const parents = [...sql.matchAll(/(?:ref\('|source\('raw', ')(\w+)'/g)].map((m) => id(m[1] ?? ''))
    nodes[id(name)] = {
      unique_id: id(name),
      name,
      resource_type: 'model',
      package_name: 'p',
      language: 'sql',
      original_file_path: path,
      raw_code: sql.trim(),
      schema: 'shop',
      relation_name: `"shop"."${name}"`,
      depends_on: { nodes: [...new Set(parents)], macros: [] },
      config: { materialized: 'table' },
    }
    const compiled = sql
      .replace(/\{\{ ref\('(\w+)'\) \}\}/g, '"shop"."$1"')
      .replace(/\{\{ source\('raw', '(\w+)'\) \}\}/g, '"raw"."$1"')
    await db.exec(`create table shop.${name} as ${instead[name] ?? compiled}`)
  }
  for (const test of tests) {
    const [kind = '', model = '', column = ''] = test.split(/[ .]/)
    const of = `test.p.${kind}_${model}_${column}`
    nodes[of] = {
      unique_id: of,
      name: `${kind}_${model}_${column}`,
      resource_type: 'test',
      package_name: 'p',
      attached_node: id(model),
      column_name: column,
      test_metadata: { name: kind, kwargs: { column_name: column } },
      depends_on: { nodes: [id(model)], macros: [] },
    }
  }
  const manifest = manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres' },
    nodes,
    sources: Object.fromEntries(
      Object.keys(sources).map((name) => [
        id(name),
        {
          unique_id: id(name),
          source_name: 'raw',
          name,
          identifier: name,
          schema: 'raw',
          package_name: 'p',
          original_file_path: 'models/sources.yml',
          relation_name: `"raw"."${name}"`,
        },
      ]),
    ),
  } as Parameters<typeof manifestOf>[0])
  const graph = projectGraph(manifest)
  return openLook({
    adapter: 'postgres',
    graph,
    dbtDir: dir,
    compile: async (asked) => asked.map(() => ({ error: 'not here' })),
    query: (statements, limit = 1000) =>
      Promise.all(
        statements.map(async (sql) => {
          try {
            const { fields, rows } = await db.query<unknown[]>(sql, [], { rowMode: 'array' })
            return { columns: fields.map((f) => f.name), rows: rows.slice(0, limit) }
          } catch (error) {
            return { error: `${String(error)}\n${sql}` }
          }
        }),
      ),
    relationOf: async (of) => (graph.node(of) ?? graph.source(of))?.relation_name ?? '',
    fromRoot: (path) => path,
  })
}
