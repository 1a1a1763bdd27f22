/** What amounts are counted in, and what that says of them: kilograms add up, degrees do not. */
import { isCalled, rawWords } from './names.ts'

const UNITS: [RegExp, string][] = [
  [/(^|_)(usd|eur|gbp|chf|jpy|cad|aud|sek|nok|dkk|pln|cny|inr)(_|$)/i, '$2'],
  [/(^|_)cents?(_|$)/i, 'cents'],
  [/(^|_)(miles|mi)(_|$)/i, 'miles'],
  [/(^|_)(km|kilomet(er|re)s?)(_|$)/i, 'km'],
  [/(^|_)(kg|kilograms?|kilos)(_|$)/i, 'kg'],
  [/(^|_)(lbs?|pounds)(_|$)/i, 'lb'],
  [/(^|_)(tons?|tonnes?)(_|$)/i, 'tonnes'],
  [/(^|_)(lit(er|re)s?)(_|$)/i, 'litres'],
  [/(^|_)(ms|milliseconds?|millis)(_|$)/i, 'milliseconds'],
  [/(^|_)(seconds?|secs?)(_|$)/i, 'seconds'],
  [/(^|_)(minutes?|mins?)(_|$)/i, 'minutes'],
  [/(^|_)(hours?|hrs?)(_|$)/i, 'hours'],
  [/(^|_)(kwh)(_|$)/i, 'kWh'],
  [/(^|_)bytes?(_|$)/i, 'bytes'],
  [/(^|_)(celsius|fahrenheit|kelvin)(_|$)/i, '$2'],
  [/(^|_)(pct|percent|percentage)(_|$)/i, 'percent'],
]
const SAID =
  /\bin (US dollars|dollars|euros?|USD|EUR|GBP|cents|miles|kilomet(?:er|re)s|km|minutes|seconds|hours|kg|pounds|percent|degrees?(?: [A-Z]\p{L}+)?)\b/iu
const INTENSIVE = /^(celsius|fahrenheit|kelvin|percent|degrees?\b.*)$/i

/** `weight_kg` is in kg; of `price_per_kg` nothing is. */
export function unitInName(name: string): string | null {
  const said = rawWords(name).join('_')
  if (/(^|_)(per|pro|je)_/.test(said)) return null
  for (const [test, unit] of UNITS) {
    const hit = test.exec(said)
    if (hit) return unit.replace('$2', (hit[2] ?? '').toUpperCase())
  }
  return null
}

export function unitSaid(description: string): string | null {
  return SAID.exec(description)?.[1] ?? null
}

/** Of a unit of readings and shares, which no sum has; null where there is no unit. */
export function addsUp(unit: string | null): boolean | null {
  return unit === null || unit.startsWith('column ') ? null : !INTENSIVE.test(unit)
}

export type Currency = { column: string; value: string | null } | null

/** @param written what stands beside the digits, where it is stored as text. */
export function unitOf(
  name: string,
  { described, written, currency }: { described: string; written: string | null; currency: Currency },
): string | null {
  const known = written ?? unitInName(name) ?? unitSaid(described)
  if (known !== null) return known
  if (!isCalled('MONEY', name) || isCalled('QUANTITY', name) || currency === null) return null
  return currency.value ?? `column ${currency.column}`
}
