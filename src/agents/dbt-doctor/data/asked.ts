/** What a data test asks, in terms that can be put to what its model is made from. */
import type { ManifestNode } from '../../../project/manifest.ts'
import { literal } from '../../../project/profile/sql.ts'
import { identifierOf } from '../../../project/sql/ctes.ts'
import { keyOf, keyOfStored } from '../../../project/sql/names.ts'
import { type OutlineSelect, outlineOf } from '../../../project/sql/outline.ts'
import { tokensOf } from '../../../project/sql/parse.ts'
import { IS_NULL } from './bad-rows.ts'
import { repeatsStatement } from './counts.ts'
import type { Look } from './look.ts'
import type { Rule } from './made-here.ts'
import type { Orphans } from './orphans.ts'

export type Asked =
  | { kind: 'repeats'; node: string; columns: string[] }
  | { kind: 'rows'; node: string; columns: string[]; rule: Rule }
  | ({ kind: 'orphans' } & Orphans)

/** Null for a test of which that is not known. `compiled`: its SQL, for those that are none of the usual ones. */
export async function askedBy(
  look: Look,
  test: ManifestNode,
  compiled: () => Promise<string | null>,
): Promise<Asked | null> {
  const node = test.attached_node
  const meta = test.test_metadata
  const where = test.config?.where
  if (node && meta) {
    const usual = await usualOne(look, test, node, meta)
    if (usual) return typeof where === 'string' ? ofPart(look, usual, where) : usual
  }
  if (where) return null
  const sql = await compiled()
  return sql === null ? null : ofSql(look, sql)
}

/**
 * What is asked of a part of the rows: where all that is wrong lies in that part, it is asked of all; else the condition
 * goes along as far as its columns do. Null where it cannot be told.
 */
