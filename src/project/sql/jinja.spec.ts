import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JinjaSegment, renderedPieces, splitJinja } from './jinja.ts'

function segmentsOf(text: string): JinjaSegment[] {
  const segments = splitJinja(text)
  if ('unclosed' in segments) throw new Error(`unclosed ${segments.unclosed} at ${segments.start}`)
  return segments
}

const kinds = (text: string) => segmentsOf(text).map((s) => `${s.kind} ${text.slice(s.start, s.end)}`)

/** The text that Jinja would put out for files without tags that make any. */
function literalText(text: string): string {
  const pieces = renderedPieces(text)
  if ('unclosed' in pieces) return ''
  return pieces.map((p) => (p.kind === 'text' ? text.slice(p.start, p.end) : '')).join('')
}

describe('splitting a file at its Jinja', () => {
  it('finds expressions, statements and comments', () => {
    expect(kinds("a {{ ref('x') }} b {% if y %}{# note #}")).toEqual([
      'text a ',
      "expression {{ ref('x') }}",
      'text  b ',
      'statement {% if y %}',
      'comment {# note #}',
    ])
  })

  it('is not ended by brackets and delimiters within', () => {
    const hard = ["{{ '}}' }}", '{{ "a\\"}}" }}', "{{ {'a': {'b': 1}} }}", "{% set x = '%}' %}", "{# '}} #}"]
    for (const tag of hard) expect(kinds(`<${tag}>`)).toHaveLength(3)
  })

  it('takes a raw block as one, however it is spelled', () => {
    const [raw] = segmentsOf('{%- raw -%} {{ not }} {% jinja {%endraw%}')
    expect(raw).toMatchObject({ kind: 'raw', trimBefore: true, trimInner: { start: true, end: false } })
    expect(segmentsOf('{% raw_value %}')).toMatchObject([{ kind: 'statement' }])
  })

  it('says what is not closed, and where', () => {
    expect(splitJinja('a {{ b')).toEqual({ unclosed: 'expression', start: 2 })
    expect(splitJinja("{% if '%}")).toEqual({ unclosed: 'statement', start: 0 })
    expect(splitJinja('{# }}')).toEqual({ unclosed: 'comment', start: 0 })
    expect(splitJinja('{% raw %}{{ x }}')).toEqual({ unclosed: 'raw', start: 0 })
  })

  it('gives the file back, whatever stands in it', () => {
    const bit = fc.constantFrom(
      ...['{{', '}}', '{%', '%}', '{#', '#}', '{%- raw -%}', '{% endraw %}', "'", '"', '\\', '-', '+'],
      ...[
        '{',
        '}',
        '(',
        ')',
        '\r\n',
        '\n',
        ' ',
        'x',
        'é',
        '🙂',
        "{{ ref('a') }}",
        '{% if x -%}',
        '{#- c -#}',
      ],
    )
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 30 }), (bits) => {
        const text = bits.join('')
        const segments = splitJinja(text)
        if ('unclosed' in segments) {
          expect(text.slice(segments.start, segments.start + 2)).toMatch(/^\{[{%#]$/)
          return
        }
        expect(segments.map((s) => text.slice(s.start, s.end)).join('')).toBe(text)
      }),
    )
  })
})

describe('what is rendered of a file', () => {
  it('is stripped, and trimmed where a tag says so', () => {
    expect(literalText('\n\n select 1 \n\n')).toBe('select 1')
    expect(literalText('a \n{%- if x -%} \n b \n{% endif +%} \n c')).toBe('ab \n \n c')
    expect(literalText('a {#- gone -#} b')).toBe('ab')
    expect(literalText('a {% raw -%} {{ kept }} {%- endraw %} b')).toBe('a {{ kept }} b')
  })

  it('knows whitespace as Python does', () => {
    expect(literalText('\ufeffselect 1\u0085')).toBe('\ufeffselect 1')
  })
})
