/** `a not in (select b ...)`: where one b is null it holds for no row at all. */
import type { Span } from '../../../../project/sql/types.ts'
import { type Block, fromUpTo, textOf, withOf } from '../block.ts'
import type { Look } from '../look.ts'
import type { Spot } from '../types.ts'
import { type Idea, idea, replacing } from './idea.ts'

const NOT_IN = /^([\s\S]+?)\s+(not\s+in)\s*(\(\s*select\b[\s\S]*\))$/i

type NotIn = { left: string; word: Span; list: string }

function notInOf({ scope }: Block, at: Span): NotIn | null {
  const [, left, word, list] = NOT_IN.exec(textOf(scope.model, at).trimEnd()) ?? []
  if (!left || !word || !list || /\b(?:and|or)\b/i.test(left)) return null
  const start = at.start + textOf(scope.model, at).indexOf(word, left.length)
  return { left, word: { start, end: start + word.length }, list }
}

/** How many rows it holds for but for the nulls in its list; 0 where there are none, or it is another condition. */
export async function lostToNull(look: Look, block: Block, at: Span): Promise<number> {
  const found = notInOf(block, at)
  if (!found) return 0
  const { scope, select } = block
  const [answer] = await look.numbers([
    `${withOf(scope)}select coalesce(sum(case when (${found.left} in ${found.list}) is not true and ((${found.left}) not in ${found.list}) is null then 1 else 0 end), 0) from ${fromUpTo(block, select.sources.length - 1)} where (${found.left}) is not null`,
  ])
  return answer?.[0] ?? 0
}

export async function notInNothing(look: Look, { block, span: at }: Spot): Promise<Idea[]> {
  const found = at && notInOf(block, at)
  if (!at || !found || (await lostToNull(look, block, at)) === 0) return []
  const upper = found.word.end > found.word.start && textOf(block.scope.model, found.word) === 'NOT IN'
  const name = found.left.replace(/\s+/g, ' ')
  const word = replacing(look, block, found.word, upper ? 'IN' : 'in')
  const end = replacing(
    look,
    block,
    { start: at.end - 1, end: at.end },
    upper ? ') IS NOT TRUE' : ') is not true',
  )
  if (!word || !end) return []
  return idea(
    `Take ${name} where it is not known to be in the list`,
    ['the list holds a null, and with it nothing is ever not in it'],
    82,
    [...word, ...end],
  )
}
