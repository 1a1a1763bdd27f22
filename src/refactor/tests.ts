/** Generic tests as they stand in the YAML: `unique`, `{ accepted_values: {...} }`, `{ test_name: unique }`. */
import type { YamlEditor } from '../changes/yaml/edit.ts'
import type { YamlPath } from '../changes/yaml/find.ts'

export const TEST_KEYS = ['data_tests', 'tests'] as const

export type StandingTest = { key: string; index: number; name: string; config: unknown }

/** All tests of an entry, under either of the keys that dbt takes. */
export function testsAt(yaml: YamlEditor, entry: YamlPath): StandingTest[] {
  return TEST_KEYS.flatMap((key) => {
    const listed = yaml.has([...entry, key]) ? yaml.get([...entry, key]) : []
    return (Array.isArray(listed) ? listed : []).flatMap((test: unknown, index) => {
      const read = readTest(test)
      return read ? [{ key, index, ...read }] : []
    })
  })
}

function readTest(test: unknown): { name: string; config: unknown } | null {
  if (typeof test === 'string') return { name: test, config: {} }
  if (test === null || typeof test !== 'object') return null
  const { test_name, ...rest } = test as Record<string, unknown>
  if (typeof test_name === 'string') return { name: test_name, config: rest }
  const [first] = Object.entries(test)
  return first ? { name: first[0], config: first[1] } : null
}

/** `accepted_values` of `status`: how reports name a test. */
export function testWords(test: string, of: string): string {
  return `${test} of ${of}`
}
