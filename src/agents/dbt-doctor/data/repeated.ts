/**
 * A key that repeats: the step whose inputs hold their own grain, and whose output does not. At each ancestor the key is
 * asked in that ancestor's terms; that a finer grain repeats it rightly is no fault of that ancestor.
 */
import { list } from '../../../core/text.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
import {
  type Block,
  blockOf,
  fromUpTo,
  joinPairs,
  type Output,
  outputsOf,
  type Read,
  readOf,
  type Scope,
  scopeOf,
  textOf,
  whereUpTo,
  withOf,
} from './block.ts'
import { type Repeats, repeats, repeatsStatement, repeatWords } from './counts.ts'
import { grainOf, isDeclared } from './grain.ts'
import type { Look } from './look.ts'
import { periodRepeats } from './overlaps.ts'
import { asOfPeriods } from './periods.ts'
import { culpritIn, culpritOf, named, sourceText, sourceWords, stepWords } from './places.ts'
import {
  builtOtherwise,
  groupRepeats,
  repeatExamples,
  sourceRepeats,
  unionKeepsAll,
  unionRepeats,
} from './repeats-here.ts'
import type { Culprit, Trail } from './types.ts'

export async function repeatedIn(
  look: Look,
  id: string,
  columns: string[],
  trail: Trail,
  depth = 0,
): Promise<Culprit> {
  const [relation, model] = await Promise.all([look.relation(id), look.model(id)])
  const quoted = columns.map(look.quote)
  const scope = model && depth < 60 ? scopeOf(model) : null
  const written = scope ? `(${textOf(scope.model, scope.span)}) as m` : null
  const [stands = null, says = null] = await repeats(look, [
    repeatsStatement(quoted, relation ?? written ?? '', relation ? '' : scope ? withOf(scope) : ''),
    ...(scope && written ? [repeatsStatement(quoted, written, withOf(scope))] : []),
  ])
  const label = look.label(id)
  if (stands) trail.push(`${label}: ${repeatWords(columns, stands)}.`)
  if (!model) return sourceRepeats(look, id, columns, relation ?? '', stands)
  if (!scope)
    return culpritOf(look, id, {
      born: 'unknown',
      sentence: `${list(columns)} repeats in ${label}, whose SQL has a shape that cannot be taken apart.`,
    })
  if (relation && stands && stands.keys > 0 && says?.keys === 0)
    return builtOtherwise(look, id, columns, stands)
  return repeatedInScope(look, scope, columns, trail, depth + 1)
}

async function repeatedInScope(
  look: Look,
  scope: Scope,
  columns: string[],
  trail: Trail,
  depth: number,
): Promise<Culprit> {
  const blocks = await Promise.all(scope.body.arms.map((_, i) => blockOf(look, scope, i)))
  const outputs = blocks.map((b) => b && outputsOf(look, b))
  const key = (name: string) => keyOfStored(name, look.adapter)
  const first = outputs[0]
  const at = columns.map((c) => first?.findIndex((o) => o.name !== null && key(o.name) === key(c)) ?? -1)
  const [block] = blocks
  if (!first || !block || at.some((i) => i < 0))
    return culpritOf(look, scope.model.id, {
      born: 'unknown',
      sentence: `${list(columns)} repeats in ${look.label(scope.model.id)}; which expression makes it cannot be told from its SQL.`,
    })
  if (blocks.length === 1)
    return repeatedInSelect(
      look,
      block,
      at.flatMap((i) => first[i] ?? []),
      trail,
      depth,
    )
  const arms = blocks.map((b, i) => ({ block: b, keys: at.flatMap((n) => outputs[i]?.[n] ?? []) }))
  const found = await repeats(
    look,
    arms.map(({ block: b, keys }) =>
      b ? repeatsIn(look, b, keys, b.select.sources.length - 1) : 'select 0',
    ),
  )
  const worst = found.findIndex(
    (f) => f !== null && f.keys > 0 && f.keys === Math.max(...found.map((x) => x?.keys ?? 0)),
  )
  const arm = arms[worst]
  if (arm?.block) {
    trail.push(
      `${stepWords(look, arm.block, arm.block.select.span)}, part ${worst + 1} of ${arms.length} of the union, repeats it by itself.`,
    )
    const below = await repeatedInSelect(look, arm.block, arm.keys, trail, depth)
    return (
      (below.born === 'grain' ? await unionKeepsAll(look, scope, arm.block, columns, below) : null) ?? below
    )
  }
  return unionRepeats(look, scope, arms, columns)
}

