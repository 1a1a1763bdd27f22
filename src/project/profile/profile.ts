/**
 * Profiles one relation in few statements, each of which reads it once: facts of every column, a sample of rows, one
 * that proves over all rows what the sample suggests; one more each for keys of several columns of a large relation,
 * and where there is a row for each thing and date.
 */
import { isMartsmithError, MartsmithError } from '../../core/errors.ts'
import { behaviourOf } from './behaviour.ts'
import { heaviestOf, patternOf, type Sample, topValues } from './candidates.ts'
import { textForm } from './forms.ts'
import { inclusionCandidates, inclusionStatement, inclusionsOf, type Measured } from './inclusion.ts'
import {
  type Answers,
  type Count,
  dependenciesOf,
  formulasOf,
  keyCounts,
  keysOf,
  openQuestions,
  withAnswers,
} from './questions.ts'
import { type Series, seriesOf, seriesQuestion } from './series.ts'
import {
  countsStatement,
  type Dialect,
  dialectOf,
  FACTS,
  factsStatement,
  isScalar,
  sampleStatement,
} from './sql.ts'
import type { Ask, Column, ColumnProfile, RelationProfile } from './types.ts'

/** Facts, sample, counts, keys of several columns where no single one is one, series. */
export const MOST_STATEMENTS = 5
/** What `relate` adds. */
export const MOST_STATEMENTS_RELATED = 1
const SAMPLE_ROWS = 5000
const MOST_TOP = 6

/** Counts over the very same rows, by the expression; numbers, and never a value of a row. */
export type Memory = {
  get(expression: string): number | undefined
  set(expression: string, count: number): void
}

export type ProfileRequest = {
  /** As SQL names it, quoted. */
  relation: string
  columns: Column[]
  /** dbt's name of the adapter. */
  adapter: string
  ask: Ask
  /** As `2024-01-31`. */
  today: string
  memory?: Memory
  /** Without histograms, which cost most where columns are many. */
  brief?: boolean
}

type Asking = (statement: string, limit: number) => Promise<unknown[][]>

/** @throws MartsmithError `profile.refused` where the warehouse does not answer a statement. */
export async function profileRelation(
  request: ProfileRequest,
): Promise<{ profile: RelationProfile; sample: Sample }> {
  const { relation, columns, memory } = request
  const dialect = dialectOf(request.adapter)
  const statements: string[] = []
  const ask = asking(request, statements)
  const [facts = []] = await ask(factsStatement(relation, columns, dialect), 1)
  const rows = Number(facts[0])
  const sample =
    rows > 0 ? await rowsOf(ask(sampleStatement(relation, SAMPLE_ROWS, rows, dialect), SAMPLE_ROWS)) : []
  const known = columns.map((column, at) =>
    withSample(withFacts(column, rows, facts.slice(1 + at * FACTS.length), dialect), sample, at),
  )
  const open = openQuestions(known, sample, rows, dialect, request.brief)
  const { answers, remembered } = await answersTo(open.counts, relation, ask, memory)
  const exact = known.map((column) => withAnswers(column, open, answers, request.today))
  let keys = keysOf(exact, open, rows, answers)
  if (open.keysWait && !keys.some((k) => k.proven)) {
    const late = await answersTo(keyCounts(open.keys, dialect), relation, ask, memory)
    keys = keysOf(exact, open, rows, late.answers)
  }
  const profile: RelationProfile = {
    relation,
    rows,
    sampled: sample.length,
    columns: exact,
    keys,
    dependencies: dependenciesOf(exact, open, answers),
    formulas: formulasOf(open, answers),
    inclusions: [],
    statements,
    remembered,
  }
  const question = seriesQuestion(relation, exact, keys, rows, dialect)
  const series = question ? seriesOf(question, (await ask(question.statement, 1))[0] ?? []) : []
  return { profile: withBehaviour(profile, series), sample }
}

