/** What the YAML says of a dimension: every column described, keys tested, lists that a person closed. */
import type { ChangeCollector } from '../../changes/index.ts'
import { addTest, setConfig, setDescription } from '../../changes/yaml/index.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { type Described, propertiesOf } from '../../refactor/properties.ts'
import type { RefactorContext } from '../../refactor/types.ts'
import type { Recommendation } from '../data-modeler/types.ts'
import type { Design, DesignedColumn } from './design.ts'

export type DesignedTest = {
  column: string
  test: 'unique' | 'not_null' | 'accepted_values'
  values?: string[] | undefined
}

export type Documented = { column: string; quoted: boolean; description: string; tests: DesignedTest[] }

/** @param described what the project says of the origin's columns, by their name there. */
export function documentationOf(
  style: HouseStyle,
  design: Design,
  { closedList, origin }: Pick<Recommendation, 'closedList' | 'origin'>,
  described: (column: string) => string,
): { model: string; columns: Documented[] } {
  const { natural, attributes, thing, unknown, key } = design
  const said = (text: string) => ended(style, text)
  const keyTests = (column: string): DesignedTest[] => [
    { column, test: 'unique' },
    { column, test: 'not_null' },
  ]
  const listed = closedList ? [...closedList, String(unknown)] : null
  return {
    model: said(
      `Dimension of ${thing} (SCD type 1). One row per ${thing} of ${origin.label}, and one, ${unknown}, for rows without one`,
    ),
    columns: [
      {
        column: key,
        quoted: design.keyWritten !== key,
        description: said(`Surrogate key, made of ${natural.name}. Primary key`),
        tests: keyTests(key),
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
        tests: [
          ...keyTests(natural.name),
          ...(listed ? [{ column: natural.name, test: 'accepted_values' as const, values: listed }] : []),
        ],
      },
      ...attributes.map((a) => ({
        column: a.name,
        quoted: a.written !== a.name,
        description: said(withNote(described(a.name) || attributeWords(a.name, thing), unknownNote(a))),
        tests: a.kind === 'text' ? [{ column: a.name, test: 'not_null' as const }] : [],
      })),
    ],
  }
}

export async function document(
  context: RefactorContext,
  files: ChangeCollector,
  style: HouseStyle,
  model: Described,
  {
    documented,
    materialized,
  }: { documented: ReturnType<typeof documentationOf>; materialized: string | null },
): Promise<void> {
  const properties = await propertiesOf(context, files, model)
  const { yaml } = properties
  properties.ensureModel()
  setDescription(yaml, properties.model, documented.model)
  if (materialized !== null) setConfig(yaml, properties.model, ['materialized'], materialized)
  for (const { column, quoted, description, tests } of documented.columns) {
    const entry = properties.ensureColumn(column, ...(quoted ? [{ quote: true as const }] : []))
    setDescription(yaml, entry, description)
    for (const { test, values } of tests)
      addTest(
        yaml,
        entry,
        { test, ...(values ? { args: { values } } : {}) },
        { key: style.testsKey, arguments: style.testArguments },
      )
  }
  await properties.done()
}

/** What is said of a column where it comes from, without what is not so here: nulls, and keys of other tables. */
export function carried(description: string): string {
  const sentences = description
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.!?])\s+/)
  return sentences
    .filter((s) => s !== '' && !/\bnulls?\b|\b(primary|natural|foreign) key\b/i.test(s))
    .join(' ')
}

function unknownNote({ kind }: DesignedColumn): string {
  return kind === 'text'
    ? 'Unknown where the source says nothing'
    : 'Null in the unknown member, and where the source says nothing'
}

function withNote(text: string, note: string): string {
  return `${text.replace(/[.\s]+$/, '')}. ${note}`
}

function ended({ describe }: HouseStyle, text: string): string {
  const bare = text.replace(/\.$/, '')
  return describe.end === 'none' ? bare : `${bare}.`
}

function attributeWords(name: string, thing: string): string {
  const said = words(name)
  return said.includes(thing) ? capital(said) : `${capital(said)} of the ${thing}`
}

function words(name: string): string {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/_+/g, ' ')
    .trim()
    .toLowerCase()
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
