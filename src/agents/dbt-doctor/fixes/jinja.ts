/** Jinja that cannot be read: tags, blocks, braces, quotes and comments that a slip has left open, or one too many. */

import type { TextEdit } from '../../../changes/index.ts'
import { escaped } from '../../../core/text.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lineSpan } from '../words.ts'
import { blockSlips } from './blocks.ts'
import { propose } from './propose.ts'

export type Slip = { title: string; because: string; score: number; edits: TextEdit[]; guess?: true }

const TAGS = [
  ...[
    'if',
    'elif',
    'else',
    'endif',
    'for',
    'endfor',
    'set',
    'endset',
    'macro',
    'endmacro',
    'call',
    'endcall',
  ],
  ...[
    'test',
    'endtest',
    'docs',
    'enddocs',
    'snapshot',
    'endsnapshot',
    'do',
    'filter',
    'endfilter',
    'raw',
    'endraw',
  ],
]

/** What gives a value, and is no tag. */
const CALLS = /^(?:ref|source|var|env_var|config|doc|return|log|adapter|dbt_utils|run_query)\b/

const insert = (at: number, text: string): TextEdit => ({ start: at, end: at, text })

export const jinja: Fixer = {
  id: 'jinja',
  // A brace that is no Jinja goes to the database as it is.
  classes: ['C03', 'D12'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const path of await filesOf(failure, context)) {
      const text = await context.read(path).catch(() => '')
      for (const { title, because, score, edits, guess } of slipsIn(text, path, failure)) {
        const made = await propose(context, {
          title,
          because: [because],
          score,
          texts: { [path]: edited(text, edits, path) },
        })
        found.push(...made.map((c) => (guess ? { ...c, guess } : c)))
      }
    }
    return found
  },
}

/** The file that is named; else those that have the line which dbt shows; else all that a block can be defined in. */
async function filesOf(failure: Failure, { files, read }: FixContext): Promise<string[]> {
  const written = files.filter((p) => /\.(?:sql|md)$/.test(p))
  const [, shown] = /^\s*line \d+\n\s*(\S[^\n]*)$/m.exec(failure.message) ?? []
  if (failure.class?.id === 'D12') return written.filter((p) => p === failure.file)
  if (failure.file !== null && !/> in macro /.test(failure.message))
    return written.filter((p) => p === failure.file)
  const holders: string[] = []
  for (const path of written) {
    const text = await read(path).catch(() => '')
    if (shown === undefined || text.includes(shown.trim())) holders.push(path)
  }
  return holders
}

export function slipsIn(text: string, path: string, { class: of, message, line }: Failure): Slip[] {
  if (of?.id === 'D12') return oneBrace(text)
  const at = Number(/^\s*line (\d+)$/m.exec(message)?.[1] ?? line ?? 0)
  const tags = [...unknownTag(text, message), ...misspeltEnds(text, message)]
  return [
    ...tags,
    // A tag that is misspelt leaves a block open, or ends none.
    ...(tags.length > 0 ? [] : blockSlips(text, path)),
    ...shortBraces(text),
    ...oneBrace(text),
    ...openComment(text),
    ...openQuote(text),
    ...braceInBraces(text),
    ...expected(text, at, message),
    ...cutOff(text, at, message),
  ]
}

function unknownTag(text: string, message: string): Slip[] {
  const unknown = /Encountered unknown tag '([^']+)'/.exec(message)?.[1]
  // One that is a tag ends what nothing has begun.
  if (!unknown || TAGS.includes(unknown)) return []
  const tags = [...text.matchAll(new RegExp(`(\\{%[-+]?\\s*)${unknown}\\b`, 'g'))]
  const called = CALLS.test(unknown)
    ? [...text.matchAll(new RegExp(`\\{%([-+]?\\s*${unknown}\\b[^{}%]*?)%\\}`, 'g'))].map((m) => ({
        start: m.index,
        end: m.index + m[0].length,
        text: `{{${m[1]}}}`,
      }))
    : []
  return [
    ...(called.length > 0
      ? [
          {
            title: `Write {{ }} around ${unknown}`,
            because: `${unknown} gives a value, and is no tag`,
            score: 80,
            edits: called,
          },
        ]
      : []),
    // `elseif` is how others write it.
    ...[...(unknown === 'elseif' ? [{ name: 'elif', score: 90 }] : []), ...nearNames(unknown, TAGS)].map(
      (near) => ({
        title: `Write ${near.name} instead of ${unknown}`,
        because: `${near.name} is a tag of Jinja, and is written nearly so`,
        score: near.score,
        edits: tags.map((m) => {
          const start = m.index + (m[1]?.length ?? 0)
          return { start, end: start + unknown.length, text: near.name }
        }),
      }),
    ),
  ]
}

