/**
 * How a number adds up. What the project says of it comes first, then what is proven on the rows, then its unit, its
 * name, and at last how its values lie: what rests on less than rows or words is said to be assumed.
 */
import { count } from '../../../core/text.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { isCalled } from './names.ts'
import type { Ratio } from './ratios.ts'
import type { FactRecommendation, Measure } from './types.ts'
import { addsUp } from './units.ts'

export type Kind = FactRecommendation['kind']

export type Asked = {
  profile: RelationProfile
  kind: Kind
  /** What the project says of the column. */
  said: string
  unit: string | null
  ratio: Ratio | null
}

export type Is =
  | (Pick<Measure, 'additivity' | 'because'> & { isAssumed?: true })
  /** It is no measure of its own. */
  | { left: string }

type Rule = (c: ColumnProfile, asked: Asked) => Is | null

/** More rows, and values that lie far from nothing are no accident. */
const TELLING_ROWS = 30
const TELLING_VALUES = 10
/** The least of the greatest: readings and grades begin far above nothing, amounts do not. */
const BAND = 0.4
/** So few values are a list of rates, where an amount beside it has so many times more. */
const FEW_RATES = 6
const MANY_MORE = 10

export function additivityOf(column: ColumnProfile, asked: Asked): Is {
  for (const rule of RULES) {
    const found = rule(column, asked)
    if (found) return found
  }
  return asked.kind === 'periodic snapshot'
    ? assumed('semi-additive', 'nothing says otherwise: taken as a level, which never adds up over time')
    : assumed('additive', 'nothing says otherwise: an amount of each event')
}

function is(additivity: Measure['additivity'], because: string): Is {
  return { additivity, because }
}

function assumed(additivity: Measure['additivity'], because: string): Is {
  return { additivity, because, isAssumed: true }
}

const SAID: [RegExp, Measure['additivity']][] = [
  [/\bsemi[- ]?additive\b/i, 'semi-additive'],
  [/\b(non|not)[- ]?additive\b|\bnever (to be |be )?(summed|added)\b/i, 'non-additive'],
  [/\badditive\b/i, 'additive'],
]

const bySaying: Rule = (_, { said }) => {
  const found = SAID.find(([test]) => test.test(said))
  return found ? is(found[1], 'its description says so') : null
}

/** A quotient whose parts are there is worked out when it is asked for. */
const quotient: Rule = (c, { profile, ratio }) => {
  const left = (of: string, per: string, rows: number): Is => ({
    left: `is ${of} per ${per}, in all ${rows} rows: a ratio is not stored where its parts are`,
  })
  if (ratio) return left(ratio.of, ratio.per, ratio.rows)
  const product = profile.formulas.find((f) => f.kind === 'product' && f.parts.includes(c.name))
  const other = product?.parts.find((p) => p !== c.name)
  return product &&
    other !== undefined &&
    (isRatio(c) || isPrice(c, profile)) &&
    !isCalled('QUANTITY', c.name)
    ? left(product.whole, other, product.rows)
    : null
}

function isPrice({ name }: ColumnProfile, profile: RelationProfile): boolean {
  // A price without a quantity beside it is what the event cost.
  const priced = profile.columns.some((x) => x.name !== name && isCalled('PIECES', x.name))
  return isCalled('PRICE', name) && (priced || isCalled('UNIT', name))
}

function isWorth({ name, behaviour }: ColumnProfile): boolean {
  return isCalled('MONEY', name) && behaviour?.from !== 'rows' && !isCalled('RATIO', name)
}

function isRatio(c: ColumnProfile): boolean {
  const { behaviour } = c
  return (
    !isWorth(c) && (behaviour?.is === 'ratio' || (behaviour?.from !== 'rows' && isCalled('RATIO', c.name)))
  )
}

const perOne: Rule = (c, { profile }) =>
  isPrice(c, profile)
    ? is('non-additive', 'it is per one of something, by its name; averages of it have to be weighted')
    : null

