/** Values that are missing from a relation, though something above it has them: the step that lets them fall out. */
import { literal } from '../../../project/profile/sql.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
import type { Span } from '../../../project/sql/types.ts'
import {
  type Block,
  blockOf,
  fromUpTo,
  joinPairs,
  type Output,
  outputsOf,
  readOf,
  type Scope,
  scopeOf,
  textOf,
  withOf,
} from './block.ts'
import type { Look } from './look.ts'
import { culpritIn, sourceText, sourceWords, stepWords } from './places.ts'
import { type Culprit, example, type Trail } from './types.ts'
import { unmetDrop } from './unmet.ts'

/** So many of the missing values are looked for. */
export const MOST_KEYS = 200

const MOST_DEPTH = 60

/** `asDay`: the keys are days, and the columns may be times. */
export type How = { asDay?: boolean }

/** The keys, as text, that a column has to be among. */
function among(look: Look, expression: string, keys: string[], { asDay = false }: How): string {
  const asked = asDay ? `cast(${expression} as date)` : expression
  const type = look.adapter === 'bigquery' || look.adapter === 'databricks' ? 'string' : 'varchar'
  return `cast(${asked} as ${type}) in (${keys.map((k) => literal(k)).join(', ')})`
}

/** Null where nothing above has them either, or it cannot be told. `keys`: as text. */
export async function lostOn(
  look: Look,
  id: string,
  column: string,
  keys: string[],
  trail: Trail,
  how: How = {},
  depth = 0,
): Promise<Culprit | null> {
  const model = await look.model(id)
  const scope = model && depth < MOST_DEPTH ? scopeOf(model) : null
  return scope ? lostInScope(look, scope, column, keys, trail, how, depth + 1) : null
}

export async function lostInScope(
  look: Look,
  scope: Scope,
  column: string,
  keys: string[],
  trail: Trail,
  how: How,
  depth: number,
): Promise<Culprit | null> {
  const key = (name: string) => keyOfStored(name, look.adapter)
  let position: number | null = null
  for (const [arm] of scope.body.arms.entries()) {
    const block = await blockOf(look, scope, arm)
    const outputs = block && outputsOf(look, block)
    if (!block || !outputs) continue
    position ??= outputs.findIndex((o) => o.name !== null && key(o.name) === key(column))
    const output = outputs[position]
    const found = output ? await lostInSelect(look, block, output, keys, trail, how, depth) : null
    if (found) return found
  }
  return null
}

async function lostInSelect(
  look: Look,
  block: Block,
  output: Output,
  keys: string[],
  trail: Trail,
  how: How,
  depth: number,
): Promise<Culprit | null> {
  const sources = [...new Set(output.refs.map((r) => r.source))]
  const [source] = sources
  if (source === undefined || sources.length > 1) return null
  const before = withOf(block.scope)
  const wanted = among(look, output.text, keys, how)
  const counting = (from: string, where = '') =>
    `${before}select count(distinct ${output.text}) from ${from} where ${wanted}${where}`
  const [own = null] = await look.numbers([counting(sourceText(block, source))])
  const words = sourceWords(look, block, source)
  if (own === null || own[0] === 0) {
    const [ref] = output.refs
    const read = block.select.sources[source] && readOf(look, block, block.select.sources[source])
    if (!ref || !read) return null
    return read.kind === 'node'
      ? lostOn(look, read.id, ref.column, keys, trail, how, depth)
      : lostInScope(look, read.scope, ref.column, keys, trail, how, depth)
  }
  const there = own[0] ?? 0
  trail.push(`${words} has ${there} of them.`)
  const found = [
    await droppedByJoin(look, block, output, { there, source, wanted, counting }, trail),
    await droppedByCondition(look, block, output, { there, wanted }, keys),
  ].filter((d) => d !== null)
  const [most, other] = found.sort((a, b) => b.lost - a.lost)
  if (!most) return null
  // Each loses some: only together are they mended.
  const { born, spot } = other?.culprit ?? {}
  const also = born && spot && other?.culprit.node === most.culprit.node ? [{ born, spot }] : []
  return {
    ...most.culprit,
    ...(also.length > 0 ? { also } : {}),
    evidence: [...most.culprit.evidence, ...(other ? [other.culprit.sentence] : [])],
  }
}

type Dropped = { lost: number; culprit: Culprit }

type Counting = {
  there: number
  source: number
  wanted: string
  counting: (from: string, where?: string) => string
}

