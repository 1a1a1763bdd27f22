import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hunksBetween } from '../../../changes/diff.ts'
import { takenBack } from './revert.ts'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '  d: 1'), { maxLength: 8 })
const text = (of: string[]) => of.map((l) => `${l}\n`).join('')

it('DEBUG-3: pieces that are taken back, the last one first, are the text that was there', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const [old, now] = [text(before), text(after)]
      const back = hunksBetween(old, now, 0).toReversed()
      expect(back.reduce((all, hunk) => takenBack(all, hunk, 'f'), now)).toBe(old)
    }),
  )
})

it('DEBUG-3: lines that were taken out come back to their place', () => {
  const old = 'seeds: [a]\nvars:\n  day: 1\nmodels:\n  p: {}\n'
  const [hunk] = hunksBetween(old, 'seeds: [a]\nmodels:\n  p: {}\n', 0)
  expect(hunk && takenBack('seeds: [a]\nmodels:\n  p: {}\n', hunk, 'f')).toBe(old)
})
