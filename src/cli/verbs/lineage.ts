/** `martsmith lineage fct_trips.fare --up`: where a column comes from, and what comes of it. Reads only. */
import { parseArgs } from 'node:util'
import { MartsmithError, messageOf } from '../../core/errors.ts'
import { list } from '../../core/text.ts'
import { findColumn } from '../../project/lineage/find.ts'
import type { Edge } from '../../project/lineage/lineage.ts'
import { placeIn, type ReadProject } from '../../project/lineage/read.ts'
import { endsOf, type Step, walkDown, walkUp } from '../../project/lineage/walk.ts'
import { openKnown } from '../../refactor/known.ts'
import {
  type ColumnRow,
  influenceLines,
  mermaidText,
  modelText,
  type Shown,
  treeText,
} from '../../reports/lineage.ts'
import { printJson } from '../fail.ts'
import type { Options } from '../options.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

const FLAGS = {
  up: { type: 'boolean' },
  down: { type: 'boolean' },
  influence: { type: 'boolean' },
  mermaid: { type: 'boolean' },
  help: { type: 'boolean' },
} as const
type Flags = { up?: boolean; down?: boolean; influence?: boolean; mermaid?: boolean; help?: boolean }

const HELP = `Usage: martsmith lineage <model>[.<column>] [--up | --down] [--influence] [--mermaid] [--json]

Where a column comes from (--up, the default), or what is made of it (--down): read from the SQL that the
warehouse gets. Without a column: each column of the model with what it is made of.

  --influence   follow filters, join keys, grouping and ordering too, not only what values are computed from
  --mermaid     print a Mermaid flowchart

Examples:
  martsmith lineage fct_trips.fare_amount
  martsmith lineage source:raw.trips.fare --down --mermaid
  martsmith lineage fct_trips --json
`

export const lineageVerb: Verb = async (words, options, terminal) => {
  const { name, flags } = read(words)
  if (flags.help) {
    process.stdout.write(HELP)
    return 0
  }
  return withDbt(options, terminal, async (dbt, project) => {
    terminal.say('Reading the project ...')
    const known = await openKnown(dbt, project)
    if (known.problem)
      terminal.say(`The warehouse could not be asked for columns: ${known.problem.split('\n')[0]}`)
    const { id, column } = findColumn(known.graph, known.lineage, name)
    if (column === null) showModel(known, id, options)
    else showColumn(known, { table: id, column }, flags, options)
    return 0
  })
}

function read(words: string[]): { name: string; flags: Flags } {
  const wrong = (why: string) =>
    new MartsmithError({
      code: 'usage.lineage',
      message: why,
      mend: ['martsmith lineage fct_trips.fare_amount --up', 'martsmith lineage --help'],
    })
  try {
    const { values, positionals } = parseArgs({ args: words, options: FLAGS, allowPositionals: true })
    const [name = '', ...more] = positionals
    if (values.help) return { name, flags: values }
    if (name === '' || more.length > 0) throw wrong('lineage takes one model, or one column of a model.')
    if (values.up && values.down) throw wrong('Say --up or --down, not both.')
    return { name, flags: values }
  } catch (error) {
    if (error instanceof MartsmithError) throw error
    throw wrong(messageOf(error).split('. ')[0] ?? '')
  }
}

function showColumn(
  known: ReadProject,
  of: { table: string; column: string },
  flags: Flags,
  options: Options,
): void {
  const { lineage, graph } = known
  const up = !flags.down
  const tree = up
    ? walkUp(lineage, of, flags.influence ?? false)
    : walkDown(lineage, of, flags.influence ?? false)
  const shown = shownIn(known)
  if (flags.mermaid) {
    process.stdout.write(`${mermaidText(tree, shown, up)}\n`)
    return
  }
  const ends = up ? endsOf(lineage, of) : null
  const readBy = up ? [] : readersOutside(known, tree)
  if (options.json) {
    printJson({
      column: named(known, of),
      direction: up ? 'up' : 'down',
      tree: jsonOf(known, tree),
      ...(ends
        ? {
            origins: ends.origins.map((o) => named(known, o)),
            influences: ends.influences.map((i) => ({ ...named(known, i), how: i.how })),
            unknown: ends.unknown,
          }
        : { read_by: readBy }),
    })
    return
  }
  const influences =
    ends && !flags.influence ? ends.influences.map((i) => ({ how: i.how, label: shown.label(i) })) : []
  const decided = !up && !flags.influence ? decides(known, tree) : []
  const lines = [
    treeText(tree, shown),
    ...influenceLines(influences),
    ...(decided.length > 0 ? ['', `Besides, it decides rows or grouping in ${list(decided, 12)}.`] : []),
    ...(readBy.length > 0 ? ['', `Read by ${list(readBy)}.`] : []),
    ...differences(known, tree),
  ]
  if (tree.next.length === 0 && tree.unknown.length === 0)
    lines.push(
      '',
      up ? emptyUp(known, of) : `Nothing in the project reads ${graph.label(of.table)}.${of.column}.`,
    )
  process.stdout.write(`${lines.join('\n')}\n`)
}

