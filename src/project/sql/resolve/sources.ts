/** What can stand in a FROM, as something that columns are looked up in. */
import { type Identifier, keyOfStored } from '../names.ts'
import type { Column, Naming, Open, Output, Query, Source, Table } from '../types.ts'
import { type Context, outputAt, unknown } from './context.ts'

type Known = { key: string; column: Column; by: Naming }

export function tableSource(context: Context, table: Table, key: string | null, path: string[]): Source {
  const columns = new Map<string, Known>()
  const add = (name: string): Known => {
    const known: Known = {
      key: keyOfStored(name, context.adapter),
      column: { kind: 'table', table, name },
      by: { by: 'star' },
    }
    columns.set(known.key, known)
    return known
  }
  for (const name of table.columns ?? []) add(name)
  return {
    key,
    path,
    of: table,
    known: () => (table.columns === null ? [] : [...columns.values()]),
    open: table.columns === null ? [passesOn] : [],
    find: (wanted) => {
      const found = columns.get(wanted)
      if (found) return { column: found.column, sure: table.columns !== null }
      return table.columns === null ? { column: add(wanted).column, sure: false } : null
    },
  }
}

const passesOn: Open = { source: null, without: new Set(), reason: '' }

/** A CTE or a subquery under a name; `names` is the list behind the alias. */
export function querySource(
  context: Context,
  query: Query,
  key: string | null,
  names: Identifier[] = [],
): Source {
  const renamed = names.map(
    (name, i): Output => ({
      kind: 'output',
      name: context.adapter === 'duckdb' ? name.name : context.key(name),
      naming: { by: 'list', span: name.span ?? null },
      value: [outputAt(context, query, i) ?? { kind: 'unknown', reason: `what ${name.name} reads` }],
      influence: [],
      query,
    }),
  )
  type Named = { name: string | null; key: string | null; column: Output }
  let [columns, first]: [Named[], Map<string, number>] = [[], new Map()]
  // Asked anew while a recursive query still grows.
  const refresh = () => {
    const all = [...renamed, ...query.outputs.slice(renamed.length)]
    if (columns.length === all.length) return
    const said = distinctNames(
      context.adapter,
      all.map((o) => o.name),
    )
    columns = all.map((column, i) => {
      const name = said[i] ?? null
      return { column, name, key: name === null ? null : keyOfStored(name, context.adapter) }
    })
    first = new Map()
    for (const [i, { key }] of columns.entries()) if (key !== null && !first.has(key)) first.set(key, i)
  }
  // A second column of a name is another one in DuckDB: a `*` before it that may have that name changes what it means.
  const behindOpen = (at: number) =>
    context.adapter === 'duckdb' && at >= renamed.length && query.open.some((open) => (open.at ?? 0) <= at)
  const made = new Map<string, Output>()
  return {
    key,
    path: [],
    of: query,
    known: () => {
      refresh()
      return columns.flatMap(({ key, name, column }) =>
        key === null || name === null ? [] : [{ key, column, by: { by: 'star' } as const, name }],
      )
    },
    get open() {
      return query.open
    },
    find: (wanted) => {
      refresh()
      const at = first.get(wanted) ?? -1
      const explicit = columns[at]?.column
      if (explicit && !(behindOpen(at) && throughOpen(query, wanted))) return { column: explicit, sure: true }
      const passed = made.get(wanted) ?? throughOpen(query, wanted)
      if (passed && !made.has(wanted) && (explicit || maybeSecond(context.adapter, query, first, wanted)))
        passed.value.push(
          ...(explicit ? [explicit] : []),
          unknown(context, `which of several columns is called ${wanted}`),
        )
      if (passed) made.set(wanted, passed)
      return passed ? { column: passed, sure: false } : null
    },
  }
}

/** `id_1` may be the second `id` of a join of relations whose columns are not known. */
function maybeSecond(adapter: string, query: Query, keys: Map<string, number>, wanted: string): boolean {
  const first = /^(.+)_\d+$/.exec(wanted)?.[1]
  if (adapter !== 'duckdb' || first === undefined || query.open.length === 0) return false
  return query.open.length > 1 || keys.has(first) || query.open.some((open) => open.source === null)
}

/** DuckDB calls a second column `id` of a subquery or a table `id_1`; elsewhere it cannot be spoken of. */
export function distinctNames<N extends string | null>(adapter: string, names: N[]): N[] {
  if (adapter !== 'duckdb') return names
  const taken = new Map<string, number>()
  return names.map((name) => {
    if (name === null) return name
    let free: string = name
    for (let n = taken.get(name.toLowerCase()); n !== undefined && taken.has(free.toLowerCase()); n += 1) {
      free = `${name}_${n}`
      taken.set(name.toLowerCase(), n + 1)
    }
    taken.set(free.toLowerCase(), 1)
    return free as N
  })
}

/** A column that must come through a `*` of which the columns are not known. */
function throughOpen(query: Query, wanted: string): Output | null {
  const may = query.open.flatMap((open): { column: Column; sure: boolean }[] => {
    if (open.without.has(wanted)) return []
    if (open.source === null) return [{ column: { kind: 'unknown', reason: open.reason }, sure: false }]
    const found = open.source.find(wanted)
    return found ? [found] : []
  })
  if (may.length === 0) return null
  const sure = may.filter((m) => m.sure)
  const value: Column[] =
    sure.length === 1 || may.length === 1
      ? [(sure[0] ?? may[0])?.column as Column]
      : [
          ...may.map((m) => m.column),
          { kind: 'unknown', reason: `which of several things called ${wanted} is meant` },
        ]
  return { kind: 'output', name: wanted, naming: { by: 'star' }, value, influence: [], query }
}

/**
 * A table function, an unnest, a pivot: its columns are made of `from`, and unless they are listed nobody
 * says which there are.
 */
export function madeSource(
  context: Context,
  key: string | null,
  from: Column[],
  names: Identifier[],
  passing?: (wanted: string) => Column | null,
): Source {
  const query: Query = { kind: 'query', outputs: [], open: [], rows: [], reads: [] }
  query.rows = from.map((column) => ({ column, how: 'join' as const }))
  const outputs = new Map<string, Output>()
  const make = (wanted: string, name: string, naming: Naming): Output => {
    const through = passing?.(wanted)
    const output: Output = {
      kind: 'output',
      name,
      naming: through ? { by: 'star' } : naming,
      value: through ? [through] : from,
      influence: [],
      query,
    }
    outputs.set(wanted, output)
    return output
  }
  for (const name of names) make(context.key(name), name.name, { by: 'list', span: name.span ?? null })
  const closed = names.length > 0 && !passing
  return {
    key,
    path: [],
    items: !passing,
    of: query,
    known: () =>
      [...outputs].flatMap(([name, column]) =>
        closed ? [{ key: name, column, by: { by: 'star' } as const }] : [],
      ),
    open: closed ? [] : [passesOn],
    find: (wanted) => {
      const found = outputs.get(wanted)
      if (found) return { column: found, sure: closed }
      return closed ? null : { column: make(wanted, wanted, { by: 'engine' }), sure: false }
    },
  }
}
