/** The columns that a fact is made of, and what they are called on the way to it. */
import { entityOf } from '../../../project/conventions/cte-style.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { FactRecommendation, Measure, Placed } from '../../data-modeler/fact/types.ts'
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
  /** Needed by the fact itself, not on the way to it alone. */
  kept: boolean
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
  const hold = ({ from, column }: Placed, kept: boolean): void => {
    const twin = from === 'header' ? sameAs.get(column.name) : undefined
    if (twin) {
      hold({ from: 'events', column: twin }, kept)
      return
    }
    const key = `${from}.${column.name}`
    const there = held.get(key)
    if (there) {
      there.uses += kept ? 1 : 0
      there.kept ||= kept
      return
    }
    const own = (from === 'events' ? events : header)?.renamed.get(column.name) ?? column.name
    const taken = [...held.values()].map((h) => h.name.toLowerCase())
    const name = taken.includes(own.toLowerCase()) ? free(`${thing}_${own}`, taken) : own
    held.set(key, {
      ...column,
      from,
      stored: column.name,
      source: writtenName(own, adapter),
      name,
      written: writtenName(name, adapter),
      uses: kept ? 1 : 0,
      kept,
    })
  }
  for (const { placed, kept } of usedBy(recommendation, every, columns)) hold(placed, kept)
  const find = (placed: Placed): Held => {
    const twin = placed.from === 'header' ? sameAs.get(placed.column.name) : undefined
    const one = held.get(twin ? `events.${twin.name}` : `${placed.from}.${placed.column.name}`)
    if (!one) throw new Error(`${placed.column.name} is not held`)
    return one
  }
  return { all: [...held.values()], of: find, ofEvents: (column) => find({ from: 'events', column }) }
}

/** Those of the events first: they keep their names. */
function usedBy(
  r: FactRecommendation,
  every: OriginColumn[],
  columns: Columns,
): { placed: Placed; kept: boolean }[] {
  const events = (all: (OriginColumn | null | undefined)[]) =>
    all.flatMap((column): Placed[] => (column ? [{ from: 'events', column }] : []))
  const by = (m: Measure): Placed[] => {
    const from = m.way === 'allocate' ? 'events' : m.from
    const column = columns[from].find((c) => c.name === m.by)
    return column ? [{ from, column }] : []
  }
  const [shared, own] = [
    r.measures.filter((m) => m.way === 'allocate'),
    r.measures.filter((m) => m.way !== 'allocate'),
  ]
  const { watermark } = r.load
  const moved = movesWithHeader(r)
  const kept: Placed[] = [
    ...events([...r.grain.columns, ...every, moved ? null : watermark]),
    ...r.dimensions.filter((d) => d.kind !== 'calendar').flatMap((d) => d.columns),
    ...r.degenerate,
    ...r.flags,
    ...r.times,
    ...own.flatMap((m) => [m, ...by(m)]),
  ]
  const passing: Placed[] = [
    ...events([...(r.header?.on.map((o) => o.events) ?? []), r.deleted?.column, r.grain.latest, watermark]),
    ...(moved && r.header?.watermark ? [{ from: 'header' as const, column: r.header.watermark }] : []),
    ...shared.flatMap((m) => [m, ...by(m)]),
  ]
  const all = [
    ...kept.map((placed) => ({ placed, kept: true })),
    ...passing.map((placed) => ({ placed, kept: false })),
  ]
  return [...all.filter((u) => u.placed.from === 'events'), ...all.filter((u) => u.placed.from === 'header')]
}

/** Without a header's own change, shares of it change all the same when one of its lines does. */
export function movesWithHeader({ header, load, measures }: FactRecommendation): boolean {
  if (!header || load.way === 'table' || !load.watermark) return false
  return header.watermark !== null || measures.some((m) => m.way === 'allocate')
}

function free(name: string, taken: string[]): string {
  return taken.includes(name.toLowerCase()) ? free(`${name}_1`, taken) : name
}
