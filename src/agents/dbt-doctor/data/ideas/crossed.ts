/** A union goes by places, not by names: two columns of one part that stand in each other's place change them. */
import { keyOfStored } from '../../../../project/sql/names.ts'
import { type Output, textOf } from '../block.ts'
import type { Look } from '../look.ts'
import { stepWords } from '../places.ts'
import type { Spot } from '../types.ts'
import { type Idea, idea, replacing } from './idea.ts'

/** Of a later part: the two, where each is called as the first part calls the place of the other. */
export function crossedAt(look: Look, first: Output[], part: Output[], at: number): [Output, Output] | null {
  const key = ({ name }: Output) => (name === null ? null : keyOfStored(name, look.adapter))
  const [wanted, own] = [first[at], part[at]]
  if (!wanted || !own?.plain || key(wanted) === null || key(wanted) === key(own)) return null
  const other = part.findIndex((o) => o.plain && key(o) === key(wanted))
  const [place, there] = [first[other], part[other]]
  return place && there && key(place) === key(own) ? [own, there] : null
}

export async function inTheirPlaces(look: Look, { block, crossed }: Spot): Promise<Idea[]> {
  const [one, other] = crossed ?? []
  if (!one?.at || !other?.at) return []
  const { model } = block.scope
  const [a, b] = [textOf(model, one.at), textOf(model, other.at)]
  const edits = [replacing(look, block, one.at, b), replacing(look, block, other.at, a)]
  return idea(
    `Put ${one.name} and ${other.name} in each other's place in ${stepWords(look, block, one.at)}`,
    ['a union goes by places, and the first part has them the other way round'],
    84,
    edits.some((e) => e === null) ? null : edits.flatMap((e) => e ?? []),
  )
}
