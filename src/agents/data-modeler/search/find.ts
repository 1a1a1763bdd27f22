/** What the words of a request mean in this project, by names: tables and columns, the best first. */

import { MartsmithError } from '../../../core/errors.ts'
import { list, nearest } from '../../../core/text.ts'
import { namedLikeKey } from '../../../refactor/add-staging/columns.ts'
import type { Candidate, Origin, OriginColumn } from '../types.ts'
import { bareWords, columnScore, isEnded, OWN_TABLE, subjectOf, tableScore, wordsOf } from './names.ts'

const FITS = 0.6
const CLOSE = 0.1
/** A table that keeps a thing in another way, beside its own one: told, and no rival of that. */
const BESIDE = 0.85
const MOST_SHOWN = 5

/** Prefixes of layers and of tables: what is behind them is the name. */
const LAYER =
  /^(stg|staging|stage|base|src|source|raw|landing|bronze|seed|tbl|tb|t|s|b|l|v|vw|ods|psa|int|prep)_+(?=.)/i

/** The same before a capital: `stgOrders`, `rawOrders`. */
const CAMEL_LAYER = /^(?:[Ss]tg|[Ss]taging|[Bb]ase|[Ss]rc|[Rr]aw|[Tt]bl|[Ii]nt)(?=\p{Lu})/u

/** `order_items` of `stg_shop__order_items` and of `raw.order_items`: no word of the name itself is taken for a prefix. */
export function entityOfTable({ label }: Pick<Origin, 'label'>): string {
  const table = label.split('.').at(-1) ?? label
  return (table.split('__').at(-1) || table).replace(LAYER, '').replace(CAMEL_LAYER, '')
}

export function candidatesFor(subject: string, origins: Origin[]): Candidate[] {
  const wanted = subjectOf(subject)
  const scoreOf = (origin: Origin) => tableScore(wanted, wordsOf(entityOfTable(origin)))
  // `customer_history` is the customers' table where they have no other.
  const isPlain = origins.some((o) => scoreOf(o) === 1)
  return origins
    .flatMap((origin): Candidate[] => {
      const table = wordsOf(entityOfTable(origin))
      const own = scoreOf(origin)
      const score = isPlain && own < 1 ? Math.min(own, BESIDE) : own
      return [
        { origin, column: null, score, why: 'the name of the table' },
        ...origin.columns.map((column) => ({
          origin,
          column,
          score: columnScore(wanted, column.name, table),
          why: 'the name of the column',
        })),
      ]
    })
    .filter((c) => c.score > 0)
    .sort((a, b) => weight(b) - weight(a) || Number(a.column !== null) - Number(b.column !== null))
}

/** The table of a thing goes before a key of it that stands elsewhere. */
function weight({ column, score }: Candidate): number {
  return column === null && score >= OWN_TABLE ? 1 + score : score
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
  const other = rivalsOf(candidates)
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

/** What fits about as well as the best, and is no part of it. */
export function rivalsOf(candidates: Candidate[]): Candidate[] {
  const [best] = candidates
  if (!best || best.score < FITS) return []
  return candidates.filter(
    (c) => c !== best && c.score >= Math.max(FITS, best.score - CLOSE) && !isPartOf(c, best),
  )
}

/**
 * The key of a thing in its own table or as a foreign key is no rival of the table that the thing has, and the name of
 * a code is none of the code: which of the two is the key is for the data to say.
 */
function isPartOf({ origin, column }: Candidate, best: Candidate): boolean {
  if (best.column !== null && column !== null && origin === best.origin)
    return bareWords(column.name).join() === bareWords(best.column.name).join()
  if (best.column !== null || column === null) return false
  return origin === best.origin || namedLikeKey(column.name, '') || isEnded(column.name)
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
): { origin: Origin; column: OriginColumn | null; also: OriginColumn[] } {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  const whole = origins.find((o) => same(o.label, from))
  if (whole) return { origin: whole, column: null, also: [] }
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
      details: [
        'Nor is there a table of that name, schema.table, that this target may read: with --declare one becomes a source.',
      ],
      mend: ['dbt ls --resource-types model source seed   lists them'],
    })
  }
  const [column = null, ...also] = columnsNamed(origin, from.slice(origin.label.length + 1))
  return { origin, column, also }
}

/** One column, or several that are a key together: `store_id,register_no`. @throws MartsmithError `dimension.no-column` */
export function columnsNamed(origin: Origin, names: string): OriginColumn[] {
  const find = (name: string) =>
    origin.columns.find((c) => c.name === name) ??
    origin.columns.find((c) => c.name.toLowerCase() === name.toLowerCase())
  const whole = find(names)
  return whole ? [whole] : names.split(',').map((name) => find(name.trim()) ?? missing(origin, name.trim()))
}

function missing(origin: Origin, name: string): never {
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
