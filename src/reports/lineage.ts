/** Lineage for people: a tree, a table for a whole model, and Mermaid. */
import { markdownTable } from 'markdown-table'
import { count, list } from '../core/text.ts'
import type { Step } from '../project/lineage/walk.ts'

export type Place = { file: string; line: number } | null

export type Shown = {
  /** `stg_trips.fare`; `*` for all columns of a node. */
  label(step: { table: string; column: string }): string
  place(step: { table: string; column: string }): Place
}

export function treeText(root: Step, shown: Shown): string {
  const lines: { text: string; place: Place }[] = []
  const visit = (step: Step, margin: string, last: boolean, top: boolean) => {
    const how = step.how === 'value' ? '' : ` (${step.how})`
    const again = step.repeated && step.next.length === 0 ? ' (see above)' : ''
    const branch = top ? '' : last ? '└─ ' : '├─ '
    lines.push({ text: `${margin}${branch}${shown.label(step)}${how}${again}`, place: shown.place(step) })
    const inner = top ? '' : `${margin}${last ? '   ' : '│  '}`
    const unknown = step.unknown.map((reason) => `not known: ${reason}`)
    for (const [i, reason] of unknown.entries())
      lines.push({
        text: `${inner}${i === unknown.length - 1 && step.next.length === 0 ? '└─ ' : '├─ '}${reason}`,
        place: null,
      })
    for (const [i, next] of step.next.entries()) visit(next, inner, i === step.next.length - 1, false)
  }
  visit(root, '', true, true)
  const width = Math.max(...lines.map(({ text }) => [...text].length))
  return lines
    .map(({ text, place }) =>
      place ? `${text}${' '.repeat(width - [...text].length)}  ${place.file}:${place.line}` : text,
    )
    .join('\n')
}

export type ColumnRow = { column: string; value: string[]; influence: string[]; unknown: string[] }

export function modelText(label: string, rows: ColumnRow[], decided: string[], notes: string[]): string {
  const table = rows.map((r) => [
    r.column,
    [...r.value, ...r.unknown.map((u) => `not known: ${u}`)].join(', ') || 'no column',
    r.influence.join(', '),
  ])
  const hasInfluence = rows.some((r) => r.influence.length > 0)
  const shownTable = [['Column', 'Made of', 'Besides, decided by'], ...table].map((row) =>
    hasInfluence ? row : row.slice(0, 2),
  )
  return [
    `## ${label}`,
    '',
    markdownTable(shownTable, { stringLength: (text) => [...text].length }),
    '',
    ...(decided.length > 0 ? [`Its rows are decided by ${list(decided)}.`] : []),
    ...notes,
    '',
  ].join('\n')
}

/** Columns as nodes, value as full arrows, influence as dotted ones. */
export function mermaidText(root: Step, shown: Shown, up: boolean): string {
  const ids = new Map<string, string>()
  const groups = new Map<string, { id: string; text: string }[]>()
  const idOf = (step: Step): string => {
    const key = `${step.table} ${step.column.toLowerCase()}`
    const known = ids.get(key)
    if (known) return known
    const id = `c${ids.size + 1}`
    ids.set(key, id)
    const [group, text] = [
      shown.label({ table: step.table, column: '' }),
      step.column === '*' ? 'its rows' : step.column,
    ]
    groups.set(group, [...(groups.get(group) ?? []), { id, text }])
    return id
  }
  const edges = new Set<string>()
  const visit = (step: Step) => {
    const id = idOf(step)
    for (const next of step.next) {
      const [from, to] = up ? [idOf(next), id] : [id, idOf(next)]
      edges.add(next.how === 'value' ? `  ${from} --> ${to}` : `  ${from} -. ${next.how} .-> ${to}`)
      visit(next)
    }
  }
  visit(root)
  const blocks = [...groups].flatMap(([group, columns], i) => [
    `  subgraph g${i + 1} ["${quoted(group)}"]`,
    ...columns.map(({ id, text }) => `    ${id}["${quoted(text)}"]`),
    '  end',
  ])
  return ['flowchart LR', ...blocks, ...edges].join('\n')
}

function quoted(text: string): string {
  return text.replaceAll('"', '#quot;')
}

export function influenceLines(influences: { how: string; label: string }[]): string[] {
  if (influences.length === 0) return []
  const perWay = Map.groupBy(influences, (i) => i.how)
  const lines = [...perWay].map(
    ([how, of]) => `  ${how.padEnd(9)}${list([...new Set(of.map((o) => o.label))], 12)}`,
  )
  const columns = new Set(influences.map((i) => i.label)).size
  return [
    '',
    `Besides, ${count(columns, 'column')} ${columns === 1 ? 'decides' : 'decide'} which rows there are, or how they are grouped and sorted:`,
    ...lines,
  ]
}
