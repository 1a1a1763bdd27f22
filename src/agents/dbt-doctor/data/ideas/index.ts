/** What could mend a culprit, by how the failure is born. Where the source is wrong, there is nothing: code is not bent. */
import type { Look } from '../look.ts'
import type { Born, Culprit, Spot } from '../types.ts'
import { alikeKeys } from './alike.ts'
import { branchFirst } from './case-order.ts'
import { intoJoin, takeTheBound } from './conditions.ts'
import { inTheirPlaces } from './crossed.ts'
import { asItCame, eachValue, wholeDivision } from './expressions.ts'
import type { Idea } from './idea.ts'
import { keepRows, missingKey, onlyCurrent, otherKey } from './joins.ts'
import { anyValue, nearestValue } from './literals.ts'
import { notInNothing } from './not-in.ts'
import { boundIdeas } from './periods.ts'
import { sibling } from './sibling.ts'
import { onceOnly } from './unions.ts'
import { watermarkIdeas } from './watermark.ts'

type Way = (look: Look, spot: Spot) => Promise<Idea[]>

const literals: Way = async (look, { block, span, source }) => {
  const joined = source === null ? null : block.select.sources[source]
  const at = span ?? joined?.on ?? null
  return at ? [...(await nearestValue(look, block, at)), ...(await anyValue(look, block, at))] : []
}

const inCondition: Way = async (look, { block, source }) => {
  const on = source === null ? null : block.select.sources[source]?.on
  return on ? nearestValue(look, block, on) : []
}

const WAYS: Partial<Record<Born, Way[]>> = {
  join: [missingKey, otherKey, onlyCurrent, sibling],
  grain: [sibling],
  union: [onceOnly, inTheirPlaces],
  unmatched: [otherKey, alikeKeys, inCondition],
  drop: [otherKey, alikeKeys, inCondition, keepRows],
  filter: [literals, notInNothing, intoJoin, takeTheBound],
  expression: [literals, wholeDivision, eachValue, branchFirst, asItCame],
}

export async function ideasFor(look: Look, { born, node, spot, also = [] }: Culprit): Promise<Idea[]> {
  if (born === 'passed over') return sorted(watermarkIdeas(look, node))
  if (!spot) return []
  const at = async (of: { born: Born; spot: Spot }) =>
    of.spot.bounds
      ? boundIdeas(look, of.spot)
      : (await Promise.all((WAYS[of.born] ?? []).map((way) => way(look, of.spot)))).flat()
  const [first = [], ...others] = await Promise.all([{ born, spot }, ...also].map(at))
  if (others.length === 0) return sorted(first)
  // Each place has its part: only together do they mend it.
  const best = others.map((o) => sorted(o)[0])
  const rest = best.filter((b) => b !== undefined)
  const together = first.flatMap((one) => (rest.length === others.length ? [joined([one, ...rest])] : []))
  return sorted([...together, ...first, ...others.flat()])
}

const sorted = (ideas: Idea[]) => [...ideas].sort((a, b) => b.score - a.score)

function joined(ideas: Idea[]): Idea {
  return {
    title: ideas.map((i) => i.title).join('; '),
    because: ideas.flatMap((i) => i.because),
    score: Math.max(...ideas.map((i) => i.score)) + 2,
    edits: ideas.flatMap((i) => i.edits),
    ...ideas.flatMap((i) => (i.asks === undefined ? [] : [{ asks: i.asks }]))[0],
  }
}