/** Of an end that it does not know dbt says only that a block is left open. */
function misspeltEnds(text: string, message: string): Slip[] {
  if (!/without finding a close tag|Got nested tags|inside control flow/.test(message)) return []
  const ends = TAGS.filter((t) => t.startsWith('end'))
  return [...text.matchAll(/(\{%[-+]?\s*)(end?\w+|n?ed\w+)(?=\s*[-+]?%\})/g)].flatMap((m) => {
    const [, head = '', word = ''] = m
    const [near] = ends.includes(word) ? [] : nearNames(word, ends, 1)
    const start = m.index + head.length
    return near
      ? [
          {
            title: `Write ${near.name} instead of ${word}`,
            because: `${near.name} is a tag, and is written nearly so`,
            score: 84,
            edits: [{ start, end: start + word.length, text: near.name }],
          },
        ]
      : []
  })
}

/** `{{ x }`, `{% x %`, `{% x %]`, `{% x }`, `ref('x' }}`. */
function shortBraces(text: string): Slip[] {
  const slips: Slip[] = []
  for (const m of text.matchAll(/\{\{[^{}\n]*?\}(?!\})/g))
    slips.push({
      title: 'Close the expression',
      because: 'a }} has only one bracket',
      score: 75,
      edits: [insert(m.index + m[0].length, '}')],
    })
  // `%` and another bracket close nothing else; one of both alone may be something else within a line.
  for (const m of text.matchAll(/\{%[^%{}\n]*?(%[\])>]|(?:[\])>}]|%)(?=\s*(?:\n|$)))/g)) {
    const end = m.index + m[0].length
    if (text.startsWith('%}', end - 1) || text.startsWith('}', end)) continue
    slips.push({
      title: 'Close the tag',
      because: 'a tag ends in %}',
      score: 76,
      edits: [
        {
          start: end - (/[)\]]/.test(m[1] ?? '') && m[1]?.length === 1 ? 0 : (m[1]?.length ?? 0)),
          end,
          text: '%}',
        },
      ],
    })
  }
  for (const m of text.matchAll(/\{\{[^{}\n]*?\((?:[^(){}\n]*)(?=\s*\}\})/g)) {
    if (m[0].slice(m[0].lastIndexOf('(')).includes(')')) continue
    slips.push({
      title: 'Close the bracket',
      because: 'a call has no closing bracket',
      score: 70,
      edits: [insert(m.index + m[0].trimEnd().length, ')')],
    })
  }
  return slips
}

/** `{ ref('x') }}`, `{{ x }}}`: what is left over is no SQL. */
function oneBrace(text: string): Slip[] {
  return [
    ...[...text.matchAll(/(?<!\{)\{(?=\s*[\w.]+\([^{}\n]*\)\s*\}\})/g)].map((m) => ({
      title: 'Open the expression with two braces',
      because: '}} closes what only one { has opened',
      score: 80,
      edits: [insert(m.index, '{')],
    })),
    ...[...text.matchAll(/(?<!\{)\{\{(?:[^{}\n]*)\}\}(\}+)/g)].map((m) => ({
      title: 'Take a brace too many out',
      because: 'the expression ends before it',
      score: 78,
      edits: [{ start: m.index + m[0].length - (m[1]?.length ?? 0), end: m.index + m[0].length, text: '' }],
    })),
  ]
}

/** `{{ ref({{ 'x' }}) }}`: in an expression there is no other. */
function braceInBraces(text: string): Slip[] {
  return [...text.matchAll(/\{\{((?:[^{}\n]*\{\{[^{}\n]*\}\})+[^{}\n]*)\}\}/g)].map((m) => {
    const start = m.index + 2
    const inner = (m[1] ?? '').replace(/\{\{\s*|\s*\}\}/g, '')
    return {
      title: 'Take out the braces within braces',
      because: 'what stands in an expression is Jinja already',
      score: 82,
      edits: [{ start, end: start + (m[1] ?? '').length, text: inner }],
    }
  })
}

