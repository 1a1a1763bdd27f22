/**
 * Taking back the piece of a change that reaches what fails: of what is not committed yet, else of the last commit, else
 * of the last commit of a file that is near it.
 */

import { basename, join, relative, sep } from 'node:path'
import type { Commit } from '../../../adapters/git/history.ts'
import { hunksBetween } from '../../../changes/diff.ts'
import { applyEdits, collectChanges } from '../../../changes/index.ts'
import { DBT_FILE } from '../../../config/project.ts'
import { list } from '../../../core/text.ts'
import { WRONG_NUMBERS } from '../symptom/wrong-numbers.ts'
import { type Candidate, CLEAR, type Failure, type FixContext, type Fixer } from '../types.ts'
import { lineSpan } from '../words.ts'
import { isInConflict } from './merge-conflict.ts'

/** So many files, and pieces of each, are looked at: the nearest first. */
const MOST_FILES = 8
const MOST_HUNKS = 6
const MOST_CANDIDATES = 6
/** So many files that lately nobody touched are asked for their own last change. */
const MOST_OLDER = 4
/** Most files have no change since they came: so many are asked for one. */
const MOST_ASKED = 24
/** And of so many it is asked when that was. */
const MOST_DATED = 40
/** A change that others came after speaks less. */
const OLDER = 12

export const revert: Fixer = {
  id: 'revert',
  classes: ['*'],
  find: async (failure, context) => {
    const { git } = context
    if (!git) return []
    const dirty = new Set(await git.dirty())
    const latest = await git.latest()
    const touched = new Set(latest ? await git.touched(latest.hash) : [])
    const concerned = concernedBy(failure, context)
    // The newest first: a commit may have touched everything.
    const paths = [
      ...concerned.filter((p) => dirty.has(p)),
      ...concerned.filter((p) => touched.has(p) && !dirty.has(p)),
    ].slice(0, MOST_FILES)
    const found: Candidate[] = []
    const lately: Changed[] = []
    const take = async (path: string, distance: number, of: Of) => {
      const now = await context.read(path).catch(() => null)
      // Half a merge is not taken back: what the other side brought would go with it.
      if (now === null || of.old === null || of.old === now || isInConflict(now)) return
      found.push(...(await ofFile({ ...of, path, now, old: of.old, distance }, failure, context)))
    }
    for (const [distance, path] of paths.entries()) {
      const now = await context.read(path).catch(() => null)
      const committed = dirty.has(path) ? await git.committed(path) : null
      const isFresh = committed !== null && committed !== now
      const old = isFresh ? committed : latest ? await git.before(latest.hash, path) : null
      const of = { old, commit: isFresh ? null : latest, isOlder: false }
      await take(path, distance, of)
      if (now !== null && old !== null && old !== now && !isInConflict(now))
        lately.push({ ...of, path, now, old, distance })
    }
    let older = 0
    const before = await untouched(failure, concerned, paths, git)
    for (const [distance, path] of before.entries()) {
      const [commit] = await git.log(path, 1)
      const old = commit && commit.hash !== latest?.hash ? await git.before(commit.hash, path) : null
      if (!commit || old === null) continue
      await take(path, Math.min(distance, MOST_OLDER), { old, commit, isOlder: true })
      older += 1
      if (older === MOST_OLDER) break
    }
    const best = found.sort((a, b) => b.score - a.score).slice(0, MOST_CANDIDATES)
    const all = [...best, ...(await together(lately, context)), ...(await atLarge(failure, context))]
    const asks = await whyAsked(failure, context)
    return asks === null ? all : all.map((c) => ({ ...c, asks: c.asks ?? asks }))
  },
}

/** Where the change that is taken back may well be right: what it asks for lies outside of the project, or it says what was meant. */
async function whyAsked({ class: of, thing, file }: Failure, { read }: FixContext): Promise<string | null> {
  const id = of?.id ?? ''
  if (id === 'P18')
    return 'Whoever switched it off may have had a reason. Whether it is on again is for you to say:'
  const text = id === 'C02' && file !== null ? await read(file).catch(() => '') : ''
  // `dbt_utils.star(`: what is called so is a package.
  const isPackage =
    thing !== null && new RegExp(`\\b${thing.replace(/\W/g, '\\$&')}\\s*\\.\\s*\\w+\\s*\\(`).test(text)
  const what = isPackage ? 'A package' : OUTSIDE[id]
  return what
    ? `${what} is not here. Whether it comes, or the change goes that asks for it, is for you to say:`
    : null
}

const OUTSIDE: Record<string, string> = { P10: 'An environment variable', P13: 'The version of dbt' }

