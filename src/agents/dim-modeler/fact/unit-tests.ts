/** Unit tests of a fact: one for each piece of its logic, with rows that show it. dbt runs them before it builds. */
import type { Value } from '../../../changes/yaml/index.ts'
import { count } from '../../../core/text.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { namesColumns } from '../quoted-rows.ts'
import {
  type Event,
  eventOf,
  given,
  giveTimes,
  grainRow,
  isCast,
  isNeverNull,
  type Row,
  sampleOf,
  type Tested,
} from './fixtures.ts'
import type { ForeignKey } from './foreign-keys.ts'
import type { Held } from './held.ts'
import type { Making } from './making.ts'
import { knownVersions, type Scalar, sample } from './samples.ts'
import { CHANGED } from './steps.ts'
import { lagName } from './times.ts'

export type UnitTest = { name: string; description: string; model: string; [key: string]: Value }

/** A test, or why there is none of what would need one; null where there is nothing to test. */
type Tried = UnitTest | string | null

/** `left`: what has no unit test though it has logic, and why. */
export type UnitTests = { fact: UnitTest[]; intermediate: UnitTest[]; left: string[] }

export function unitTestsOf(tested: Tested): UnitTests {
  const hindered = hinderedBy(tested)
  if (hindered !== null) return { fact: [], intermediate: [], left: [`No unit tests are made: ${hindered}.`] }
  const fact = [membersTest(tested), milestonesTest(tested), newRowsTest(tested)]
  const steps = [copiesTest(tested), deletedTest(tested), allocationTest(tested)]
  const made = (tried: Tried[]) =>
    tried.filter((t) => t !== null && typeof t !== 'string').filter((t) => isUsable(t, tested))
  const left = [...fact, ...steps].flatMap((t) => {
    if (t === null || typeof t === 'string') return t ?? []
    return isUsable(t, tested)
      ? []
      : `No unit test ${t.name}: this dbt cannot give rows of names that have to be quoted (dbt-adapters 1.17 can).`
  })
  return tested.intermediate === null
    ? { fact: made([...fact, ...steps]), intermediate: [], left }
    : { fact: made(fact), intermediate: made(steps), left }
}

function isUsable(test: UnitTest, { making }: Tested): boolean {
  const inputs = [...((test.given as Row[]) ?? []), test.expect as Row]
  const rows = inputs.flatMap((i) => (Array.isArray(i.rows) ? (i.rows as Row[]) : []))
  const { context, adapter } = making.writing
  const names = namesColumns(context.graph, adapter)
  return rows.every((row) => Object.keys(row).every(names))
}

