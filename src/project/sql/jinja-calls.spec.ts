import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Call, callsInFile, callsInPython, callsInValue, refTarget } from './jinja-calls.ts'

const NAMES = ['ref', 'source']
const shown = (text: string, calls: Call[] | null) => calls?.map((c) => text.slice(c.span.start, c.span.end))
const targets = (calls: Call[] | null) => calls?.map((c) => refTarget(c)?.name ?? null)

describe('calls in a file', () => {
  it('are found in expressions, statements, nested calls and loops, with the places of what they name', () => {
    const text = [
      "{{ config(x='y') }}",
      '{% set a = ref(\'one\') %}{% for c in star(from=ref("two")) %}{% endfor %}',
      "select * from {{ ref( 'pkg' , 'three' , v=2) }} join {{ source('raw', 'four') }}",
    ].join('\n')
    const calls = callsInFile(text, NAMES)
    expect(shown(text, calls)).toEqual([
      "ref('one')",
      'ref("two")',
      "ref( 'pkg' , 'three' , v=2)",
      "source('raw', 'four')",
    ])
    const third = refTarget(calls?.[2] as Call)
    expect(third).toMatchObject({ package: 'pkg', name: 'three', version: true })
    expect(text.slice(third?.nameSpan.start, third?.nameSpan.end)).toBe('three')
  })

  it('are not found in comments, raw blocks, strings, text, names that end so, or definitions', () => {
    const text =
      "ref('a') {# {{ ref('b') }} #} {% raw %}{{ ref('c') }}{% endraw %} {{ \"ref('d')\" }} {{ my_ref('e') }}" +
      " {{ x.ref('f') }} {% macro ref(name) %}{{ builtins.ref('g') }}{% endmacro %}"
    expect(shown(text, callsInFile(text, NAMES))).toEqual(["builtins.ref('g')"])
  })

  it('are found in strings that are Jinja themselves', () => {
    const text = '{{ config(post_hook="grant select on {{ ref(\'a\') }} to x") }}'
    const [call] = callsInFile(text, NAMES) ?? []
    const target = call && refTarget(call)
    expect(text.slice(target?.nameSpan.start, target?.nameSpan.end)).toBe('a')
  })

  it('name nothing where they are computed', () => {
    const text = "{{ ref(name) }}{{ ref('stg_' ~ x) }}{{ ref('a', y) }}{{ ref() }}{{ ref('it\\'s') }}"
    expect(targets(callsInFile(text, NAMES))).toEqual([null, null, null, null, null])
  })

  it('say so where a tag has no end', () => {
    expect(callsInFile("{{ ref('a')", NAMES)).toBeNull()
  })

  it('are found wherever they stand', () => {
    const noise = fc.constantFrom(
      'select 1\r\n',
      "{# ' #}",
      "{{ 'x' }}",
      '{% if a("}}") %}é{% endif %}',
      "it's ",
    )
    fc.assert(
      fc.property(fc.array(noise), fc.array(noise), (before, after) => {
        const text = `${before.join('')}{{ ref('wanted') }}${after.join('')}`
        expect(targets(callsInFile(text, ['ref']))).toEqual(['wanted'])
      }),
    )
  })
})

describe('calls in a value of YAML', () => {
  it('are the whole value, or stand in tags', () => {
    expect(targets(callsInValue(" ref('a') ", NAMES))).toEqual(['a'])
    expect(targets(callsInValue("grant on {{ ref('a') }}", NAMES))).toEqual(['a'])
    expect(callsInValue("Read it with ref('a').", NAMES)).toEqual([])
  })
})

describe('calls in Python', () => {
  it('are those of dbt, and not in comments or strings', () => {
    const text = [
      '# dbt.ref("no")',
      'def model(dbt, session):',
      '    """ dbt.ref("no") """',
      "    a = dbt.ref('yes')  # it's",
      '    b = dbt.ref(name)',
      "    c = other.dbt.ref('no')",
    ].join('\n')
    expect(targets(callsInPython(text, NAMES))).toEqual(['yes', null])
  })
})
