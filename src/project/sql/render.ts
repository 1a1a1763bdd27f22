/**
 * Renders a file as dbt would, where its Jinja is so plain that there is no doubt: `ref`, `source`, `this`, `config`
 * and comments. Everything else is dbt's to render.
 */
import { renderedPieces, type Span, strippedSpan, withoutStrings } from './jinja.ts'
import { mapBuilder, type SourceMap } from './source-map.ts'

export type RefCall = { kind: 'ref'; package: string | null; name: string; version: string | null }
export type SourceCall = { kind: 'source'; source: string; table: string }
export type PlainCall = RefCall | SourceCall | { kind: 'this' } | { kind: 'config' }

/** What stands in the compiled SQL for what is named; null where only dbt can tell. */
export type Relations = {
  ref(call: RefCall): string | null
  source(call: SourceCall): string | null
  this: string | null
}

export type Rendered = { compiled: string; map: SourceMap }

/** Without any of these, dbt does not call Jinja at all, and even line endings stay as they are. */
const JINJA = /\{[{%#]|[#}%]\}/

/**
 * null where the file holds anything else than plain calls, or a name that `relations` does not know. `within` is the
 * part of the file that dbt takes as the node's code: all of it, stripped, but for snapshots in blocks. Where the
 * project has made `ref` and the like its own there are no `relations`.
 */
export function render(
  raw: string,
  relations: Relations | null,
  within: Span = strippedSpan(raw),
): Rendered | null {
  const built = mapBuilder(raw)
  if (!JINJA.test(raw.slice(within.start, within.end))) {
    built.literal(within)
    return built.done()
  }
  const pieces = renderedPieces(raw, within)
  if (!relations || 'unclosed' in pieces) return null
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      built.text(piece)
      continue
    }
    if (piece.kind !== 'expression') return null
    const call = plainCall(raw.slice(piece.inner.start, piece.inner.end))
    const made = call && relationOf(call, relations)
    if (made === null) return null
    built.jinja(made, { start: piece.start, end: piece.end })
  }
  return built.done()
}

function relationOf(call: PlainCall, relations: Relations): string | null {
  if (call.kind === 'config') return ''
  if (call.kind === 'this') return relations.this
  return call.kind === 'ref' ? relations.ref(call) : relations.source(call)
}

const STRING = `'[^'\\\\]*'|"[^"\\\\]*"`
const CALL = /^\s*(ref|source)\s*\(([\s\S]*)\)\s*$/
const POSITIONAL = new RegExp(`^\\s*(${STRING})\\s*(?:,|$)`)
const VERSION = new RegExp(`^\\s*(?:version|v)\\s*=\\s*(${STRING}|\\d+)\\s*,?\\s*$`)

/** The inside of `{{ }}`, where it is one of the plain calls with nothing but literals in it. */
export function plainCall(expression: string): PlainCall | null {
  if (/^\s*this\s*$/.test(expression)) return { kind: 'this' }
  if (isConfig(expression)) return { kind: 'config' }
  const [, name, given = ''] = CALL.exec(expression) ?? []
  if (!name) return null
  const strings: string[] = []
  let rest = given
  for (let arg = POSITIONAL.exec(rest); arg; arg = POSITIONAL.exec(rest)) {
    strings.push((arg[1] ?? '').slice(1, -1))
    rest = rest.slice(arg[0].length)
  }
  const versioned = name === 'ref' ? VERSION.exec(rest)?.[1] : undefined
  if (rest.trim() !== '' && versioned === undefined) return null
  const [first, second] = strings
  if (first === undefined || strings.length > 2) return null
  if (name === 'source') return second === undefined ? null : { kind: 'source', source: first, table: second }
  return {
    kind: 'ref',
    package: second === undefined ? null : first,
    name: second ?? first,
    version: versioned?.replace(/^['"]|['"]$/g, '') ?? null,
  }
}

/** `config(...)` and nothing behind its bracket: whatever it is given, it renders to nothing. */
function isConfig(expression: string): boolean {
  const opening = /^\s*config\s*\(/.exec(expression)
  if (!opening) return false
  const bare = withoutStrings(expression.slice(opening[0].length))
  let depth = 1
  for (let at = 0; at < bare.length; at += 1) {
    if ('([{'.includes(bare[at] ?? '')) depth += 1
    else if (')]}'.includes(bare[at] ?? '')) depth -= 1
    if (depth === 0) return bare.slice(at + 1).trim() === ''
  }
  return false
}
