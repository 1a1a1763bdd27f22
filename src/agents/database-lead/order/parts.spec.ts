import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CUT, cutFrom } from '../operations/cut.ts'
import type { Parts } from './change.ts'
import { isSayable, ruleIn, ruleText } from './parts.ts'

const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter(isSayable)
const rule: fc.Arbitrary<Omit<Parts, 'table'>> = fc.record({
  whole: name,
  parts: fc.tuple(name, name),
  at: fc.constantFrom('first' as const, 'last' as const),
  separator: name,
  between: name,
  alone: fc.constantFrom('first' as const, 'second' as const),
  stands: fc.constantFrom('whole' as const, 'parts' as const),
})

describe('DBL-3: how a column was parted', () => {
  it('is read again from the trigger, whatever the names and the separator are', () => {
    fc.assert(
      fc.property(rule, (given) => {
        const text = ruleText({ ...given, table: { schema: '', name: 't' } })
        expect(ruleIn(`BEGIN\n  DECLARE rule text := '${text}';\nEND`)).toEqual(given)
      }),
    )
  })

  it('is not read from another trigger', () => {
    expect(ruleIn('BEGIN NEW."a" := NEW."b"; END')).toBeNull()
  })

  it('is not written with what would end the text that holds it', () => {
    expect(["'", '"', '`', '\\', '\n', ''].filter(isSayable)).toEqual([])
  })
})

describe('DBL-2: where a text is parted', () => {
  it.each([
    ['the first space', ' ', 'first'],
    ['spaces', ' ', null],
    ['the last comma', ',', 'last'],
    ['a dash', '-', null],
    ['slashes', '/', null],
    ["', '", ', ', null],
    ['";"', ';', null],
    ['-', '-', null],
  ])('%s', (said, separator, at) => {
    expect(new RegExp(`^${CUT}$`, 'i').test(said)).toBe(true)
    expect(cutFrom(said)).toEqual({ separator, at })
  })

  it('is asked where it was not said', () => {
    expect(cutFrom(undefined)).toEqual({ separator: null, at: null })
  })
})
