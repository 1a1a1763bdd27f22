/** The one way in which an operation says no: the place and the reason. */
import { MartsmithError } from '../core/errors.ts'

export function refusedAt(place: string, why: string, mend: string[] = []): MartsmithError {
  return new MartsmithError({
    code: 'refactor.refused',
    message: `${place}: ${why}. Nothing was changed.`,
    mend,
  })
}

/** `models/a.sql:12` for an offset in its text. */
export function placeIn(path: string, text: string, offset: number): string {
  return `${path}:${text.slice(0, offset).split('\n').length}`
}
