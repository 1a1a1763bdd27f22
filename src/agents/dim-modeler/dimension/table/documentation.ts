/** What the YAML says of a dimension: every column described, keys tested, lists that a person closed. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { attributeWords, capital, type Documentation, ended, withNote } from '../../document.ts'
import type { Design, DesignedColumn } from './design.ts'

const KEY_TESTS = [{ test: 'unique' }, { test: 'not_null' }]

/** @param described what the project says of the origin's columns, by their name there. */
export function documentationOf(
  style: HouseStyle,
  design: Design,
  { closedList, reads }: { closedList: string[] | null; reads: string },
  described: (column: string) => string,
): Documentation {
  const { natural, attributes, thing, unknown, key } = design
  const said = (text: string) => ended(style, text)
  const listed = closedList ? [...closedList, String(unknown)] : null
  return {
    model: said(
      `Dimension of ${thing} (SCD type 1). One row per ${thing} of ${reads}, and one, ${unknown}, for rows without one`,
    ),
    columns: [
      {
        column: key,
        quoted: design.keyWritten !== key,
        description: said(`Surrogate key, made of ${natural.name}. Primary key`),
        tests: KEY_TESTS,
      },
      {
        column: natural.name,
        quoted: natural.written !== natural.name,
        description: said(
          withNote(
            described(natural.name) || capital(thing),
            `Natural key; ${unknown} where the source has none`,
          ),
        ),
        tests: [...KEY_TESTS, ...(listed ? [{ test: 'accepted_values', args: { values: listed } }] : [])],
      },
      ...attributes.map((a) => ({
        column: a.name,
        quoted: a.written !== a.name,
        description: said(withNote(described(a.name) || attributeWords(a.name, thing), unknownNote(a))),
        tests: a.kind === 'text' ? [{ test: 'not_null' }] : [],
      })),
    ],
  }
}

function unknownNote({ kind }: DesignedColumn): string {
  return kind === 'text'
    ? 'Unknown where the source says nothing'
    : 'Null in the unknown member, and where the source says nothing'
}
