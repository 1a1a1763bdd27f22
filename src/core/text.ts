/** Small words for people: counts, durations, ages, nearest names. */
import { distance } from 'fastest-levenshtein'
import prettyMs from 'pretty-ms'

/** `1 row`, `6,433 rows`. */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? singular : plural}`
}

/** Seconds as `2.1 s`, `3m 4s`. */
export function seconds(s: number): string {
  return s < 60
    ? `${s.toFixed(s < 10 && !Number.isInteger(s) ? 1 : 0)} s`
    : prettyMs(s * 1000, { secondsDecimalDigits: 0 })
}

/** How long before `now`: `just now`, `4 min ago`, `2 days ago`. */
export function ago(then: Date, now: Date): string {
  const s = Math.max(0, (now.getTime() - then.getTime()) / 1000)
  if (s < 45) return 'just now'
  if (s < 3600) return `${Math.max(1, Math.round(s / 60))} min ago`
  if (s < 36 * 3600) return `${count(Math.round(s / 3600), 'hour')} ago`
  return `${count(Math.round(s / 86400), 'day')} ago`
}

/** The names nearest to `name`, best first: only those close enough to be a slip of the hand. */
export function nearest(name: string, names: Iterable<string>, most = 3): string[] {
  const wanted = name.toLowerCase()
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  return [...new Set(names)]
    .map((n) => ({ n, d: distance(wanted, n.toLowerCase()) }))
    .filter(({ n, d }) => d <= limit || (wanted.length > 3 && n.toLowerCase().includes(wanted)))
    .sort((a, b) => a.d - b.d || a.n.localeCompare(b.n))
    .slice(0, most)
    .map(({ n }) => n)
}

/** `a`, `a and b`, `a, b and c`; `a, b and 7 more` past the limit. */
export function list(items: string[], most = Number.POSITIVE_INFINITY): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : items
  if (shown.length < 2) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** Shell-quotes an argument for a command that a person will paste. */
export function shellQuote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`
}

/** Each line with a margin in front. */
export function indent(text: string, margin = '  '): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : margin + line))
    .join('\n')
}

/** Finds a name where it stands as a word of its own, in any capitals. */
export function asWord(name: string): RegExp {
  const literal = escaped(name)
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'giu')
}

/** A text as a pattern that finds nothing but it. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
