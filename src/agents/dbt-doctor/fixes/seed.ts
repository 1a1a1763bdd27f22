/** A seed that cannot be read: a comma in a value without quotes, another delimiter, a type that its values do not have. */
import { editYaml } from '../../../changes/yaml/index.ts'
import { isMartsmithError } from '../../../core/errors.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { fileOf, patchFile } from './files.ts'
import { propose } from './propose.ts'

const DELIMITERS = [';', '\t', '|', ',']

export const seed: Fixer = {
  id: 'seed',
  classes: ['C14', 'D05', 'D06', 'D01', 'D11'],
  find: async (failure, context) => {
    const own = failure.nodes.filter((id) => id.startsWith('seed.'))
    const read = failure.class?.id === 'D01' ? failure.reads.map((r) => r.id) : []
    const found: Candidate[] = []
    for (const id of [...own, ...read.filter((r) => r.startsWith('seed.'))]) {
      const node = context.graph?.node(id)
      if (!node) continue
      const path = fileOf(node, context.place)
      const text = await context.read(path).catch(() => '')
      found.push(...(await quoted(path, text, context)), ...(await delimited(node, text, context)))
      if (own.includes(id)) found.push(...(await typed(node, failure, context)))
    }
    return found
  },
}

/** Every way of taking as many neighbours together as there are values too many; by what their columns hold elsewhere. */
async function quoted(path: string, text: string, context: FixContext): Promise<Candidate[]> {
  const [head = '', ...lines] = text.split('\n')
  if (text.includes('"')) return []
  const width = head.split(',').length
  const wrong = lines.flatMap((l, i) => (l.trim() !== '' && l.split(',').length > width ? [i] : []))
  const right = lines.filter((l) => l.split(',').length === width).map((l) => l.trimEnd().split(','))
  if (wrong.length === 0 || right.length === 0) return []
  const more = new Set(wrong.map((i) => (lines[i] ?? '').split(',').length - width))
  const [extra = 0] = more
  if (more.size > 1) return []
  const found: Candidate[] = []
  for (let at = 0; at < width; at += 1) {
    const rows = wrong.map((i) => {
      const cells = (lines[i] ?? '').trimEnd().split(',')
      const one = cells.slice(at, at + extra + 1).join(',')
      return { i, cells: [...cells.slice(0, at), one, ...cells.slice(at + extra + 1)] }
    })
    const fits = rows.every(({ cells }) => cells.every((cell, c) => c === at || isLike(cell, right, c)))
    if (!fits || !right.some((r) => /[^\d.\-: T]/.test(r[at] ?? ''))) continue
    const put = new Map(
      rows.map(({ i, cells }) => [i, cells.map((c, k) => (k === at ? `"${c}"` : c)).join(',')] as const),
    )
    found.push(
      ...(await propose(context, {
        title: `Quote the value of ${head.trimEnd().split(',')[at]} in ${rows.length === 1 ? `line ${(rows[0]?.i ?? 0) + 2}` : `${rows.length} lines`}`,
        because: [
          'a comma in it is taken for the end of the value; all other values then stand in their columns',
        ],
        score: 82,
        texts: { [path]: [head, ...lines.map((l, i) => put.get(i) ?? l)].join('\n') },
      })),
    )
  }
  return found
}

/** Whether a value is of the kind that all others of its column are. */
function isLike(value: string, rows: string[][], column: number): boolean {
  const kinds = [/^-?\d+$/, /^-?\d+(?:\.\d+)?$/, /^\d{4}-\d\d-\d\d/]
  const others = rows.map((r) => r[column] ?? '').filter((v) => v !== '')
  const kind = kinds.find((k) => others.length > 0 && others.every((v) => k.test(v)))
  return kind ? value === '' || kind.test(value) : !/^-?\d+(?:\.\d+)?$/.test(value) || others.includes(value)
}

/** The header has no comma, and another sign as often as every row. */
async function delimited(node: ManifestNode, text: string, context: FixContext): Promise<Candidate[]> {
  const lines = text.split('\n').filter((l) => l.trim() !== '')
  const times = (sign: string) => new Set(lines.map((l) => l.split(sign).length - 1))
  const now = typeof node.config?.delimiter === 'string' ? node.config.delimiter : ','
  const [sign] = DELIMITERS.filter((d) => d !== now && times(d).size === 1 && !times(d).has(0))
  if (!sign || !times(now).has(0)) return []
  const shown = sign === '\t' ? 'a tab' : sign
  return configured(node, ['delimiter'], sign, context, {
    title: `Read ${node.name} with ${shown} between its values`,
    because: [`every line has ${shown} as often as the first, and none has ${now}`],
    score: 88,
  })
}

/** The type that is configured for a column whose values do not have it. */
async function typed(node: ManifestNode, { message }: Failure, context: FixContext): Promise<Candidate[]> {
  const types = node.config?.column_types
  if (types === null || typeof types !== 'object') return []
  const path = fileOf(node, context.place)
  const [head = '', ...rows] = (await context.read(path).catch(() => '')).split('\n')
  const names = head.trimEnd().split(',')
  const found: Candidate[] = []
  for (const [column, type] of Object.entries(types as Record<string, unknown>)) {
    const at = names.indexOf(column)
    const values = rows.flatMap((r) => r.trimEnd().split(',')[at] ?? []).filter((v) => v !== '')
    const fits = fitting(values)
    if (at < 0 || fits === String(type).toLowerCase() || values.length === 0) continue
    found.push(
      ...(await configured(node, ['column_types', column], fits, context, {
        title: `Load ${column} as ${fits} instead of ${String(type)}`,
        because: [`${values.length} values of ${column} are ${fits}`],
        score: message.includes(column) ? 70 : 60,
      })),
    )
  }
  return found
}

/** The narrowest type that loses nothing. */
function fitting(values: string[]): string {
  const all = (pattern: RegExp) => values.every((v) => pattern.test(v))
  if (all(/^-?\d{1,9}$/)) return 'integer'
  if (all(/^-?\d{1,18}$/)) return 'bigint'
  if (all(/^-?\d+(?:\.\d+)?$/)) return 'numeric'
  if (all(/^\d{4}-\d\d-\d\d$/)) return 'date'
  return 'varchar'
}

type Words = { title: string; because: string[]; score: number }

/** Where the seed is described, else in dbt_project.yml. */
async function configured(
  node: ManifestNode,
  keys: string[],
  value: string,
  { read, place }: FixContext,
  words: Words,
): Promise<Candidate[]> {
  const patch = node.patch_path ? fileOf({ original_file_path: patchFile(node.patch_path) }, place) : null
  const project = fileOf({ original_file_path: 'dbt_project.yml' }, place)
  const path = patch ?? project
  try {
    const yaml = editYaml(path, await read(path))
    const [first = '', ...rest] = keys
    const where = patch
      ? ['seeds', { name: node.name }, 'config', ...keys]
      : ['seeds', ...node.fqn, `+${first}`, ...rest]
    yaml.set(where, value)
    return propose({ place }, { ...words, texts: { [path]: yaml.text } })
  } catch (error) {
    if (isMartsmithError(error)) return []
    throw error
  }
}
