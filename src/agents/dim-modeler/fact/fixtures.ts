/** Rows for unit tests: events as they are given, with values that they can have. */
import type { Value } from '../../../changes/yaml/index.ts'
import type { FactDesign } from './design.ts'
import type { Held } from './held.ts'
import type { KeyValues } from './key-values.ts'
import type { Making } from './making.ts'
import { type Scalar, sample } from './samples.ts'
import { CHANGED } from './steps.ts'

export type Row = { [column: string]: Value }

export type Tested = {
  making: Making
  design: FactDesign
  model: string
  /** The intermediate model, where there is one: it has the logic of what it does. */
  intermediate: string | null
  values: KeyValues
}

/** Events as they are given: values by what is held. `joined` names their header. */
export type Event = { values: Map<Held, Scalar | null>; changed?: Scalar }

/** Times two days apart, the first of them where other rows are known. */
export function giveTimes(making: Making, { values }: Event): void {
  for (const [i, time] of making.recommendation.times.entries()) {
    const held = making.holding.of(time)
    if (!isCast(making, held)) values.set(held, sample(held, 1 + 2 * i) ?? null)
  }
}

/** One event with what it needs: its grain, a header, a value for what leads to dimensions. */
export function eventOf(making: Making, n: number): Event {
  const { recommendation, holding } = making
  const values = new Map<Held, Scalar | null>()
  const give = (held: Held, of: number) => {
    const isGiven = isNeverNull(making, held) || !isCast(making, held) || held.kind === 'boolean'
    const value = isGiven ? sampleOf(making, held, of) : undefined
    if (value !== undefined) values.set(held, value)
  }
  for (const d of recommendation.dimensions)
    if (d.kind !== 'calendar') for (const c of d.columns) give(holding.of(c), 1)
  for (const held of holding.all) if (isNeverNull(making, held)) give(held, n)
  return { values }
}

/** What it may be given: a number that is cast to a moment is read whatever it is, and so is a flag; a text is not. */
export function sampleOf(making: Making, held: Held, n = 1): Scalar | undefined {
  const isRead = !isCast(making, held) || ['integer', 'number', 'boolean'].includes(held.kind)
  return isRead ? sample(held, n) : undefined
}

export function isGrain({ recommendation }: Making, held: Held): boolean {
  return held.from === 'events' && recommendation.grain.columns.some((c) => c.name === held.stored)
}

/** The grain, what leads to a header, and the watermark of the events. */
export function isNeverNull(making: Making, held: Held): boolean {
  const { header, load } = making.recommendation
  return (
    isGrain(making, held) ||
    (held.from === 'events' &&
      (load.watermark?.name === held.stored || (header?.on ?? []).some((o) => o.events.name === held.stored)))
  )
}

/** Somewhere it is read as something else. */
export function isCast({ recommendation: r, holding }: Making, held: Held): boolean {
  const placed = [...r.times, ...r.measures, ...r.degenerate, ...r.flags]
  return [...placed, ...r.dimensions.flatMap((d) => d.columns)].some(
    (p) => p.cast !== undefined && holding.of(p) === held,
  )
}

/** Columns of the grain that the result has as they are, so that its rows are told apart. */
export function grainRow({ making, design }: Tested, { values }: Event): Row {
  const names = new Set(design.columns.map((c) => c.name))
  const row: Row = {}
  for (const [held, value] of values)
    if (isGrain(making, held) && names.has(held.name) && !isCast(making, held)) row[held.name] = value
  return row
}

/** What is read, with these events: the intermediate model where the fact reads that, else events and their headers. */
export function given({ making, intermediate }: Tested, model: string, events: Event[]): Row[] {
  const { header, holding, recommendation } = making
  const bare = (name: string) => name.replace(/^["`[]|["`\]]$/g, '')
  if (intermediate !== null && model !== intermediate)
    return [
      {
        input: `ref('${intermediate}')`,
        rows: events.map((e) => ({
          ...Object.fromEntries([...e.values].filter(([h]) => h.kept).map(([h, v]) => [h.name, v])),
          ...(e.changed === undefined ? {} : { [CHANGED]: e.changed }),
        })),
      },
    ]
  const rows = events.map((e) =>
    Object.fromEntries(
      [...e.values].filter(([h]) => h.from === 'events').map(([h, v]) => [bare(h.source), v]),
    ),
  )
  if (!header) return [{ input: `ref('${making.events.name}')`, rows }]
  const on = recommendation.header?.on ?? []
  const headers = new Map(
    events.map((e) => {
      const own = [...e.values]
        .filter(([h]) => h.from === 'header')
        .map(([h, v]) => [bare(h.source), v] as const)
      const keys = on.map((o) => {
        const value = e.values.get(holding.ofEvents(o.events)) ?? null
        return [header.renamed.get(o.header.name) ?? o.header.name, value] as const
      })
      return [JSON.stringify(keys), Object.fromEntries([...keys, ...own])]
    }),
  )
  return [
    { input: `ref('${making.events.name}')`, rows },
    { input: `ref('${header.name}')`, rows: [...headers.values()] },
  ]
}
