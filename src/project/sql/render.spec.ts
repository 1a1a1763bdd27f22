import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainCall, type Relations, render } from './render.ts'
import { toRaw } from './source-map.ts'

const relations: Relations = {
  ref: ({ package: pkg, name, version }) => `"${[pkg, name, version].filter(Boolean).join('.')}"`,
  source: ({ source, table }) => (table === 'unknown' ? null : `"${source}"."${table}"`),
  this: '"me"',
}
const compiled = (raw: string) => render(raw, relations)?.compiled ?? null

describe('plain calls', () => {
  it('reads what is literal', () => {
    expect(plainCall(' ref("a") ')).toEqual({ kind: 'ref', package: null, name: 'a', version: null })
    expect(plainCall("ref('p', 'a', version=2)")).toEqual({
      kind: 'ref',
      package: 'p',
      name: 'a',
      version: '2',
    })
    expect(plainCall("ref('a', v='2b')")).toMatchObject({ name: 'a', version: '2b' })
    expect(plainCall("source('a',\n 'b',)")).toEqual({ kind: 'source', source: 'a', table: 'b' })
    expect(plainCall("config(tags=['a)'], meta={'b': fn(1)})")).toEqual({ kind: 'config' })
  })

  it('leaves the rest to dbt', () => {
    const others = [
      ...["ref('a').identifier", "ref('a') ~ 'b'", 'ref(name)', "ref('a' 'b')", "ref('a\\x')", 'this.schema'],
      ...["source('a')", "ref('a', 'b', 'c')", "source('a', 'b', version=1)", "config.get('a')", 'ref()'],
      ...["config(a='b') ~ 'c'", "builtins.ref('a')", "ref('a', version=x)"],
    ]
    expect(others.map(plainCall)).toEqual(others.map(() => null))
  })
})

describe('rendering', () => {
  it('puts relations where they are named', () => {
    expect(compiled("{{ config(materialized='table') }}\n\nselect * from {{ ref('a') }} {# x #} t\n")).toBe(
      '\n\nselect * from "a"  t',
    )
    expect(compiled("select 1 {{- source('s', 't') -}}  x")).toBe('select 1"s"."t"x')
    expect(compiled('select * from {{ this }}')).toBe('select * from "me"')
    expect(compiled('{% raw %}{{ a }}{% endraw %}')).toBe('{{ a }}')
  })

  it('keeps line endings only where dbt does', () => {
    expect(compiled('\r\na\r\nb\r\n')).toBe('a\r\nb')
    expect(compiled("a\r\n{{ ref('x') }}\rb\r\n")).toBe('a\n"x"\nb')
  })

  it('answers nothing where it is not sure', () => {
    for (const raw of ['{% if x %}{% endif %}', "{{ var('a') }}", "{{ source('s', 'unknown') }}", '{{ ref('])
      expect(compiled(raw)).toBeNull()
  })

  it('leads every literal character back to itself', () => {
    const bit = fc.constantFrom(
      ...["{{ ref('a') }}", "{{- source('s', 't') }}", '{{ this -}}', "{{ config(a='}}') }}", '{#- c -#}'],
      ...['{% raw -%} {{ x }} {% endraw %}', 'select', ' ', '\n', '\r\n', '\r', 'é', '🙂', 't.a', '-- x'],
    )
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 25 }), (bits) => {
        const raw = bits.join('')
        const made = render(raw, relations)
        expect(made).not.toBeNull()
        if (!made) return
        let reached = 0
        for (const { start, end, ...segment } of made.map) {
          expect(start).toBe(reached)
          reached = end
          if (segment.kind === 'literal') {
            expect(raw.slice(segment.raw, segment.raw + end - start)).toBe(made.compiled.slice(start, end))
            expect(toRaw(made.map, start, end)).toEqual({
              start: segment.raw,
              end: segment.raw + end - start,
              verbatim: true,
            })
          }
        }
        expect(reached).toBe(made.compiled.length)
      }),
    )
  })
})
