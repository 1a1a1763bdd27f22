/** What an incremental model takes of what is new: a bound that looks ahead, the wrong way, or not far enough back. */
import type { Look } from '../look.ts'
import type { Idea, IdeaEdit } from './idea.ts'

/** In Jinja's block of what holds for a table that stands already. */
const BLOCK = /\{%-?\s*if\s[^%]*\bis_incremental\s*\([\s\S]*?\{%-?\s*end\s*if\b/g

type Turn = { pattern: RegExp; to: (found: RegExpMatchArray) => string | null; words: string; score: number }

const TURNS: Turn[] = [
  {
    // `max(loaded_at) + interval '3 days'`, and the same the other way round.
    pattern: /([+-])(?=\s*interval\b|\s*\(?\s*interval\b|\s*make_interval\b|\s*\d)/gi,
    to: ([, sign]) => (sign === '+' ? '-' : '+'),
    words: 'it looks back, and not ahead',
    score: 70,
  },
  {
    // `dateadd(day, 3, max(...))`, `dbt.dateadd('day', -3, ...)`.
    pattern:
      /(?<=\b(?:dateadd|date_add|timestampadd)\s*\(\s*(?:datepart\s*=\s*)?['"]?\w+['"]?\s*,\s*(?:interval\s*=\s*)?)(-?)(?=\d)/gi,
    to: ([, sign]) => (sign === '-' ? '' : '-'),
    words: 'it looks back, and not ahead',
    score: 70,
  },
  {
    pattern: /(?<![<>=!-])(<=?|>)(?![<>=])/g,
    to: ([, sign]) => (sign === '<' ? '>' : sign === '<=' ? '>=' : '>='),
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
        const text = to(m)
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

/** Same length, without comments and the tags of Jinja, whose signs are no SQL. */
const blanked = (text: string) =>
  text.replace(/\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|--[^\n]*/g, (found) => found.replace(/[^\n]/g, ' '))
