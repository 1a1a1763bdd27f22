/** Dimensions that the project has: a second one for the same thing is never made. */
import { entityOf } from '../../../project/conventions/cte-style.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { dimensionModel } from '../../../project/conventions/names.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { dimensionsOf } from '../../../project/stars.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { nameScore, subjectOf, wordsOf } from '../search/names.ts'
import { withColumns } from '../search/origins.ts'
import type { Origin, OriginColumn } from '../types.ts'

/** Singular or plural as the dimensions of the project are, and as its models where there is none. */
export function dimensionName(graph: ProjectGraph, style: HouseStyle, entity: string): string {
  const names = dimensionsOf(graph, style.dimensionPrefix).map((n) => n.name)
  const plural = names.filter((n) => /[^s]s$/i.test(n)).length
  const usual = plural * 2 > names.length ? ('plural' as const) : ('singular' as const)
  return dimensionModel(names.length === 0 ? style : { ...style, modelNumber: usual }, entity)
}

/** The one that is called like the subject, whatever it is. */
export function calledLike(
  graph: ProjectGraph,
  style: HouseStyle,
  { subject, entity }: { subject: string; entity: string },
): ManifestNode | undefined {
  const wanted = subjectOf(subject)
  const name = dimensionName(graph, style, entity)
  return (
    Object.values(graph.manifest.nodes).find(
      (n) =>
        ['model', 'seed', 'snapshot'].includes(n.resource_type) &&
        n.name.toLowerCase() === name.toLowerCase(),
    ) ??
    dimensionsOf(graph, style.dimensionPrefix).find((n) => nameScore(wanted, wordsOf(entityOf(n.name))) === 1)
  )
}

/**
 * The dimension that holds all values of a column in a column of its own that repeats nothing. Whole numbers are in
 * each other by chance, so that there the names have to fit too.
 */
export async function conformedTo(
  context: Pick<RefactorContext, 'graph' | 'dbt'>,
  {
    style,
    origin,
    column,
    adapter,
  }: { style: HouseStyle; origin: Origin; column: OriginColumn; adapter: string },
): Promise<{ same: { dimension: Origin; column: OriginColumn } | null; unseen: string[] }> {
  const ids = dimensionsOf(context.graph, style.dimensionPrefix).map((n) => n.unique_id)
  const all = (await withColumns(context, ids)).filter((d) => d.id !== origin.id)
  const dimensions = all.filter((d) => d.stands)
  const unseen = all.filter((d) => !d.stands).map((d) => d.label)
  const { quote } = dialectOf(adapter)
  const pairs = dimensions.flatMap((d) =>
    d.columns.filter((c) => c.kind === column.kind && fits(column, c)).map((c) => ({ d, c })),
  )
  if (pairs.length === 0) return { same: null, unseen }
  const code = quote(column.name)
  const answers = await context.dbt.query(
    pairs.map(({ d, c }) => {
      const has = quote(c.name)
      return (
        `select (select count(*) - count(distinct ${has}) from ${d.relation}), ` +
        `(select count(*) from ${origin.relation} where ${code} is not null and ${code} not in ` +
        `(select ${has} from ${d.relation} where ${has} is not null)), (select count(${code}) from ${origin.relation})`
      )
    }),
  )
  const at = answers.findIndex(
    (a) =>
      'rows' in a &&
      Number(a.rows[0]?.[0]) === 0 &&
      Number(a.rows[0]?.[1]) === 0 &&
      Number(a.rows[0]?.[2]) > 0,
  )
  const found = pairs[at]
  unseen.push(...new Set(pairs.filter((_, i) => 'error' in (answers[i] ?? {})).map(({ d }) => d.label)))
  return { same: found ? { dimension: found.d, column: found.c } : null, unseen }
}

/**
 * The dimension that holds all of several columns together, in columns that are called alike and repeat nothing
 * together: the same thing under another name.
 */
export async function conformedTogether(
  context: Pick<RefactorContext, 'graph' | 'dbt'>,
  {
    style,
    origin,
    columns,
    adapter,
  }: { style: HouseStyle; origin: Origin; columns: OriginColumn[]; adapter: string },
): Promise<Origin | null> {
  const ids = dimensionsOf(context.graph, style.dimensionPrefix).map((n) => n.unique_id)
  const { quote } = dialectOf(adapter)
  const asked = (await withColumns(context, ids)).flatMap((d) => {
    const same = columns.flatMap(
      (c) => d.columns.find((o) => o.kind === c.kind && o.name.toLowerCase() === c.name.toLowerCase()) ?? [],
    )
    return d.stands && d.id !== origin.id && same.length === columns.length ? [{ d, same }] : []
  })
  const answers = await context.dbt.query(
    asked.map(({ d, same }) => {
      const names = same.map((c) => quote(c.name)).join(', ')
      const joined = columns
        .map((c, i) => `d.${quote(same[i]?.name ?? '')} = o.${quote(c.name)}`)
        .join(' and ')
      const has = columns.map((c) => `o.${quote(c.name)} is not null`).join(' and ')
      return (
        `select (select count(*) from ${d.relation}) - (select count(*) from (select distinct ${names} from ${d.relation}) as t), ` +
        `count(*), count(case when not exists (select 1 from ${d.relation} as d where ${joined}) then 1 end) from ${origin.relation} as o where ${has}`
      )
    }),
    1,
  )
  const at = answers.findIndex((a) => {
    const [repeated, rows, missing] = ('rows' in a ? (a.rows[0] ?? []) : []).map(Number)
    return repeated === 0 && missing === 0 && (rows ?? 0) > 0
  })
  return asked[at]?.d ?? null
}

function fits(column: OriginColumn, other: OriginColumn): boolean {
  return (
    column.kind === 'text' ||
    (column.kind === 'integer' && nameScore(wordsOf(column.name), wordsOf(other.name)) > 0.5)
  )
}
