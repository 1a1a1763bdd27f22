/** Which rows of a table a part is to hold, in the words of a request. */
import type { Bounds } from '../order/change.ts'
import { valuesListed } from './text.ts'

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const YEAR = '(?:19|20)\\d\\d'

const day = (year: number, month: number, date = 1) =>
  new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10)

type Range = Extract<Bounds, { kind: 'range' }>

/** A year, a quarter, a month or a day by the calendar; null where it is none. */
export function periodIn(said: string): Range | null {
  const text = said.trim().replace(/^the (?:month of |year |quarter )?/i, '')
  const range = (year: number, month: number, months: number): Range => ({
    kind: 'range',
    from: day(year, month),
    to: day(year, month + months),
  })
  const [, named, of] = new RegExp(`^(${MONTH})\\.?,?(?:\\s+of)?\\s+(${YEAR})$`, 'i').exec(text) ?? []
  if (named && of) return range(Number(of), MONTHS.indexOf(named.slice(0, 3).toLowerCase()), 1)
  const [, year, month, date] = new RegExp(`^(${YEAR})(?:[-/](\\d\\d))?(?:[-/](\\d\\d))?$`).exec(text) ?? []
  if (year && month && (Number(month) < 1 || Number(month) > 12)) return null
  if (year && month && date) {
    const from = day(Number(year), Number(month) - 1, Number(date))
    if (from !== `${year}-${month}-${date}`) return null
    return { kind: 'range', from, to: day(Number(year), Number(month) - 1, Number(date) + 1) }
  }
  if (year && month) return range(Number(year), Number(month) - 1, 1)
  if (year) return range(Number(year), 0, 12)
  const [, quarter, inYear] = new RegExp(`^q([1-4])[ ,/-]*(${YEAR})$`, 'i').exec(text) ?? []
  return quarter && inYear ? range(Number(inYear), (Number(quarter) - 1) * 3, 3) : null
}

/** The words for what lies between two days, as they are read here. */
export function periodSaid(from: string, to: string): string {
  const [year = '', month = '1'] = from.split('-')
  const ways = [year, from.slice(0, 7), `Q${Math.ceil(Number(month) / 3)} ${year}`, from]
  const is = (said: string) => {
    const period = periodIn(said)
    return period?.from === from && period.to === to
  }
  return ways.find(is) ?? `${from} up to ${to}`
}

/** `region 'EU'`, `EU and US`, `1000 to 2000`, `all else`. */
export function boundsIn(said: string): { bounds: Bounds; by: string | null } | null {
  const text = said.trim().replace(/^(?:the\s+)?values?\s+/i, '')
  const period = periodIn(text)
  if (period) return { bounds: period, by: null }
  if (/^(?:all|everything|anything|whatever is)\s+else$|^the\s+rest$/i.test(text))
    return { bounds: { kind: 'rest' }, by: null }
  const [, first, end] = /^(?:from\s+)?(\d{4}-\d\d-\d\d)\s+up to\s+(\d{4}-\d\d-\d\d)$/i.exec(text) ?? []
  if (first && end) {
    const isPeriod = periodIn(first) !== null && periodIn(end) !== null && first < end
    return isPeriod ? { bounds: { kind: 'range', from: first, to: end }, by: null } : null
  }
  const [, from, to] = /^(?:from\s+)?(-?\d+)\s*(?:to|up to|-|–)\s*(-?\d+)$/i.exec(text) ?? []
  if (from && to) return Number(from) < Number(to) ? { bounds: { kind: 'range', from, to }, by: null } : null
  const [, by, values] =
    /^(?:(?:the\s+)?([\p{L}_][\p{L}\p{N}_]*)\s+(?:is\s+|=\s*)?)?((?:"[^"]*"|'[^']*')(?:(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+)(?:"[^"]*"|'[^']*'))*)$/u.exec(
      text,
    ) ?? []
  return values ? { bounds: { kind: 'list', values: valuesListed(values) }, by: by ?? null } : null
}
