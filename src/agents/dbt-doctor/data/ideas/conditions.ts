/** A condition that lets too many rows fall out: where it undoes a left join, or does not take its own bound. */
import type { Span } from '../../../../project/sql/types.ts'
import { type Block, expressionAt, fromUpTo, textOf, withOf } from '../block.ts'
import type { Look } from '../look.ts'
import { sourceWords } from '../places.ts'
import type { Spot } from '../types.ts'
import { behind, type Idea, idea, replacing } from './idea.ts'

/** The left join that a condition undoes: what has no partner can never fulfil it. Null where it undoes none. */
export function undoneJoin(look: Look, block: Block, at: Span): number | null {
  const text = textOf(block.scope.model, at)
  if (/\bis\s+(?:not\s+)?(?:null|distinct)\b|\bcoalesce\b|\bor\b/i.test(text)) return null
  const { refs } = expressionAt(look, block, at)
  return refs.find((r) => block.select.sources[r.source]?.join === 'left')?.source ?? null
}

/** It becomes a part of the join: what has no partner stays, without one. */
export async function intoJoin(look: Look, { block, span: at }: Spot): Promise<Idea[]> {
  if (!at || !block.select.where.includes(at)) return []
  const source = undoneJoin(look, block, at)
  const joined = source === null ? undefined : block.select.sources[source]
  const isLast = expressionAt(look, block, at).refs.every((r) => r.source <= (source ?? -1))
  if (source === null || !joined?.on || !isLast) return []
  const { model } = block.scope
  const gone = replacing(look, block, withWord(model.sql, block.select.where, at), '')
  const upper = /[a-z]/.test(textOf(model, joined.words)) ? 'and' : 'AND'
  const added = behind(look, block, joined.on, ` ${upper} ${textOf(model, at)}`)
  if (!gone || !added) return []
  const words = sourceWords(look, block, source)
  return idea(
    `Make the condition a part of the left join to ${words}`,
    [`as a filter it lets fall out what ${words} has nothing for, which the left join is there to keep`],
    66,
    [...gone, ...added],
  )
}

/** The condition with the `where` or the `and` that goes with it. */
function withWord(sql: string, all: Span[], at: Span): Span {
  const [first] = all
  const before = sql.slice(0, at.start)
  const after = sql.slice(at.end)
  if (all.length > 1 && at === first)
    return { start: at.start, end: at.end + (/^\s*and\s+/i.exec(after)?.[0].length ?? 0) }
  return { start: at.start - (/\s*\b(?:where|and)\s*$/i.exec(before)?.[0].length ?? 0), end: at.end }
}

const BOUND = /^([\s\S]*?[^<>=!])(<|>)(?![=>])([\s\S]*)$/

/** How many of the rows that fall out stand right at the bound of a comparison that does not take it. */
export async function atTheBound(look: Look, block: Block, at: Span): Promise<number> {
  const { scope, select } = block
  const [, left, , right] = BOUND.exec(textOf(scope.model, at)) ?? []
  if (!left || !right) return 0
  const from = fromUpTo(block, select.sources.length - 1)
  const [answer] = await look.numbers([
    `${withOf(scope)}select count(*) from ${from} where (${left}) = (${right})`,
  ])
  return answer?.[0] ?? 0
}

export async function takeTheBound(look: Look, { block, span: at }: Spot): Promise<Idea[]> {
  const [, left, sign, right] = at ? (BOUND.exec(textOf(block.scope.model, at)) ?? []) : []
  if (!at || !left || !right) return []
  const { model } = block.scope
  const from = fromUpTo(block, block.select.sources.length - 1)
  const [answer] = await look.numbers([
    `${withOf(block.scope)}select coalesce(sum(case when (${textOf(model, at)}) then 0 else 1 end), 0), coalesce(sum(case when (${left}) = (${right}) then 1 else 0 end), 0) from ${from}`,
  ])
  const [lost = 0, edge = 0] = answer ?? []
  // Where others fall out too, the bound may well be meant.
  if (edge === 0 || edge < lost) return []
  const spot = at.start + left.length
  return idea(
    `Take the bound too: ${sign}=`,
    [`all ${edge} rows that fall out stand right at it`],
    70,
    replacing(look, block, { start: spot, end: spot + 1 }, `${sign}=`),
  )
}
