/** What has to hold when time goes on: a second run, late rows, changed rows, a full refresh. */

import type { Rows } from '../../support/warehouse.ts'
import type { Exam, Moment } from '../examine.ts'
import { column, equalCounts, histogram, isOneOf, names, same } from '../found.ts'
import type { Row } from '../types.ts'
import { columnsFor, type MadeFact, ofFacts, widened } from './fact.ts'
import { dimensionsWanted, type Point, type Verdict, verdict } from './point.ts'

export const againPoints: Point[] = [
  {
    id: 'second run',
    title: 'a second run adds nothing',
    about: 'dbt build once more, on the same source: the same rows in every made table.',
    of: (exam) =>
      exam.asked
        .flatMap((a) => a.added)
        .flatMap((node) => {
          const [before, after] = [
            exam.first.tables.get(node.unique_id),
            exam.second.tables.get(node.unique_id),
          ]
          if (!before || !after) return []
          const wrong = differences(before, after)
          return [verdict(wrong.length === 0, `${node.name}: ${wrong.join(', ') || 'the same'}`)]
        }),
  },
  {
    id: 'late rows',
    title: 'late rows arrive',
    about:
      'Rows whose event lies days behind the newest one, inserted afterwards, are in the fact after the next build.',
    of: (exam) => laterPoint(exam, 'late'),
  },
  {
    id: 'changed rows',
    title: 'changed rows arrive',
    about:
      'Rows that were changed in the source, and whose key or time of change shows it, are changed in the fact, once.',
    of: (exam) => laterPoint(exam, 'changed'),
  },
  {
    id: 'full refresh',
    title: 'incremental equals full refresh',
    about:
      'After late and changed rows, a full refresh gives the same rows as the incremental builds before it.',
    of: (exam) =>
      ofFacts(
        exam,
        ({ relation: { node } }) => {
          const { later, refreshed } = exam
          if (!later || !refreshed) return verdict(false, 'there was no later build')
          const [before, after] = [later.tables.get(node.unique_id), refreshed.tables.get(node.unique_id)]
          if (!before || !after) return verdict(false, 'it is not there any more')
          const wrong = [
            ...(refreshed.built.success ? [] : ['the full refresh fails']),
            ...differences(before, after),
          ]
          return verdict(wrong.length === 0, wrong.join(', ') || 'the same')
        },
        (wants) => wants.later !== undefined,
      ),
  },
  {
    id: 'members later',
    title: 'new members arrive',
    about:
      'A member that comes to the source later is in the dimension after the next build, inferred ones with their attributes.',
    of: (exam) =>
      dimensionsWanted(exam).flatMap((made): Verdict[] => {
        if ('missing' in made || !made.wants.later || !exam.later) return []
        const table = exam.later.tables.get(made.relation.node.unique_id)
        if (!table || !made.aligned) return [verdict(false, 'it is not there any more')]
        const at = made.aligned.columns
        const missing = made.wants.later.filter(
          (m) => !holdsRow(table, Object.fromEntries(made.wants.key.map((k, i) => [at[i], m[k]]))),
        )
        return [
          verdict(
            missing.length === 0,
            `${missing.length} of ${made.wants.later.length} members are not there`,
          ),
        ]
      }),
  },
]

/** Times of loading move with each build; all else stays. */
function differences(before: Rows, after: Rows): string[] {
  if (before.rows.length !== after.rows.length)
    return [`${after.rows.length} rows after ${before.rows.length}`]
  return before.columns
    .filter((c) => !/timestamp/i.test(c.type) || !/load|insert|updat|built|audit|dbt/i.test(c.name))
    .filter((c) => !equalCounts(histogram(column(before, c.name)), histogram(column(after, c.name))))
    .map((c) => `${c.name} has other values`)
}

function laterPoint(exam: Exam, which: 'late' | 'changed'): Verdict[] {
  return ofFacts(
    exam,
    (made) => {
      const { later } = made.wants
      const isIt = later?.[which]
      if (!later || !isIt) return null
      const wanted = later.rows.filter(isIt)
      const table = exam.later && laterTable(made, exam.later)
      if (!table) return verdict(false, 'it is not there any more')
      if (!exam.later?.built.success)
        return verdict(false, `the build fails: ${exam.later?.built.failed.join('; ').slice(0, 300)}`)
      const fields = Object.keys(made.wants.measures).concat(made.wants.grain ?? [])
      const columnOf = new Map(fields.map((f) => [f, columnsFor(made, f)[0]]))
      const found = fields.filter((f) => columnOf.get(f) !== undefined)
      if (found.length === 0) return verdict(false, `no column of ${fields.join(', ')} to find them by`)
      const missing = wanted.filter(
        (row) => !holdsRow(table, Object.fromEntries(found.map((f) => [columnOf.get(f), row[f]]))),
      )
      const total = table.rows.length
      return verdict(
        missing.length === 0 && total === later.rows.length,
        `${wanted.length - missing.length} of ${wanted.length} ${which} rows; ${total} rows for ${later.rows.length}`,
      )
    },
    (wants) => wants.later?.[which] !== undefined,
  )
}

function laterTable({ relation, keys }: MadeFact, moment: Moment): Rows | null {
  const table = moment.tables.get(relation.node.unique_id)
  return table ? widened(table, keys, moment) : null
}

function holdsRow(table: Rows, wanted: Row): boolean {
  const at = Object.entries(wanted).map(([name, value]) => [names(table).indexOf(name), value] as const)
  return table.rows.some((row) =>
    at.every(([i, value]) => isOneOf(row[i], value) || same(row[i]) === same(value as never)),
  )
}
