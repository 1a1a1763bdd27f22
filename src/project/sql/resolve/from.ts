/** What a FROM brings into view. */
import type { Identifier } from '../names.ts'
import type { Tree } from '../parse.ts'
import type { Column, Query, Source } from '../types.ts'
import {
  type Context,
  childOf,
  identifierOf,
  identifiersOf,
  kindOf,
  listOf,
  nameOthers,
  refer,
  type Scope,
  unknown,
  usesOf,
} from './context.ts'
import { columnsIn, partsOf } from './expression.ts'
import { allOf, lookUp } from './lookup.ts'
import { isQuery, resolveQuery } from './query.ts'
import { madeSource, querySource, tableSource } from './sources.ts'

type Named = { alias: Identifier | null; names: Identifier[] }

/** Adds what stands in FROM and its joins to the scope, and to what the rows of `query` come from. */
export function addFrom(context: Context, items: unknown, joins: unknown, scope: Scope, query: Query): void {
  for (const item of listOf(items)) addItem(context, item, scope, query)
  for (const join of listOf(joins)) addJoin(context, join as Tree, scope, query)
}

function addItem(context: Context, item: unknown, scope: Scope, query: Query, named?: Named): Source[] {
  const { kind, body } = kindOf(item) ?? { kind: '', body: {} }
  const own: Named = named ?? {
    alias: identifierOf(body.alias),
    names: identifiersOf(body.column_aliases ?? body.alias_columns),
  }
  if (kind === 'table') return [add(table(context, body, scope, own), scope, query)]
  if (kind === 'paren') return addItem(context, body.this, scope, query, named)
  if (kind === 'alias' || kind === 'pivot_alias') return addItem(context, body.this, scope, query, own)
  if (kind === 'joined_table') {
    const before = scope.sources.length
    addFrom(context, [body.left], body.joins, scope, query)
    return scope.sources.slice(before)
  }
  if (kind === 'subquery' && !isQuery(kindOf(body.this)?.kind ?? '')) {
    return addItem(context, body.this, scope, query, own)
  }
  const key = own.alias ? context.key(own.alias) : null
  nameOthers(context, own.alias)
  if (isQuery(kind)) {
    const inner = resolveQuery(context, item as Tree, childOf(scope, null))
    return [add(querySource(context, inner, key, own.names), scope, query)]
  }
  if (kind === 'pivot' || kind === 'unpivot')
    return [add(turned(context, kind, body, scope, own), scope, query)]
  return [
    add(
      madeSource(
        context,
        key ?? functionName(context, kind, body),
        columnsIn(context, item, scope),
        own.names,
      ),
      scope,
      query,
    ),
  ]
}

function add(source: Source, scope: Scope, query: Query): Source {
  scope.sources.push(source)
  if (source.of) query.reads.push(source.of)
  return source
}

/** dbt writes an ephemeral model into its readers as a CTE of this name; it is a node of its own all the same. */
const EPHEMERAL = '__dbt__cte__'

/** A relation: a CTE where its name stands alone and there is one, else one of the warehouse. */
function table(context: Context, body: Tree, scope: Scope, { alias, names }: Named): Source {
  const name = body.name as Identifier
  const path = [identifierOf(body.catalog), identifierOf(body.schema), name].filter((part) => part !== null)
  const key = context.key(alias ?? name)
  nameOthers(context, ...path, alias)
  const cte = path.length === 1 && !name.name.startsWith(EPHEMERAL) ? cteBy(scope, context.key(name)) : null
  if (cte) return querySource(context, cte, key, names)
  const of = context.tableOf(path)
  const list = of ? null : listIn(context, scope, path)
  if (list) return madeSource(context, key, list, names)
  const found = of ?? { id: path.map((part) => part.name).join('.'), columns: null }
  context.tables.push({ table: found, span: name.span ?? null, alias: alias?.name ?? null })
  const source = tableSource(context, found, key, alias ? [] : path.map((part) => context.key(part)))
  if (names.length === 0) return source
  return renamedTable(context, source, names)
}

/** `from t, t.tags as tag`: the items of a column of a relation that stands before it. */
function listIn(context: Context, scope: Scope, path: Identifier[]): Column[] | null {
  const [relation, column] = path
  if (!relation || !column || !scope.sources.some((s) => s.key === context.key(relation))) return null
  return lookUp(context, scope, { name: column, table: relation }, 'never')
}

function cteBy(scope: Scope, key: string): Query | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const found = at.ctes.get(key)
    if (found) return found
  }
  return null
}

