/**
 * Profiles one relation in at most three statements: facts of every column, a sample of rows, and one that
 * proves over all rows what the sample suggests. Each reads the relation once.
 */
import { isMartsmithError, MartsmithError } from '../../core/errors.ts'
import { dependencyCandidates, keyCandidates, patternOf, type Sample, topValues } from './candidates.ts'
import {
  countsStatement,
  type Dialect,
  dialectOf,
  FACTS,
  factsStatement,
  histogramExpressions,
  isScalar,
  sampleStatement,
} from './sql.ts'
import type { Ask, Column, ColumnProfile, Dependency, Key, RelationProfile } from './types.ts'

export const MOST_STATEMENTS = 3
const SAMPLE_ROWS = 5000
/** Up to here distinct values are counted exactly for all columns; above, only where something hangs on it. */
const EXACT_ROWS = 1_000_000
const BUCKETS = 8
const MOST_TOP = 6
const MOST_KEYS = 3
const MOST_DEPENDENCIES = 8
/** An estimate of distinct values may be off by a fifth, and by more where it is unlucky. */
const NEARLY = 0.5

export type ProfileRequest = {
  /** As SQL names it, quoted. */
  relation: string
  columns: Column[]
  /** dbt's name of the adapter. */
  adapter: string
  ask: Ask
}

/** @throws MartsmithError `profile.refused` where the warehouse does not answer a statement. */
export async function profileRelation(request: ProfileRequest): Promise<RelationProfile> {
  const { relation, columns } = request
  const dialect = dialectOf(request.adapter)
  const statements: string[] = []
  const ask = async (statement: string, limit: number): Promise<unknown[][]> => {
    statements.push(statement)
    const [answer] = await request.ask([statement], limit)
    if (answer && 'rows' in answer) return answer.rows
    throw refused(relation, answer?.error ?? 'it does not say why', statement)
  }
  const [facts = []] = await ask(factsStatement(relation, columns, dialect), 1)
  const rows = Number(facts[0])
  const sample =
    rows > 0 ? await rowsOf(ask(sampleStatement(relation, SAMPLE_ROWS, rows, dialect), SAMPLE_ROWS)) : []
  const known = columns.map((column, at) => ({
    ...withFacts(column, rows, facts.slice(1 + at * FACTS.length), dialect),
    top: isScalar(column) ? topValues(sample, at, MOST_TOP) : null,
    pattern: column.kind === 'text' ? patternOf(sample, at) : null,
  }))
  const open = openQuestions(known, sample, rows, dialect)
  const expressions = open.counts.flatMap((c) => c.expressions)
  const [counted = []] = expressions.length > 0 ? await ask(countsStatement(relation, expressions), 1) : []
  const answers = answersTo(open.counts, counted.map(Number))
  const exact = known.map((column) => withAnswers(column, answers))
  return {
    relation,
    rows,
    sampled: sample.length,
    columns: exact,
    keys: keysOf(exact, open.keys, rows, answers),
    dependencies: dependenciesOf(exact, open.dependencies, answers),
    statements,
  }
}

/** Rows that the driver cannot read (a year before our era) leave the facts that were counted. */
async function rowsOf(answer: Promise<Sample>): Promise<Sample> {
  return answer.catch((error) => {
    if (isMartsmithError(error)) return []
    throw error
  })
}

function withFacts(column: Column, rows: number, facts: unknown[], dialect: Dialect): ColumnProfile {
  const [present, distinct, min, max, blank] = facts.map((f) => f ?? null)
  const text = (value: unknown) => (value === null ? null : String(value))
  return {
    ...column,
    nulls: rows - Number(present),
    distinct: Math.min(Number(distinct), Number(present)),
    approximate: dialect.approximateDistinct !== null && isScalar(column),
    min: text(min),
    max: text(max),
    blank: blank === null ? null : Number(blank),
    histogram: null,
    top: null,
    pattern: null,
  }
}

/** Something to be counted over all rows; `of` names it. */
type Count = { of: string; expressions: string[] }
type Answers = Map<string, number[]>

const distinctOf = (column: string) => `distinct ${column}`
const histogramOf = (column: string) => `histogram ${column}`
const tuplesOf = (columns: string[]) => `tuples ${JSON.stringify(columns)}`

