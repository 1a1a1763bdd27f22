import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyChanges } from './apply.ts'
import { makeChangeSet } from './change-set.ts'
import type { Place } from './paths.ts'
import { recover } from './recover.ts'
import { listRecords } from './store.ts'
import { filesOf, makePlace, put } from './test-project.ts'
import type { ChangeSet } from './types.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const BEFORE = {
  'models/a.sql': 'select 1\r\n',
  'models/old/b.sql': 'b',
  'models/c.sql': 'c',
  'dbt_project.yml': 'name: shop\n',
}
const AFTER = {
  'models/a.sql': 'select 2\r\n',
  'models/new/b.sql': 'B',
  'models/d.sql': 'd',
  'dbt_project.yml': 'name: shop\n',
}
const changes = (): ChangeSet =>
  makeChangeSet('Mend all', [
    { kind: 'edit', path: 'models/a.sql', before: 'select 1\r\n', after: 'select 2\r\n' },
    { kind: 'rename', path: 'models/old/b.sql', to: 'models/new/b.sql', before: 'b', after: 'B' },
    { kind: 'delete', path: 'models/c.sql', before: 'c' },
    { kind: 'create', path: 'models/d.sql', after: 'd' },
  ])
const apply = (place: Place, set = changes(), run = 'ref-1') => applyChanges(place, set, { run, now: NOW })

describe('applying', () => {
  it('writes all of it, keeps modes, and removes folders that it emptied', async () => {
    const place = makePlace(BEFORE)
    chmodSync(join(place.root, 'models/a.sql'), 0o750)
    chmodSync(join(place.root, 'models/old/b.sql'), 0o700)
    const { record, already } = await apply(place)
    expect(filesOf(place)).toEqual(AFTER)
    expect(already).toBe(false)
    expect(record).toMatchObject({ id: 'ref-1', title: 'Mend all', state: 'applied', at: NOW.toISOString() })
    expect(statSync(join(place.root, 'models/a.sql')).mode & 0o777).toBe(0o750)
    expect(statSync(join(place.root, 'models/new/b.sql')).mode & 0o777).toBe(0o700)
    expect(existsSync(join(place.root, 'models/old'))).toBe(false)
  })

  it('keeps a folder that still holds something, and the folder of the project itself', async () => {
    const place = makePlace({ 'a/x.sql': 'x', 'a/.keep': '', 'only.sql': 'o' })
    await apply(
      place,
      makeChangeSet('t', [
        { kind: 'delete', path: 'a/x.sql', before: 'x' },
        { kind: 'delete', path: 'only.sql', before: 'o' },
      ]),
    )
    expect(filesOf(place)).toEqual({ 'a/.keep': '', 'dbt_project.yml': 'name: shop\n' })
  })

  it('edits the file behind a link, and leaves the link', async () => {
    const place = makePlace({ 'real.sql': 'a' })
    symlinkSync('real.sql', join(place.root, 'link.sql'))
    await apply(place, makeChangeSet('t', [{ kind: 'edit', path: 'link.sql', before: 'a', after: 'b' }]))
    expect(readFileSync(join(place.root, 'real.sql'), 'utf8')).toBe('b')
    expect(
      readdirSync(place.root, { withFileTypes: true })
        .find((e) => e.name === 'link.sql')
        ?.isSymbolicLink(),
    ).toBe(true)
  })

  it.each<[string, (place: Place) => void, string]>([
    ['an edited file differs', (p) => put(p, 'models/a.sql', 'select 1\n'), 'models/a.sql'],
    ['a file to delete differs', (p) => put(p, 'models/c.sql', 'cc'), 'models/c.sql'],
    ['the end of a rename is taken', (p) => put(p, 'models/new/b.sql', ''), 'models/new/b.sql'],
    ['a new file is there', (p) => put(p, 'models/d.sql', 'other'), 'models/d.sql'],
  ])('refuses as a whole where %s', async (_, disturb, path) => {
    const place = makePlace(BEFORE)
    disturb(place)
    const found = filesOf(place)
    await expect(apply(place)).rejects.toMatchObject({
      code: 'changes.stale',
      message: `${path} changed since this was planned; nothing was written.`,
    })
    expect(filesOf(place)).toEqual(found)
    expect(await listRecords(place)).toEqual([])
  })

  it('is recognised when a step runs again, also where the file was edited meanwhile', async () => {
    const place = makePlace(BEFORE)
    await apply(place)
    put(place, 'models/a.sql', 'mine')
    const again = await apply(place)
    expect(again.already).toBe(true)
    expect((await listRecords(place)).map((r) => r.id)).toEqual(['ref-1'])
    expect(filesOf(place)['models/a.sql']).toBe('mine')
  })

  it('numbers the further ChangeSets of one run', async () => {
    const place = makePlace()
    for (const path of ['a', 'b', 'c'])
      await apply(place, makeChangeSet(path, [{ kind: 'create', path, after: '' }]))
    expect((await listRecords(place)).map((r) => r.id)).toEqual(['ref-1-3', 'ref-1-2', 'ref-1'])
  })

  it('puts back what it wrote where a later file cannot be written', async () => {
    const place = makePlace({ a: 'a', 'models/x.sql': 'x' })
    const set = makeChangeSet('t', [
      { kind: 'edit', path: 'a', before: 'a', after: 'b' },
      { kind: 'create', path: 'models/x.sql/below', after: '' },
    ])
    await expect(apply(place, set)).rejects.toMatchObject({ code: 'changes.write-failed' })
    expect(filesOf(place)).toMatchObject({ a: 'a', 'models/x.sql': 'x' })
    expect(await listRecords(place)).toEqual([])
  })
})

