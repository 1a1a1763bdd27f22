/** A point of the card: what an expert looks at, one small check on what was built. */

import { type Tested, testsOf } from '../../support/manifest.ts'
import { type Asked, askedFor, commandOf, type Exam, madeFor, type Relation } from '../examine.ts'
import { type Aligned, align, columnsOfField, names } from '../found.ts'
import type { WantedDimension } from '../types.ts'

export type Verdict = { holds: boolean; why: string }

export type Point = {
  id: string
  title: string
  /** What is looked at and why it matters, for the page. */
  about: string
  /** One verdict for each thing that it applies to; none where it applies to nothing. */
  of: (exam: Exam) => Verdict[]
}

export function verdict(holds: boolean, why: string): Verdict {
  return { holds, why }
}

export type MadeDimension = {
  asked: Asked
  wants: WantedDimension
  relation: Relation
  aligned: Aligned | null
  tests: Tested[]
}

/** One verdict for each dimension that was wanted; what was not made holds nothing. */
export function ofDimensions(
  exam: Exam,
  check: (made: MadeDimension) => Verdict | null,
  applies: (wants: WantedDimension) => boolean = () => true,
): Verdict[] {
  return dimensionsWanted(exam).flatMap((made) => {
    if (!applies(made.wants)) return []
    if ('missing' in made) return [verdict(false, `${commandOf(made.asked)}: no dimension was made`)]
    const said = check(made)
    return said ? [verdict(said.holds, `${commandOf(made.asked)}: ${said.why}`)] : []
  })
}

export function dimensionsWanted(
  exam: Exam,
): (MadeDimension | { asked: Asked; wants: WantedDimension; missing: true })[] {
  return askedFor(exam, 'dimension').map(({ asked, wants }) => {
    const [best] = madeFor(exam, asked)
      .map((relation) => ({ relation, aligned: align(relation.table, wants.members, wants.key) }))
      .sort((a, b) => (b.aligned?.rowOf.size ?? 0) - (a.aligned?.rowOf.size ?? 0))
    if (!best) return { asked, wants, missing: true }
    return { asked, wants, ...best, tests: testsOf(exam.manifest, best.relation.node) }
  })
}

/** Columns that YAML tests as keys. */
export function testedKeys(tests: Tested[]): string[] {
  const of = (kind: string) =>
    new Set(tests.flatMap((t) => (t.kind === kind && t.column ? [t.column.toLowerCase()] : [])))
  const present = of('not_null')
  return [...of('unique')].filter((column) => present.has(column))
}

export function hasColumn(relation: Relation, aligned: Aligned, field: string): boolean {
  return columnsOfField(relation.table, aligned, field).length > 0
}

export function columnList(relation: Relation): string {
  return `${relation.node.name} has ${names(relation.table).join(', ')}`
}
