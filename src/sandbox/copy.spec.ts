import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyProject, renewCopy, stampCopy, writeChanges } from './copy.ts'

let base: string
const put = (path: string, text = '') => {
  mkdirSync(dirname(join(base, path)), { recursive: true })
  writeFileSync(join(base, path), text)
}
const copy = () =>
  copyProject({ root: join(base, 'repo'), dbtDir: join(base, 'repo/transform/dbt') }, join(base, 'copy'))

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ms-copy-'))
  put('repo/transform/dbt/dbt_project.yml', 'name: x\ntarget-path: build/\n')
  put('repo/transform/dbt/models/a.sql', 'select 1\r\n')
  put('repo/data/x.csv', 'id\n')
})
afterEach(() => rmSync(base, { recursive: true }))

describe('the copy of a project', () => {
  it('holds what dbt reads; no secrets, no databases, nothing that tools made; paths out of it still lead there', async () => {
    for (const path of [
      '.env',
      'profiles.yml',
      'build/x',
      'target/y',
      'logs/z',
      '.git/h',
      'w.duckdb',
      'venv/v',
    ])
      put(`repo/transform/dbt/${path}`)
    const { dbtDir } = await copy()
    expect(readdirSync(dbtDir, { recursive: true }).sort()).toEqual([
      'dbt_project.yml',
      'models',
      'models/a.sql',
    ])
    expect(readFileSync(join(dbtDir, '../../data/x.csv'), 'utf8')).toBe('id\n')
  })

  it('follows links, so that an edit in the copy does not go through them; one that leads in a circle stays out', async () => {
    put('elsewhere/shared.sql', 'select 2')
    symlinkSync(join(base, 'elsewhere'), join(base, 'repo/transform/dbt/models/shared'))
    symlinkSync(join(base, 'repo/transform'), join(base, 'repo/transform/dbt/models/circle'))
    const { dbtDir } = await copy()
    writeFileSync(join(dbtDir, 'models/shared/shared.sql'), 'changed')
    expect(readFileSync(join(base, 'elsewhere/shared.sql'), 'utf8')).toBe('select 2')
    expect(readdirSync(join(dbtDir, 'models'))).not.toContain('circle')
  })

  it('takes a ChangeSet whose paths start at the root, and says what is no part of it', async () => {
    const place = await copy()
    const left = await writeChanges(place, {
      title: 't',
      hash: '',
      changes: [
        {
          kind: 'rename',
          path: 'transform/dbt/models/a.sql',
          to: 'transform/dbt/models/b/b.sql',
          before: 'select 1\r\n',
          after: 'select 2\r\n',
        },
        { kind: 'create', path: 'martsmith.yml', after: '' },
      ],
    })
    expect(left).toEqual(['martsmith.yml'])
    expect(readdirSync(join(place.dbtDir, 'models'), { recursive: true }).sort()).toEqual(['b', 'b/b.sql'])
    expect(readFileSync(join(place.dbtDir, 'models/b/b.sql'), 'utf8')).toBe('select 2\r\n')
    const stale = { kind: 'delete' as const, path: 'transform/dbt/dbt_project.yml', before: 'other' }
    await expect(writeChanges(place, { title: 't', hash: '', changes: [stale] })).rejects.toMatchObject({
      code: 'sandbox.stale',
    })
  })

  it('is made as the project again: what changed on either side, what came, what a build left', async () => {
    put('repo/transform/dbt/models/b.sql', 'select 2')
    put('repo/transform/dbt/models/gone.sql', 'select 3')
    const from = { root: join(base, 'repo'), dbtDir: join(base, 'repo/transform/dbt') }
    const to = await copy()
    const inCopy = (path: string, text: string) => writeFileSync(join(to.dbtDir, path), text)
    inCopy('models/ours.sql', 'added')
    const stamps = await stampCopy(from, to)
    const untouched = statSync(join(to.dbtDir, 'dbt_project.yml')).mtimeMs
    put('repo/transform/dbt/models/a.sql', 'select 9')
    rmSync(join(from.dbtDir, 'models/gone.sql'))
    put('repo/transform/dbt/models/new.sql', 'select 4')
    inCopy('models/b.sql', 'select 7')
    inCopy('left.parquet', 'rows')
    await renewCopy(from, to, stamps, (path) => path === 'models/ours.sql')
    const texts = ['a', 'b', 'new', 'ours'].map((m) =>
      readFileSync(join(to.dbtDir, `models/${m}.sql`), 'utf8'),
    )
    expect(texts).toEqual(['select 9', 'select 2', 'select 4', 'added'])
    expect(readdirSync(to.dbtDir, { recursive: true }).sort()).toEqual(
      ['dbt_project.yml', 'models', ...['a', 'b', 'new', 'ours'].map((m) => `models/${m}.sql`)].sort(),
    )
    expect(statSync(join(to.dbtDir, 'dbt_project.yml')).mtimeMs).toBe(untouched)
  })
})