async function ofPart(look: Look, asked: Asked, where: string): Promise<Asked | null> {
  const relation = await look.relation(asked.kind === 'orphans' ? asked.child : asked.node)
  if (!relation || /\{[{%]/.test(where)) return null
  const part = `(select * from ${relation} where ${where}) as part`
  const parent = asked.kind === 'orphans' ? await look.relation(asked.parent) : null
  const [all, within] = await look.numbers(
    [relation, part].map((from) => amountIn(look, asked, from, parent)),
  )
  if (!all || !within) return null
  if (all[0] === within[0]) return asked
  if (asked.kind !== 'rows') return null
  const bad = asked.rule.isBad(asked.columns.map(look.quote))
  return ofCondition(look, asked.node, `(${where}) and (${bad})`, asked.rule.words)
}

function amountIn(look: Look, asked: Asked, from: string, parent: string | null): string {
  if (asked.kind === 'rows')
    return `select count(*) from ${from} where ${asked.rule.isBad(asked.columns.map(look.quote))}`
  if (asked.kind === 'repeats') return repeatsStatement(asked.columns.map(look.quote), from)
  const [column, key] = [look.quote(asked.column), look.quote(asked.key)]
  return `select count(*) from ${from} where ${column} is not null and ${column} not in (select ${key} from ${parent} where ${key} is not null)`
}

type Meta = NonNullable<ManifestNode['test_metadata']>

const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : null)

async function usualOne(
  look: Look,
  test: ManifestNode,
  node: string,
  { name, kwargs }: Meta,
): Promise<Asked | null> {
  const given = (kwargs.arguments ?? kwargs) as Record<string, unknown>
  const column = await columnOf(look, node, test.column_name ?? (kwargs.column_name as string | undefined))
  const values = texts(given.values)
  const written = (v: string) => (given.quote === false ? v : literal(v))
  const rows = (rule: Rule): Asked | null => (column ? { kind: 'rows', node, columns: [column], rule } : null)
  switch (name) {
    case 'unique':
      return column ? { kind: 'repeats', node, columns: [column] } : null
    case 'unique_combination_of_columns': {
      const named = await Promise.all(
        (texts(given.combination_of_columns) ?? []).map((c) => columnOf(look, node, c)),
      )
      return named.length > 0 && named.every((c) => c !== null)
        ? { kind: 'repeats', node, columns: named as string[] }
        : null
    }
    case 'not_null':
      return rows(IS_NULL)
    case 'accepted_values':
      return (
        values &&
        rows({
          isBad: ([t]) => `cast(${t} as varchar) not in (${values.map(written).join(', ')})`,
          ofNulls: false,
          words: 'not among the accepted values',
        })
      )
    case 'not_accepted_values':
      return (
        values &&
        rows({
          isBad: ([t]) => `cast(${t} as varchar) in (${values.map(written).join(', ')})`,
          ofNulls: false,
          words: 'among the values that are not accepted',
        })
      )
    case 'accepted_range': {
      const [low, high] = [given.min_value, given.max_value]
      const equal = given.inclusive === false ? '=' : ''
      const outside = (t = '') =>
        [
          ...(low == null ? [] : [`${t} <${equal} ${String(low)}`]),
          ...(high == null ? [] : [`${t} >${equal} ${String(high)}`]),
        ].join(' or ')
      return low == null && high == null
        ? null
        : rows({ isBad: ([t]) => outside(t), ofNulls: false, words: 'outside of the accepted range' })
    }
    case 'relationships': {
      const parent = test.depends_on.nodes.find((id) => id !== node) ?? node
      const key = await columnOf(look, parent, String(given.field ?? ''))
      return column && key ? { kind: 'orphans', child: node, column, parent, key } : null
    }
    case 'expression_is_true': {
      const expression = `${test.column_name ? `${test.column_name} ` : ''}${String(given.expression ?? '')}`
      return ofCondition(look, node, `not (${expression})`, 'what the test does not allow')
    }
    default:
      return null
  }
}

/** A column as the warehouse calls it. */
async function columnOf(look: Look, id: string, written: string | null | undefined): Promise<string | null> {
  if (!written) return null
  const names = await namesOf(look, id)
  const name = identifierOf(written)
  return (
    names.find((n) => keyOfStored(n, look.adapter) === keyOf(name, look.adapter)) ??
    names.find((n) => n === name.name) ??
    null
  )
}

async function namesOf(look: Look, id: string): Promise<string[]> {
  const relation = await look.relation(id)
  const [names = null] = relation ? await look.columns([`select * from ${relation} limit 0`]) : [null]
  return names ?? []
}

/** A condition over the columns of one node, as a rule that can be said with other columns in their place. */
export async function ofCondition(
  look: Look,
  node: string,
  condition: string,
  words: string,
): Promise<Asked | null> {
  const names = await namesOf(look, node)
  const tokens = tokensOf(condition, look.adapter)
  if (!tokens) return null
  const columns: string[] = []
  const parts: (string | number)[] = []
  let from = 0
  for (const [at, token] of tokens.entries()) {
    const text = condition.slice(token.span.start, token.span.end)
    if (token.type === 'STRING' || tokens[at + 1]?.type === 'L_PAREN' || tokens[at + 1]?.type === 'DOT')
      continue
    const name = /^["`\p{L}_]/u.test(text) ? identifierOf(text) : null
    const column = name && names.find((n) => keyOfStored(n, look.adapter) === keyOf(name, look.adapter))
    if (!column) continue
    if (!columns.includes(column)) columns.push(column)
    // `o.amount`: what stands in its place brings its own relation.
    const start =
      tokens[at - 1]?.type === 'DOT' ? (tokens[at - 2]?.span.start ?? token.span.start) : token.span.start
    parts.push(condition.slice(from, start), columns.indexOf(column))
    from = token.span.end
  }
  parts.push(condition.slice(from))
  if (columns.length === 0) return null
  const isBad = (given: string[]) =>
    parts.map((p) => (typeof p === 'number' ? (given[p] ?? 'null') : p)).join('')
  const ofNulls = columns.length === 1 && /^\s*[^\s]+\s+is\s+null\s*$/i.test(condition.trim())
  return { kind: 'rows', node, columns, rule: { isBad, ofNulls, words } }
}

/** A test that is a query over one relation: what it filters, or of what it counts more than one. */
async function ofSql(look: Look, sql: string): Promise<Asked | null> {
  const { body, ctes } = outlineOf(sql, look.adapter)
  const select = body?.arms.length === 1 ? body.arms[0] : undefined
  const [source, ...more] = select?.sources ?? []
  if (!select || !source || more.length > 0) return null
  if (source.what.kind === 'query')
    return ofSql(look, sql.slice(source.what.body.start, source.what.body.end))
  if (source.what.kind !== 'name') return null
  const { path } = source.what
  const cte =
    path.length === 1 ? ctes.find((c) => c.key === keyOf(path[0] ?? { name: '' }, look.adapter)) : undefined
  const isAll =
    select.items.length === 1 && select.items[0]?.star && select.where.length === 0 && !select.group
  if (cte && isAll) return ofSql(look, sql.slice(cte.body.start, cte.body.end))
  const node = cte ? passedOn(look, sql, cte.body) : look.nodeOf({ ephemeral: {} }, path)
  if (!node) return null
  if (
    select.group &&
    select.having &&
    /\bcount\s*\(/i.test(sql.slice(select.having.start, select.having.end))
  )
    return groupedBy(look, sql, select, node)
  if (select.where.length === 0 || select.group || select.qualify) return null
  const condition = select.where.map((w) => `(${sql.slice(w.start, w.end)})`).join(' and ')
  return ofCondition(
    look,
    node,
    select.where.length === 1 ? condition.slice(1, -1) : condition,
    'as the test does not allow',
  )
}

/** The node of which a CTE passes all on. */
function passedOn(look: Look, sql: string, { start, end }: { start: number; end: number }): string | null {
  const { body } = outlineOf(sql.slice(start, end), look.adapter)
  const [select] = body?.arms ?? []
  const [source] = select?.sources ?? []
  const plain = select?.items.every((i) => i.star) && select.where.length === 0 && select.sources.length === 1
  return plain && source?.what.kind === 'name' ? look.nodeOf({ ephemeral: {} }, source.what.path) : null
}

async function groupedBy(
  look: Look,
  sql: string,
  { group, items }: OutlineSelect,
  node: string,
): Promise<Asked | null> {
  const written = group
    ? sql
        .slice(group.start, group.end)
        .split(',')
        .map((g) => g.trim())
    : []
  const named = written.map((g) => {
    const item = /^\d+$/.test(g) ? items[Number(g) - 1] : undefined
    return item ? sql.slice(item.expression.start, item.expression.end) : g
  })
  const columns = await Promise.all(named.map((n) => columnOf(look, node, n.split('.').at(-1))))
  return columns.length > 0 && columns.every((c) => c !== null)
    ? { kind: 'repeats', node, columns: columns as string[] }
    : null
}
