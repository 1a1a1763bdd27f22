/** What a fact is made of: each column of the events and of their header in its place. */

import { count } from '../../../core/text.ts'
import { sampleOf } from '../../../project/profile/inclusion.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { stagedNames } from '../../../refactor/add-staging/columns.ts'
import { castsOf } from '../casts/casts.ts'
import { asRead, stagedWords } from '../casts/staged.ts'
import { descriptionsOf, MOST_CODES } from '../dimension/labels.ts'
import { listedIn } from '../dimension/listed.ts'
import type { Origin } from '../types.ts'
import { type Cased, type Sorted, sortColumns } from './columns.ts'
import { countersOf } from './counters.ts'
import { deletedOf } from './deleted.ts'
import { calendarDimensions, dependentsOf, foreignDimensions, promotedCodes } from './dimensions.ts'
import { type Flagged, flagDimensions, trueOrFalse } from './flags.ts'
import { type Around, type Foreign, foreignKeys } from './foreign.ts'
import { copiesOf, type Grain, thingOf } from './grain.ts'
import { type Amounts, extendedAmount, type Header, headerAmounts } from './header.ts'
import { kindOf } from './kind.ts'
import { columnOf, type Lab, plain, type Side } from './lab.ts'
import { currencyOf, mainAmount, measuresOf } from './measures.ts'
import { rawWords } from './names.ts'
import { ratiosOf } from './ratios.ts'
import { type Hit, hitsOf, likelyTables } from './reach.ts'
import { calendarOf, standingDimensions } from './standing.ts'
import { foreignTogether } from './together.ts'
import type { FactDimension, FactRecommendation, Measure, Placed } from './types.ts'

/** More rows are not compared with each other for a table beside. */
const MOST_COPIED_ROWS = 1_000_000

/** Keys of other things, of one column and of several. @param not columns that name the row itself. */
async function foreignOf(
  lab: Lab,
  side: Side,
  hits: Hit[],
  around: Around,
  not: ReadonlySet<string>,
): Promise<Foreign[]> {
  const { idSuffix } = lab.style
  const single = foreignKeys(side, hits, around, { not, idSuffix })
  return [...single, ...(await foreignTogether(lab, side, around, { single, idSuffix }))]
}

/** What stands around the events, measured: dimensions, and the tables of things. */
export async function aroundOf(lab: Lab, side: Side, origins: Origin[]): Promise<Around> {
  const [{ dimensions, unseen }, tables] = await Promise.all([
    standingDimensions(lab, [side.origin.id]),
    tablesAround(lab, side, origins),
  ])
  return { dimensions, unseen, tables, origins }
}

async function tablesAround(lab: Lab, side: Side, origins: Origin[]): Promise<Side[]> {
  const tables = await Promise.all(likelyTables(side, origins).map((o) => lab.look(o)))
  return Promise.all(tables.filter((t) => t !== null).map((t) => withoutCopies(lab, side, t)))
}

/** A table of things that was loaded twice has its key all the same, once copies are gone. */
async function withoutCopies(lab: Lab, from: Side, table: Side): Promise<Side> {
  const shared = table.profile.columns.filter(
    (c) =>
      c.nulls === 0 &&
      c.distinct > 1 &&
      from.profile.columns.some((x) => x.name === c.name && x.kind === c.kind),
  )
  const { rows, keys, relation } = table.profile
  if (keys.some((k) => k.proven) || shared.length === 0 || rows > MOST_COPIED_ROWS) return table
  const { key } = await copiesOf(lab, table, shared)
  if (!key) return table
  const name = lab.dialect.quote(key.name)
  return {
    ...table,
    profile: {
      ...table.profile,
      relation: `(select distinct ${name} from ${relation}) as things`,
      keys: [{ columns: [key.name], proven: true }],
    },
  }
}

export function measuredOf({ dimensions, tables }: Around) {
  return [...dimensions.map((d) => d.measured), ...tables]
}

export type Parts = {
  events: Side
  sorted: Sorted
  foreign: Foreign[]
  headerSorted: Sorted | null
  headerForeign: Foreign[]
  dimensions: FactDimension[]
  measures: Measure[]
  kinds: Awaited<ReturnType<typeof kindOf>>
  deleted: FactRecommendation['deleted']
  left: FactRecommendation['left']
  degenerate: Placed[]
  flags: Placed[]
  because: string[]
  notes: string[]
}

