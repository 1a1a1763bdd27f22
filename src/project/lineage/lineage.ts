/** Column lineage over the whole project: what each column of each node is made of, and who reads it. */
import type { ProjectGraph } from '../graph.ts'
import { type Identifier, keyOfStored } from '../sql/names.ts'
import { resolveSql } from '../sql/resolve/index.ts'
import { distinctNames } from '../sql/resolve/sources.ts'
import type { Influence, Resolved, Span, Table } from '../sql/types.ts'
import { type ColumnRef, type OutputOrigins, originsOf, type QueryOrigins } from './origins.ts'
import { relationFinder } from './relations.ts'

export type How = 'value' | Influence

/** The SQL of a node as the warehouse gets it, or why there is none to read. */
export type NodeSql = { compiled: string; ephemeral: Record<string, string> } | { unread: string }

export type NodeLineage = QueryOrigins & {
  id: string
  /** Why its SQL could not be read: then nothing is known of what its columns come from. */
  unread: string | null
  /** The warehouse has other columns than the SQL says: it was built from something else, or read wrongly. */
  differs: string | null
}

export type Edge = ColumnRef & {
  /** Null: all columns of the node, since its rows are decided by it. */
  output: string | null
  how: How
}

export type Lineage = {
  adapter: string
  node(id: string): NodeLineage | undefined
  /** What a column is made of directly; null where the node has no such column. */
  sources(ref: ColumnRef): { edges: Edge[]; unknown: string[]; at: Span | null; name: string } | null
  /** Who reads a column directly: node, output (null: all of them), how. */
  readers(ref: ColumnRef): { node: string; output: string | null; how: How }[]
  /** The names in a node's SQL, or in another version of it, resolved against the project as it is; with why not. */
  resolve(
    sql: string,
    ephemeral: Record<string, string>,
    rename?: RenameColumns,
  ): Resolved | { error: string }
  /** Columns of a node or source as far as they are known, by name. */
  columns(id: string): string[]
}

export type LineageInput = {
  graph: ProjectGraph
  adapter: string
  sqlOf(id: string): NodeSql
  /** The columns that a relation has in the warehouse, in order; null where it is not there. */
  columnsOf(id: string): string[] | null
}

/** `openParser()` comes before. Linear in the size of the project. */
export function buildLineage(input: LineageInput): Lineage {
  const { graph, adapter } = input
  const key = (column: string) => keyOfStored(column, adapter)
  const found = new Map<string, NodeLineage>()
  const tables = new Map<string, Table>()
  const idOf = relationFinder(graph, adapter)
  const tableOf = (id: string): Table => {
    const known = tables.get(id) ?? { id, columns: input.columnsOf(id) }
    tables.set(id, known)
    return known
  }
  /** `ephemeral`: names that dbt puts in place of ephemeral models, with their ids. */
  const tableAt = (ephemeral: Record<string, string>) => (path: Identifier[]) => {
    const [name] = path
    const of = (path.length === 1 && name ? ephemeral[name.name] : undefined) ?? idOf(path)
    return of === null ? null : tableOf(of)
  }
  for (const id of parentsFirst(graph)) {
    const lineage = read(id, input, tableAt)
    found.set(id, lineage)
    const names = lineage.outputs.map((o) => o.name)
    const complete = lineage.unread === null && lineage.open.length === 0 && names.every((n) => n !== null)
    if (complete) tables.set(id, { id, columns: names as string[] })
  }
  const outputs = new Map(
    [...found].map(([id, of]) => [
      id,
      new Map(of.outputs.flatMap((o) => (o.name === null ? [] : [[key(o.name), o] as const]))),
    ]),
  )
  const readers = readersOf(found, key)
  return {
    adapter,
    node: (id) => found.get(id),
    resolve: (sql, ephemeral, rename) => {
      const find = tableAt(ephemeral)
      return resolveSql(sql, { adapter, tableOf: (path) => renamed(find(path), rename) })
    },
    columns: (id) => {
      const named = [...(outputs.get(id)?.values() ?? [])].map((o) => o.name ?? '')
      return named.length > 0 ? named : (tables.get(id)?.columns ?? input.columnsOf(id) ?? [])
    },
    sources: ({ table, column }) => {
      const of = found.get(table)
      const output = outputs.get(table)?.get(key(column))
      if (!of) return { edges: [], unknown: [], at: null, name: column }
      if (!output && of.open.length === 0 && of.unread === null) return null
      return { ...edgesOf(of, output), at: output?.at ?? null, name: output?.name ?? column }
    },
    readers: ({ table, column }) => readers.get(`${table} ${key(column)}`) ?? [],
  }
}

/** The column's name after a change, where it has another one. */
export type RenameColumns = (table: string, column: string) => string | null

function renamed(table: Table | null, rename: RenameColumns | undefined): Table | null {
  if (!table?.columns || !rename) return table
  return { ...table, columns: table.columns.map((column) => rename(table.id, column) ?? column) }
}

type TableOf = Parameters<typeof resolveSql>[1]['tableOf']

