/** SQL that cannot be read: a comma too many or too few, a semicolon, a slip in a keyword, a case or bracket left open. */
import { collectChanges, type TextEdit } from '../../../changes/index.ts'
import { nearNames } from '../score.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { edited, lineSpan, sqlOnly, wordsIn } from '../words.ts'
import type { Slip } from './jinja.ts'

const KEYWORDS = [
  ...[
    'select',
    'from',
    'where',
    'group',
    'order',
    'by',
    'having',
    'join',
    'left',
    'inner',
    'full',
    'cross',
    'using',
  ],
  ...[
    'union',
    'all',
    'case',
    'when',
    'then',
    'else',
    'end',
    'with',
    'as',
    'on',
    'and',
    'distinct',
    'cast',
    'between',
  ],
  ...[
    'partition',
    'over',
    'limit',
    'is',
    'not',
    'null',
    'in',
    'like',
    'outer',
    'lateral',
    'interval',
    'asc',
    'desc',
  ],
]

export const syntax: Fixer = {
  id: 'syntax',
  classes: ['D12', 'D01', 'D02'],
  find: async ({ class: of, file, line, thing }, context) => {
    if (!file?.endsWith('.sql')) return []
    const text = await context.read(file).catch(() => null)
    if (text === null) return []
    const slips = of?.id === 'D12' ? sqlSlips(text, line) : commaBefore(text, line, thing)
    return made(slips, file, text, context)
  },
}

async function made(slips: Slip[], file: string, text: string, { place }: FixContext): Promise<Candidate[]> {
  const found: Candidate[] = []
  for (const { title, because, score, edits } of slips) {
    const files = collectChanges(place)
    await files.write(file, edited(text, edits, file))
    const changes = await files.changeSet(title)
    if (changes.changes.length > 0) found.push({ title, because: [because], score, changes })
  }
  return found
}

function sqlSlips(text: string, line: number | null): Slip[] {
  const sql = sqlOnly(text)
  const lineOf = (at: number) => text.slice(0, at).split('\n').length
  const near = (at: number) => line === null || Math.abs(lineOf(at) - line) <= 2
  const slips: Slip[] = []
  for (const m of sql.matchAll(/,(?=\s*(?:\bfrom\b|\bwhere\b|\bgroup\s+by\b|\border\s+by\b|\)|$))/gi))
    slips.push(
      slip(
        'Remove a comma too many',
        `line ${lineOf(m.index)} ends in a comma, and nothing follows it`,
        near(m.index) ? 80 : 60,
        [cut(m.index)],
      ),
    )
  const end = /;\s*$/.exec(sql)
  if (end)
    slips.push(
      slip('Remove the semicolon', 'dbt puts the model into a statement of its own', 80, [cut(end.index)]),
    )
  const inner = /;(?=[\s\S]*\S)/.exec(sql)
  if (inner)
    slips.push(slip('Remove the semicolon', 'it ends the statement before its end', 50, [cut(inner.index)]))
  for (const word of wordsIn(sql).filter(
    (w) => !w.quoted && near(w.start) && !KEYWORDS.includes(w.name.toLowerCase()),
  )) {
    const [key] = nearNames(word.name, KEYWORDS, 1)
    if (!key || word.name.length < 3) continue
    const instead = word.name === word.name.toUpperCase() ? key.name.toUpperCase() : key.name
    slips.push(
      slip(`Write ${instead} instead of ${word.name}`, `${word.name} is nearly a keyword`, key.score - 10, [
        { start: word.start, end: word.end, text: instead },
      ]),
    )
  }
  return [
    ...slips,
    ...openCases(text, sql, line),
    ...brackets(text, sql, line),
    ...missingCommas(text, sql, line),
  ]
}

const MOST_BRACKETS = 4

