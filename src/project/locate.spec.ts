import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorLine, type GenericTest, rawLine, testLine } from './locate.ts'

const RAW = `{{ config(
    materialized='table'
) }}

with trips as (
    select * from {{ ref('stg_trips') }}
)

select
    {% for c in ['a', 'b'] %}
    sum({{ c }}) as {{ c }},
    {% endfor %}
    fare_total
from trips`

const COMPILED = `

with trips as (
    select * from "w"."main"."stg_trips"
)

select
    
    sum(a) as a,
    
    sum(b) as b,
    
    fare_total
from trips`

const lineOf = (text: string, part: string) => text.split('\n').findIndex((l) => l.includes(part)) + 1

describe('the line of an error', () => {
  it('is that of the raw file, past config blocks and loops', () => {
    const message = `Binder Error: column "fare_total" not found\n\nLINE ${lineOf(COMPILED, 'fare_total') + 2}:     fare_total\n            ^`
    expect(
      errorLine(message, { raw: RAW, compiled: COMPILED, run: `create table x as (\n  ${COMPILED}\n)` }),
    ).toBe(lineOf(RAW, 'fare_total'))
  })

  it('goes by the quoted text where the number is off', () => {
    expect(errorLine('LINE 3: from trips', { raw: RAW, compiled: COMPILED, run: null })).toBe(
      lineOf(RAW, 'from trips'),
    )
  })

  it('lands in the loop that made the line', () => {
    const line = errorLine(`LINE ${lineOf(COMPILED, 'sum(b)')}:     sum(b) as b,`, {
      raw: RAW,
      compiled: COMPILED,
      run: null,
    })
    expect(RAW.split('\n')[(line ?? 1) - 1]).toMatch(/sum\(|for c in|endfor/)
  })

  it('is the line that Jinja names', () => {
    expect(
      errorLine("Compilation Error\n  'x' is undefined\n    line 6\n      {{ x }}", {
        raw: RAW,
        compiled: null,
        run: null,
      }),
    ).toBe(6)
  })

  it('is unknown where nothing tells it', () => {
    expect(errorLine('Out of Memory Error', { raw: RAW, compiled: COMPILED, run: null })).toBeNull()
  })

  it('maps every line of a file without Jinja to itself', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('select 1', 'from t', '', ', a', 'where b')), (lines) => {
        const text = lines.join('\n')
        return lines.every((_, i) => rawLine(i + 1, text, text) === i + 1)
      }),
    )
  })

  it('never leaves the raw file', () => {
    const line = fc.constantFrom('select 1', 'from t', '', '{{ x }}', 'a,', 'b')
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.array(line, { minLength: 1 }), (raw, compiled) =>
        compiled.every((_, i) => {
          const at = rawLine(i + 1, compiled.join('\n'), raw.join('\n'))
          return at === null || (at >= 1 && at <= raw.length)
        }),
      ),
    )
  })
})

const generic = (
  model: string,
  column: string | null,
  kind: string,
  args: Record<string, unknown> = {},
): GenericTest => ({
  model,
  column,
  kind,
  name: `${kind}_${model}`,
  arguments: args,
})

describe('the line of a generic test', () => {
  const YAML = `version: 2
models:
  - name: orders
    data_tests:
      - my_package.at_least_one
    columns:
      - name: id
        data_tests: [unique, not_null]
      - name: status
        tests:
          - accepted_values:
              arguments:
                values: [a]
sources:
  - name: raw
    tables:
      - name: payments
        columns:
          - name: id
            tests:
              - unique
`
  it.each([
    ['orders', 'status', 'accepted_values', 11],
    ['orders', 'id', 'not_null', 8],
    ['orders', null, 'at_least_one', 5],
    ['payments', 'id', 'unique', 21],
  ])('%s.%s %s', (model, column, test, line) => {
    expect(testLine(YAML, generic(model, column, test))).toBe(line)
  })

  it('is the column where the test is not written there, and unknown where the model is not', () => {
    expect(testLine(YAML, generic('orders', 'id', 'relationships'))).toBe(7)
    expect(testLine(YAML, generic('customers', 'id', 'unique'))).toBeNull()
  })

  it('of two of one kind is the one with the same arguments', () => {
    const yaml = `models:
  - name: m
    columns:
      - name: c
        tests:
          - accepted_values:
              values: [a]
          - accepted_values:
              arguments: { values: [b] }
`
    expect(testLine(yaml, generic('m', 'c', 'accepted_values', { values: ['b'] }))).toBe(8)
    expect(testLine(yaml, generic('m', 'c', 'accepted_values', { values: ['a'] }))).toBe(6)
  })
})
