/** YAML that can be read and is of the wrong shape: an entry without its dash, tests under two keys, a thing twice. */
import { isDeepStrictEqual } from 'node:util'
import { collectChanges } from '../../../changes/index.ts'
import { editYaml, type YamlPath } from '../../../changes/yaml/index.ts'
import { isMartsmithError } from '../../../core/errors.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { propose } from './propose.ts'

export const structure: Fixer = {
  id: 'structure',
  classes: ['P02', 'P04', 'P21', 'P23', 'P24'],
  find: async (failure, context) => {
    if (failure.class?.id === 'P02') return missingDash(failure, context)
    if (failure.class?.id === 'P04') return oneListOfTests(failure, context)
    if (failure.class?.id === 'P21') return copyGone(failure, context)
    return failure.class?.id === 'P23' ? describedTwice(failure, context) : macroTwice(failure, context)
  },
}

async function missingDash({ message, file }: Failure, context: FixContext): Promise<Candidate[]> {
  const [, key] = /the value of '(\w+)' is not a list/.exec(message) ?? []
  if (!key || !file) return []
  const lines = (await context.read(file)).split('\n')
  const at = lines.findIndex((l) => new RegExp(`^${key}\\s*:\\s*$`).test(l))
  const below = lines.slice(at + 1).findIndex((l) => /^\S/.test(l))
  const end = below < 0 ? lines.length : at + 1 + below
  const first = lines.findIndex((l, i) => i > at && l.trim() !== '' && !l.trim().startsWith('#'))
  if (at < 0 || first < 0 || first >= end) return []
  const lead = /^\s*/.exec(lines[first] ?? '')?.[0] ?? ''
  const put = (l: string, i: number) => {
    if (i < first || i >= end || l.trim() === '') return l
    return i === first ? `${lead}- ${l.trimStart()}` : `  ${l}`
  }
  return propose(context, {
    title: `Make ${key} a list`,
    because: [`${key} holds one entry without its dash`],
    score: 75,
    texts: { [file]: lines.map(put).join('\n') },
  })
}

/** All go under `data_tests`, each as it is. */
async function oneListOfTests({ file, message }: Failure, context: FixContext): Promise<Candidate[]> {
  const path = file ?? context.files.find((p) => message.includes(p))
  if (!path) return []
  const text = await context.read(path)
  const yaml = editYaml(path, text)
  try {
    for (const holder of bothIn(yaml.get([]), [])) {
      for (const test of yaml.get([...holder, 'tests']) as (string | Record<string, never>)[])
        yaml.add([...holder, 'data_tests'], test)
      yaml.remove([...holder, 'tests'])
    }
  } catch (error) {
    if (isMartsmithError(error)) return []
    throw error
  }
  return propose(context, {
    title: 'Put all tests under data_tests',
    because: ['dbt takes one list of tests; each test stays as it is'],
    score: 85,
    texts: { [path]: yaml.text },
  })
}

function bothIn(value: unknown, keys: (string | number)[]): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((v, i) => bothIn(v, [...keys, i]))
  if (value === null || typeof value !== 'object') return []
  const own = 'tests' in value && 'data_tests' in value && Array.isArray(value.tests) ? [keys] : []
  return [...own, ...Object.entries(value).flatMap(([k, v]) => bothIn(v, [...keys, k]))]
}

const SECTIONS = ['models', 'seeds', 'snapshots', 'analyses', 'macros']

/** An entry goes where the other one says all that it says. */
async function describedTwice({ thing }: Failure, context: FixContext): Promise<Candidate[]> {
  const name = thing ?? ''
  // dbt names the one of both that it read last.
  const paths = context.files.filter((p) => /\.ya?ml$/.test(p))
  const entries: { path: string; section: string; entry: Record<string, unknown> }[] = []
  for (const path of paths)
    for (const section of SECTIONS) {
      const entry = entryIn(path, await context.read(path).catch(() => ''), [section, { name }])
      if (entry !== null && typeof entry === 'object')
        entries.push({ path, section, entry: entry as Record<string, unknown> })
    }
  const found: Candidate[] = []
  for (const one of entries) {
    const { description: _, ...rest } = one.entry
    const other = entries.find((e) => e !== one && covers(e.entry, e.path === one.path ? one.entry : rest))
    if (!other) continue
    const texts: Record<string, string> = {}
    const after = async (path: string) => texts[path] ?? (await context.read(path))
    const kept = editYaml(other.path, await after(other.path))
    const left = described(one.entry, other.entry)
    // What it is stays said.
    if (left !== null && one.path !== other.path)
      kept.set([other.section, { name }, 'description'], left, { after: ['name'] })
    texts[other.path] = kept.text
    const yaml = editYaml(one.path, await after(one.path))
    yaml.remove([one.section, { name }])
    texts[one.path] = yaml.text
    found.push(
      ...(await propose(context, {
        title: `Describe ${name} in ${other.path} alone`,
        because: [`${one.path} says no test or column of ${name} that ${other.path} does not say`],
        score: 80 - found.length * 15,
        texts,
      })),
    )
  }
  return found
}

