/** What the YAML says of a type 2 dimension: every column described, keys tested, how a fact finds its version. */
import { list } from '../../../../core/text.ts'
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { attributeWords, capital, type Documentation, ended, one, withNote } from '../../document.ts'
import type { VersionsDesign } from './design.ts'
import { unitTestOf } from './unit-test.ts'

const NOT_NULL = { test: 'not_null' }

/** How a fact finds its version, in one clause. */
export function joinWords({ natural, from, to }: VersionsDesign): string {
  return `joins on ${list(natural.map((n) => n.name))} and on its event time: at or after ${from.name}, and before ${to.name}`
}

/** @param described what the project says of the columns of what is read, by their name there. */
export function documentationOf(
  style: HouseStyle,
  design: VersionsDesign,
  { reads, hasUnitTests }: { reads: string; hasUnitTests: boolean },
  described: (column: string) => string,
): Documentation {
  const { natural, attributes, thing, key, from, to, current } = design
  const said = (text: string) => ended(style, text)
  const unknown = natural.map((n) => n.unknown).join(', ')
  const unitTest = hasUnitTests ? unitTestOf(design, reads) : null
  return {
    model: said(
      `Dimension of ${thing} (SCD type 2). One row per version of ${one(thing)} of ${reads}, at each moment one, and one, ${unknown}, for rows without one. A fact ${joinWords(design)}. Where it needs what is known today: ${current.name}`,
    ),
    columns: [
      {
        column: key,
        quoted: design.keyWritten !== key,
        description: said(
          `Surrogate key of the version, made of ${list(natural.map((n) => n.name))} and of when the version began. Primary key`,
        ),
        tests: [{ test: 'unique' }, NOT_NULL],
      },
      ...natural.map((n) => ({
        column: n.name,
        quoted: n.written !== n.name,
        description: said(
          withNote(
            described(n.original) || capital(thing),
            `Natural key, one for all versions of ${one(thing)}; ${n.unknown} in the unknown member`,
          ),
        ),
        tests: [NOT_NULL],
      })),
      ...attributes.map((a) => ({
        column: a.name,
        quoted: a.written !== a.name,
        description: said(
          withNote(
            described(a.original) || attributeWords(a.name, thing),
            a.kind === 'text'
              ? 'Unknown where the source says nothing'
              : 'Null in the unknown member, and where the source says nothing',
          ),
        ),
        tests: a.kind === 'text' ? [NOT_NULL] : [],
      })),
      {
        column: from.name,
        quoted: from.written !== from.name,
        description: said(
          `First moment of the version. 1900-01-01 in the first version of ${one(thing)}, so that no fact is before it`,
        ),
        tests: [NOT_NULL],
      },
      {
        column: to.name,
        quoted: to.written !== to.name,
        description: said('First moment after the version. 9999-12-31 where it has no end'),
        tests: [NOT_NULL],
      },
      {
        column: current.name,
        quoted: current.written !== current.name,
        description: said(`Whether the version has no end. What was deleted has no such row`),
        tests: [NOT_NULL],
      },
    ],
    ...(unitTest ? { unitTests: [unitTest] } : {}),
  }
}
