/** Blocks of Jinja and of dbt (macros, docs, tests) without their end, and ends without a beginning. */
import type { TextEdit } from '../../../changes/index.ts'

type Tag = { word: string; start: number; end: number; dash: string }
type Open = Tag & { before: number }
type Found = { title: string; because: string; score: number; edits: TextEdit[] }

/** They stand at the top: where one begins, all before it have ended. */
const DEFINED = new Set(['macro', 'test', 'data_test', 'docs', 'snapshot', 'materialization'])
const WITHIN = new Set(['if', 'for', 'call', 'filter', 'set'])

/** What dbt ends them with. */
const endOf = (word: string) => (word === 'data_test' ? 'enddata_test' : `end${word}`)

export function blockSlips(text: string, path: string): Found[] {
  const { open, stray } = unbalanced(text, path)
  return [
    ...open.flatMap((tag) => (DEFINED.has(tag.word) ? ended(text, tag) : endings(text, tag))),
    ...stray.map(({ word, start, end }) => {
      const line = text.slice(0, start).split('\n').length
      const head = text.lastIndexOf('\n', start - 1) + 1
      const tail = text.indexOf('\n', end)
      const isAlone =
        text.slice(head, start).trim() === '' && text.slice(end, tail < 0 ? text.length : tail).trim() === ''
      return {
        title: `Take the ${word} of line ${line} out`,
        because: 'it ends nothing',
        score: 68,
        edits: [
          isAlone
            ? { start: head, end: tail < 0 ? text.length : tail + 1, text: '' }
            : { start, end, text: '' },
        ],
      }
    }),
  ]
}

function unbalanced(text: string, path: string): { open: Open[]; stray: Tag[] } {
  const [stack, open, stray]: [Tag[], Open[], Tag[]] = [[], [], []]
  const isRead = (word: string) => (path.endsWith('.md') ? word === 'docs' : true)
  for (const tag of tagsIn(text)) {
    const ends = tag.word.startsWith('end') ? tag.word.slice(3) : null
    if (!isRead(ends ?? tag.word)) continue
    if (ends === null) {
      // A definition within another one: all before it were left open.
      if (DEFINED.has(tag.word)) for (const left of stack.splice(0)) open.push({ ...left, before: tag.start })
      stack.push(tag)
      continue
    }
    if (!DEFINED.has(ends) && !WITHIN.has(ends)) continue
    const at = stack.findLastIndex((t) => t.word === ends)
    if (at < 0) stray.push(tag)
    else for (const left of stack.splice(at).slice(1)) open.push({ ...left, before: tag.start })
  }
  for (const left of stack) open.push({ ...left, before: text.length })
  return { open, stray }
}

/** `set` only where it holds what follows; nothing of comments. */
function tagsIn(text: string): Tag[] {
  const blank = text.replace(/\{#[\s\S]*?#\}|\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}/g, (m) =>
    m.replace(/[^\n]/g, ' '),
  )
  return [...blank.matchAll(/\{%([-+]?)\s*(\w+)([^%]*?)([-+]?)%\}/g)].flatMap((m) => {
    const word = m[2] ?? ''
    const isKnown = DEFINED.has(word) || WITHIN.has(word) || word.startsWith('end')
    const isInline = word === 'set' && (m[3] ?? '').includes('=')
    return isKnown && !isInline
      ? [{ word, start: m.index, end: m.index + m[0].length, dash: m[4] ?? '' }]
      : []
  })
}

const insert = (at: number, text: string): TextEdit => ({ start: at, end: at, text })

/** A definition ends where the next begins, or its file. */
function ended(text: string, { word, before, dash, start }: Open): Found[] {
  const end = text.slice(0, before).trimEnd().length
  return [
    {
      title: `End the ${word} of line ${lineOf(text, start)}`,
      because: `it has no ${endOf(word)}, and what follows is another one`,
      score: 80,
      edits: [insert(end, `\n{%${dash} ${endOf(word)} %}`)],
    },
  ]
}

const lineOf = (text: string, at: number) => text.slice(0, at).split('\n').length

/** What is within a model or macro may end behind any line of it: where it is indented less again is the likeliest. */
function endings(text: string, { word, start, end, before }: Open): Found[] {
  const head = text.lastIndexOf('\n', start - 1) + 1
  const lead = /^\s*/.exec(text.slice(head, start))?.[0] ?? ''
  const title = (line: number) => `End the ${word} of line ${lineOf(text, start)} behind line ${line}`
  const because = `an ${word} has no ${endOf(word)}`
  const isInline = text.slice(head, start).trim() !== ''
  const places: { at: number; line: number; score: number }[] = []
  let at = text.indexOf('\n', end)
  if (at < 0) at = text.length
  if (isInline || text.slice(end, at).trim() !== '')
    return [
      { title: title(lineOf(text, start)), because, score: 70, edits: [insert(at, `{% ${endOf(word)} %}`)] },
    ]
  for (let next = at; next < before && places.length < MOST_LINES; ) {
    const from = next + 1
    next = text.indexOf('\n', from)
    if (next < 0 || next > before) next = text.slice(0, before).trimEnd().length
    if (next <= from) break
    const line = text.slice(from, next)
    if (line.trim() === '') continue
    const depth = line.length - line.trimStart().length
    if (depth < lead.length && places.length > 0) break
    places.push({ at: next, line: lineOf(text, from), score: depth > lead.length ? 67 : 65 })
  }
  const last = places.at(-1)
  return places
    .map((p, i) => ({ ...p, score: p === last ? 70 : p.score - Math.min(i, 3) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_PLACES)
    .map(({ at: place, line, score }) => ({
      title: title(line),
      because,
      score,
      edits: [insert(place, `\n${lead}{% ${endOf(word)} %}`)],
    }))
}

const MOST_LINES = 40
const MOST_PLACES = 4
