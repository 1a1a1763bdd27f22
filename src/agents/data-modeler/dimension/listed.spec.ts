import { describe, expect, it } from 'vitest'
import { listedIn } from './listed.ts'

const NUMBERS = ['1', '2', '3']
const CASES: [string, string[], Record<string, string>][] = [
  [
    'How it was paid: 1= Credit card, 2= Cash, 3= No charge, 4= Dispute.',
    NUMBERS,
    { 1: 'Credit card', 2: 'Cash', 3: 'No charge', 4: 'Dispute' },
  ],
  ['1 = Credit card\n2 = Cash\n3 = No charge', NUMBERS, { 1: 'Credit card', 2: 'Cash', 3: 'No charge' }],
  [
    'Kinds: (1) standard, (2) express and (3) over night',
    NUMBERS,
    { 1: 'standard', 2: 'express', 3: 'over night' },
  ],
  [
    '- 1: low\n- 2: middle, or so\n- 3: high\n\nSet by the desk.',
    NUMBERS,
    { 1: 'low', 2: 'middle, or so', 3: 'high' },
  ],
  [
    'Who reads it. `A` -> active; `I` -> inactive; `B` -> blocked. Set by the desk.',
    ['A', 'I'],
    { A: 'active', I: 'inactive' },
  ],
  ["CRD: 'paid by card' | CSH: 'paid in cash'", ['CRD', 'CSH'], { CRD: 'paid by card', CSH: 'paid in cash' }],
  [
    'Where it stands.\n\n| status | what it says |\n|---|---|\n| placed | Placed, and not sent |\n| shipped | On its way |\n| lost | "Gone", it is said |\n',
    ['placed', 'shipped'],
    { placed: 'Placed, and not sent', shipped: 'On its way', lost: '"Gone", it is said' },
  ],
  ['F - first class, S - second class', ['F', 'S'], { F: 'first class', S: 'second class' }],
]

const NONE: [string, string[]][] = [
  ['How it was paid.', NUMBERS],
  ['One of 1, 2 and 3.', NUMBERS],
  ['1 = Credit card', NUMBERS],
  ['The state: A, B or C. See also: the desk.', ['A', 'B', 'C']],
  ['Version 1.2 of the list, from 3.4.2020', NUMBERS],
  ['', NUMBERS],
]

describe('codes that a description lists', () => {
  it.each(CASES)('%s', (text, values, labels) => {
    expect(Object.fromEntries(listedIn(text, values).map((l) => [l.code, l.label]))).toEqual(labels)
  })
  it.each(NONE)('none in: %s', (text, values) => {
    expect(listedIn(text, values)).toEqual([])
  })
})
