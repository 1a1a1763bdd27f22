import { describe, expect, it } from 'vitest'
import { mapBuilder, type SourceMap, toCompiled, toRaw } from './source-map.ts'

/** A map of named parts: `~x~` is made by the tag `{x}`; everything else stands as it is. */
const raw = 'select a, {b} as b from {t} where {%if%}x{%end%} = 1'
const span = (part: string) => ({ start: raw.indexOf(part), end: raw.indexOf(part) + part.length })

function built(...parts: ([text: string, tag: string] | string)[]): { compiled: string; map: SourceMap } {
  const builder = mapBuilder(raw)
  for (const part of parts) {
    if (typeof part === 'string') builder.text(span(part))
    else builder.jinja(part[0], part[1] === '' ? null : span(part[1]))
  }
  return builder.done()
}

const { compiled, map } = built('select a, ', ['1 + 2', '{b}'], ' as b from ', ['"s"."t"', '{t}'], ' where ')
const at = (part: string) => {
  const start = compiled.indexOf(part)
  return toRaw(map, start, start + part.length)
}

describe('from compiled to raw', () => {
  it('finds text where it stands', () => {
    expect(at('a, ')).toEqual({ ...span('a, '), verbatim: true })
    expect(at('as b')).toEqual({ ...span('as b'), verbatim: true })
  })

  it('names the tag that made a piece, or a part of it', () => {
    expect(at('1 + 2')).toEqual({ jinja: span('{b}') })
    expect(at('"t"')).toEqual({ jinja: span('{t}') })
  })

  it('covers a tag that lies within, and says that it does', () => {
    expect(at('a, 1 + 2 as b')).toEqual({ ...span('a, {b} as b'), verbatim: false })
    expect(at('1 + 2 as b')).toEqual({ ...span('{b} as b'), verbatim: false })
  })

  it('does not know the place of half a tag with something else', () => {
    expect(at('2 as b')).toBeNull()
    expect(toRaw(map, compiled.length - 1, compiled.length + 5)).toBeNull()
  })

  it('does not go back and forth', () => {
    const loop = built('x', ['; ', ''], 'x')
    expect(toRaw(loop.map, 0, 1)).toEqual({ ...span('x'), verbatim: true })
    expect(toRaw(loop.map, 0, 4)).toBeNull()
    expect(toRaw(loop.map, 1, 2)).toBeNull()
  })

  it('keeps line endings of Windows apart', () => {
    const text = 'a\r\nb'
    const builder = mapBuilder(text)
    builder.text({ start: 0, end: text.length })
    const made = builder.done()
    expect(made.compiled).toBe('a\nb')
    expect(toRaw(made.map, 0, 3)).toEqual({ start: 0, end: 4, verbatim: true })
    expect(toRaw(made.map, 2, 3)).toEqual({ start: 3, end: 4, verbatim: true })
    expect(toCompiled(made.map, 3, 4)).toEqual([{ start: 2, end: 3 }])
  })
})

describe('from raw to compiled', () => {
  it('finds text, tags and what holds both', () => {
    expect(toCompiled(map, span('as b').start, span('as b').end)).toEqual([{ start: 16, end: 20 }])
    expect(toCompiled(map, span('{b}').start, span('{b}').end)).toEqual([{ start: 10, end: 15 }])
    expect(toCompiled(map, span('a, {b} as').start, span('a, {b} as').end)).toEqual([{ start: 7, end: 18 }])
  })

  it('finds all rounds of a loop, and nothing of a branch that was not taken', () => {
    const loop = built('x', ['; ', ''], 'x')
    const { start, end } = span('x')
    expect(toCompiled(loop.map, start, end)).toEqual([
      { start: 0, end: 1 },
      { start: 3, end: 4 },
    ])
    expect(toCompiled(map, start, end)).toEqual([])
  })
})
