import { depthOf } from '../../../project/sql/ctes.ts'
import { conditionsWithin } from '../../../project/sql/outline.ts'
import { type Token, tokensOf } from '../../../project/sql/parse.ts'
import type { Span } from '../../../project/sql/types.ts'
import {
  type Block,
  comparisonAt,
  expressionAt,
  fromUpTo,
  joinPairs,
  type Output,
  type Pair,
  textOf,
  trimmed,
  whereUpTo,
  withOf,
} from './block.ts'
import type { Look } from './look.ts'
import { columnMade, madeOf, madeText, type Rows } from './passed-down.ts'
import { sourceText } from './places.ts'
import type { Culprit } from './types.ts'

export type Bound = {
  side: 'begin' | 'end'
  /** The moment that is equal to it is in the period. */
  takes: boolean
  own: Output
  moment: Output
  /** The comparison, without an `or ... is null` beside it. */
  condition: Span
  sign: Span
  /** Of a `between`: the word, and its `and`; the moment is written once. */
  between: { word: Span; and: Span; moment: Span } | null
  /** Where there is none, the period goes on for ever. */
  open: boolean
}

export type Period = { keys: Pair[]; begin: Bound; end: Bound }

/** One period alone, of which both bounds are compared with the same. */
export function periodOf(look: Look, block: Block, at: number): Period | null {
  const source = block.select.sources[at]
  if (!source?.on) return null
  const { sql } = block.scope.model
  const bounds = conditionsWithin(sql, source.on, look.adapter).flatMap((c) => boundsIn(look, block, at, c))
  const [begin, ...begins] = bounds.filter((b) => b.side === 'begin')
  const [end, ...ends] = bounds.filter((b) => b.side === 'end')
  if (!begin || !end || begins.length > 0 || ends.length > 0) return null
  const plain = (o: Output) => o.text.replace(/\s+/g, '').toLowerCase()
  return plain(begin.moment) === plain(end.moment) ? { keys: joinPairs(look, block, at), begin, end } : null
}

function boundsIn(look: Look, block: Block, at: number, condition: Span): Bound[] {
  const [one, other, ...more] = partsAt(look, block, condition, 'OR')
  if (one && !other) return between(look, block, at, one) ?? compared(look, block, at, one)
  if (!one || !other || more.length > 0) return []
  // `r.day < t.valid_to or t.valid_to is null`
  const found = [one, other].map((span) => ({ span, bounds: compared(look, block, at, span) }))
  const [bound] = found.flatMap((f) => f.bounds)
  const [rest] = found.filter((f) => f.bounds.length === 0)
  const isNull = rest && /^([\s\S]*\S)\s+is\s+null$/i.exec(textOf(block.scope.model, rest.span))
  if (!bound || !isNull || !rest) return []
  const nothing = { start: rest.span.start, end: rest.span.start + (isNull[1]?.length ?? 0) }
  const [ref, ...refs] = expressionAt(look, block, nothing).refs
  const isOwn =
    ref && refs.length === 0 && bound.own.refs.some((r) => r.source === ref.source && r.column === ref.column)
  return isOwn ? [{ ...bound, open: true }] : []
}

/** The parts of a condition between words of one kind outside of brackets. */
function partsAt(look: Look, block: Block, span: Span, type: string): Span[] {
  const { sql } = block.scope.model
  const parts: Span[] = []
  let from = span.start
  for (const word of topLevel(look, block, span).filter((t) => t.type === type)) {
    parts.push({ start: from, end: word.span.start })
    from = word.span.end
  }
  return [...parts, { start: from, end: span.end }].map((s) => trimmed(sql, s))
}

function topLevel(look: Look, block: Block, { start, end }: Span): Token[] {
  let depth = 0
  return (tokensOf(block.scope.model.sql.slice(start, end), look.adapter) ?? []).flatMap((t) => {
    const isOutside = depth === 0
    depth += depthOf(t)
    return isOutside ? [{ ...t, span: { start: t.span.start + start, end: t.span.end + start } }] : []
  })
}

const isOwn = (at: number, o: Output) => o.refs.length > 0 && o.refs.every((r) => r.source === at)
const isBefore = (at: number, o: Output) => o.refs.length > 0 && o.refs.every((r) => r.source < at)

function compared(look: Look, block: Block, at: number, condition: Span): Bound[] {
  const sides = comparisonAt(look, block, condition)
  if (!sides || sides.sign.text === '=') return []
  const { left, right, sign } = sides
  const isTurned = isOwn(at, left)
  const [own, moment] = isTurned ? [left, right] : [right, left]
  if (!isOwn(at, own) || !isBefore(at, moment)) return []
  const isLater = sign.text.startsWith('>') !== isTurned
  return [
    {
      side: isLater ? 'begin' : 'end',
      takes: sign.text.endsWith('='),
      own,
      moment,
      condition,
      sign: sign.span,
      between: null,
      open: false,
    },
  ]
}

