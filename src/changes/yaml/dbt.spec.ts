import { describe, expect, it } from 'vitest'
import * as dbt from './dbt.ts'
import { editYaml, type YamlEditor } from './edit.ts'

const TEXT = `models:
  - name: stg_trips
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          arguments:
            combination_of_columns: [Fare, "tip"]
      - dbt_utils.expression_is_true:
          arguments: {expression: fare > 0, column_name: fare}
    columns:
      - name: Fare
        description: fare of the trip
        tests:
          - relationships:
              to: ref('stg_zones')
              field: fare
          - dbt_utils.not_null_where:
              where: "ref('stg_trips')"
exposures:
  - name: board
    description: reads ref('stg_trips')
    depends_on: [ref('stg_trips'), "ref('shop', 'stg_trips')", "ref('other', 'stg_trips')"]
semantic_models:
  - name: trips
    model: ref('stg_trips')
    dimensions:
      - name: fare
        type: categorical
      - {name: other, expr: fare}
    measures:
      - name: total
        expr: fare * 2
unit_tests:
  - name: t
    model: fct_trips
    given:
      - input: ref('stg_trips')
        rows:
          - {fare: 1, tip: 2}
          - fare: 3
    expect:
      rows: [{fare: 1}]
  - name: u
    model: stg_trips
    given:
      - input: ref('raw')
        rows: []
    expect:
      format: csv
      rows: |
        tip, fare
        1,2
  - name: v
    model: stg_trips
    given: []
    expect:
      format: csv
      fixture: trips
`
const isFare = (written: string) => written.toLowerCase() === 'fare'
const trips = ['models', { name: 'stg_trips' }] as const

function edited(edit: (yaml: YamlEditor) => unknown): { text: string; answer: unknown } {
  const yaml = editYaml('m.yml', TEXT)
  const answer = edit(yaml)
  return { text: yaml.text, answer }
}

/** The lines that are not as they were, as they are now; for edits that add no lines. */
function changed(text: string): string[] {
  const before = TEXT.split('\n')
  return text
    .split('\n')
    .filter((line, i) => line !== before[i])
    .map((line) => line.trim())
}

describe('a model by another name', () => {
  it('is ref’d by it everywhere but in descriptions and in other packages', () => {
    const { text, answer } = edited((y) => dbt.renameRefs(y, 'stg_trips', 'stg_rides', 'shop'))
    expect(answer).toEqual([17, 21, 21, 24, 36])
    expect(changed(text)).toEqual([
      `where: "ref('stg_rides')"`,
      `depends_on: [ref('stg_rides'), "ref('shop', 'stg_rides')", "ref('other', 'stg_trips')"]`,
      `model: ref('stg_rides')`,
      `- input: ref('stg_rides')`,
    ])
  })

  it.each([
    [`{{ ref("a") }} and ref( 'a', v=2 )`, `{{ ref("b") }} and ref( 'b', v=2 )`],
    [`ref('ab') xref('a') ref('p', 'a') ref('me','a')`, `ref('ab') xref('a') ref('p', 'a') ref('me','b')`],
  ])('in %s', (from, to) => {
    expect(dbt.renamedRef(from, 'a', 'b', 'me')).toBe(to)
  })
})

describe('a column by another name', () => {
  it('is named so in tests, whatever the case, and not in expressions', () => {
    const { text } = edited((y) => dbt.renameColumnInTests(y, trips, isFare, 'amount'))
    expect(changed(text)).toEqual([
      'combination_of_columns: [amount, "tip"]',
      'arguments: {expression: fare > 0, column_name: amount}',
    ])
  })

  it('is named so by the tests that point to it', () => {
    const { text, answer } = edited((y) => dbt.renameRelationshipField(y, 'stg_zones', isFare, 'amount'))
    expect(changed(text)).toEqual(['field: amount'])
    expect(answer).toEqual([15])
    expect(edited((y) => dbt.renameRelationshipField(y, 'stg_trips', isFare, 'amount')).text).toBe(TEXT)
  })

  it('keeps its name in a semantic model, and is read by an expression', () => {
    const { text, answer } = edited((y) =>
      dbt.renameColumnInSemanticModel(y, ['semantic_models', { name: 'trips' }], isFare, 'amount'),
    )
    expect(text).toBe(
      TEXT.replace('categorical\n', 'categorical\n        expr: amount\n').replace(
        'expr: fare}',
        'expr: amount}',
      ),
    )
    expect(answer).toEqual([28, 29])
  })

  it('is given and expected so in unit tests; what lies in a file is told', () => {
    const { text, answer } = edited((y) => dbt.renameColumnInUnitTests(y, 'stg_trips', isFare, 'amount'))
    expect(changed(text)).toEqual(['- {amount: 1, tip: 2}', '- amount: 3', 'tip, amount'])
    expect(answer).toEqual([TEXT.split('\n').indexOf('      fixture: trips') + 1])
  })

  it('is found as it is written', () => {
    const yaml = editYaml('m.yml', TEXT)
    expect(dbt.writtenColumn(yaml, trips, 'fare')).toBe('Fare')
    expect(dbt.writtenColumn(yaml, trips, 'nothing')).toBeNull()
  })
})

describe('tests, descriptions and configuration', () => {
  it('are added in the words of the entry', () => {
    const { text } = edited((y) => {
      const spelling = { key: 'data_tests', arguments: true } as const
      const test = { test: 'accepted_values', args: { values: ['a', 'on'] }, config: { severity: 'warn' } }
      dbt.addTest(y, dbt.columnPath(trips, 'Fare'), test, spelling)
    })
    expect(text).toContain(`          - accepted_values:
              arguments:
                values:
                  - a
                  - "on"
              config:
                severity: warn
exposures:`)
  })

  it('stand below the name and the description where they are new', () => {
    const { text } = edited((y) => {
      dbt.setDescription(y, trips, 'All trips: one row each')
      dbt.setConfig(y, trips, ['materialized'], 'table')
      dbt.setName(y, trips, 'stg_rides')
    })
    expect(text).toBe(
      TEXT.replace(
        '- name: stg_trips\n',
        '- name: stg_rides\n    description: "All trips: one row each"\n    config:\n      materialized: table\n',
      ),
    )
  })
})
