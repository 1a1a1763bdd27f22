/** Rows that are counted more than once on the way to a column: joins that find several, unions that hold the same. */
import { count, list } from '../../../core/text.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
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
} from '../data/block.ts'
import { counted } from '../data/counted.ts'
import { repeats, repeatsStatement, repeatWords } from '../data/counts.ts'
import type { Look } from '../data/look.ts'
import { culpritIn, culpritOf, sourceText, sourceWords, stepWords } from '../data/places.ts'
import type { Trail } from '../data/types.ts'
import type { Suspect } from './drops.ts'

export async function multipliedOn(
  look: Look,
  id: string,
  column: string | null,
  trail: Trail,
): Promise<Suspect[]> {
  const found: Suspect[] = []
  await ofNode(look, id, column, trail, found, 0)
  return found.sort((a, b) => b.weight - a.weight)
}

async function ofNode(
  look: Look,
  id: string,
  column: string | null,
  trail: Trail,
  found: Suspect[],
  depth: number,
): Promise<void> {
  const { relation, scope, rows, anew } = await counted(look, id, trail, depth)
  if (relation && rows > anew)
    found.push({
      weight: 90,
      culprit: culpritOf(look, id, {
        born: 'build',
        sentence: `${count(rows - anew, 'row')} of the table ${look.label(id)} are not in what its SQL gives when built anew: what came again was added again.`,
      }),
    })
  if (scope) await ofScope(look, scope, column, trail, found, depth + 1)
  else if (relation) await copiesIn(look, id, relation, found)
}

/** Rows of a source that differ in nothing. */
async function copiesIn(look: Look, id: string, relation: string, found: Suspect[]): Promise<void> {
  const [names = null] = await look.columns([`select * from ${relation} limit 0`])
  const columns = (names ?? []).filter((c) => !c.startsWith('_'))
  if (columns.length === 0) return
  const [answer] = await look.numbers([
    `select coalesce(sum(n - 1), 0), count(*) from (select count(*) as n from ${relation} group by ${columns.map(look.quote).join(', ')}) as g`,
  ])
  const extra = answer?.[0] ?? 0
  if (extra > 0)
    found.push({
      weight: 60,
      culprit: culpritOf(look, id, {
        born: 'source',
        sentence: `The source itself repeats: ${count(extra, 'row')} of ${look.label(id)} are copies of others, which differ in nothing.`,
        wrong: { source: id, columns, condition: null },
      }),
    })
}

async function ofScope(
  look: Look,
  scope: Scope,
  column: string | null,
  trail: Trail,
  found: Suspect[],
  depth: number,
): Promise<void> {
  const key = (name: string) => keyOfStored(name, look.adapter)
  if (scope.body.arms.length > 1) await unionOf(look, scope, found)
  for (const [arm] of scope.body.arms.entries()) {
    const block = await blockOf(look, scope, arm)
    const outputs = block ? outputsOf(look, block) : null
    const output =
      column === null ? undefined : outputs?.find((o) => o.name !== null && key(o.name) === key(column))
    if (block) await ofSelect(look, block, output, trail, found, depth)
  }
}

async function ofSelect(
  look: Look,
  block: Block,
  output: Output | undefined,
  trail: Trail,
  found: Suspect[],
  depth: number,
): Promise<void> {
  const { select } = block
  const own = output?.refs[0]?.source ?? 0
  const source = select.sources[own]
  if (!source) return
  await joinsOf(look, block, own, found)
  await cumulative(look, block, output, found)
  const read = readOf(look, block, source)
  const column = output?.refs[0]?.column ?? null
  if (read?.kind === 'node') await ofNode(look, read.id, column, trail, found, depth)
  else if (read?.kind === 'scope') await ofScope(look, read.scope, column, trail, found, depth)
}

