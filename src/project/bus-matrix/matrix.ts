/**
 * The bus matrix: which fact has which dimension, in which roles. A relationships test says so; else the data does,
 * where a column of the fact is called like the dimension's key and all of its values are there.
 */
import { type ColumnSource, columnsOf } from '../columns.ts'
import type { HouseStyle } from '../conventions/house-style.ts'
import type { ProjectGraph } from '../graph.ts'
import type { ManifestNode } from '../manifest.ts'
import { dialectOf, kindOf } from '../profile/sql.ts'
import type { Ask } from '../profile/types.ts'
import { dimensionsOf, factsOf } from '../stars.ts'

export type Use = {
  fact: string
  dimension: string
  /** The fact's column, and the dimension's that it holds values of. */
  column: string
  key: string
  by: 'test' | 'data'
}

export type BusMatrix = {
  facts: string[]
  dimensions: string[]
  uses: Use[]
  /** Models that are not in the warehouse, so that only their tests were read. */
  unseen: string[]
}

type Warehouse = ColumnSource & { query: Ask; target(): Promise<{ type: string }> }
type Place = { graph: ProjectGraph; dbt: Warehouse; style: HouseStyle }

export async function busMatrix({ graph, dbt, style }: Place): Promise<BusMatrix> {
  const facts = factsOf(graph, style.factPrefix)
  const dimensions = dimensionsOf(graph, style.dimensionPrefix).filter((d) => !facts.includes(d))
  const tested = facts.flatMap((fact) => testedUses(graph, fact, dimensions))
  const { uses, unseen } = await measuredUses({ graph, dbt }, facts, dimensions, tested)
  return {
    facts: facts.map((f) => f.name).sort(),
    dimensions: dimensions.map((d) => d.name).sort(),
    uses: [...tested, ...uses],
    unseen,
  }
}

function testedUses(graph: ProjectGraph, fact: ManifestNode, dimensions: ManifestNode[]): Use[] {
  return graph.children(fact.unique_id).flatMap((id): Use[] => {
    const test = graph.node(id)
    if (test?.test_metadata?.name !== 'relationships' || test.attached_node !== fact.unique_id) return []
    const dimension = dimensions.find((d) => graph.parents(id).includes(d.unique_id) && d !== fact)
    const column = bare(test.column_name)
    const key = bare(test.test_metadata.kwargs.field)
    if (!dimension || column === null || key === null) return []
    return [{ fact: fact.name, dimension: dimension.name, column, key, by: 'test' }]
  })
}

async function measuredUses(
  { graph, dbt }: Pick<Place, 'graph' | 'dbt'>,
  facts: ManifestNode[],
  dimensions: ManifestNode[],
  known: Use[],
): Promise<{ uses: Use[]; unseen: string[] }> {
  const { byId } = await columnsOf(
    graph,
    [...facts, ...dimensions].map((n) => n.unique_id),
    dbt,
  )
  const standing = (node: ManifestNode) => {
    const found = byId.get(node.unique_id)
    return found?.source === 'warehouse' ? found.columns : null
  }
  const adapter = (await dbt.target()).type
  const pairs = facts.flatMap((fact) =>
    (standing(fact) ?? []).flatMap((column) =>
      dimensions.flatMap((dimension) =>
        known.some(
          (u) => u.fact === fact.name && same(u.column, column.name) && u.dimension === dimension.name,
        )
          ? []
          : keysOf(graph, dimension)
              .filter((key) => isCalledLike(column.name, key))
              .flatMap((key) => {
                const of = standing(dimension)?.find((c) => same(c.name, key))
                const isSame = of && kindOf(of.type ?? '') === kindOf(column.type ?? '')
                return isSame ? [{ fact, dimension, column: column.name, key: of.name }] : []
              }),
      ),
    ),
  )
  const { quote } = dialectOf(adapter)
  const answers =
    pairs.length === 0
      ? []
      : await dbt.query(
          pairs.map(({ fact, dimension, column, key }) => {
            const [from, to] = [`f.${quote(column)}`, `d.${quote(key)}`]
            return (
              `select count(${from}), count(case when ${from} is not null and d.found is null then 1 end) ` +
              `from ${fact.relation_name} as f left join (select distinct ${quote(key)}, 1 as found from ` +
              `${dimension.relation_name}) as d on ${from} = ${to}`
            )
          }),
          1,
        )
  const uses = pairs.flatMap(({ fact, dimension, column, key }, i): Use[] => {
    const answer = answers[i]
    const [values, missing] = (answer && 'rows' in answer ? (answer.rows[0] ?? []) : []).map(Number)
    return values !== undefined && values > 0 && missing === 0
      ? [{ fact: fact.name, dimension: dimension.name, column, key, by: 'data' }]
      : []
  })
  const unseen = [...facts, ...dimensions].filter((n) => standing(n) === null).map((n) => n.name)
  return { uses, unseen }
}

/** Columns that are tested as unique: those that a fact may hold. */
function keysOf(graph: ProjectGraph, dimension: ManifestNode): string[] {
  const unique = graph
    .children(dimension.unique_id)
    .map((id) => graph.node(id))
    .filter((t) => t?.test_metadata?.name === 'unique' && t.attached_node === dimension.unique_id)
  return unique.flatMap((t) => bare(t?.column_name) ?? [])
}

/** `zone_key`, and `pickup_zone_key` in a role. */
function isCalledLike(column: string, key: string): boolean {
  const [have, want] = [column, key].map((n) => n.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
  return want !== undefined && want.length > 2 && have?.endsWith(want) === true
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function bare(name: unknown): string | null {
  return typeof name === 'string' ? name.replace(/^["`]|["`]$/g, '') : null
}
