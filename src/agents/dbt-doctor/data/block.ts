/** One select of a model, with what its names mean there: its outputs, its sources, and its rows up to any of its steps. */
import { depthOf } from '../../../project/sql/ctes.ts'
import { type Identifier, keyOf, keyOfStored } from '../../../project/sql/names.ts'
import {
  bodyAt,
  conditionsWithin,
  type OutlineBody,
  type OutlineSelect,
  type OutlineSource,
} from '../../../project/sql/outline.ts'
import { type Token, tokensOf } from '../../../project/sql/parse.ts'
import type { Span } from '../../../project/sql/types.ts'
import type { Look, Model } from './look.ts'

/** A query in a model: its last one, or that of a CTE or of brackets. */
export type Scope = { model: Model; body: OutlineBody; span: Span; ctes: number }

export type Block = {
  scope: Scope
  select: OutlineSelect
  /** Of each source its columns; null where it could not be asked. */
  columns: (string[] | null)[]
}

/** A column of a source of the block. */
export type Ref = { source: number; column: string; span: Span | null }

export type Output = {
  name: string | null
  /** As SQL, where the block's sources are in scope. */
  text: string
  /** Where it is written. */
  at: Span | null
  refs: Ref[]
  /** It is the column, and nothing is done to it. */
  plain: boolean
}

export function scopeOf(model: Model): Scope | null {
  const { body, ctes, recursive, rest } = model.outline
  return body && !recursive ? { model, body, span: rest, ctes: ctes.length } : null
}

/** What stands before a query of ours, so that names mean what they mean in the scope. */
export function withOf({ model, ctes }: Scope): string {
  const own = model.outline.ctes
    .slice(0, ctes)
    .map((c) => `${textOf(model, { start: c.nameSpan.start, end: c.end })}`)
  const all = [...model.before, ...own]
  return all.length > 0 ? `with ${all.join(',\n')}\n` : ''
}

export const textOf = ({ sql }: Model, { start, end }: Span) => sql.slice(start, end)

export async function blockOf(look: Look, scope: Scope, arm: number): Promise<Block | null> {
  const select = scope.body.arms[arm]
  if (!select) return null
  const asked = select.sources.map(
    (s) => `${withOf(scope)}select * from ${textOf(scope.model, s.item)} limit 0`,
  )
  return { scope, select, columns: await look.columns(asked) }
}

/** The node that a source is, or the scope of the query that it is; null where it is neither. */
export type Read = { kind: 'node'; id: string } | { kind: 'scope'; scope: Scope } | null

export function readOf(look: Look, { scope }: Block, { what }: OutlineSource): Read {
  const { model } = scope
  if (what.kind === 'query') {
    const body = bodyAt(model.sql, what.body, look.adapter)
    return body && { kind: 'scope', scope: { ...scope, body, span: what.body } }
  }
  if (what.kind === 'other') return null
  const [name] = what.path
  if (what.path.length === 1 && name) {
    const own = model.outline.ctes.slice(0, scope.ctes)
    const at = own.findLastIndex((c) => c.key === keyOf(name, look.adapter))
    const cte = own[at]
    if (cte) {
      const body = bodyAt(model.sql, cte.body, look.adapter)
      return body && cte.columns === null
        ? { kind: 'scope', scope: { model, body, span: cte.body, ctes: at } }
        : null
    }
  }
  const id = look.nodeOf(model, what.path)
  return id === null ? null : { kind: 'node', id }
}

export function sourceNamed({ select }: Block, name: Identifier, adapter: string): number {
  return select.sources.findIndex((s) => s.name && keyOf(s.name, adapter) === keyOf(name, adapter))
}

