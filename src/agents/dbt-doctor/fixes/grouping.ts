/** Selects that do not group, name or filter as they have to: group by, having, two columns of one name. */
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, wordsNamed } from '../words.ts'
import { failingSql } from './files.ts'
import { propose } from './propose.ts'
import { clauseEnd, type Item, lineOf, selectLists } from './select-lists.ts'

export const grouping: Fixer = {
  id: 'grouping',
  classes: ['D14', 'D15', 'D17'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const { path, text } of await failingSql(failure, context)) {
      const find = { D14: grouped, D15: having, D17: once }[failure.class?.id ?? '']
      found.push(...((await find?.(path, text, failure, context)) ?? []))
    }
    return found
  },
}

/** Into the list, as it is written in the select; where the list counts places, the place. */
async function grouped(
  path: string,
  text: string,
  { thing }: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const name = thing === null ? null : lastName(thing).toLowerCase()
  const found: Candidate[] = []
  for (const { items, groupBy, span } of selectLists(text)) {
    const at = items.findIndex((i) => namesColumn(text, i, name))
    const item = items[at]
    if (!item) continue
    if (!groupBy) {
      found.push(...(await withGroups(path, text, { items, span }, context)))
      continue
    }
    const list = text.slice(groupBy.start, groupBy.end)
    const isPlaces = /^\s*\d+(?:\s*,\s*\d+)*\s*$/.test(list)
    const written = isPlaces ? String(at + 1) : text.slice(item.expression.start, item.expression.end)
    const end = groupBy.start + list.trimEnd().length
    found.push(
      ...(await propose(context, {
        title: `Group by ${written} too`,
        because: ['it is selected and not grouped; its tests and rows have to stay what they were'],
        score: 66,
        texts: { [path]: edited(text, [{ start: end, end, text: `, ${written}` }], path) },
      })),
    )
  }
  return found
}

const AGGREGATE =
  /\b(?:count|sum|avg|min|max|median|mode|string_agg|array_agg|listagg|bool_and|bool_or|stddev\w*|var\w*|percentile_\w+|any_value|arg_m(?:in|ax)|first|last)\s*\(/i

/** A select that has lost its groups: by all that it does not aggregate. */
async function withGroups(
  path: string,
  text: string,
  { items, span }: { items: Item[]; span: { end: number } },
  context: FixContext,
): Promise<Candidate[]> {
  const sql = sqlOnly(text)
  const written = (i: Item) => text.slice(i.expression.start, i.expression.end)
  const plain = items.filter((i) => !AGGREGATE.test(written(i)))
  if (plain.length === 0 || plain.length === items.length) return []
  const before = text.slice(0, clauseEnd(sql, span.end)).trimEnd().length
  const by = /\bGROUP BY\b|\bSELECT\b/.test(sql) && !/\bselect\b/.test(sql) ? 'GROUP BY' : 'group by'
  const line = text.slice(text.lastIndexOf('\n', span.end - 1) + 1)
  const indent = /^[ \t]*/.exec(line)?.[0] ?? ''
  const put = `\n${indent}${by} ${plain.map(written).join(', ')}`
  return propose(context, {
    title: `Group by ${plain.map(written).join(', ')}`,
    because: ['the query aggregates, and says no groups; its tests and rows have to stay what they were'],
    score: 64,
    texts: { [path]: edited(text, [{ start: before, end: before, text: put }], path) },
  })
}

/** The column, or what is computed from it and not aggregated. */
function namesColumn(text: string, { expression: { start, end } }: Item, name: string | null): boolean {
  const written = text.slice(start, end)
  return name !== null && !AGGREGATE.test(written) && wordsNamed(sqlOnly(written), name).length > 0
}

/** What of a where holds an aggregate goes behind the groups, and the rest stays. */
async function having(path: string, text: string, _: Failure, context: FixContext): Promise<Candidate[]> {
  const sql = sqlOnly(text)
  const clause =
    /\bwhere\b((?:(?!\b(?:where|group\s+by|order\s+by|having|union)\b)[\s\S])*?\b(?:count|sum|avg|min|max)\s*\((?:(?!\b(?:where|group\s+by|order\s+by|having|union)\b)[\s\S])*?)\s*(\bgroup\s+by\b)/i.exec(
      sql,
    )
  const [whole, , groups = ''] = clause ?? []
  if (!clause || !whole || /\b(?:or|between)\b/i.test(clause[1] ?? '')) return []
  const start = clause.index
  const groupsAt = start + whole.length - groups.length
  // The groups end where their query does, in brackets too.
  const end = clauseEnd(sql, start + whole.length)
  if (/^having\b/i.test(sql.slice(end))) return []
  const parts = text
    .slice(start + 'where'.length, groupsAt)
    .trim()
    .split(/\s+and\s+/i)
  // An `and` in brackets is no end of a condition.
  if (parts.some((p) => p.split('(').length !== p.split(')').length)) return []
  const isOfGroups = (part: string) => /\b(?:count|sum|avg|min|max)\s*\(/i.test(part)
  const [and, where] = /[a-z]/.test(text.slice(start, start + 5)) ? [' and ', 'where'] : [' AND ', 'WHERE']
  const condition = parts.filter(isOfGroups).join(and)
  const rest = parts.filter((p) => !isOfGroups(p)).join(and)
  const kept = rest === '' ? '' : `${where} ${rest}${/\s*$/.exec(text.slice(0, groupsAt))?.[0] ?? ' '}`
  const word = text.slice(start, start + 5) === 'WHERE' ? 'HAVING' : 'having'
  const tail = text.slice(groupsAt, end)
  const indent = /(?:^|\n)([ \t]*)[^\n]*$/.exec(text.slice(0, groupsAt))?.[1] ?? ''
  const put = `${kept}${tail.trimEnd()}\n${indent}${word} ${condition}${/\s*$/.exec(tail)?.[0] ?? ''}`
  return propose(context, {
    title: `Filter groups with having, not rows with where`,
    because: ['where is applied before there are groups; the condition stays as it is'],
    score: 78,
    texts: { [path]: edited(text, [{ start, end, text: put }], path) },
  })
}

/** One of two items of one name goes where both say the same, else where it is the plain column. */
async function once(
  path: string,
  text: string,
  { thing }: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const name = thing === null ? null : lastName(thing).toLowerCase()
  const found: Candidate[] = []
  for (const { items } of selectLists(text)) {
    const same = items.filter((i) => i.name?.toLowerCase() === name)
    const written = (i: (typeof items)[number]) => lastName(text.slice(i.expression.start, i.expression.end))
    const [first, second] = same
    if (!first || !second || written(first) !== written(second)) continue
    const at = items.indexOf(second)
    const before = items[at - 1]
    if (!before) continue
    found.push(
      ...(await propose(context, {
        title: `Select ${name} once`,
        because: [
          `lines ${lineOf(text, first.span.start)} and ${lineOf(text, second.span.start)} select the same`,
        ],
        score: 72,
        texts: { [path]: edited(text, [{ start: before.span.end, end: second.span.end, text: '' }], path) },
      })),
    )
  }
  return found
}
