/** What an incremental model takes of what is new: a bound that looks ahead, the wrong way, or not far enough back. */
import type { Look } from '../look.ts'
import type { Idea, IdeaEdit } from './idea.ts'

/** In Jinja's block of what holds for a table that stands already. */
const BLOCK = /\{%-?\s*if\s[^%]*\bis_incremental\s*\([\s\S]*?\{%-?\s*end\s*if\b/g

/** `side`: of the comparison that it is in, what came (`new`), or how far the table is (`bound`). */
type Side = 'new' | 'bound'
type Turn = {
  pattern: RegExp
  to: (found: RegExpMatchArray, side: Side) => string | null
  words: string
  score: number
}

const TURNS: Turn[] = [
  {
    // `max(loaded_at) + interval '3 days'`, and the same the other way round.
    pattern: /([+-])(?=\s*interval\b|\s*\(?\s*interval\b|\s*make_interval\b|\s*\d)/gi,
    // What is taken gets more by it, never less.
    to: ([, sign], side) => (side === 'bound' ? (sign === '+' ? '-' : null) : sign === '-' ? '+' : null),
    words: 'it looks back, and not ahead',
    score: 70,
  },
  {
    // `dateadd(day, 3, max(...))`, `dbt.dateadd('day', -3, ...)`.
    pattern:
      /(?<=\b(?:dateadd|date_add|timestampadd)\s*\(\s*(?:datepart\s*=\s*)?['"]?\w+['"]?\s*,\s*(?:interval\s*=\s*)?)(-?)(?=\d)/gi,
    to: ([, sign], side) => (side === 'bound' ? (sign === '' ? '-' : null) : sign === '-' ? '' : null),
    words: 'it looks back, and not ahead',
    score: 70,
  },
  {
    pattern: /(?<![<>=!-])([<>]=?)(?![<>=])/g,
    // `side` is that of what stands before it.
    to: ([, sign], side) => {
      const [ahead, behind] = side === 'new' ? ['>', '<'] : ['<', '>']
      return sign?.startsWith(behind) ? sign.replace(behind, ahead) : sign === ahead ? `${ahead}=` : null
    },
    words: 'what is new is later, and what came at the same time is new too',
    score: 58,
  },
  { pattern: /\b(min)(?=\s*\()/gi, to: () => 'max', words: 'what stands ends with its latest', score: 56 },
]

export function watermarkIdeas(look: Look, id: string): Idea[] {
  const [file, raw] = [look.fileOf(id), look.compiled(id)?.raw]
  return file && raw ? turnsIn(raw, file) : []
}

export function turnsIn(raw: string, file: string): Idea[] {
  const found: Idea[] = []
  for (const block of raw.matchAll(BLOCK))
    for (const { pattern, to, words, score } of TURNS)
      for (const m of blanked(block[0]).matchAll(pattern)) {
        const side = sideOf(blanked(block[0]), m.index)
        const text = side && to(m, side)
        if (text === null) continue
        const start = block.index + m.index
        const edit: IdeaEdit = { file, start, end: start + m[0].length, text }
        const line = raw.slice(0, start).split('\n').length
        found.push({
          title:
            text === ''
              ? `Take the sign away in line ${line}`
              : `Write ${text} instead of ${m[0].trim() || 'no sign'} in line ${line}`,
          because: [`of what is read when the table stands: ${words}`],
          // A sum is ahead of what stands: that is hardly ever meant.
          score: /^\+/.test(m[0]) || (m[1] === '' && text === '-') ? score + 6 : score,
          edits: [edit],
        })
      }
  return found
}

/**
 * On which side of its comparison a place is: that which looks at the table itself is the bound. Null where that cannot
 * be told.
 */
function sideOf(text: string, at: number): Side | null {
  const before = [...text.slice(0, at).matchAll(/\b(?:where|and|or|on)\b/gi)].filter((m) =>
    isOutside(text, m.index),
  )
  const start = before.at(-1)?.index ?? 0
  const later = [...text.matchAll(/\b(?:and|or|group|order|having)\b/gi)]
  const end = later.find((m) => m.index > at && isOutside(text, m.index))?.index ?? text.length
  const signs = [...text.slice(start, end).matchAll(/(?<![<>=!-])[<>]=?(?![<>=])/g)]
  const [sign, ...more] = signs.filter((m) => isOutside(text, start + m.index))
  if (!sign || more.length > 0) return null
  const middle = start + sign.index
  const sides = [text.slice(start, middle), text.slice(middle, end)].map((t) => /\bthis\b/.test(t))
  if (sides[0] === sides[1]) return null
  return at <= middle === sides[0] ? 'bound' : 'new'
}

/** Not in brackets, but for those of Jinja. */
function isOutside(text: string, at: number): boolean {
  const plain = text.slice(0, at).replace(/\{\{[\s\S]*?\}\}/g, '')
  return [...plain].reduce((depth, c) => depth + (c === '(' ? 1 : c === ')' ? -1 : 0), 0) === 0
}

/** Same length, without comments and the tags of Jinja, whose signs are no SQL. */
const blanked = (text: string) =>
  text.replace(/\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|--[^\n]*/g, (found) => found.replace(/[^\n]/g, ' '))
