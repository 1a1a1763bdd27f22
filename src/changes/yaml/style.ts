/** How a file is written, and new text in its way. The writing itself is the library's. */
import { Document, isMap, isSeq, Scalar, visit } from 'yaml'
import { startOf, type Yaml } from './parse.ts'

export type Style = {
  eol: '\n' | '\r\n'
  /** Columns that a mapping stands to the right of its key. */
  step: number
  /** Columns that the dashes of a list stand to the right of its key. */
  dash: number
  quote: "'" | '"'
}

export function styleOf({ text, docs }: Yaml): Style {
  const [dashes, steps] = [new Map<number, number>(), new Map<number, number>()]
  const quotes = { "'": 0, '"': 0 }
  for (const document of docs) {
    visit(document, {
      Pair: (_, pair) => {
        const key = columnOf(text, startOf(pair.key))
        if (isSeq(pair.value) && !pair.value.flow) note(dashes, columnOf(text, startOf(pair.value)) - key)
        if (isMap(pair.value) && !pair.value.flow)
          note(steps, columnOf(text, startOf(pair.value.items[0]?.key)) - key)
      },
      Scalar: (_, scalar) => {
        if (scalar.type === 'QUOTE_DOUBLE') quotes['"'] += 1
        if (scalar.type === 'QUOTE_SINGLE') quotes["'"] += 1
      },
    })
  }
  const dash = most(dashes) ?? 2
  const crlf = text.match(/\r\n/g)?.length ?? 0
  return {
    eol: crlf * 2 > (text.match(/\n/g)?.length ?? 0) ? '\r\n' : '\n',
    step: most(steps) ?? Math.max(dash, 2),
    dash,
    quote: quotes["'"] > quotes['"'] ? "'" : '"',
  }
}

function note(counts: Map<number, number>, n: number): void {
  if (n >= 0) counts.set(n, (counts.get(n) ?? 0) + 1)
}

function most(counts: Map<number, number>): number | undefined {
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}

/** The number of characters before `offset` in its line; a byte order mark is none. */
export function columnOf(text: string, offset: number): number {
  const line = text.lastIndexOf('\n', offset - 1) + 1
  return offset - line - (line === 0 && text.startsWith('\ufeff') ? 1 : 0)
}

/** `value` as lines of block YAML, the outermost at column 0. */
export function blockLines(value: unknown, style: Style): string[] {
  // The library sets dashes either a full step to the right of their key, or two columns less.
  const fits = style.dash === style.step || style.dash === style.step - 2
  const indent = fits ? style.step : Math.max(style.dash, 2)
  const text = documentOf(value, style).toString({
    ...printing(style),
    indent,
    indentSeq: style.dash === indent,
  })
  return text.trimEnd().split('\n')
}

/** A file that prefers one quote may use the other here. */
export function withQuote(style: Style, type: string | null | undefined): Style {
  if (type === 'QUOTE_SINGLE') return { ...style, quote: "'" }
  return type === 'QUOTE_DOUBLE' ? { ...style, quote: '"' } : style
}

/** `value` on one line, as it may stand in `[...]` and `{...}`. */
export function flowText(value: unknown, style: Style): string {
  const document = documentOf([value], style)
  if (isSeq(document.contents)) document.contents.flow = true
  return document
    .toString({ ...printing(style), flowCollectionPadding: false })
    .trim()
    .slice(1, -1)
}

export type ScalarValue = string | number | boolean | null

/**
 * A scalar as it may stand behind a key at column `column`, or in a flow collection. Of the type that is asked
 * for where that can hold the value; quoted where YAML 1.1, which dbt reads, would take it for something else.
 */
export function scalarText(
  value: ScalarValue,
  style: Style,
  at: { type?: Scalar.Type | undefined; column: number; inFlow: boolean },
): string {
  const scalar = new Scalar(value)
  if (at.type && typeof value === 'string' && !(at.inFlow && at.type.startsWith('BLOCK')))
    scalar.type = at.type
  if (at.inFlow) return flowText(scalar, style)
  const text = documentOf({ k: scalar }, style).toString({ ...printing(style), indent: style.step })
  const [first = '', ...rest] = text
    .replace(/^k:\s?/, '')
    .replace(/\n$/, '')
    .split('\n')
  const margin = ' '.repeat(at.column)
  return [first, ...rest.map((line) => (line === '' ? line : margin + line))].join(style.eol)
}

function documentOf(value: unknown, style: Style): Document {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (key, scalar) => {
      const type =
        key === 'key' || typeof scalar.value !== 'string' ? null : typeOf(scalar.value, scalar, style)
      if (type) scalar.type = type
    },
  })
  return document
}

function typeOf(text: string, { type }: Scalar, { quote }: Style): Scalar.Type | null {
  // `=` is a type of its own to YAML 1.1, which the library does not know.
  if (text === '=') return quote === "'" ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE'
  const isBlock = type?.toString().startsWith('BLOCK') ?? text.includes('\n')
  if (!isBlock) return null
  // The library gives the depth of a block that begins with a blank as 2, whatever it is.
  return /^\s/.test(text) ? 'QUOTE_DOUBLE' : ((type as Scalar.Type | undefined) ?? 'BLOCK_LITERAL')
}

function printing({ quote }: Style) {
  return {
    lineWidth: 0,
    singleQuote: quote === "'",
    doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY,
  } as const
}

export function isScalarValue(value: unknown): value is ScalarValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
