/** A contract that is not kept: the model is led to what it promises, or the promise to what the model is. */
import { editYaml } from '../../../changes/yaml/index.ts'
import { isMartsmithError } from '../../../core/errors.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { fileOf, patchFile } from './files.ts'
import { propose } from './propose.ts'
import { outermost } from './select-lists.ts'

export const contract: Fixer = {
  id: 'contract',
  classes: ['C09', 'C10'],
  find: async (failure, context) => {
    const [id = ''] = failure.nodes
    const node = context.graph?.node(id)
    if (!node?.patch_path) return []
    const files = {
      sql: fileOf(node, context.place),
      yaml: fileOf({ original_file_path: patchFile(node.patch_path) }, context.place),
    }
    return failure.class?.id === 'C10'
      ? withTypes(failure, node, files.yaml, context)
      : kept(failure, node, files, context)
  },
}

type Row = { column: string; is: string; promised: string; why: string }

/** The table in dbt's message. */
function rowsIn(message: string): Row[] {
  return [...message.matchAll(/^\s*\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|\s*$/gm)]
    .map((m) => m.slice(1, 5).map((cell) => cell.trim()))
    .filter(([first = '']) => first !== 'column_name' && !/^-+$/.test(first))
    .map(([column = '', is = '', promised = '', why = '']) => ({ column, is, promised, why }))
}

async function kept(
  { message }: Failure,
  node: ManifestNode,
  files: { sql: string; yaml: string },
  context: FixContext,
): Promise<Candidate[]> {
  const rows = rowsIn(message)
  const types = rows.filter((r) => r.is !== '' && r.promised !== '')
  const extra = rows.filter((r) => r.promised === '' && r.is !== '')
  const gone = rows.filter((r) => r.is === '' && r.promised !== '')
  const changedLast = await isNewer(files.yaml, files.sql, context)
  const found: Candidate[] = []
  const [one, other] = [extra[0], gone[0]]
  if (one && other && rows.length === 2)
    found.push(...(await renamed(one, other, files, changedLast, context)))
  if (gone.length > 0) return found
  const sql = await castTo(types, files.sql, context)
  const lossy = types.some((r) => isLossy(r.is, r.promised))
  if (extra.length === 0 && sql !== null)
    found.push(
      ...(await propose(context, {
        title: `Cast ${types.map((r) => `${r.column} to ${r.promised}`).join(', ')}, as the contract promises`,
        because: ['the contract is what readers rely on'],
        score: (lossy ? 40 : 72) - (changedLast === 'yaml' ? 15 : 0),
        texts: { [files.sql]: sql },
      })),
    )
  const yaml = await promised([...types, ...extra], node, files.yaml, context)
  if (yaml !== null)
    found.push(
      ...(await propose(context, {
        title: `Promise ${[...types, ...extra].map((r) => `${r.column} as ${r.is}`).join(', ')} in the contract`,
        because: [
          extra.length > 0
            ? 'the model has columns that its contract does not name'
            : 'the contract then says what the model is',
        ],
        score: (extra.length > 0 ? 66 : 52) + (changedLast === 'yaml' ? 15 : 0),
        texts: { [files.yaml]: yaml },
      })),
    )
  return found
}

/** A column that is promised and not there, and one that is there and not promised: one of both was renamed. */
async function renamed(
  { column: is }: Row,
  { column: promisedName }: Row,
  files: { sql: string; yaml: string },
  changedLast: 'sql' | 'yaml' | null,
  context: FixContext,
): Promise<Candidate[]> {
  const text = await context.read(files.sql)
  const edits = outermost(text).flatMap(({ items }) =>
    items
      .filter((i) => i.name?.toLowerCase() === is.toLowerCase())
      .map(({ expression, span }) => ({
        start: expression.end,
        end: span.end,
        text: ` as ${promisedName}`,
      })),
  )
  return propose(context, {
    title: `Call it ${promisedName}, as the contract does`,
    because: [`the contract promises ${promisedName}, and the model puts out ${is} in its place`],
    score: changedLast === 'yaml' ? 60 : 76,
    texts: edits.length > 0 ? { [files.sql]: edited(text, edits, files.sql) } : {},
  })
}

