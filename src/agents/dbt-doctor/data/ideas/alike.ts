/** A join whose keys are the same but for capitals or blanks: one side is written as the other is, where it is made. */
import { keyOfStored } from '../../../../project/sql/names.ts'
import {
  type Block,
  blockOf,
  fromUpTo,
  joinPairs,
  type Output,
  outputsOf,
  type Ref,
  readOf,
  scopeOf,
  textOf,
  withOf,
} from '../block.ts'
import type { Look } from '../look.ts'
import { stepWords } from '../places.ts'
import type { Spot } from '../types.ts'
import { type Idea, idea, replacing } from './idea.ts'

const FORMS = ['upper', 'lower', 'trim'] as const
const DONE = { upper: 'in capitals', lower: 'in small letters', trim: 'without blanks' }
/** A part of the keys that has to be found then. */
const NEARLY_ALL = 0.95
const MOST_DEPTH = 20

export async function alikeKeys(look: Look, { block, source: at }: Spot): Promise<Idea[]> {
  const joined = at === null ? undefined : block.select.sources[at]
  const [pair, ...more] = at === null ? [] : joinPairs(look, block, at)
  if (at === null || !joined || !pair || more.length > 0) return []
  const [own, before] = [look.quote(pair.own.column), withOf(block.scope)]
  const side = `(select * from ${textOf(block.scope.model, joined.item)}) as m`
  const other = `(select distinct ${pair.other.text} as k from ${fromUpTo(block, at - 1)} where ${pair.other.text} is not null) as o`
  const asked = (left: string, right: string) =>
    `${before}select count(*), count(case when exists (select 1 from ${side} where ${right} = ${left}) then 1 end) from ${other}`
  const ways = FORMS.flatMap((form) => [
    { form, ref: pair.other.refs[0], statement: asked(`${form}(o.k)`, `m.${own}`) },
    { form, ref: pair.own, statement: asked('o.k', `${form}(m.${own})`) },
  ])
  const counts = await look.numbers(ways.map((w) => w.statement))
  const found: Idea[] = []
  for (const [i, { form, ref }] of ways.entries()) {
    const [all = 0, there = 0] = counts[i] ?? []
    if (!ref || all === 0 || there < all * NEARLY_ALL) continue
    const made = await makerOf(look, block, ref)
    if (made) found.push(...written(look, made, form, `${there} of ${all} keys are found then`))
  }
  return found
}

type Made = { block: Block; output: Output }

/** Where a column is made: the select above that does something to it, else the first that reads it. */
async function makerOf(look: Look, block: Block, ref: Ref, depth = 0): Promise<Made | null> {
  const source = block.select.sources[ref.source]
  const read = source && depth < MOST_DEPTH ? readOf(look, block, source) : null
  const model = read?.kind === 'node' ? await look.model(read.id) : null
  const scope = read?.kind === 'scope' ? read.scope : model && scopeOf(model)
  const inner = scope && scope.body.arms.length === 1 ? await blockOf(look, scope, 0) : null
  const key = (name: string) => keyOfStored(name, look.adapter)
  const outputs = inner && outputsOf(look, inner)
  const output = outputs?.find((o) => o.name !== null && key(o.name) === key(ref.column))
  if (!inner || !output) return null
  const [next, other] = output.refs
  if (!output.plain || !next || other) return { block: inner, output }
  // What is passed on with all columns is written nowhere.
  const isAll = inner.select.items.some((i) => i.star && i.span === output.at)
  return (await makerOf(look, inner, next, depth + 1)) ?? (isAll ? null : { block: inner, output })
}

/** With the function around it, in the place of one that does the reverse. */
function written(look: Look, { block, output }: Made, form: (typeof FORMS)[number], because: string): Idea[] {
  const item = block.select.items.find((i) => !i.star && i.span === output.at)
  if (!item) return []
  const { model } = block.scope
  const text = textOf(model, item.expression)
  const [, done = '', inside] = /^(upper|lower)\s*\(([^()]*)\)$/i.exec(text.trim()) ?? []
  if (done.toLowerCase() === form) return []
  const name = item.alias ? '' : ` as ${output.name ?? ''}`
  const put = `${form}(${form === 'trim' ? text.trim() : (inside ?? text.trim())})${name}`
  return idea(
    `Write ${output.name ?? 'the key'} ${DONE[form]} in ${stepWords(look, block, item.expression)}`,
    [because],
    inside === undefined ? 74 : 82,
    replacing(look, block, item.expression, put),
  )
}
