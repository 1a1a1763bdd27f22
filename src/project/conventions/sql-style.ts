/** How the SQL of a project is written: case, commas, indentation, CTEs, keys. Read from the raw files. */
import { type Convention, settle, type Votes } from './types.ts'

export type SqlFile = { path: string; text: string }

const KEYWORDS =
  /\b(select|from|where|join|left|inner|full|cross|on|group|by|order|having|union|with|case|when|then|else|end|and|distinct|over|partition|limit)\b/gi

/** What is not SQL of the author: Jinja, comments, strings, quoted names. Line breaks are kept. */
const NOT_SQL =
  /\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"/g

export function plainSql(text: string): string {
  return text.replace(NOT_SQL, (part) =>
    part.replace(/[^\n]+/g, (line) => (part.startsWith('{{') ? 'x'.repeat(line.length) : ' ')),
  )
}

const IMPORT_CTE = /\b\w+\s+as\s*\(\s*select\s+\*\s+from\s+\{\{[\s\S]*?\}\}\s*\)/gi
const SURROGATE_KEYS: [RegExp, string][] = [
  [/\bdbt_utils\.generate_surrogate_key\s*\(/i, 'dbt_utils.generate_surrogate_key'],
  [/\bdbt_utils\.surrogate_key\s*\(/i, 'dbt_utils.surrogate_key'],
  [/\{\{[^}]*?\b(\w*(?:surrogate|hash)_?key\w*)\s*\(/i, 'macro $1'],
  [/\b(md5|sha1|sha256|sha2|hash|farm_fingerprint)\s*\(/i, '$1()'],
]

export function sqlStyle(files: SqlFile[]): Convention[] {
  const votes = (choose: (sql: string, text: string) => string | null): Votes =>
    files.flatMap(({ path, text }) => {
      const choice = choose(plainSql(text), text)
      return choice === null ? [] : [{ place: path, choice }]
    })
  return [
    settle('keywords', 'files', votes(keywordCase)),
    settle('commas', 'files', votes(commas)),
    settle('indentation', 'files', votes(indentation)),
    settle('refs and sources', 'files with CTEs', votes(imports)),
    settle('last select', 'files with CTEs', votes(lastSelect)),
    settle(
      'surrogate keys',
      'files that make one',
      votes((_, text) => surrogateKey(text)),
    ),
  ].filter((c) => c !== null)
}

function keywordCase(sql: string): string | null {
  const words = sql.match(KEYWORDS) ?? []
  if (words.length < 2) return null
  const lower = words.filter((w) => w === w.toLowerCase()).length
  const upper = words.filter((w) => w === w.toUpperCase()).length
  if (lower >= words.length * 0.9) return 'lower case'
  return upper >= words.length * 0.9 ? 'upper case' : 'mixed case'
}

function commas(sql: string): string | null {
  const leading = sql.match(/^[ \t]*,/gm)?.length ?? 0
  const trailing = sql.match(/,[ \t]*$/gm)?.length ?? 0
  if (leading + trailing === 0) return null
  if (leading === 0) return 'at the end of the line'
  return trailing === 0 ? 'at the start of the line' : 'both ways'
}

function indentation(sql: string): string | null {
  const margins = sql.split('\n').flatMap((line) => /^([ \t]+)\S/.exec(line)?.[1] ?? [])
  if (margins.length === 0) return null
  if (margins.some((m) => m.includes('\t')))
    return margins.every((m) => m.startsWith('\t')) ? 'tabs' : 'tabs and spaces'
  return `${Math.min(...margins.map((m) => m.length))} spaces`
}

function imports(sql: string, text: string): string | null {
  if (!hasCtes(sql)) return null
  const reads = text.match(/\{\{[^}]*?\b(ref|source)\s*\(/g)?.length ?? 0
  if (reads === 0) return null
  return (text.match(IMPORT_CTE)?.length ?? 0) >= reads ? 'a CTE of their own' : 'where they are needed'
}

function lastSelect(sql: string): string | null {
  if (!hasCtes(sql)) return null
  const name = /\bselect\s+\*\s+from\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1]
  if (name === undefined) return 'written out'
  return name.toLowerCase() === 'final' ? 'select * from final' : 'select * from the last CTE'
}

function hasCtes(sql: string): boolean {
  return /^\s*with\s+\w+\s+as\s*\(/im.test(sql)
}

function surrogateKey(text: string): string | null {
  for (const [sign, name] of SURROGATE_KEYS) {
    const match = sign.exec(text)
    if (match) return name.replace('$1', (match[1] ?? '').toLowerCase())
  }
  return null
}
