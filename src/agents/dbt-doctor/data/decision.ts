/** Where the source is wrong, the code is not bent to fit: what a person can decide, and what each would look like. */
import type { Look } from './look.ts'

/** The rows of a source that are wrong, in its own terms. */
export type Wrong = {
  source: string
  columns: string[]
  /** A condition over the source's columns; null for keys that repeat. */
  condition: string | null
  /** What is not there, in words: the rows are those beside it. */
  missing?: string
  /** They differ in nothing but what the loader writes beside: one of each is all there is to know. */
  areCopies?: true
}

export async function decisionLines(
  look: Look,
  { source, columns, condition, missing, areCopies }: Wrong,
  test: string,
): Promise<string[]> {
  const { graph } = look
  const name = graph.label(source)
  if (source.startsWith('seed.'))
    return [
      `Which row is right is for a person to say: mend ${look.fileOf(source) ?? name}, and load it again with dbt seed --select ${name}.`,
    ]
  const relation = (graph.source(source) ?? graph.node(source))?.relation_name ?? name
  const bad = badCondition(look, { source, columns, condition })
  const readers = graph.children(source).filter((id) => id.startsWith('model.') && graph.isOwn(id))
  const [reader] = readers
  const staging = reader ? graph.label(reader) : `stg_${name.split('.').at(-1)}`
  const inSql = await asWritten(look)
  const read = inSql(relation)
  const rows = `select * from ${read} where ${inSql(bad)}`
  const shown = `dbt show --inline '${rows.replaceAll("'", "'\\''")}'`
  if (missing)
    return [
      'The data came incomplete, and the code is not bent to fit it. A person decides:',
      `1. Repair it where it comes from, and load again: ${missing}. The rows beside: ${shown}`,
      `2. Accept it by a rule of your own: say in ${test} which rows are meant and why, where all can read it.`,
    ]
  const first = [
    'The data came wrong, and the code is not bent to fit it. A person decides:',
    `1. Repair it where it comes from, and load again. The rows: ${shown}`,
  ]
  if (areCopies)
    return [
      ...first,
      `2. Keep one of each: they differ in nothing, so that a select distinct of the columns which ${staging} reads loses nothing. It hides the next copies too.`,
    ]
  return [
    ...first,
    `2. Quarantine: ${staging} keeps what is well, a model beside it shows what is not, a test counts both.`,
    `     ${staging}.sql            ... from ${read} where (${inSql(bad)}) is not true`,
    `     ${staging}_rejected.sql   ${rows}`,
    `     tests/${staging}_kept_and_rejected.sql`,
    `       select 1 as lost from (select 1) as one where (select count(*) from {{ ref('${staging}') }}) + (select count(*) from {{ ref('${staging}_rejected') }}) <> (select count(*) from ${read})`,
    `3. Accept it by a rule of your own: say in ${test} which rows are meant and why, where all can read it.`,
    ...(readers.length > 1
      ? [`It is read by ${readers.length} models: ${readers.map(graph.label).join(', ')}.`]
      : []),
  ]
}

/** The rows that are wrong, as a condition over the source. */
export function badCondition({ graph, quote }: Look, { source, columns, condition }: Wrong): string {
  const relation = graph.source(source)?.relation_name ?? graph.node(source)?.relation_name ?? ''
  const keys = columns.map(quote).join(', ')
  return condition ?? `(${keys}) in (select ${keys} from ${relation} group by ${keys} having count(*) > 1)`
}

/** Says SQL as the project writes it: relations by ref and source, the longest name first, since one may begin another. */
export async function asWritten({ graph, relation }: Look): Promise<(sql: string) => string> {
  const { nodes, sources } = graph.manifest
  const ids = [...Object.keys(sources), ...Object.keys(nodes).filter(graph.isBuilt)]
  const named = await Promise.all(
    ids.map(async (id): Promise<[string, string][]> => {
      const of = graph.source(id)
      const call = of
        ? `{{ source('${of.source_name}', '${of.name}') }}`
        : `{{ ref('${graph.node(id)?.name}') }}`
      const names = [of?.relation_name, graph.node(id)?.relation_name, await relation(id)]
      return names.flatMap((n) => (n ? [[n, call] as [string, string]] : []))
    }),
  )
  const all = named.flat().sort(([a], [b]) => b.length - a.length)
  return (sql) => all.reduce((text, [from, to]) => text.replaceAll(from, to), sql)
}