/** `from orders as o(a, b)`: its first columns under other names. */
function renamedTable(context: Context, source: Source, names: Identifier[]): Source {
  const query: Query = { kind: 'query', outputs: [], open: [], rows: [], reads: source.of ? [source.of] : [] }
  query.outputs = source.known().map(({ column }) => ({
    kind: 'output',
    name: column.kind === 'table' ? column.name : null,
    naming: { by: 'star' },
    value: [column],
    influence: [],
    query,
  }))
  if (source.open.length > 0)
    query.open = [
      {
        source: null,
        without: new Set(),
        reason: 'columns by position of a relation whose columns are not known',
      },
    ]
  return querySource(context, query, source.key, names)
}

/** A pivot takes columns away and makes others: what it does not use, it passes on. */
function turned(context: Context, kind: string, body: Tree, scope: Scope, { alias, names }: Named): Source {
  const inner = childOf(scope, null)
  const hidden: Query = { kind: 'query', outputs: [], open: [], rows: [], reads: [] }
  // DuckDB's statement `pivot t on ...` names its relation as if it were a column.
  const column = kindOf(body.this)
  const of = column?.kind === 'column' && !inner.sources.length ? { table: column.body } : body.this
  const [source] = addItem(context, of, inner, hidden)
  const { this: _, alias: __, alias_columns: ___, ...rest } = body
  const used = columnsIn(context, kind === 'unpivot' ? { columns: body.columns } : rest, inner)
  const made = kind === 'unpivot' ? [identifierOf(body.value_column), identifierOf(body.name_column)] : []
  const usedKeys = new Set(used.flatMap((c) => ('name' in c && c.name !== null ? [c.name] : [])))
  const passing = (wanted: string): Column | null => {
    if (made.some((m) => m && context.key(m) === wanted)) return null
    const found = source?.find(wanted)
    return found?.sure &&
      !(found.column.kind !== 'rows' && 'name' in found.column && usedKeys.has(found.column.name ?? ''))
      ? found.column
      : null
  }
  const from = [...used, ...(source ? groupOf(context, source, kind) : [])]
  const result = madeSource(context, alias ? context.key(alias) : null, from, names, passing)
  const { of: query } = result
  if (query && 'reads' in query) query.reads.push(...hidden.reads)
  return result
}

/** The rows of a pivot are the groups of all columns that it does not use. */
function groupOf(context: Context, source: Source, kind: string): Column[] {
  return kind === 'pivot' ? allOf(context, source) : []
}

/** `from generate_series(1, 3)`: without an alias the function gives the name. */
function functionName(context: Context, kind: string, body: Tree): string | null {
  const name = kind === 'function' ? identifierOf(body.name) : { name: kind }
  return name ? context.key(name) : null
}

const ONE_SIDED = /semi|anti/i

function addJoin(context: Context, join: Tree, scope: Scope, query: Query): void {
  const left = scope.sources.filter((s) => !scope.hidden.has(s))
  const right = addItem(context, join.this, scope, query)
  const oneSided = ONE_SIDED.test(String(join.kind))
  const natural = /natural/i.test(String(join.kind))
  const using = natural ? shared(left, right) : identifiersOf(join.using)
  if (natural && [...left, ...right].some((s) => s.open.length > 0)) {
    const column = unknown(context, 'the columns of a natural join')
    query.rows.push({ column, how: 'join' })
    scope.merges = true
  }
  for (const name of using) {
    const key = context.key(name)
    const columns = scope.merged.get(key) ?? left.flatMap((s) => s.find(key)?.column ?? []).slice(0, 1)
    const other = right.flatMap((s) => s.find(key)?.column ?? [])
    const both = [...columns, ...other]
    refer(context, name, both, query, 'using')
    if (natural) context.byName.push({ what: 'a natural join', columns: both })
    query.rows.push(...both.map((column) => ({ column, how: 'join' as const })))
    // What a semi join only looks at is no part of what it gives.
    if (!oneSided) scope.merged.set(key, both)
  }
  const conditions = [join.on, join.match_condition]
  query.rows.push(...usesOf(partsOf(context, conditions, scope, 'never'), 'join'))
  if (oneSided) for (const source of right) scope.hidden.add(source)
}

/** A natural join: the names that both sides have. */
function shared(left: Source[], right: Source[]): Identifier[] {
  const there = new Set(left.flatMap((s) => s.known().map((k) => k.key)))
  const both = right.flatMap((s) => s.known().filter((k) => there.has(k.key)))
  return both.map((k) => ({ name: k.key, quoted: true }))
}
