/** A name or word that is not known where it stands: the nearest of those that are. */
import { collectChanges } from '../../../changes/index.ts'
import { isFar, nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { ownFiles } from './files.ts'
import { KINDS } from './name-kinds.ts'

/** What one kind of name is told by, what is known of its kind, and how it is written. */
export type NameKind = {
  classes: string[]
  /** The name that is not known, by the failure; null where the failure is of another kind. */
  wrong: (failure: Failure, context: FixContext) => string | null | Promise<string | null>
  known: (failure: Failure, context: FixContext) => Promise<string[]> | string[]
  /** Matches what stands before the name, in group 1, and the name. `g` and `m`. */
  written: (name: string, failure: Failure) => RegExp
  /** The part of a text in which it may stand, same length. */
  within?: (text: string, path: string) => string
  /** `dbt knows`, `the project has`. */
  known_by: string
  /** Names that are as good, however they are written: what another dialect calls it. */
  same?: (name: string, known: string[], context: FixContext) => Promise<string[]> | string[]
  /** Why they are as good. */
  same_by?: string
  /** Many names are like one another and mean other things: one that is not very near has to make what stands. */
  isLoose?: boolean
  /** Any of what is known may be meant, the first above all: the message lists all there is. */
  isListed?: boolean
}

export const names: Fixer = {
  id: 'names',
  classes: [...new Set(KINDS.flatMap((k) => k.classes))],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const kind of KINDS.filter((k) => k.classes.includes(failure.class?.id ?? 'unknown'))) {
      const name = await kind.wrong(failure, context)
      if (name) found.push(...(await ofKind(kind, name, failure, context)))
    }
    return found
  },
}

async function ofKind(
  kind: NameKind,
  name: string,
  failure: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const known = await kind.known(failure, context)
  const near = nearNames(name, known).map(({ name: to, score }) => ({
    to,
    score,
    isGuess: kind.isLoose === true && isFar(name, to),
    because: `${kind.known_by} ${to}, written nearly so`,
  }))
  const same = ((await kind.same?.(name, known, context)) ?? []).map((to) => ({
    to,
    score: 84,
    isGuess: false,
    because: `${kind.known_by} ${to}, which ${kind.same_by ?? 'means the same'}`,
  }))
  const listed = kind.isListed
    ? known.map((to, i) => ({ to, score: 60 - i * 12, isGuess: false, because: `${kind.known_by} ${to}` }))
    : []
  const found: Candidate[] = []
  const seen = new Set<string>([name])
  for (const { to, score, because, isGuess } of [...same, ...near, ...listed]) {
    if (seen.has(to)) continue
    seen.add(to)
    const files = collectChanges(context.place)
    const title = `Write ${to} instead of ${name}`
    const own = ownFiles(failure, context)
    const isWritten = await written(own)
    for (const path of isWritten ? own : context.files) {
      const text = await context.read(path).catch(() => '')
      const edits = placesIn(text, path).map((at) => ({ ...at, text: to }))
      if (edits.length > 0) await files.write(path, edited(text, edits, path))
    }
    const changes = await files.changeSet(title)
    if (changes.changes.length > 0)
      found.push({ title, because: [because], score, changes, ...(isGuess ? { guess: true as const } : {}) })
  }
  return found

  function placesIn(text: string, path: string): { start: number; end: number }[] {
    const masked = kind.within?.(text, path) ?? text
    return [...masked.matchAll(kind.written(name, failure))].map((m) => {
      const start = m.index + (m[1]?.length ?? 0)
      return { start, end: m.index + m[0].length }
    })
  }

  async function written(paths: string[]): Promise<boolean> {
    for (const path of paths)
      if (placesIn(await context.read(path).catch(() => ''), path).length > 0) return true
    return false
  }
}
