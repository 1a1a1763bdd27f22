/** One select: FROM first, then its columns, then what decides its rows. */
import type { Identifier } from '../names.ts'
import type { Tree } from '../parse.ts'
import type { Column, Naming, Open, Output, Query, Source, Span } from '../types.ts'
import { type Aliases, aliasesIn, orderAliases } from './aliases.ts'
import {
  type Context,
  everyOutput,
  identifierOf,
  identifiersOf,
  kindOf,
  listOf,
  nameOthers,
  noParts,
  refer,
  type Scope,
  unknown,
  usesOf,
} from './context.ts'
import { over, partsOf } from './expression.ts'
import { addFrom } from './from.ts'
import { sourceBy } from './lookup.ts'
import { orderUses, positional } from './query.ts'
import { madeSource } from './sources.ts'

/** Clauses of their own rule; whatever else a select holds decides about its rows. */
const READ = new Set([
  'expressions', 'from', 'joins', 'lateral_views', 'windows', 'where_clause', 'group_by', 'having', 'qualify',
  'order_by', 'distinct', 'distinct_on', 'with', 'limit', 'offset', 'fetch', 'top', 'limit_by', 'hint', 'into',
]) // biome-ignore format: a list of words

export function resolveSelect(context: Context, body: Tree, scope: Scope, query: Query): Query {
  scope.query = query
  addFrom(context, (body.from as Tree | null)?.expressions, body.joins, scope, query)
  for (const view of listOf(body.lateral_views) as Tree[]) lateralView(context, view, scope, query)
  for (const window of listOf(body.windows) as Tree[]) {
    const parts = noParts()
    over(context, window.spec as Tree, scope, 'never', parts)
    scope.windows.set(context.key(window.name as Identifier), parts.influence)
  }
  for (const item of listOf(body.expressions)) addOutput(context, item, scope, query)

  const { adapter } = context
  const rows = (tree: unknown, how: Parameters<typeof usesOf>[1], aliases: Aliases = 'last') =>
    query.rows.push(...usesOf(partsOf(context, tree, scope, aliases), how))
  rows(body.where_clause, 'filter', aliasesIn('where', adapter))
  groupBy(context, body.group_by as Tree | null, scope, query)
  rows(body.having, 'filter', aliasesIn('having', adapter))
  rows(body.qualify, 'filter', aliasesIn('qualify', adapter))
  for (const key of listOf(body.distinct_on)) {
    const place = positional(context, key, query)
    if (place) query.rows.push({ column: place, how: 'distinct' })
    else rows(key, 'distinct', orderAliases(key, adapter))
  }
  if (body.distinct === true && !body.distinct_on)
    query.rows.push(...everyOutput(query).map((column) => ({ column, how: 'distinct' as const })))
  query.rows.push(...orderUses(context, body.order_by, scope, query))
  rows([body.limit, body.offset, body.fetch, body.top, body.limit_by], 'limit')
  for (const [clause, tree] of Object.entries(body)) if (!READ.has(clause)) rows(tree, 'filter')
  return query
}

function lateralView(context: Context, view: Tree, scope: Scope, query: Query): void {
  const alias = identifierOf(view.table_alias)
  nameOthers(context, alias)
  const from = partsOf(context, view.this, scope, 'never').value
  const source = madeSource(
    context,
    alias ? context.key(alias) : null,
    from,
    identifiersOf(view.column_aliases),
  )
  scope.sources.push(source)
  if (source.of) query.reads.push(source.of)
}

function groupBy(context: Context, clause: Tree | null, scope: Scope, query: Query): void {
  if (!clause) return
  for (const key of groupKeys(clause.expressions)) {
    const output = positional(context, key, query)
    const aliases = aliasesIn('group', context.adapter)
    if (output) query.rows.push({ column: output, how: 'group' })
    else query.rows.push(...usesOf(partsOf(context, key, scope, aliases), 'group'))
  }
  // Which outputs are aggregates is not looked at: one too many is named rather than one too few.
  if (clause.all === true)
    query.rows.push(...everyOutput(query).map((column) => ({ column, how: 'group' as const })))
}

