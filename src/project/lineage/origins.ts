/** From the resolved names of one statement to the columns of other relations that its outputs come from. */
import type { Column, Influence, Output, Query, Resolved, Span, Table, Use } from '../sql/types.ts'

export type ColumnRef = { table: string; column: string }

export type OutputOrigins = {
  /** Null where the engine names it. */
  name: string | null
  /** Where it is written in the compiled SQL. */
  at: Span | null
  /** Its value is computed from these. */
  value: ColumnRef[]
  /** These have a say in it besides, other than through the rows of the query. */
  influence: (ColumnRef & { how: Influence })[]
  unknown: string[]
}

export type QueryOrigins = {
  outputs: OutputOrigins[]
  /** Why there may be outputs besides; empty where all are known. */
  open: string[]
  /** What decides which rows there are, so that it has a say in every output. */
  rows: (ColumnRef & { how: Influence })[]
  rowsUnknown: string[]
  /** Relations whose rows these rows come from. */
  reads: string[]
}

export function originsOf({ query }: Resolved): QueryOrigins {
  const told = new Set<Column | Query | Table>()
  const rows = trace({ kind: 'rows', of: query }, told)
  const inRows = new Set(rows.influence.map(keyOf))
  return {
    outputs: query.outputs.map((output) => {
      const found = trace(output, new Set(told))
      return {
        name: output.name,
        at: placeOf(output),
        value: found.value,
        influence: found.influence.filter((i) => !inRows.has(keyOf(i))),
        unknown: found.unknown.filter((reason) => !rows.unknown.includes(reason)),
      }
    }),
    open: query.open.map((o) => o.reason),
    rows: rows.influence,
    rowsUnknown: rows.unknown,
    reads: rows.reads,
  }
}

/** A column of a `*` over another part of the statement is written there. */
function placeOf(output: Output): Span | null {
  const seen = new Set<Column>()
  for (let at: Column | undefined = output; at?.kind === 'output' && !seen.has(at); at = at.value[0]) {
    if (at.at) return at.at
    if (at.naming.by !== 'star') return null
    seen.add(at)
  }
  return null
}

type Colour = Influence | 'value'
type Traced = {
  value: ColumnRef[]
  influence: (ColumnRef & { how: Influence })[]
  reads: string[]
  unknown: string[]
}

/**
 * Follows a column to its ends. What is reached over an influence stays influence all the way, of the kind that it
 * first had; a recursive CTE is a circle, so each column is visited once in each colour.
 * @param visited what need not be followed as a value; what is followed is put in.
 */
function trace(start: Column, visited: Set<Column | Query | Table>): Traced {
  const seen = new Map<Colour, Set<Column | Query | Table>>([['value', visited]])
  const [value, influence] = [new Map<string, ColumnRef>(), new Map<string, ColumnRef & { how: Influence }>()]
  const [reads, unknown] = [new Set<string>(), new Set<string>()]
  const queue: [Column, Colour][] = [[start, 'value']]
  const follow = (uses: Use[], colour: Colour) => {
    for (const { column, how } of uses) queue.push([column, colour === 'value' ? how : colour])
  }
  // In the order of the statement: that is how they are listed.
  for (let i = 0; i < queue.length; i += 1) {
    const [column, colour] = queue[i] as [Column, Colour]
    // The rows of a relation are one thing, however often they are spoken of.
    const identity = column.kind === 'rows' ? column.of : column
    const before = seen.get(colour) ?? new Set()
    if (before.has(identity)) continue
    seen.set(colour, before.add(identity))
    if (column.kind === 'unknown') unknown.add(column.reason)
    else if (column.kind === 'table') {
      const ref = { table: column.table.id, column: column.name }
      if (colour === 'value') value.set(keyOf(ref), ref)
      else influence.set(keyOf({ ...ref, how: colour }), { ...ref, how: colour })
    } else if (column.kind === 'output') {
      for (const from of column.value) queue.push([from, colour])
      follow(column.influence, colour)
      // An influence has a say through its value; its rows count where they are read, which is told there.
      if (colour === 'value') queue.push([{ kind: 'rows', of: column.query }, colour])
    } else if ('kind' in column.of) {
      follow(column.of.rows, colour)
      for (const of of column.of.reads) queue.push([{ kind: 'rows', of }, colour])
    } else reads.add(column.of.id)
  }
  return {
    value: [...value.values()],
    influence: [...influence.values()],
    reads: [...reads],
    unknown: [...unknown],
  }
}

function keyOf(ref: ColumnRef & { how?: Influence }): string {
  return `${ref.how ?? ''} ${ref.table} ${ref.column}`
}