function openComment(text: string): Slip[] {
  const open = text.lastIndexOf('{#')
  if (open < 0 || text.includes('#}', open)) return []
  const end = open + (text.slice(open).split('\n')[0]?.trimEnd().length ?? 0)
  const hasBrace = text[end - 1] === '}'
  return [
    {
      title: 'Close the comment',
      because: 'a comment ends in #}',
      score: 80,
      edits: [insert(hasBrace ? end - 1 : end, hasBrace ? '#' : ' #}')],
    },
  ]
}

/** A string in braces that does not end: before the bracket or comma behind it, or where the expression ends. */
function openQuote(text: string): Slip[] {
  return [...text.matchAll(/\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}/g)].flatMap((m) =>
    ['"', "'"].flatMap((quote): Slip[] => {
      if ((m[0].split(quote).length - 1) % 2 === 0) return []
      const last = m[0].lastIndexOf(quote)
      const word = /^[\w.$-]*/.exec(m[0].slice(last + 1))?.[0].length ?? 0
      const first = /[(,=]\s*([\w.$-]+)$/.exec(m[0].slice(0, last))
      const ends = [m.index + last + 1 + word]
      const starts = first ? [m.index + last - (first[1]?.length ?? 0)] : []
      return [...(word > 0 ? ends : []), ...starts].map((at) => ({
        title: 'Close the quotes',
        because: 'a string in braces is left open',
        score: 78,
        edits: [insert(at, quote)],
      }))
    }),
  )
}

const MOST_PLACES = 4

/** `expected token ',', got 'alias'`: what is missed goes in front of what stands there, or in its place. */
function expected(text: string, at: number, message: string): Slip[] {
  const [, wanted, got] = /expected token '([^']+)', got '([^']+)'/.exec(message) ?? []
  const [from, here] = [lineSpan(text, at - 1) ?? lineSpan(text, at), lineSpan(text, at)]
  if (!wanted || !got || !from || !here) return []
  // In a mapping it is noticed only where it ends.
  if (wanted === ':')
    return [...text.slice(from.start, here.end).matchAll(/(["'][\w .-]+["'])\s+(?=["'\w[{])/g)].map((m) => ({
      title: `Put a colon behind ${m[1]}`,
      because: 'Jinja misses it in the mapping',
      score: 70,
      edits: [insert(from.start + m.index + (m[1]?.length ?? 0), ':')],
    }))
  const missed = wanted === 'end of statement block' ? '=' : wanted
  if (/ /.test(missed)) return []
  const isWord = /^\w+$/.test(missed)
  const pattern = got === 'string' ? /["']/g : new RegExp(escaped(got), 'g')
  const places = [...text.slice(from.start, here.end).matchAll(pattern)].map((m) => from.start + m.index)
  return places.slice(0, MOST_PLACES).flatMap((start): Slip[] => {
    const back = text.slice(0, start).trimEnd().length
    const isHead = /^\w+$/.test(got) && /\w/.test(text[start - 1] ?? '')
    if (isHead) return []
    return [
      {
        title: `Put ${missed} before ${got === 'string' ? 'the string' : got}`,
        because: `Jinja misses it there`,
        score: 66,
        edits: [isWord || missed === '=' ? insert(start, `${missed} `) : insert(back, missed)],
      },
      ...(isWord && /^\w+$/.test(got)
        ? [
            {
              title: `Write ${missed} instead of ${got}`,
              because: `Jinja reads ${missed} there`,
              score: 70,
              edits: [{ start, end: start + got.length, text: missed }],
            },
          ]
        : []),
    ]
  })
}

/** `{% if x == %}`: an operator with nothing behind it. What it was to be compared with is not known. */
function cutOff(text: string, at: number, message: string): Slip[] {
  if (!/unexpected 'end of (?:statement block|print statement)'/.test(message)) return []
  const span = lineSpan(text, at)
  const m =
    span &&
    /\s*(?:==|!=|<=|>=|<|>|\||~|\+|-|\*|\/|,|\b(?:and|or|in|is|not))\s*(?=\s[-+]?[%}]\})/.exec(
      text.slice(span.start, span.end),
    )
  if (!span || !m) return []
  const start = span.start + m.index
  return [
    {
      title: `Take out ${m[0].trim()}, which has nothing behind it`,
      because: 'an operator stands between two values',
      score: 64,
      edits: [{ start, end: start + m[0].length, text: '' }],
      guess: true,
    },
  ]
}
