/**
 * A change as a commit on a branch of its own, made beside the working tree: files, index and the branch that is
 * checked out stay as they are.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MartsmithError } from '../../core/errors.ts'
import { list } from '../../core/text.ts'

/** What becomes of a path, relative to `root`: its text, or null where it goes. */
export type BranchFile = { path: string; before: string | null; after: string | null }

export type BranchCommit = {
  commit: string /** It was there already, by the same change. */
  already: boolean
}

type Where = { root: string; branch: string }

/** @throws MartsmithError `branch.no-git`, `branch.name`, `branch.exists` */
export async function assertNewBranch({ root, branch }: Where): Promise<void> {
  await topOf(root)
  const isName = await git(root, ['check-ref-format', '--branch', branch])
  if (isName.code !== 0 || branch.startsWith('-'))
    throw refused('name', `"${branch}" is no name of a branch.`, ['--branch add-dim-vendor'])
  if (await headOf(root, branch))
    throw refused('exists', `There is a branch ${branch} already.`, [
      'Name another one: a branch that is there is not written to.',
    ])
}

/** @throws MartsmithError `branch.*`; then nothing has changed. */
export async function commitOnBranch(
  where: Where,
  files: BranchFile[],
  message: string,
): Promise<BranchCommit> {
  const { root, branch } = where
  const { top, prefix } = await topOf(root)
  const head = await headOf(root, null)
  if (head === null)
    throw refused('no-commit', 'The repository has no commit yet, so a branch has nothing to begin from.', [
      'git add . && git commit',
    ])
  await assertClean(root, head, prefix, files)
  const folder = await mkdtemp(join(tmpdir(), 'martsmith-index-'))
  try {
    const env = { ...process.env, GIT_INDEX_FILE: join(folder, 'index') }
    await done(top, ['read-tree', head], { env })
    for (const { path, before, after } of files) {
      const at = prefix + path
      if (after === null) await done(top, ['update-index', '--force-remove', '--', at], { env })
      else {
        const blob = await done(top, ['hash-object', '-w', '--stdin', '--path', at], { env, stdin: after })
        const mode = before === null ? '100644' : await modeOf(top, head, at)
        await done(top, ['update-index', '--add', '--cacheinfo', `${mode},${blob},${at}`], { env })
      }
    }
    const tree = await done(top, ['write-tree'], { env })
    const standing = await headOf(root, branch)
    if (standing !== null) {
      // After an interruption the same change may be there.
      if ((await done(top, ['rev-parse', `${standing}^{tree}`])) === tree)
        return { commit: standing, already: true }
      throw refused('exists', `There is a branch ${branch} already, with something else.`, [])
    }
    const commit = await done(top, ['commit-tree', tree, '-p', head, '-m', message])
    await done(top, ['update-ref', `refs/heads/${branch}`, commit, ''])
    return { commit, already: false }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A commit from the last one must not carry, nor lose, what somebody has not committed yet. */
async function assertClean(root: string, head: string, prefix: string, files: BranchFile[]): Promise<void> {
  const paths = files.map((f) => f.path)
  const { out } = await git(root, ['status', '--porcelain', '-z', '--untracked-files=all', '--', ...paths])
  const dirty = out.split('\0').flatMap((line) => (line.length > 3 ? [line.slice(3)] : []))
  const missing: string[] = []
  for (const { path, before } of files)
    if (before !== null && (await git(root, ['cat-file', '-e', `${head}:${prefix}${path}`])).code !== 0)
      missing.push(path)
  const all = [...new Set([...dirty, ...missing])]
  if (all.length === 0) return
  throw refused(
    'uncommitted',
    `${list(all, 4)} ${all.length === 1 ? 'has' : 'have'} changes that are not committed.`,
    ['Commit them, or leave --branch out to write into the working tree.'],
  )
}

async function modeOf(top: string, head: string, path: string): Promise<string> {
  const line = await done(top, ['ls-tree', head, '--', path])
  return line.split(' ')[0] || '100644'
}

/** @param branch null: what is checked out. */
async function headOf(root: string, branch: string | null): Promise<string | null> {
  const ref = branch === null ? 'HEAD' : `refs/heads/${branch}`
  const { code, out } = await git(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
  return code === 0 ? out.trim() : null
}

async function topOf(root: string): Promise<{ top: string; prefix: string }> {
  const top = await git(root, ['rev-parse', '--show-toplevel'])
  if (top.code !== 0)
    throw refused('no-git', `${root} is in no git repository, so there is no branch to write to.`, [
      'Leave --branch out to write into the working tree.',
    ])
  const prefix = await git(root, ['rev-parse', '--show-prefix'])
  return { top: top.out.trim(), prefix: prefix.out.trim() }
}

type How = { env?: NodeJS.ProcessEnv; stdin?: string }

async function done(cwd: string, args: string[], how: How = {}): Promise<string> {
  const { code, out, err } = await git(cwd, args, how)
  if (code === 0) return out.trim()
  const isNobody = /user\.(name|email)|identity/i.test(err)
  throw refused(
    isNobody ? 'nobody' : 'git',
    `git ${args[0]} failed: ${err.trim().split('\n')[0] ?? `exit code ${code}`}`,
    isNobody ? ['git config user.email you@example.com', 'git config user.name You'] : [],
  )
}

function git(
  cwd: string,
  args: string[],
  { env, stdin }: How = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      args,
      { cwd, maxBuffer: 64 << 20, ...(env ? { env } : {}) },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
        resolve({ code, out, err: err || (error?.message ?? '') })
      },
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(stdin ?? '')
  })
}

function refused(code: string, message: string, mend: string[]): MartsmithError {
  return new MartsmithError({ code: `branch.${code}`, message: `${message} Nothing was written.`, mend })
}