const SETS_OF_KEYS = /^(rollup|cube|grouping sets)$/i

/** The keys in `rollup (1, status)`, `grouping sets ((1, 2), ())`. */
function groupKeys(trees: unknown): unknown[] {
  return listOf(trees).flatMap((tree) => {
    const { kind, body } = kindOf(tree) ?? { kind: '', body: {} }
    if (kind === 'function' && SETS_OF_KEYS.test(String(body.name))) return groupKeys(body.args)
    if (SETS_OF_KEYS.test(kind.replace('_', ' ')) || kind === 'tuple') return groupKeys(body.expressions)
    return kind === 'paren' ? groupKeys([body.this]) : [tree]
  })
}

function addOutput(context: Context, item: unknown, scope: Scope, query: Query): void {
  const { kind, body } = kindOf(item) ?? { kind: '', body: {} }
  if (kind === 'star') {
    addStar(context, body, scope, query)
    return
  }
  const alias = kind === 'alias' ? identifierOf(body.alias) : null
  const expression = kind === 'alias' ? body.this : item
  const before = context.references.length
  const parts = partsOf(context, expression, scope, aliasesIn('select', context.adapter))
  const at = alias?.span ?? context.references[before]?.span ?? null
  const naming: Naming = alias
    ? { by: 'alias', span: alias.span ?? null }
    : implied(expression, context.references[before]?.span)
  const name = alias ? storedName(context, alias) : impliedName(context, expression)
  query.outputs.push({ kind: 'output', name, naming, ...parts, query, at })
  const functions = functionsIn(expression)
  if (functions.some((name) => GIVES_ROWS.test(name)))
    query.rows.push(...parts.value.map((column) => ({ column, how: 'join' as const })))
  const several = functions.find(
    (name) => GIVES_COLUMNS.test(name) || (!alias && /^(unnest|explode(_outer)?)$/.test(name)),
  )
  if (several)
    query.open.push({ ...noColumns(unknownColumns(context, several)), at: query.outputs.length - 1 })
}

/** Functions that make several columns. */
const GIVES_COLUMNS = /^(columns|inline(_outer)?|stack|posexplode(_outer)?|json_tuple|parse_url_tuple)$/

/** Functions that make several rows of one. */
const GIVES_ROWS =
  /^(unnest|explode(_outer)?|posexplode(_outer)?|flatten|generate_(series|subscripts|date_array)|range|regexp_(matches|split_to_table)|string_to_table|jsonb?_(array_elements(_text)?|each(_text)?|object_keys|populate_recordset|to_recordset))$/

function noColumns(reason: string): Open {
  return { source: null, without: new Set(), reason }
}

function unknownColumns(context: Context, what: string): string {
  const reason = `which columns ${what} makes`
  unknown(context, reason)
  return reason
}

/** Names of the functions in an expression, however deep (`max(columns(*))`), without its subqueries. */
function functionsIn(tree: unknown): string[] {
  if (tree === null || typeof tree !== 'object') return []
  if (Array.isArray(tree)) return tree.flatMap(functionsIn)
  const expression = kindOf(tree)
  if (expression && ['select', 'subquery', 'union', 'intersect', 'except'].includes(expression.kind))
    return []
  const { kind = '', body = {} } = expression ?? {}
  const own = typeof body.name === 'string' ? body.name.toLowerCase() : kind
  return [own, ...functionsIn(Object.values(tree))]
}

/** The name as the warehouse will list it. */
function storedName(context: Context, identifier: Identifier): string {
  return identifier.quoted
    ? identifier.name
    : context.adapter === 'duckdb'
      ? identifier.name
      : context.key(identifier)
}

