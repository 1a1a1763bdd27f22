/** A branch of a case that no row comes to, since one before it takes them all: it goes in front of that one. */
import { depthOf } from '../../../../project/sql/ctes.ts'
import { tokensOf } from '../../../../project/sql/parse.ts'
import type { Span } from '../../../../project/sql/types.ts'
import { fromUpTo, textOf, whereUpTo, withOf } from '../block.ts'
import type { Look } from '../look.ts'
import type { Spot } from '../types.ts'
import { type Idea, idea, replacing } from './idea.ts'

type Branch = { condition: Span; span: Span }

export async function branchFirst(look: Look, { block, outputs }: Spot): Promise<Idea[]> {
  const { model } = block.scope
  const last = block.select.sources.length - 1
  const from = `${withOf(block.scope)}select count(*) from ${fromUpTo(block, last)}`
  const own = whereUpTo(look, block, last)
  const rows = async (...conditions: string[]) => {
    const all = conditions.map((c) => `(${c})`).join(' and ')
    const [answer] = await look.numbers([`${from}${own}${own === '' ? ' where' : ' and'} ${all}`])
    return answer?.[0] ?? 0
  }
  const found: Idea[] = []
  for (const at of outputs.flatMap((o) => (o.at ? [o.at] : []))) {
    const branches = branchesIn(look, model.sql, at)
    for (const [i, branch] of branches.entries()) {
      const condition = textOf(model, branch.condition)
      const before = branches.slice(0, i)
      const isReached = before.map((b) => `(${textOf(model, b.condition)}) is not true`)
      if (i === 0 || (await rows(condition)) === 0 || (await rows(condition, ...isReached)) > 0) continue
      for (const first of before) {
        if ((await rows(condition, textOf(model, first.condition))) === 0) continue
        const between = { start: first.span.start, end: branch.span.end }
        const rest = textOf(model, { start: first.span.start, end: branch.span.start }).trimEnd()
        const gap = textOf(model, { start: first.span.start + rest.length, end: branch.span.start })
        found.push(
          ...idea(
            `Ask for ${condition.replace(/\s+/g, ' ')} before ${textOf(model, first.condition).replace(/\s+/g, ' ')}`,
            [`${textOf(model, first.condition).replace(/\s+/g, ' ')} takes all rows that it is meant for`],
            76,
            replacing(look, block, between, `${textOf(model, branch.span)}${gap}${rest}`),
          ),
        )
        break
      }
    }
  }
  return found
}

/** `when a then b` of the first case that says conditions. */
function branchesIn(look: Look, sql: string, { start, end }: Span): Branch[] {
  const tokens = tokensOf(sql.slice(start, end), look.adapter) ?? []
  const open = tokens.findIndex((t, i) => t.type === 'CASE' && tokens[i + 1]?.type === 'WHEN')
  if (open < 0) return []
  const marks: { type: string; at: number; end: number }[] = []
  let depth = 0
  let nested = 0
  for (const token of tokens.slice(open + 1)) {
    if (token.type === 'CASE') nested += 1
    const isOwn = depth === 0 && nested === 0
    if (isOwn && ['WHEN', 'THEN', 'ELSE', 'END'].includes(token.type))
      marks.push({ type: token.type, at: start + token.span.start, end: start + token.span.end })
    if (isOwn && token.type === 'END') break
    if (token.type === 'END') nested -= 1
    depth += depthOf(token)
  }
  const trimmed = (from: number, to: number): Span => ({
    start: from,
    end: from + sql.slice(from, to).trimEnd().length,
  })
  return marks.flatMap((mark, i) => {
    const [then, next] = [marks[i + 1], marks[i + 2]]
    if (mark.type !== 'WHEN' || then?.type !== 'THEN' || !next) return []
    return [{ condition: trimmed(mark.end + 1, then.at), span: trimmed(mark.at, next.at) }]
  })
}
