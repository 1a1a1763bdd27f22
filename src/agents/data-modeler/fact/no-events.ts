/** Things are no events: they have names, and others refer to them. Then a dimension is what fits. */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { Wanted } from '../types.ts'
import { namesOf } from './foreign.ts'
import { type Grain, thingOf } from './grain.ts'
import type { Lab, Side } from './lab.ts'
import { isBeginning } from './names.ts'
import type { Parts } from './parts.ts'

/** @throws MartsmithError `fact.no-events` */
export function assertEvents(lab: Lab, wanted: Wanted, events: Side, grain: Grain, parts: Parts): void {
  const why = againstEvents(events, grain, parts)
  if (why === null) return
  const { label } = events.origin
  throw new MartsmithError({
    code: 'fact.no-events',
    message: `No fact table is made of ${label}: ${why}. Nothing was run.`,
    details: readers(lab, events),
    mend: [`martsmith dimension "${thingOf(events)}"${wanted.from === null ? '' : ` --from ${label}`}`],
  })
}

/** Why rows are things; null where they are events. */
export function againstEvents(
  events: Side,
  grain: Grain,
  parts: Pick<Parts, 'sorted' | 'measures' | 'dimensions' | 'headerSorted'>,
): string | null {
  const { sorted, measures, dimensions } = parts
  const times = sorted.times.length + (parts.headerSorted?.times.length ?? 0)
  const keys = dimensions.filter((d) => d.kind !== 'calendar' && (d.kind === 'standing' || d.of !== null))
  const names = namesOf(events)
  const thing = thingOf(events)
  const key = grain.columns.length === 1
  const told = `its rows are things, one for each ${thing}, told by ${list(
    names.map((c) => c.name),
    3,
  )}`
  if (names.length > 0 && key) {
    if (times === 0) return `${told}, and nothing says when anything happened`
    if (!hasAmounts(measures)) return `${told}, with no amount of an event`
    if (keys.length === 0) return `${told}, and they lead to no other thing`
    if (sorted.times.every((t) => isBeginning(t.column.name) || /creat|added/i.test(t.column.name)))
      return `${told}, and ${list(sorted.times.map((t) => t.column.name))} ${sorted.times.length === 1 ? 'says' : 'say'} since when they are there`
  }
  if (times === 0 && measures.length === 0 && keys.length < 2)
    return `it has no time, nothing that is measured and ${keys.length === 0 ? 'no key of other things' : count(keys.length, 'key of another thing', 'keys of other things')} in ${count(events.profile.rows, 'row')}`
  if (times === 0 && keys.length === 0 && grain.columns.length === 1)
    return `nothing says when anything happened, and no column is a key of another thing`
  return null
}

function hasAmounts(measures: Parts['measures']): boolean {
  return measures.some((m) => m.additivity === 'additive')
}

function readers({ context: { graph } }: Lab, { origin }: Side): string[] {
  const read = graph
    .children(origin.id)
    .flatMap((id) => (graph.node(id)?.resource_type === 'model' ? [graph.label(id)] : []))
  return read.length > 0 ? [`${origin.label} is read by ${list(read, 6)}.`] : []
}
