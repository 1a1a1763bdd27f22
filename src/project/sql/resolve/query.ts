/** Queries: common table expressions, set operations, and what else gives rows. */
import type { Identifier } from '../names.ts'
import type { Tree } from '../parse.ts'
import type { Column, Naming, Output, Query } from '../types.ts'
import { orderAliases } from './aliases.ts'
import {
  type Context,
  childOf,
  everyOutput,
  identifierOf,
  identifiersOf,
  kindOf,
  listOf,
  nameOthers,
  newQuery,
  outputAt,
  type Scope,
  unknown,
  usesOf,
} from './context.ts'
import { partsOf } from './expression.ts'
import { addFrom } from './from.ts'
import { resolveSelect } from './select.ts'
import { querySource } from './sources.ts'

const SET_OPERATIONS = new Set(['union', 'intersect', 'except'])

export function isQuery(kind: string): boolean {
  return kind === 'select' || kind === 'subquery' || kind === 'values' || SET_OPERATIONS.has(kind)
}

/** `scope` is the place that the query stands in: its names are seen where the query itself has none. */
export function resolveQuery(context: Context, tree: Tree, scope: Scope, into: Query = newQuery()): Query {
  const { kind, body } = kindOf(tree) ?? { kind: '', body: {} }
  const inner = childOf(scope, into)
  if (body.with) addCtes(context, body.with as Tree, inner)
  if (kind === 'select') return resolveSelect(context, body, inner, into)
  if (SET_OPERATIONS.has(kind)) return setOperation(context, kind, body, inner, into)
  if (kind === 'values') return values(context, body, inner, into)
  if (kind === 'subquery' || kind === 'paren') {
    resolveQuery(context, body.this as Tree, inner, into)
    sorted(context, body, inner, into)
    return into
  }
  if (kind === 'pivot' || kind === 'unpivot') {
    addFrom(context, [tree], [], inner, into)
    for (const source of inner.sources)
      into.open.push({ source, without: new Set(), reason: 'which columns a pivot makes' })
    return into
  }
  const reason = `${kind || 'this'} is not a query that can be read`
  unknown(context, reason)
  into.open.push({ source: null, without: new Set(), reason })
  return into
}

function addCtes(context: Context, clause: Tree, scope: Scope): void {
  for (const cte of listOf(clause.ctes) as Tree[]) {
    const name = cte.alias as Identifier
    nameOthers(context, name)
    const list = identifiersOf(cte.columns)
    const query = newQuery()
    const visible = list.length === 0 ? query : newQuery()
    if (list.length > 0) {
      visible.reads.push(query)
      visible.outputs = list.map((column, i): Output => named(column, query, i, visible))
    }
    // A recursive one sees itself: its columns are there once its first part is read.
    if (clause.recursive) scope.ctes.set(context.key(name), visible)
    resolveQuery(context, cte.this as Tree, scope, query)
    if (list.length > 0)
      for (const [i, output] of visible.outputs.entries())
        output.value = [outputAt(context, query, i) ?? unknown(context, `what ${output.name} reads`)]
    scope.ctes.set(context.key(name), visible)
    context.ctes.push({ name: name.name, span: name.span ?? null, query: visible })
  }
}

function named(column: Identifier, query: Query, at: number, visible: Query): Output {
  const naming: Naming = { by: 'list', span: column.span ?? null }
  const of = query.outputs[at]
  return { kind: 'output', name: column.name, naming, value: of ? [of] : [], influence: [], query: visible }
}

function setOperation(context: Context, kind: string, body: Tree, scope: Scope, into: Query): Query {
  const left = resolveQuery(context, body.left as Tree, childOf(scope, null))
  const byName = body.by_name === true || body.corresponding === true
  into.outputs.push(...left.outputs.map((output) => passed(output, into)))
  into.open.push(...left.open)
  const right = resolveQuery(context, body.right as Tree, childOf(scope, null))
  into.reads.push(left, right)
  // `except` takes rows away: it has no values of its right side.
  if (kind !== 'except') addRight(context, byName, left, right, into)
  if (kind !== 'union') {
    for (const column of right.outputs) into.rows.push({ column, how: 'filter' })
  }
  if (body.all !== true) {
    for (const column of [...left.outputs, ...right.outputs]) into.rows.push({ column, how: 'distinct' })
    if (left.open.length + right.open.length > 0)
      into.rows.push({ column: unknown(context, 'which columns a set operation compares'), how: 'distinct' })
  }
  sorted(context, body, scope, into)
  return into
}