async function droppedByJoin(
  look: Look,
  block: Block,
  output: Output,
  { there, source, wanted, counting }: Counting,
  trail: Trail,
): Promise<Dropped | null> {
  const { select } = block
  const stages = select.sources.map((_, i) => i).filter((i) => i > 0 && i >= source)
  const left = await look.numbers(stages.map((i) => counting(fromUpTo(block, i))))
  let known = there
  for (const [i, at] of stages.entries()) {
    const now = left[i]?.[0]
    if (now === undefined) continue
    const joined = select.sources[at]
    if (now < known && joined) {
      const unmet = await unmetDrop(look, block, at, { outputs: [output], among: wanted }, trail)
      if (unmet) return { lost: known - now, culprit: unmet }
      const above = await partnersLost(look, block, at)
      if (above) return { lost: known - now, culprit: above }
      const place = { start: joined.words.start, end: joined.item.end }
      const lost = known - now
      const culprit = culpritIn(
        look,
        block,
        place,
        {
          born: 'drop',
          sentence: `${lost} ${output.name ?? output.text} fall out in the ${textOf(block.scope.model, joined.words).toLowerCase().replace(/\s+/g, ' ')} of ${stepWords(look, block, place)}: ${sourceWords(look, block, at)} has no row for them.`,
        },
        { source: at, outputs: [output] },
      )
      return { lost, culprit }
    }
    known = now
  }
  return null
}

/** Why what is joined has no row for some of what stands before it: the step above in which they fall out, if any. */
export async function partnersLost(
  look: Look,
  block: Block,
  at: number,
  trail: Trail = [],
): Promise<Culprit | null> {
  const joined = block.select.sources[at]
  const [pair, ...more] = joinPairs(look, block, at)
  if (!joined || !pair || more.length > 0) return null
  const side = textOf(block.scope.model, joined.item)
  const own = look.quote(pair.own.column)
  const keys = await keysIn(
    look,
    `${withOf(block.scope)}select distinct ${pair.other.text} from ${fromUpTo(block, at - 1)} where ${pair.other.text} is not null and ${pair.other.text} not in (select m.${own} from (select * from ${side}) as m where m.${own} is not null)`,
  )
  const read = keys.length > 0 ? readOf(look, block, joined) : null
  if (read?.kind === 'node') return lostOn(look, read.id, pair.own.column, keys, trail)
  return read ? lostInScope(look, read.scope, pair.own.column, keys, trail, {}, 1) : null
}

async function droppedByCondition(
  look: Look,
  block: Block,
  output: Output,
  { there, wanted }: { there: number; wanted: string },
  keys: string[],
): Promise<Dropped | null> {
  const { select, scope } = block
  const { model } = scope
  const from = fromUpTo(block, select.sources.length - 1)
  const [joined, ...counted] = await look.numbers([
    `${withOf(scope)}select count(distinct ${output.text}) from ${from} where ${wanted}`,
    ...select.where.map(
      (w) =>
        `${withOf(scope)}select count(distinct ${output.text}) from ${from} where ${wanted} and (${textOf(model, w)})`,
    ),
  ])
  // What a join lost before is not lost here.
  const come = joined?.[0] ?? there
  const drops = select.where.map((w, i) => ({ at: w, left: counted[i]?.[0] ?? come }))
  const [worst] = drops.filter((d) => d.left < come).sort((a, b) => a.left - b.left)
  const rest: { at: Span | null; words: string }[] = [
    { at: select.having, words: 'having' },
    { at: select.qualify, words: 'qualify' },
  ]
  const other = worst || come < there ? undefined : rest.find((r) => r.at !== null)
  const at = worst?.at ?? other?.at
  if (!at) return null
  const lost = worst ? come - worst.left : come
  const culprit = culpritIn(
    look,
    block,
    at,
    {
      born: 'filter',
      sentence: `${lost} ${output.name ?? output.text} fall out in ${stepWords(look, block, at)}: ${textOf(model, at).replace(/\s+/g, ' ')}.`,
      evidence: keys.slice(0, 2).map((k) => example([output.name ?? output.text], [k])),
    },
    { span: at, outputs: [output] },
  )
  return { lost, culprit }
}

/** The values of a column that a statement answers, as text. */
export async function keysIn(look: Look, statement: string): Promise<string[]> {
  const found = await look.rows(statement, MOST_KEYS)
  return (found?.rows ?? []).flatMap(([k]) => (k === null || k === undefined ? [] : [String(k)]))
}
