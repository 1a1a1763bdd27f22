import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hunksBetween } from '../../../changes/diff.ts'
import { isInConflict, mergeConflict } from './merge-conflict.ts'
import { takenBack } from './revert.ts'
import { found } from './test-found.ts'

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

it('DEBUG-3: both sides of a merge that was left half way are proposed, and asked for', async () => {
  const sql =
    'select a\n<<<<<<< HEAD\nfrom x\n||||||| base\nfrom w\n=======\nfrom y\n>>>>>>> feature\nwhere a > 1\n'
  const all = await found(mergeConflict, 'Parser Error: syntax error at or near "<<<<<<<"', {
    'models/a.sql': sql,
  })
  const after = all.map((c) => c.changes.changes[0]).map((c) => (c?.kind === 'edit' ? c.after : null))
  expect(after).toEqual(['select a\nfrom x\nwhere a > 1\n', 'select a\nfrom y\nwhere a > 1\n'])
  expect(all.every((c) => c.asks !== undefined)).toBe(true)
  expect(isInConflict(sql)).toBe(true)
  expect(isInConflict('select 1 -- =======\n')).toBe(false)
})
