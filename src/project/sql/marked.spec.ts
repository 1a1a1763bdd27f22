import { describe, expect, it } from 'vitest'
import { strippedSpan } from './jinja.ts'
import { mark, unmark } from './marked.ts'
import { blockWord } from './statements.ts'

const marked = (raw: string) => {
  const made = mark(raw, strippedSpan(raw), 'nonce')
  if ('noMap' in made) throw new Error(made.noMap)
  return made
}
/** With the marks as brackets, so that they can be read. */
const shown = (raw: string) =>
  marked(raw)
    .code.replace('{##}', '')
    .replace(/\ue000nonce:(\d+)\ue001/g, '<$1|')
    .replaceAll('\ue000nonce/\ue001', '>')

describe('marking a file', () => {
  it('goes around text and expressions, with the whitespace trimmed that tags trim', () => {
    expect(shown('a {%- if x %} b {{ c }}{% endif -%} d')).toBe(
      '<0|a>{%  if x  %}<1| b ><2|{{  c  }}>{%  endif  %}<3|d>',
    )
  })

  it('stays out of what a macro could look at', () => {
    expect(shown('{% set x %}a{{ b }}{% endset %}{% call f() %}a{% endcall %}')).toBe(
      '{%  set x  %}a{{  b  }}{%  endset  %}<0|{%  call f()  %}a{%  endcall  %}>',
    )
  })

  it('keeps what must not be read as Jinja', () => {
    expect(shown('{% raw %}{{ a }}{% endraw %}')).toBe('<0|{% raw %}{{ a }}{% endraw %}>')
    expect(shown('{ {%- set x %}{% endset %}')).toContain('<0|{% raw %}{{% endraw %}>')
  })

  it('refuses what it does not know', () => {
    const refused = (raw: string) => mark(raw, strippedSpan(raw), 'nonce')
    expect(refused('{% materialization x %}')).toEqual({ noMap: '{% materialization %} is not known' })
    expect(refused('{% set x %}')).toEqual({ noMap: '{% set %} is not closed' })
    expect(refused('{{ x')).toEqual({ noMap: 'Jinja that is not closed: expression' })
  })
})

describe('taking the marks out', () => {
  const raw = 'a {{ b }} c'
  const made = marked(raw)
  const [open, close] = [(i: number) => `\ue000nonce:${i}\ue001`, '\ue000nonce/\ue001']
  const out = `${open(0)}a ${close}${open(1)}B${close}${open(2)} c${close}`

  it('makes the map', () => {
    expect(unmark(made, raw, out, 'a B c')).toEqual([
      { kind: 'literal', start: 0, end: 2, raw: 0 },
      { kind: 'jinja', start: 2, end: 3, raw: { start: 2, end: 9 } },
      { kind: 'literal', start: 3, end: 5, raw: 9 },
    ])
  })

  it('makes none where something else is left, or text was changed', () => {
    expect(unmark(made, raw, out, 'a b c')).toMatchObject({ noMap: expect.any(String) })
    expect(unmark(made, raw, out.toUpperCase().replaceAll('NONCE', 'nonce'), 'A B C')).toMatchObject({
      noMap: expect.any(String),
    })
  })
})

describe('a set', () => {
  it('is a block where it assigns nothing by itself', () => {
    const assigning = [
      'set x = 1',
      "set x = 'a'",
      'set ns.x = a == b',
      'set a, b = f(c=1)',
      "set x = {'a=': 1}",
    ]
    const blocks = ['set x', 'set x | replace("=", "")', "set x | f(a='b')", 'set x | default(a == b)']
    expect(assigning.map(blockWord)).toEqual(assigning.map(() => '='))
    expect(blocks.map(blockWord)).toEqual(blocks.map(() => 'set'))
  })
})