/** Whose keys its columns hold, among relations that were measured. @throws MartsmithError `profile.refused`. */
export async function relate(
  from: Measured,
  others: Measured[],
  request: Pick<ProfileRequest, 'adapter' | 'ask'>,
): Promise<RelationProfile> {
  const candidates = inclusionCandidates(from, others)
  if (candidates.length === 0 || from.profile.rows === 0) return from.profile
  const statement = inclusionStatement(from, candidates, dialectOf(request.adapter))
  const statements = [...from.profile.statements]
  const [answer = []] = await asking({ ...request, relation: from.profile.relation }, statements)(
    statement,
    1,
  )
  const inclusions = inclusionsOf(from, candidates, answer.map(Number))
  return withBehaviour({ ...from.profile, statements, inclusions }, null)
}

function asking({ ask, relation }: Pick<ProfileRequest, 'ask' | 'relation'>, sent: string[]): Asking {
  return async (statement, limit) => {
    sent.push(statement)
    const [answer] = await ask([statement], limit)
    if (answer && 'rows' in answer) return answer.rows
    throw refused(relation, answer?.error ?? 'it does not say why', statement)
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
    heaviest: null,
    pattern: null,
    form: null,
    grain: null,
    behaviour: null,
  }
}

function withSample(column: ColumnProfile, sample: Sample, at: number): ColumnProfile {
  const scalar = isScalar(column)
  const heaviest = scalar ? heaviestOf(sample, at) : null
  return {
    ...column,
    top: scalar ? topValues(sample, at, MOST_TOP) : null,
    heaviest: heaviest && { ...heaviest, rows: null },
    pattern: column.kind === 'text' ? patternOf(sample, at) : null,
    form: column.kind === 'text' ? textForm(sample, at) : null,
  }
}

/** Asks for what is not remembered, in one statement. */
async function answersTo(
  counts: Count[],
  relation: string,
  ask: Asking,
  memory: Memory | undefined,
): Promise<{ answers: Answers; remembered: number }> {
  const expressions = [...new Set(counts.flatMap((c) => c.expressions))]
  const known = new Map<string, number>()
  for (const expression of expressions) {
    const value = memory?.get(expression)
    if (value !== undefined) known.set(expression, value)
  }
  const remembered = known.size
  const missing = expressions.filter((e) => !known.has(e))
  const [counted = []] = missing.length > 0 ? await ask(countsStatement(relation, missing), 1) : []
  for (const [i, expression] of missing.entries()) {
    const value = Number(counted[i])
    known.set(expression, value)
    memory?.set(expression, value)
  }
  const of = ({ expressions: all }: Count) => all.map((e) => known.get(e) ?? Number.NaN)
  return { answers: new Map(counts.map((c) => [c.of, of(c)])), remembered }
}

/** @param series null where it was told before: then only what rests on other relations is new. */
function withBehaviour(profile: RelationProfile, series: Series[] | null): RelationProfile {
  const columns = profile.columns.map((column) => {
    const found = behaviourOf(column, { ...profile, series: series ?? [] }, profile.columns)
    const before = column.behaviour
    return {
      ...column,
      behaviour: before?.is === 'balance' && series === null && found?.from !== 'rows' ? before : found,
    }
  })
  return { ...profile, columns }
}

function refused(relation: string, error: string, statement: string): MartsmithError {
  // "Database Error" alone says nothing.
  const [first = '', ...rest] = error
    .trim()
    .replace(/^Database Error\s*\n\s*/i, '')
    .split('\n')
  if (/permission denied|not authorized|insufficient privilege|access denied/i.test(error))
    return new MartsmithError({
      code: 'profile.refused',
      message: `The user of this target may not read ${relation}: ${first.trim()}. Nothing was run.`,
      mend: [`grant select on ${relation} to <the user of the target>`],
      exitCode: 1,
    })
  return new MartsmithError({
    code: 'profile.refused',
    message: `The warehouse does not answer about ${relation}: ${first}`,
    details: [...rest.slice(0, 8), 'It was asked:', ...statement.split('\n').slice(0, 12)],
    mend: ['martsmith check'],
    exitCode: 1,
  })
}