function repeatsIn(look: Look, block: Block, keys: Output[], upTo: number, filtered = true): string {
  const where = filtered ? whereUpTo(look, block, upTo) : ''
  return repeatsStatement(
    keys.map((k) => k.text),
    `${fromUpTo(block, upTo)}${where}`,
    withOf(block.scope),
  )
}

async function repeatedInSelect(
  look: Look,
  block: Block,
  keys: Output[],
  trail: Trail,
  depth: number,
): Promise<Culprit> {
  const { select } = block
  if (select.group || select.distinct) return groupRepeats(look, block, keys)
  const sources = new Set(keys.flatMap((k) => k.refs.map((r) => r.source)))
  const first = Math.max(0, ...sources)
  const alone =
    sources.size === 1 && select.sources[first] ? await aloneRepeats(look, block, keys, first) : null
  const stages = select.sources.map((_, i) => i).filter((i) => i >= first)
  const found = await repeats(
    look,
    stages.map((s) => repeatsIn(look, block, keys, s)),
  )
  // What repeats in the source alone, and is not filtered out at the end, comes from there.
  const last = found.at(-1)
  const added = stages.filter((_, i) => i > 0 && (found[i]?.rows ?? 0) > (found[i - 1]?.rows ?? 0))
  const own = found[0] ?? null
  if (
    alone &&
    alone.keys > 0 &&
    own &&
    own.keys > 0 &&
    (added.length === 0 || own.keys >= (last?.keys ?? 0) / 2)
  )
    return repeatsBelow(look, block, keys, first, alone, trail, depth)
  const [at] =
    own && own.keys > 0 && first > 0 && !(alone && alone.keys > 0)
      ? [first]
      : added.sort((a, b) => gain(found, stages, b) - gain(found, stages, a))
  if (at !== undefined && select.sources[at]) {
    const culprit = await joinRepeats(look, block, keys, at, trail, depth)
    const others = added
      .filter((a) => a !== at)
      .map((source) => ({ born: 'join' as const, spot: { block, source, span: null, outputs: keys } }))
    return culprit.born === 'join' && others.length > 0 ? { ...culprit, also: others } : culprit
  }
  return culpritIn(
    look,
    block,
    keys[0]?.at ?? null,
    {
      born: 'unknown',
      sentence: `${list(keys.map(named))} repeats in ${stepWords(look, block, keys[0]?.at ?? null)}; its sources do not repeat it, so it is made by what the select itself does.`,
    },
    { outputs: keys },
  )
}

const gain = (found: (Repeats | null)[], stages: number[], stage: number) => {
  const i = stages.indexOf(stage)
  return (found[i]?.rows ?? 0) - (found[i - 1]?.rows ?? 0)
}

async function aloneRepeats(look: Look, block: Block, keys: Output[], at: number): Promise<Repeats | null> {
  const [found = null] = await repeats(look, [
    repeatsStatement(
      keys.map((k) => k.text),
      sourceText(block, at),
      withOf(block.scope),
    ),
  ])
  return found
}