/** Why no rows can be made up that the fact could have: what is never null has to have a value. */
function hinderedBy({ making }: Tested): string | null {
  const { holding } = making
  const silent = holding.all.find((h) => isNeverNull(making, h) && sampleOf(making, h) === undefined)
  if (silent)
    return `${silent.name} is never null, and no value that ${isCast(making, silent) ? 'its cast reads' : `its type ${silent.type} takes`} is known beforehand`
  return null
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
): UnitTest | string {
  // A row of no columns is no row: dbt would write SQL that cannot be read.
  if (expect.some((row) => Object.keys(row).length === 0))
    return `No unit test of ${of.replaceAll('_', ' ')}: what the fact says of such rows is not known beforehand.`
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

/** What is there, and what is not: every key. What is never null stays. */
function membersTest(tested: Tested): Tried {
  const { making, design, model, values } = tested
  const { holding } = making
  const [known, unknown] = [eventOf(making, 1), eventOf(making, 2)]
  giveTimes(making, known)
  for (const key of design.foreignKeys)
    for (const held of heldOf(making, key)) if (!isNeverNull(making, held)) unknown.values.set(held, null)
  const stays = (key: ForeignKey) => heldOf(making, key).some((h) => isNeverNull(making, h))
  const [first, second]: [Row, Row] = [grainRow(tested, known), grainRow(tested, unknown)]
  for (const key of design.foreignKeys) {
    const there = values.of(key, known.values)
    // A day that is never null is the other event's own; of other keys that stay the value is not known.
    const other = !stays(key)
      ? values.of(key, null)
      : key.way === 'day'
        ? values.of(key, unknown.values)
        : undefined
    if (there === undefined || other === undefined) continue
    first[key.column.name] = there
    second[key.column.name] = other
  }
  const shown = design.foreignKeys.filter((k) => k.column.name in second)
  if (shown.length === 0)
    return design.foreignKeys.length === 0
      ? null
      : 'No unit test of unknown members: no key is known for rows that are made up.'
  if (shown.every(stays)) return null
  const same = Object.keys(first).filter((c) => c in second)
  return testOf(tested, {
    model,
    of: 'unknown_members',
    says: 'What has no value gets the unknown member of its dimension.',
    given: [...given(tested, model, [known, unknown]), ...dimensionRows(tested)],
    expect: [first, second].map((row) => Object.fromEntries(same.map((c) => [c, row[c] ?? null]))),
  })

  function heldOf(m: Making, key: ForeignKey): Held[] {
    const time = m.recommendation.times.find((t) => `${t.role}_date` === key.role)
    if (time && (key.way === 'day' || key.dimension?.kind === 'calendar')) return [holding.of(time)]
    return (key.dimension?.columns ?? []).map((c) => holding.of(c))
  }
}

/** An event that has reached all its milestones, two days each, and one that waits for the second. */
function milestonesTest(tested: Tested): Tried {
  const { making, design, model, values } = tested
  const { recommendation, holding, writing } = making
  const { times } = recommendation
  if (recommendation.kind !== 'accumulating snapshot' || times.length < 2) return null
  const [done, waits] = [eventOf(making, 1), eventOf(making, 2)]
  giveTimes(making, done)
  for (const [i, time] of times.entries()) {
    const held = holding.of(time)
    if (isNeverNull(making, held) || isCast(making, held)) continue
    waits.values.set(held, i === 0 ? (sample(held, 1) ?? null) : null)
  }
  const [first, second]: [Row, Row] = [grainRow(tested, done), grainRow(tested, waits)]
  const lags: string[] = []
  for (const [i, to] of times.entries()) {
    const from = times[i - 1]
    const ends = from ? [holding.of(from), holding.of(to)] : []
    const has = (event: Event) => ends.every((h) => (event.values.get(h) ?? null) !== null)
    if (!from || ends.some((h) => isCast(making, h)) || !has(done) || has(waits)) continue
    const name = lagName(writing.style, from, to)
    lags.push(name)
    first[name] = 2
    second[name] = null
    const key = design.foreignKeys.find((k) => k.way === 'day' && k.role === `${to.role}_date`)
    if (!key || waits.values.get(holding.of(to)) !== null) continue
    const [there, notYet] = [done, waits].map((e) => values.of(key, e.values))
    if (there === undefined || notYet === undefined) continue
    first[key.column.name] = there
    second[key.column.name] = notYet
  }
  if (lags.length === 0)
    return 'No unit test of the days between milestones: no moments are known that their casts read.'
  return testOf(tested, {
    model,
    of: 'milestones',
    says: 'Days are counted from one milestone to the next; what has not happened yet has no days, and the member for that.',
    given: [
      ...given(tested, model, [done, waits]),
      ...dimensionRows(tested).map((d) => ({ ...d, rows: [] })),
    ],
    expect: [first, second],
  })
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

function newRowsTest(tested: Tested): Tried {
  const { making, design, model } = tested
  const { watermark } = design
  if (!watermark) return null
  const { lookbackDays } = making.recommendation.load
  const days = watermark.kind === 'timestamp' || watermark.kind === 'date' ? lookbackDays : 0
  const [newest, next, edge, before] = [20, 21, 20 - days, 19 - days].map((n) => sample(watermark, n))
  if (newest === undefined || next === undefined || edge === undefined || before === undefined || days > 15)
    return `No unit test of new rows: no values of ${watermark.name} are known that lie so far apart.`
  const held = making.holding.all.find((h) => h.name === watermark.name)
  if (held && isCast(making, held))
    return `No unit test of new rows: ${watermark.name} is cast, and no value that its cast reads is known beforehand.`
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

function copiesTest(tested: Tested): Tried {
  const { making, model, intermediate } = tested
  const { grain } = making.recommendation
  if (grain.copies === 0 || grain.columns.length === 0) return null
  const events = [eventOf(making, 1), eventOf(making, 1), eventOf(making, 2)]
  if (grain.latest) {
    const latest = making.holding.ofEvents(grain.latest)
    const [older, newer] = [sample(latest, 1), sample(latest, 2)]
    if (older === undefined || newer === undefined || isCast(making, latest))
      return `No unit test of the latest version: no two values of ${latest.name} are known beforehand.`
    events[0]?.values.set(latest, older)
    events[1]?.values.set(latest, newer)
    const changes = making.recommendation.measures.find(
      (m) => m.from === 'events' && !isCast(making, making.holding.of(m)) && m.way === 'as it is',
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

function deletedTest(tested: Tested): Tried {
  const { making, model, intermediate } = tested
  const { deleted } = making.recommendation
  if (!deleted) return null
  const held = making.holding.ofEvents(deleted.column)
  const gone = deletedValue(deleted, held)
  if (gone === undefined) return `No unit test of deleted rows: no value of ${held.name} is known beforehand.`
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
function allocationTest(tested: Tested): Tried {
  const { making, model, intermediate } = tested
  const { recommendation, holding } = making
  const shared = recommendation.measures.filter((m) => m.way === 'allocate')
  if (shared.length === 0 || recommendation.grain.columns.length === 0) return null
  const on = (recommendation.header?.on ?? []).map((o) => holding.ofEvents(o.events))
  const weights = shared.flatMap((m) => holding.all.filter((h) => h.stored === m.by && h.from === 'events'))
  const unsure = [...shared.map((m) => holding.of(m)), ...weights].find(
    (h) => isCast(making, h) || sample(h, 10) === undefined,
  )
  if (unsure)
    return `No unit test of the shares: no amounts of ${unsure.name} are known beforehand that ${isCast(making, unsure) ? 'its cast reads' : 'it can hold'}.`
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
