/** Expressions that lose what they are made of: whole numbers that are divided, equal values that are added once. */
import { kindOf } from '../../../../project/profile/sql.ts'
import { tokensOf } from '../../../../project/sql/parse.ts'
import type { Span } from '../../../../project/sql/types.ts'
import { fromUpTo, textOf, whereUpTo, withOf } from '../block.ts'
import type { Look } from '../look.ts'
import type { Spot } from '../types.ts'
import { behind, type Idea, idea, replacing } from './idea.ts'

/** Where `a / b` of whole numbers is a whole number. */
const WHOLE = new Set(['postgres', 'redshift'])

/** One of the two has to be a decimal. */
export async function wholeDivision(look: Look, { block, outputs }: Spot): Promise<Idea[]> {
  if (!WHOLE.has(look.adapter)) return []
  const { model } = block.scope
  const last = block.select.sources.length - 1
  const from = `${fromUpTo(block, last)}${whereUpTo(look, block, last)}`
  const found: Idea[] = []
  for (const at of outputs.flatMap((o) => (o.at ? [o.at] : []))) {
    for (const divisor of divisorsIn(look, model.sql, at)) {
      const text = textOf(model, divisor)
      const asked = await look.rows(
        `${withOf(block.scope)}select cast(pg_typeof(${text}) as varchar) from ${from}`,
        1,
      )
      if (kindOf(String(asked?.rows[0]?.[0] ?? '')) !== 'integer') continue
      found.push(
        ...idea(
          `Divide by ${text.replace(/\s+/g, ' ')} as a decimal`,
          [`${text.replace(/\s+/g, ' ')} is a whole number, and between whole numbers the rest is lost`],
          80,
          behind(look, block, divisor, '::numeric'),
        ),
      )
    }
  }
  return found
}

/** What stands behind each sign of division: a name, a call, or brackets. */
function divisorsIn(look: Look, sql: string, { start, end }: Span): Span[] {
  const tokens = tokensOf(sql.slice(start, end), look.adapter) ?? []
  return tokens.flatMap((token, i) => {
    if (token.type !== 'SLASH') return []
    let at = i + 1
    // A qualified name, with the brackets of a call.
    while (tokens[at + 1]?.type === 'DOT') at += 2
    if (tokens[at + 1]?.type === 'L_PAREN' && tokens[at]?.type !== 'L_PAREN') at += 1
    if (tokens[at]?.type === 'L_PAREN') {
      let depth = 0
      for (; at < tokens.length; at += 1) {
        if (tokens[at]?.type === 'L_PAREN') depth += 1
        if (tokens[at]?.type === 'R_PAREN') depth -= 1
        if (depth === 0) break
      }
    }
    const [first, last] = [tokens[i + 1], tokens[at]]
    return first && last && tokens[at + 1]?.type !== 'D_COLON'
      ? [{ start: start + first.span.start, end: start + last.span.end }]
      : []
  })
}

const ONCE = /\b(?:sum|avg)\s*\(\s*(distinct\s+)/gi
/** The first of them; what is counted once is most often meant so. */
export const DISTINCT_SUM = /\bsum\s*\(\s*(distinct\s+)/i

/** `sum(distinct amount)` takes two rows of one amount for one. */
export async function eachValue(look: Look, { block, outputs }: Spot): Promise<Idea[]> {
  const { model } = block.scope
  return outputs.flatMap(({ at, name }) =>
    [...(at ? textOf(model, at) : '').matchAll(ONCE)].flatMap((m) => {
      const start = (at?.start ?? 0) + m.index + m[0].length - (m[1]?.length ?? 0)
      return idea(
        `Take every row for ${name ?? 'it'}, and not each value once`,
        ['rows of equal values count as one'],
        78,
        replacing(look, block, { start, end: start + (m[1]?.length ?? 0) }, ''),
      )
    }),
  )
}

/** With the name that it has outside. */
const TEXT_CALL = /^(upper|lower|initcap|trim|ltrim|rtrim)\s*\(\s*([\w$."]+)\s*\)(\s+(?:as\s+)?([\w$]+))/i
const OTHER_CASE: Record<string, string> = { upper: 'lower', lower: 'upper' }

/** `upper(status)` where the status itself is well: as it came, or in the other letters. */
export async function asItCame(look: Look, { block, outputs }: Spot): Promise<Idea[]> {
  const { model } = block.scope
  return outputs.flatMap(({ at }) => {
    const text = at ? textOf(model, at) : ''
    const [written = '', call = '', inner = '', alias = '', name] = TEXT_CALL.exec(text) ?? []
    if (!at || call === '') return []
    const span = { start: at.start, end: at.start + written.length }
    const isCalledSo = inner.split('.').at(-1) === name
    const other = OTHER_CASE[call.toLowerCase()]
    return [
      ...idea(
        `Take ${inner} as it comes, without ${call}`,
        [`${inner} is well before ${call} changes it`],
        76,
        replacing(look, block, span, isCalledSo ? inner : inner + alias),
      ),
      ...(other
        ? idea(
            `Write ${inner} with ${other} instead of ${call}`,
            [`${call} makes other letters of it than are accepted`],
            66,
            replacing(look, block, span, `${other}(${inner})${alias}`),
          )
        : []),
    ]
  })
}
