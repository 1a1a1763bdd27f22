import { describe, expect, it } from 'vitest'
import { readRequest } from '../../operations/index.ts'
import { sentenceFor } from '../grounded/say.ts'
import { ASIDE } from './aside.ts'
import { isAsMeant, readAs } from './compare.ts'
import type { Said } from './expected.ts'
import { LATER } from './later.ts'
import { MORE } from './more.ts'
import { REFUSED } from './refused.ts'
import { SCHEMAS } from './schemas.ts'
import { TUNED } from './tuned.ts'

const ALL: Said[] = [...TUNED, ...MORE, ...ASIDE, ...LATER, ...REFUSED]
const named = (all: Said[]) => all.map((said) => [said[1], said] as const)

describe('DBL-2: by the live schema', () => {
  it.each(named(ALL))('%s', (_, said) => {
    expect(isAsMeant(said), JSON.stringify(readAs(said))).toBe(true)
  })

  it.each(named(ALL.filter((s) => s[2] !== 'asks')))(
    'is offered in words that are read: %s',
    (_, [schema, said]) => {
      const read = readRequest(said, SCHEMAS[schema])
      for (const ask of read.op === 'several' ? read.asks : [read])
        expect(readRequest(sentenceFor(ask), SCHEMAS[schema])).toMatchObject(ask)
    },
  )

  it.each([
    ['Drop the colour from invoice lines', { op: 'drop-column', table: 'invoice lines', column: 'colour' }],
    ['Drop the total from invoces', { op: 'drop-column', table: 'invoces' }],
  ])('a slip of the hand is handed on, to be told with the nearest names: %s', (said, expected) => {
    expect(readRequest(said, SCHEMAS.chinook)).toMatchObject(expected)
  })

  it('several meanings are shown, each in words that are read', () => {
    expect(() => readRequest('make unit price unique', SCHEMAS.chinook)).toThrow(
      expect.objectContaining({
        code: 'database.which',
        exitCode: 3,
        details: ['Make unit_price of track unique', 'Make unit_price of invoice_line unique'],
      }),
    )
  })
})