/** A column gives its name, a field of a struct gives its own, which does not change with the column's. */
function implied(tree: unknown, first: Span | undefined): Naming {
  const expression = kindOf(tree)
  const name = expression?.kind === 'column' ? (expression.body.name as Identifier) : null
  return name?.span && name.span.start === first?.start ? { by: 'column' } : { by: 'engine' }
}

function impliedName(context: Context, tree: unknown): string | null {
  const expression = kindOf(tree)
  if (expression?.kind === 'column') return storedName(context, expression.body.name as Identifier)
  if (expression?.kind === 'dot') return storedName(context, expression.body.field as Identifier)
  return null
}

function addStar(context: Context, body: Tree, scope: Scope, query: Query): void {
  const table = identifierOf(body.table)
  const visible = scope.sources.filter((s) => !scope.hidden.has(s))
  const named = table ? sourceBy(scope, context.key(table)) : null
  if (table && !named) {
    query.open.push({
      ...noColumns(unknownColumns(context, `${table.name}.*`)),
      at: query.outputs.length,
    })
    return
  }
  nameOthers(context, table)
  const sources = named ? [named] : visible
  const find = (key: string) =>
    (table ? null : scope.merged.get(key)) ?? sources.flatMap((s) => s.find(key)?.column ?? []).slice(0, 1)
  const except = identifiersOf(body.except)
  for (const name of except) refer(context, name, find(context.key(name)), query, 'exclude')
  const without = new Set(except.map((name) => context.key(name)))
  const replaced = new Map(
    (listOf(body.replace) as Tree[]).map((r) => [context.key(r.alias as Identifier), r] as const),
  )
  const renamed = new Map(
    (listOf(body.rename) as [Identifier, Identifier][]).map(([from, to]) => {
      refer(context, from, find(context.key(from)), query, 'rename')
      return [context.key(from), to] as const
    }),
  )
  const output = (key: string, value: Column[], naming: Naming, said?: string): Output => {
    const to = renamed.get(key)
    const instead = replaced.get(key)
    if (instead) {
      const alias = instead.alias as Identifier
      refer(context, alias, value, query, 'replace')
      const parts = partsOf(context, instead.this, scope, 'never')
      return {
        kind: 'output',
        name: storedName(context, alias),
        naming: { by: 'column' },
        at: alias.span ?? null,
        ...parts,
        query,
      }
    }
    if (to)
      return {
        kind: 'output',
        name: storedName(context, to),
        naming: { by: 'alias', span: to.span ?? null },
        value,
        influence: [],
        query,
      }
    return { kind: 'output', name: said ?? nameOf(value, key), naming, value, influence: [], query }
  }
  const merged = table ? new Map<string, Column[]>() : scope.merged
  const first = query.outputs.length
  if (scope.merges && !table) query.open.push({ ...noColumns(unknownColumns(context, '*')), at: first })
  const written = new Set<string>()
  for (const key of mergedFirst(context, merged, sources)) {
    if (without.has(key) || written.has(key)) continue
    written.add(key)
    query.outputs.push(output(key, merged.get(key) ?? [], { by: 'star' }))
  }
  for (const source of sources) {
    for (const { key, column, name } of source.known()) {
      if (without.has(key) || written.has(key)) continue
      if (merged.has(key)) written.add(key)
      query.outputs.push(output(key, merged.get(key) ?? [column], { by: 'star' }, name))
    }
    if (source.open.length === 0) continue
    const taken = new Set([...without, ...replaced.keys(), ...renamed.keys(), ...merged.keys()])
    query.open.push({ source, without: taken, reason: unknownColumns(context, '*'), at: first })
  }
}

/** Postgres puts the columns of `using` before all others; DuckDB and BigQuery leave those of known relations in their place. */
function mergedFirst(context: Context, merged: Map<string, Column[]>, sources: Source[]): string[] {
  if (context.adapter !== 'duckdb' || sources.some((s) => s.open.length > 0)) return [...merged.keys()]
  return []
}

function nameOf(value: Column[], key: string): string {
  const [first] = value
  return first && 'name' in first && first.name !== null ? first.name : key
}
