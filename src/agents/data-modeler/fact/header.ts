/** The header that lines belong to, and what becomes of its amounts. */
import { count, list } from '../../../core/text.ts'
import { isEvents, timesOf } from './foreign.ts'
import type { Grain } from './grain.ts'
import { thingOf } from './grain.ts'
import { columnOf, type Lab, plain, type Side } from './lab.ts'
import { isCalled, isKeyName, isLoading } from './names.ts'
import type { Hit } from './reach.ts'
import type { FactRecommendation, Measure } from './types.ts'

export type Header = {
  side: Side
  hit: Hit
  on: NonNullable<FactRecommendation['header']>['on']
  because: string
}

/** Half a cent, for sums that were rounded. */
const TOLERANCE = 0.011
/** Headers that may differ, where somebody corrected one. */
const MOST_WRONG = 0.001

/** Each line has one header: a table of events whose key the lines hold, several of them the same. */
export function headerOf(lab: Lab, lines: Side, hits: Hit[], tables: Side[], grain: Grain): Header | null {
  const { idSuffix } = lab.style
  const own = thingOf(lines).split(' ')
  const found = hits.flatMap((hit): { header: Header; score: number }[] => {
    const side = tables.find((t) => t.name === hit.of.name)
    const column = columnOf(lines, hit.column)
    const key = side ? columnOf(side, hit.key) : undefined
    if (!side || !column || !key || !hit.named) return []
    if (grain.columns.length === 1 && grain.columns[0]?.name === column.name) return []
    if (hit.orphans > hit.rows * 0.05 || !isEvents(side, hit.key, idSuffix)) return []
    if (side.profile.rows > lines.profile.rows) return []
    const words = thingOf(side).split(' ')
    const inName = words.every((w) => own.includes(w))
    const repeats = column.distinct < lines.profile.rows - column.nulls
    const needed = timesOf(lines.profile).length === 0
    if (!inName && !needed) return []
    if (!repeats && !needed) return []
    const because = `${lines.origin.label} are lines of ${side.origin.label}: ${column.name} is its ${key.name} in ${hit.orphans === 0 ? 'all' : `all but ${hit.orphans.toLocaleString('en-US')} of`} ${count(hit.rows, 'row')}, ${(lines.profile.rows / Math.max(1, column.distinct)).toFixed(1)} for each, and it has what they lack`
    return [
      {
        header: { side, hit, on: [{ events: plain(column), header: plain(key) }], because },
        score: Number(inName) * 2 + Number(repeats),
      },
    ]
  })
  return found.sort((a, b) => b.score - a.score)[0]?.header ?? null
}

export type Amounts = {
  measures: Measure[]
  left: { column: string; why: string }[]
  because: string[]
  notes: string[]
  /** Of the lines' measures the header amount that is their sum. */
  sums: Map<string, string>
}

/** Sums of the lines say nothing new; what else is additive is shared among them; the rest stays with the header. */
export async function headerAmounts(
  lab: Lab,
  lines: Side,
  header: Header,
  { own, amounts, main }: { own: Measure[]; amounts: Measure[]; main: Measure | null },
): Promise<Amounts> {
  const kept: Measure[] = []
  const left: Amounts['left'] = []
  const because: string[] = []
  const notes: string[] = []
  const additive = amounts.filter((m) => m.additivity === 'additive' && m.way === 'as it is')
  const sums = await sumsOf(lab, lines, header, additive, own)
  for (const m of amounts) {
    const sum = sums.get(m.column.name)
    const whole = header.side.profile.formulas.find((f) => f.kind === 'sum' && f.whole === m.column.name)
    if (sum) {
      left.push({
        column: m.column.name,
        why: `is the sum of ${sum.of} of the lines, ${sum.wrong === 0 ? 'in all' : `in all but ${sum.wrong} of`} ${count(sum.headers, 'header')}`,
      })
      because.push(
        `${m.column.name} of ${header.side.origin.label} is the sum of the lines' ${sum.of}: it is redundant`,
      )
    } else if (whole)
      left.push({
        column: m.column.name,
        why: `is ${whole.parts.join(' + ')} of the header, in all rows: its parts are there`,
      })
    else if (m.additivity !== 'additive')
      left.push({
        column: m.column.name,
        why: `is ${m.additivity} and of the header: it would stand on each of its lines`,
      })
    else if (main?.way === 'as it is' && m.way === 'as it is')
      kept.push({
        ...m,
        way: 'allocate',
        by: main.column.name,
        because: `${m.because}; an amount of the header, shared by ${main.column.name} so that it may be summed`,
      })
    else
      left.push({
        column: m.column.name,
        why: 'is an amount of the header, and no amount that the lines store tells how to share it',
      })
  }
  const rest = left.filter((l) => l.why.startsWith('is an amount of the header'))
  if (rest.length > 0)
    notes.push(
      `${list(rest.map((l) => l.column))} of ${header.side.origin.label} ${rest.length === 1 ? 'belongs' : 'belong'} on a fact of its own: martsmith fact "${thingOf(header.side)}" --from ${header.side.origin.label}`,
    )
  return {
    measures: kept,
    left,
    because,
    notes,
    sums: new Map([...sums].map(([amount, { of }]) => [of, amount])),
  }
}

