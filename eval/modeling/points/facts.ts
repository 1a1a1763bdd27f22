/** What a fact has to be, asked of its rows and of its words. */

import { describedColumns, wordsOf } from '../../support/manifest.ts'
import {
  column,
  columnsWith,
  isNumeric,
  isText,
  isUnique,
  names,
  same,
  sumOf,
  typeOf,
  wantedValues,
} from '../found.ts'
import { columnsFor, FOUND_BY, type MadeFact, ofFacts, parentTable } from './fact.ts'
import { type Point, testedKeys, verdict } from './point.ts'

const own = (columns: string[]) => columns.filter((c) => !c.includes(FOUND_BY))

export const factPoints: Point[] = [
  {
    id: 'grain',
    title: 'grain declared and unique',
    about: 'The model says in words what one row is; a key at that grain is unique, never null and tested.',
    of: (exam) =>
      ofFacts(exam, ({ relation, tests }) => {
        const tested = testedKeys(tests)
        const keys = names(relation.table).filter((c) => {
          const values = column(relation.table, c)
          return tested.includes(c.toLowerCase()) && isUnique(values) && values.every((v) => v !== null)
        })
        const said = /\b(one row|grain|each row|a row|eine zeile|per )\b/i.test(relation.node.description)
        return verdict(
          keys.length > 0 && said,
          `tested keys: ${keys.join(', ') || 'none'}; ${said ? 'the grain is said' : 'the description does not say what a row is'}`,
        )
      }),
  },
  {
    id: 'rows',
    title: 'rows reconcile',
    about: 'As many rows as the source has events at this grain, each of them once.',
    of: (exam) =>
      ofFacts(exam, ({ relation, wants, aligned }) => {
        const found = relation.table.rows.length
        const known = aligned?.rowOf.size
        return verdict(
          found === wants.rows.length && (!aligned || known === wants.rows.length),
          `${found} rows for ${wants.rows.length}${aligned ? `, ${known} of them found by ${aligned.columns.join(', ')}` : ''}`,
        )
      }),
  },
  {
    id: 'totals',
    title: 'measures reconcile',
    about:
      'Each measure of the process is there as a number, with the values of the source and so with its total.',
    of: (exam) =>
      ofFacts(
        exam,
        (made) => {
          const fields = Object.keys(made.wants.measures)
          const missing = fields.filter((f) => measureColumns(made, f).length === 0)
          return verdict(
            missing.length === 0,
            missing.length === 0
              ? `${fields.length} measures`
              : `not there, or other values: ${missing.map((f) => `${f} (total ${sumOf(wantedValues(made.wants.rows, f))})`).join(', ')}; ${names(made.relation.table).join(', ')}`,
          )
        },
        (wants) => Object.keys(wants.measures).length > 0,
      ),
  },
  {
    id: 'additivity',
    title: 'additivity said',
    about:
      'The words of each measure say whether it is additive, semi-additive or non-additive, and they are right.',
    of: (exam) =>
      ofFacts(
        exam,
        (made) => {
          const words = describedColumns(made.relation.node)
          const wrong = Object.entries(made.wants.measures).filter(([field, behaviour]) => {
            const [found] = measureColumns(made, field)
            return classOf(words.get((found ?? '').toLowerCase()) ?? '') !== behaviour
          })
          return verdict(
            wrong.length === 0,
            wrong.length === 0
              ? 'all'
              : `not said, or said wrongly: ${wrong.map(([f, b]) => `${f} is ${b}`).join(', ')}`,
          )
        },
        (wants) => Object.keys(wants.measures).length > 0,
      ),
  },
  {
    id: 'ratios',
    title: 'no ratio as additive',
    about:
      'A quotient, unit price or percentage is left out, or said to be non-additive; it is never a measure to sum.',
    of: (exam) =>
      ofFacts(
        exam,
        (made) => {
          const { ratios = [], rows } = made.wants
          const words = describedColumns(made.relation.node)
          const wrong = ratios.flatMap((field) =>
            own(columnsWith(made.relation.table, wantedValues(rows, field))).filter(
              (c) => classOf(words.get(c.toLowerCase()) ?? '') !== 'non-additive',
            ),
          )
          return verdict(
            wrong.length === 0,
            wrong.length === 0 ? 'none' : `not said to be non-additive: ${wrong.join(', ')}`,
          )
        },
        (wants) => (wants.ratios ?? []).length > 0,
      ),
  },
  {
    id: 'text',
    title: 'no stray text',
    about:
      'Text in a fact is a key, or a degenerate identifier of the process; what describes belongs to dimensions.',
    of: (exam) =>
      ofFacts(exam, (made) => {
        const { relation, keys, wants } = made
        const allowed = new Set(
          [
            ...keys.map((k) => k.column),
            ...testedKeys(made.tests),
            ...(wants.degenerate ?? []).flatMap((f) => own(columnsFor(made, f))),
            ...(wants.grain ?? []).flatMap((f) => own(columnsFor(made, f))),
          ].map((c) => c.toLowerCase()),
        )
        const stray = relation.table.columns.filter(
          (c) =>
            isText(c.type) && !allowed.has(c.name.toLowerCase()) && !isHash(column(relation.table, c.name)),
        )
        return verdict(stray.length === 0, stray.length === 0 ? 'none' : stray.map((c) => c.name).join(', '))
      }),
  },
  {
    id: 'keys found',
    title: 'foreign keys find their row',
    about: 'No foreign key is null, and each finds a row of its dimension: nulls the unknown member.',
    of: (exam) =>
      ofFacts(exam, ({ keys, relation }) => {
        if (keys.length === 0) return verdict(false, 'it has no foreign keys')
        const problems = keys.flatMap((key) => {
          const parent = parentTable(exam.first, key)
          const at = names(parent).find((n) => n.toLowerCase() === key.field.toLowerCase()) ?? key.field
          const there = new Set(column(parent, at).map(same))
          const values = column(relation.table, key.column)
          const nulls = values.filter((v) => v === null).length
          const lost = values.filter((v) => v !== null && !there.has(same(v))).length
          return nulls + lost > 0 ? [`${key.column}: ${nulls} nulls, ${lost} without a row`] : []
        })
        return verdict(problems.length === 0, problems.join('; ') || `${keys.length} keys`)
      }),
  },
  {
    id: 'keys once',
    title: 'each key once',
    about:
      'No two foreign keys say the same in every row: a code and its name are one dimension, and one role.',
    of: (exam) =>
      ofFacts(exam, ({ keys, relation }) => {
        const twice = keys.flatMap((key, i) =>
          keys
            .slice(i + 1)
            .filter(
              (other) =>
                other.column !== key.column &&
                other.parent === key.parent &&
                relation.table.rows.length > 1 &&
                column(relation.table, key.column).join() === column(relation.table, other.column).join(),
            )
            .map((other) => `${key.column} and ${other.column}`),
        )
        return verdict(twice.length === 0, twice.join('; ') || 'each once')
      }),
  },
  {
    id: 'roles',
    title: 'the right member in each role',
    about:
      'For each role of the process (customer, pickup zone, dropoff zone ...) a key of its own finds the member that the source names, or the unknown one.',
    of: (exam) =>
      ofFacts(
        exam,
        (made) => {
          const roles = made.wants.dimensions ?? []
          const missing = roles.filter((r) => !columnsFor(made, r).some((c) => c.includes(FOUND_BY)))
          return verdict(
            missing.length === 0,
            missing.length === 0
              ? `${roles.length} roles`
              : `no key finds: ${missing.join(', ')}; ${names(made.relation.table).join(', ')}`,
          )
        },
        (wants) => (wants.dimensions ?? []).length > 0,
      ),
  },
  {
    id: 'date keys',
    title: 'a date key for each event time',
    about: 'Each event of the process has a key that finds its day, also where the time itself is kept.',
    of: (exam) =>
      ofFacts(
        exam,
        (made) => {
          const dates = made.wants.dates ?? []
          const missing = dates.filter((d) => !hasDateKey(made, d))
          return verdict(
            missing.length === 0,
            missing.length === 0 ? `${dates.length} dates` : `no key for: ${missing.join(', ')}`,
          )
        },
        (wants) => (wants.dates ?? []).length > 0,
      ),
  },
  {
    id: 'degenerate',
    title: 'degenerate dimensions',
    about: 'Identifiers of the transaction stay on the fact, so that a row can be found in the source.',
    of: (exam) =>
      ofFacts(
        exam,
        (made) => {
          const wanted = made.wants.degenerate ?? []
          const missing = wanted.filter((f) => own(columnsFor(made, f)).length === 0)
          return verdict(
            missing.length === 0,
            missing.length === 0 ? wanted.join(', ') : `not there: ${missing.join(', ')}`,
          )
        },
        (wants) => (wants.degenerate ?? []).length > 0,
      ),
  },
  {
    id: 'incremental',
    title: 'incremental',
    about:
      'The fact is incremental, says what happens when columns change, and has a unique key where rows have one.',
    of: (exam) =>
      ofFacts(exam, ({ relation: { node }, wants }) => {
        const { materialized, unique_key, on_schema_change } = node.config
        const keyed =
          wants.grain === null || (unique_key !== null && unique_key !== undefined && unique_key.length > 0)
        const isNew = wants.timeless === true && materialized === 'table'
        const holds =
          isNew ||
          (materialized === 'incremental' && keyed && !!on_schema_change && on_schema_change !== 'ignore')
        return verdict(
          holds,
          `${materialized}, unique_key ${JSON.stringify(unique_key ?? null)}, on_schema_change ${on_schema_change ?? 'not set'}`,
        )
      }),
  },
  {
    id: 'reconciled',
    title: 'reconciliation said',
    about:
      'The report of the run says rows and totals against the source, and the fact says its additivity and source in words.',
    of: (exam) =>
      ofFacts(exam, ({ asked, relation, wants }) => {
        const said = (asked.answer.json?.steps ?? [])
          .map((s) => s.details)
          .join('\n')
          .replaceAll(',', '')
        const rows = said.includes(String(wants.rows.length))
        const words = /source|from |read/i.test(wordsOf(relation.node))
        return verdict(
          rows && words,
          rows ? 'rows are said' : `the report does not say ${wants.rows.length} rows`,
        )
      }),
  },
]