export async function partsOf(
  lab: Lab,
  events: Side,
  around: Around,
  hits: Hit[],
  grain: Grain,
  header: Header | null,
): Promise<Parts> {
  const own = new Set(grain.columns.length === 1 ? grain.columns.map((c) => c.name) : [])
  const headerKeys = new Set(header?.on.map((o) => o.events.name) ?? [])
  const counters = await countersOf(lab, events, grain)
  const not = new Set([...own, ...headerKeys, ...counters])
  const foreign = await foreignOf(lab, events, hits, around, not)
  const deleted = await deletedOf(lab, events)
  const sorted = await sortedSide(
    lab,
    events,
    foreign,
    grain,
    [...(deleted ? [deleted.column.name] : []), ...(grain.latest ? [grain.latest.name] : []), ...counters],
    headerKeys,
  )
  const of = header ? await headerParts(lab, header, around) : null
  const headerDeleted = header ? await deletedOf(lab, header.side) : null
  const kinds = await kindOf(lab, events, grain, sorted.times, sorted.numbers)
  const about = (side: Side, from: Placed['from']) => ({
    kind: kinds.kind,
    from,
    currency: currencyOf(side),
    described: (column: string) => descriptionOf(lab, side, column),
  })
  const ratios = await ratiosOf(lab, sorted.read, numbersOf(sorted))
  const made = measuresOf(sorted.read, sorted.numbers, { ...about(events, 'events'), ratios })
  const extended = extendedAmount(events, made.measures)
  const lineMeasures = extended ? [...made.measures, extended] : made.measures
  const amounts =
    header && of
      ? await headerAmounts(lab, events, header, {
          own: lineMeasures,
          amounts: measuresOf(of.sorted.read, of.sorted.numbers, about(header.side, 'header')).measures,
          main: mainAmount(lineMeasures, events),
        })
      : { measures: [], left: [], because: [], notes: [], sums: new Map<string, string>() }
  const calendar = await calendarOf(lab, around.dimensions)
  const times = ordered(sorted.times, kinds.order)
  const flagged = await flagsOf(lab, events, 'events', sorted, around)
  const promoted = await promotedCodes(lab, events, 'events', flagged.codes, flagged.flags)
  const headerFlagged = header && of ? await flagsOf(lab, header.side, 'header', of.sorted, around) : null
  const headerPromoted =
    header && headerFlagged
      ? await promotedCodes(lab, header.side, 'header', headerFlagged.codes, headerFlagged.flags)
      : null
  const dimensions = [
    ...(await calendarDimensions(lab, events, 'events', times, calendar)),
    ...(header && of ? await calendarDimensions(lab, header.side, 'header', of.sorted.times, calendar) : []),
    ...(await foreignDimensions(lab, events, 'events', foreign)),
    ...(header && of ? await foreignDimensions(lab, header.side, 'header', of.foreign) : []),
    ...promoted.dimensions,
    ...(headerPromoted?.dimensions ?? []),
    ...flagged.dimensions,
    ...(headerFlagged?.dimensions ?? []),
  ]
  const absorbed = new Set([...promoted.left, ...(headerPromoted?.left ?? [])].map((l) => l.column))
  const place = (from: Placed['from'], columns: { name: string }[], side: Side): Placed[] =>
    columns
      .flatMap((c) => columnOf(side, c.name) ?? [])
      .filter((c) => !absorbed.has(c.name))
      .map((c) => ({ from, column: plain(c) }))
  const flags = (from: Placed['from'], columns: ColumnProfile[], side: Side): Placed[] =>
    place(from, columns, side).map((placed) => {
      const column = columns.find((c) => c.name === placed.column.name)
      const cast = column ? trueOrFalse(column) : null
      return cast ? { ...placed, cast } : placed
    })
  return {
    events,
    sorted: { ...sorted, times },
    foreign,
    headerSorted: of?.sorted ?? null,
    headerForeign: of?.foreign ?? [],
    dimensions: distinctRoles(dimensions, header),
    measures: withNames(
      lab,
      [...lineMeasures.map((m) => withProof(m, amounts)), ...amounts.measures],
      events,
      header,
    ),
    kinds,
    deleted,
    left: [
      ...(deleted ? [{ column: deleted.column.name, why: 'marks rows as deleted: they are left out' }] : []),
      ...sorted.left,
      ...made.left,
      ...promoted.left,
      ...[...(of?.sorted.left ?? []), ...amounts.left, ...(headerPromoted?.left ?? [])].map(
        ({ column, why }) => ({
          column: `${header?.side.origin.label ?? ''}.${column}`,
          why,
        }),
      ),
    ],
    degenerate: [
      ...place(
        'events',
        [...sorted.degenerate, ...[...headerKeys, ...counters].map((name) => ({ name }))],
        events,
      ),
      ...place(
        'header',
        of?.sorted.degenerate.filter((c) => c.name !== header?.hit.key) ?? [],
        header?.side ?? events,
      ),
    ],
    flags: [
      ...flags('events', flagged.flags, events),
      ...flags('header', headerFlagged?.flags ?? [], header?.side ?? events),
    ],
    because: amounts.because,
    notes: [
      ...flagged.notes,
      ...(headerFlagged?.notes ?? []),
      ...made.notes,
      ...stagedWords({ label: events.origin.label, stays: events.origin.stays ? [] : sorted.stays }),
      ...amounts.notes,
      ...(headerDeleted && headerDeleted.rows > 0
        ? [
            `${headerDeleted.column.name} of ${header?.side.origin.label} marks ${count(headerDeleted.rows, 'header')} as deleted: their rows are kept, and the flag stands on each.`,
          ]
        : []),
    ],
  }
}