function emptyUp({ lineage, graph }: ReadProject, of: { table: string; column: string }): string {
  const label = `${graph.label(of.table)}.${of.column}`
  return lineage.node(of.table)
    ? `${label} is made of no column.`
    : `${label} is where it begins: nothing in the project makes it.`
}

function showModel(known: ReadProject, id: string, options: Options): void {
  const { lineage, graph } = known
  const shown = shownIn(known)
  const labels = (edges: Edge[]) => [...new Set(edges.map((e) => shown.label(e)))]
  const rows = lineage.columns(id).map((column): ColumnRow & { edges: Edge[] } => {
    const found = lineage.sources({ table: id, column })
    const edges = found?.edges ?? []
    return {
      column,
      edges,
      value: labels(edges.filter((e) => e.how === 'value')),
      influence: labels(edges.filter((e) => e.how !== 'value' && e.output !== null)),
      unknown: found?.unknown ?? [],
    }
  })
  const node = lineage.node(id)
  if (options.json) {
    printJson({
      node: { id, label: graph.label(id) },
      columns: rows.map((r) => ({
        name: r.column,
        from: r.edges.filter((e) => e.output !== null).map((e) => ({ ...named(known, e), how: e.how })),
        unknown: r.unknown,
      })),
      rows: (node?.rows ?? []).map((e) => ({ ...named(known, e), how: e.how })),
      not_read: node?.unread ?? null,
      differs: node?.differs ?? null,
    })
    return
  }
  const decided = [...new Set((node?.rows ?? []).map((r) => `${shown.label(r)} (${r.how})`))]
  const notes = [
    ...(node?.unread ? [`Not known: ${node.unread}.`] : []),
    ...(node?.differs ? [`Look: ${node.differs}.`] : []),
    ...(node && node.open.length > 0 ? [`There may be more columns; not known: ${list(node.open)}.`] : []),
  ]
  if (!node) notes.push(`${graph.label(id)} is where these begin: nothing in the project makes them.`)
  process.stdout.write(modelText(graph.label(id), rows, decided, notes))
}

function shownIn(known: ReadProject): Shown {
  const { graph, lineage } = known
  const nodeLabel = (id: string) => ((graph.node(id) ?? graph.source(id)) ? graph.label(id) : id)
  return {
    label: ({ table, column }) =>
      column === '' || column === '*' ? nodeLabel(table) : `${nodeLabel(table)}.${column}`,
    place: ({ table, column }) => {
      const at = lineage.sources({ table, column })?.at
      return at ? placeIn(known, table, at) : null
    },
  }
}

function named(known: ReadProject, { table, column }: { table: string; column: string }) {
  const shown = shownIn(known)
  const place = shown.place({ table, column })
  return { node: table, label: shown.label({ table, column }), column, ...(place ?? {}) }
}

type JsonStep = ReturnType<typeof named> & {
  how: string
  unknown: string[]
  repeated: boolean
  next: JsonStep[]
}

function jsonOf(known: ReadProject, step: Step): JsonStep {
  const { how, unknown, repeated } = step
  return { ...named(known, step), how, unknown, repeated, next: step.next.map((next) => jsonOf(known, next)) }
}

/** Exposures, metrics and semantic models over the nodes of a tree. */
function readersOutside({ graph }: ReadProject, tree: Step): string[] {
  const outside = nodesOf(tree).flatMap((id) =>
    graph.children(id).filter((child) => /^(exposure|metric|semantic_model|saved_query)\./.test(child)),
  )
  return [...new Set(outside)].map((id) => graph.label(id))
}

function nodesOf(tree: Step): string[] {
  return [...new Set([tree.table, ...tree.next.flatMap(nodesOf)])]
}

/** Nodes whose rows or groups hang on one of the columns of the tree, and that do not stand in it. */
function decides({ graph, lineage }: ReadProject, tree: Step): string[] {
  const own = (step: Step): string[] => [
    ...lineage.readers(step).flatMap((r) => (r.how === 'value' ? [] : [`${graph.label(r.node)} (${r.how})`])),
    ...step.next.flatMap(own),
  ]
  return [...new Set(own(tree))]
}

function differences({ graph, lineage }: ReadProject, tree: Step): string[] {
  const lines = nodesOf(tree).flatMap((id) => {
    const differs = lineage.node(id)?.differs
    return differs ? [`Look at ${graph.label(id)}: ${differs}.`] : []
  })
  return lines.length > 0 ? ['', ...lines] : []
}
