/** A copy in which a load script is tried: what it reads is there, and nothing leads out of it that could be written. */
import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { copyRoot } from './copy-root.ts'

function folder(files: Record<string, string | Buffer>): string {
  const root = mkdtempSync(join(tmpdir(), 'copy-root-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const kindOf = (path: string) => {
  const state = lstatSync(path, { throwIfNoEntry: false })
  return state?.isSymbolicLink() ? 'link' : state?.isFile() ? 'file' : state ? 'folder' : 'nothing'
}

it('files are copied, secrets stay where they are, and what no script reads is left out', async () => {
  const root = folder({
    'ingest/load.py': '',
    '.dlt/secrets.toml': '',
    '.dlt/config.toml': '',
    '.env': '',
    '.git/HEAD': '',
    'dbt/target/manifest.json': '',
    'data/target/rows.csv': '',
    'shop.duckdb.wal': '',
  })
  const to = join(folder({}), 'copy')
  await copyRoot({ root, dbtDir: join(root, 'dbt') }, to)
  expect(
    ['ingest/load.py', '.dlt/config.toml', 'data/target/rows.csv', '.dlt/secrets.toml', '.env'].map((p) =>
      kindOf(join(to, p)),
    ),
  ).toEqual(['file', 'file', 'file', 'link', 'link'])
  expect(['.git', 'dbt/target', 'shop.duckdb.wal'].map((p) => kindOf(join(to, p)))).toEqual([
    'nothing',
    'nothing',
    'nothing',
  ])
})

it('a database of DuckDB is told by what it begins with, whatever it is called, and not copied here', async () => {
  const duck = Buffer.concat([Buffer.alloc(8), Buffer.from('DUCK'), Buffer.alloc(50)])
  const root = folder({ 'a.db': duck, 'b.duckdb': 'no database', 'sub/warehouse': duck })
  const to = join(folder({}), 'copy')
  const copy = await copyRoot({ root, dbtDir: root }, to)
  expect(copy?.databases.toSorted()).toEqual(['a.db', 'sub/warehouse'])
  expect([kindOf(join(to, 'a.db')), kindOf(join(to, 'b.duckdb'))]).toEqual(['nothing', 'file'])
})

it('what a link leads to is copied: a write in the copy goes nowhere else; a ring of links ends', async () => {
  const elsewhere = folder({ 'rows.csv': 'a' })
  const root = folder({ 'load.py': '' })
  symlinkSync(join(elsewhere, 'rows.csv'), join(root, 'rows.csv'))
  symlinkSync(root, join(root, 'again'))
  symlinkSync(join(root, 'nowhere'), join(root, 'broken'))
  const to = join(folder({}), 'copy')
  await copyRoot({ root, dbtDir: root }, to)
  expect(['rows.csv', 'again', 'broken'].map((p) => kindOf(join(to, p)))).toEqual([
    'file',
    'nothing',
    'nothing',
  ])
})
