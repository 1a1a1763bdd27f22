/** What the YAML says of a dimension: every column described, keys tested, lists that a person closed. */
import { list } from '../../../../core/text.ts'
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { isLoaded } from '../../../data-modeler/dimension/judge.ts'
import { attributeWords, capital, type Documentation, ended, withNote, words } from '../../document.ts'
import type { Design, DesignedColumn, DesignedNatural } from './design.ts'

const KEY_TESTS = [{ test: 'unique' }, { test: 'not_null' }]

/** @param described what the project says of the origin's columns, by their name there; null for no parent. */
export function documentationOf(
  style: HouseStyle,
  design: Design,
  { closedList, reads }: { closedList: string[] | null; reads: string },
  described: (column: DesignedColumn) => string,
): Documentation {
  const { natural, attributes, thing, key, way } = design
  const said = (text: string) => ended(style, text)
  const isOne = natural.length === 1
  const unknown = unknownOf(natural)
  const listed = closedList ? [...closedList, String(natural[0]?.unknown)] : null
  const keys = list(natural.map((n) => n.name))
  const grain =
    way === 'junk'
      ? `Junk dimension of ${thing}. One row per combination of ${keys} in ${reads}, and one for rows that have none of them`
      : `Dimension of ${thing} (SCD type 1). One row per ${thing} of ${reads}, and one, ${unknown}, for rows without one`
  return {
    model: said(grain),
    columns: [
      {
        column: key,
        quoted: design.keyWritten !== key,
        description: said(`Surrogate key, made of ${keys}. Primary key`),
        tests: KEY_TESTS,
      },
      ...natural.map((n) => ({
        column: n.name,
        quoted: n.written !== n.name,
        description: said(
          withNote(
            described(n) || (isOne ? capital(thing) : attributeWords(n.name, thing)),
            naturalNote(n, design),
          ),
        ),
        tests: isOne
          ? [...KEY_TESTS, ...(listed ? [{ test: 'accepted_values', args: { values: listed } }] : [])]
          : [
              { test: 'not_null' },
              ...(n.kind === 'boolean'
                ? [{ test: 'accepted_values', args: { values: ['Yes', 'No', String(n.unknown)] } }]
                : []),
            ],
      })),
      ...attributes.map((a) => ({
        column: a.name,
        quoted: a.written !== a.name,
        description: said(withNote(described(a) || attributeSays(a, thing), unknownNote(a))),
        tests: a.kind === 'text' ? [{ test: 'not_null' }] : [],
      })),
    ],
  }
}

function naturalNote({ kind, unknown }: DesignedNatural, { natural, way }: Design): string {
  if (kind === 'boolean') return `Yes or No; ${unknown} where the source says nothing`
  const part = natural.length === 1 ? 'Natural key' : 'Part of the natural key'
  return way === 'junk'
    ? `${unknown} where the source has none`
    : `${part}; ${unknown} where the source has none`
}

function attributeSays({ name, original, parent }: DesignedColumn, thing: string): string {
  if (parent === null && isLoaded(original)) return `Audit column: when the row of the ${thing} was loaded`
  return attributeWords(name, parent ? parent.role : thing)
}

function unknownNote({ kind, parent }: DesignedColumn): string {
  if (parent?.isSelf) return 'Not applicable at the top, Unknown where the one above is not there'
  const none = parent ? `where there is no ${words(parent.role)}` : 'where the source says nothing'
  return kind === 'text' ? `Unknown ${none}` : `Null in the unknown member, and ${none}`
}

/** `-1, Unknown`; the word alone where all say the same. */
export function unknownOf(natural: Pick<DesignedNatural, 'unknown'>[]): string {
  return [...new Set(natural.map((n) => n.unknown))].length === 1
    ? String(natural[0]?.unknown)
    : natural.map((n) => n.unknown).join(', ')
}