type Open = { counts: Count[]; keys: string[][]; dependencies: { from: string; to: string }[] }

function openQuestions(columns: ColumnProfile[], sample: Sample, rows: number, dialect: Dialect): Open {
  const keys = keyCandidates(columns, sample, MOST_KEYS)
  const dependencies = dependencyCandidates(columns, sample, MOST_DEPENDENCIES)
  const { quote, distinctTuples, distinctPairs } = dialect
  const counts: Count[] = []
  for (const [at, c] of columns.entries()) {
    const matters = mayBeKey(c, rows, sample, at) || dependencies.some((d) => d.from === c.name)
    if (c.approximate && rows > 0 && (rows <= EXACT_ROWS || matters))
      counts.push({ of: distinctOf(c.name), expressions: [`count(distinct ${quote(c.name)})`] })
    const histogram = histogramExpressions(c, BUCKETS, dialect)
    if (histogram) counts.push({ of: histogramOf(c.name), expressions: histogram })
  }
  if (distinctTuples) {
    for (const key of keys) counts.push({ of: tuplesOf(key), expressions: [distinctTuples(key.map(quote))] })
  }
  if (distinctPairs) {
    for (const { from, to } of dependencies)
      counts.push({ of: tuplesOf([from, to]), expressions: [distinctPairs(quote(from), quote(to))] })
  }
  return { counts, keys, dependencies }
}

/** A measure is no key, nor is a yes or no. */
function namesThings({ kind }: Column): boolean {
  return ['integer', 'text', 'date', 'timestamp'].includes(kind)
}

/** Never repeated in the sample, never null, and about as many values as rows. */
function mayBeKey(column: ColumnProfile, rows: number, sample: Sample, at: number): boolean {
  if (!namesThings(column) || column.nulls > 0 || rows < 2) return false
  const enough = column.approximate ? column.distinct >= NEARLY * rows : column.distinct === rows
  return enough && new Set(sample.map((row) => JSON.stringify(row[at]))).size === sample.length
}

function answersTo(counts: Count[], values: number[]): Answers {
  const answers: Answers = new Map()
  let at = 0
  for (const { of, expressions } of counts) {
    answers.set(of, values.slice(at, at + expressions.length))
    at += expressions.length
  }
  return answers
}

function withAnswers(column: ColumnProfile, answers: Answers): ColumnProfile {
  const distinct = answers.get(distinctOf(column.name))?.[0]
  return {
    ...column,
    ...(distinct === undefined ? {} : { distinct, approximate: false }),
    histogram: answers.get(histogramOf(column.name)) ?? null,
  }
}

function keysOf(columns: ColumnProfile[], candidates: string[][], rows: number, answers: Answers): Key[] {
  const single = columns
    .filter((c) => namesThings(c) && rows > 1)
    .filter((c) => !c.approximate && c.nulls === 0 && c.distinct === rows)
    .map((c) => ({ columns: [c.name], proven: true }))
  if (single.length > 0) return single
  return candidates.flatMap((key): Key[] => {
    const tuples = answers.get(tuplesOf(key))?.[0]
    if (tuples === undefined) return [{ columns: key, proven: false }]
    return tuples === rows ? [{ columns: key, proven: true }] : []
  })
}

function dependenciesOf(
  columns: ColumnProfile[],
  candidates: Open['dependencies'],
  answers: Answers,
): Dependency[] {
  return candidates.flatMap(({ from, to }): Dependency[] => {
    const pairs = answers.get(tuplesOf([from, to]))?.[0]
    if (pairs === undefined) return [{ from, to, proven: false }]
    const distinct = columns.find((c) => c.name === from && !c.approximate)?.distinct
    return pairs === distinct ? [{ from, to, proven: true }] : []
  })
}

function refused(relation: string, error: string, statement: string): MartsmithError {
  const [first = '', ...rest] = error.trim().split('\n')
  return new MartsmithError({
    code: 'profile.refused',
    message: `The warehouse does not answer about ${relation}: ${first}`,
    details: [...rest.slice(0, 8), 'It was asked:', ...statement.split('\n').slice(0, 12)],
    mend: ['martsmith check'],
    exitCode: 1,
  })
}
