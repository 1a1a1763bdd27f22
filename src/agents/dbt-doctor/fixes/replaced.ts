/** A column that went, and the one that holds what it held: by the values that stand below from the last time. */
import type { WarehouseColumn } from '../../../adapters/dbt/types.ts'
import { count } from '../../../core/text.ts'
import { dialectOf, kindOf } from '../../../project/profile/sql.ts'
import { keyOfStored } from '../../../project/sql/names.ts'
import type { Failure, FixContext, ReadRelation } from '../types.ts'
import { sqlOnly, wordsNamed } from '../words.ts'

export type Replacement = { name: string; score: number; because: string[] }

/** Columns that nobody reads, so many of a relation. */
const MOST_COLUMNS = 12
const MOST_VALUES = 2000
/** A part of its values that have to stand below under the old name. */
const NEARLY_ALL = 0.9
/** Fewer values than this say nothing: `true` and `false` are everywhere. */
const FEWEST_VALUES = 3

export async function replacements(
  name: string,
  { nodes, reads }: Failure,
  context: FixContext,
): Promise<Replacement[]> {
  const { graph } = context
  if (!graph) return []
  const unread = reads.map((read) => ({ read, columns: unreadOf(read, context).slice(0, MOST_COLUMNS) }))
  if (unread.every(({ columns }) => columns.length === 0)) return []
  const standing = await standingWith(name, nodes, context)
  if (!standing) return []
  const found: Replacement[] = []
  for (const { read, columns } of unread) {
    const relation = (graph.node(read.id) ?? graph.source(read.id))?.relation_name
    const shares = relation ? await sharesOf(relation, columns, standing, context) : []
    for (const [i, { name: column }] of columns.entries()) {
      const [values = 0, there = 0] = shares[i] ?? []
      if (values < FEWEST_VALUES || there < values * NEARLY_ALL) continue
      const because = `${there} of ${count(values, 'value')} of ${read.label}.${column} stand in ${standing.label} as ${name}`
      found.push({ name: column, score: 90, because: [because] })
    }
  }
  return found
}

/** Columns of which no model that reads the relation says the name. */
function unreadOf({ id, columns }: ReadRelation, { graph }: FixContext): WarehouseColumn[] {
  const readers = (graph?.children(id) ?? []).flatMap((child) => graph?.node(child)?.raw_code ?? [])
  const texts = readers.map(sqlOnly)
  return columns.filter((c) => texts.every((text) => wordsNamed(text, c.name).length === 0))
}

export type Standing = { label: string; relation: string; column: WarehouseColumn }

/** Of these nodes, or else the nearest below them, what stands from before with a column of the name. */
export async function standingWith(
  name: string,
  nodes: string[],
  { graph, dbt, adapter }: FixContext,
): Promise<Standing | null> {
  const below = graph ? [...nodes, ...graph.descendants(nodes)] : []
  const built = below.flatMap((id) => {
    const node = graph?.node(id)
    return node?.relation_name && graph?.isBuilt(id)
      ? [{ label: node.name, relation: node.relation_name }]
      : []
  })
  const answers = await dbt.columns(built.map((b) => b.relation))
  for (const [i, one] of built.entries()) {
    const answer = answers[i]
    const key = (column: string) => keyOfStored(column, adapter)
    const column = Array.isArray(answer) ? answer.find((c) => key(c.name) === key(name)) : undefined
    // A view stands by its name alone when what it reads has changed.
    if (column && (await rowsOf(`select count(*) from ${one.relation}`, dbt)).length > 0)
      return { ...one, column }
  }
  return null
}

/** For each column: how many values it has, and how many of them stand there. */
async function sharesOf(
  relation: string,
  columns: WarehouseColumn[],
  standing: Standing,
  { dbt, adapter }: FixContext,
): Promise<number[][]> {
  const { quote, asText } = dialectOf(adapter)
  const answers = columns.map(({ name, type }) => {
    // Of one kind they are compared as they are: 1.50 is 1.5.
    const read = kindOf(type) === kindOf(standing.column.type) ? (c: string) => c : asText
    return rowsOf(
      `select count(*), count(case when v.x in (select ${read(quote(standing.column.name))} from ${standing.relation}) then 1 end) from ` +
        `(select distinct ${read(quote(name))} as x from ${relation} where ${quote(name)} is not null limit ${MOST_VALUES}) as v`,
      dbt,
    )
  })
  return (await Promise.all(answers)).map((rows) => (rows[0] ?? []).map(Number))
}

/** Empty where it cannot be asked. */
export async function rowsOf(statement: string, dbt: FixContext['dbt']): Promise<unknown[][]> {
  const [answer] = await dbt.query([statement])
  return answer && 'rows' in answer ? answer.rows : []
}