function addRight(context: Context, byName: boolean, left: Query, right: Query, into: Query): void {
  if (byName) {
    const source = querySource(context, right, null)
    for (const output of into.outputs) {
      const match = output.name === null ? null : source.find(context.key({ name: output.name }))
      if (!match) continue
      output.value.push(match.column)
      context.byName.push({ what: 'a union by name', columns: [...output.value] })
    }
    const there = new Set(into.outputs.map((o) => o.name))
    into.outputs.push(...right.outputs.filter((o) => !there.has(o.name)).map((o) => passed(o, into)))
    into.open.push(...right.open)
    return
  }
  if (left.open.length + right.open.length === 0) {
    for (const [i, output] of into.outputs.entries()) {
      const match = right.outputs[i]
      output.value.push(match ?? unknown(context, 'a set operation whose sides differ in their columns'))
    }
    return
  }
  // Columns match by position, and it is not known which stand where.
  const reason = 'a union of relations whose columns are not known'
  const doubt = unknown(context, reason)
  for (const output of into.outputs) output.value.push(doubt)
  into.open.push({ source: null, without: new Set(), reason })
}

/** Under its own name, in the query around. */
function passed(output: Output, query: Query): Output {
  return { kind: 'output', name: output.name, naming: { by: 'star' }, value: [output], influence: [], query }
}

function values(context: Context, body: Tree, scope: Scope, into: Query): Query {
  const rows = listOf(body.expressions).map((row) => listOf((row as Tree).expressions))
  const list = identifiersOf(body.column_aliases)
  const first = context.adapter === 'duckdb' ? 0 : 1
  const prefix = context.adapter === 'duckdb' ? 'col' : 'column'
  into.outputs.push(
    ...(rows[0] ?? []).map((_, i): Output => {
      const name = list[i]
      const parts = partsOf(
        context,
        rows.map((row) => row[i]),
        scope,
      )
      return {
        kind: 'output',
        name: name?.name ?? `${prefix}${i + first}`,
        naming: name ? { by: 'list', span: name.span ?? null } : { by: 'engine' },
        ...parts,
        query: into,
      }
    }),
  )
  return into
}

/** ORDER BY and LIMIT around a query: its columns go by their names. */
export function sorted(context: Context, body: Tree, scope: Scope, into: Query): void {
  const { order_by, limit, offset, distribute_by, sort_by, cluster_by } = body
  if (!order_by && !limit && !offset) return
  const outer = childOf(scope, into)
  outer.sources.push(querySource(context, into, null))
  into.rows.push(...orderUses(context, order_by, outer, into))
  const rest = [limit, offset, distribute_by, sort_by, cluster_by]
  into.rows.push(...usesOf(partsOf(context, rest, outer), 'limit'))
}

/** `order by 2`, `order by all`, `order by total desc`. */
export function orderUses(context: Context, clause: unknown, scope: Scope, query: Query): Query['rows'] {
  return listOf((clause as Tree | null)?.expressions).flatMap((item) => {
    const key = (item as Tree).this
    const place = positional(context, key, query)
    if (place) return [{ column: place, how: 'order' as const }]
    if (isAll(key) && !scope.sources.some((s) => s.find('all')?.sure))
      return everyOutput(query).map((column) => ({ column, how: 'order' as const }))
    return usesOf(partsOf(context, key, scope, orderAliases(key, context.adapter)), 'order')
  })
}

/** The output that a number means in GROUP BY and ORDER BY. */
export function positional(context: Context, tree: unknown, query: Query): Column | null {
  const literal = kindOf(tree)
  if (literal?.kind !== 'literal' || literal.body.literal_type !== 'number') return null
  return outputAt(context, query, Number(literal.body.value) - 1)
}

function isAll(tree: unknown): boolean {
  const column = kindOf(tree)
  const name = column?.kind === 'column' ? identifierOf(column.body.name) : null
  return name?.name.toLowerCase() === 'all' && !name.quoted
}
