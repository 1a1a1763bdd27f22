/** How near one name is to another, as a reason to take it for what was meant. */
import { distance } from 'fastest-levenshtein'
import { nearest } from '../../core/text.ts'

/** 0: not near. One slip of the hand in a longer name says more than one in a short one. */
export function distanceScore(wanted: string, name: string): number {
  const [a, b] = [wanted.toLowerCase(), name.toLowerCase()]
  if (a === b) return 90
  if (sameWords(a, b)) return 85
  if (isShort(a, b) || isShort(b, a)) return 72
  // Letters in another order are one slip, wherever they went.
  const d = sorted(a) === sorted(b) ? 1 : distance(a, b)
  if (d > 1 && nearest(wanted, [name], 1).length === 0) return 0
  return Math.max(20, Math.round(88 - (d * 100) / Math.max(a.length, 4)))
}

/** More than one slip of the hand: another name may be meant as well. */
export function isFar(wanted: string, name: string): boolean {
  const [a, b] = [wanted.toLowerCase(), name.toLowerCase()]
  return sorted(a) !== sorted(b) && distance(a, b) > 1
}

const sorted = (name: string) => [...name].sort().join('')

/** `customer_id` and `customerid`, `order_date` and `date_order`. */
function sameWords(a: string, b: string): boolean {
  const words = (name: string) => name.split(/[^a-z0-9]+/).filter(Boolean)
  return (
    words(a).join('') === words(b).join('') ||
    (words(a).length > 1 && words(a).sort().join() === words(b).sort().join())
  )
}

/** `cust_id` for `customer_id`: each word is how the other's begins. */
function isShort(short: string, long: string): boolean {
  const words = (name: string) => name.split(/[^a-z0-9]+/).filter(Boolean)
  const [few, many] = [words(short), words(long)]
  const begins = (w: string, i: number) => w === many[i] || (w.length >= 3 && many[i]?.startsWith(w) === true)
  return few.length === many.length && few.length > 1 && few.every(begins)
}

export type Near = { name: string; score: number }

export function nearNames(wanted: string, names: Iterable<string>, most = 3): Near[] {
  return [...new Set(names)]
    .filter((n) => n !== wanted)
    .map((name) => ({ name, score: distanceScore(wanted, name) }))
    .filter((n) => n.score > 0)
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))
    .slice(0, most)
}
