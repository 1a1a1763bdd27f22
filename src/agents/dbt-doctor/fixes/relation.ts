/** A table that is not there: a source declared elsewhere than it lies, a name written by hand, `this` before it exists. */
import { editYaml } from '../../../changes/yaml/index.ts'
import { isMartsmithError } from '../../../core/errors.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, sqlOnly } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'

export const relation: Fixer = {
  id: 'relation',
  classes: ['D02', 'D03'],
  find: async (failure, context) => {
    const there = await standing(context)
    const found: Candidate[] = []
    for (const id of failingNodes(failure, context)) {
      found.push(...(await declaredElsewhere(id, there, context)))
      found.push(...(await writtenByHand(id, failure, there, context)))
    }
    return [...found, ...(await guarded(failure, context))]
  },
}

export type Table = { database: string; schema: string; name: string }

/** All tables and views that the connection sees; empty where the warehouse has no such catalog. */
export async function standing({ dbt, adapter }: FixContext): Promise<Table[]> {
  const columns = 'table_catalog, table_schema, table_name'
  const own =
    "table_schema not in ('information_schema', 'pg_catalog') and table_schema not like 'martsmith%'"
  if (adapter !== 'duckdb' && adapter !== 'postgres') return []
  const [answer] = await dbt.query([`select ${columns} from information_schema.tables where ${own}`], 20_000)
  return answer && 'rows' in answer
    ? answer.rows.map(([database, schema, name]) => ({
        database: String(database),
        schema: String(schema),
        name: String(name),
      }))
    : []
}

export const same = (a: string | null | undefined, b: string) => a?.toLowerCase() === b.toLowerCase()

/** Where the table of a source really lies: its name in another schema or database, or a name that is nearly so in its own. */
async function declaredElsewhere(id: string, there: Table[], context: FixContext): Promise<Candidate[]> {
  const { graph, place } = context
  const found: Candidate[] = []
  for (const parent of graph?.parents(id) ?? []) {
    const source = graph?.source(parent)
    if (!source) continue
    const name = source.identifier || source.name
    const isThere = there.some(
      (t) =>
        same(source.schema, t.schema) &&
        same(name, t.name) &&
        (!source.database || same(source.database, t.database)),
    )
    if (isThere) continue
    const path = fileOf(source, place)
    for (const table of there.filter((t) => same(name, t.name)).slice(0, 4)) {
      const near = nearNames(source.schema, [table.schema], 1)[0]?.score ?? 0
      found.push(
        ...(await redeclared(path, source, { schema: table.schema, database: table.database }, context, {
          title: `Read ${source.source_name}.${source.name} in ${table.schema}, where it lies`,
          because: [`${table.schema} has a table ${table.name}, and ${source.schema} has none`],
          score: Math.max(70, near),
        })),
      )
    }
    const beside = there.filter((t) => same(source.schema, t.schema)).map((t) => t.name)
    for (const near of nearNames(name, beside))
      found.push(
        ...(await redeclared(path, source, { identifier: near.name }, context, {
          title: `Read the table ${near.name} as ${source.source_name}.${source.name}`,
          because: [`${source.schema} has ${near.name}, written nearly so`],
          score: near.score,
        })),
      )
    if (!there.some((t) => same(name, t.name)))
      found.push(...(await calledOtherwise(id, source, there, context)))
  }
  return found
}

/** So many columns, and such a part of them, a model has to name before a table is taken for what it reads. */
const FEWEST_NAMED = 3
const MOSTLY_NAMED = 0.7
const MOST_TABLES = 20

/** A table that no source declares, and whose columns are what the model reads: it may have got another name. */
async function calledOtherwise(
  id: string,
  source: SourceNode,
  there: Table[],
  context: FixContext,
): Promise<Candidate[]> {
  const { graph, place, dbt } = context
  const declared = Object.values(graph?.manifest.sources ?? {})
  const beside = there.filter((t) => same(source.schema, t.schema))
  const free = beside
    .filter((t) => !declared.some((s) => same(s.schema, t.schema) && same(s.identifier || s.name, t.name)))
    .slice(0, MOST_TABLES)
  const reader = graph?.node(id)
  if (free.length === 0 || !reader) return []
  const text = await context.read(fileOf(reader, place)).catch(() => '')
  const read = new Set((text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []).map((w) => w.toLowerCase()))
  const answers = await dbt.columns(
    free.map((t) => [t.database, t.schema, t.name].map((n) => `"${n.replaceAll('"', '""')}"`).join('.')),
  )
  const name = (source.identifier || source.name).toLowerCase()
  const found: Candidate[] = []
  for (const [i, table] of free.entries()) {
    const columns = answers[i]
    if (!Array.isArray(columns)) continue
    const named = columns.filter((c) => read.has(c.name.toLowerCase())).length
    if (named < FEWEST_NAMED || named < columns.length * MOSTLY_NAMED) continue
    const other = table.name.toLowerCase()
    const isAlike = other.includes(name) || name.includes(other)
    const made = await redeclared(fileOf(source, place), source, { identifier: table.name }, context, {
      title: `Read the table ${table.name} as ${source.source_name}.${source.name}`,
      because: [
        `${table.schema} has no ${source.name}; ${table.name}, which no source declares, has ${named} of ${columns.length} columns that ${reader.name} names`,
      ],
      score: isAlike ? 78 : 64,
    })
    // By its columns alone it counts where all stays what it is.
    found.push(...made.map((c) => (isAlike ? c : { ...c, guess: true as const })))
  }
  return found
}

