/** What the sample suggests, as things to be counted over all rows in one statement, and what the answers say. */
import { type Formula, formulaCandidates, formulaCounts } from './arithmetic.ts'
import { dependencyCandidates, keyCandidates, type Sample } from './candidates.ts'
import { type Dialect, histogramExpressions } from './sql.ts'
import { grainCandidate, grainCounts, grainOf, type Unit } from './times.ts'
import type { Column, ColumnProfile, Dependency, Key, ProvenFormula } from './types.ts'

/** Up to here distinct values are counted exactly for all columns; above, only where something hangs on it. */
const EXACT_ROWS = 1_000_000
const BUCKETS = 8
const MOST_KEYS = 3
const MOST_DEPENDENCIES = 8
/** An estimate of distinct values may be off by a fifth, and by more where it is unlucky. */
const NEARLY = 0.5
/** A value that this part of the rows has, and twice as many as a value has on the average, is counted. */
const HEAVY = 0.02
const MOST_HEAVY = 12

/** Something to be counted over all rows; `of` names it. */
export type Count = { of: string; expressions: string[] }
export type Answers = Map<string, number[]>

export type Open = {
  counts: Count[]
  keys: string[][]
  /** Keys of several columns are asked for only if no single column proves to be one. */
  keysWait: boolean
  dependencies: { from: string; to: string }[]
  formulas: Formula[]
  units: Map<string, Unit | null>
}

const distinctOf = (column: string) => `distinct ${column}`
const histogramOf = (column: string) => `histogram ${column}`
const heavyOf = (column: string) => `heavy ${column}`
const timesOf = (column: string) => `times ${column}`
const tuplesOf = (columns: string[]) => `tuples ${JSON.stringify(columns)}`
const formulaOf = ({ whole, parts }: Formula) => `formula ${JSON.stringify([whole, ...parts])}`

export function openQuestions(
  columns: ColumnProfile[],
  sample: Sample,
  rows: number,
  dialect: Dialect,
  brief = false,
): Open {
  const keys = keyCandidates(columns, sample, MOST_KEYS, rows)
  const dependencies = dependencyCandidates(columns, sample, MOST_DEPENDENCIES)
  const formulas = formulaCandidates(columns, sample)
  const units = new Map(columns.map((c, at) => [c.name, grainCandidate(c, sample, at)]))
  const { quote, distinctPairs } = dialect
  const counts: Count[] = []
  const count = (of: string, expressions: string[] | null) => {
    if (expressions) counts.push({ of, expressions })
  }
  for (const [at, c] of columns.entries()) {
    const matters = mayBeKey(c, rows, sample, at) || dependencies.some((d) => d.from === c.name)
    if (c.approximate && rows > 0 && (rows <= EXACT_ROWS || matters))
      count(distinctOf(c.name), [`count(distinct ${quote(c.name)})`])
    if (!brief) count(histogramOf(c.name), histogramExpressions(c, BUCKETS, dialect))
    count(timesOf(c.name), grainCounts(c, units.get(c.name) ?? null, dialect))
  }
  for (const c of columns.filter((column) => standsOut(column)).slice(0, MOST_HEAVY))
    count(heavyOf(c.name), heavyExpression(c, dialect))
  const keysWait = rows > EXACT_ROWS && columns.some((c, at) => mayBeKey(c, rows, sample, at))
  if (!keysWait) counts.push(...keyCounts(keys, dialect))
  for (const { from, to } of distinctPairs ? dependencies : [])
    count(tuplesOf([from, to]), pairCount(from, to, columns, dialect))
  for (const formula of formulas) count(formulaOf(formula), formulaCounts(formula, columns, dialect))
  return { counts, keys, keysWait, dependencies, formulas, units }
}

export function keyCounts(keys: string[][], { quote, distinctTuples }: Dialect): Count[] {
  return distinctTuples
    ? keys.map((key) => ({ of: tuplesOf(key), expressions: [distinctTuples(key.map(quote))] }))
    : []
}

/** Written the same both ways where neither has nulls, so that it is counted once. */
function pairCount(
  from: string,
  to: string,
  columns: ColumnProfile[],
  { quote, distinctPairs }: Dialect,
): string[] | null {
  if (!distinctPairs) return null
  const full = columns.filter((c) => (c.name === from || c.name === to) && c.nulls === 0).length === 2
  const [first = from, second = to] = full ? [from, to].sort() : []
  return [distinctPairs(quote(first), quote(second))]
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

function standsOut({ kind, heaviest, distinct }: ColumnProfile): boolean {
  if ((kind !== 'integer' && kind !== 'text') || heaviest === null || distinct < 2) return false
  return heaviest.share >= Math.max(HEAVY, 2 / distinct)
}

/** A text with a backslash is read in different ways by different warehouses, and is left alone. */
function heavyExpression(
  { name, kind, heaviest }: ColumnProfile,
  { quote, asText }: Dialect,
): string[] | null {
  const value = heaviest?.value ?? ''
  if (kind === 'integer')
    return /^-?\d{1,18}$/.test(value) ? [`count(case when ${quote(name)} = ${value} then 1 end)`] : null
  if (value.length > 200 || /[\\\p{C}]/u.test(value)) return null
  return [`count(case when ${asText(quote(name))} = '${value.replaceAll("'", "''")}' then 1 end)`]
}

/** @param today as `2024-01-31`. */
export function withAnswers(
  column: ColumnProfile,
  open: Open,
  answers: Answers,
  today: string,
): ColumnProfile {
  const distinct = answers.get(distinctOf(column.name))?.[0]
  const heavy = answers.get(heavyOf(column.name))?.[0]
  return {
    ...column,
    ...(distinct === undefined ? {} : { distinct, approximate: false }),
    histogram: answers.get(histogramOf(column.name)) ?? null,
    heaviest: column.heaviest && { ...column.heaviest, rows: heavy ? heavy : null },
    grain: grainOf(column, open.units.get(column.name) ?? null, answers.get(timesOf(column.name)), today),
  }
}

export function keysOf(columns: ColumnProfile[], open: Open, rows: number, answers: Answers): Key[] {
  const single = columns
    .filter((c) => namesThings(c) && rows > 1)
    .filter((c) => !c.approximate && c.nulls === 0 && c.distinct === rows)
    .map((c) => ({ columns: [c.name], proven: true }))
  if (single.length > 0) return single
  return open.keys.flatMap((key): Key[] => {
    const tuples = answers.get(tuplesOf(key))?.[0]
    if (tuples === undefined) return [{ columns: key, proven: false }]
    return tuples === rows ? [{ columns: key, proven: true }] : []
  })
}

export function dependenciesOf(columns: ColumnProfile[], open: Open, answers: Answers): Dependency[] {
  return open.dependencies.flatMap(({ from, to }): Dependency[] => {
    const pairs = answers.get(tuplesOf([from, to]))?.[0]
    if (pairs === undefined) return [{ from, to, proven: false }]
    const distinct = columns.find((c) => c.name === from && !c.approximate)?.distinct
    return pairs === distinct ? [{ from, to, proven: true }] : []
  })
}

export function formulasOf(open: Open, answers: Answers): ProvenFormula[] {
  return open.formulas.flatMap((formula) => {
    const [rows = 0, wrong] = answers.get(formulaOf(formula)) ?? []
    return wrong === 0 && rows > 0 ? [{ ...formula, rows }] : []
  })
}
