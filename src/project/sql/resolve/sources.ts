/** What can stand in a FROM, as something that columns are looked up in. */
import { type Identifier, keyOfStored } from '../names.ts'
import type { Column, Naming, Open, Output, Query, Source, Table } from '../types.ts'
import type { Context } from './context.ts'

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
      name: name.name,
      naming: { by: 'list', span: name.span ?? null },
      value: query.outputs[i] ? [query.outputs[i]] : [{ kind: 'unknown', reason: `what ${name.name} reads` }],
      influence: [],
      query,
    }),
  )
  const outputs = () => [...renamed, ...query.outputs.slice(renamed.length)]
  const keyed = (output: Output, i: number) => {
    const name = names[i]
    if (name && i < renamed.length) return context.key(name)
    return output.name === null ? null : keyOfStored(output.name, context.adapter)
  }
  const made = new Map<string, Output>()
  return {
    key,
    path: [],
    of: query,
    known: () =>
      outputs().flatMap((column, i) => {
        const name = keyed(column, i)
        return name === null ? [] : [{ key: name, column, by: { by: 'star' } as const }]
      }),
    get open() {
      return query.open
    },
    find: (wanted) => {
      const at = outputs().findIndex((output, i) => keyed(output, i) === wanted)
      const explicit = outputs()[at]
      if (explicit) return { column: explicit, sure: true }
      const passed = made.get(wanted) ?? throughOpen(query, wanted)
      if (passed) made.set(wanted, passed)
      return passed ? { column: passed, sure: false } : null
    },
  }
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
      : [...may.map((m) => m.column), { kind: 'unknown', reason: `which of several relations has ${wanted}` }]
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
