/** Relations that a file names by hand: found in what it compiles to, and led back to the file. */
import type { Compiled, CompiledModel } from '../../project/sql/compiled.ts'
import { splitJinja } from '../../project/sql/jinja.ts'
import type { Identifier } from '../../project/sql/names.ts'
import { plainCall } from '../../project/sql/render.ts'
import { resolveSql } from '../../project/sql/resolve/index.ts'
import { type SourceMap, toRaw } from '../../project/sql/source-map.ts'
import type { Span } from '../../project/sql/types.ts'

export type NamedTable = {
  /** Database, schema and name, as many as are written. */
  path: Identifier[]
  /** As it is written in the compiled SQL. */
  written: string
} & (
  | { raw: Span }
  /** Why there is no place in the file that can be edited; `at` is the nearest that there is. */
  | { noPlace: string; at: number | null }
)

/**
 * Tables of FROM and JOIN that no `ref` or `source` stands for, each place of the file once.
 * `isParent` says whether dbt knows that the node reads it: then a macro may have been given it.
 */
export function tablesByHand(
  model: CompiledModel,
  adapter: string,
  isParent: (path: Identifier[]) => boolean,
): { tables: NamedTable[] } | { error: string } {
  if ('error' in model) return { error: model.error }
  const variants = model.variants.flatMap((v): Compiled[] => ('error' in v ? [] : [v]))
  const found = new Map<string, NamedTable>()
  for (const compiled of variants.length > 0 ? variants : [model]) {
    const tables = tablesIn(compiled, adapter)
    if ('error' in tables) return tables
    for (const { path, span } of tables.paths) {
      const table = placed(model.raw, compiled, path, span, isParent)
      if (table) found.set('raw' in table ? `${table.raw.start}` : `${table.written} ${table.at}`, table)
    }
  }
  return { tables: [...found.values()] }
}

type Written = { path: Identifier[]; span: Span }

function tablesIn(
  { compiled, ephemeral }: Compiled,
  adapter: string,
): { paths: Written[] } | { error: string } {
  const paths: Written[] = []
  const resolved = resolveSql(compiled, {
    adapter,
    tableOf: (path) => {
      const [first, last] = [path[0], path.at(-1)]
      const isEphemeral = path.length === 1 && Object.hasOwn(ephemeral, first?.name ?? '')
      if (first?.span && last?.span && !isEphemeral)
        paths.push({ path, span: { start: first.span.start, end: last.span.end } })
      return null
    },
  })
  return 'error' in resolved ? resolved : { paths }
}

function placed(
  raw: string,
  { compiled, map }: Compiled,
  path: Identifier[],
  span: Span,
  isParent: (path: Identifier[]) => boolean,
): NamedTable | null {
  const table = { path, written: compiled.slice(span.start, span.end) }
  if ('noMap' in map) return isParent(path) ? null : { ...table, noPlace: map.noMap, at: null }
  const place = placeOf(raw, map, span)
  if (place === 'call' || ('macro' in place && isParent(path))) return null
  if ('macro' in place) return { ...table, noPlace: 'it is written by a macro', at: place.macro.start }
  return { ...table, ...place }
}

type Place = 'call' | { macro: Span } | { raw: Span } | { noPlace: string; at: number | null }

function placeOf(raw: string, map: SourceMap, { start, end }: Span): Place {
  const place = toRaw(map, start, end)
  if (place === null) return { noPlace: 'it is put together by Jinja', at: null }
  if ('jinja' in place) return isCall(raw, place.jinja) ? 'call' : { macro: place.jinja }
  const span = { start: place.start, end: place.end }
  if (place.verbatim) return { raw: span }
  // `{{ target.schema }}.orders` is one name; `{% if %}a{% else %}b{% endif %}.orders` are two.
  const parts = splitJinja(raw.slice(span.start, span.end))
  const isName = !('unclosed' in parts) && parts.every((p) => p.kind === 'text' || p.kind === 'expression')
  if (!isName) return { noPlace: 'Jinja decides what its name is', at: span.start }
  return isCall(raw, span) ? 'call' : { raw: span }
}

function isCall(raw: string, { start, end }: Span): boolean {
  const inner = /^\{\{[-+]?([\s\S]*?)[-+]?\}\}$/.exec(raw.slice(start, end))?.[1]
  return inner !== undefined && plainCall(inner) !== null
}
