/** Compares two relations in the warehouse: rows by a key where there is one, else whole rows. */
import type { QueryAnswer } from '../../adapters/dbt/types.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list } from '../../core/text.ts'
import { kindOf } from '../../project/profile/sql.ts'
import { type Pair, pairColumns } from './pairs.ts'
import { distinctStatement, keyed, keysStatement, wholeRows } from './sql.ts'
import type { ColumnDifference, CompareOptions, RelationDiff, Row, Value } from './types.ts'

const TOLERANCE = 1e-9
const EXAMPLES = 3
/** Examples are asked for of the columns that differ in most rows; one statement each. */
const MOST_COLUMNS = 8
const MOST_CANDIDATES = 20
const LONGEST_VALUE = 200

/** @throws MartsmithError with the warehouse's words where a statement fails. */
export async function compareRelations(options: CompareOptions): Promise<RelationDiff> {
  const { before, after, tolerance = TOLERANCE, examples = EXAMPLES } = options
  const ask = asking(options)
  const { pairs, uncompared, onlyBefore, onlyAfter } = pairColumns(options)
  const of = { before: before.relation, after: after.relation }
  const notes: string[] = []
  const { rows, key } = await findKey(ask.all, of, pairs, options.keys ?? [], notes)
  const matched = key ? await byKey(ask.all, of, key, pairs, tolerance, examples) : null
  const whole = matched
    ? null
    : await byWholeRows(ask.all, of, options.adapter, pairs, rows, tolerance, examples)
  if (!key && pairs.length > 0 && rows.before + rows.after > 0)
    notes.push(
      'Rows have no key that is known: whole rows were counted, so a changed row is one here and one there.',
    )
  if (pairs.length === 0) notes.push('No column is on both sides: only rows were counted.')
  if (uncompared.length > 0)
    notes.push(`${list(uncompared, 6)}: not compared, this adapter has no way to that we know.`)
  const zones = pairs.filter((p) => isZoned(p.before.type) !== isZoned(p.after.type) && bothTimes(p))
  if (zones.length > 0)
    notes.push(
      `${list(zones.map((p) => p.name))}: a time with a zone was compared with one without, in the zone of the session.`,
    )
  const only = matched?.only ??
    whole ?? { before: rows.before, after: rows.after, examples: { before: [], after: [] } }
  const changed = matched?.changed ?? null
  return {
    sameRows:
      only.before === 0 &&
      only.after === 0 &&
      (changed ?? 0) === 0 &&
      uncompared.length === 0 &&
      (pairs.length > 0 || rows.before + rows.after === 0),
    rows,
    key: key?.map((p) => p.name) ?? null,
    only,
    changed,
    columns: matched?.columns ?? [],
    compared: pairs.map((p) => p.name),
    onlyBefore,
    onlyAfter,
    types: pairs.flatMap((p) =>
      p.before.type === p.after.type ? [] : [{ name: p.name, before: p.before.type, after: p.after.type }],
    ),
    uncompared,
    notes,
    statements: ask.sent(),
  }
}

type Ask = (statements: string[]) => Promise<Value[][][]>
type Sides = { before: string; after: string }

function asking({ query }: CompareOptions): { all: Ask; sent: () => number } {
  let sent = 0
  return {
    sent: () => sent,
    all: async (statements) => {
      sent += statements.length
      const answers = statements.length === 0 ? [] : await query(statements, 1000)
      return answers.map((answer: QueryAnswer) => {
        if ('error' in answer) throw refused(answer.error)
        return answer.rows.map((row) => row.map(shortened))
      })
    },
  }
}

function refused(words: string): MartsmithError {
  return new MartsmithError({
    code: 'sandbox.compare',
    message: `The warehouse does not take a statement of the comparison: ${words.trim().split('\n')[0]}`,
    details: words
      .trim()
      .split('\n')
      .slice(1, 6)
      .filter((l) => l.trim() !== ''),
    exitCode: 1,
  })
}

function shortened(value: unknown): Value {
  if (value === null || value === undefined) return null
  const letters = [...String(value)]
  return letters.length > LONGEST_VALUE
    ? `${letters.slice(0, LONGEST_VALUE - 3).join('')}...`
    : letters.join('')
}

const number = (value: Value | undefined) => Number(value ?? 0)

/** The first key that has a value in every row, each once, on both sides. */
async function findKey(
  ask: Ask,
  of: Sides,
  pairs: Pair[],
  wanted: string[][],
  notes: string[],
): Promise<{ rows: { before: number; after: number }; key: Pair[] | null }> {
  const keys = wanted.flatMap((names) => {
    const key = names.map((n) => pairs.find((p) => p.name.toLowerCase() === n.toLowerCase()))
    return key.length > 0 && key.every((p) => p !== undefined) ? [key] : []
  })
  const [answer] = await ask([keysStatement(of, keys)])
  const facts = (answer?.[0] ?? []).map(number)
  const rows = { before: facts[0] ?? 0, after: facts[1] ?? 0 }
  const faults = keys.map((_, i) => {
    const at = (side: number) => 2 + 2 * (i + side * keys.length)
    return {
      before: [facts[at(0)] ?? 0, facts[at(0) + 1] ?? 0],
      after: [facts[at(1)] ?? 0, facts[at(1) + 1] ?? 0],
    }
  })
  const good = keys.find((_, i) =>
    [...(faults[i]?.before ?? []), ...(faults[i]?.after ?? [])].every((n) => n === 0),
  )
  if (good) return { rows, key: good }
  for (const [i, key] of keys.entries()) {
    for (const side of ['before', 'after'] as const) {
      const [missing = 0, twice = 0] = faults[i]?.[side] ?? []
      const name = key.map((p) => p.name).join(', ')
      if (missing > 0) notes.push(`${name} is no key ${side} the change: null in ${count(missing, 'row')}.`)
      if (twice > 0)
        notes.push(
          `${name} is no key ${side} the change: ${count(twice, 'value comes', 'values come')} more than once.`,
        )
    }
  }
  return {
    rows,
    key: keys.length > 0 || rows.before < 2 || rows.after < 2 ? null : await provenKey(ask, of, pairs, rows),
  }
}

