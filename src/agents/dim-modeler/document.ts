/** What the YAML says of a model that is made: every column described, with its tests. */
import type { ChangeCollector } from '../../changes/index.ts'
import { addTest, setConfig, setDescription, type TestEntry, type Value } from '../../changes/yaml/index.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { type Described, propertiesOf } from '../../refactor/properties.ts'
import type { RefactorContext } from '../../refactor/types.ts'

export type Documented = {
  column: string
  quoted: boolean
  description: string
  tests: TestEntry[]
}

export type Documentation = {
  model: string
  columns: Documented[]
  /** Entries of `unit_tests:`, beside those of models. */
  unitTests?: Value[]
}

/** Answers the file that says it. */
export async function document(
  context: RefactorContext,
  files: ChangeCollector,
  style: HouseStyle,
  model: Described,
  { documentation, config }: { documentation: Documentation; config: Record<string, Value> },
): Promise<string> {
  const properties = await propertiesOf(context, files, model)
  const { yaml } = properties
  properties.ensureModel()
  setDescription(yaml, properties.model, documentation.model)
  for (const [key, value] of Object.entries(config)) setConfig(yaml, properties.model, [key], value)
  for (const { column, quoted, description, tests } of documentation.columns) {
    const entry = properties.ensureColumn(column, ...(quoted ? [{ quote: true as const }] : []))
    setDescription(yaml, entry, description)
    for (const test of tests)
      addTest(yaml, entry, test, { key: style.testsKey, arguments: style.testArguments })
  }
  for (const test of documentation.unitTests ?? []) yaml.add(['unit_tests'], test)
  await properties.done()
  return properties.file
}

/** What is said of a column where it comes from, without what is not so here: nulls, keys of other tables, how it is stored. */
export function carried(description: string): string {
  const sentences = description
    // Tables in Markdown are no sentences.
    .replace(/^\s*\|.*\|\s*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.!?])\s+/)
  return sentences
    .filter((s) => s !== '' && !/\bnulls?\b|\b(primary|natural|foreign) key\b|^In the source /i.test(s))
    .join(' ')
}

export { attributeWords, capital, ended, one, withNote, words } from '../../refactor/saying.ts'
