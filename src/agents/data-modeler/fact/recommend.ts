/** Finds the events of a process, looks at the data, and recommends a fact table, with evidence. Reads only. */
import { count, list } from '../../../core/text.ts'
import { openParser } from '../../../project/sql/parse.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { stagedWords } from '../casts/staged.ts'
import { readOf } from '../dimension/found.ts'
import { entityName } from '../search/names.ts'
import type { Origin, OriginColumn, Wanted } from '../types.ts'
import type { Around } from './foreign.ts'
import { type Grain, grainOf, thingOf } from './grain.ts'
import { type Header, headerOf, isLineTable } from './header.ts'
import { columnOf, type Lab, openLab, plain, type Side } from './lab.ts'
import { loadOf } from './load.ts'
import { isLoading, isUpdate } from './names.ts'
import { assertEvents } from './no-events.ts'
import { aroundOf, measuredOf, type Parts, partsOf } from './parts.ts'
import { type Process, processOf } from './process.ts'
import { hitsOf } from './reach.ts'
import { assertNoFact } from './there.ts'
import type { FactDimension, FactRecommendation, Placed } from './types.ts'
import { withDimensions } from './with-dimensions.ts'

/** @throws MartsmithError `fact.*` where it cannot be recommended, with what was found. */
export async function recommendFact(context: RefactorContext, wanted: Wanted): Promise<FactRecommendation> {
  await openParser()
  const lab = await openLab(context)
  const process = await processOf(lab, wanted)
  const asked = await lab.measure(process.origin)
  const around = await aroundOf(lab, asked, process.origins)
  const lines = wanted.from === null ? await linesOf(lab, asked, process.origins) : null
  const events = lines?.side ?? asked
  const subject = lines ? thingOf(events) : process.words
  const entity = entityName(subject, lab.style)
  const grain = await grainOf(lab, events)
  await assertNoFact(lab, { subject, entity }, events, grain)
  const found = lines ? await aroundOf(lab, events, process.origins) : around
  const hits = await hitsOf(lab, events, measuredOf(found))
  const header = headerOf(lab, events, hits, found.tables, grain)
  const parts = await partsOf(lab, events, found, hits, grain, header)
  assertEvents(lab, wanted, events, grain, parts)
  const recommendation = await assembled(lab, {
    process,
    wanted,
    subject,
    entity,
    grain,
    header,
    parts,
    around: found,
    lines: lines?.why ?? null,
  })
  return wanted.flags.includes('without-dimensions')
    ? recommendation
    : withDimensions(context, recommendation)
}

/** The lines of what was asked for are the finer grain, which a fact should have. */
async function linesOf(
  lab: Lab,
  asked: Side,
  origins: Origin[],
): Promise<{ side: Side; why: string } | null> {
  const words = thingOf(asked).split(' ')
  const likely = origins.filter(
    (o) =>
      o.id !== asked.origin.id &&
      o.stands &&
      words.every((w) => thingOf({ origin: o }).split(' ').includes(w)),
  )
  for (const origin of likely) {
    const side = await lab.look(origin)
    if (!side || side.profile.rows === 0) continue
    const hit = isLineTable(lab, asked, side, await hitsOf(lab, side, [asked]))
    if (hit)
      return {
        side,
        why: `the lines of ${asked.origin.label} are in ${side.origin.label} (${hit.column}): a fact has the finest grain there is, and ${asked.origin.label} is read as their header; --from ${asked.origin.label} makes one of the headers`,
      }
  }
  return null
}

type Found = {
  process: Process
  wanted: Wanted
  subject: string
  entity: string
  grain: Grain
  header: Header | null
  parts: Parts
  around: Around
  lines: string | null
}

