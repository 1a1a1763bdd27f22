/** Verbs of the interface that are not built yet: they say so and run nothing. */
import { MartsmithError } from '../../core/errors.ts'
import type { Verb } from '../verb.ts'

export const announcedVerb: Verb = async ([name = '']) => {
  throw notBuilt(name)
}

export function notBuilt(name: string): MartsmithError {
  return new MartsmithError({
    code: 'verb.not-built',
    message: `This version of martsmith cannot do "${name}" yet; nothing was run.`,
    mend: ['martsmith workflows   lists what it can do'],
  })
}