function read(
  id: string,
  input: LineageInput,
  tableAt: (ephemeral: Record<string, string>) => TableOf,
): NodeLineage {
  const sql = input.sqlOf(id)
  const actual = input.columnsOf(id)
  const resolved =
    'unread' in sql
      ? { error: sql.unread }
      : resolveSql(sql.compiled, { adapter: input.adapter, tableOf: tableAt(sql.ephemeral) })
  if ('error' in resolved) {
    const outputs = (actual ?? []).map(
      (name): OutputOrigins => ({ name, at: null, value: [], influence: [], unknown: [resolved.error] }),
    )
    const rest = { open: actual ? [] : [resolved.error], rows: [], rowsUnknown: [resolved.error], reads: [] }
    return { id, outputs, ...rest, unread: resolved.error, differs: null }
  }
  const origins = withSnapshotColumns(originsOf(resolved), id, input)
  const outputs = distinct(
    origins.open.length === 0 && actual?.length === origins.outputs.length
      ? named(origins, actual)
      : origins.outputs,
    input.adapter,
  )
  return {
    id,
    ...origins,
    outputs,
    unread: null,
    differs: difference({ ...origins, outputs }, actual, input.adapter),
  }
}

const SNAPSHOT_COLUMNS = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to']

/** A snapshot has the columns of its query, and those by which dbt keeps its history. */
function withSnapshotColumns(
  origins: QueryOrigins,
  id: string,
  { graph, columnsOf }: LineageInput,
): QueryOrigins {
  if (graph.node(id)?.resource_type !== 'snapshot') return origins
  const said = new Set(origins.outputs.map((o) => o.name?.toLowerCase()))
  const own = (columnsOf(id) ?? SNAPSHOT_COLUMNS).filter(
    (c) => /^dbt_/i.test(c) && !said.has(c.toLowerCase()),
  )
  const made = own.map((name): OutputOrigins => ({ name, at: null, value: [], influence: [], unknown: [] }))
  return { ...origins, outputs: [...origins.outputs, ...made] }
}

/** What the SQL leaves to the engine to name is called as the warehouse has it, by position. */
function named({ outputs }: QueryOrigins, actual: string[]): OutputOrigins[] {
  return outputs.map((output, i) => (output.name === null ? { ...output, name: actual[i] ?? null } : output))
}

/** As they are called in the relation that is made of them. */
function distinct(outputs: OutputOrigins[], adapter: string): OutputOrigins[] {
  const names = distinctNames(
    adapter,
    outputs.map((o) => o.name),
  )
  return outputs.map((output, i) => ({ ...output, name: names[i] ?? null }))
}

function difference(
  { outputs, open }: QueryOrigins,
  actual: string[] | null,
  adapter: string,
): string | null {
  if (actual === null || open.length > 0) return null
  const there = new Set(actual.map((name) => keyOfStored(name, adapter)))
  const said = outputs.flatMap((o) => (o.name === null ? [] : [o.name]))
  const keys = new Set(said.map((name) => keyOfStored(name, adapter)))
  const missing = said.filter((name) => !there.has(keyOfStored(name, adapter)))
  const besides = actual.filter((name) => !keys.has(keyOfStored(name, adapter)))
  if (missing.length + (outputs.length === said.length ? besides.length : 0) === 0) return null
  const words = [
    ...(missing.length > 0 ? [`not there: ${missing.join(', ')}`] : []),
    ...(besides.length > 0 ? [`there besides: ${besides.join(', ')}`] : []),
  ]
  return `the warehouse has other columns than its SQL (${words.join('; ')})`
}

function edgesOf(of: NodeLineage, output: OutputOrigins | undefined): { edges: Edge[]; unknown: string[] } {
  const name = output?.name ?? null
  const edges: Edge[] = [
    ...(output?.value ?? []).map((ref): Edge => ({ ...ref, output: name, how: 'value' })),
    ...(output?.influence ?? []).map((ref): Edge => ({ ...ref, output: name })),
    ...of.rows.map((ref): Edge => ({ ...ref, output: null })),
  ]
  const unknown = [...(output ? output.unknown : of.open), ...of.rowsUnknown]
  return { edges, unknown: [...new Set(unknown)] }
}

function readersOf(found: Map<string, NodeLineage>, key: (column: string) => string) {
  const readers = new Map<string, { node: string; output: string | null; how: How }[]>()
  const add = ({ table, column }: ColumnRef, reader: { node: string; output: string | null; how: How }) => {
    const at = `${table} ${key(column)}`
    const known = readers.get(at)
    if (known) known.push(reader)
    else readers.set(at, [reader])
  }
  for (const [node, of] of found) {
    for (const output of of.outputs) {
      for (const ref of output.value) add(ref, { node, output: output.name, how: 'value' })
      for (const ref of output.influence) add(ref, { node, output: output.name, how: ref.how })
    }
    for (const ref of of.rows) add(ref, { node, output: null, how: ref.how })
  }
  return readers
}

const WITH_SQL = new Set(['model', 'snapshot'])

/** Nodes with SQL, each after all that it reads. */
function parentsFirst(graph: ProjectGraph): string[] {
  const ordered: string[] = []
  const seen = new Set<string>()
  for (const start of Object.keys(graph.manifest.nodes)) {
    const stack: { id: string; done: boolean }[] = [{ id: start, done: false }]
    for (let top = stack.pop(); top; top = stack.pop()) {
      if (top.done) ordered.push(top.id)
      else if (!seen.has(top.id)) {
        seen.add(top.id)
        stack.push({ id: top.id, done: true })
        for (const parent of graph.parents(top.id))
          if (!seen.has(parent)) stack.push({ id: parent, done: false })
      }
    }
  }
  return ordered.filter((id) => WITH_SQL.has(graph.node(id)?.resource_type ?? ''))
}
