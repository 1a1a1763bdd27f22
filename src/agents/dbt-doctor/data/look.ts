/** What the warehouse and the project are asked while a failure of the data is followed upward. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { QueryAnswer } from '../../../adapters/dbt/types.ts'
import { escaped } from '../../../core/text.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import { placeIn } from '../../../project/lineage/read.ts'
import { relationFinder } from '../../../project/lineage/relations.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { type CompiledModel, type CompileNodes, compiledModels } from '../../../project/sql/compiled.ts'
import type { Identifier } from '../../../project/sql/names.ts'
import { type Outline, outlineOf } from '../../../project/sql/outline.ts'
import type { Span } from '../../../project/sql/types.ts'
import { writtenAt } from '../freshness-field.ts'

/** A node of which the SQL can be asked part by part. */
export type Model = {
  id: string
  sql: string
  outline: Outline
  /** Ephemeral models that it reads, as the CTEs that dbt would put in front. */
  before: string[]
  /** Names in the SQL that are ephemeral models. */
  ephemeral: Record<string, string>
}

export type Look = {
  adapter: string
  graph: ProjectGraph
  quote(name: string): string
  label(id: string): string
  /** Numbers of the first row of each statement, in order; null where the warehouse refuses it. */
  numbers(statements: string[]): Promise<(number[] | null)[]>
  rows(statement: string, limit: number): Promise<{ columns: string[]; rows: unknown[][] } | null>
  /** The columns of several relations or subqueries, as the warehouse calls them. */
  columns(items: string[]): Promise<(string[] | null)[]>
  /** How SQL reads it; null for what has no relation. */
  relation(id: string): Promise<string | null>
  /** Null for what has no SQL, or none that can be read. */
  model(id: string): Promise<Model | null>
  /** The node or source that a name in a model's SQL is. */
  nodeOf(model: Pick<Model, 'ephemeral'>, path: Identifier[]): string | null
  /** From the project's root; null where it cannot be told. */
  place(id: string, at: Span): { file: string; line: number } | null
  /** Where a node or source is written. */
  fileOf(id: string): string | null
  /** The line at which a source's table is declared; null for what is no source. */
  lineOf(id: string): number | null
  /** The compiled text with its way back to the file. */
  compiled(id: string): CompiledModel | null
}

export type LookOptions = {
  adapter: string
  graph: ProjectGraph
  dbtDir: string
  compile: CompileNodes
  query(statements: string[], limit?: number): Promise<QueryAnswer[]>
  relationOf(id: string): Promise<string>
  /** A path below the dbt project's folder, from the root. */
  fromRoot(path: string): string
}

export function openLook(options: LookOptions): Look {
  const { adapter, graph, query, fromRoot } = options
  const { quote } = dialectOf(adapter)
  const find = relationFinder(graph, adapter)
  const compiled = new Map<string, CompiledModel>()
  const models = new Map<string, Promise<Model | null>>()
  const relations = new Map<string, Promise<string | null>>()
  const answers = new Map<string, Promise<QueryAnswer>>()

  /** The same question is asked from several sides. */
  function asked(statements: string[], limit: number): Promise<QueryAnswer>[] {
    const key = (s: string) => `${limit} ${s}`
    const fresh = [...new Set(statements.filter((s) => !answers.has(key(s))))]
    if (fresh.length > 0) {
      const all = query(fresh, limit)
      for (const [i, s] of fresh.entries())
        answers.set(
          key(s),
          all.then((found) => found[i] ?? { error: 'no answer' }),
        )
    }
    return statements.flatMap((s) => answers.get(key(s)) ?? [])
  }

  const relation = (id: string) => {
    const known = relations.get(id) ?? options.relationOf(id).catch(() => null) // what has no relation is read through its SQL
    relations.set(id, known)
    return known
  }

  async function read(id: string): Promise<Model | null> {
    const node = graph.node(id)
    if (node?.language !== 'sql') return null
    const [made] = await compiledModels({ graph, dbtDir: options.dbtDir, compile: options.compile }, [id])
    if (!made || 'error' in made) return null
    compiled.set(id, made)
    const before = await Promise.all(
      Object.entries(made.ephemeral).map(async ([name, of]) => {
        const inner = await model(of)
        if (!inner) return []
        return [...inner.before, `${name} as (${inner.sql})`]
      }),
    )
    return {
      id,
      sql: made.compiled,
      outline: outlineOf(made.compiled, adapter),
      before: [...new Set(before.flat())],
      ephemeral: made.ephemeral,
    }
  }

  function model(id: string): Promise<Model | null> {
    const known = models.get(id) ?? read(id)
    models.set(id, known)
    return known
  }

  /** Where a side is not built, its nodes are read where they stand, under other names than its SQL says. */
  async function led(statements: string[]): Promise<string[]> {
    const parents = new Set([...models.keys()].flatMap((id) => graph.parents(id)))
    const moved: [string, string][] = []
    for (const id of parents) {
      const written = (graph.node(id) ?? graph.source(id))?.relation_name
      const read = written ? await relation(id) : null
      if (written && read && read !== written) moved.push([written, read])
    }
    if (moved.length === 0) return statements
    return statements.map((s) => moved.reduce((text, [from, to]) => replaced(text, from, to), s))
  }

  async function ask(statements: string[], limit: number): Promise<QueryAnswer[]> {
    return statements.length === 0 ? [] : Promise.all(asked(await led(statements), limit))
  }

  return {
    adapter,
    graph,
    quote,
    label: (id) => graph.label(id),
    numbers: async (statements) =>
      (await ask(statements, 1)).map((a) => ('error' in a ? null : (a.rows[0] ?? []).map(Number))),
    rows: async (statement, limit) => {
      const [answer] = await ask([statement], limit)
      return !answer || 'error' in answer ? null : answer
    },
    columns: async (items) => (await ask(items, 1)).map((a) => ('error' in a ? null : a.columns)),
    relation,
    model,
    nodeOf: ({ ephemeral }, path) => {
      const [name] = path
      return (path.length === 1 && name ? ephemeral[name.name] : undefined) ?? find(path)
    },
    place: (id, at) => {
      const of = compiled.get(id)
      const found = of ? placeIn({ sql: new Map([[id, of]]) }, id, at) : null
      return found && { file: fromRoot(found.file), line: found.line }
    },
    fileOf: (id) => {
      const path = (graph.node(id) ?? graph.source(id))?.original_file_path
      return path ? fromRoot(path) : null
    },
    lineOf: (id) => {
      const source = graph.source(id)
      const file = source && join(options.dbtDir, source.original_file_path)
      return file && existsSync(file) ? writtenAt(file, readFileSync(file, 'utf8'), source, 'name') : null
    },
    compiled: (id) => compiled.get(id) ?? null,
  }
}

/** A name of a relation, and not the beginning of a longer one. */
function replaced(text: string, from: string, to: string): string {
  const literal = escaped(from)
  return text.replace(new RegExp(`(?<![\\w"$.])${literal}(?![\\w"$])`, 'g'), () => to)
}
