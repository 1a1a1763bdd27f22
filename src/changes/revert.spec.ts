import { chmodSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyChanges } from './apply.ts'
import { makeChangeSet } from './change-set.ts'
import type { Place } from './paths.ts'
import { planRevert } from './revert.ts'
import { readRecord } from './store.ts'
import { filesOf, makePlace, put } from './test-project.ts'
import type { FileChange } from './types.ts'

const lines = (...changed: [number, string][]) =>
  Array.from({ length: 30 }, (_, i) => changed.find(([n]) => n === i + 1)?.[1] ?? `line ${i + 1}`).join('\n')

let seconds = 0
const at = () => new Date(Date.UTC(2026, 2, 1, 10, 0, seconds++))

async function write(place: Place, run: string, ...changes: FileChange[]): Promise<void> {
  await applyChanges(place, makeChangeSet(`Change ${run}`, changes), { run, now: at() })
}

async function revert(place: Place, id: string, run = `revert-${id}`): Promise<void> {
  const record = await readRecord(place, id)
  const set = await planRevert(place, record)
  await applyChanges(place, set, { run, now: at(), reverts: id, modes: record.modes })
}

const edit = (before: string, after: string, path = 'a.sql'): FileChange => ({
  kind: 'edit',
  path,
  before,
  after,
})

describe('taking a change back', () => {
  it('gives all files as they were, their modes too; and can be taken back itself', async () => {
    const place = makePlace({ 'a.sql': 'a', 'old/b.sql': 'b', 'c.sh': 'c' })
    chmodSync(join(place.root, 'c.sh'), 0o755)
    const before = filesOf(place)
    await write(
      place,
      'x',
      edit('a', 'A'),
      { kind: 'rename', path: 'old/b.sql', to: 'new/b.sql', before: 'b', after: 'B' },
      { kind: 'delete', path: 'c.sh', before: 'c' },
      { kind: 'create', path: 'd/d.sql', after: 'd' },
    )
    const after = filesOf(place)
    await revert(place, 'x', 'r1')
    expect(filesOf(place)).toEqual(before)
    expect(statSync(join(place.root, 'c.sh')).mode & 0o777).toBe(0o755)
    await expect(revert(place, 'x')).rejects.toThrow('x is taken back already: r1 has done it')
    await revert(place, 'r1', 'r2')
    expect(filesOf(place)).toEqual(after)
    await revert(place, 'x', 'r3')
    expect(filesOf(place)).toEqual(before)
  })

  it('leaves later edits elsewhere in the file, with CRLF and without an end of line', async () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n')
    const place = makePlace({ 'a.sql': crlf(lines()) })
    await write(place, 'x', edit(crlf(lines()), crlf(lines([20, 'X']))))
    put(place, 'a.sql', crlf(`first\n${lines([3, 'mine'], [20, 'X'])}`))
    await revert(place, 'x')
    expect(filesOf(place)['a.sql']).toBe(crlf(`first\n${lines([3, 'mine'])}`))
  })

  it.each<[string, string, string]>([
    ['the same line was edited', lines([20, 'Y']), 'a.sql: edited since, at line 20'],
    ['its neighbour was edited', lines([20, 'X'], [22, 'Y']), 'a.sql: edited since, at line 22'],
    [
      'the place is there twice',
      `${lines([20, 'X'])}\n${lines([20, 'X'])}`,
      'a.sql: the lines from 17 on are there more than once since',
    ],
  ])('refuses where %s', async (_, now, why) => {
    const place = makePlace({ 'a.sql': lines(), 'b.sql': 'b' })
    await write(place, 'x', edit(lines(), lines([20, 'X'])), edit('b', 'B', 'b.sql'))
    put(place, 'a.sql', now)
    await expect(revert(place, 'x')).rejects.toMatchObject({ code: 'changes.in-the-way', details: [why] })
    expect(filesOf(place)).toMatchObject({ 'a.sql': now, 'b.sql': 'B' })
  })

  it('names the later run that is in the way, until that one is taken back', async () => {
    const place = makePlace({ 'a.sql': 'a' })
    await write(place, 'x', edit('a', 'b'))
    await write(place, 'y', edit('b', 'c'))
    await expect(revert(place, 'x')).rejects.toMatchObject({
      details: ['a.sql: edited since, at line 1 (later: y "Change y")'],
    })
    await revert(place, 'y')
    await revert(place, 'x')
    expect(filesOf(place)['a.sql']).toBe('a')
  })

  it('refuses where a file was made, removed or edited in its place', async () => {
    const place = makePlace({ gone: 'g', from: 'f', kept: 'k' })
    await write(
      place,
      'x',
      { kind: 'delete', path: 'gone', before: 'g' },
      { kind: 'rename', path: 'from', to: 'to', before: 'f', after: 'f' },
      { kind: 'create', path: 'new', after: 'n' },
      edit('k', 'K', 'kept'),
    )
    put(place, 'gone', 'other')
    put(place, 'from', 'other')
    put(place, 'new', 'n\nmore')
    rmSync(join(place.root, 'kept'))
    await expect(revert(place, 'x')).rejects.toMatchObject({
      details: [
        'kept: it was deleted or moved since',
        'new: edited since, at line 1-2',
        'from: a file is there now',
        'gone: a file is there now',
      ],
    })
  })

  it('leaves out what was taken back by hand', async () => {
    const place = makePlace({ a: 'a', b: 'b' })
    await write(place, 'x', edit('a', 'A', 'a'), edit('b', 'B', 'b'))
    put(place, 'a', 'a')
    expect((await planRevert(place, await readRecord(place, 'x'))).changes).toEqual([edit('B', 'b', 'b')])
    put(place, 'b', 'b')
    await expect(revert(place, 'x')).rejects.toThrow('the files are as they were before it')
  })

  it('knows the names that are near', async () => {
    const place = makePlace({ a: 'a' })
    await write(place, 'ref-7f3a', edit('a', 'A', 'a'))
    await expect(readRecord(place, 'ref-7f3b')).rejects.toThrow('did you mean ref-7f3a?')
    await expect(readRecord(place, '../x')).rejects.toMatchObject({ code: 'changes.unknown' })
  })
})
