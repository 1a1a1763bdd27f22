import { escaped } from '../../../core/text.ts'
/**
 * Codes and what they stand for, where a description lists them: `1 = Credit card, 2 = Cash`, `A: active`, a table in
 * Markdown. The values of the data anchor it: only what the list says of them, and of what looks like them, is read.
 */
export type Listed = { code: string; label: string }[]

const LONGEST = 200
/** What parts a code from its label. A dash or a bracket counts with its blank alone. */
const PARTS = ['=>', '->', '→', '==', '=', ':', ' – ', ' — ', ' - ', ') ', '. ', ' means ', ' is ']

/** @param values the distinct values of the column, as text. Empty where the description lists none, or one alone. */
export function listedIn(description: string, values: string[]): Listed {
  const known = new Set(values)
  const found = [fromTable(description, known), fromText(description, values)]
    .map((list) => list.filter((l, i) => list.findIndex((o) => o.code === l.code) === i))
    .filter((list) => list.filter((l) => known.has(l.code)).length > 1)
  return found[0] ?? []
}

/** `| placed | The order has been placed |`, below the line that ends the head. */
function fromTable(text: string, known: Set<string>): Listed {
  const rows = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^\|?.*[^|]\|[^|]/.test(line))
    .map((line) => line.replace(/^\||\|$/g, '').split('|'))
  const head = rows.findIndex((cells) => cells.every((c) => /^\s*:?-+:?\s*$/.test(c)))
  return rows
    .slice(head + 1)
    .map((cells) => cells.map(bare))
    .filter(([code = '', label = '']) => isLabel(label, code) && (head >= 0 || known.has(code)))
    .map(([code = '', label = '']) => ({ code, label }))
}

function fromText(text: string, values: string[]): Listed {
  const lists = PARTS.map((part) => apart(text, values, part)).sort((a, b) => b.length - a.length)
  return lists[0] ?? []
}

/** Every entry whose code is parted from its label by `part`. */
function apart(text: string, values: string[], part: string): Listed {
  const code = codePattern(values)
  const between =
    part.trim() === ''
      ? part
      : `${part.startsWith(' ') ? '\\s+' : '\\s*'}${escaped(part.trim())}${part.endsWith(' ') ? '\\s+' : '\\s*'}`
  const entry = new RegExp(`(?<![\\p{L}\\p{N}_.-])["'\`(\\[]*(${code})["'\`\\]]*${between}`, 'gu')
  const starts = [...text.matchAll(entry)]
  const raw = starts.map((m, i) => {
    const from = m.index + m[0].length
    return { code: m[1] ?? '', rest: text.slice(from, starts[i + 1]?.index ?? text.length) }
  })
  // What ends the labels that are followed by another one ends the last of them too.
  const ends = new Set(
    raw.slice(0, -1).map(({ rest }) => /[\n;,|/.](?=\s*(?:and|or|[-*•])?\s*$)/u.exec(rest)?.[0] ?? ''),
  )
  const [end = ''] = ends.size === 1 ? ends : []
  return raw.flatMap(({ code, rest }, i) => {
    const own = i === raw.length - 1 ? lastLabel(rest, end) : rest
    const label = bare(own.split('\n')[0] ?? '')
    return isLabel(label, code) ? [{ code, label }] : []
  })
}

function lastLabel(rest: string, end: string): string {
  const [first = ''] = end === '' ? [rest] : rest.split(end)
  return first.split(/(?<=[\p{L}\p{N})])[.)](?:\s|$)|;|\n/u)[0] ?? ''
}

/** Whole numbers are all alike; of words, those of the data alone are codes for sure. */
function codePattern(values: string[]): string {
  if (values.every((v) => /^-?\d+$/.test(v))) return '-?\\d+'
  return values
    .toSorted((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')
}

function bare(text: string): string {
  return text
    .trim()
    .replace(/(?:[\s,;|/]+(?:and|or))?[\s,;|/*•([-]*$/u, '')
    .replace(/^(["'`])([^"'`]*)\1$/, '$2')
    .replace(/(?<=[\p{L}\p{N}])\.$/u, '')
    .trim()
}

function isLabel(label: string, code: string): boolean {
  return label !== '' && label.length <= LONGEST && /\p{L}/u.test(label) && label !== code
}
