/** Where the source is wrong, the code is not bent to fit: what a person can decide, and what each would look like. */
import type { Look } from './look.ts'

/** The rows of a source that are wrong, in its own terms. */
export type Wrong = {
  source: string
  columns: string[]
  /** A condition over the source's columns; null for keys that repeat. */
  condition: string | null
}

export function decisionLines(look: Look, { source, columns, condition }: Wrong, test: string): string[] {
  const { graph, quote } = look
  const name = graph.label(source)
  const relation = (graph.source(source) ?? graph.node(source))?.relation_name ?? name
  const keys = columns.map(quote).join(', ')
  const bad =
    condition ?? `(${keys}) in (select ${keys} from ${relation} group by ${keys} having count(*) > 1)`
  const readers = graph.children(source).filter((id) => id.startsWith('model.') && graph.isOwn(id))
  const [reader] = readers
  const read = graph.source(source)
    ? `{{ source('${graph.source(source)?.source_name}', '${graph.source(source)?.name}') }}`
    : `{{ ref('${name}') }}`
  const staging = reader ? graph.label(reader) : `stg_${name.split('.').at(-1)}`
  const inSql = (text: string) => text.replaceAll(relation, read)
  return [
    'The data came wrong, and the code is not bent to fit it. A person decides:',
    `1. Repair it where it comes from, and load again. The rows: select * from ${relation} where ${bad}`,
    `2. Quarantine: ${staging} keeps what is well, a model beside it shows what is not, a test counts both.`,
    `     ${staging}.sql            ... from ${read} where (${inSql(bad)}) is not true`,
    `     ${staging}_rejected.sql   select * from ${read} where ${inSql(bad)}`,
    `     tests/${staging}_kept_and_rejected.sql`,
    `       select 1 as lost from (select 1) as one where (select count(*) from {{ ref('${staging}') }}) + (select count(*) from {{ ref('${staging}_rejected') }}) <> (select count(*) from ${read})`,
    `3. Accept it by a rule of your own: say in ${test} which rows are meant and why, where all can read it.`,
    ...(readers.length > 1
      ? [`It is read by ${readers.length} models: ${readers.map(graph.label).join(', ')}.`]
      : []),
  ]
}
