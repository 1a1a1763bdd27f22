/** What could mend a culprit, by how the failure is born. Where the source is wrong, there is nothing: code is not bent. */
import type { Look } from '../look.ts'
import type { Born, Culprit, Spot } from '../types.ts'
import type { Idea } from './idea.ts'
import { keepRows, missingKey, onlyCurrent, otherKey } from './joins.ts'
import { nearestValue } from './literals.ts'
import { sibling } from './sibling.ts'
import { onceOnly } from './unions.ts'

type Way = (look: Look, spot: Spot) => Promise<Idea[]>

const literals: Way = async (look, { block, span, source }) => {
  const joined = source === null ? null : block.select.sources[source]
  const at = span ?? joined?.on ?? null
  return at ? nearestValue(look, block, at) : []
}

const inCondition: Way = async (look, { block, source }) => {
  const on = source === null ? null : block.select.sources[source]?.on
  return on ? nearestValue(look, block, on) : []
}

const WAYS: Partial<Record<Born, Way[]>> = {
  join: [missingKey, otherKey, onlyCurrent, sibling],
  grain: [sibling],
  union: [onceOnly],
  unmatched: [otherKey, inCondition],
  drop: [otherKey, inCondition, keepRows],
  filter: [literals],
  expression: [literals],
}

export async function ideasFor(look: Look, { born, spot }: Culprit): Promise<Idea[]> {
  if (!spot) return []
  const found = await Promise.all((WAYS[born] ?? []).map((way) => way(look, spot)))
  return found.flat().sort((a, b) => b.score - a.score)
}
