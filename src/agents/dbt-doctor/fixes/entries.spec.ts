/** What is proposed where dbt refuses an entry of YAML and does not say which. */
import { expect, it } from 'vitest'
import type { Failure } from '../types.ts'
import { entries, lostDash } from './entries.ts'
import { structure } from './structure.ts'
import { testCallers } from './test-callers.ts'
import { after, found } from './test-found.ts'

const history = (old: string) =>
  ({
    committed: async () => old,
    log: async () => [],
    before: async () => null,
  }) as unknown as NonNullable<Parameters<typeof found>[5]>['git']

it('an entry without a name gets the one that it had, or that of the only model with its columns', async () => {
  const message = 'Parsing Error\n  Entry did not contain a name'
  const text = 'models:\n  - name: a\n  - description: what it is\n    columns:\n      - name: fee\n'
  const files = { 'models/m.yml': text, 'models/a.sql': 'select fee', 'models/b.sql': 'select fee' }
  expect(after(await found(entries, message, files))).toBe(text.replace('- desc', '- name: b\n    desc'))
  const two = { ...files, 'models/c.sql': 'select fee' }
  expect(await found(entries, message, two)).toEqual([])
  const old = text.replace('- description: what it is', '- name: c')
  const git = history(old) ?? null
  expect(after(await found(entries, message, two, {}, null, { git }))).toContain('- name: c\n    desc')
  const said =
    "The schema file at models/m.yml is invalid because a list element for 'models' does not have a name attribute."
  expect(after(await found(entries, said, files))).toBe(text.replace('- desc', '- name: b\n    desc'))
  const slip = { 'models/m.yml': 'models:\n  - nmae: a\n' }
  expect(after(await found(entries, message, slip))).toBe('models:\n  - name: a\n')
})

it('a constraint is of the nearest type that there is', async () => {
  const text =
    'models:\n  - name: a\n    columns:\n      - name: id\n        constraints:\n          - type: notnull\n'
  const message = 'Parsing Error\n  Invalid constraint type on column id'
  expect(after(await found(entries, message, { 'm.yml': text }))).toBe(text.replace('notnull', 'not_null'))
})

it('a call in a value gets the bracket and the quotes that it lacks, and nothing else is touched', async () => {
  const fix = async (written: string, message = `Invalid jinja expression: ${written}`) => {
    const text = `unit_tests:\n  - name: t\n    given:\n      - input: ${written}\n      - input: ref('b')\n`
    const change = after(await found(entries, message, { 'm.yml': text }))
    return /input: (.*)/.exec(change ?? '')?.[1] ?? null
  }
  expect(await fix("ref('a'")).toBe("ref('a')")
  expect(await fix("ref('a)")).toBe("ref('a')")
  expect(await fix("source('a', 'b'")).toBe("source('a', 'b')")
  expect(await fix("reff('a')")).toBe("ref('a')")
  expect(await fix("source('a')")).toBe(null)
})

it('a test is given an argument by the only name that is left, wherever it is called', async () => {
  const message = "macro 'dbt_macro__test_at_least' takes no keyword argument 'minimum'"
  const call = (name: string) => `models:
  - name: a
    columns:
      - name: x
        data_tests:
          - at_least:
              arguments:
                ${name}: 1
`
  const files = {
    'models/m.yml': call('minimum'),
    'models/n.yml': call('minimum').replace('name: a', 'name: b'),
    'macros/t.sql': '{% test at_least(model, column_name, lowest) %}select 1{% endtest %}',
  }
  const [one] = await found(testCallers, message, files)
  expect(one?.changes.changes.map((c) => c.path)).toEqual(['models/m.yml', 'models/n.yml'])
  expect(after(one ? [one] : [])).toBe(call('lowest'))
  const more = {
    ...files,
    'macros/t.sql': '{% test at_least(model, column_name, lowest, of) %}{% endtest %}',
  }
  expect(await found(testCallers, message, more)).toEqual([])
})

it('what is nearly `arguments` and holds some is that', async () => {
  const text = 'models:\n  - name: a\n    data_tests:\n      - at_least:\n          argument: {minimum: 1}\n'
  const files = { 'm.yml': text, 'macros/t.sql': '{% test at_least(model, minimum) %}{% endtest %}' }
  const message = "macro 'dbt_macro__test_at_least' takes no keyword argument 'argument'"
  expect(after(await found(testCallers, message, files))).toBe(text.replace('argument', 'arguments'))
})

it('says where the one entry stands that is wrong, and nothing where there are several', async () => {
  const at: Partial<Failure> = {}
  const message = 'Parsing Error\n  Invalid constraint type on column id'
  const one = 'models:\n  - name: a\n    constraints:\n      - type: nonsense\n'
  const seen: Failure[] = []
  const spy = {
    ...entries,
    find: (failure: Failure, context: Parameters<typeof entries.find>[1]) => {
      seen.push(failure)
      return entries.find(failure, context)
    },
  }
  expect(await found(spy, message, { 'm.yml': one }, at)).toEqual([])
  expect(seen[0]?.written).toEqual({ file: 'm.yml', line: 4 })
  await found(spy, message, { 'm.yml': one, 'n.yml': one }, at)
  expect(seen[1]?.written).toBeUndefined()
})

it('a second name in one entry begins another one', async () => {
  const text = 'sources:\n  - name: s\n    tables:\n      - name: a\n        name: b\n      - name: c\n'
  const message = "Model 'model.p.m' (models/m.sql) depends on a source named 's.a' which was not found"
  const files = { 'models/m.sql': "{{ source('s', 'a') }}", 'models/s.yml': text }
  expect(after(await found(lostDash, message, files))).toBe(text.replace('  name: b', '- name: b'))
  const twice = text.replace('name: b', 'loader: x\n        loader: y')
  expect(await found(lostDash, message, { ...files, 'models/s.yml': twice })).toEqual([])
})

it('what is described in two files is described in one, and what it is stays said', async () => {
  const files = {
    'models/a.yml':
      'models:\n  - name: a\n    columns:\n      - name: x\n        tests: [unique, not_null]\n',
    'models/b.yml':
      'models:\n  - name: a\n    description: what it is\n    columns:\n      - name: x\n        tests: [unique]\n  - name: b\n',
  }
  const message =
    'dbt found two schema.yml entries for the same resource named a. Resources (models/a.yml) (models/b.yml)'
  const [best] = await found(structure, message, files)
  const changed = Object.fromEntries(
    (best?.changes.changes ?? []).map((c) => [c.path, c.kind === 'edit' ? c.after : '']),
  )
  expect(changed['models/a.yml']).toBe(
    files['models/a.yml'].replace('name: a\n', 'name: a\n    description: what it is\n'),
  )
  expect(changed['models/b.yml']).toBe('models:\n  - name: b\n')
})
