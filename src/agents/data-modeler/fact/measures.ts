/** How each number of the events adds up, and what it is counted in. Decides from what was measured; asks nothing. */
import { list } from '../../../core/text.ts'
import { additivityOf, type Kind } from './additivity.ts'
import type { Cased } from './columns.ts'
import { plain, type Side } from './lab.ts'
import { isCalled } from './names.ts'
import type { Ratio } from './ratios.ts'
import type { Measure } from './types.ts'
import { type Currency, unitOf } from './units.ts'

export type Measures = { measures: Measure[]; left: { column: string; why: string }[]; notes: string[] }

export type About = {
  kind: Kind
  from: 'events' | 'header'
  /** What the amounts are in, where the relation says so. */
  currency: Currency
  /** What the project says of a column. */
  described: (column: string) => string
  ratios?: ReadonlyMap<string, Ratio>
}

export function measuresOf(side: Side, numbers: Cased[], about: About): Measures {
  const found: Measures = { measures: [], left: [], notes: [] }
  const assumed: string[] = []
  for (const { column, cast } of numbers) {
    const { name } = column
    const described = about.described(name)
    const written = cast?.unit ?? side.origin.casts?.find((c) => c.column === name)?.unit ?? null
    const unit = unitOf(name, { described, written, currency: about.currency })
    const is = additivityOf(column, {
      profile: side.profile,
      kind: about.kind,
      said: described,
      unit,
      ratio: about.ratios?.get(name) ?? null,
    })
    if ('left' in is) {
      found.left.push({ column: name, why: is.left })
      continue
    }
    if (is.isAssumed) assumed.push(`${name} ${is.additivity} (${is.because})`)
    found.measures.push({
      from: about.from,
      column: plain(column),
      ...(cast ? { cast: { sql: cast.sql, type: cast.type } } : {}),
      name,
      additivity: is.additivity,
      because: is.because,
      unit,
      ...(about.currency && unit === `column ${about.currency.column}`
        ? { within: about.currency.column }
        : {}),
      way: cast ? 'cast' : 'as it is',
      by: null,
    })
  }
  if (assumed.length > 0)
    found.notes.push(
      `Assumed, for nothing proves how it adds up: ${list(assumed, 8)}. The word additive, semi-additive or non-additive in its description in ${side.origin.label} decides.`,
    )
  return found
}

/** The column that says in what amounts are, or the value of all of them. */
export function currencyOf({ profile }: Side): Currency {
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
