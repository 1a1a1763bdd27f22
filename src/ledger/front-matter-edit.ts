import { isDeepStrictEqual } from 'node:util'
import { MartsmithError } from '../core/errors.ts'
import { unreadable } from './errors.ts'
import { type FrontMatter, lineOfKey } from './front-matter.ts'
import { applyEdits, type Edit } from './lines.ts'
import { tomlString, tomlStrings } from './text.ts'
import { parseToml, rootPairs } from './toml.ts'

export type FrontMatterChange = {
  set: Record<string, string>
  /** Added to the lists of these names, unless they are listed already. */
  add: Record<string, readonly string[]>
}

/**
 * Changes keys of the front matter, and not one byte outside their values. The result is parsed and
 * compared before it is handed back, so that a mistake here can never reach a file.
 */
export function changeFrontMatter(
  text: string,
  front: FrontMatter,
  change: FrontMatterChange,
  path: string,
): string {
  const toml = text.slice(front.start, front.end)
  const expected: Record<string, unknown> = Object.assign(Object.create(null), front.values)
  const edits: Edit[] = []
  for (const [key, value] of Object.entries(change.set)) {
    edits.push(setEdit(toml, key, value))
    expected[key] = value
  }
  for (const [key, items] of Object.entries(change.add)) {
    const standing = listOf(front.values[key], key, path, lineOfKey(text, front, key))
    const fresh = [...new Set(items)].filter((item) => !standing.includes(item))
    if (fresh.length === 0) continue
    edits.push(...addEdits(toml, key, standing, fresh, front.values[key]))
    expected[key] = [...standing, ...fresh]
  }
  const changed = applyEdits(toml, edits)
  verify(changed, expected, path, change.set)
  return text.slice(0, front.start) + changed + text.slice(front.end)
}

function listOf(value: unknown, key: string, path: string, line: number): unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return [value]
  throw unreadable(
    path,
    line,
    `${key} is not a list.`,
    `Write it as ${key} = ["models/marts/fct_trips.sql"].`,
  )
}

function setEdit(toml: string, key: string, value: string): Edit {
  const pair = rootPairs(toml).find((p) => p.name === key)
  if (!pair) return newPair(toml, key, tomlString(value))
  // A date that a person wrote without quotes stays one.
  const isDate = pair.type === 'DateTime' && /^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value)
  return { start: pair.start, end: pair.end, insert: isDate ? value : tomlString(value) }
}

function newPair(toml: string, key: string, value: string): Edit {
  const last = rootPairs(toml).at(-1)
  // Behind the last key of the root: further down it would belong to a table.
  const lineEnd = last ? toml.indexOf('\n', last.end) + 1 : 0
  const eol = toml.includes('\r\n') ? '\r\n' : '\n'
  return { start: lineEnd, end: lineEnd, insert: `${key} = ${value}${eol}` }
}

function addEdits(
  toml: string,
  key: string,
  standing: readonly unknown[],
  fresh: readonly string[],
  value: unknown,
): Edit[] {
  const pair = rootPairs(toml).find((p) => p.name === key)
  if (!pair) return [newPair(toml, key, tomlStrings(fresh))]
  if (!Array.isArray(value)) {
    const all = [...standing.map(String), ...fresh]
    return [{ start: pair.start, end: pair.end, insert: tomlStrings(all) }]
  }
  const last = pair.items.at(-1)
  const close = pair.end - 1
  if (!last) return [{ start: pair.start + 1, end: pair.start + 1, insert: fresh.map(tomlString).join(', ') }]
  const comma = last.comma ? [] : [{ start: last.end, end: last.end, insert: ',' }]
  const indent = /\n([ \t]*)$/.exec(toml.slice(0, last.start))?.[1]
  const closeLine = toml.lastIndexOf('\n', close) + 1
  if (indent === undefined || closeLine <= last.end) {
    const trailing = last.comma ? ',' : ''
    const insert = ` ${fresh.map(tomlString).join(', ')}${trailing}`
    const at = last.comma ? afterComma(toml, last.end) : last.end
    return [...comma, { start: at, end: at, insert }]
  }
  const eol = toml.slice(0, closeLine).endsWith('\r\n') ? '\r\n' : '\n'
  const insert = fresh.map((item) => `${indent}${tomlString(item)},${eol}`).join('')
  return [...comma, { start: closeLine, end: closeLine, insert }]
}

/** Between an item and its comma there may be line ends and comments. */
function afterComma(toml: string, at: number): number {
  return at + (/^(?:\s|#[^\n]*\n)*,/.exec(toml.slice(at))?.[0].length ?? 0)
}

function verify(
  toml: string,
  expected: Record<string, unknown>,
  path: string,
  set: Record<string, string>,
): void {
  const found = parseToml(toml)
  for (const [key, value] of Object.entries(set)) {
    // Written as a date instead of a string.
    const isSame = found[key] instanceof Date && found[key].getTime() === Date.parse(value)
    if (isSame) expected[key] = found[key]
  }
  if (isDeepStrictEqual(found, expected)) return
  throw new MartsmithError({
    code: 'ledger.unsafe-edit',
    message: `${path}: the front matter cannot be changed without touching more than was meant; nothing was written.`,
    mend: ['Write the front matter as plain lines: key = "value".'],
  })
}
