/** What a part of a statement is made of, asked of its tree. */
import type { Tree } from '../../project/sql/parse.ts'
import { identifierOf, kindOf, listOf } from '../../project/sql/resolve/context.ts'

export function hasColumns(tree: unknown): boolean {
  if (tree === null || typeof tree !== 'object') return false
  if (Array.isArray(tree)) return tree.some(hasColumns)
  return kindOf(tree)?.kind === 'column' || Object.values(tree).some(hasColumns)
}

/** What its literals say. */
export function textsIn(tree: unknown): string[] {
  if (tree === null || typeof tree !== 'object') return []
  if (Array.isArray(tree)) return tree.flatMap(textsIn)
  const found = kindOf(tree)
  if (found?.kind === 'literal') return found.body.literal_type === 'string' ? [String(found.body.value)] : []
  return Object.values(tree).flatMap(textsIn)
}

export function isStar(tree: unknown): boolean {
  const { kind, body } = kindOf(tree) ?? { kind: '', body: {} as Tree }
  if (kind === 'subquery' || kind === 'paren') return isStar(body.this)
  return listOf(body.expressions).some((item) => kindOf(item)?.kind === 'star')
}

export function isQualified(body: Tree): boolean {
  const columns = listOf(body.expressions).flatMap((item) => {
    const found = kindOf(item)
    return found?.kind === 'column' ? [found.body] : []
  })
  return columns.length > 0 && columns.every((c) => identifierOf(c.table) !== null)
}

/** `order by 2` */
export function countsColumns(body: Tree): boolean {
  return listOf((body.order_by as Tree | null)?.expressions).some(
    (item) => kindOf((item as Tree).this)?.kind === 'literal',
  )
}

const AGGREGATES =
  /^(count|sum|avg|min|max|any_value|array_agg|string_agg|listagg|group_concat|bool_and|bool_or|every|median|mode|stddev\w*|var\w*|first|last|arg_max|arg_min|max_by|min_by|approx_\w+|percentile_\w+|quantile\w*|count_if|countif|sum_if|list|histogram|corr|covar_\w+|logical_\w+|bit_(and|or|xor)|json_agg|jsonb_agg|json_object_agg|jsonb_object_agg)$/i

/** An aggregate that is no window function, outside of subqueries. */
export function isAggregate(tree: unknown): boolean {
  if (tree === null || typeof tree !== 'object') return false
  if (Array.isArray(tree)) return tree.some(isAggregate)
  const found = kindOf(tree)
  if (found && ['select', 'subquery', 'union'].includes(found.kind)) return false
  if (found?.kind === 'window_function') {
    const called = kindOf(found.body.this)
    return called ? Object.values(called.body).some(isAggregate) : false
  }
  const name = typeof found?.body.name === 'string' ? found.body.name : (found?.kind ?? '')
  if (found && found.kind !== 'column' && found.kind !== 'alias' && AGGREGATES.test(name)) return true
  return Object.values(tree).some(isAggregate)
}

/** The first place that anything in it says where it stands. */
export function firstAt(tree: unknown): number | null {
  if (tree === null || typeof tree !== 'object') return null
  const span = (tree as { span?: { start?: number } }).span
  if (typeof span?.start === 'number') return span.start
  const places = Object.values(tree)
    .map(firstAt)
    .filter((n) => n !== null)
  return places.length > 0 ? Math.min(...places) : null
}
