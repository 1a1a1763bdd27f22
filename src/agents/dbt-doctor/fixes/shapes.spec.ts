/** What is proposed where dbt wants a list or a mapping and finds something else. */
import { expect, it } from 'vitest'
import { shapes } from './shapes.ts'
import { after, found } from './test-found.ts'
import { yamlText } from './yaml-text.ts'

const HEAD = 'models:\n  - name: b\n  - name: a\n'

async function shaped(text: string, path: string, type: string | null = 'array', section = 'models') {
  const is = type === null ? 'valid under any of the given schemas' : `of type '${type}'`
  const message = `Parsing Error\n  Invalid ${section} config given in m.yml @ ${section}: {'name': 'a', 'x': 1} - at path ${path}: {} is not ${is}`
  return after(await found(shapes, message, { 'm.yml': text }))
}

it('entries by their names become a list of what has a name, as deep as it was', async () => {
  const two = `${HEAD}    columns:\n      id:\n        data_tests: [unique]\n      # paid\n      fee:\n        description: what\n`
  expect(await shaped(two, "['columns']")).toBe(
    `${HEAD}    columns:\n      - name: id\n        data_tests: [unique]\n      # paid\n      - name: fee\n        description: what\n`,
  )
  const four =
    'models:\n    - name: a\n      columns:\n          id:\n              description: b\n          fee:\n'
  expect(await shaped(four, "['columns']")).toBe(
    'models:\n    - name: a\n      columns:\n          -   name: id\n              description: b\n          - name: fee\n',
  )
  const given = "unit_tests:\n  - name: a\n    given:\n      ref('b'):\n        rows: []\n"
  expect(await shaped(given, "['given']", 'array', 'unit_tests')).toBe(
    "unit_tests:\n  - name: a\n    given:\n      - input: ref('b')\n        rows: []\n",
  )
})

it('one entry without its dash gets it', async () => {
  expect(
    await shaped(`${HEAD}    columns:\n      name: id\n      data_tests: [unique]\n`, "['columns']"),
  ).toBe(`${HEAD}    columns:\n      - name: id\n        data_tests: [unique]\n`)
  expect(await shaped(`${HEAD}    columns: {name: id}\n`, "['columns']")).toBe(
    `${HEAD}    columns: [{name: id}]\n`,
  )
})

it('words after each other become a list of them; one value a list of one', async () => {
  const tests = (value: string) => `${HEAD}    columns:\n      - name: id\n        data_tests: ${value}\n`
  const at = "['columns'][0]['data_tests']"
  expect(await shaped(tests('unique, not_null'), at)).toBe(tests('[unique, not_null]'))
  expect(await shaped(tests('unique'), at, null)).toBe(tests('[unique]'))
  const reads = (value: string) => `exposures:\n  - name: a\n    depends_on: ${value}\n`
  expect(await shaped(reads("ref('b')"), "['depends_on']", 'array', 'exposures')).toBe(reads("[ref('b')]"))
})

it('a list of settings becomes one mapping, and an owner says what it is', async () => {
  expect(
    await shaped(`${HEAD}    config:\n      - tags: [x]\n      - enabled: true\n`, "['config']", 'object'),
  ).toBe(`${HEAD}    config:\n        tags: [x]\n        enabled: true\n`)
  const owner = 'exposures:\n  - name: a\n    owner: Ida\n'
  expect(await shaped(owner, "['owner']", 'object', 'exposures')).toBe(owner.replace('Ida', '{name: Ida}'))
  expect(await shaped(`${HEAD}    config: incremental\n`, "['config']", 'object')).toBe(null)
})

it('a dash gets its blank, and a brace its comma', async () => {
  const message = 'Parsing Error\n  Error reading shop: m.yml - Runtime Error\n    Syntax error near line 3'
  const fix = async (text: string) => after(await found(yamlText, message, { 'm.yml': text }))
  expect(await fix('models:\n  - name: a\n  -name: b\n    description: c\n')).toBe(
    'models:\n  - name: a\n  - name: b\n    description: c\n',
  )
  expect(await fix('models:\n  - columns:\n    - {name: id data_type: int}\n')).toBe(
    'models:\n  - columns:\n    - {name: id, data_type: int}\n',
  )
})

it('what a test is given goes below it, where it slipped beside it', async () => {
  const text = (by: string) =>
    `${HEAD}    columns:\n      - name: id\n        data_tests:\n          - relationships:\n${by}            arguments:\n${by}              to: ref('b')\n${by}              field: id\n          - unique\n`
  const message =
    "Parsing Error\n  Invalid test config given in m.yml:\n  \ttest definition dictionary must have exactly one key, got [('relationships', None), ('arguments', {})] instead (2 keys)"
  expect(after(await found(shapes, message, { 'm.yml': text('') }))).toBe(text('  '))
})
