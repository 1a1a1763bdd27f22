import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { assertNewBranch, commitOnBranch } from './branch.ts'

let top = ''
let root = ''
const git = (...args: string[]) => execFileSync('git', args, { cwd: top, encoding: 'utf8' }).trim()

/** A project in a folder of a repository, with one file committed. */
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'martsmith-branch-')))
  root = join(top, 'dbt')
  mkdirSync(root)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: top })
  git('config', 'user.email', 'a@example.com')
  git('config', 'user.name', 'A')
  writeFileSync(join(root, 'a.sql'), 'select 1\n')
  git('add', '.')
  git('commit', '-qm', 'first')
})
afterEach(() => rmSync(top, { recursive: true }))

const change = [
  { path: 'a.sql', before: 'select 1\n', after: 'select 2\n' },
  { path: 'marts/b c.sql', before: null, after: 'select 3\n' },
]

it('commits on a new branch, and leaves the working tree, the index and HEAD as they are', async () => {
  writeFileSync(join(root, 'mine.sql'), 'not committed')
  await assertNewBranch({ root, branch: 'add/dim' })
  const { commit, already } = await commitOnBranch({ root, branch: 'add/dim' }, change, 'Add dim')
  expect(already).toBe(false)
  expect(git('show', '--stat=80', '--format=%s', commit)).toMatch(/^Add dim\n/)
  expect(git('show', 'add/dim:dbt/a.sql')).toBe('select 2')
  expect(git('show', 'add/dim:dbt/marts/b c.sql')).toBe('select 3')
  expect(git('rev-parse', 'add/dim^')).toBe(git('rev-parse', 'HEAD'))
  expect(git('status', '--porcelain')).toBe('?? dbt/mine.sql')
  expect(readFileSync(join(root, 'a.sql'), 'utf8')).toBe('select 1\n')
  const again = await commitOnBranch({ root, branch: 'add/dim' }, change, 'Add dim')
  expect(again).toEqual({ commit, already: true })
})

it('a file goes', async () => {
  await commitOnBranch({ root, branch: 'gone' }, [{ path: 'a.sql', before: 'select 1\n', after: null }], 'x')
  expect(git('ls-tree', '-r', '--name-only', 'gone')).toBe('')
})

it.each([
  ['a file that is edited', 'a.sql', 'branch.uncommitted'],
  ['a new file that somebody has there', 'marts/b c.sql', 'branch.uncommitted'],
])('%s is not taken along', async (_, path, code) => {
  mkdirSync(join(root, 'marts'))
  writeFileSync(join(root, path), 'mine')
  await expect(commitOnBranch({ root, branch: 'x' }, change, 'x')).rejects.toMatchObject({ code })
  expect(git('branch', '--list', 'x')).toBe('')
})

it('refuses a branch that is there, what is no name, and a folder outside of git', async () => {
  git('branch', 'old')
  await expect(assertNewBranch({ root, branch: 'old' })).rejects.toMatchObject({ code: 'branch.exists' })
  for (const branch of ['a b', '-d', 'x..y', ''])
    await expect(assertNewBranch({ root, branch })).rejects.toMatchObject({ code: 'branch.name' })
  await expect(assertNewBranch({ root: tmpdir(), branch: 'x' })).rejects.toMatchObject({
    code: 'branch.no-git',
  })
})
