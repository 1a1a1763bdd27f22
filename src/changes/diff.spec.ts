import { describe, expect, it } from 'vitest'
import { makeChangeSet } from './change-set.ts'
import { diffSummary, diffText, furtherFiles } from './diff.ts'
import type { FileChange } from './types.ts'

const plain = (...changes: FileChange[]) => diffText(makeChangeSet('t', changes), { color: false })
const edit = (before: string, after: string): FileChange => ({ kind: 'edit', path: 'a.sql', before, after })

describe('the diff', () => {
  it('shows each kind of change under its own header', () => {
    const text = plain(
      { kind: 'create', path: 'new.sql', after: 'select 1\n' },
      edit('a\nb\n', 'a\nc\n'),
      { kind: 'rename', path: 'x.sql', to: 'y.sql', before: 'x\n', after: 'x\n' },
      { kind: 'delete', path: 'old.sql', before: 'gone\n' },
    )
    expect(text).toBe(
      [
        'new file new.sql\n--- /dev/null\n+++ b/new.sql\n@@ -0,0 +1 @@\n+select 1\n',
        '--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n',
        'rename from x.sql\nrename to y.sql\n',
        'deleted file old.sql\n--- a/old.sql\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n',
      ].join('\n'),
    )
  })

  it('says where the last line has no end', () => {
    expect(plain(edit('a', 'a\n'))).toContain('-a\n\\ No newline at end of file\n+a\n')
  })

  it('shows only the changed lines of a file with CRLF, and line endings only where they change', () => {
    const kept = plain(edit('a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n'))
    expect(kept).toContain('@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n')
    expect(plain(edit('a\r\nb\r\n', 'a\r\nb\n'))).toContain(' a\\r\n-b\\r\n+b\n')
  })

  it('writes control characters, marks of direction and byte order marks out', () => {
    const text = plain(edit('a\n', '\u001b[2J\u202etxt\u0007\n'))
    expect(text).toContain('+\\u001b[2J\\u202etxt\\u0007\n')
    expect(plain(edit('\ufeffa\nb\n', '\ufeffa\nc\n'))).toContain('\n a\n-b\n+c')
    expect(plain(edit('\ufeffa\n', 'a\n'))).toContain('-\\ufeffa\n+a\n')
  })

  it('colours lines where colour is wanted', () => {
    const text = diffText(makeChangeSet('t', [edit('a\n', 'b\n')]), { color: true })
    expect(text).toContain('\u001b[31m-a\u001b[39m\n\u001b[32m+b\u001b[39m')
  })

  it('does not take long for a file that is rewritten as a whole', () => {
    const text = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`).join('\n')
    const change = edit(text('old'), text('new'))
    expect(diffSummary({ changes: [change] })).toBe('1 file: a.sql (+20000 -20000)')
  })

  it('names a few files in one line, and has the others', () => {
    const changes = ['a', 'b', 'c', 'd', 'e'].map(
      (path): FileChange => ({ kind: 'create', path, after: 'x\n' }),
    )
    expect(diffSummary({ changes })).toBe('5 files: a (new, +1), b (new, +1), c (new, +1) and 2 more')
    expect(furtherFiles({ changes })).toEqual(['d (new, +1)', 'e (new, +1)'])
    expect(furtherFiles({ changes: changes.slice(1) })).toEqual([])
  })
})