/** The outputs of a select in order; null where it cannot be told which there are. */
export function outputsOf(look: Look, block: Block): Output[] | null {
  const { select, columns } = block
  const outputs: Output[] = []
  const key = (name: string) => keyOfStored(name, look.adapter)
  for (const { star, expression, alias, span } of select.items) {
    if (!star) {
      const made = expressionAt(look, block, expression, outputs)
      const name = alias ? keptName(alias, look.adapter) : made.plain ? (made.refs[0]?.column ?? null) : null
      outputs.push({ ...made, name, at: span })
      continue
    }
    const of = star.of ? sourceNamed(block, star.of, look.adapter) : null
    if (of === -1) return null
    const left = new Set(star.without.map((n) => keyOf(n, look.adapter)))
    for (const [source, names] of columns.entries()) {
      if (of !== null && of !== source) continue
      if (!names) return null
      const merged = new Set(
        of === null ? (select.sources[source]?.using ?? []).map((u) => keyOf(u, look.adapter)) : [],
      )
      for (const column of names) {
        if (left.has(key(column)) || merged.has(key(column))) continue
        const other = star.replaced.find((r) => keyOf(r.name, look.adapter) === key(column))
        if (other) outputs.push({ ...expressionAt(look, block, other.expression, []), name: column })
        else
          outputs.push({
            name: column,
            text: columnText(look, block, { source, column }),
            at: span,
            refs: [{ source, column, span: null }],
            plain: true,
          })
      }
    }
  }
  return outputs
}

/** As the engine would call it. */
const keptName = (name: Identifier, adapter: string) =>
  name.quoted || adapter === 'duckdb' ? name.name : keyOf(name, adapter)

export function columnText(
  look: Look,
  { select }: Block,
  { source, column }: { source: number; column: string },
): string {
  const name = select.sources[source]?.name
  const of = name ? `${name.quoted ? look.quote(name.name) : name.name}.` : ''
  return `${of}${look.quote(column)}`
}

