import { expect, it } from 'vitest'
import type { Proven } from './heal.ts'
import type { Seen } from './try.ts'
import type { Failure } from './types.ts'
import { byWorth, isClear, isContradicted, isForPerson, isTie } from './worth.ts'

const proven = (score: number, print: string, more: Partial<Proven['candidate']> = {}): Proven => ({
  candidate: { title: '', because: [], score, changes: { title: '', changes: [], hash: '' }, ...more },
  seen: {
    data: [{ node: 'model.p.a', text: 'a: 1 rows stand, 2 would', lost: 0, print }],
  } as unknown as Seen,
  next: [],
})

it('two that are near are a tie where they lead to other rows, and none where they lead to the same', () => {
  expect(isTie(proven(60, 'x'), proven(58, 'y'))).toBe(true)
  expect(isTie(proven(60, 'x'), proven(58, 'x'))).toBe(false)
  expect(isTie(proven(80, 'x'), proven(58, 'y'))).toBe(false)
})

it('what leaves the rows what they are goes first, but taking back what somebody wrote is no such thing', () => {
  const [stands, other] = [proven(58, 'as it stands'), proven(62, 'y')]
  expect([other, stands].sort(byWorth)[0]).toBe(stands)
  expect(isTie(stands, other)).toBe(false)
  const back = proven(58, 'as it stands', { takesBack: true })
  expect([back, other].sort(byWorth)[0]).toBe(other)
  expect(isTie(other, back)).toBe(true)
})

it('what asks for a person goes last', () => {
  const asks = proven(90, 'x', { asks: 'Which rows count is for you to say.' })
  expect([asks, proven(40, 'y')].sort(byWorth)[1]).toBe(asks)
})

it('what leaves a table without rows goes last, and is no tie for what keeps them', () => {
  const empty = proven(90, 'x')
  empty.seen.data = [{ node: 'model.p.a', text: 'a: 40 rows stand, 0 would', lost: 0, print: 'x' }]
  const back = proven(50, 'as it stands', { takesBack: true })
  expect([empty, back].sort(byWorth)[0]).toBe(back)
  expect(isTie(back, empty)).toBe(false)
  expect(isForPerson(empty)).toBe(true)
  empty.seen.data = [{ node: 'model.p.a', text: 'a: 0 rows stand, 0 would', lost: 0, print: 'x' }]
  expect(isForPerson(empty)).toBe(false)
})

it('what makes other rows, where those that stand come back with what was there, is in doubt', () => {
  const of = (id: string) => ({ class: { id }, stage: 'build' }) as Failure
  const [other, back] = [proven(90, 'x'), proven(50, 'as it stands', { takesBack: true })]
  expect(isContradicted(other, back, of('D08'))).toBe(true)
  expect(isClear(other, back.candidate, of('D08'))).toBe(false)
  // Of a test that found rows the fix has to make other ones.
  expect(isContradicted(other, back, of('T01'))).toBe(false)
  expect(isClear(other, back.candidate, of('T01'))).toBe(true)
  // The data moved on, and nothing brings back what stands.
  expect(isContradicted(other, proven(50, 'y', { takesBack: true }), of('D08'))).toBe(false)
  const more = proven(90, 'x')
  more.seen.data = [
    { node: 'model.p.a', text: 'a: same rows as stand (1); new column b', lost: 0, print: 'x' },
  ]
  expect(isContradicted(more, back, of('D08'))).toBe(false)
  expect(isClear(more, back.candidate, of('D08'))).toBe(true)
})

it('what takes a column along that stands is worth less than what keeps it, which is tried too', () => {
  const gone = proven(85, 'x')
  gone.seen.data = [
    { node: 'model.p.a', text: 'a: same rows as stand (1); without column b', lost: 1, print: 'x' },
  ]
  const kept = proven(65, 'as it stands')
  expect(isClear(gone, kept.candidate, { class: { id: 'D01' }, stage: 'build' } as Failure)).toBe(false)
  expect([gone, kept].sort(byWorth)[0]).toBe(kept)
  expect(isTie(kept, gone)).toBe(false)
})
