/** Unit tests of a fact: one for each piece of its logic, with rows that show it. dbt runs them before it builds. */
import type { Value } from '../../../changes/yaml/index.ts'
import { count } from '../../../core/text.ts'
import { isPlain } from '../../../project/sql/names.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import type { FactDesign } from './design.ts'
import type { Held } from './held.ts'
import type { KeyValues } from './key-values.ts'
import type { Making } from './making.ts'
import { knownVersions, type Scalar, sample } from './samples.ts'
import { CHANGED } from './steps.ts'

export type UnitTest = { name: string; description: string; model: string; [key: string]: Value }

type Row = { [column: string]: Value }

export type Tested = {
  making: Making
  design: FactDesign
  model: string
  /** The intermediate model, where there is one: it has the logic of what it does. */
  intermediate: string | null
  values: KeyValues
}

/** Events as they are given: values by what is held. `joined` names their header. */
type Event = { values: Map<Held, Scalar | null>; changed?: Scalar }

export function unitTestsOf(tested: Tested): { fact: UnitTest[]; intermediate: UnitTest[] } {
  const fact = [membersTest(tested), newRowsTest(tested)]
  const steps = [copiesTest(tested), deletedTest(tested), allocationTest(tested)]
  const inModel = steps.filter((t) => t !== null)
  const usable = (tests: (UnitTest | null)[]) =>
    tests.filter((t) => t !== null).filter((t) => isUsable(t, tested))
  return tested.intermediate === null
    ? { fact: usable([...fact, ...inModel]), intermediate: [] }
    : { fact: usable(fact), intermediate: usable(inModel) }
}

/** dbt knows columns by their small letters alone, and cannot give rows of a name that has to be quoted. */
function isUsable(test: UnitTest, { making }: Tested): boolean {
  const inputs = [...((test.given as Row[]) ?? []), test.expect as Row]
  const rows = inputs.flatMap((i) => (Array.isArray(i.rows) ? (i.rows as Row[]) : []))
  return rows.every((row) => Object.keys(row).every((name) => isPlain(name, making.writing.adapter)))
}

function testOf(
  { making, design, intermediate }: Tested,
  {
    model,
    of,
    says,
    given,
    expect,
  }: { model: string; of: string; says: string; given: Row[]; expect: Row[] },
): UnitTest {
  const isIncremental = design.watermark !== null && of === 'new_rows'
  const overrides =
    making.recommendation.load.way === 'incremental' && model !== intermediate
      ? { overrides: { macros: { is_incremental: isIncremental } } }
      : {}
  return {
    name: `test_${model}_${of}`,
    description: says,
    model,
    ...overrides,
    given,
    expect: { rows: expect },
  }
}

/** What is there, and what is not: every key, and the days between milestones. */
function membersTest(tested: Tested): UnitTest | null {
  const { making, design, model, values } = tested
  const { recommendation, holding } = making
  const events = [eventOf(making, 1), eventOf(making, 2)]
  const [known, unknown] = events
  if (!known || !unknown) return null
  const times = recommendation.times
  for (const [i, time] of times.entries()) {
    const held = holding.of(time)
    if (time.cast) known.values.delete(held)
    else known.values.set(held, sample(held, 1 + 2 * i) ?? null)
    if (!isGrain(making, held)) unknown.values.set(held, null)
  }
  const dims = design.foreignKeys.filter((k) => k.way !== 'day' && k.dimension)
  for (const key of dims)
    for (const placed of key.dimension?.columns ?? []) {
      const held = holding.of(placed)
      if (placed.cast) known.values.delete(held)
      if (!isGrain(making, held)) unknown.values.set(held, null)
    }
  const expected = events.map((event, i): Row => {
    const row: Row = { ...grainRow(tested, event) }
    for (const key of design.foreignKeys) {
      const value = values.of(key, i === 0 ? event.values : null)
      const all = key.dimension && key.way !== 'day' ? key.dimension.columns.map((c) => holding.of(c)) : []
      const stays = i === 1 && all.some((h) => isGrain(making, h))
      if (value !== undefined && !stays) row[key.column.name] = value
    }
    return row
  })
  const [first, second] = expected
  if (!first || !second || design.foreignKeys.every((k) => !(k.column.name in second))) return null
  const lags = design.columns.filter(
    (c) => /days$/i.test(c.name) && c.part === 'measure' && !isMeasure(making, c.name),
  )
  for (const lag of lags) {
    first[lag.name] = 2
    second[lag.name] = null
  }
  const same = Object.keys(first).filter((c) => c in second)
  return testOf(tested, {
    model,
    of: 'unknown_members',
    says: `What has no value gets the unknown member of its dimension${lags.length > 0 ? ', and what has not happened has no days' : ''}.`,
    given: [...given(tested, model, events), ...dimensionRows(tested)],
    expect: expected.map((row) => Object.fromEntries(same.map((c) => [c, row[c] ?? null]))),
  })
}

