/** A bound of a period that a join takes, or does not take, as its data is written. */
import type { Look } from '../look.ts'
import type { Spot } from '../types.ts'
import { type Idea, type IdeaEdit, idea, rawAt } from './idea.ts'

export function boundIdeas(look: Look, { block, bounds = [] }: Spot): Idea[] {
  const { id } = block.scope.model
  const model = look.compiled(id)
  return bounds.flatMap(({ title, because, edits, moment }) => {
    const at = moment && rawAt(look, id, moment)
    const written = at ? (model?.raw.slice(at.start, at.end) ?? '') : ''
    const made = edits.map(({ span, text }): IdeaEdit | null => {
      const isEmpty = span.start === span.end
      const place = rawAt(look, id, isEmpty ? { start: span.start - 1, end: span.start } : span)
      return place && { ...place, start: isEmpty ? place.end : place.start, text: text(written) }
    })
    const all = made.flatMap((e) => e ?? [])
    // Half of them would be something else.
    if (all.length < edits.length || (moment && !at)) return []
    return idea(title, [because], 80, all)
  })
}