/** The source of the key repeats it: because it is broken itself, or because it has another grain rightly. */
async function repeatsBelow(
  look: Look,
  block: Block,
  keys: Output[],
  at: number,
  found: Repeats,
  trail: Trail,
  depth: number,
): Promise<Culprit> {
  const source = block.select.sources[at]
  const read = source ? readOf(look, block, source) : null
  const columns = [...new Set(keys.flatMap((k) => k.refs.map((r) => r.column)))]
  const words = sourceWords(look, block, at)
  if (!read)
    return culpritIn(look, block, source?.item ?? null, {
      born: 'unknown',
      sentence: `${list(columns)} repeats in ${words}, which ${look.label(block.scope.model.id)} reads in place.`,
    })
  const below = await belowOf(look, read, columns, trail, depth)
  if ('culprit' in below) return below.culprit
  const grain = list(below.grain)
  return {
    ...culpritIn(
      look,
      block,
      source?.item ?? null,
      {
        born: 'grain',
        sentence: `${list(keys.map(named))} repeats because ${stepWords(look, block, source?.item ?? null)} reads ${words}, which has one row per ${grain} and up to ${found.most} per ${list(columns)}, and nothing brings it to one.`,
        evidence: await repeatExamples(look, columns, sourceText(block, at), withOf(block.scope)),
      },
      { source: at, outputs: keys },
    ),
    grain: below.grain,
  }
}

/** What is read has another grain rightly; or who made it repeat, where it says or shows that it should not. */
async function belowOf(
  look: Look,
  read: NonNullable<Read>,
  columns: string[],
  trail: Trail,
  depth: number,
): Promise<{ grain: string[] } | { culprit: Culprit }> {
  const isNode = read.kind === 'node'
  const grain = isNode ? await grainOf(look, read.id, columns) : null
  if (isNode && grain && !grain.broken && grain.key) {
    trail.push(`${look.label(read.id)} has one row per ${list(grain.key)}, which holds.`)
    return { grain: grain.key }
  }
  const culprit = isNode
    ? await repeatedIn(look, read.id, columns, trail, depth)
    : await repeatedInScope(look, read.scope, columns, trail, depth)
  // Nobody says that what only passes it on should have one row.
  const passesOn =
    culprit.born === 'grain' && culprit.grain && !(isNode && isDeclared(look, read.id, columns))
  return passesOn && culprit.grain ? { grain: culprit.grain } : { culprit }
}

/** A join that finds several rows for one: it is at fault, unless what it joins should have had one. */
async function joinRepeats(
  look: Look,
  block: Block,
  keys: Output[],
  at: number,
  trail: Trail,
  depth: number,
): Promise<Culprit> {
  const byPeriod = await periodRepeats(look, block, keys, at, trail)
  if (byPeriod) return asOfPeriods(byPeriod)
  const source = block.select.sources[at]
  const pairs = joinPairs(look, block, at)
  const columns = [...new Set(pairs.map((p) => p.own.column))]
  const words = sourceWords(look, block, at)
  const place = source ? { start: source.words.start, end: source.item.end } : null
  const before = withOf(block.scope)
  const text = sourceText(block, at)
  const [found] =
    columns.length > 0
      ? await repeats(look, [repeatsStatement(columns.map(look.quote), plainFrom(text), before)])
      : [null]
  const read = source ? readOf(look, block, source) : null
  const below = found && found.keys > 0 && read ? await belowOf(look, read, columns, trail, depth) : null
  if (below && 'culprit' in below && below.culprit.born !== 'unknown') return below.culprit
  const grain = below && 'grain' in below ? below.grain : null
  const perKey = found
    ? `${words} has up to ${found.most} rows per ${list(columns)}`
    : `it finds several rows of ${words} for one`
  const own = grain ? `${words} has one row per ${list(grain)}, which holds.` : null
  return culpritIn(
    look,
    block,
    place,
    {
      born: 'join',
      sentence: `${list(keys.map(named))} repeats because of the join of ${stepWords(look, block, place)}: ${perKey}.`,
      evidence: [
        ...(found ? [`${words}: ${repeatWords(columns, found)}.`] : []),
        ...(own ? [own] : []),
        ...(columns.length > 0 ? await repeatExamples(look, columns, text, before) : []),
      ],
    },
    { source: at, outputs: keys },
  )
}

/** What is joined is read alone, so its columns need no alias in front; brackets need one. */
const plainFrom = (text: string) => text