function isMeasure({ recommendation }: Making, name: string): boolean {
  return recommendation.measures.some((m) => m.name === name)
}

/** Rows of dimensions that are joined: the known one, and of a type 2 dimension its versions. */
function dimensionRows({ design, making }: Tested): Row[] {
  const joins = design.foreignKeys.filter((k) => k.join !== null)
  const models = [...new Set(joins.map((k) => k.join?.model ?? ''))]
  return models.map((model) => {
    const standing = joins.find((k) => k.join?.model === model)?.dimension?.dimension
    return { input: `ref('${model}')`, rows: standing ? knownVersions(standing, making) : [] }
  })
}

function newRowsTest(tested: Tested): UnitTest | null {
  const { making, design, model } = tested
  const { watermark } = design
  if (!watermark) return null
  const { lookbackDays } = making.recommendation.load
  const days = watermark.kind === 'timestamp' || watermark.kind === 'date' ? lookbackDays : 0
  const [newest, next, edge, before] = [20, 21, 20 - days, 19 - days].map((n) => sample(watermark, n))
  if (newest === undefined || next === undefined || edge === undefined || before === undefined || days > 15)
    return null
  const held = making.holding.all.find((h) => h.name === watermark.name)
  const events = [next, edge, before].map((value, i) => {
    const event = eventOf(making, i + 1)
    if (watermark.name === CHANGED) return { ...event, changed: value }
    if (held) event.values.set(held, value)
    return event
  })
  if (watermark.name === CHANGED && tested.intermediate === null) return null
  const literal = typeof newest === 'number' ? String(newest) : `'${newest}'`
  return testOf(tested, {
    model,
    of: 'new_rows',
    says:
      days > 0
        ? `An incremental run reads what is new by ${watermark.name}, and ${count(days, 'day')} before it again.`
        : `An incremental run reads what is new by ${watermark.name}, and the newest again.`,
    given: [
      {
        input: 'this',
        format: 'sql',
        rows: `select cast(${literal} as ${watermark.type}) as ${watermark.written}`,
      },
      ...given(tested, model, events),
      ...dimensionRows(tested).map((d) => ({ ...d, rows: [] })),
    ],
    expect: events.slice(0, 2).map((event, i) => ({
      ...grainRow(tested, event),
      [watermark.name]: (i === 0 ? next : edge) as Value,
    })),
  })
}

function copiesTest(tested: Tested): UnitTest | null {
  const { making, model, intermediate } = tested
  const { grain } = making.recommendation
  if (grain.copies === 0 || grain.columns.length === 0) return null
  const events = [eventOf(making, 1), eventOf(making, 1), eventOf(making, 2)]
  if (grain.latest) {
    const latest = making.holding.ofEvents(grain.latest)
    const [older, newer] = [sample(latest, 1), sample(latest, 2)]
    if (older === undefined || newer === undefined) return null
    events[0]?.values.set(latest, older)
    events[1]?.values.set(latest, newer)
    const changes = making.recommendation.measures.find(
      (m) => m.from === 'events' && !m.cast && m.way === 'as it is',
    )
    if (changes) {
      const held = making.holding.of(changes)
      const [one, two] = [sample(held, 1), sample(held, 2)]
      if (one !== undefined && two !== undefined) {
        events[0]?.values.set(held, one)
        events[1]?.values.set(held, two)
      }
    }
  }
  const wanted = intermediate ?? model
  const shown = (event: Event) => grainRow(tested, event)
  return testOf(tested, {
    model: wanted,
    of: grain.latest ? 'latest_version' : 'copies',
    says: grain.latest
      ? `Of several versions of one event the latest by ${grain.latest.name} is kept.`
      : 'Copies of a row are one event.',
    given: given(tested, wanted, events),
    expect: events.slice(1).map(shown),
  })
}

