/** A made fact with what its keys find: what the points of facts look at. */

import { plainName, relations, type Tested, testsOf } from '../../support/manifest.ts'
import type { Rows } from '../../support/warehouse.ts'
import {
  type Asked,
  askedFor,
  commandOf,
  type Exam,
  type Moment,
  madeFor,
  type Relation,
} from '../examine.ts'
import {
  type Aligned,
  align,
  column,
  columnsOfField,
  columnsWith,
  equalCounts,
  histogram,
  names,
  same,
  wantedValues,
} from '../found.ts'
import type { Row, WantedFact } from '../types.ts'
import { testedKeys, type Verdict, verdict } from './point.ts'

export type ForeignKey = { column: string; parent: string; field: string; tested: boolean }

export type MadeFact = {
  exam: Exam
  asked: Asked
  wants: WantedFact
  relation: Relation
  keys: ForeignKey[]
  tests: Tested[]
  /** The fact with the columns of the rows that its keys find, named `key>column`. */
  wide: Rows
  aligned: Aligned | null
}

/** Between a foreign key and a column of the dimension that it finds. */
export const FOUND_BY = '>'

/** One verdict for each fact that was wanted and that the point applies to; what was not made holds nothing. */
export function ofFacts(
  exam: Exam,
  check: (made: MadeFact) => Verdict | null,
  applies: (wants: WantedFact) => boolean = () => true,
): Verdict[] {
  return askedFor(exam, 'fact').flatMap(({ asked, wants }) => {
    if (!applies(wants)) return []
    const made = factOf(exam, asked, wants)
    if (!made) return [verdict(false, `${commandOf(asked)}: no fact was made`)]
    const said = check(made)
    return said ? [verdict(said.holds, `${commandOf(asked)}: ${said.why}`)] : []
  })
}

function factOf(exam: Exam, asked: Asked, wants: WantedFact): MadeFact | null {
  const [best] = madeFor(exam, asked)
    .map((relation) => ({
      relation,
      score:
        Object.keys(wants.measures).filter(
          (m) => columnsWith(relation.table, wantedValues(wants.rows, m)).length > 0,
        ).length *
          10 +
        (relation.table.rows.length === wants.rows.length ? 5 : 0) +
        (relation.node.config.materialized === 'incremental' ? 1 : 0),
    }))
    .sort((a, b) => b.score - a.score)
  if (!best) return null
  const { relation } = best
  const keys = foreignKeys(exam, relation)
  const wide = widened(relation.table, keys, exam.first)
  const aligned = wants.grain && align(wide, wants.rows, wants.grain)
  return { exam, asked, wants, relation, keys, tests: testsOf(exam.manifest, relation.node), wide, aligned }
}

/** Tested ones, and columns that are called like the tested key of another table of the project. */
function foreignKeys(exam: Exam, { node, table }: Relation): ForeignKey[] {
  const others = relations(exam.manifest).filter(
    (n) => n.unique_id !== node.unique_id && exam.first.tables.has(n.unique_id),
  )
  const tested = testsOf(exam.manifest, node).flatMap((t): ForeignKey[] => {
    if (t.kind !== 'relationships' || !t.column) return []
    const name = /ref\(\s*(?:['"][^'"]+['"]\s*,\s*)?['"]([^'"]+)['"]/.exec(String(t.kwargs.to))?.[1]
    const parent = others.find((n) => n.name === name)
    const field = plainName(String(t.kwargs.field ?? ''))
    const named = names(table).find((c) => c.toLowerCase() === t.column?.toLowerCase())
    return parent && field && named ? [{ column: named, parent: parent.unique_id, field, tested: true }] : []
  })
  const ownKeys = testedKeys(testsOf(exam.manifest, node))
  const called = others.flatMap((parent) =>
    testsOf(exam.manifest, parent)
      .filter((t) => t.kind === 'unique' && t.column)
      .flatMap((t): ForeignKey[] => {
        const named = names(table).find((c) => c.toLowerCase() === t.column?.toLowerCase())
        return named &&
          !ownKeys.includes(named.toLowerCase()) &&
          !tested.some((k) => k.column === named) &&
          isKeyLike(exam, parent.unique_id, t.column ?? '')
          ? [{ column: named, parent: parent.unique_id, field: t.column ?? '', tested: false }]
          : []
      }),
  )
  return [...tested, ...called]
}

/** Of a dimension that was made here, or stands as one: facts and staging models have keys too. */
function isKeyLike(exam: Exam, id: string, field: string): boolean {
  const node = exam.manifest.nodes[id]
  return /dim|^d_/i.test(node?.name ?? '') && /(key|_sk|_hk|sk)$/i.test(field)
}

export function parentTable(moment: Moment, key: ForeignKey): Rows {
  return moment.tables.get(key.parent) ?? { columns: [], rows: [] }
}

export function widened(table: Rows, keys: ForeignKey[], moment: Moment): Rows {
  let { columns, rows } = table
  for (const key of keys) {
    const parent = parentTable(moment, key)
    const at = parent.columns.findIndex((c) => c.name.toLowerCase() === key.field.toLowerCase())
    const byKey = new Map(parent.rows.map((row) => [same(row[at]), row]))
    const own = table.columns.findIndex((c) => c.name === key.column)
    const nothing = parent.columns.map(() => null)
    columns = [
      ...columns,
      ...parent.columns.map((c) => ({ ...c, name: `${key.column}${FOUND_BY}${c.name}` })),
    ]
    rows = rows.map((row) => [...row, ...(byKey.get(same(row[own])) ?? nothing)])
  }
  return { columns, rows }
}

/** Columns of the wide fact that hold a field: row by row where rows are known, else each value as often. */
export function columnsFor(
  { wide, aligned, wants }: Pick<MadeFact, 'wide' | 'aligned' | 'wants'>,
  field: string,
): string[] {
  const exact = columnsWith(wide, wantedValues(wants.rows, field))
  if (!aligned || aligned.rowOf.size < wants.rows.length)
    return exact.length > 0 ? exact : withUnknown(wide, wants.rows, field)
  const byRow = columnsOfField(wide, aligned, field)
  return byRow
}

/** Where the source says nothing a role finds one member, whichever word it has. */
function withUnknown(wide: Rows, rows: Row[], field: string): string[] {
  const wanted = histogram(wantedValues(rows, field))
  const nulls = wanted.get(same(null)) ?? 0
  wanted.delete(same(null))
  return names(wide).filter((name) => {
    const found = histogram(column(wide, name))
    const others = [...found].filter(([value]) => !wanted.has(value))
    if (others.length > 1 || (others[0]?.[1] ?? 0) !== nulls) return false
    return equalCounts(new Map([...found].filter(([value]) => wanted.has(value))), wanted)
  })
}