/** An expression of the block, and the columns of its sources that it reads. `earlier`: outputs that it may name. */
export function expressionAt(look: Look, block: Block, span: Span, earlier: Output[] = []): Output {
  const { model } = block.scope
  const { adapter } = look
  const written = model.sql.slice(span.start, span.end)
  const tokens = tokensOf(written, adapter) ?? []
  const refs: Ref[] = []
  const edits: { span: Span; text: string }[] = []
  const word = (at: number): Identifier | null => {
    const token = tokens[at]
    if (!token || !/^["`[\p{L}_]/u.test(written.slice(token.span.start, token.span.end))) return null
    const text = written.slice(token.span.start, token.span.end)
    return /^["`[]/.test(text)
      ? { name: text.slice(1, -1).replaceAll('""', '"'), quoted: true }
      : { name: text }
  }
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]
    const name = word(at)
    if (!token || !name || token.type === 'STRING' || ['AS', 'D_COLON'].includes(tokens[at - 1]?.type ?? ''))
      continue
    const next = tokens[at + 1]?.type
    const column = next === 'DOT' ? word(at + 2) : null
    if (column) {
      const source = sourceNamed(block, name, adapter)
      const end = tokens[at + 2]?.span.end ?? token.span.end
      const known = source < 0 ? null : storedName(block, source, column, adapter)
      if (source >= 0)
        refs.push({ source, column: known ?? column.name, span: { start: token.span.start, end } })
      at += 2
      continue
    }
    if (next === 'L_PAREN') continue
    const source = block.columns.findIndex((_, i) => storedName(block, i, name, adapter) !== null)
    const of = earlier.find((o) => o.name !== null && keyOfStored(o.name, adapter) === keyOf(name, adapter))
    if (source >= 0)
      refs.push({ source, column: storedName(block, source, name, adapter) ?? name.name, span: token.span })
    else if (of) {
      // DuckDB lets an output read one that stands before it.
      edits.push({ span: token.span, text: `(${of.text})` })
      refs.push(...of.refs)
    }
  }
  const text = edits.reduceRight((t, e) => t.slice(0, e.span.start) + e.text + t.slice(e.span.end), written)
  const [only] = refs
  const isWhole = refs.length === 1 && only?.span?.start === 0 && only.span.end === written.trimEnd().length
  return { name: null, text, at: span, refs, plain: isWhole && edits.length === 0 }
}

function storedName({ columns }: Block, source: number, name: Identifier, adapter: string): string | null {
  return columns[source]?.find((c) => keyOfStored(c, adapter) === keyOf(name, adapter)) ?? null
}

/** The FROM up to a source, as it is written. */
export function fromUpTo({ select, scope }: Block, source: number): string {
  const [first, last] = [select.sources[0], select.sources[source]]
  return first && last ? textOf(scope.model, { start: first.item.start, end: last.span.end }) : ''
}

/** Conditions of the where, as far as they read no source behind this one. */
export function whereUpTo(look: Look, block: Block, source: number, without: Span | null = null): string {
  const parts = block.select.where.filter(
    (w) => w !== without && expressionAt(look, block, w).refs.every((r) => r.source <= source),
  )
  return parts.length > 0
    ? ` where ${parts.map((w) => `(${textOf(block.scope.model, w)})`).join(' and ')}`
    : ''
}

/** `condition`: where it is written, in an `on`. */
export type Pair = { own: Ref; other: Output; condition: Span | null }

/** Equal columns in the condition of a join: of what is joined, and of what stands before it. */
export function joinPairs(look: Look, block: Block, at: number): Pair[] {
  const source = block.select.sources[at]
  if (!source) return []
  if (source.using)
    return source.using.flatMap((name) => {
      const column = storedName(block, at, name, look.adapter)
      const from = block.columns.findIndex(
        (_, i) => i < at && storedName(block, i, name, look.adapter) !== null,
      )
      const known = from < 0 ? null : storedName(block, from, name, look.adapter)
      if (column === null || known === null) return []
      const ref = { source: from, column: known, span: null }
      const other = { name: known, text: columnText(look, block, ref), at: null, refs: [ref], plain: true }
      return [{ own: { source: at, column, span: null }, other, condition: null }]
    })
  if (!source.on) return []
  const { model } = block.scope
  return conditionsWithin(model.sql, source.on, look.adapter).flatMap((condition) => {
    const sides = comparisonAt(look, block, condition)
    if (sides?.sign.text !== '=') return []
    const { left, right } = sides
    const isOwn = (o: Output) => o.refs.length > 0 && o.refs.every((r) => r.source === at)
    const [own, other] = isOwn(left) ? [left, right] : [right, left]
    const [ref] = own.refs
    return ref && isOwn(own) && own.plain && other.refs.every((r) => r.source < at)
      ? [{ own: ref, other, condition }]
      : []
  })
}

const COMPARISONS = ['EQ', 'LT', 'LTE', 'GT', 'GTE']

export type Comparison = { left: Output; right: Output; sign: { text: string; span: Span } }

/** The two sides of a condition that compares, and nothing else; null where it does not. */
export function comparisonAt(look: Look, block: Block, { start, end }: Span): Comparison | null {
  const { model } = block.scope
  const tokens = tokensOf(model.sql.slice(start, end), look.adapter) ?? []
  let depth = 0
  const signs: Token[] = []
  for (const token of tokens) {
    if (depth === 0 && token.type === 'OR') return null
    if (depth === 0 && COMPARISONS.includes(token.type)) signs.push(token)
    depth += depthOf(token)
  }
  const [sign, ...more] = signs
  if (!sign || more.length > 0) return null
  const span = { start: start + sign.span.start, end: start + sign.span.end }
  const side = (s: Span) => expressionAt(look, block, trimmed(model.sql, s))
  return {
    left: side({ start, end: span.start }),
    right: side({ start: span.end, end }),
    sign: { text: textOf(model, span), span },
  }
}

export function trimmed(sql: string, { start, end }: Span): Span {
  const text = sql.slice(start, end)
  return {
    start: start + text.length - text.trimStart().length,
    end: end - (text.length - text.trimEnd().length),
  }
}
