import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { withEncoding } from './encoding.ts'
import { unreadable } from './failures.ts'

it('names the file and the line of the first byte that is no UTF-8', async () => {
  const root = mkdtempSync(join(tmpdir(), 'encoding-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  writeFileSync(join(root, 'a.csv'), 'größe\n1\n')
  writeFileSync(join(root, 'b.csv'), Buffer.from('id\ngröße\n', 'latin1'))
  const own = ['a.csv', 'b.csv']
  const said = "'utf-8' codec can't decode byte 0xf6 in position 5: invalid start byte"
  const failure = unreadable(said, { place: { root, dbtDir: root }, files: { own } })
  expect(await withEncoding(failure, root, own)).toMatchObject({ file: 'b.csv', line: 2 })
  expect(await withEncoding(failure, root, ['a.csv'])).toEqual(failure)
})
