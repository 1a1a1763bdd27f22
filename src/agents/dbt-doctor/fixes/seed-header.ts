/** The header of a seed with a slip: who reads it misses the name, or the table that stands has it still. */
import { distanceScore } from '../score.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { edited, lastName } from '../words.ts'
import { fileOf } from './files.ts'
import { propose } from './propose.ts'
import { filesSaying, SLIP, slipIn } from './upstream.ts'

export const seedHeader: Fixer = {
  id: 'seed-header',
  classes: ['D01'],
  find: async (failure, context) => {
    const name = failure.thing === null ? '' : lastName(failure.thing)
    if (name === '') return []
    const found: Candidate[] = []
    const own = failure.nodes.filter((id) => id.startsWith('seed.'))
    for (const id of own) found.push(...(await asItStands(id, name, context)))
    for (const { id } of own.length > 0 ? [] : failure.reads.filter((r) => r.id.startsWith('seed.')))
      found.push(...(await asReaders(id, name, context)))
    return found
  },
}

type Header = { path: string; text: string; label: string; cells: { name: string; at: number }[] }

async function headerOf(id: string, { graph, place, files, read }: FixContext): Promise<Header | null> {
  const node = graph?.node(id)
  const path = node ? fileOf(node, place) : ''
  const text = files.includes(path) ? await read(path).catch(() => null) : null
  if (!node || text === null) return null
  const [line = ''] = text.split('\n')
  const cells = [...line.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu)].map((m) => ({ name: m[0], at: m.index }))
  return { path, text, label: node.name, cells }
}

const renamed = (
  { path, text, label }: Header,
  { name, at }: Header['cells'][number],
  to: string,
  because: string,
  context: FixContext,
): Promise<Candidate[]> =>
  propose(context, {
    title: `Call it ${to} in the header of ${label}, not ${name}`,
    because: [because],
    score: 94,
    texts: { [path]: edited(text, [{ start: at, end: at + name.length, text: to }], path) },
  })

/** A cell that is nearly the name that is missed, and that nobody else says. */
async function asReaders(id: string, name: string, context: FixContext): Promise<Candidate[]> {
  const header = await headerOf(id, context)
  const found: Candidate[] = []
  for (const cell of header?.cells ?? []) {
    const isSlip = slipIn(name, cell.name) !== null && (await filesSaying(cell.name, '', context)) === 0
    const because = `the seed alone says ${cell.name}, which is nearly ${name}`
    if (header && isSlip) found.push(...(await renamed(header, cell, name, because, context)))
  }
  return found
}

/** The table has no such column: it stands with one that the header lacks, which is nearly so, and which others read. */
async function asItStands(id: string, name: string, context: FixContext): Promise<Candidate[]> {
  const header = await headerOf(id, context)
  const cell = header?.cells.find((c) => c.name.toLowerCase() === name.toLowerCase())
  const relation = context.graph?.node(id)?.relation_name
  const [columns] = relation ? await context.dbt.columns([relation]) : []
  if (!header || !cell || !Array.isArray(columns)) return []
  const has = (column: string) => header.cells.some((c) => c.name.toLowerCase() === column.toLowerCase())
  const lacking = columns.map((c) => c.name).filter((c) => !has(c) && distanceScore(name, c) >= SLIP)
  const [column, ...more] = lacking
  if (column === undefined || more.length > 0) return []
  if ((await filesSaying(column, '', context)) === 0 || (await filesSaying(name, '', context)) > 0) return []
  const because = `the table stands with ${column}, which others read; nobody says ${cell.name}`
  return renamed(header, cell, column, because, context)
}
