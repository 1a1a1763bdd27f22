/** How each number of the events adds up, and what it is counted in. Decides from what was measured; asks nothing. */
import type { ColumnProfile } from '../../../project/profile/types.ts'
import type { Cased } from './columns.ts'
import { plain, type Side } from './lab.ts'
import { isCalled, rawWords } from './names.ts'
import type { FactRecommendation, Measure } from './types.ts'

export type Kind = FactRecommendation['kind']
export type Measures = { measures: Measure[]; left: { column: string; why: string }[]; notes: string[] }

export type About = {
  kind: Kind
  from: 'events' | 'header'
  /** What the amounts are in, where the relation says so. */
  currency: { column: string; value: string | null } | null
  /** What the project says of a column. */
  described: (column: string) => string
}

const UNITS: [RegExp, string][] = [
  [/(^|_)(usd|eur|gbp|chf|jpy|cad|aud|sek|nok|dkk|pln|cny|inr)(_|$)/i, '$2'],
  [/(^|_)cents?(_|$)/i, 'cents'],
  [/(^|_)(miles|mi)(_|$)/i, 'miles'],
  [/(^|_)(km|kilomet(er|re)s?)(_|$)/i, 'km'],
  [/(^|_)(kg|kilograms?|kilos)(_|$)/i, 'kg'],
  [/(^|_)(lbs?|pounds)(_|$)/i, 'lb'],
  [/(^|_)(ms|milliseconds?|millis)(_|$)/i, 'milliseconds'],
  [/(^|_)(seconds?|secs?)(_|$)/i, 'seconds'],
  [/(^|_)(minutes?|mins?)(_|$)/i, 'minutes'],
  [/(^|_)(hours?|hrs?)(_|$)/i, 'hours'],
  [/(^|_)(kwh)(_|$)/i, 'kWh'],
  [/(^|_)bytes?(_|$)/i, 'bytes'],
  [/(^|_)(celsius|fahrenheit)(_|$)/i, '$2'],
  [/(^|_)(pct|percent|percentage)(_|$)/i, 'percent'],
]
const SAID =
  /\bin (US dollars|dollars|euros?|USD|EUR|GBP|cents|miles|kilomet(?:er|re)s|km|minutes|seconds|hours|kg|pounds|percent)\b/i

export function measuresOf(side: Side, numbers: Cased[], about: About): Measures {
  const found: Measures = { measures: [], left: [], notes: [] }
  for (const { column, cast } of numbers) {
    const is = additivityOf(column, side, about)
    if ('left' in is) {
      found.left.push({ column: column.name, why: is.left })
      continue
    }
    found.measures.push({
      from: about.from,
      column: plain(column),
      ...(cast ? { cast: { sql: cast.sql, type: cast.type } } : {}),
      name: column.name,
      additivity: is.additivity,
      because: is.because,
      unit: unitOf(column, about),
      way: cast ? 'cast' : 'as it is',
      by: null,
    })
  }
  const guessed = found.measures.filter((m) => m.because.startsWith(GUESSED))
  if (guessed.length > 0)
    found.notes.push(
      `Nothing in the data or the names tells how ${guessed.map((m) => m.name).join(', ')} ${guessed.length === 1 ? 'adds' : 'add'} up: taken as ${about.kind === 'periodic snapshot' ? 'a level' : 'an amount of each event'}; look at ${guessed.length === 1 ? 'it' : 'them'}.`,
    )
  return mixed(found, about)
}

const GUESSED = 'nothing says otherwise'

type Is = Pick<Measure, 'additivity' | 'because'> | { left: string }

