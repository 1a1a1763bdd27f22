/** A key of YAML or of config() that dbt does not know, and that is nearly one which it knows and misses. */
import { DBT_FILE } from '../../../config/project.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, jinjaOnly } from '../words.ts'
import { CONFIG_KEYS, PROJECT_KEYS, PROPERTY_KEYS, SELECTOR_KEYS, SELECTOR_METHODS } from './dbt-words.ts'
import { ownFiles } from './files.ts'
import { propose } from './propose.ts'

const KNOWN = new Set([...PROPERTY_KEYS, ...CONFIG_KEYS, ...PROJECT_KEYS])

export const keys: Fixer = {
  id: 'keys',
  classes: ['P02', 'P05', 'P29', 'P30', 'P38', 'C09', 'C10'],
  find: async (failure, context) => {
    if (failure.class?.id === 'P38') return ofSelectors(failure, context)
    const refused = refusedKeys(failure)
    return refused.length > 0 ? ofRefused(refused, failure, context) : ofMissing(failure, context)
  },
}

/** `Additional properties are not allowed ('a', 'b' were unexpected)`. */
export function refusedKeys({ message }: Pick<Failure, 'message'>): string[] {
  const [, all = ''] = /\(((?:'[^']*',? ?)+) (?:was|were) unexpected\)/.exec(message) ?? []
  return [...all.matchAll(/'([^']+)'/g)].map((m) => m[1] ?? '')
}

/** All keys that the message names, each by the nearest that is known: what is refused is refused together. */
async function ofRefused(refused: string[], failure: Failure, context: FixContext): Promise<Candidate[]> {
  const pairs = refused.flatMap((key) => {
    const isProject = failure.file === null || failure.file.endsWith(DBT_FILE)
    const [near] = nearNames(key, isProject ? PROJECT_KEYS : PROPERTY_KEYS, 1)
    return near ? [{ key, ...near }] : []
  })
  if (pairs.length === 0) return []
  const texts: Record<string, string> = {}
  for (const path of await pathsWith(refused, failure, context)) {
    const text = await context.read(path)
    const edits = keysIn(text, path).flatMap((at) => {
      const to = pairs.find((p) => p.key === at.key)
      return to ? [{ start: at.start, end: at.end, text: to.name }] : []
    })
    texts[path] = edited(text, edits, path)
  }
  return propose(context, {
    title: `Write ${pairs.map((p) => `${p.name} instead of ${p.key}`).join(', ')}`,
    because: pairs.map((p) => `dbt knows ${p.name}, written nearly so`),
    score: Math.min(...pairs.map((p) => p.score)),
    texts,
  })
}

/** dbt prints the selector, and not which of its keys it does not know. */
async function ofSelectors({ file }: Failure, context: FixContext): Promise<Candidate[]> {
  const text = file === null ? '' : await context.read(file).catch(() => '')
  const known = new Set([...SELECTOR_KEYS, ...SELECTOR_METHODS])
  const found: Candidate[] = []
  for (const at of keysIn(text, file ?? '').filter(
    (k) => !known.has(k.key.replace(/^config\..*/, 'config')),
  )) {
    const [near] = nearNames(at.key, SELECTOR_KEYS, 1)
    if (!near || file === null) continue
    found.push(
      ...(await propose(context, {
        title: `Write ${near.name} instead of ${at.key}`,
        because: [`selectors have ${near.name}, written nearly so`],
        score: near.score,
        texts: { [file]: edited(text, [{ start: at.start, end: at.end, text: near.name }], file) },
      })),
    )
  }
  return found
}

/** A key that the message misses, and one like it that nobody knows. */
async function ofMissing(failure: Failure, context: FixContext): Promise<Candidate[]> {
  const said = failure.message.match(/[a-z_]+/g) ?? []
  const wanted = failure.class?.id.startsWith('C')
    ? ['columns', 'data_type']
    : [...new Set(said)].filter((w) => KNOWN.has(w))
  const found: Candidate[] = []
  const own = failure.file === null && failure.nodes.length === 0 ? [] : ownFiles(failure, context)
  const yaml = context.files.filter((p) => /\.ya?ml$/.test(p))
  for (const path of new Set([...own, ...yaml, ...(own.length > 0 ? [] : context.files)])) {
    if (!/\.(?:sql|ya?ml)$/.test(path)) continue
    const text = await context.read(path).catch(() => '')
    for (const key of new Set(keysIn(text, path).flatMap((k) => (KNOWN.has(k.key) ? [] : k.key)))) {
      const [near] = nearNames(key, wanted, 1)
      if (!near) continue
      const edits = keysIn(text, path)
        .filter((k) => k.key === key)
        .map(({ start, end }) => ({ start, end, text: near.name }))
      found.push(
        ...(await propose(context, {
          title: `Write ${near.name} instead of ${key}`,
          because: [`dbt knows ${near.name}, written nearly so, and misses it`],
          score: near.score,
          texts: { [path]: edited(text, edits, path) },
        })),
      )
    }
  }
  return found
}

async function pathsWith(names: string[], failure: Failure, { files, read }: FixContext): Promise<string[]> {
  const paths = (failure.file ? [failure.file] : files).filter((p) => /\.ya?ml$/.test(p))
  const found: string[] = []
  for (const path of paths)
    if (keysIn(await read(path).catch(() => ''), path).some((k) => names.includes(k.key))) found.push(path)
  return found
}

type Key = { key: string; start: number; end: number }

/** Keys of YAML, without their plus; names of what config() is given. */
function keysIn(text: string, path: string): Key[] {
  const isYaml = /\.ya?ml$/.test(path)
  const patterns = isYaml
    ? [/(^\s*(?:-\s+)?["']?\+?)([\w-]+)(?=["']?\s*:(?:\s|$))/gm, /([{,]\s*["']?\+?)([\w-]+)(?=["']?\s*:\s)/g]
    : [/([(,]\s*)(\w+)(?=\s*=(?!=))/g]
  const within = isYaml ? text : jinjaOnly(text)
  return patterns.flatMap((pattern) =>
    [...within.matchAll(pattern)].map((m) => {
      const start = m.index + (m[1]?.length ?? 0)
      return { key: m[2] ?? '', start, end: start + (m[2]?.length ?? 0) }
    }),
  )
}
