/** The columns that a fact is made of, and what they are called on the way to it. */
import { entityOf } from '../../../project/conventions/cte-style.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { FactRecommendation, Placed } from '../../data-modeler/fact/types.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import type { Reads } from '../writing.ts'

export type Held = OriginColumn & {
  from: 'events' | 'header'
  /** As the origin has it. */
  stored: string
  /** As SQL writes it where it is read: a staging model may call it otherwise. */
  source: string
  /** As it is called once events and header are joined, and as SQL writes that. */
  name: string
  written: string
  /** By how many parts of the fact it is used. */
  uses: number
}

export type Holding = {
  all: Held[]
  of(placed: Placed): Held
  ofEvents(column: OriginColumn): Held
}

export type Columns = { events: OriginColumn[]; header: OriginColumn[] }

/**
 * `columns`: all that events and header have; `every`: those that a row is named by where nothing less is a key.
 * `openParser()` comes before.
 */
export function holdingOf(
  recommendation: FactRecommendation,
  { events, header }: { events: Reads; header: Reads | null },
  { adapter, every, columns }: { adapter: string; every: OriginColumn[]; columns: Columns },
): Holding {
  const { header: joined } = recommendation
  const held = new Map<string, Held>()
  const sameAs = new Map((joined?.on ?? []).map((o) => [o.header.name, o.events]))
  const thing = inNumber(entityOf((header?.name ?? '').split('.').at(-1) ?? ''), 'singular')
  const hold = ({ from, column }: Placed): Held => {
    const twin = from === 'header' ? sameAs.get(column.name) : undefined
    if (twin) return hold({ from: 'events', column: twin })
    const key = `${from}.${column.name}`
    const there = held.get(key)
    if (there) {
      there.uses += 1
      return there
    }
    const own = (from === 'events' ? events : header)?.renamed.get(column.name) ?? column.name
    const taken = [...held.values()].map((h) => h.name.toLowerCase())
    const name = taken.includes(own.toLowerCase()) ? free(`${thing}_${own}`, taken) : own
    const one: Held = {
      ...column,
      from,
      stored: column.name,
      source: writtenName(own, adapter),
      name,
      written: writtenName(name, adapter),
      uses: 1,
    }
    held.set(key, one)
    return one
  }
  for (const placed of usedBy(recommendation, every, columns)) hold(placed)
  const find = (placed: Placed): Held => {
    const twin = placed.from === 'header' ? sameAs.get(placed.column.name) : undefined
    const one = held.get(twin ? `events.${twin.name}` : `${placed.from}.${placed.column.name}`)
    if (!one) throw new Error(`${placed.column.name} is not held`)
    return one
  }
  return { all: [...held.values()], of: find, ofEvents: (column) => find({ from: 'events', column }) }
}

/** Those of the events first: they keep their names. */
function usedBy(r: FactRecommendation, every: OriginColumn[], columns: Columns): Placed[] {
  const events = (columns: (OriginColumn | null | undefined)[]) =>
    columns.flatMap((column): Placed[] => (column ? [{ from: 'events', column }] : []))
  const by = r.measures.flatMap((m): Placed[] => {
    const from = m.way === 'allocate' ? 'events' : m.from
    const column = columns[from].find((c) => c.name === m.by)
    return column ? [{ from, column }] : []
  })
  const placed = [
    ...events([...r.grain.columns, ...every]),
    ...events([
      ...(r.header?.on.map((o) => o.events) ?? []),
      r.deleted?.column,
      r.grain.latest,
      r.load.watermark,
    ]),
    ...(r.header?.watermark ? [{ from: 'header' as const, column: r.header.watermark }] : []),
    ...r.dimensions.filter((d) => d.kind !== 'calendar').flatMap((d) => d.columns),
    ...r.degenerate,
    ...r.flags,
    ...r.times,
    ...r.measures,
    ...by,
  ]
  return [...placed.filter((p) => p.from === 'events'), ...placed.filter((p) => p.from === 'header')]
}

function free(name: string, taken: string[]): string {
  return taken.includes(name.toLowerCase()) ? free(`${name}_1`, taken) : name
}