const reading: Rule = (_, { unit }) =>
  addsUp(unit) === false ? is('non-additive', `it is in ${unit}, of which no sum says anything`) : null

const ratio: Rule = (c) => {
  if (!isRatio(c)) return null
  const { behaviour } = c
  const why =
    behaviour?.is === 'ratio' && behaviour.from !== 'name'
      ? `${behaviour.because}: it is a ratio`
      : 'a ratio or a reading, by its name'
  return is('non-additive', `${why}; it is never summed`)
}

/** Of taxes and discounts a few values are rates, where amounts of money beside them have many. */
const rate: Rule = (c, { profile }) => {
  if (!/(^|_)(tax|vat|discount|interest|commission|rabatt|mwst|ust|steuer)/i.test(c.name)) return null
  const amount = profile.columns.find(
    (x) =>
      x.name !== c.name &&
      (x.kind === 'number' || x.kind === 'integer') &&
      isCalled('MONEY', x.name) &&
      x.distinct >= c.distinct * MANY_MORE,
  )
  if (!amount || c.distinct > FEW_RATES || profile.rows < TELLING_ROWS) return null
  return assumed(
    'non-additive',
    `it has ${count(c.distinct, 'value')} where ${amount.name} has ${amount.distinct}: taken as a rate, and no amount`,
  )
}

const level: Rule = ({ name, behaviour }, { kind }) => {
  const isSteady = behaviour?.is === 'balance'
  if (!isSteady && !(kind === 'periodic snapshot' && isCalled('LEVEL', name))) return null
  const why = isSteady ? behaviour.because : 'it is a level, by its name'
  return is('semi-additive', `${why}: it adds up over things, never over time`)
}

const proven: Rule = ({ behaviour }) =>
  behaviour?.is === 'additive' ? is('additive', behaviour.because) : null

function isAmount({ name }: ColumnProfile, unit: string | null): boolean {
  return isCalled('MONEY', name) || isCalled('QUANTITY', name) || addsUp(unit) === true
}

/** What each of a thing has one of says something of the thing, on every row that it is in. */
const ofAnother: Rule = (c, { unit }) =>
  c.behaviour?.is === 'attribute' && c.behaviour.from === 'rows' && !isAmount(c, unit)
    ? is('non-additive', `${c.behaviour.because}: it tells of that and not of the event, and repeats`)
    : null

/** Beside a level what does not carry over is what happened in between. */
const between: Rule = (c, { kind, profile }) => {
  const stands = profile.columns.find(
    (x) =>
      x.name !== c.name &&
      (x.behaviour?.is === 'balance' ||
        ((x.kind === 'integer' || x.kind === 'number') && isCalled('LEVEL', x.name))),
  )
  return kind === 'periodic snapshot' && stands
    ? is(
        'additive',
        `it is no level, as ${stands.name} is, and does not carry over from one date to the next: it is what happened in between`,
      )
    : null
}

const amount: Rule = (c, { unit }) => {
  if (!isAmount(c, unit)) return null
  const byName = isCalled('MONEY', c.name) || isCalled('QUANTITY', c.name)
  return is('additive', `an amount of each event, by its ${byName ? 'name' : `unit (${unit})`}`)
}

/** Amounts begin near nothing; degrees, grades and readings lie in a band that is far from it. */
const band: Rule = (c, { profile, kind }) => {
  const [least, most] = [Number(c.min), Number(c.max)]
  const isTelling = profile.rows - c.nulls >= TELLING_ROWS && c.distinct >= TELLING_VALUES
  if (!isTelling || kind === 'periodic snapshot' || c.min === null || least <= 0 || least < most * BAND)
    return null
  return assumed(
    'non-additive',
    `its values lie between ${c.min} and ${c.max} and never near nothing, as readings and grades do: taken as one`,
  )
}

const RULES: Rule[] = [
  bySaying,
  quotient,
  perOne,
  reading,
  ratio,
  rate,
  level,
  proven,
  ofAnother,
  between,
  amount,
  band,
]
