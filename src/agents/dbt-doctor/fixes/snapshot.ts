/** A snapshot that lacks its key or its strategy: what it had, or what its model says of itself. */
import type { YamlEditor, YamlPath } from '../../../changes/yaml/index.ts'
import { isMartsmithError } from '../../../core/errors.ts'
import { configCalls, withArguments } from '../../../refactor/change-materialization/config-call.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { opened } from './opened.ts'
import { propose } from './propose.ts'
import { earlierTexts } from './versions.ts'

export const snapshot: Fixer = {
  id: 'snapshot',
  classes: ['P29'],
  find: async ({ message }, context) => {
    if (!/must be configured with/i.test(message)) return []
    const found: Candidate[] = []
    for (const path of context.files) {
      const text = /\.(?:sql|ya?ml)$/.test(path) ? await context.read(path).catch(() => '') : ''
      if (/\.ya?ml$/.test(path) && /^snapshots:/m.test(text))
        found.push(...(await inYaml(path, text, context)))
      if (path.endsWith('.sql') && /\{%-?\s*snapshot\s/.test(text))
        found.push(...(await inSql(path, text, context)))
    }
    return found
  },
}

type Settings = { unique_key?: unknown; strategy?: unknown; updated_at?: unknown; check_cols?: unknown }
type Setting = { key: 'unique_key' | 'strategy'; value: string | string[]; score: number; because: string }

/** What a snapshot lacks, by what it has, what it had, and what is unique in what it reads. */
function lacking(has: Settings, before: { settings: Settings; when: string }[], keys: string[]): Setting[] {
  const own = (['unique_key', 'strategy'] as const).filter((key) => has[key] === undefined)
  return own.flatMap((key): Setting[] => {
    const was = before.find(({ settings }) => isValue(settings[key]))
    const value = was?.settings[key]
    if (was && isValue(value))
      return [
        {
          key,
          value,
          score: 90,
          because: `git: it had ${key} ${String(value)} before the change ${was.when}`,
        },
      ]
    if (key === 'unique_key')
      return keys.map((k) => ({
        key,
        value: k,
        score: 74,
        because: `${k} is tested to be unique in what it reads`,
      }))
    if (has.updated_at !== undefined)
      return [{ key, value: 'timestamp', score: 76, because: 'it says by which column a row is newer' }]
    return has.check_cols === undefined
      ? []
      : [{ key, value: 'check', score: 76, because: 'it says which columns are compared' }]
  })
}

const isValue = (value: unknown): value is string | string[] =>
  (typeof value === 'string' && value !== '') ||
  (Array.isArray(value) && value.every((v) => typeof v === 'string'))

async function inYaml(path: string, text: string, context: FixContext): Promise<Candidate[]> {
  const yaml = opened(path, text)
  const entries = yaml?.get(['snapshots'])
  const found: Candidate[] = []
  for (const entry of Array.isArray(entries) ? entries : []) {
    const { name, relation } = (entry ?? {}) as { name?: unknown; relation?: unknown }
    if (typeof name !== 'string') continue
    const at: YamlPath = ['snapshots', { name }]
    const before = (await earlierTexts(path, context)).map(({ text: old, when }) => ({
      settings: settingsAt(opened(path, old), at),
      when,
    }))
    const read = /ref\(\s*['"]([^'"]+)['"]/.exec(String(relation))?.[1]
    for (const one of lacking(settingsAt(yaml, at), before, read ? await uniqueIn(read, context) : [])) {
      const again = opened(path, text)
      try {
        again?.set([...at, 'config', one.key], one.value)
      } catch (error) {
        if (!isMartsmithError(error)) throw error
        continue
      }
      found.push(...(await proposed(name, one, path, again?.text ?? text, context)))
    }
  }
  return found
}

function settingsAt(yaml: YamlEditor | null, at: YamlPath): Settings {
  const config = yaml?.get([...at, 'config'])
  return config !== null && typeof config === 'object' ? (config as Settings) : {}
}

async function inSql(path: string, text: string, context: FixContext): Promise<Candidate[]> {
  const name = /\{%-?\s*snapshot\s+(\w+)/.exec(text)?.[1] ?? path
  const settings = (sql: string): Settings =>
    Object.fromEntries(
      (configCalls(sql) ?? []).flatMap((c) => c.arguments ?? []).map((a) => [a.name, a.literal ?? true]),
    )
  const before = (await earlierTexts(path, context)).map((v) => ({
    settings: settings(v.text),
    when: v.when,
  }))
  const read = /ref\(\s*['"]([^'"]+)['"]/.exec(text)?.[1]
  const [call] = configCalls(text) ?? []
  const found: Candidate[] = []
  for (const one of call ? lacking(settings(text), before, read ? await uniqueIn(read, context) : []) : [])
    if (call)
      found.push(
        ...(await proposed(name, one, path, withArguments(text, call, [[one.key, one.value]]), context)),
      )
  return found
}

const proposed = (
  name: string,
  { key, value, score, because }: Setting,
  path: string,
  text: string,
  context: FixContext,
) =>
  propose(context, {
    title: `Give the snapshot ${name} the ${key} ${String(value)}`,
    because: [because],
    score,
    texts: { [path]: text },
  })

/** Columns of a model that its properties test to be unique. */
async function uniqueIn(model: string, { files, read }: FixContext): Promise<string[]> {
  const found: string[] = []
  for (const path of files.filter((p) => /\.ya?ml$/.test(p))) {
    const yaml = opened(path, await read(path).catch(() => ''))
    const columns = yaml?.get(['models', { name: model }, 'columns'])
    for (const column of Array.isArray(columns) ? columns : []) {
      const tests: unknown = column?.data_tests ?? column?.tests
      const isUnique = (t: unknown) =>
        t === 'unique' || (t !== null && typeof t === 'object' && 'unique' in t)
      if (typeof column?.name === 'string' && Array.isArray(tests) && tests.some(isUnique))
        found.push(column.name)
    }
  }
  return found
}