/** Joins by which a row of the source stands more than once. */
async function joinsOf(look: Look, block: Block, own: number, found: Suspect[]): Promise<void> {
  const { select, scope } = block
  const before = withOf(scope)
  for (const [at, joined] of select.sources.entries()) {
    if (at === 0) continue
    const pairs = joinPairs(look, block, at)
    // A source that is joined itself is repeated by what it is joined to.
    const text = at === own ? null : sourceText(block, at)
    if (pairs.length === 0 || joined.join === 'other') continue
    const turned = at === own ? pairs.flatMap((p) => p.other.refs) : pairs.map((p) => p.own)
    const side = turned[0]?.source
    if (side === undefined || (at !== own && at < own)) continue
    const columns = [...new Set(turned.map((r) => r.column))]
    const [times = null] = await repeats(look, [
      repeatsStatement(columns.map(look.quote), text ?? sourceText(block, side), before),
    ])
    if (!times || times.keys === 0) continue
    const [was, is] = await look.numbers([
      `${before}select count(*) from ${fromUpTo(block, at - 1)}`,
      `${before}select count(*) from ${fromUpTo(block, at)}`,
    ])
    const [a, b] = [was?.[0] ?? 0, is?.[0] ?? 0]
    if (at !== own && b <= a) continue
    const place = { start: joined.words.start, end: joined.item.end }
    const words = sourceWords(look, block, at === own ? side : at)
    found.push({
      weight: 85,
      culprit: culpritIn(
        look,
        block,
        place,
        {
          born: 'join',
          sentence: `Rows are counted more than once because of the join of ${stepWords(look, block, place)}: ${words} has up to ${times.most} rows per ${list(columns)}${at === own ? '' : `, so ${count(a, 'row')} become ${b}`}.`,
          evidence: [`${words}: ${repeatWords(columns, times)}.`],
        },
        { source: at },
      ),
    })
  }
}

/** A sum of what is summed up from row to row already. */
async function cumulative(
  look: Look,
  block: Block,
  output: Output | undefined,
  found: Suspect[],
): Promise<void> {
  const [ref] = output?.refs ?? []
  if (!output || !ref || !/\bsum\s*\(/i.test(output.text) || /\bover\s*\(/i.test(output.text)) return
  const running = await runningTotal(look, block, ref)
  if (running)
    found.push({
      weight: 95,
      culprit: culpritIn(
        look,
        block,
        output.at,
        {
          born: 'expression',
          sentence: `${stepWords(look, block, output.at)} sums up ${ref.column}, which is a running total already: ${running}.`,
        },
        { outputs: [output] },
      ),
    })
}

async function runningTotal(
  look: Look,
  block: Block,
  ref: { source: number; column: string },
  depth = 0,
): Promise<string | null> {
  const source = block.select.sources[ref.source]
  const read = source ? readOf(look, block, source) : null
  const model = read?.kind === 'node' ? await look.model(read.id) : null
  const scope = read?.kind === 'scope' ? read.scope : model ? scopeOf(model) : null
  const inner = scope && depth < 12 ? await blockOf(look, scope, 0) : null
  const outputs = inner && outputsOf(look, inner)
  const made = outputs?.find((o) => o.name?.toLowerCase() === ref.column.toLowerCase())
  if (!inner || !made) return null
  if (/\bsum\s*\([\s\S]*\)\s*over\s*\([\s\S]*\border\s+by\b/i.test(made.text))
    return `${stepWords(look, inner, made.at)}: ${made.text.replace(/\s+/g, ' ')}`
  const [next] = made.refs
  return made.plain && next ? runningTotal(look, inner, next, depth + 1) : null
}

/** Parts of a union that hold the very same rows. */
async function unionOf(look: Look, scope: Scope, found: Suspect[]): Promise<void> {
  const operation = scope.body.operations.find((o) => o.words.startsWith('union all'))
  const block = operation && (await blockOf(look, scope, 0))
  if (!operation || !block) return
  const text = textOf(scope.model, scope.span)
  const arms = scope.body.arms.map(
    (a) => `select count(*) from (select distinct * from (${textOf(scope.model, a.span)}) as d) as c`,
  )
  const counts = await look.numbers([
    ...arms.map((a) => `${withOf(scope)}${a}`),
    `${withOf(scope)}select count(*) from (select distinct * from (${text}) as d) as c`,
  ])
  const all = counts.at(-1)?.[0]
  const parts = counts.slice(0, -1).map((c) => c?.[0])
  if (all === undefined || parts.some((p) => p === undefined)) return
  const doubled = parts.reduce<number>((sum, p) => sum + (p ?? 0), 0) - all
  if (doubled <= 0) return
  found.push({
    weight: 88,
    culprit: culpritIn(look, block, operation.span, {
      born: 'union',
      sentence: `${count(doubled, 'row')} stand in more than one part of the ${operation.words} of ${stepWords(look, block, operation.span)}.`,
    }),
  })
}
