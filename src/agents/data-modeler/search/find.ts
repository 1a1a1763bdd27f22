/** What the words of a request mean in this project, by names: tables and columns, the best first. */

import { MartsmithError } from '../../../core/errors.ts'
import { list, nearest } from '../../../core/text.ts'
import { entityOf } from '../../../project/conventions/cte-style.ts'
import { namedLikeKey } from '../../../refactor/add-staging/columns.ts'
import { thingOf } from '../dimension/history/names.ts'
import type { Candidate, Origin, OriginColumn } from '../types.ts'
import { bareWords, columnScore, nameScore, subjectOf, wordsOf } from './names.ts'

const FITS = 0.6
const CLOSE = 0.1
/** The history of a thing that has a table of its own, too: told, and no rival of that. */
const HISTORY_BESIDE = 0.85
const MOST_SHOWN = 5

export function candidatesFor(subject: string, origins: Origin[]): Candidate[] {
  const wanted = subjectOf(subject)
  const tableOf = (origin: Origin) => wordsOf(entityOf(origin.label.split('.').at(-1) ?? ''))
  // `customer_history` is the customers' table where they have no other.
  const isPlain = origins.some((o) => nameScore(wanted, tableOf(o)) === 1)
  return origins
    .flatMap((origin): Candidate[] => {
      const table = tableOf(origin)
      const own = nameScore(wanted, table)
      const kept = nameScore(wanted, thingOf(origin.label)) * (isPlain ? HISTORY_BESIDE : 1)
      return [
        { origin, column: null, score: Math.max(own, kept), why: 'the name of the table' },
        ...origin.columns.map((column) => ({
          origin,
          column,
          score: columnScore(wanted, column.name, table),
          why: 'the name of the column',
        })),
      ]
    })
    .filter((c) => c.score > 0)
    .sort((a, b) => b.score - a.score || Number(a.column !== null) - Number(b.column !== null))
}

/**
 * The one that is meant. @throws MartsmithError `dimension.nothing` where none fits, `dimension.which` where two are
 * close; `fact.*` for a fact.
 */
export function chosenOf(
  subject: string,
  candidates: Candidate[],
  looked: string,
  of: 'dimension' | 'fact' = 'dimension',
): Candidate {
  const [best] = candidates
  if (!best || best.score < FITS) throw nothing(subject, candidates, looked, of)
  const rivals = candidates.filter((c) => c !== best && c.score >= Math.max(FITS, best.score - CLOSE))
  const other = rivals.filter((c) => !isPartOf(c, best))
  if (other.length === 0) return best
  throw new MartsmithError({
    code: `${of}.which`,
    message: `"${subject}" may mean several things in this project. Nothing was run.`,
    details: [best, ...other].slice(0, MOST_SHOWN).map(candidateWords),
    mend: [best, ...other]
      .slice(0, MOST_SHOWN)
      .map((c) => `martsmith ${of} "${subject}" --from ${placeOf(c)}`),
    exitCode: 3,
  })
}

/**
 * The key of a thing in its own table or as a foreign key is no rival of the table that the thing has, and the name of
 * a code is none of the code: which of the two is the key is for the data to say.
 */
function isPartOf({ origin, column }: Candidate, best: Candidate): boolean {
  if (best.column !== null && column !== null && origin === best.origin)
    return bareWords(column.name).join() === bareWords(best.column.name).join()
  if (best.column !== null || column === null) return false
  return origin === best.origin || namedLikeKey(column.name, '')
}

function nothing(
  subject: string,
  candidates: Candidate[],
  looked: string,
  of: 'dimension' | 'fact',
): MartsmithError {
  const names = candidates.map(placeOf)
  return new MartsmithError({
    code: `${of}.nothing`,
    message: `Nothing in this project is called like "${subject}". Nothing was run.`,
    details: [
      looked,
      ...(candidates.length > 0
        ? ['Nearest:', ...candidates.slice(0, MOST_SHOWN).map(candidateWords)]
        : nearest(subject, names).map((n) => `Nearest: ${n}`)),
    ],
    mend: [
      `martsmith ${of} "${subject}" --from <source.table or model>${of === 'fact' ? '' : '[.<column>]'}   says where it is`,
    ],
  })
}

export function placeOf({ origin, column }: Pick<Candidate, 'origin' | 'column'>): string {
  return column === null ? origin.label : `${origin.label}.${column.name}`
}

export function candidateWords(candidate: Candidate): string {
  return `  ${placeOf(candidate)} (${candidate.score.toFixed(2)}: ${candidate.why})`
}

/** What `--from` names. @throws MartsmithError `dimension.no-origin` */
export function namedOrigin(
  from: string,
  origins: Origin[],
): { origin: Origin; column: OriginColumn | null } {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  const whole = origins.find((o) => same(o.label, from))
  if (whole) return { origin: whole, column: null }
  const [origin] = origins
    .filter((o) => from.toLowerCase().startsWith(`${o.label.toLowerCase()}.`))
    .sort((a, b) => b.label.length - a.label.length)
  if (!origin) {
    const near = nearest(
      from,
      origins.map((o) => o.label),
    )
    throw new MartsmithError({
      code: 'dimension.no-origin',
      message: `There is no model, seed or source ${from}${near[0] ? `; did you mean ${list(near)}?` : '.'} Nothing was run.`,
      details: ['A table that is no source yet has to be declared under sources: first.'],
      mend: ['dbt ls --resource-types model source seed   lists them'],
    })
  }
  const name = from.slice(origin.label.length + 1)
  const column = origin.columns.find((c) => c.name === name) ?? origin.columns.find((c) => same(c.name, name))
  if (column) return { origin, column }
  const near = nearest(
    name,
    origin.columns.map((c) => c.name),
  )
  throw new MartsmithError({
    code: 'dimension.no-column',
    message: `${origin.label} has no column ${name}${near[0] ? `; did you mean ${list(near)}?` : '.'} Nothing was run.`,
    details: [
      `Its columns: ${list(
        origin.columns.map((c) => c.name),
        20,
      )}`,
    ],
  })
}
