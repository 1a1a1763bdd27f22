/** Up to where a column comes from, and down to what comes of it, over all models. */
import { keyOfStored } from '../sql/names.ts'
import type { How, Lineage } from './lineage.ts'
import type { ColumnRef } from './origins.ts'

export type Step = ColumnRef & {
  /** How it has a say in the step above it; for the column that was asked for: `value`. */
  how: How
  next: Step[]
  /** Its own steps stand further up already. */
  repeated: boolean
  /** What about it could not be made out. */
  unknown: string[]
}

export type Ends = { origins: ColumnRef[]; influences: (ColumnRef & { how: How })[]; unknown: string[] }

/**
 * Where a column comes from, up to sources and seeds. Each column is followed once.
 * @param influence also follow what has a say without being part of the value.
 */
export function walkUp(lineage: Lineage, start: ColumnRef, influence: boolean): Step {
  return walk(lineage, start, (ref) => {
    const found = lineage.sources(ref)
    const edges = (found?.edges ?? []).filter((e) => influence || e.how === 'value')
    return { next: distinct(lineage, edges), unknown: found?.unknown ?? [] }
  })
}

/** What reads a column, directly or over others. */
export function walkDown(lineage: Lineage, start: ColumnRef, influence: boolean): Step {
  return walk(lineage, start, (ref) => {
    const readers = lineage.readers(ref).filter((r) => influence || r.how === 'value')
    const next = readers.flatMap((r): Reached[] =>
      r.output === null
        ? [{ table: r.node, column: '*', how: r.how }]
        : [{ table: r.node, column: r.output, how: r.how }],
    )
    return { next: distinct(lineage, next), unknown: [] }
  })
}

type Reached = ColumnRef & { how: How }

function walk(
  lineage: Lineage,
  start: ColumnRef,
  around: (ref: ColumnRef) => { next: Reached[]; unknown: string[] },
): Step {
  const key = (ref: ColumnRef) => `${ref.table} ${keyOfStored(ref.column, lineage.adapter)}`
  const seen = new Set<string>([key(start)])
  const root: Step = { ...start, how: 'value', next: [], repeated: false, unknown: [] }
  const queue = [root]
  // Breadth first: each column stands at the shortest way to it.
  for (let i = 0; i < queue.length; i += 1) {
    const step = queue[i] as Step
    // All columns of a node, by its rows: what reads them in turn would be nearly everything.
    if (step.column === '*') continue
    const { next, unknown } = around(step)
    step.unknown = unknown
    for (const { table, column, how } of next) {
      const known = seen.has(key({ table, column }))
      const child: Step = { table, column, how, next: [], repeated: known, unknown: [] }
      step.next.push(child)
      if (known) continue
      seen.add(key(child))
      queue.push(child)
    }
  }
  return root
}

/** One line for each column and way; value goes before any influence of the same column. */
function distinct(lineage: Lineage, edges: Reached[]): Reached[] {
  const found = new Map<string, Reached>()
  for (const { table, column, how } of edges) {
    const key = `${table} ${keyOfStored(column, lineage.adapter)}`
    if (how === 'value' || !found.has(key)) found.set(key, { table, column, how })
  }
  return [...found.values()]
}

/** The ends of all ways up: columns that nothing in the project makes, and what has a say on the way. */
export function endsOf(lineage: Lineage, start: ColumnRef): Ends {
  const tree = walkUp(lineage, start, false)
  const origins: ColumnRef[] = []
  const influences = new Map<string, ColumnRef & { how: How }>()
  const unknown = new Set<string>()
  const visit = (step: Step) => {
    for (const reason of step.unknown) unknown.add(reason)
    const edges = lineage.sources(step)?.edges ?? []
    for (const { table, column, how } of edges)
      if (how !== 'value') influences.set(`${how} ${table} ${column}`, { table, column, how })
    if (edges.every((e) => e.how !== 'value') && !step.repeated && lineage.node(step.table) === undefined)
      origins.push({ table: step.table, column: step.column })
    for (const next of step.next) visit(next)
  }
  visit(tree)
  return { origins, influences: [...influences.values()], unknown: [...unknown] }
}
