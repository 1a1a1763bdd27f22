/** From "fct_trips and everything above it" to a dbt selection, and the other parameters of a pipeline run. */
import { doubtText } from './phrases/doubts.ts'
import type { Draft, Event, RouteParams } from './types.ts'

/** One name of the selection. `literal` ones are dbt's own notation and stay as written. */
type Item = { text: string; literal: boolean; up: boolean; down: boolean; fronted?: 'up' | 'down' }

/** What may be added to the items, and to which of them: the last, all, or not said. */
type Edge = { way: 'up' | 'down'; at: number; whose: 'it' | 'them' | undefined }

type Said = {
  items: Item[]
  edges: Edge[]
  flags: Set<string>
  targets: Set<string>
  threads: Set<string>
}

export function interpretPipeline(events: readonly Event[]): Draft[] {
  const said = collect(events)
  const everything = said.flags.has('everything')
  const named = said.items.length > 0
  if (said.targets.size > 1 || said.threads.size > 1 || (everything && (named || said.flags.has('only'))))
    return []
  const base: RouteParams = {
    ...(everything ? { everything } : {}),
    ...(said.flags.has('full-refresh') ? { fullRefresh: true } : {}),
    ...(said.flags.has('force') ? { force: true } : {}),
    ...Object.fromEntries([...said.targets].map((target) => ['target', target])),
  }
  const flags = [
    ...(said.flags.has('dry-run') ? ['--dry-run'] : []),
    ...[...said.threads].map((count) => `--threads ${count}`),
  ]
  const draft = (params: RouteParams, doubts: string[] = []): Draft => ({
    workflow: 'pipeline',
    params,
    doubts: [...doubts, ...flags.map(() => doubtText('a-flag'))],
    ...(flags.length > 0 ? { flags } : {}),
  })
  if (named) return selections(said).map(({ select, doubts }) => draft({ select, ...base }, doubts))
  if (said.edges.length > 0) return []
  // dbt without a selection is the whole project.
  if (said.flags.has('dbt')) return [draft({ everything: true, ...base })]
  if (said.flags.has('full-refresh-of-what')) {
    const doubts = [doubtText('full-refresh-of-what')]
    return [draft({ ...base, everything: true }, doubts), draft({ ...base, fullRefresh: true }, doubts)]
  }
  return [draft(base)]
}

/** Sorts the events: names and what is attached to them in order, the rest as flags. */
function collect(events: readonly Event[]): Said {
  const said: Said = { items: [], edges: [], flags: new Set(), targets: new Set(), threads: new Set() }
  const inOrder = events.filter((e) => e.tag !== 'drop-names')
  const dropNames = inOrder.length < events.length
  let fronted: 'up' | 'down' | undefined
  let whose: 'it' | 'them' | undefined
  for (const { tag, value = '' } of inOrder) {
    if (tag === 'above' || tag === 'below') fronted = tag === 'above' ? 'up' : 'down'
    else if (tag === 'it' || tag === 'them') whose = tag
    else if (tag === 'up' || tag === 'down') said.edges.push({ way: tag, at: said.items.length, whose })
    else if (tag === 'target') said.targets.add(value)
    else if (tag === 'threads') said.threads.add(value)
    else if (isName(tag)) {
      if (!dropNames) said.items.push(itemOf(tag, value, fronted))
      fronted = undefined
    } else said.flags.add(tag)
    // "above and below it" says `it` once for both.
    if (!['it', 'them', 'up', 'down'].includes(tag)) whose = undefined
  }
  return said
}

function isName(tag: string): boolean {
  return ['model', 'selector', 'source-table', 'exposure'].includes(tag)
}

function itemOf(tag: string, value: string, fronted: 'up' | 'down' | undefined): Item {
  const front = fronted === undefined ? {} : { fronted, [fronted]: true }
  // An exposure is not built itself: what it needs is.
  if (tag === 'exposure')
    return { text: `+exposure:${value}`, literal: true, up: false, down: false, ...front }
  return { text: value, literal: tag === 'selector', up: false, down: false, ...front }
}

type Selection = { select: string; doubts: string[] }

/** Every selection that may be meant; more than one only where the sentence leaves it open, with the doubt. */
function selections(said: Said): Selection[] {
  let open: { items: Item[]; doubts: string[] }[] = [{ items: said.items, doubts: [] }]
  for (const edge of said.edges) open = open.flatMap(({ items, doubts }) => attach(items, edge, doubts))
  open = open.flatMap(spreadFront)
  if (said.flags.has('need')) open = open.flatMap((choice) => withNeeds(choice, said.flags.has('only')))
  return open.flatMap(({ items, doubts }) => {
    const written = items.map(write)
    if (written.some((name) => name === undefined)) return []
    const source = said.items.some((item) => item.text.startsWith('source:') && !item.literal)
    const alone =
      source && items.some((item) => item.text.startsWith('source:') && !item.literal && !item.down)
    const select = [...new Set(alone ? written.map((name) => sourceDown(name ?? '')) : written)].join(' ')
    return [{ select, doubts: alone ? [...doubts, doubtText('source-alone')] : doubts }]
  })
}

function attach(items: Item[], edge: Edge, doubts: string[]) {
  const before = items.slice(0, edge.at)
  const last = items.map((item, i) => (i === edge.at - 1 ? { ...item, [edge.way]: true } : item))
  const all = items.map((item, i) => (i < edge.at ? { ...item, [edge.way]: true } : item))
  if (before.length < 2) return [{ items: last, doubts }]
  if (edge.whose === 'them') return [{ items: all, doubts }]
  const unsaid = [...doubts, doubtText('graph-of-which')]
  return [
    { items: all, doubts: unsaid },
    { items: last, doubts: unsaid },
  ]
}

/** "everything above a and b": of a alone, or of both? */
function spreadFront({ items, doubts }: { items: Item[]; doubts: string[] }) {
  const first = items.findIndex((item) => item.fronted !== undefined)
  const way = items[first]?.fronted
  const after = items.slice(first + 1).filter((item) => item.fronted === undefined)
  if (way === undefined || after.length === 0) return [{ items, doubts }]
  const unsaid = [...doubts, doubtText('graph-of-which')]
  const spread = items.map((item, i) =>
    i > first && item.fronted === undefined ? { ...item, [way]: true } : item,
  )
  return [
    { items: spread, doubts: unsaid },
    { items, doubts: unsaid },
  ]
}

/** A pipeline for a model brings what the model needs, unless it says "only": then it is asked. */
function withNeeds({ items, doubts }: { items: Item[]; doubts: string[] }, only: boolean) {
  const needed = items.map((item) => (item.literal || item.fronted === 'down' ? item : { ...item, up: true }))
  if (!only) return [{ items: needed, doubts }]
  const unsaid = [...doubts, doubtText('whole-or-not')]
  return [
    { items, doubts: unsaid },
    { items: needed, doubts: unsaid },
  ]
}

/** dbt's notation for an item; undefined where words and operators contradict each other. */
function write({ text, up, down }: Item): string | undefined {
  if ((up || down) && (text.includes(',') || text.startsWith('@'))) return undefined
  if ((up && /^\d+\+/.test(text)) || (down && /\+\d+$/.test(text))) return undefined
  return `${up && !text.startsWith('+') ? '+' : ''}${text}${down && !text.endsWith('+') ? '+' : ''}`
}

function sourceDown(name: string): string {
  return name.startsWith('source:') && !name.endsWith('+') ? `${name}+` : name
}
