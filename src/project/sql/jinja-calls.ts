/** Calls of `ref`, `source` and the like in Jinja and in Python models, with the places of their arguments. */
import { type Span, splitJinja, withoutStrings } from './jinja.ts'

export type CallArgument = {
  /** Of `name=value`. */
  name: string | null
  /** All of the argument, without the blanks around it. */
  span: Span
  value: Span
  /** What stands between the quotes of a plain string; null for anything that has to be evaluated. */
  literal: { text: string; span: Span } | null
}

export type Call = {
  /** As it was asked for: `ref`. */
  name: string
  /** From the name to the closing bracket. */
  span: Span
  /** Between the brackets. */
  inner: Span
  arguments: CallArgument[]
}

const OPEN = '([{'
const CLOSE = ')]}'
const LITERAL = /^(['"])((?:(?!\1|\\)[\s\S])*)\1$/
const NAMED = /^\s*([A-Za-z_]\w*)\s*=(?!=)\s*/
const STRINGS = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/g
const TAG = /\{[{%]/

/**
 * Calls in the tags of a file, in its order; also in strings that are Jinja themselves, as hooks are. Comments and
 * raw blocks are none. null where a tag has no end.
 */
export function callsInFile(text: string, names: readonly string[]): Call[] | null {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return null
  const calls: Call[] = []
  for (const segment of segments) {
    if (segment.kind !== 'expression' && segment.kind !== 'statement') continue
    const found = callsInCode(text, segment.inner, names)
    if (found === null) return null
    calls.push(...found)
  }
  return calls
}

/** The value of a string in YAML: Jinja where it has tags, else code where it is nothing but one call. */
export function callsInValue(value: string, names: readonly string[]): Call[] | null {
  if (TAG.test(value)) return callsInFile(value, names)
  const calls = callsInCode(value, { start: 0, end: value.length }, names)
  const [first] = calls ?? []
  const rest = first ? value.slice(0, first.span.start) + value.slice(first.span.end) : value
  return first && rest.trim() === '' ? [first] : []
}

function callsInCode(text: string, { start, end }: Span, names: readonly string[]): Call[] | null {
  const code = withoutStrings(text.slice(start, end))
  const calls = callsIn(text, code, start, names)
  for (const string of text.slice(start, end).matchAll(STRINGS)) {
    if (!TAG.test(string[0])) continue
    const from = start + string.index + 1
    const within = callsInFile(string[0].slice(1, -1), names)
    if (within === null) return null
    calls.push(...within.map((call) => movedCall(call, from)))
  }
  return calls.sort((a, b) => a.span.start - b.span.start)
}

/** @param code `text` from `at` on, with its strings made blank. */
function callsIn(text: string, code: string, at: number, names: readonly string[]): Call[] {
  const pattern = new RegExp(
    `(?<![\\w.]|\\bmacro\\s+)(?:builtins\\s*\\.\\s*)?(${names.join('|')})\\s*\\(`,
    'g',
  )
  return [...code.matchAll(pattern)].flatMap((found): Call[] => {
    const call = callAt(text, code, at, found)
    return call ? [call] : []
  })
}

function callAt(text: string, code: string, at: number, found: RegExpExecArray): Call | null {
  const open = found.index + found[0].length
  const close = closingBracket(code, open)
  if (close === null) return null
  const parts = splitAtCommas(code, open, close).filter((p) => code.slice(p.start, p.end).trim() !== '')
  return {
    name: found[1] ?? '',
    span: { start: at + found.index, end: at + close + 1 },
    inner: { start: at + open, end: at + close },
    arguments: parts.map((p) => argumentAt(text, at + p.start, at + p.end)),
  }
}

/** Where the bracket is closed that was opened before `from`; `code` has no strings in it. */
export function closingBracket(code: string, from: number): number | null {
  let depth = 0
  for (let at = from; at < code.length; at += 1) {
    const char = code[at] ?? ''
    if (OPEN.includes(char)) depth += 1
    if (CLOSE.includes(char)) {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return null
}

/** The stretches between commas that stand in no bracket. */
export function splitAtCommas(code: string, from: number, to: number): Span[] {
  const parts: Span[] = []
  let [start, depth] = [from, 0]
  for (let at = from; at < to; at += 1) {
    const char = code[at] ?? ''
    if (OPEN.includes(char)) depth += 1
    if (CLOSE.includes(char)) depth -= 1
    if (char === ',' && depth === 0) {
      parts.push({ start, end: at })
      start = at + 1
    }
  }
  return [...parts, { start, end: to }]
}

export function argumentAt(text: string, start: number, end: number): CallArgument {
  const part = text.slice(start, end)
  const named = NAMED.exec(part)
  const lead = part.length - part.trimStart().length
  const from = start + (named?.[0].length ?? lead)
  const value = text.slice(from, end).trimEnd()
  const inner = LITERAL.exec(value)?.[2]
  return {
    name: named?.[1] ?? null,
    span: { start: start + lead, end: from + value.length },
    value: { start: from, end: from + value.length },
    literal:
      inner === undefined ? null : { text: inner, span: { start: from + 1, end: from + 1 + inner.length } },
  }
}

function movedCall(call: Call, by: number): Call {
  const moved = ({ start, end }: Span) => ({ start: start + by, end: end + by })
  return {
    ...call,
    span: moved(call.span),
    inner: moved(call.inner),
    arguments: call.arguments.map((a) => ({
      ...a,
      span: moved(a.span),
      value: moved(a.value),
      literal: a.literal && { ...a.literal, span: moved(a.literal.span) },
    })),
  }
}

const PYTHON_WORDS =
  /#[^\n]*|[A-Za-z]{0,2}("""|''')[\s\S]*?\1|[A-Za-z]{0,2}(?:'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")/g

/** Calls of `dbt.ref` and `dbt.source` in a Python model. */
export function callsInPython(text: string, names: readonly string[]): Call[] {
  const code = text.replace(PYTHON_WORDS, (found) => (found.startsWith('#') ? ' ' : '_').repeat(found.length))
  const pattern = new RegExp(`(?<![\\w.])dbt\\s*\\.\\s*(${names.join('|')})\\s*\\(`, 'g')
  return [...code.matchAll(pattern)].flatMap((found): Call[] => {
    const call = callAt(text, code, 0, found)
    return call ? [call] : []
  })
}

export type RefTarget = { package: string | null; name: string; nameSpan: Span; version: boolean }

/** What a `ref` names, where it names it by literals; a version may be anything. */
export function refTarget({ arguments: given }: Call): RefTarget | null {
  const names = given.filter((a) => a.name === null)
  const others = given.filter((a) => a.name !== null)
  const [first, second, more] = names.map((a) => a.literal)
  if (!first || names.length > 2 || more || (names.length === 2 && !second)) return null
  if (others.some((a) => a.name !== 'v' && a.name !== 'version')) return null
  const name = second ?? first
  return {
    package: second ? first.text : null,
    name: name.text,
    nameSpan: name.span,
    version: others.length > 0,
  }
}