/** Null where it is not there, or cannot be told apart. */
function entryIn(path: string, text: string, where: YamlPath): unknown {
  try {
    return editYaml(path, text).get(where) ?? null
  } catch (error) {
    if (isMartsmithError(error)) return null
    throw error
  }
}

/** The description that only the one that goes has. */
function described(less: Record<string, unknown>, more: Record<string, unknown>): string | null {
  const isSaid = typeof more.description === 'string' && more.description !== ''
  return !isSaid && typeof less.description === 'string' ? less.description : null
}

/** Whether all tests, columns and settings of `less` stand in `more`; a description may go where there is another. */
function covers(more: unknown, less: unknown): boolean {
  if (Array.isArray(less))
    return Array.isArray(more) && less.every((item) => more.some((other) => covers(other, item)))
  if (less === null || typeof less !== 'object') return isDeepStrictEqual(more, less)
  return Object.entries(less).every(([key, value]) => {
    const there = (more as Record<string, unknown> | null)?.[key]
    return key === 'description' ? typeof there === 'string' && there !== '' : covers(there, value)
  })
}

/** The one of two macros that goes; where they say the same it is the one whose file holds nothing else. */
async function macroTwice({ thing, message }: Failure, context: FixContext): Promise<Candidate[]> {
  const name = thing ?? ''
  const body = new RegExp(`\\{%-?\\s*macro\\s+${name}\\s*\\([\\s\\S]*?\\{%-?\\s*endmacro\\s*-?%\\}\\n?`)
  const holders: { path: string; text: string; macro: string }[] = []
  for (const path of context.files.filter((p) => p.endsWith('.sql') && message.includes(p))) {
    const text = await context.read(path)
    const [macro] = body.exec(text) ?? []
    if (macro) holders.push({ path, text, macro })
  }
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim()
  const dirty = new Set((await context.git?.dirty()) ?? [])
  const found: Candidate[] = []
  for (const { path, text, macro } of holders) {
    const isSame = holders.every((h) => plain(h.macro) === plain(macro))
    found.push(
      ...(await propose(context, {
        title: `Take the macro ${name} out of ${path}`,
        because: [isSame ? 'both say the same' : 'the other one stays'],
        score:
          (isSame ? 70 - found.length * 15 : 40) +
          (dirty.has(path) ? 15 : 0) +
          (plain(text) === plain(macro) ? 4 : 0),
        texts: { [path]: text.replace(macro, '') },
      })),
    )
  }
  return found
}

/** A copy, word for word, that git does not know goes; what stands is what it was. */
async function copyGone({ message }: Failure, context: FixContext): Promise<Candidate[]> {
  const { place, files, read, git } = context
  const paths = files.filter((p) => message.includes(`(${p})`))
  const texts = await Promise.all(paths.map((p) => read(p).catch(() => '')))
  const found: Candidate[] = []
  for (const [i, path] of paths.entries()) {
    const other = paths.find((_, k) => k !== i && isCopy(texts[i] ?? '', texts[k] ?? ''))
    if (!other || !git || (await git.committed(path)) !== null || (await git.committed(other)) === null)
      continue
    const changes = collectChanges(place)
    await changes.remove(path)
    const title = `Take ${path} away, a copy of ${other}`
    found.push({
      title,
      because: [`both say the same, word for word, and git does not know ${path}`],
      score: 85,
      changes: await changes.changeSet(title),
    })
  }
  return found
}

/** Whether two texts differ in blanks only. */
export function isCopy(one: string, other: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim()
  return plain(one) !== '' && plain(one) === plain(other)
}
