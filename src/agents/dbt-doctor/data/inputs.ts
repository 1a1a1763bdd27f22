/** The columns that an expression is made of, asked for what is bad in it: whether it came so, or is made here. */
import { sqlOnly, wordsNamed } from '../words.ts'
import { type Block, columnText, fromUpTo, type Output, type Ref, withOf } from './block.ts'
import type { Look } from './look.ts'
import { andWhere, type Rule } from './made-here.ts'

/** `refs`: those that are asked. */
type Asked = { outputs: Output[]; refs: Ref[]; rule: Rule }

function counting(look: Look, block: Block, condition: string): string {
  const from = fromUpTo(block, block.select.sources.length - 1)
  return `${withOf(block.scope)}select count(*) from ${from}${andWhere(look, block, condition)}`
}

/** How many rows are bad, and the column that is bad by the same rule in at least half of them. */
export async function badBefore(
  look: Look,
  block: Block,
  { outputs, refs, rule }: Asked,
): Promise<{ total: number; ref: Ref | null }> {
  const isBad = rule.isBad(outputs.map((o) => o.text))
  const [all, well, ...counts] = await look.numbers(
    [
      isBad,
      `(${isBad}) is not true`,
      ...refs.flatMap((r) => {
        const isToo = rule.isBad([columnText(look, block, r)])
        return [`(${isBad}) and (${isToo})`, `((${isBad}) is not true) and (${isToo})`]
      }),
    ].map((condition) => counting(look, block, condition)),
  )
  const total = all?.[0] ?? 0
  const before = refs.map((r, i) => {
    const [bad = 0, good = 0] = [counts[2 * i]?.[0], counts[2 * i + 1]?.[0]]
    // Of a column of another kind the rule says nothing: by it nearly all is bad, what becomes well of it too.
    const isOther = good * 2 > (well?.[0] ?? 0) || isOnlyAsked(outputs[0]?.text ?? '', r.column)
    return !rule.ofNulls && isOther ? 0 : bad
  })
  const most = Math.max(0, ...before)
  return { total, ref: most > 0 && most * 2 >= total ? (refs[before.indexOf(most)] ?? null) : null }
}

/** A column that a case goes by, and gives nothing of: what it gives stands in its branches. */
function isOnlyAsked(text: string, column: string): boolean {
  const given = text.replace(/\bcase\b(?:(?!\bcase\b)[\s\S])*?\bthen\b|\bwhen\b[\s\S]*?\bthen\b/gi, ' ')
  return given !== text && wordsNamed(sqlOnly(given), column).length === 0
}

/** The column that is null in most of the rows that are bad; where groups are bad, in most of all rows. */
export async function madeOfNothing(
  look: Look,
  block: Block,
  { outputs, refs, rule }: Asked,
  total: number,
): Promise<Ref | null> {
  const isBad = rule.isBad(outputs.map((o) => o.text))
  const [all, ...empty] = await look.numbers(
    [
      total > 0 ? isBad : '1 = 1',
      ...refs.map((r) => `${total > 0 ? `(${isBad}) and ` : ''}${columnText(look, block, r)} is null`),
    ].map((condition) => counting(look, block, condition)),
  )
  const most = Math.max(0, ...empty.map((e) => e?.[0] ?? 0))
  const isMost = most > 0 && most * 2 >= (all?.[0] ?? 0)
  return isMost ? (refs[empty.findIndex((e) => e?.[0] === most)] ?? null) : null
}
