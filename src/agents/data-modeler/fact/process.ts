/** What the words of a request mean: the relation that holds the events. */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { candidatesFor, candidateWords, chosenOf, placeOf } from '../search/find.ts'
import { fromNamed } from '../search/from.ts'
import { wordsOf } from '../search/names.ts'
import { originsOf } from '../search/origins.ts'
import type { Candidate, Origin, Wanted } from '../types.ts'
import type { Lab } from './lab.ts'

/** Words that say what is made, not of what. */
const FILLERS = /^(process|fact|fct|table|the|a|of|for)$/
const MOST_SHOWN = 5

export type Process = { origin: Origin; origins: Origin[]; looked: string; chosen: string; words: string }

/** @throws MartsmithError `fact.nothing`, `fact.which`, `fact.no-table`. */
export async function processOf({ context }: Lab, wanted: Wanted): Promise<Process> {
  const origins = await originsOf(context)
  const raw = origins.filter((o) => o.needsStaging).length
  const looked = `Looked at ${list([
    count(origins.length - raw, 'staging model or seed', 'staging models and seeds'),
    ...(raw > 0 ? [count(raw, 'source without a staging model', 'sources without a staging model')] : []),
  ])}.`
  const words = processWords(wanted.subject)
  const candidates = candidatesFor(words, origins).filter((c) => c.column === null)
  const chosen =
    wanted.from === null
      ? bestOf(words, candidates, origins, looked)
      : await named(context, { ...wanted, from: wanted.from })
  const next = candidates.find((c) => placeOf(c) !== placeOf(chosen))
  const why = wanted.from === null ? `${chosen.score.toFixed(2)}: ${chosen.why}` : 'named by --from'
  const behind = wanted.from === null && next ? `; next best ${candidateWords(next).trim()}` : ''
  return {
    origin: chosen.origin,
    origins,
    looked,
    chosen: `"${wanted.subject}" is ${placeOf(chosen)} (${why})${behind}.`,
    words,
  }
}

/** `trips` of `the trips process`. */
export function processWords(subject: string): string {
  const said = subject.trim().split(/\s+/)
  const telling = said.filter((word) => !FILLERS.test(word.toLowerCase()))
  return (telling.length > 0 ? telling : said).join(' ')
}

function bestOf(words: string, candidates: Candidate[], origins: Origin[], looked: string): Candidate {
  try {
    return chosenOf(words, candidates, looked, 'fact')
  } catch (error) {
    const events = origins.filter(mayHoldEvents)
    if (!(error instanceof MartsmithError) || error.code !== 'fact.nothing' || events.length === 0)
      throw error
    throw new MartsmithError({
      code: error.code,
      message: error.message,
      details: [
        ...error.details,
        `By their columns these may hold events: ${list(
          events.map((o) => o.label),
          MOST_SHOWN,
        )}.`,
      ],
      mend: events.slice(0, MOST_SHOWN).map((o) => `martsmith fact "${words}" --from ${o.label}`),
    })
  }
}

/** A time, and something measured or a key of other things: by the types alone. */
export function mayHoldEvents({ columns }: Origin): boolean {
  const has = (kinds: string[]) => columns.some((c) => kinds.includes(c.kind) && !c.name.startsWith('_'))
  const keys = columns.filter((c) => wordsOf(c.name).at(-1) === 'id' && wordsOf(c.name).length > 1).length
  return has(['date', 'timestamp']) && (has(['number']) || keys > 1)
}

async function named(context: Lab['context'], wanted: Wanted & { from: string }): Promise<Candidate> {
  const found = await fromNamed(context, wanted.from, { wanted, kind: 'fact' })
  if (found.column === null) return found
  throw new MartsmithError({
    code: 'fact.no-table',
    message: `${wanted.from} is a column: a fact is made of all columns of a table. Nothing was run.`,
    mend: [`martsmith fact "${wanted.subject}" --from ${found.origin.label}`],
  })
}
