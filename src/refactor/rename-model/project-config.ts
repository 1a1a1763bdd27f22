/** What dbt_project.yml says of a model by where it lies, before and after. */
import type { YamlEditor } from '../../changes/yaml/index.ts'
import { refusedAt } from '../refused.ts'

type Level = Record<string, unknown>
/** Each key with what is said of it along the way, from the top down. */
type Said = Map<string, unknown[]>

/** Keys that add up along the way; of the others the last one counts. */
const ADDS_UP = new Set([
  'tags',
  'meta',
  'pre-hook',
  'post-hook',
  'grants',
  'pre_hook',
  'post_hook',
  'packages',
])

export type ConfigChange = { key: string; from: unknown; to: unknown }

/** What would be another config in the new place. `own` are the keys that the model says itself. */
export function configChanges(
  section: unknown,
  before: string[],
  after: string[],
  own: ReadonlySet<string>,
): ConfigChange[] {
  const [old, now] = [saidAlong(section, before), saidAlong(section, after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): ConfigChange[] => {
    if (own.has(key) && !ADDS_UP.has(key)) return []
    const [from, to] = [old, now].map((said) => effective(key, said.get(key) ?? []))
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ key, from, to }]
  })
}

function effective(key: string, said: unknown[]): unknown {
  return ADDS_UP.has(key) ? (said.length > 0 ? said.flat() : undefined) : said.at(-1)
}

function saidAlong(section: unknown, fqn: string[]): Said {
  const said: Said = new Map()
  let at: unknown = section
  for (const part of [null, ...fqn]) {
    if (part !== null) at = isLevel(at) && Object.hasOwn(at, part) ? at[part] : undefined
    if (!isLevel(at)) break
    for (const [key, value] of Object.entries(at)) {
      if (!key.startsWith('+') && isLevel(value)) continue
      const name = key.replace(/^\+/, '')
      said.set(name, [...(said.get(name) ?? []), value])
    }
  }
  return said
}

function isLevel(value: unknown): value is Level {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The key that dbt_project.yml has for the model itself, under its new name. */
export function renameOwnKey(yaml: YamlEditor, section: string, before: string[], after: string[]): void {
  const where = [section, ...before]
  if (!yaml.has(where)) return
  const isSamePlace = before.slice(0, -1).join('/') === after.slice(0, -1).join('/')
  if (!isSamePlace)
    throw refusedAt(
      `${yaml.path}:${yaml.lineOf(where)}`,
      `${before.at(-1)} has settings of its own here, by its folder`,
      ['Move them into the config() of the model first.'],
    )
  yaml.renameKey(where, after.at(-1) ?? '')
}