/** A column whose values are there and distinct in all rows of both sides. Names of keys go first. */
async function provenKey(
  ask: Ask,
  of: Sides,
  pairs: Pair[],
  rows: { before: number; after: number },
): Promise<Pair[] | null> {
  const looksLikeKey = (p: Pair) => /(^|_)(id|key|sk|pk|uuid|code|no|number)$/i.test(p.name)
  const candidates = pairs
    .filter(
      (p) =>
        p.before.type === p.after.type &&
        ['integer', 'text', 'date', 'timestamp'].includes(kindOf(p.after.type)),
    )
    .sort((a, b) => Number(looksLikeKey(b)) - Number(looksLikeKey(a)))
    .slice(0, MOST_CANDIDATES)
  if (candidates.length === 0) return null
  const [before, after] = await ask([
    distinctStatement(of.before, 'before', candidates),
    distinctStatement(of.after, 'after', candidates),
  ])
  const isKey = (facts: Value[] | undefined, i: number, all: number) =>
    number(facts?.[2 * i]) === all && number(facts?.[2 * i + 1]) === all
  const found = candidates.find(
    (_, i) => isKey(before?.[0], i, rows.before) && isKey(after?.[0], i, rows.after),
  )
  return found ? [found] : null
}

async function byKey(ask: Ask, of: Sides, key: Pair[], pairs: Pair[], tolerance: number, most: number) {
  const values = pairs.filter((p) => !key.includes(p))
  const statements = keyed(of, key, values, tolerance)
  const [counts] = await ask([statements.counts])
  const [before = 0, after = 0, changed = 0, ...differing] = (counts?.[0] ?? []).map(number)
  const worst = values
    .map((p, i) => ({ p, i, rows: differing[i] ?? 0 }))
    .filter((c) => c.rows > 0)
    .sort((a, b) => b.rows - a.rows)
  const sides = [...(before > 0 ? (['before'] as const) : []), ...(after > 0 ? (['after'] as const) : [])]
  const asked = worst.slice(0, MOST_COLUMNS)
  const answers = await ask([
    ...sides.map((side) => statements.only(side, most)),
    ...asked.map(({ i }) => statements.examples(i, most)),
  ])
  const keyOf = (row: Value[]): Row => Object.fromEntries(key.map((p, i) => [p.name, row[i] ?? null]))
  const only = { before: [] as Row[], after: [] as Row[] }
  for (const [i, side] of sides.entries()) only[side] = (answers[i] ?? []).map(keyOf)
  const columns: ColumnDifference[] = worst.map(({ p, rows }, i) => ({
    name: p.name,
    rows,
    examples: (i < asked.length ? (answers[sides.length + i] ?? []) : []).map((row) => ({
      key: keyOf(row),
      before: row[key.length] ?? null,
      after: row[key.length + 1] ?? null,
    })),
  }))
  return { only: { before, after, examples: only }, changed, columns }
}

async function byWholeRows(
  ask: Ask,
  of: Sides,
  adapter: string,
  pairs: Pair[],
  rows: { before: number; after: number },
  tolerance: number,
  most: number,
): Promise<RelationDiff['only']> {
  const none = { before: [] as Row[], after: [] as Row[] }
  if (pairs.length === 0) return { ...rows, examples: none }
  const run = async (floats: boolean) => {
    const statements = wholeRows(of, pairs, floats, tolerance)
    const [counts] = await ask([statements.counts])
    const [before = 0, after = 0] = (counts?.[0] ?? []).map(number)
    return { statements, before, after }
  }
  const exact = await run(false)
  const found = exact.before + exact.after > 0 && pairs.some((p) => p.float) ? await run(true) : exact
  const sides = (['before', 'after'] as const).filter((side) => found[side] > 0)
  const text = (expression: string) => `cast(${expression} as ${TEXT_TYPES[adapter] ?? 'varchar'})`
  const answers = await ask(sides.map((side) => found.statements.only(side, most, text)))
  const rowOf = (row: Value[]): Row => Object.fromEntries(pairs.map((p, i) => [p.name, row[i] ?? null]))
  for (const [i, side] of sides.entries()) none[side] = (answers[i] ?? []).map(rowOf)
  return { before: found.before, after: found.after, examples: none }
}

const TEXT_TYPES: Record<string, string> = {
  bigquery: 'string',
  databricks: 'string',
  spark: 'string',
  postgres: 'text',
}

const isZoned = (type: string) => /tz$|with(?: local)? time zone/i.test(type)
const bothTimes = (p: Pair) => [p.before, p.after].every((c) => kindOf(c.type) === 'timestamp')