/** What each value of a code has one of describes that, and is no flag of the event. */
async function flagsOf(
  lab: Lab,
  side: Side,
  from: Placed['from'],
  { codes, flags }: Sorted,
  { dimensions }: Around,
): Promise<Flagged> {
  const names = new Set(flags.map((c) => c.name))
  const keys = codes.map((column) => ({ columns: [column], knows: new Set<string>() }))
  const others = new Set(side.profile.columns.map((c) => c.name).filter((n) => !names.has(n)))
  const dependent = flags.length > 0 ? await dependentsOf(lab, side, keys, others) : new Map()
  const owned = new Set([...dependent.values()].flat())
  const isOwned = (c: ColumnProfile) => owned.has(c.name)
  const free = { from, codes, flags: flags.filter((c) => !isOwned(c)) }
  const flagged = await flagDimensions(lab, side, free, dimensions)
  return { ...flagged, flags: [...flagged.flags, ...flags.filter(isOwned)] }
}

async function sortedSide(
  lab: Lab,
  side: Side,
  foreign: Foreign[],
  grain: Pick<Grain, 'columns'>,
  not: string[],
  headerKeys: ReadonlySet<string>,
): Promise<SideSorted> {
  const grainNames = new Set(grain.columns.map((c) => c.name))
  const taken = new Set([...foreign.flatMap((f) => f.parts.map((p) => p.column.name)), ...not, ...headerKeys])
  const casts = await castsOf(lab, side, taken)
  const notDependent = new Set([...taken, ...grainNames, ...casts.casts.keys()])
  const dependent = await dependentsOf(
    lab,
    side,
    foreign.map(({ parts, dimension, table }) => ({
      columns: parts.map((p) => p.column),
      knows: new Set((dimension?.side ?? table)?.profile.columns.map((c) => c.name.toLowerCase()) ?? []),
    })),
    notDependent,
  )
  const left = new Map<string, string>()
  for (const [key, names] of dependent)
    for (const name of names)
      if (!left.has(name)) left.set(name, `each ${key} has one: it belongs to that dimension`)
  const { idSuffix } = lab.style
  const listed = new Set(side.profile.columns.flatMap((c) => (isListed(lab, side, c) ? [c.name] : [])))
  const sorted = sortColumns(side, { taken, left, grain: grainNames, casts, listed, idSuffix })
  const read = await asRead(lab, side, casts.casts)
  const known = new Map(read.profile.columns.map((c) => [c.name, c]))
  return {
    ...sorted,
    read,
    numbers: sorted.numbers.map((n) => ({ ...n, column: known.get(n.column.name) ?? n.column })),
    stays: [...casts.stays].map(([column, why]) => ({ column, why })),
  }
}

