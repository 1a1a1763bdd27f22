/** The `config(...)` calls of a model's file: read and changed by spans, so that all else stays as it is. */
import { type Span, splitJinja, withoutStrings } from '../../project/sql/jinja.ts'
import { argumentAt, closingBracket, splitAtCommas } from '../../project/sql/jinja-calls.ts'

export type ConfigArgument = {
  name: string
  /** All of `name=value`. */
  span: Span
  value: Span
  /** The text of a plain string literal; null for anything that Jinja has to evaluate. */
  literal: string | null
}

/** `inner` is what stands between the brackets. `null` arguments: not all are `name=value`. */
export type ConfigCall = { tag: Span; inner: Span; arguments: ConfigArgument[] | null }

/** Values are strings, or lists of them, without quotes of Jinja in them. */
export type NamedValue = [name: string, value: string | string[]]

const CALL = /^\s*(?:do\s+)?config\s*\(/

/** In the order of the file. null where the file's Jinja has no end somewhere. */
export function configCalls(text: string): ConfigCall[] | null {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return null
  return segments.flatMap((segment) => {
    if (segment.kind !== 'expression' && segment.kind !== 'statement') return []
    const code = withoutStrings(text.slice(segment.inner.start, segment.inner.end))
    const open = CALL.exec(code)?.[0].length
    if (open === undefined) return []
    const close = closingBracket(code, open)
    if (close === null || code.slice(close + 1).trim() !== '') return []
    const at = segment.inner.start
    const inner = { start: at + open, end: at + close }
    return [
      {
        tag: { start: segment.start, end: segment.end },
        inner,
        arguments: argumentsIn(text, code, at, inner),
      },
    ]
  })
}

/** Whether `config(` is called in a way that is not read here: inside an expression, in a branch of a set. */
export function hasOtherConfig(text: string, calls: ConfigCall[]): boolean {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return true
  const known = new Set(calls.map((c) => c.tag.start))
  return segments.some(
    (s) =>
      (s.kind === 'expression' || s.kind === 'statement') &&
      !known.has(s.start) &&
      /(?<![\w.])config\s*\(/.test(withoutStrings(text.slice(s.inner.start, s.inner.end))),
  )
}

function argumentsIn(text: string, code: string, at: number, inner: Span): ConfigArgument[] | null {
  const parts = splitAtCommas(code, inner.start - at, inner.end - at).filter(
    ({ start, end }) => code.slice(start, end).trim() !== '',
  )
  const read = parts.flatMap(({ start, end }): ConfigArgument[] => {
    const { name, literal, ...places } = argumentAt(text, at + start, at + end)
    return name === null ? [] : [{ name, ...places, literal: literal?.text ?? null }]
  })
  return read.length === parts.length ? read : null
}

/** Puts arguments before those that stand there, in the way that they are laid out. */
export function withArguments(text: string, call: ConfigCall, named: NamedValue[]): string {
  const written = named.map((n) => asArgument(n, quoteIn(text, call)))
  const inside = text.slice(call.inner.start, call.inner.end)
  const lead = /^\s*/.exec(inside)?.[0] ?? ''
  if (inside.trim() === '') return splice(text, call.inner, written.join(', '))
  const between = lead.includes('\n') ? `,${lead}` : ', '
  const at = call.inner.start + lead.length
  return splice(text, { start: at, end: at }, written.map((w) => w + between).join(''))
}

/** Puts a string in place of the value of an argument; its quotes stay. */
export function withValue(text: string, argument: ConfigArgument, value: string): string {
  const quote = text[argument.value.start] ?? "'"
  return splice(text, argument.value, `${quote}${value}${quote}`)
}

/** A call at the top of a file that has none. */
export function withCall(text: string, named: NamedValue[]): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : ''
  const eol = eolOf(text)
  const written = named.map((n) => asArgument(n, "'")).join(', ')
  return `${mark}{{ config(${written}) }}${eol}${eol}${text.slice(mark.length)}`
}

function asArgument([name, value]: NamedValue, quote: string): string {
  const other = quote === '"' ? "'" : '"'
  const quoted = (text: string) =>
    text.includes(quote) ? `${other}${text}${other}` : `${quote}${text}${quote}`
  return `${name}=${typeof value === 'string' ? quoted(value) : `[${value.map(quoted).join(', ')}]`}`
}

export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function quoteIn(text: string, call: ConfigCall): string {
  const first = call.arguments?.find((a) => a.literal !== null)
  return first ? (text[first.value.start] ?? "'") : "'"
}

function splice(text: string, { start, end }: Span, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end)
}
