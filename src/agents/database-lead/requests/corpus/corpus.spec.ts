import { describe, expect, it } from 'vitest'
import { readRequest } from '../../operations/index.ts'
import { isGrounded, schemaWith } from '../grounded/known.ts'
import { sentenceFor } from '../grounded/say.ts'
import { ASIDE } from './aside.ts'
import { CLINIC } from './clinic.ts'
import { isAsMeant, readAs } from './compare.ts'
import type { Said } from './expected.ts'
import { FLEET } from './fleet.ts'
import { FRESH } from './fresh.ts'
import { LATER } from './later.ts'
import { MORE } from './more.ts'
import { NOT_MEANT } from './not-meant.ts'
import { PARTS } from './parts.ts'
import { REFUSED } from './refused.ts'
import { SCHEMAS } from './schemas.ts'
import { SHIPYARD } from './shipyard.ts'
import { THEATRE } from './theatre.ts'
import { TICKETS } from './tickets.ts'
import { TICKETS_ASIDE } from './tickets-aside.ts'
import { TICKETS_ELSEWHERE } from './tickets-elsewhere.ts'
import { TICKETS_LATER } from './tickets-later.ts'
import { NEAR_MISSES, TICKETS_MORE } from './tickets-more.ts'
import { TUNED } from './tuned.ts'

const ALL: Said[] = [
  ...TUNED,
  ...MORE,
  ...ASIDE,
  ...LATER,
  ...REFUSED,
  ...THEATRE,
  ...FLEET,
  ...CLINIC,
  ...SHIPYARD,
  ...FRESH,
  ...TICKETS,
  ...TICKETS_MORE,
  ...TICKETS_LATER,
  ...TICKETS_ELSEWHERE,
  ...TICKETS_ASIDE,
  ...NEAR_MISSES,
  ...NOT_MEANT,
  ...PARTS,
]
const named = (all: Said[]) => all.map((said) => [said[1], said] as const)

const LIMITS = [
  ' but only for rows from Spain',
  ' unless it is a Sunday',
  ', except for the old ones',
  ' if possible',
  ' tomorrow',
  ' temporarily',
  ', but not in production',
  ' for VIP customers only',
  ', and delete the duplicates',
  ' and encrypt it',
  '. Then send me the list.',
  '. Nobody may change it afterwards.',
]
/** What stands at its end then is told, and limits nothing that is asked. */
const ENDS_IN_A_REASON =
  /,[^,]*\b(?:nobody|we|they|because|team|that's|have been|was)\b[^,]*$|[.;]\s+(?:it's|nobody|legal|there)\b[^.;]*\.?$/i

/** Read, and all that it names is there. */
function isDone(schema: Said[0], sentence: string): boolean {
  if (readAs([schema, sentence, 'asks']) === 'asks') return false
  const read = readRequest(sentence, SCHEMAS[schema])
  const asks = read.op === 'several' ? read.asks : [read]
  return asks.every((a, i) => isGrounded(a, schemaWith(SCHEMAS[schema], asks.slice(0, i))))
}

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

  // A sentence with a limit, a delay or another wish at its end is none of what it is without: three ends for each.
  it.each(named(ALL.filter((s, i) => s[2] !== 'asks' && !ENDS_IN_A_REASON.test(s[1]) && i % 2 === 0)))(
    'is not done where more was said: %s',
    (_, [schema, said]) => {
      const ends = LIMITS.filter((_, i) => (i + said.length) % 4 === 0)
      for (const end of ends) {
        const longer = `${said.replace(/[.!?\s]+$/, '')}${end}`
        expect(isDone(schema, longer), longer).toBe(false)
      }
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