/** So many commits are looked through for what dbt could read before them, and so many files of theirs. */
const MOST_COMMITS = 5
const MOST_AT_LARGE = 6

/** What dbt cannot read may be the fault of a file that it does not name: a source that is gone, a folder, a macro. */
async function atLarge(
  { stage, class: of, file }: Failure,
  { git, files, place, read }: FixContext,
): Promise<Candidate[]> {
  if (stage !== 'parse' || !git) return []
  const changed: { path: string; commit: Commit | null }[] = (await git.dirty()).map((path) => ({
    path,
    commit: null,
  }))
  for (const commit of await git.log('.', MOST_COMMITS))
    changed.push(...(await git.touched(commit.hash)).map((path) => ({ path, commit })))
  const own = changed.filter(({ path }, i) => {
    const isFirst = changed.findIndex((c) => c.path === path) === i
    return isFirst && files.includes(path) && /\.(?:ya?ml|sql|py|md)$/.test(path)
  })
  const found: Candidate[] = []
  for (const { path, commit } of own.slice(0, MOST_AT_LARGE)) {
    const old = commit ? await git.before(commit.hash, path) : await git.committed(path)
    const now = await read(path).catch(() => null)
    if (old === null || now === null || old === now || isInConflict(now)) continue
    const taken = collectChanges(place)
    await taken.write(path, old)
    const changes = await taken.changeSet(`Take back all changes of ${path} ${whenOf(commit)}`)
    const because = [`dbt could read the project before what was changed ${whenOf(commit)}`]
    found.push({
      title: changes.title,
      because,
      score: AT_LARGE - found.length,
      changes,
      takesBack: true,
      ...(of?.id === 'P25' && path !== file ? { asks: OWNER } : {}),
    })
  }
  return found
}

const OWNER = 'Its owner says who may read it. Whether that is taken back is for you to say:'

/** Behind all that has to do with what is named. */
const AT_LARGE = 7

/** So many files are taken back at once: more would be the work of days. */
const MOST_AT_ONCE = 4

/** A column that was renamed with those who read it: no file alone can go back. */
async function together(lately: Changed[], { place }: FixContext): Promise<Candidate[]> {
  const found: Candidate[] = []
  for (const isFresh of [true, false]) {
    const all = lately.filter((c) => (c.commit === null) === isFresh)
    const [first] = all
    if (!first || all.length < 2 || all.length > MOST_AT_ONCE) continue
    if (all.some((c) => c.path.endsWith('.csv'))) continue
    const files = collectChanges(place)
    for (const { path, old } of all) await files.write(path, old)
    const when = whenOf(first.commit)
    const paths = list(
      all.map((c) => c.path),
      MOST_AT_ONCE,
    )
    const changes = await files.changeSet(`Take back the changes of ${paths} ${when}`)
    const because = [`the changes ${when} reach what fails, and none of them alone mends it`]
    found.push({ title: changes.title, because, score: AT_ONCE, changes, takesBack: true })
  }
  return found
}

/** After each by itself. */
const AT_ONCE = 8
const whenOf = (commit: Commit | null) =>
  commit ? `in ${commit.hash} (${commit.subject})` : 'since the last commit'

/** What stood before, and the commit that changed it; null where that is not committed. */
type Of = { old: string | null; commit: Commit | null; isOlder: boolean }
/**
 * Of what dbt cannot read, only the file that it names. Numbers are followed to the file that makes them, with its past;
 * where nothing tells which file that is, those of the way that were changed last.
 */
async function untouched(
  { stage, file, class: of, trace }: Failure,
  concerned: string[],
  lately: string[],
  git: NonNullable<FixContext['git']>,
): Promise<string[]> {
  const others = concerned.filter((p) => !lately.includes(p) && (stage === 'build' || p === file))
  if (!of?.id.startsWith('S')) return others.slice(0, MOST_ASKED)
  // How far a table looks back may be set by a variable.
  if (trace?.culprit.born === 'passed over') return others.filter((p) => basename(p) === DBT_FILE)
  if (trace?.culprit.file) return []
  const last = await Promise.all(
    others.slice(0, MOST_DATED).map(async (path) => {
      const [commit] = await git.log(path, 1)
      // A file that was only ever added has nothing to go back to.
      const changed = commit && (await git.before(commit.hash, path)) !== null
      return changed ? [{ path, at: commit.at }] : []
    }),
  )
  return last
    .flat()
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MOST_OLDER)
    .map((l) => l.path)
}

type Changed = Of & { path: string; now: string; old: string; distance: number }

