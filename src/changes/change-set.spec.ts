import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changeSetSchema, makeChangeSet, parseChangeSet } from './change-set.ts'
import { collectChanges } from './collect.ts'
import { assertWritable } from './paths.ts'
import { filesOf, makePlace, put } from './test-project.ts'
import type { FileChange } from './types.ts'

const create = (path: string): FileChange => ({ kind: 'create', path, after: 'x' })

describe('a ChangeSet', () => {
  it('is bound by its hash to kinds, paths and texts, not to its title', () => {
    const a = makeChangeSet('One', [create('models/a.sql')])
    expect(makeChangeSet('Two', [create('models/a.sql')]).hash).toBe(a.hash)
    expect(makeChangeSet('One', [create('models/b.sql')]).hash).not.toBe(a.hash)
    expect(parseChangeSet(JSON.parse(JSON.stringify(a)))).toEqual(a)
    const forged = { ...a, changes: [create('models/b.sql')] }
    expect(changeSetSchema.safeParse(forged).success).toBe(false)
  })

  it.each([
    ['/etc/passwd', 'not relative'],
    ['C:/x', 'not relative'],
    ['\\\\server\\x', 'not relative'],
    ['models/../../x', 'leads out'],
    ['models//x', 'leads out'],
    ['./x', 'leads out'],
    ['', 'empty'],
    ['models\\x.sql', 'backslash'],
    ['models/a\nb.sql', 'control character'],
    ['.git/hooks/pre-commit', '.git are never'],
    ['sub/.GIT/config', '.git are never'],
    ['.martsmith/db/x', '.martsmith are never'],
    ['web/node_modules/x', 'node_modules are never'],
    ['dbt_packages/dbt_utils/macros/x.sql', 'dbt_packages are never'],
  ])('refuses the path %j', (path, why) => {
    const thrown = errorOf(() => makeChangeSet('t', [create(path)]))
    expect(thrown.details.join().toLowerCase()).toContain(why.toLowerCase())
  })

  it.each<[string, FileChange[]]>([
    ['a path twice', [create('a.sql'), create('a.sql')]],
    ['names that differ in capitals only', [create('models/A.sql'), create('models/a.sql')]],
    ['names that differ in how an accent is written', [create('é.sql'), create('e\u0301.sql')]],
    [
      'a rename onto a file of the same changes',
      [create('b'), { kind: 'rename', path: 'a', to: 'B', before: '', after: '' }],
    ],
    ['a rename onto itself', [{ kind: 'rename', path: 'a', to: 'a', before: '', after: '' }]],
    ['a file below a file', [create('models/a'), create('models/a/b.sql')]],
  ])('refuses %s', (_, changes) => {
    expect(() => makeChangeSet('t', changes)).toThrow('cannot be written')
  })

  it('lets a rename change nothing but capitals', () => {
    const change: FileChange = { kind: 'rename', path: 'Stg.sql', to: 'stg.sql', before: '', after: '' }
    expect(makeChangeSet('t', [change]).changes).toEqual([change])
  })
})

describe('where a ChangeSet may write', () => {
  const refusal = async (place: ReturnType<typeof makePlace>, ...changes: FileChange[]) => {
    const error = await assertWritable(place, makeChangeSet('t', changes)).catch((e: unknown) => e)
    return (error as { details: string[] }).details.join('\n')
  }

  it('is not where packages are installed, whatever the folder is called', async () => {
    const place = makePlace({ 'dbt_project.yml': 'packages-install-path: vendored\n' })
    expect(await refusal(place, create('vendored/dbt_utils/macros/x.sql'))).toContain('packages')
  })

  it('is not through a link that leads out, into packages, or nowhere', async () => {
    const place = makePlace({ 'dbt_packages/p/models/x.sql': 'x' })
    symlinkSync(mkdtempSync(join(tmpdir(), 'outside-')), join(place.root, 'out'))
    symlinkSync('dbt_packages/p', join(place.root, 'in'))
    symlinkSync('gone', join(place.root, 'nowhere'))
    expect(await refusal(place, create('out/x.sql'))).toContain('leads out of the project')
    expect(await refusal(place, create('in/y.sql'))).toContain('packages')
    expect(await refusal(place, create('nowhere'))).toContain('leads nowhere')
  })

  it('is not one file by two names', async () => {
    const place = makePlace({ 'models/a.sql': 'a' })
    symlinkSync('models', join(place.root, 'm'))
    const edit = (path: string): FileChange => ({ kind: 'edit', path, before: 'a', after: 'b' })
    expect(await refusal(place, edit('models/a.sql'), edit('m/a.sql'))).toContain('same file as models/a.sql')
  })

  it('is not beside a name that differs in capitals only, unless that one leaves', async () => {
    const place = makePlace({ 'models/A.sql': 'a' })
    expect(await refusal(place, create('models/a.sql'))).toContain('models/A.sql is there')
    expect(await refusal(place, create('Models/b.sql'))).toContain('models is there')
    const rename: FileChange = {
      kind: 'rename',
      path: 'models/A.sql',
      to: 'models/a.sql',
      before: 'a',
      after: 'a',
    }
    await assertWritable(place, makeChangeSet('t', [rename]))
  })
})

