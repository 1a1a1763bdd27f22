/** Names in files as they are written: found outside of comments and strings, and replaced in place. */
import { applyEdits, type TextEdit } from '../../changes/index.ts'
import { type Span, splitJinja, withoutStrings } from '../../project/sql/jinja.ts'

const UNREAD = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g
const NAME = /"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu

export type Word = Span & { name: string; quoted: boolean }

/** The SQL of a file, same length: Jinja, comments and strings are blank. */
export function sqlOnly(text: string): string {
  return blanked(outside(text, ['text', 'raw']), UNREAD)
}

/** The code in Jinja's tags, same length: all else, and what stands in strings, is blank. */
export function jinjaOnly(text: string): string {
  const code = outside(text, ['expression', 'statement'])
  return withoutStrings(code)
}

function outside(text: string, kept: string[]): string {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return text
  return segments
    .map(({ kind, start, end }) => {
      const part = text.slice(start, end)
      return kept.includes(kind) ? part : part.replace(/[^\n]/g, ' ')
    })
    .join('')
}

function blanked(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '))
}

/** All names in a text that `sqlOnly` or `jinjaOnly` gave. */
export function wordsIn(masked: string): Word[] {
  return [...masked.matchAll(NAME)].map((m) => {
    const quoted = m[0].startsWith('"')
    const name = quoted ? m[0].slice(1, -1).replaceAll('""', '"') : m[0]
    return { name, quoted, start: m.index, end: m.index + m[0].length }
  })
}

export function wordsNamed(masked: string, name: string): Word[] {
  return wordsIn(masked).filter((w) => w.name.toLowerCase() === name.toLowerCase())
}

export function edited(text: string, edits: TextEdit[], path: string): string {
  return applyEdits(text, edits, path)
}

/** Without quotes and what stands before the last dot: `"o"."Amount"` is `Amount`. */
export function lastName(written: string): string {
  return (written.split('.').at(-1) ?? written).replace(/["`[\]]/g, '')
}

/** Offsets of a line, from 1, without its line break. */
export function lineSpan(text: string, line: number): Span | null {
  const lines = text.split('\n')
  if (line < 1 || line > lines.length) return null
  const start = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0)
  return { start, end: start + (lines[line - 1] ?? '').length }
}
