/**
 * A working copy of the dbt project in which fixes are tried, one on top of the other; it may be one that dbt cannot
 * read. Its dbt reads the user's warehouse and builds nothing there: builds go to sandboxes of the copy.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { glob } from 'tinyglobby'
import type { DbtEngine, Target } from '../../adapters/dbt/types.ts'
import { makeChangeSet } from '../../changes/index.ts'
import type { ChangeSet, FileChange } from '../../changes/types.ts'
import { NOT_SOURCES, type Project } from '../../config/project.ts'
import { copyProject } from '../../sandbox/copy.ts'
import { attachment } from '../../sandbox/duckdb.ts'
import { openRounds } from '../../sandbox/open.ts'
import { sandboxProfile, writeProfile } from '../../sandbox/profile.ts'
import { holdRecord, newId, removeRecord, sandboxDir } from '../../sandbox/record.ts'
import type { Rounds, SandboxOptions } from '../../sandbox/types.ts'

/** Paths from the root: those of the user's project, and those that packages brought. */
export type ProjectFiles = {
  own: string[]
  foreign: string[]
  read(path: string): Promise<string>
}

/** A copy of the project that is written to, and what was written. */
export type Copy = {
  /** The folder of its own in which it lies. */
  dir: string
  /** Where changes of the copy are planned. */
  place: { root: string; dbtDir: string; stateDir: string }
  files: ProjectFiles
  read: ProjectFiles['read']
  /** Writes edits of files into the copy, and takes out what they delete; the answer takes them back. */
  write(changes: ChangeSet): Promise<() => Promise<void>>
  /** All that was written and not taken back, as a change of the user's project. */
  total(title: string): Promise<ChangeSet>
  close(): Promise<void>
}

export type Work = Copy & {
  /** The user's project, but for its files, which are those of the copy. */
  project: Project
  dbt: DbtEngine
  /** Of the user's warehouse. */
  target: Target
  adapter: string
  /** The sandbox in which the copy is built, made when it is first asked for. */
  rounds(how: Pick<SandboxOptions, 'now' | 'signal'>): Promise<Rounds>
}

type Place = { root: string; dbtDir: string }
export type Copying = {
  copy(from: Place, to: string): Promise<Place>
  files(copy: Place): Promise<ProjectFiles>
}

const DBT_PROJECT: Copying = { copy: copyProject, files: filesOf }