function between(look: Look, block: Block, at: number, condition: Span): Bound[] | null {
  const { sql } = block.scope.model
  const tokens = topLevel(look, block, condition)
  const i = tokens.findIndex((t) => t.type === 'BETWEEN')
  const word = tokens[i]
  const and = tokens.find((t, n) => n > i && t.type === 'AND')
  if (!word || !and || tokens[i - 1]?.type === 'NOT') return null
  const spans = [
    { start: condition.start, end: word.span.start },
    { start: word.span.end, end: and.span.start },
    { start: and.span.end, end: condition.end },
  ].map((s) => trimmed(sql, s))
  const [moment, begin, end] = spans.map((s) => expressionAt(look, block, s))
  const [first] = spans
  if (!moment || !begin || !end || !first) return null
  if (!isBefore(at, moment) || !isOwn(at, begin) || !isOwn(at, end)) return null
  const both = { takes: true, moment, condition, open: false, sign: word.span }
  const parts = { word: word.span, and: and.span, moment: first }
  return [
    { ...both, side: 'begin', own: begin, between: parts },
    { ...both, side: 'end', own: end, between: parts },
  ]
}

/** What a change of one bound replaces; `moment`: as it is written where it is replaced. */
export type BoundEdit = { span: Span; text: (moment: string) => string }

/** The bound takes the moment that is equal to it, or no longer does. */
export function turned(block: Block, { between: parts, sign }: Bound): BoundEdit[] {
  const { model } = block.scope
  if (parts) {
    const and = textOf(model, parts.and)
    return [
      { span: parts.word, text: () => '>=' },
      { span: parts.and, text: (moment) => `${and} ${moment} <` },
    ]
  }
  const written = textOf(model, sign)
  return [{ span: sign, text: () => (written.endsWith('=') ? written.slice(0, -1) : `${written}=`) }]
}

/** Words of SQL in the capitals of the file. */
function cased({ scope }: Block, words: string[]): string[] {
  const { sql } = scope.model
  return /\bSELECT\b/.test(sql) && !/\bselect\b/.test(sql) ? words.map((w) => w.toUpperCase()) : words
}

/** What has no end goes on for ever. */
export function opened(block: Block, { condition, own, between: parts }: Bound): BoundEdit[] {
  if (parts) return []
  const words = cased(block, ['or', 'is null'])
  const { start, end } = condition
  return [
    { span: { start, end: start }, text: () => '(' },
    { span: { start: end, end }, text: () => ` ${words[0]} ${own.text} ${words[1]})` },
  ]
}

/** A time is compared by its day. */
export function asDay(block: Block, { moment: { at, refs } }: Bound): BoundEdit[] {
  if (!at || refs.length === 0) return []
  const [cast, as, date] = cased(block, ['cast', 'as', 'date'])
  return [
    { span: { start: at.start, end: at.start }, text: () => `${cast}(` },
    { span: { start: at.end, end: at.end }, text: () => ` ${as} ${date})` },
  ]
}

/** A part of the SQL with edits in it. */
export function editedText(
  { scope }: Block,
  { start, end }: Span,
  edits: BoundEdit[],
  moment?: Output,
): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (text, e) =>
        `${text.slice(0, e.span.start - start)}${e.text(moment?.text ?? '')}${text.slice(e.span.end - start)}`,
      scope.model.sql.slice(start, end),
    )
}

/** The FROM up to the join, with its condition as it would be. */
export function fromWith(block: Block, at: number, edits: BoundEdit[], moment: Output): string {
  const [first, last] = [block.select.sources[0], block.select.sources[at]]
  return first && last
    ? editedText(block, { start: first.item.start, end: last.span.end }, edits, moment)
    : ''
}

/** The rows before the join that find nothing in what is joined, as what stands behind FROM, with its WHERE. */
export function restBefore(
  look: Look,
  block: Block,
  at: number,
  edits: BoundEdit[],
  moment?: Output,
): string {
  const on = block.select.sources[at]?.on
  const where = whereUpTo(look, block, at - 1)
  const met = on ? editedText(block, on, edits, moment) : '1 = 1'
  const none = `not exists (select 1 from ${sourceText(block, at)} where ${met})`
  return `${fromUpTo(block, at - 1)}${where}${where === '' ? ' where' : ' and'} ${none}`
}