async function assembled(lab: Lab, found: Found): Promise<FactRecommendation> {
  const { process, wanted, subject, entity, grain, header, parts, around, lines } = found
  const { events, kinds } = parts
  const load = await loadOf(lab, events, {
    grain,
    kind: kinds.kind,
    times: parts.sorted.times,
    header: header?.side.origin.label ?? null,
  })
  const times = timesOf(parts, header)
  const { because, rejected, notes: grainNotes, ...declared } = grain
  return {
    subject: wanted.subject === process.words ? subject : wanted.subject,
    entity,
    reads: [events, ...(header ? [header.side] : [])].map(({ origin }) => readOf(origin)),
    looked: process.looked,
    chosen: process.chosen,
    because: [
      ...because,
      ...(lines ? [lines] : []),
      ...kinds.because,
      ...(header ? [header.because] : []),
      ...parts.because,
      ...parts.dimensions.filter((d) => d.kind !== 'calendar').map((d) => `${d.role}: ${d.because}`),
      ...load.because,
    ],
    rejected: [...rejected, ...kinds.rejected],
    notes: [
      ...[events, ...(header ? [header.side] : [])].flatMap(({ origin }) => stagedWords(origin)),
      ...grainNotes,
      ...parts.notes,
      ...missingWords(parts.dimensions),
      ...(around.unseen.length > 0
        ? [`Not in the warehouse, so that nobody could tell whether they fit: ${list(around.unseen, 6)}.`]
        : []),
      ...(parts.deleted
        ? [
            `${count(parts.deleted.rows, 'row')} that ${parts.deleted.column.name} marks as deleted ${parts.deleted.rows === 1 ? 'is' : 'are'} left out.`,
          ]
        : []),
    ],
    kind: kinds.kind,
    grain: declared,
    header: header
      ? {
          id: header.side.origin.id,
          label: header.side.origin.label,
          on: header.on,
          without: withoutHeader(events, header),
          watermark: headerWatermark(header, load),
        }
      : null,
    intermediate: null,
    dimensions: parts.dimensions,
    degenerate: parts.degenerate,
    measures: parts.measures,
    flags: parts.flags,
    times,
    deleted: parts.deleted,
    left: parts.left,
    load,
    rows: events.profile.rows,
  }
}

function withoutHeader(events: Side, { hit, on }: Header): number {
  return hit.orphans + (columnOf(events, on[0]?.events.name ?? '')?.nulls ?? 0)
}

/** What moves when the header changes: as the lines' own watermark, so that the later of both can be taken. */
function headerWatermark(
  { side }: Header,
  { watermark, moves }: FactRecommendation['load'],
): OriginColumn | null {
  if (!watermark || moves === 'event') return null
  const is = moves === 'updated' ? isUpdate : isLoading
  const found = side.profile.columns.find((c) => is(c.name) && c.type === watermark.type && c.nulls === 0)
  return found ? plain(found) : null
}

function timesOf(parts: Parts, header: Header | null): FactRecommendation['times'] {
  const roleOf = (from: Placed['from'], column: string) =>
    parts.dimensions.find(
      (d) => d.kind === 'calendar' && d.columns.some((c) => c.from === from && c.column.name === column),
    )?.role ?? column
  const own = parts.sorted.times.map((t) => ({ ...t, from: 'events' as const }))
  const its = (header && parts.headerSorted ? parts.headerSorted.times : []).map((t) => ({
    ...t,
    from: 'header' as const,
  }))
  return [...own, ...its].map(({ column, cast, from }, i) => ({
    from,
    column: plain(column),
    ...(cast ? { cast: { sql: cast.sql, type: cast.type } } : {}),
    role: roleOf(from, column.name),
    main: i === 0,
  }))
}

function missingWords(dimensions: FactDimension[]): string[] {
  const missing = dimensions.flatMap((d) =>
    d.kind === 'missing' && d.missing ? [{ ...d.missing, of: d.of }] : [],
  )
  const each = [...new Map(missing.map((m) => [m.subject, m])).values()]
  return each.map(({ subject, of, natural }) => {
    const then =
      natural.length === 1
        ? 'and martsmith refactor add-dimension-key puts its key here'
        : `and a fact that is made after it has its key, by ${list(natural.map((n) => n.name))}`
    return `No dimension of ${subject} is there yet${of === null ? '' : ` (${of} has what it takes)`}: martsmith dimension "${subject}" makes it, ${then}`
  })
}
