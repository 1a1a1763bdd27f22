import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, lineAt, type TextEdit } from './edits.ts'

describe('edits of a text', () => {
  it('are made together, whatever their order', () => {
    const edits: TextEdit[] = [
      { start: 14, end: 14, text: ' t' },
      { start: 7, end: 8, text: 'b' },
      { start: 0, end: 0, text: '-- é\r\n' },
    ]
    expect(applyEdits('select a from ', edits, 'x.sql')).toBe('-- é\r\nselect b from  t')
  })

  it('are made once where the same is asked for twice, and in order at one place', () => {
    const twice = { start: 1, end: 2, text: 'x' }
    expect(applyEdits('abc', [twice, { ...twice }], 'x.sql')).toBe('axc')
    const [one, two] = ['1', '2'].map((text) => ({ start: 1, end: 1, text }))
    expect(applyEdits('ab', [one, two] as TextEdit[], 'x.sql')).toBe('a12b')
  })

  it('say where they get in each other’s way', () => {
    const edits = [
      { start: 4, end: 6, text: 'x' },
      { start: 5, end: 6, text: 'y' },
    ]
    expect(() => applyEdits('a\nb\ncd', edits, 'models/x.sql')).toThrow('models/x.sql:3: two different edits')
    expect(() => applyEdits('ab', [{ start: 1, end: 3, text: '' }], 'x.sql')).toThrow('x.sql:1')
  })

  it('leave all else as it is', () => {
    const chunks = fc.array(fc.record({ keep: fc.string(), cut: fc.string(), put: fc.string() }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(chunks, fc.string(), (parts, rest) => {
        let at = 0
        const edits = parts.map(({ keep, cut, put }) => {
          const start = at + keep.length
          at = start + cut.length
          return { start, end: at, text: put }
        })
        const text = parts.map(({ keep, cut }) => keep + cut).join('') + rest
        const wanted = parts.map(({ keep, put }) => keep + put).join('') + rest
        const same = edits.filter(
          (e, i) => edits.findIndex((o) => o.start === e.start && o.end === e.end) === i,
        )
        fc.pre(same.length === edits.length)
        expect(applyEdits(text, edits.reverse(), 'x.sql')).toBe(wanted)
      }),
    )
  })

  it('count lines from one', () => {
    expect([lineAt('a\r\nb', 0), lineAt('a\r\nb', 3)]).toEqual([1, 2])
  })
})
