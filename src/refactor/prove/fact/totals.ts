/** Totals as the warehouse writes them, compared and told. */
import { isFloat } from '../../../sandbox/compare/pairs.ts'

export type Total = {
  /** How many rows have a value. */
  values: number
  /** null where nothing was added up: no row has a value, or it is no number. */
  total: string | null
  /** The sum without signs: what a rounding error of floats is measured by. */
  moved: string | null
  /** The warehouse's name of the sum's type; null where it does not say. */
  type: string | null
}

/** Sums of floats depend on the order in which they are added up. */
const TOLERANCE = 1e-9
const SINGLE = 1e-6

export function totalIn(answer: Record<string, string | null>, i: number): Total | null {
  const values = answer[`values ${i}`]
  if (values === undefined) return null
  return {
    values: Number(values),
    total: answer[`total ${i}`] ?? null,
    moved: answer[`moved ${i}`] ?? null,
    type: answer[`type ${i}`] ?? null,
  }
}

/** Decimals to the last digit; floats as far as their order of adding up allows. */
export function sameTotal(a: Total, b: Total): boolean {
  if (a.total === null || b.total === null) return a.total === b.total
  if (plain(a.total) === plain(b.total)) return true
  const kinds = [a.type, b.type]
  if (!kinds.some((type) => type === null || isFloat(type))) return false
  const tolerance = kinds.some((type) => type !== null && /^(real|float4?)$/i.test(type)) ? SINGLE : TOLERANCE
  const size = Math.max(...[a, b].map((t) => Number(t.moved ?? t.total)))
  return Math.abs(Number(a.total) - Number(b.total)) <= tolerance * size
}

/** `84,214.87`. */
export function shownTotal({ total, type }: Total): string {
  if (total === null) return 'nothing'
  if (type === null || isFloat(type) || !/^-?\d+(\.\d+)?$/.test(total)) {
    const value = Number(total)
    return Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 6 }) : total
  }
  const [whole = '', part] = plain(total).split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part === undefined ? '' : `.${part}`)
}

/** One number, one way to write it: `6433.00` is `6433`. */
function plain(text: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text
  const short = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
  return short === '-0' ? '0' : short
}