export const momentWords = ({ moment }: Bound) =>
  moment.plain ? (moment.refs[0]?.column ?? moment.text) : moment.text

export const boundWords = ({ own }: Bound) => own.refs[0]?.column ?? own.text

/** Keys, begin and end, as expressions over what is joined; null where they cannot be told. */
export function periodRows(look: Look, block: Block, { keys, begin, end }: Period): Rows | null {
  const [from, to] = [madeOf(look, block, begin.own), madeOf(look, block, end.own)]
  if (!from || !to) return null
  return { columns: [...keys.map((k) => columnMade(k.own.column)), from, to], filters: [] }
}

/** Keys as k0, k1..., begin as b, end as e. */
export function periodsIn(look: Look, { columns, filters }: Rows, relation: string): string {
  const names = [...columns.slice(0, -2).map((_, i) => `k${i}`), 'b', 'e']
  const where = filters.map((f) => madeText(look, f.made))
  return `select ${columns.map((c, i) => `${madeText(look, c)} as ${names[i]}`).join(', ')} from ${relation}${where.length > 0 ? ` where ${where.join(' and ')}` : ''}`
}

/** What a period is asked for of the others of its key: the latest end before it, whether one had none, the next begin. */
export type Beside = 'before' | 'ever' | 'next'

/** Each period with those of its key beside it. */
export function inOrder(
  look: Look,
  rows: Rows,
  { begin, end }: Period,
  relation: string,
  beside: Beside[],
): string {
  const keys = rows.columns.slice(0, -2).map((_, i) => `k${i}`)
  const order = `${keys.length > 0 ? `partition by ${keys.join(', ')} ` : ''}order by b, e`
  const earlier = `over (${order} rows between unbounded preceding and 1 preceding)`
  const asked: Record<Beside, string> = {
    before: `max(e) ${earlier}`,
    ever: `max(case when e is null then 1 else 0 end) ${earlier}`,
    next: `lead(b) over (${order})`,
  }
  // A period without an end is found only where the condition says so; one that ends before it begins never is.
  const isOne = begin.takes && end.takes ? 'e >= b' : 'e > b'
  const where = [
    ...keys.map((k) => `${k} is not null`),
    end.open ? `b is not null and (e is null or ${isOne})` : isOne,
  ]
  const names = [...keys, 'b', 'e', ...beside.map((x) => `${asked[x]} as ${x}`)]
  return `select ${names.join(', ')} from (${periodsIn(look, rows, relation)}) as p where ${where.join(' and ')}`
}

/**
 * How the ends of what is joined are written: how often the next one of a key begins as one ends, and how often one day,
 * or one number, later.
 */
export async function endsMeant(
  look: Look,
  block: Block,
  at: number,
  period: Period,
): Promise<{ next: boolean; last: boolean }> {
  const rows = periodRows(look, block, period)
  if (!rows) return { next: false, last: false }
  const of = `${withOf(block.scope)}select count(*) from (${inOrder(look, rows, period, sourceText(block, at), ['next'])}) as o where`
  const [same, later] = await look.numbers([`${of} next = e`, `${of} next = e + 1`])
  const [meeting, apart] = [same?.[0] ?? 0, later?.[0] ?? 0]
  return { next: meeting > 0 && meeting >= apart, last: apart > meeting }
}

export const asOfPeriods = (culprit: Culprit): Culprit => ({
  ...culprit,
  ofPeriods: culprit.spot?.bounds ? 'bound' : 'beside',
})

/** What is loaded, and no step of the project. */
export const isData = ({ graph }: Look, id: string) =>
  graph.source(id) !== undefined || id.startsWith('seed.')

/** The keys as the relation itself calls them. */
export const keyNames = ({ columns }: Rows) => columns.slice(0, -2).map((c) => c.columns[0] ?? '')

/** Begin and end as the relation itself calls them. */
export function periodWords({ columns }: Rows): string {
  return columns
    .slice(-2)
    .map((c) => c.columns[0] ?? '')
    .join(' to ')
}

/** The rows of a relation whose periods stand so to the others of their key. */
export function besideCondition(
  look: Look,
  period: Period,
  rows: Rows,
  relation: string,
  so: { condition: string; beside: Beside[] },
): string {
  const known = rows.columns.slice(0, -1)
  const names = [...known.slice(0, -1).map((_, i) => `k${i}`), 'b']
  const ordered = inOrder(look, rows, period, relation, so.beside)
  return `(${known.map((c) => madeText(look, c)).join(', ')}) in (select ${names.join(', ')} from (${ordered}) as o where ${so.condition})`
}
