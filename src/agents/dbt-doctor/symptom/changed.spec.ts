/** Steps whose line was changed last are told first. */
import { expect, it } from 'vitest'
import type { GitHistory } from '../../../adapters/git/history.ts'
import { areUsual, withChanges } from './changed.ts'
import type { Suspect } from './drops.ts'

const suspect = (file: string, line: number, weight: number): Suspect => ({
  weight,
  culprit: { born: 'filter', node: 'm', file, line, sentence: '', evidence: [], spot: null },
})

const text = 'select a\nfrom t\nwhere b\n  and c\n'
const git: GitHistory = {
  ...{ dirty: async () => [], touched: async () => [], latest: async () => null },
  ...{ renames: async () => [], deleted: async () => [] },
  committed: async () => text,
  log: async (path) => (path === 'm.sql' ? [{ hash: 'abc', at: '2026-01-01', subject: 'Less' }] : []),
  before: async () => text.replace('  and c\n', ''),
}

it('what came with the last change of its file is told first, and is not usual', async () => {
  const found = await withChanges([suspect('m.sql', 3, 40), suspect('m.sql', 4, 40)], git, async () => text)
  expect(found.map((s) => s.culprit.line)).toEqual([4, 3])
  expect(found[0]?.culprit.evidence).toEqual(['That line came with the last change of m.sql: abc (Less).'])
  expect(areUsual(found)).toBe(false)
})

it('nothing is said of what stood so, or without git', async () => {
  const old = [suspect('other.sql', 4, 40), suspect('m.sql', 3, 30)]
  expect(await withChanges(old, git, async () => text)).toEqual(old)
  expect(await withChanges(old, null, async () => text)).toEqual(old)
  expect(areUsual(old)).toBe(true)
})