async function ofFile(
  { path, now, old, commit, distance, isOlder }: Changed,
  { file, line, thing, stage, class: of }: Failure,
  { place }: FixContext,
): Promise<Candidate[]> {
  const hunks = hunksBetween(old, now, 0)
  const when = whenOf(commit)
  // Rows of which somebody says that they are gone may come back; none goes.
  const isLost = of?.id === WRONG_NUMBERS.id && hunks.every((h) => h.newLines === 0)
  const asked =
    path.endsWith('.csv') && !isLost
      ? { asks: 'Rows of a seed are data. Whether these go is for you to say:' }
      : {}
  const found: Candidate[] = []
  for (const hunk of hunks.slice(0, MOST_HUNKS)) {
    const start = hunk.newStart
    const files = collectChanges(place)
    await files.write(path, takenBack(now, hunk, path))
    const changes = await files.changeSet(`Take back the change of ${path}:${start} ${when}`)
    if (changes.changes.length === 0) continue
    const isThere = file === path && line !== null && line >= start - 1 && line <= start + hunk.newLines
    const names = thing !== null && hunk.lines.some((l) => l.toLowerCase().includes(thing.toLowerCase()))
    // dbt names the file that it cannot read: another one has to do with it only where it names the same thing.
    if (stage === 'parse' && file !== null && file !== path && !names) continue
    const near = (isThere ? 10 : 0) + (names ? 10 : 0)
    const score = Math.max(10, 45 - distance * 4 + near - (isOlder ? OLDER : 0))
    found.push({
      title: changes.title,
      because: [`the change ${when} reaches what fails`],
      score,
      changes,
      takesBack: true,
      ...asked,
      // What stood well with it for some time is hardly to blame, unless it is the very line that fails.
      ...(isOlder && !isThere ? { guess: true as const } : {}),
    })
  }
  if (hunks.length > 1 && found.length > 0) {
    const files = collectChanges(place)
    await files.write(path, old)
    const changes = await files.changeSet(`Take back all changes of ${path} ${when}`)
    // Less is better where less is enough.
    found.push({
      title: changes.title,
      because: [`the changes ${when} reach what fails`],
      score: Math.max(...found.map((f) => f.score)) - CLEAR,
      changes,
      takesBack: true,
      ...asked,
      ...(found.every((f) => f.guess) ? { guess: true as const } : {}),
    })
  }
  return found
}

/** The text with what stood there before one piece of its changes. A piece that was only taken out stood before its line. */
export function takenBack(
  now: string,
  { newStart, newLines, lines }: ReturnType<typeof hunksBetween>[number],
  path: string,
): string {
  const start = lineSpan(now, newStart)?.start ?? now.length
  const end = newLines === 0 ? start : endOf(now, newStart + newLines - 1)
  const isEnded = end < now.length || now === '' || now.endsWith('\n')
  const old = lines.filter((l) => l.startsWith('-')).map((l) => l.slice(1))
  const text = old.map((l) => `${l}\n`).join('')
  // Behind a last line without a line break it comes on a line of its own; and a file keeps ending as it does.
  const lead = newLines === 0 && start === now.length && now !== '' && !isEnded ? '\n' : ''
  const put = isEnded ? text : lead + text.replace(/\n$/, '')
  return applyEdits(now, [{ start, end, text: put }], path)
}

function endOf(text: string, line: number): number {
  const end = lineSpan(text, line)?.end ?? text.length
  return text[end] === '\n' ? end + 1 : end
}

/** Files that can reach the failure, the nearest first; all of them where nobody can say. */
function concernedBy({ nodes, file, trace }: Failure, { graph, files, place }: FixContext): string[] {
  const wrong = trace?.culprit.file ?? null
  const editable = files.filter((p) => !p.endsWith('.csv') || p === wrong)
  if (!graph || nodes.length === 0) {
    const first = file === null ? [] : [file]
    return [...first, ...editable.filter((p) => p !== file)]
  }
  const own = (path: string) => relative(place.root, join(place.dbtDir, path)).split(sep).join('/')
  const all = [...nodes, ...graph.ancestors(nodes)]
  const found = all.flatMap((id) => {
    const node = graph.node(id)
    const macros = node?.depends_on.macros.map((m) => graph.manifest.macros[m]?.original_file_path) ?? []
    const paths = [
      node?.original_file_path ?? graph.source(id)?.original_file_path,
      node?.patch_path?.replace(/^[^:]+:\/\//, ''),
      ...macros,
    ]
    return paths.flatMap((p) => (p ? [own(p)] : []))
  })
  const shown = [file, wrong].filter((p) => p !== null)
  return [...new Set([...shown, ...found, own('dbt_project.yml')])].filter((p) => editable.includes(p))
}