function additivityOf(c: ColumnProfile, { profile }: Side, { kind }: About): Is {
  const behaviour = c.behaviour
  const because = behaviour ? `${behaviour.because}` : 'its numbers are written as text'
  const product = profile.formulas.find((f) => f.kind === 'product' && f.parts.includes(c.name))
  // A price without a quantity beside it is what the event cost.
  const priced = profile.columns.some((x) => x.name !== c.name && isCalled('PIECES', x.name))
  const isPrice = isCalled('PRICE', c.name) && (priced || isCalled('UNIT', c.name))
  const isWorth =
    !isPrice && isCalled('MONEY', c.name) && behaviour?.from !== 'rows' && !isCalled('RATIO', c.name)
  const isRatio =
    !isWorth && (behaviour?.is === 'ratio' || (behaviour?.from !== 'rows' && isCalled('RATIO', c.name)))
  if (product && (isRatio || isPrice) && !isCalled('QUANTITY', c.name)) {
    const other = product.parts.find((p) => p !== c.name) ?? ''
    return {
      left: `is ${product.whole} per ${other}, in all ${product.rows} rows: a ratio is not stored where its parts are`,
    }
  }
  if (isRatio || isPrice)
    return {
      additivity: 'non-additive',
      because: isPrice
        ? 'it is per one of something, by its name; averages of it have to be weighted'
        : `${behaviour?.is === 'ratio' && behaviour.from !== 'name' ? `${because}: it is a ratio` : 'a ratio or a reading, by its name'}; it is never summed`,
    }
  if (behaviour?.is === 'balance' || (kind === 'periodic snapshot' && isCalled('LEVEL', c.name)))
    return {
      additivity: 'semi-additive',
      because: `${behaviour?.is === 'balance' ? because : 'it is a level, by its name'}: it adds up over things, never over time`,
    }
  if (behaviour?.is === 'additive') return { additivity: 'additive', because }
  const stands = profile.columns.find(
    (x) => x.name !== c.name && (x.behaviour?.is === 'balance' || (isNumber(x) && isCalled('LEVEL', x.name))),
  )
  if (kind === 'periodic snapshot' && stands)
    return {
      additivity: 'additive',
      because: `it is no level, as ${stands.name} is, and does not carry over from one date to the next: it is what happened in between`,
    }
  const amount = isCalled('MONEY', c.name) || isCalled('QUANTITY', c.name)
  if (kind === 'periodic snapshot' && !amount)
    return {
      additivity: 'semi-additive',
      because: `${GUESSED}: taken as a level, which never adds up over time`,
    }
  return amount
    ? { additivity: 'additive', because: 'an amount of each event, by its name' }
    : { additivity: 'additive', because: `${GUESSED}: an amount of each event` }
}

function isNumber({ kind }: ColumnProfile): boolean {
  return kind === 'integer' || kind === 'number'
}

function unitOf(c: ColumnProfile, { currency, described }: About): string | null {
  const name = rawWords(c.name).join('_')
  for (const [test, unit] of UNITS) {
    const hit = test.exec(name)
    if (hit) return unit.replace('$2', (hit[2] ?? '').toUpperCase())
  }
  const said = SAID.exec(described(c.name))?.[1]
  if (said) return said
  if (!isCalled('MONEY', c.name) || isCalled('QUANTITY', c.name) || currency === null) return null
  return currency.value ?? `column ${currency.column}`
}

/** Amounts in several currencies add up within one of them only. */
function mixed(found: Measures, { currency }: About): Measures {
  if (currency === null || currency.value !== null) return found
  return {
    ...found,
    measures: found.measures.map((m) =>
      m.unit === `column ${currency.column}` && m.additivity === 'additive'
        ? {
            ...m,
            additivity: 'semi-additive',
            because: `${m.because}; it adds up within one ${currency.column} only`,
          }
        : m,
    ),
  }
}

/** The column that says in what amounts are, or the value of all of them. */
export function currencyOf({ profile }: Side): About['currency'] {
  const column = profile.columns.find(
    (c) => c.kind === 'text' && c.distinct > 0 && isCalled('CURRENCY', c.name),
  )
  if (!column) return null
  const only = column.distinct === 1 && column.nulls === 0 ? (column.min ?? null) : null
  return { column: column.name, value: only }
}

/** What amounts are shared by, and what an event is worth: the whole of a sum, else an amount of money. */
export function mainAmount(measures: Measure[], side: Side): Measure | null {
  const additive = measures.filter((m) => m.additivity === 'additive' && m.way !== 'allocate')
  const wholes = new Set(side.profile.formulas.map((f) => f.whole))
  const money = additive.filter((m) => isCalled('MONEY', m.name))
  const isMain = (m: Measure) =>
    /(^|_)(amount|amt|total|revenue|sales|net|gross|betrag|umsatz|value)(_|$)/i.test(m.name)
  return (
    money.find((m) => wholes.has(m.name)) ??
    money.find((m) => m.way === 'product') ??
    money.find(isMain) ??
    money.find((m) => !/(tax|vat|discount|tip|toll|fee|shipping|cost|surcharge)/i.test(m.name)) ??
    null
  )
}