/** `copying`: what is copied, and which of its files count; by default the dbt project. */
export async function openCopy(project: Project, copying: Copying = DBT_PROJECT): Promise<Copy> {
  const id = newId()
  const lock = await holdRecord(project.stateDir, id)
  const dir = sandboxDir(project.stateDir, id)
  const close = async () => {
    try {
      await removeRecord(project.stateDir, id)
    } finally {
      lock.release()
    }
  }
  try {
    const copy = await copying.copy(project, join(dir, 'project'))
    const originals = new Map<string, string | null>()
    const files = await copying.files(copy)
    const { read } = files
    const inCopy = (path: string) => join(copy.root, path)

    async function put(path: string, text: string | null): Promise<void> {
      if (!originals.has(path)) originals.set(path, existsSync(inCopy(path)) ? await read(path) : null)
      const { own } = files
      if (text === null) {
        await rm(inCopy(path), { force: true })
        if (own.includes(path)) own.splice(own.indexOf(path), 1)
        return
      }
      await mkdir(dirname(inCopy(path)), { recursive: true })
      await writeFile(inCopy(path), text)
      if (!own.includes(path)) own.push(path)
    }

    return {
      dir,
      place: { ...copy, stateDir: join(copy.root, '.martsmith') },
      read,
      files,
      write: async ({ changes }) => {
        const steps = changes.flatMap(stepsOf)
        for (const { path, after } of steps) await put(path, after)
        return async () => {
          for (const { path, before } of steps) await put(path, before)
        }
      },
      total: async (title) => {
        const changes: FileChange[] = []
        for (const [path, before] of originals) {
          const after = existsSync(inCopy(path)) ? await read(path) : null
          if (before === after) continue
          if (before === null) changes.push({ kind: 'create', path, after: after ?? '' })
          else if (after === null) changes.push({ kind: 'delete', path, before })
          else changes.push({ kind: 'edit', path, before, after })
        }
        return makeChangeSet(title, withMoves(changes))
      },
      close,
    }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

/** What stands at each path before and after it; null: no file. */
function stepsOf(change: FileChange): { path: string; before: string | null; after: string | null }[] {
  const { path } = change
  if (change.kind === 'create') return [{ path, before: null, after: change.after }]
  if (change.kind === 'delete') return [{ path, before: change.before, after: null }]
  if (change.kind === 'edit') return [{ path, before: change.before, after: change.after }]
  return [
    { path, before: change.before, after: null },
    { path: change.to, before: null, after: change.after },
  ]
}

/** What went from one path and stands word for word at another has moved. */
function withMoves(changes: FileChange[]): FileChange[] {
  const gone = changes.filter((c) => c.kind === 'delete')
  const moves = changes.flatMap((c) => {
    const from = c.kind === 'create' ? gone.find((g) => g.before === c.after) : undefined
    return c.kind === 'create' && from ? [{ from, to: c }] : []
  })
  const moved = new Set<FileChange>(moves.flatMap((m) => [m.from, m.to]))
  return [
    ...changes.filter((c) => !moved.has(c)),
    ...moves.map(
      ({ from, to }): FileChange => ({
        kind: 'rename',
        path: from.path,
        to: to.path,
        before: from.before,
        after: to.after,
      }),
    ),
  ]
}

/** dbt in the copy, with the user's own profile: it reads the configuration, and builds nothing. */
export function engineOf({ dir, place }: Copy, dbt: DbtEngine): DbtEngine {
  return dbt.at({
    projectDir: place.dbtDir,
    targetPath: join(dir, 'target'),
    logDir: join(dir, 'logs'),
    flags: 'same',
    vars: {},
    env: {},
  })
}

/** `configured`: what mends a configuration that dbt cannot read in the user's own project. */
export async function openWork(
  project: Project,
  dbt: DbtEngine,
  configured: ChangeSet | null = null,
): Promise<Work> {
  const copy = await openCopy(project)
  try {
    if (configured) await copy.write(configured)
    const reader = configured ? engineOf(copy, dbt) : dbt
    const target = await reader.target()
    const { entry, files } = await reader.tools.profile()
    const databases = files.map((f) => ({ ...f, path: ofUser(f.path, copy.place.dbtDir, project.dbtDir) }))
    // The warehouse is the user's own, wherever the copy lies: relative paths are made whole.
    const [main] = databases
    const over = {
      ...(main?.kind === 'file' ? { path: main.path } : {}),
      ...(Array.isArray(entry.attach)
        ? { attach: entry.attach.map((one: object, i) => attachment(one, databases[i + 1], (f) => f.path)) }
        : {}),
    }
    const profile = sandboxProfile(target, entry, target.type === 'duckdb' ? over : {})
    const profilesDir = join(copy.dir, 'profile')
    await writeProfile(profilesDir, profile)
    const { root, dbtDir } = copy.place
    const engine = dbt.at({
      projectDir: dbtDir,
      targetPath: join(copy.dir, 'target'),
      logDir: join(copy.dir, 'logs'),
      flags: { profilesDir, profile: target.profile, target: target.target },
      vars: {},
      env: profile.env,
    })
    const own = { ...project, root, dbtDir }
    let rounds: Promise<Rounds> | null = null
    return {
      ...copy,
      project: own,
      dbt: engine,
      target,
      adapter: target.type,
      rounds: ({ now, signal }) => {
        rounds ??= openRounds({
          project: own,
          dbt: engine,
          downstream: false,
          freeze: false,
          now,
          ...(signal ? { signal } : {}),
        })
        return rounds
      },
      close: async () => {
        const opened = await rounds?.catch(() => null) // what kept it from opening was told then
        try {
          await opened?.close()
        } finally {
          await copy.close()
        }
      },
    }
  } catch (error) {
    await copy.close().catch(() => undefined)
    throw error
  }
}

/** A path that is told from the copy's folder is one of the user's. */
function ofUser(path: string, copy: string, own: string): string {
  const below = relative(copy, path)
  return below.startsWith('..') || isAbsolute(below) ? path : join(own, below)
}

export async function filesOf({ root, dbtDir }: Place): Promise<ProjectFiles> {
  const below = relative(root, dbtDir).split(sep).join('/')
  const named = (path: string) => (below === '' ? path : `${below}/${path}`)
  // Its own folder lies in one that projects never look into.
  const ignore = NOT_SOURCES.filter((n) => !/martsmith|target|dbt_packages/.test(n))
  const all = await glob(['**/*.{sql,py,yml,yaml,csv,md}'], {
    cwd: dbtDir,
    ignore: [...ignore, 'target/**', 'logs/**'],
  })
  const isForeign = (path: string) => /^dbt_packages\//.test(path)
  return {
    own: all.filter((p) => !isForeign(p)).map(named),
    foreign: all.filter(isForeign).map(named),
    read: (path) => readFile(join(root, path), 'utf8'),
  }
}
