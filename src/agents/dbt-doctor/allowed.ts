/** What a fix of this failure may touch that no other may: names that are not known, and what stood in the last commits. */
import { basename, relative } from 'node:path'
import { fileOf } from './fixes/files.ts'
import { refusedKeys } from './fixes/keys.ts'
import { isCopy } from './fixes/structure.ts'
import type { Allowed } from './never.ts'
import type { Candidate, Failure, FixContext } from './types.ts'

/** What a file held before its last changes was the user's own, and may come back. */
const LAST_COMMITS = 3

export async function allowedBy(
  failure: Failure,
  { changes: { changes }, asks }: Pick<Candidate, 'changes' | 'asks'>,
  { git, graph, place, files, read }: FixContext,
): Promise<Allowed> {
  const committed = new Map<string, string[]>()
  const last = (await git?.latest()) ?? null
  for (const { path } of changes) {
    const own = (await git?.log(path, LAST_COMMITS)) ?? []
    const before = [...(last ? [last] : []), ...own].map((c) => git?.before(c.hash, path))
    const texts = await Promise.all([git?.committed(path), ...before])
    committed.set(
      path,
      texts.filter((t): t is string => typeof t === 'string'),
    )
  }
  const tests = new Set(
    Object.values(graph?.manifest.nodes ?? {}).flatMap((n) =>
      n.resource_type === 'test' ? [fileOf(n, place)] : [],
    ),
  )
  const spare = new Set<string>()
  for (const change of changes) {
    if (change.kind !== 'delete' || !git || (await git.committed(change.path)) !== null) continue
    const name = basename(change.path)
    for (const path of files.filter((p) => p !== change.path && basename(p) === name))
      if (isCopy(change.before, await read(path).catch(() => ''))) spare.add(change.path)
  }
  const dbt = relative(place.root, place.dbtDir)
  const after = new Map(changes.flatMap((c) => (c.kind === 'edit' ? [[c.path, c.after] as const] : [])))
  const described = new Map<string, string>()
  for (const path of failure.class?.id === 'P23' ? files.filter((p) => /\.ya?ml$/.test(p)) : [])
    described.set(path, after.get(path) ?? (await read(path).catch(() => '')))
  return {
    missing: unknownNames(failure),
    beside: (path: string) => [...described].flatMap(([p, text]) => (p === path ? [] : [text])),
    isChosen: asks !== undefined,
    committed: (path: string) => committed.get(path) ?? [],
    isSpareCopy: (path: string) => spare.has(path),
    isTestFile: (path: string) => tests.has(path) || relative(dbt, path).split('/')[0] === 'tests',
  }
}

function unknownNames(failure: Failure): string[] {
  const [, argument] = /takes no keyword argument '([^']+)'/.exec(failure.message) ?? []
  const [, column] = /Invalid column name: '([^']+)'/.exec(failure.message) ?? []
  const [, model] = /Unable to find model '(?:\w+\.)?([^']+)'/.exec(failure.message) ?? []
  const [, test] = /'test_(\w+)' is undefined/.exec(failure.message) ?? []
  const known = [failure.thing?.split('.').at(-1), argument, column, model, test]
  const named = known.filter((n) => n !== undefined)
  return [...named, ...refusedKeys(failure)]
}