function deletedTest(tested: Tested): UnitTest | null {
  const { making, model, intermediate } = tested
  const { deleted } = making.recommendation
  if (!deleted) return null
  const held = making.holding.ofEvents(deleted.column)
  const gone = deletedValue(deleted, held)
  if (gone === undefined) return null
  const events = [eventOf(making, 1), eventOf(making, 2)]
  events[0]?.values.set(held, null)
  events[1]?.values.set(held, gone)
  const wanted = intermediate ?? model
  const expect = events.slice(0, 1).map((e) => grainRow(tested, e))
  if (Object.keys(expect[0] ?? {}).length === 0) return null
  return testOf(tested, {
    model: wanted,
    of: 'deleted',
    says: 'What the source marks as deleted is left out.',
    given: [...given(tested, wanted, events), ...(intermediate ? [] : dimensionRows(tested))],
    expect,
  })
}

function deletedValue(
  deleted: NonNullable<Making['recommendation']['deleted']>,
  held: OriginColumn,
): Scalar | undefined {
  if (deleted.is === 'true') return true
  if (deleted.is === 'not null') return sample(held, 1)
  const [, text] = /^'([^']*)'$/.exec(deleted.value ?? '') ?? []
  return (
    text ?? (deleted.value !== undefined && /^-?\d+$/.test(deleted.value) ? Number(deleted.value) : undefined)
  )
}

/** Ten among three, which leaves a rest, and among two without any weight. */
function allocationTest(tested: Tested): UnitTest | null {
  const { making, model, intermediate } = tested
  const { recommendation, holding } = making
  const shared = recommendation.measures.filter((m) => m.way === 'allocate')
  if (shared.length === 0 || recommendation.grain.columns.length === 0) return null
  const on = (recommendation.header?.on ?? []).map((o) => holding.ofEvents(o.events))
  const events = [1, 1, 1, 2, 2].map((header, i): Event => {
    const event = eventOf(making, i + 1)
    for (const held of on) event.values.set(held, sample(held, header) ?? null)
    for (const measure of shared) {
      event.values.set(holding.of(measure), 10)
      const by = holding.all.find((h) => h.stored === measure.by && h.from === 'events')
      if (by) event.values.set(by, header === 1 ? 1 : 0)
    }
    return event
  })
  const expect = events.map((event, i) => {
    const [at, of] = i < 3 ? [i, 3] : [i - 3, 2]
    const row: Row = { ...grainRow(tested, event) }
    for (const measure of shared)
      row[measure.name] = shareAt(measure.cast?.type ?? measure.column.type, at, of)
    return row
  })
  const wanted = intermediate ?? model
  return testOf(tested, {
    model: wanted,
    of: 'allocation',
    says: 'Shares of an amount of the header add up to it; lines without weight get equal shares.',
    given: [...given(tested, wanted, events), ...(intermediate ? [] : dimensionRows(tested))],
    expect,
  })
}

function shareAt(type: string, at: number, of: number): number {
  const [, digits] = /\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(type) ?? []
  const scale = digits !== undefined ? Number(digits) : /int/i.test(type) ? 0 : 2
  const until = (n: number) => (n === of ? 10 : Number(((10 * n) / of).toFixed(scale)))
  return Number((until(at + 1) - until(at)).toFixed(scale))
}

/** One event with what it needs: its grain, a header, a value for what leads to dimensions. */
function eventOf({ recommendation, holding }: Making, n: number): Event {
  const values = new Map<Held, Scalar | null>()
  const give = (held: Held, of: number) => {
    const value = sample(held, of)
    if (value !== undefined) values.set(held, value)
  }
  for (const d of recommendation.dimensions)
    if (d.kind !== 'calendar') for (const c of d.columns) give(holding.of(c), 1)
  for (const o of recommendation.header?.on ?? []) give(holding.ofEvents(o.events), n)
  for (const column of recommendation.grain.columns) give(holding.ofEvents(column), n)
  return { values }
}

function isGrain({ recommendation }: Making, held: Held): boolean {
  return held.from === 'events' && recommendation.grain.columns.some((c) => c.name === held.stored)
}

/** Columns of the grain that the result has, so that its rows are told apart. */
function grainRow({ making, design }: Tested, { values }: Event): Row {
  const names = new Set(design.columns.map((c) => c.name))
  const row: Row = {}
  for (const [held, value] of values)
    if (isGrain(making, held) && names.has(held.name)) row[held.name] = value
  return row
}

/** What is read, with these events: the intermediate model where the fact reads that, else events and their headers. */
function given({ making, intermediate }: Tested, model: string, events: Event[]): Row[] {
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