type Sum = { of: string; headers: number; wrong: number }

/** Each header amount against the sums of the lines' amounts, all in one statement. */
async function sumsOf(
  { numbers, dialect: { quote } }: Lab,
  lines: Side,
  { side, on }: Header,
  amounts: Measure[],
  own: Measure[],
): Promise<Map<string, Sum>> {
  const sums = own.filter((m) => m.additivity === 'additive' && (m.way === 'as it is' || m.way === 'product'))
  const [join] = on
  if (!join || amounts.length === 0 || sums.length === 0) return new Map()
  const inner = sums.map((m, i) => `sum(${sqlOf(m, quote)}) as sum_${i}`)
  const pairs = amounts.flatMap((a) => sums.map((s, i) => ({ a, s, i })))
  const wrong = pairs.map(({ a, i }) => {
    const amount = `h.${quote(a.column.name)}`
    return `count(case when abs(${amount} - l.sum_${i}) > ${TOLERANCE} then 1 end), count(case when ${amount} is not null and l.sum_${i} is not null and l.sum_${i} <> 0 then 1 end)`
  })
  const answer = await numbers(
    `select ${wrong.join(', ')} from ${side.profile.relation} as h join (select ${quote(join.events.name)} as header_key, ${inner.join(', ')} from ${lines.profile.relation} group by ${quote(join.events.name)}) as l on h.${quote(join.header.name)} = l.header_key`,
  )
  const found = new Map<string, Sum>()
  for (const [at, { a, s }] of pairs.entries()) {
    const [off, headers] = (answer ?? []).slice(at * 2, at * 2 + 2)
    if (off === undefined || headers === undefined || headers < 3 || off > headers * MOST_WRONG) continue
    if (!found.has(a.column.name)) found.set(a.column.name, { of: s.name, headers, wrong: off })
  }
  return found
}

export function sqlOf({ column, way, by }: Measure, quote: (name: string) => string): string {
  return way === 'product' && by !== null ? `${quote(column.name)} * ${quote(by)}` : quote(column.name)
}

/**
 * What a line is worth, where the source stores the price and the quantity alone. The totals of the headers prove it,
 * or the names say it.
 */
export function extendedAmount(side: Side, measures: Measure[]): Measure | null {
  if (side.profile.formulas.some((f) => f.kind === 'product')) return null
  const price = measures.find(
    (m) => isCalled('PRICE', m.name) && m.additivity === 'non-additive' && m.way === 'as it is',
  )
  const quantity = measures.find((m) => isCalled('PIECES', m.name) && m.way === 'as it is' && m !== price)
  const stored = measures.some(
    (m) =>
      m !== price &&
      m !== quantity &&
      isCalled('MONEY', m.name) &&
      m.additivity === 'additive' &&
      !/(tax|vat|discount|fee|shipping|cost|tip)/i.test(m.name),
  )
  if (!price || !quantity || stored) return null
  const reduced = measures.some((m) => /discount|rabatt/i.test(m.name))
  return {
    from: 'events',
    column: price.column,
    name: reduced ? 'gross_amount' : 'amount',
    additivity: 'additive',
    because: `${price.name} * ${quantity.name}, by their names: the source does not store it`,
    unit: price.unit,
    way: 'product',
    by: quantity.column.name,
  }
}

/** A table whose rows are the lines of these events: it is called so, and holds their key several times. */
export function isLineTable(lab: Lab, events: Side, lines: Side, hits: Hit[]): Hit | null {
  const words = thingOf(events).split(' ')
  const its = thingOf(lines).split(' ')
  const isCalledSo =
    words.every((w) => its.includes(w)) &&
    its.some(
      (w) =>
        !words.includes(w) && /^(line|item|detail|position|row|entry|product|zeile|posten|lineitem)$/.test(w),
    )
  const hit = hits.find((h) => h.of.name === events.name && h.named && h.orphans === 0)
  const column = hit ? columnOf(lines, hit.column) : undefined
  if (!isCalledSo || !hit || !column || isLoading(column.name)) return null
  return isKeyName(hit.column, lab.style.idSuffix) && column.distinct < lines.profile.rows ? hit : null
}
