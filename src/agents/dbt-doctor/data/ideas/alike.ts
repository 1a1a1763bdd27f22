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
  type Scope,
  scopeOf,
  textOf,
  whereUpTo,
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
    const made = await makerOf(look, block, ref, form)
    if (made) found.push(...written(look, made, form, `${there} of ${all} keys are found then`))
  }
  return found
}

type Made = { block: Block; output: Output }

/** Where a column is made: the select above that does something to it, else the first that reads it. */
async function makerOf(
  look: Look,
  block: Block,
  ref: Ref,
  form: (typeof FORMS)[number],
  depth = 0,
): Promise<Made | null> {
  const source = block.select.sources[ref.source]
  const read = source && depth < MOST_DEPTH ? readOf(look, block, source) : null
  const model = read?.kind === 'node' ? await look.model(read.id) : null
  const scope = read?.kind === 'scope' ? read.scope : model && scopeOf(model)
  const part = scope && (await partOf(look, scope, ref.column, form))
  if (!part) return null
  const { block: inner, output } = part
  const [next, other] = output.refs
  if (!output.plain || !next || other) return part
  // What is passed on with all columns is written nowhere.
  const isAll = inner.select.items.some((i) => i.star && i.span === output.at)
  return (await makerOf(look, inner, next, form, depth + 1)) ?? (isAll ? null : { block: inner, output })
}

/** Of a union the part that has values of another form; null where several have, or none. */
async function partOf(
  look: Look,
  scope: Scope,
  column: string,
  form: (typeof FORMS)[number],
): Promise<Made | null> {
  const key = (name: string) => keyOfStored(name, look.adapter)
  const blocks = await Promise.all(scope.body.arms.map((_, i) => blockOf(look, scope, i)))
  const lists = blocks.map((block) => block && outputsOf(look, block))
  const at = lists[0]?.findIndex((o) => o.name !== null && key(o.name) === key(column)) ?? -1
  const parts = blocks.flatMap((block, i) => {
    const output = lists[i]?.[at]
    return block && output ? [{ block, output }] : []
  })
  if (at < 0 || parts.length < blocks.length) return null
  if (parts.length === 1) return parts[0] ?? null
  const counts = await look.numbers(
    parts.map(({ block, output: { text } }) => {
      const last = block.select.sources.length - 1
      return `${withOf(scope)}select count(*) from (select ${text} as k from ${fromUpTo(block, last)}${whereUpTo(look, block, last)}) as o where ${form}(k) <> k`
    }),
  )
  const [part, ...more] = parts.filter((_, i) => (counts[i]?.[0] ?? 0) > 0)
  return more.length === 0 ? (part ?? null) : null
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
