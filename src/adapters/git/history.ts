/** What git knows of the project's files: what changed, when, and what stood before. It only reads. */
import { execFile } from 'node:child_process'

export type Commit = { hash: string; at: string; subject: string }
export type Renamed = { from: string; to: string; commit: Commit | null }
export type Deleted = { path: string; commit: Commit | null }

/** Paths are relative to `root`, with `/`. What commits hold is asked once: the answer does not change. */
export type GitHistory = {
  /** Files that differ from the last commit, new ones included. */
  dirty(): Promise<string[]>
  /** The file as it is in the last commit; null where it is not in it. */
  committed(path: string): Promise<string | null>
  /** The commits that touched a file, newest first. */
  log(path: string, most: number): Promise<Commit[]>
  /** The files that a commit touched. */
  touched(commit: string): Promise<string[]>
  latest(): Promise<Commit | null>
  /** The file as it was before a commit. */
  before(commit: string, path: string): Promise<string | null>
  /** Renames of files in the newest commits. */
  renames(): Promise<Renamed[]>
  /** Files that were deleted, and not renamed, in the newest commits or since the last one. */
  deleted(): Promise<Deleted[]>
}

const MOST_COMMITS = 200
const FORMAT = '--format=%x01%h%x09%cI%x09%s'

/** null where the folder is in no repository, it has no commit, or there is no git. */
export async function openHistory(root: string): Promise<GitHistory | null> {
  const head = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])
  if (head === null) return null
  const answers = new Map<string, Promise<string | null>>()
  const once = (...args: string[]) => {
    const key = args.join('\0')
    const known = answers.get(key) ?? git(root, args)
    answers.set(key, known)
    return known
  }
  const lines = (out: string | null) => (out ?? '').split('\0').filter((l) => l !== '')
  return {
    dirty: async () => {
      const [changed, fresh] = await Promise.all([
        git(root, ['diff', '--name-only', '--relative', '-z', 'HEAD', '--', '.']),
        git(root, ['ls-files', '--others', '--exclude-standard', '-z', '--', '.']),
      ])
      return [...new Set([...lines(changed), ...lines(fresh)])]
    },
    committed: (path) => once('show', `HEAD:./${path}`),
    log: async (path, most) =>
      commitsIn(await once('log', `-${most}`, FORMAT, '--', path)).map((c) => c.commit),
    touched: async (commit) =>
      lines(
        await once('diff-tree', '-r', '--root', '--no-commit-id', '--name-only', '--relative', '-z', commit),
      ),
    latest: async () => commitsIn(await once('log', '-1', FORMAT))[0]?.commit ?? null,
    before: (commit, path) => once('show', `${commit}^:./${path}`),
    renames: async () => {
      const [old, now] = await Promise.all([
        once('log', `-${MOST_COMMITS}`, '-M', '--diff-filter=R', '--name-status', '--relative', FORMAT),
        git(root, ['diff', '-M', '--diff-filter=R', '--name-status', '--relative', 'HEAD']),
      ])
      return [
        ...renamesIn(now ?? '').map((r) => ({ ...r, commit: null })),
        ...commitsIn(old).flatMap(({ commit, rest }) => renamesIn(rest).map((r) => ({ ...r, commit }))),
      ]
    },
    deleted: async () => {
      const gone = ['-M', '--diff-filter=D', '--name-only', '--relative']
      const [old, now] = await Promise.all([
        once('log', `-${MOST_COMMITS}`, ...gone, FORMAT),
        git(root, ['diff', ...gone, 'HEAD']),
      ])
      const paths = (text: string) => text.split('\n').filter((l) => l !== '')
      return [
        ...paths(now ?? '').map((path) => ({ path, commit: null })),
        ...commitsIn(old).flatMap(({ commit, rest }) => paths(rest).map((path) => ({ path, commit }))),
      ]
    },
  }
}

function commitsIn(out: string | null): { commit: Commit; rest: string }[] {
  return (out ?? '').split('\u0001').flatMap((part) => {
    const [head = '', ...rest] = part.split('\n')
    const [hash, at, ...subject] = head.split('\t')
    return hash && at ? [{ commit: { hash, at, subject: subject.join('\t') }, rest: rest.join('\n') }] : []
  })
}

function renamesIn(out: string): { from: string; to: string }[] {
  return out.split('\n').flatMap((line) => {
    const [status, from, to] = line.split('\t')
    return status?.startsWith('R') && from && to ? [{ from, to }] : []
  })
}

/** null where git refuses. */
function git(cwd: string, args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('git', args, { cwd, maxBuffer: 64 << 20 }, (error, out) => resolve(error ? null : out))
  })
}