type SourceNode = NonNullable<ReturnType<NonNullable<FixContext['graph']>['source']>>

type Source = { source_name: string; name: string; schema: string; database?: string | null | undefined }
type Words = { title: string; because: string[]; score: number }

async function redeclared(
  path: string,
  source: Source,
  to: { schema?: string; database?: string; identifier?: string },
  context: FixContext,
  words: Words,
): Promise<Candidate[]> {
  try {
    const yaml = editYaml(path, await context.read(path))
    const entry = ['sources', { name: source.source_name }] as const
    if (to.schema && !same(source.schema, to.schema))
      yaml.set([...entry, 'schema'], to.schema, { after: ['name'] })
    if (to.database && yaml.has([...entry, 'database']) && !same(source.database, to.database))
      yaml.set([...entry, 'database'], to.database)
    if (to.identifier)
      yaml.set([...entry, 'tables', { name: source.name }, 'identifier'], to.identifier, { after: ['name'] })
    return propose(context, { ...words, texts: { [path]: yaml.text } })
  } catch (error) {
    if (isMartsmithError(error)) return []
    throw error
  }
}

/** `schema.table` in the SQL: the ref of the model that builds it, else the nearest that stands. */
async function writtenByHand(
  id: string,
  { thing }: Failure,
  there: Table[],
  context: FixContext,
): Promise<Candidate[]> {
  const node = context.graph?.node(id)
  if (!node || !thing) return []
  const path = fileOf(node, context.place)
  const text = await context.read(path).catch(() => '')
  const last = thing.split('.').at(-1) ?? thing
  const named = new RegExp(`(?<![\\w.])((?:"?\\w+"?\\.){0,2})"?${last}"?(?![\\w.])`, 'gi')
  const places = [...sqlOnly(text).matchAll(named)].filter((m) =>
    /\b(?:from|join)\s+$/i.test(text.slice(0, m.index)),
  )
  if (places.length === 0) return []
  const models = Object.values(context.graph?.manifest.nodes ?? {}).filter(
    (n) => ['model', 'seed', 'snapshot'].includes(n.resource_type) && n.unique_id !== id,
  )
  const put = (instead: string) =>
    edited(
      text,
      places.map((m) => ({ start: m.index, end: m.index + m[0].length, text: instead })),
      path,
    )
  const found: Candidate[] = []
  const exact = models.filter((m) => same(m.alias || m.name, last)).map((m) => ({ name: m.name, score: 90 }))
  for (const { name, score } of [
    ...exact,
    ...nearNames(
      last,
      models.map((m) => m.name),
    ),
  ])
    found.push(
      ...(await propose(context, {
        title: `Read {{ ref('${name}') }} instead of ${last}`,
        because: [score === 90 ? `the project builds ${name}` : `the project has ${name}, written nearly so`],
        score,
        texts: { [path]: put(`{{ ref('${name}') }}`) },
      })),
    )
  for (const near of nearNames(
    last,
    there.map((t) => t.name),
  ).filter((n) => !models.some((m) => same(m.name, n.name))))
    found.push(
      ...(await propose(context, {
        title: `Read ${near.name} instead of ${last}`,
        because: [`the warehouse has ${near.name}, written nearly so`],
        score: near.score - 5,
        texts: { [path]: put(`${places[0]?.[1] ?? ''}${near.name}`) },
      })),
    )
  return found
}

/** What reads `this` is there for the second run only. */
async function guarded({ file, nodes, thing }: Failure, context: FixContext): Promise<Candidate[]> {
  const [id = ''] = nodes
  const node = context.graph?.node(id)
  if (!file?.endsWith('.sql') || node?.config?.materialized !== 'incremental') return []
  if (thing !== null && !same(thing.split('.').at(-1), node.alias || node.name)) return []
  const text = await context.read(file)
  const lines = text.split('\n')
  const at = lines.findIndex((l) => /\{\{\s*this\s*\}\}/.test(l))
  const isGuarded = /\bis_incremental\s*\(/.test(lines.slice(0, at + 1).join('\n'))
  if (at < 0 || isGuarded || !/^\s*(?:where|and|or)\b/i.test(lines[at] ?? '')) return []
  const indent = /^\s*/.exec(lines[at] ?? '')?.[0] ?? ''
  const put = [
    ...lines.slice(0, at),
    `${indent}{% if is_incremental() %}`,
    lines[at] ?? '',
    `${indent}{% endif %}`,
    ...lines.slice(at + 1),
  ]
  return propose(context, {
    title: 'Read {{ this }} in incremental runs only',
    because: ['in its first run the model has no table of its own to read'],
    score: 80,
    texts: { [file]: put.join('\n') },
  })
}