describe('gathering changes', () => {
  it('takes the last text of each file, and leaves out what did not change', async () => {
    const place = makePlace({ 'a.sql': '\ufeffselect 1\r\n', 'b.sql': 'b', 'c.sql': 'c' })
    const edits = collectChanges(place)
    await edits.write('a.sql', (await edits.read('a.sql')).replace('1', '2'))
    await edits.write('a.sql', (await edits.read('a.sql')).replace('2', '3'))
    await edits.write('b.sql', 'other')
    await edits.write('b.sql', 'b')
    await edits.rename('c.sql', 'd/c.sql')
    await edits.write('d/c.sql', 'C')
    await edits.create('e.sql', 'e')
    await edits.rename('e.sql', 'f.sql')
    const { changes } = await edits.changeSet('t')
    expect(changes).toEqual([
      { kind: 'edit', path: 'a.sql', before: '\ufeffselect 1\r\n', after: '\ufeffselect 3\r\n' },
      { kind: 'rename', path: 'c.sql', to: 'd/c.sql', before: 'c', after: 'C' },
      { kind: 'create', path: 'f.sql', after: 'e' },
    ])
    expect(filesOf(place)).toMatchObject({ 'b.sql': 'b', 'c.sql': 'c' })
  })

  it('tells moves that end where they began, and files put where another one left', async () => {
    const place = makePlace({ a: 'a', b: 'b' })
    const back = collectChanges(place)
    await back.rename('a', 'x')
    await back.rename('x', 'a')
    expect((await back.changeSet('t')).changes).toEqual([])
    const swap = collectChanges(place)
    await swap.rename('a', 'x')
    await swap.rename('b', 'a')
    expect((await swap.changeSet('t')).changes).toEqual([
      { kind: 'edit', path: 'a', before: 'a', after: 'b' },
      { kind: 'create', path: 'x', after: 'a' },
      { kind: 'delete', path: 'b', before: 'b' },
    ])
  })

  it('refuses what is no text, what is not there, and what is there already', async () => {
    const place = makePlace({ 'latin.sql': Buffer.from('a\nb\xe9', 'latin1'), 'nul.sql': 'a\n\0' })
    mkdirSync(join(place.root, 'folder'))
    const edits = collectChanges(place)
    await expect(edits.read('latin.sql')).rejects.toThrow(
      'latin.sql:2: this file cannot be edited: it is not UTF-8',
    )
    await expect(edits.read('nul.sql')).rejects.toThrow(
      'nul.sql:2: this file cannot be edited: it holds binary',
    )
    await expect(edits.read('none.sql')).rejects.toThrow('no file none.sql')
    await expect(edits.create('dbt_project.yml', '')).rejects.toThrow('already')
    await expect(edits.create('folder', '')).rejects.toThrow('folder is a folder')
    put(place, 'dbt_packages/p/x.sql', 'x')
    await edits.write('dbt_packages/p/x.sql', 'y')
    await expect(edits.changeSet('t')).rejects.toMatchObject({ code: 'changes.invalid' })
  })
})

function errorOf(run: () => unknown): { details: string[] } {
  try {
    run()
  } catch (error) {
    return error as { details: string[] }
  }
  throw new Error('it was accepted')
}
