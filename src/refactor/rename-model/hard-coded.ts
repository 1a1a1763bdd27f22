/** A relation that is named by hand in a file: it would go on being read under its old name. */

import { splitJinja } from '../../project/sql/jinja.ts'
import { type Identifier, keyOf } from '../../project/sql/names.ts'

const NOT_CODE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g

/** Where `schema.name` stands in the text outside of Jinja, comments and strings; null where it does not. */
export function hardCodedAt(text: string, relation: Identifier[], adapter: string): number | null {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return null
  const blank = (from: number, to: number) => ' '.repeat(to - from)
  const code = segments
    .map((s) => (s.kind === 'text' ? text.slice(s.start, s.end) : blank(s.start, s.end)))
    .join('')
    .replace(NOT_CODE, (found) => ' '.repeat(found.length))
  const [schema, name] = relation.slice(-2)
  if (!schema || !name) return null
  const key = (part: Identifier) => keyOf(part, adapter)
  const word = '("(?:[^"]|"")+"|`[^`]+`|\\[[^\\]]+\\]|[\\p{L}_][\\p{L}\\p{N}_$]*)'
  for (const found of code.matchAll(new RegExp(`${word}\\s*\\.\\s*${word}`, 'gu'))) {
    const [a, b] = [asIdentifier(found[1] ?? ''), asIdentifier(found[2] ?? '')]
    if (key(a) === key(schema) && key(b) === key(name)) return found.index
  }
  return null
}

function asIdentifier(written: string): Identifier {
  const quoted = /^["`[]/.test(written)
  return quoted ? { name: written.slice(1, -1).replaceAll('""', '"'), quoted } : { name: written }
}