/** `read`: as its casts read it, which is what its numbers are judged by. */
type SideSorted = Sorted & { read: Side; stays: { column: string; why: string }[] }

/** What they are as they are read: only then they can be divided. */
function numbersOf({ numbers }: SideSorted): ColumnProfile[] {
  return numbers.map(({ column, cast }) => ({ ...column, kind: cast?.kind ?? column.kind }))
}

async function headerParts(
  lab: Lab,
  { side, hit }: Header,
  around: Around,
): Promise<{ sorted: SideSorted; foreign: Foreign[] }> {
  const tables = around.tables.filter((t) => t.name !== side.name)
  const more = await tablesAround(lab, side, around.origins)
  const all = {
    ...around,
    tables: [...tables, ...more.filter((t) => !tables.some((x) => x.name === t.name))],
  }
  const hits = await hitsOf(lab, side, measuredOf(all))
  const foreign = await foreignOf(lab, side, hits, all, new Set([hit.key]))
  const key = columnOf(side, hit.key)
  return {
    foreign,
    sorted: await sortedSide(lab, side, foreign, { columns: key ? [plain(key)] : [] }, [], new Set()),
  }
}

function ordered(times: Cased[], order: string[]): Cased[] {
  return [...times].sort((a, b) => order.indexOf(a.column.name) - order.indexOf(b.column.name))
}

/** A header's role that the events have too is called after the header. */
function distinctRoles(dimensions: FactDimension[], header: Header | null): FactDimension[] {
  const seen = new Set<string>()
  return dimensions.map((d) => {
    const inHeader = d.columns.some((c) => c.from === 'header') && header !== null
    const free = [
      d.role,
      ...(inHeader ? [`${headerWord(header)}_${d.role}`] : []),
      `${d.role}_${rawWords(d.columns[0]?.column.name ?? '').join('_')}`,
    ]
    const kind = d.kind === 'calendar' ? 'day' : 'key'
    const role = free.find((r) => !seen.has(`${kind} ${r}`)) ?? `${d.role}_${seen.size}`
    seen.add(`${kind} ${role}`)
    return role === d.role ? d : { ...d, role }
  })
}

function headerWord(header: Header | null): string {
  return header ? thingOf(header.side).replaceAll(' ', '_') : 'header'
}

/** Totals of the headers prove an amount that is made of two columns. */
function withProof(measure: Measure, { sums }: Amounts): Measure {
  const total = measure.way === 'product' ? sums.get(measure.name) : undefined
  return total === undefined
    ? measure
    : {
        ...measure,
        because: `${measure.column.name} * ${measure.by}, which the source does not store: their sums are ${total} of the header`,
      }
}

/** As staging calls a column; an amount of the header is called after it, where the lines have one of that name. */
function withNames(lab: Lab, measures: Measure[], lines: Side, header: Header | null): Measure[] {
  const namesIn = (side: Side | undefined) =>
    side?.origin.needsStaging
      ? stagedNames(
          lab.style,
          side.profile.columns.map((c) => c.name),
        )
      : new Map<string, string>()
  const staged = { events: namesIn(lines), header: namesIn(header?.side) }
  const taken = new Set(lines.profile.columns.map((c) => (staged.events.get(c.name) ?? c.name).toLowerCase()))
  return measures.map((m) => {
    if (m.way === 'product') return taken.has(m.name) ? { ...m, name: `line_${m.name}` } : m
    const name = staged[m.from].get(m.name) ?? m.name
    const isTaken = m.from === 'header' && taken.has(name.toLowerCase())
    return { ...m, name: isTaken ? `${headerWord(header)}_${name}` : name }
  })
}

/** Numbers alone are in doubt: text is no amount anyway. */
function isListed({ context: { graph } }: Lab, side: Side, { name, kind, distinct }: ColumnProfile): boolean {
  if (kind !== 'integer' || distinct > MOST_CODES) return false
  const values = [...new Set(sampleOf(side, name).map(String))]
  return descriptionsOf(graph, side.origin, name).some(
    ({ description }) => listedIn(description, values).length > 0,
  )
}

function descriptionOf({ context: { graph } }: Lab, { origin }: Side, column: string): string {
  const node = graph.node(origin.id) ?? graph.source(origin.id)
  return node?.columns[column]?.description ?? ''
}
