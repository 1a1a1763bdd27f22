import { expect, it } from 'vitest'
import type { FileChange } from '../../changes/types.ts'
import { differing } from './approve.ts'

const edit = (path: string, after: string): FileChange => ({ kind: 'edit', path, before: 'x', after })

it('names the files that the same request would change in another way now', () => {
  const then = { changes: [edit('a.sql', '1'), edit('b.sql', '1'), edit('c.sql', '1')] }
  const now = { changes: [edit('a.sql', '1'), edit('b.sql', '2'), edit('d.sql', '1')] }
  expect(differing(then, now)).toEqual(['b.sql', 'c.sql', 'd.sql'])
  expect(differing(then, then)).toEqual([])
})
