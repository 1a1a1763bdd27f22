/** Lines of a statement set in by one level; what begins inside of a string, a comment or a tag stays as it is. */
import { type Span, splitJinja } from '../../project/sql/jinja.ts'

const WHOLE = /--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g

export function indented(text: string, margin: string): string {
  const segments = splitJinja(text)
  const tags: Span[] = 'unclosed' in segments ? [] : segments.filter((s) => s.kind !== 'text')
  const bare = tags.reduce((t, s) => t.slice(0, s.start) + '_'.repeat(s.end - s.start) + t.slice(s.end), text)
  const whole = [...bare.matchAll(WHOLE)].map((m) => ({ start: m.index, end: m.index + m[0].length }))
  const kept = [...tags, ...whole]
  let at = 0
  return text
    .split('\n')
    .map((line) => {
      const start = at
      at += line.length + 1
      const isInside = kept.some((s) => s.start < start && s.end > start)
      return isInside || line.trim() === '' ? line : margin + line
    })
    .join('\n')
}