/** A bracket too few or too many, in a line that opens more than it closes or the reverse: the nearest line first. */
function brackets(text: string, sql: string, line: number | null): Slip[] {
  const balance = (part: string) => part.split('(').length - part.split(')').length
  const over = balance(sql)
  if (over === 0) return []
  const lines = sql.split('\n')
  // `with a as (` opens what other lines close.
  const spread = (l: string) => (over > 0 ? /\(\s*$/.test(l) : /^\s*\)/.test(l))
  const found = lines.flatMap((l, i) => (balance(l) * over > 0 && !spread(l) ? [{ at: i + 1, l }] : []))
  const far = (at: number) => Math.abs(at - (line ?? at))
  return found
    .sort((a, b) => far(a.at) - far(b.at))
    .slice(0, MOST_BRACKETS)
    .flatMap(({ at, l }, n): Slip[] => {
      const start = lineSpan(text, at)?.start ?? 0
      const score = 74 - 4 * n
      const last = l.lastIndexOf(')')
      if (over < 0)
        return last < 0
          ? []
          : [
              slip(`Take a bracket out of line ${at}`, 'one is closed that was not opened', score, [
                cut(start + last),
              ]),
            ]
      return itemEnds(text.slice(start, start + l.length)).map((end, k) =>
        slip(`Close the bracket in line ${at}`, 'one is opened and not closed', score - 6 * k, [
          { start: start + end, end: start + end, text: ')' },
        ]),
      )
    })
}

/** A case without its end: before what names it, or where its item ends. */
function openCases(text: string, sql: string, line: number | null): Slip[] {
  const times = (word: string) => (sql.match(new RegExp(`\\b${word}\\b`, 'gi')) ?? []).length
  if (times('case') <= times('end')) return []
  const end = /\bEND\b|\bCASE\b/.test(sql) ? 'END' : 'end'
  return [line, line === null ? null : line - 1].flatMap((at): Slip[] => {
    const span = at === null ? null : lineSpan(text, at)
    if (!span) return []
    return itemEnds(text.slice(span.start, span.end)).map((i, n) =>
      slip(`End the case in line ${at}`, 'a case has no end', 76 - n * 6, [
        { start: span.start + i, end: span.start + i, text: ` ${end}` },
      ]),
    )
  })
}

/** Where the expression of a line ends: in front of its alias, else of its comma. */
function itemEnds(line: string): number[] {
  const code = line.replace(/--[^'\n]*$/, '')
  const ends = [/\s+as\s+(?:"[^"]+"|[\w$]+)\s*,?\s*$/i, /\s*,?\s*$/]
  return [...new Set(ends.flatMap((p) => p.exec(code)?.index ?? []))]
}

/** Two items on two lines, and no comma between them. */
function missingCommas(text: string, sql: string, line: number | null): Slip[] {
  const lines = sql.split('\n')
  return [line, line === null ? null : line - 1].flatMap((at): Slip[] => {
    const [above, below] = at === null ? [] : [lines[at - 2], lines[at - 1]]
    const span = at === null ? null : lineSpan(text, at - 1)
    if (!span || !above || !below || /^\s*(?:select|with|from|,|$)/i.test(below)) return []
    if (
      !/[\w")]\s*$/.test(above) ||
      /\b(?:select|from|where|and|or|on|by|as|then|else|when|case|join|using)\s*$/i.test(above)
    )
      return []
    const end = span.start + above.trimEnd().length
    return [
      slip(`Put a comma behind line ${(at ?? 1) - 1}`, 'two items stand on two lines without one', 65, [
        { start: end, end, text: ',' },
      ]),
    ]
  })
}

/** `a` over `b` without a comma reads `a as b`: then b is what is missed further down. */
function commaBefore(text: string, line: number | null, thing: string | null): Slip[] {
  return thing === null ? [] : missingCommas(text, sqlOnly(text), line).map((s) => ({ ...s, score: 40 }))
}

const cut = (at: number): TextEdit => ({ start: at, end: at + 1, text: '' })
const slip = (title: string, because: string, score: number, edits: TextEdit[]): Slip => ({
  title,
  because,
  score,
  edits,
})