function measureColumns(made: MadeFact, field: string): string[] {
  return own(columnsFor(made, field)).filter((c) => isNumeric(typeOf(made.relation.table, c)))
}

export function classOf(words: string): 'additive' | 'semi-additive' | 'non-additive' | null {
  if (/semi[- _]?additive/i.test(words)) return 'semi-additive'
  if (/(non|not)[- _]?additive|never (be )?(summed|added)/i.test(words)) return 'non-additive'
  return /\badditive/i.test(words) ? 'additive' : null
}

/** Through a date dimension, or by a key that is a day itself: a date, or a number such as 20240131. */
function hasDateKey(made: MadeFact, field: string): boolean {
  if (
    columnsFor(made, field).some((c) => c.includes(FOUND_BY) || /date/i.test(typeOf(made.relation.table, c)))
  )
    return true
  const asNumber = made.wants.rows.map((row) => {
    const value = row[field]
    return { ...row, [field]: typeof value === 'string' ? Number(value.replaceAll('-', '')) : null }
  })
  return columnsFor({ ...made, aligned: null, wants: { ...made.wants, rows: asNumber } }, field).length > 0
}

function isHash(values: unknown[]): boolean {
  return values.every((v) => v === null || /^[0-9a-f]{16,64}$/i.test(String(v)))
}