describe('after a crash', () => {
  const points = ['journal', 'file-2', 'file-5', 'written']

  it.each(points)('at %s the next process finishes', async (point) => {
    const place = makePlace(BEFORE)
    killedAt(place, point)
    expect((await listRecords(place))[0]?.state).toBe('applying')
    expect(await recover(place)).toMatchObject([{ record: { id: 'ref-1', state: 'applied' }, left: [] }])
    expect(filesOf(place)).toEqual(AFTER)
    expect((await apply(place)).already).toBe(true)
    expect(await recover(place)).toEqual([])
  })

  it('puts back what was written where somebody edited one of the files since', async () => {
    const place = makePlace(BEFORE)
    killedAt(place, 'file-3')
    put(place, 'models/c.sql', 'mine')
    expect(await recover(place)).toMatchObject([{ record: { state: 'rolled-back' }, left: ['models/c.sql'] }])
    expect(filesOf(place)).toEqual({ ...BEFORE, 'models/c.sql': 'mine' })
  })

  it('does not touch what was recorded as written, whatever became of its files', async () => {
    const place = makePlace(BEFORE)
    await apply(place)
    const [record] = await listRecords(place)
    put(place, '.martsmith/changes/open/ref-1.json', JSON.stringify({ ...record, state: 'applying' }))
    put(place, 'models/a.sql', 'mine')
    expect(await recover(place)).toEqual([])
    expect(filesOf(place)).toEqual({ ...AFTER, 'models/a.sql': 'mine' })
  })

  it('removes the half of a file that was being written', async () => {
    const place = makePlace(BEFORE)
    killedAt(place, 'file-1')
    put(place, 'models/.d.sql.ref-1.tmp', 'half')
    await recover(place)
    expect(filesOf(place)).toEqual(AFTER)
  })
})

/** Really dies there: kill -9 of a process that applies. */
function killedAt(place: Place, point: string): void {
  const script = `
    const { applyChanges } = await import(${JSON.stringify(new URL('./apply.ts', import.meta.url).href)})
    const [place, set] = ${JSON.stringify([place, changes()])}
    await applyChanges(place, set, { run: 'ref-1', now: new Date(${NOW.getTime()}) })`
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, MARTSMITH_FAILPOINT: `changes:${point}` },
    encoding: 'utf8',
  })
  expect(signal, stderr).toBe('SIGKILL')
}
