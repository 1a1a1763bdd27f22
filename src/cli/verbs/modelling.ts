/** `martsmith dimension NAME` and `martsmith fact PROCESS`. */
import { shellQuote } from '../../core/text.ts'
import { type Kind, runModelling } from '../modelling.ts'
import { flagsText } from '../options.ts'
import type { Verb } from '../verb.ts'

export const dimensionVerb: Verb = verb('dimension')
export const factVerb: Verb = verb('fact')

function verb(kind: Kind): Verb {
  return (words, options, terminal) => {
    const subject = words.join(' ').trim()
    const command = `martsmith ${kind} ${shellQuote(subject)}${flagsText(options)}`
    return runModelling(kind, subject, { request: command, command }, options, terminal)
  }
}