/** null where a column has no item of its own in the select. */
async function castTo(rows: Row[], path: string, context: FixContext): Promise<string | null> {
  const text = await context.read(path).catch(() => null)
  if (text === null || !path.endsWith('.sql') || rows.length === 0) return null
  const lists = outermost(text)
  const edits = rows.map(({ column, promised: type }) => {
    const items = lists.flatMap((l) => l.items).filter((i) => i.name?.toLowerCase() === column.toLowerCase())
    return items.map(({ expression, span }) => {
      const written = text.slice(expression.start, expression.end)
      // A cast that is there gets the other type.
      const cast = /^(cast\s*\([\s\S]*\bas\s+)[\w ]+(?:\([\d, ]*\))?(\s*\))$/i.exec(written)
      const as =
        cast && isWhole(written)
          ? `${cast[1]}${type.toLowerCase()}${cast[2]}`
          : `cast(${written} as ${type.toLowerCase()})`
      const alias = expression.end === span.end ? ` as ${column}` : ''
      return { ...expression, text: as + alias }
    })
  })
  return edits.every((e) => e.length > 0) ? edited(text, edits.flat(), path) : null
}

/** Whether the first bracket is closed by the last one. */
function isWhole(written: string): boolean {
  let depth = 0
  for (const [i, c] of [...written].entries()) {
    if (c === '(') depth += 1
    if (c === ')') depth -= 1
    if (c === ')' && depth === 0 && i < written.length - 1) return false
  }
  return true
}

async function promised(
  rows: Row[],
  { name, resource_type }: ManifestNode,
  path: string,
  { read }: FixContext,
): Promise<string | null> {
  try {
    const yaml = editYaml(path, await read(path))
    const entry = [`${resource_type}s`, { name }] as const
    for (const { column, is } of rows) {
      const at = [...entry, 'columns', { name: column }] as const
      if (yaml.has(at)) yaml.set([...at, 'data_type'], is.toLowerCase(), { after: ['name'] })
      else yaml.add([...entry, 'columns'], { name: column, data_type: is.toLowerCase() })
    }
    return yaml.text
  } catch (error) {
    if (isMartsmithError(error)) return null
    throw error
  }
}

/** Types that are not declared, as the table that stands has them, else as the warehouse says of the model's SQL. */
async function withTypes(
  { message }: Failure,
  node: ManifestNode,
  path: string,
  context: FixContext,
): Promise<Candidate[]> {
  const [, list = ''] = /for the \[([^\]]*)\] column/.exec(message) ?? []
  const missing = [...list.matchAll(/'([^']+)'/g)].map((m) => m[1] ?? '')
  const there = node.relation_name ? (await context.dbt.columns([node.relation_name]))[0] : undefined
  const types = new Map(Array.isArray(there) ? there.map((c) => [c.name.toLowerCase(), c.type] as const) : [])
  const rows = missing.flatMap((column) => {
    const is = types.get(column.toLowerCase())
    return is ? [{ column, is, promised: '', why: '' }] : []
  })
  if (rows.length === 0 || rows.length < missing.length) return []
  const yaml = await promised(rows, node, path, context)
  return yaml === null
    ? []
    : propose(context, {
        title: `Declare the type of ${rows.map((r) => `${r.column}: ${r.is.toLowerCase()}`).join(', ')}`,
        because: ['the table that stands has them so'],
        score: 80,
        texts: { [path]: yaml },
      })
}

const WHOLE = /^(?:tiny|small|big|huge)?int|^int/i
const FRACTION = /^(?:numeric|decimal|double|real|float)/i

/** Whether a cast may lose what the values say. */
function isLossy(from: string, to: string): boolean {
  if (FRACTION.test(from) && WHOLE.test(to)) return true
  return /^timestamp/i.test(from) && /^date$/i.test(to)
}

/** Which of both was edited last, by what is not committed. */
async function isNewer(yaml: string, sql: string, { git }: FixContext): Promise<'sql' | 'yaml' | null> {
  const dirty = new Set((await git?.dirty()) ?? [])
  if (dirty.has(yaml) === dirty.has(sql)) return null
  return dirty.has(yaml) ? 'yaml' : 'sql'
}
