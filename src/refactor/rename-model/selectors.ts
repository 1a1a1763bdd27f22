/** `selectors.yml`: where it names the model, and where it takes it by its folder or by a pattern. */
import type { YamlEditor } from '../../changes/yaml/index.ts'

export type Selectable = {
  name: string
  /** `project`, the folders below the models' folder, `name`. */
  fqn: string[]
  /** From the folder of dbt_project.yml. */
  path: string
}

const TAKEN_APART = /^(@?(?:\d*\+)?)(?:([a-z_]+(?:\.[\w.]+)?):)?(.*?)((?:\+\d*)?)$/

/** Answers what to know: selections that took the model before and do not now, or the other way round. */
export function renameInSelectors(yaml: YamlEditor, before: Selectable, after: Selectable): string[] {
  const notes: string[] = []
  const told = (line: number, text: string, took: boolean, takes: boolean) => {
    if (took !== takes)
      notes.push(
        `${yaml.path}:${line}: "${text}" ${took ? 'took' : 'did not take'} ${before.name} and ${takes ? 'takes' : 'does not take'} ${after.name}: it stays as it is.`,
      )
  }
  for (const { keys, text, line } of yaml.strings(['selectors'])) {
    if (!keys.includes('definition')) continue
    for (const atom of atomsAt(yaml, keys, text))
      if (renamed(atom, before, after) === null) told(line, text, takes(atom, before), takes(atom, after))
  }
  yaml.replaceStrings(['selectors'], (text, keys) => {
    if (!keys.includes('definition')) return null
    const method = methodAt(yaml, keys)
    if (method !== null) {
      if (method === '') return null
      return renamed({ method, value: text }, before, after)
    }
    return text.replace(/[^\s,]+/g, (word) => {
      const [, head = '', method, value = '', tail = ''] = TAKEN_APART.exec(word) ?? []
      const name = renamed({ method: method ?? null, value }, before, after)
      return name === null ? word : `${head}${method === undefined ? '' : `${method}:`}${name}${tail}`
    })
  })
  return notes
}

type Atom = { method: string | null; value: string }

function atomsAt(yaml: YamlEditor, keys: (string | number)[], text: string): Atom[] {
  const method = methodAt(yaml, keys)
  if (method !== null) return method === '' ? [] : [{ method, value: text }]
  return text.split(/[\s,]+/).map((word) => {
    const [, , named, value = ''] = TAKEN_APART.exec(word) ?? []
    return { method: named ?? null, value }
  })
}

/** The method that a value belongs to; null for a text as the command line takes it, '' for none of both. */
function methodAt(yaml: YamlEditor, keys: (string | number)[]): string | null {
  const last = keys.at(-1)
  if (typeof last === 'number' || last === 'definition') return null
  if (last === 'value') return String(yaml.get([...keys.slice(0, -1), 'method']) ?? '')
  return last === 'method' || last === 'indirect_selection' ? '' : String(last)
}

function renamed({ method, value }: Atom, before: Selectable, after: Selectable): string | null {
  const by = method ?? implied(value)
  if (by === 'path') return value.replace(/^\.\//, '') === before.path ? after.path : null
  if (by === 'file') {
    const [file = '', next = ''] = [before.path, after.path].map((p) => p.split('/').at(-1) ?? '')
    if (value === file) return next
    return value === before.name ? after.name : null
  }
  if (by !== 'fqn') return null
  if (value === before.name) return after.name
  for (const from of [0, 1])
    if (value === before.fqn.slice(from).join('.')) return after.fqn.slice(from).join('.')
  return null
}

/** What dbt takes a word for that names no method. */
function implied(value: string): string {
  if (/[/\\]/.test(value)) return 'path'
  return /\.(sql|py|csv)$/i.test(value) ? 'file' : 'fqn'
}

/** Whether it takes the model by its folder or by a pattern. */
function takes({ method, value }: Atom, { name, fqn, path }: Selectable): boolean {
  const by = method ?? implied(value)
  const like = (text: string) => pattern(value).test(text)
  if (by === 'path') return path === value || path.startsWith(`${value.replace(/\/+$/, '')}/`) || like(path)
  if (by === 'file') return like(path.split('/').at(-1) ?? '') || like(name)
  if (by !== 'fqn') return false
  const parts = value.split('.')
  const leads = (of: string[]) => parts.every((p, i) => of[i] !== undefined && pattern(p).test(of[i]))
  return like(name) || leads(fqn) || leads(fqn.slice(1))
}

/** `*`, `?` and `[...]` as the shell has them. */
function pattern(glob: string): RegExp {
  const plain = glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  try {
    return new RegExp(`^${plain}$`)
  } catch {
    return /^$/
  }
}
