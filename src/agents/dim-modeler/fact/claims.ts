/** What must be so of a fact once it is built. */
import type { Claim } from '../../../refactor/types.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { FactDesign } from './design.ts'
import type { ForeignKey } from './foreign-keys.ts'
import type { Making } from './making.ts'
import { castOf } from './making.ts'
import { byOf } from './measures.ts'
import { notDeleted } from './prepare.ts'

type FactClaim = Extract<Claim, { kind: 'fact' }>
type Scenarios = Extract<Claim, { kind: 'incremental-scenarios' }>

/** `origin`: the relation whose rows are the events; `isPrepared`: they are what the fact needs already. */
export function factClaimOf(
  making: Making,
  design: FactDesign,
  { node, origin, isPrepared }: { node: string; origin: string; isPrepared: boolean },
): FactClaim {
  const { recommendation, holding } = making
  const { grain, deleted, measures } = recommendation
  const names = new Set(design.columns.map((c) => c.name))
  const grainNames = grain.columns.map((c) => holding.ofEvents(c).name)
  const tells = grain.by === 'key' && grainNames.every((n) => names.has(n))
  const every = holding.all.filter((h) => h.from === 'events').map((h) => h.name)
  const dropsCopies = grain.copies > 0 && !isPrepared
  return {
    kind: 'fact',
    node,
    key: design.key.name,
    grain: tells ? grainNames : [design.key.name],
    foreignKeys: design.foreignKeys.map((k) => foreignKeyClaim(k, design.foreignKeys)),
    origin,
    where: deleted && !isPrepared ? notDeleted(making) : null,
    distinct: dropsCopies ? (grain.by === 'key' ? grainNames : every) : null,
    latest: dropsCopies && grain.latest ? holding.ofEvents(grain.latest).name : null,
    measures: measures.map((m) => ({
      column: m.name,
      from: measureFrom(making, m, isPrepared),
      additivity: m.additivity,
    })),
  }
}

function measureFrom(
  making: Making,
  measure: Making['recommendation']['measures'][number],
  isPrepared: boolean,
): string | null {
  const held = making.holding.of(measure)
  if (measure.way === 'allocate') return isPrepared ? writtenName(measure.name, making.writing.adapter) : null
  if (held.from === 'header' && !isPrepared) return null
  const read = castOf(making, measure, held.written)
  if (measure.way !== 'product') return read
  const other = byOf(making, measure)
  return `${read} * ${castOf(making, other.placed, other.held.written)}`
}

function foreignKeyClaim(key: ForeignKey, all: ForeignKey[]): FactClaim['foreignKeys'][number] {
  const standing = key.dimension?.dimension ?? null
  const holds = standing !== null && key.column.tests.some((t) => t.test === 'relationships' && !t.config)
  const twins = all.filter((k) => k.dimension?.dimension?.id === standing?.id)
  const unknown = (standing?.natural ?? []).map((n, i) =>
    unknownOf(n.name, standing?.unknown?.natural[i] ?? ''),
  )
  return {
    column: key.column.name,
    role: standing && twins.length > 1 ? key.role : null,
    dimension: holds ? standing.id : null,
    dimensionKey: holds ? standing.key.name : null,
    unknown: unknown.every((u) => u !== null) ? unknown : [],
  }
}

/** From an SQL literal: `'Unknown'`, `-1`. What is no plain one is left out. */
function unknownOf(column: string, literal: string): { column: string; value: string | number } | null {
  const [, text] = /^'((?:[^']|'')*)'$/.exec(literal) ?? []
  if (text !== undefined) return { column, value: text.replaceAll("''", "'") }
  return /^-?\d+$/.test(literal) ? { column, value: Number(literal) } : null
}

/** Null where it is built anew, or what is new is told by something that no one can play. */
export function scenariosOf(
  making: Making,
  design: FactDesign,
  { node, origin }: { node: string; origin: string },
): Scenarios | null {
  const { recommendation, holding } = making
  const { load, grain, measures, degenerate, times, kind } = recommendation
  if (!design.watermark) return null
  const keys = grain.columns.map((c) => holding.ofEvents(c).name)
  const milestones = kind === 'accumulating snapshot' ? times.filter((t) => !t.main) : []
  const changing = [...milestones, ...measures, ...degenerate]
    .map((m) => holding.of(m))
    .filter((h) => h.from === 'events' && !keys.includes(h.name))
    .map((h) => h.name)
  return {
    kind: 'incremental-scenarios',
    node,
    reads: origin,
    watermark: design.watermark.name,
    lookbackDays: load.lookbackDays,
    key: grain.by === 'key' ? keys : null,
    changing: [...new Set(changing)].filter((c) => c !== design.watermark?.name).slice(0, 3),
    movesOnChange: load.moves !== 'event',
  }
}
