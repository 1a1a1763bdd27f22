/**
 * Other ways to write a query that servers find quicker to answer. Each is right by what the schema says, whatever the
 * rows are; that it gives the same rows and is faster is then looked at on the copy.
 */
import type { Table } from '../../../adapters/databases/types.ts'
import { aliasesIn } from './candidates.ts'

export type Rewrite = { sql: string; why: string }

/** The parts of a query that has no other beside it; null where it has. */
type Parts = { distinct: boolean; list: string; from: string; where: string | null; rest: string }

export function rewrites(sql: string, tables: Table[]): Rewrite[] {
  const ways = [rangeOfDates, notExists, joinedOnce, orApart, groupedOnce]
  return ways.flatMap((way) => way(sql.trim().replace(/;$/, ''), tables)).filter((r) => r.sql !== sql)
}

/** What cannot be rewritten by text, and is worth a word. */
export function advice(sql: string): string[] {
  const [, rows] = /\boffset\s+(\d+)/i.exec(hidden(sql)) ?? []
  return rows !== undefined && Number(rows) >= 1000
    ? [
        `OFFSET ${rows} reads and throws away ${rows} rows for each page: remember the last key that was shown, and ask for what comes after it.`,
      ]
    : []
}

/** `date(x) = '2026-01-31'`, `year(x) = 2026`: a function around the column hides it from its index. */
function rangeOfDates(sql: string, tables: Table[]): Rewrite[] {
  const NAME = '((?:[\\w"`]+\\.)?["`]?(\\w+)["`]?)'
  const isMoment = (column: string) =>
    tables.some((t) =>
      t.columns.some(
        (c) => c.name.toLowerCase() === column.toLowerCase() && /^(?:timestamp|datetime|date)/i.test(c.type),
      ),
    )
  const forms: [RegExp, (value: string) => [string, string] | null][] = [
    [new RegExp(`\\bdate\\(\\s*${NAME}\\s*\\)\\s*=\\s*(?:date\\s*)?'(\\d{4}-\\d{2}-\\d{2})'`, 'gi'), dayOf],
    [
      new RegExp(
        `\\bcast\\(\\s*${NAME}\\s+as\\s+date\\s*\\)\\s*=\\s*(?:date\\s*)?'(\\d{4}-\\d{2}-\\d{2})'`,
        'gi',
      ),
      dayOf,
    ],
    [new RegExp(`${NAME}::date\\s*=\\s*(?:date\\s*)?'(\\d{4}-\\d{2}-\\d{2})'`, 'gi'), dayOf],
    [new RegExp(`\\byear\\(\\s*${NAME}\\s*\\)\\s*=\\s*(\\d{4})\\b`, 'gi'), yearOf],
    [new RegExp(`\\bextract\\(\\s*year\\s+from\\s+${NAME}\\s*\\)\\s*=\\s*(\\d{4})\\b`, 'gi'), yearOf],
    [
      new RegExp(
        `\\bdate_trunc\\(\\s*'month'\\s*,\\s*${NAME}\\s*\\)\\s*=\\s*(?:date\\s*)?'(\\d{4}-\\d{2})-01'`,
        'gi',
      ),
      monthOf,
    ],
  ]
  let text = sql
  for (const [form, bounds] of forms)
    text = text.replace(form, (found, name: string, column: string, value: string) => {
      const between = isMoment(column) ? bounds(value) : null
      return between ? `(${name} >= '${between[0]}' and ${name} < '${between[1]}')` : found
    })
  return text === sql
    ? []
    : [
        {
          sql: text,
          why: 'a range of the column itself can be found by its index, what a function makes of it cannot',
        },
      ]
}

function dayOf(day: string): [string, string] | null {
  const next = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(next.getTime())) return null
  next.setUTCDate(next.getUTCDate() + 1)
  return [day, next.toISOString().slice(0, 10)]
}

function yearOf(year: string): [string, string] {
  return [`${year}-01-01`, `${String(Number(year) + 1).padStart(4, '0')}-01-01`]
}

function monthOf(month: string): [string, string] | null {
  const next = new Date(`${month}-01T00:00:00Z`)
  if (Number.isNaN(next.getTime())) return null
  next.setUTCMonth(next.getUTCMonth() + 1)
  return [`${month}-01`, next.toISOString().slice(0, 10)]
}

/** `x not in (select y ...)` is the same as NOT EXISTS where neither may be null, and only then. */
function notExists(sql: string, tables: Table[]): Rewrite[] {
  const form = /((?:["`]?\w+["`]?\.)?["`]?\w+["`]?)\s+not\s+in\s*\(/i
  const found = form.exec(hidden(sql))
  if (!found) return []
  const open = found.index + found[0].length - 1
  const close = closing(sql, open)
  const inner = close === null ? null : partsOf(sql.slice(open + 1, close))
  if (close === null || !inner || inner.rest !== '' || inner.distinct) return []
  const [, owner, column = ''] = /^(?:["`]?(\w+)["`]?\.)?["`]?(\w+)["`]?$/.exec(inner.list.trim()) ?? []
  const [, table = '', alias = table] =
    /^["`]?(\w+)["`]?(?:\s+(?:as\s+)?["`]?(\w+)["`]?)?$/i.exec(inner.from.trim()) ?? []
  const outside = found[1] ?? ''
  const isRequired = (of: string | undefined, name: string, among: Table[]) => {
    const owners = among.filter((t) => t.columns.some((c) => c.name.toLowerCase() === name.toLowerCase()))
    const chosen =
      of === undefined ? owners : owners.filter((t) => aliasesIn(sql, tables).get(of.toLowerCase()) === t)
    return (
      chosen.length === 1 &&
      chosen[0]?.columns.some((c) => c.name.toLowerCase() === name.toLowerCase() && !c.nullable)
    )
  }
  const own = tables.filter((t) => t.name.toLowerCase() === table.toLowerCase())
  const [, left, name = ''] = /^(?:["`]?(\w+)["`]?\.)?["`]?(\w+)["`]?$/.exec(outside) ?? []
  // Inside, a bare name would mean the column of the inner table.
  if (left === undefined || left.toLowerCase() === alias.toLowerCase()) return []
  if (owner !== undefined && owner.toLowerCase() !== alias.toLowerCase()) return []
  if (!isRequired(undefined, column, own) || !isRequired(left, name, tables)) return []
  const where = [
    `${alias}.${column} = ${outside}`,
    ...(inner.where === null ? [] : [`(${inner.where.trim()})`]),
  ]
  const instead = `not exists (select 1 from ${inner.from.trim()} where ${where.join(' and ')})`
  return [
    {
      sql: `${sql.slice(0, found.index)}${instead}${sql.slice(close + 1)}`,
      why: 'neither side may be null, so that NOT EXISTS says the same and is answered as a join',
    },
  ]
}

/** `select distinct` of one table's rows that were multiplied by a join: whether there is one is all that is asked. */
function joinedOnce(sql: string, tables: Table[]): Rewrite[] {
  const parts = partsOf(sql)
  if (!parts?.distinct || /\b(?:group\s+by|having)\b/i.test(hidden(parts.rest))) return []
  const JOIN =
    /^\s*(["`]?(\w+)["`]?(?:\s+(?:as\s+)?(\w+))?)\s+(?:inner\s+)?join\s+(["`]?(\w+)["`]?(?:\s+(?:as\s+)?(\w+))?)\s+on\s+\(?([^()]+?)\)?\s*$/i
  const [, first = '', table = '', alias = table, second = '', , , on = ''] = JOIN.exec(parts.from) ?? []
  const one = tables.find((t) => t.name.toLowerCase() === table.toLowerCase())
  if (!one || /\bjoin\b/i.test(on)) return []
  const columns = parts.list.split(',').map((c) => /^\s*["`]?(\w+)["`]?\.["`]?(\w+|\*)["`]?\s*$/.exec(c))
  const isOwn = columns.every((c) => c?.[1]?.toLowerCase() === alias.toLowerCase())
  const names = columns.map((c) => c?.[2]?.toLowerCase())
  const key = one.primaryKey?.columns ?? []
  const isWhole = key.length > 0 && key.every((k) => names.includes('*') || names.includes(k.toLowerCase()))
  if (!isOwn || !isWhole) return []
  const where = [on.trim(), ...(parts.where === null ? [] : [`(${parts.where.trim()})`])].join(' and ')
  return [
    {
      sql: `select ${parts.list.trim()} from ${first} where exists (select 1 from ${second} where ${where})${parts.rest === '' ? '' : ` ${parts.rest}`}`,
      why: 'its key is among the columns, so that no row comes twice once nothing multiplies it: there is nothing to sort out',
    },
  ]
}

/** Either side of an OR may have an index of its own: each is asked for, and no row twice. */
function orApart(sql: string): Rewrite[] {
  const parts = partsOf(sql)
  if (!parts || parts.where === null || parts.distinct || parts.rest !== '') return []
  if (/\b(?:count|sum|avg|min|max|array_agg|string_agg|group_concat)\s*\(|\bover\s*\(/i.test(parts.list))
    return []
  const sides = splitAt(parts.where, /\bor\b/i)
  const [one, other, ...more] = sides
  if (!one || !other || more.length > 0 || splitAt(parts.where, /\band\b/i).length > 1) return []
  const head = `select ${parts.list.trim()} from ${parts.from.trim()} where`
  return [
    {
      sql: `${head} ${one.trim()} union all ${head} ${other.trim()} and (${one.trim()}) is not true`,
      why: 'each side of the OR can be found by an index of its own',
    },
  ]
}

/** A value that is computed for each row anew, from all rows of another table: once for all of them instead. */
function groupedOnce(sql: string): Rewrite[] {
  const parts = partsOf(sql)
  if (!parts || /\b(?:group\s+by|having)\b/i.test(hidden(parts.rest))) return []
  const form =
    /\(\s*select\s+(count|sum|max|min|avg)\s*\(\s*([\w.*]+)\s*\)\s+from\s+(\w+)(?:\s+(?:as\s+)?(?!where\b)(\w+))?\s+where\s+(\w+)\.(\w+)\s*=\s*(\w+)\.(\w+)\s*\)/i
  const found = form.exec(hidden(parts.list))
  if (!found) return []
  const [whole, what = '', of = '', table = '', alias = table, left = '', a = '', right = '', b = ''] = found
  const isInner = (name: string) => name.toLowerCase() === alias.toLowerCase()
  if (isInner(left) === isInner(right)) return []
  const [inner, outer] = isInner(left) ? [a, `${right}.${b}`] : [b, `${left}.${a}`]
  const value = /^count$/i.test(what) ? 'coalesce(grouped.value, 0)' : 'grouped.value'
  const list = `${parts.list.slice(0, found.index)}${value}${parts.list.slice(found.index + whole.length)}`
  const joined = `left join (select ${alias}.${inner} as own, ${what}(${of}) as value from ${table}${alias === table ? '' : ` ${alias}`} group by ${alias}.${inner}) grouped on grouped.own = ${outer}`
  const where = parts.where === null ? '' : ` where ${parts.where.trim()}`
  return [
    {
      sql: `select ${parts.distinct ? 'distinct ' : ''}${list.trim()} from ${parts.from.trim()} ${joined}${where}${parts.rest === '' ? '' : ` ${parts.rest}`}`,
      why: 'the other table is read once, and not once for each row',
    },
  ]
}

function partsOf(sql: string): Parts | null {
  const text = flat(sql)
  const [head] = /^\s*select\s+(?:distinct\s+)?/i.exec(text) ?? []
  if (head === undefined || /\b(?:union|intersect|except)\b/i.test(text)) return null
  const from = /\bfrom\b/i.exec(text)
  if (!from) return null
  const end =
    /\b(?:group\s+by|having|order\s+by|limit|offset|fetch|window|for\s+update)\b/i.exec(text)?.index ??
    sql.length
  const where = /\bwhere\b/i.exec(text)?.index ?? null
  return {
    distinct: /\bdistinct\b/i.test(head),
    list: sql.slice(head.length, from.index),
    from: sql.slice(from.index + 4, where ?? end),
    where: where === null ? null : sql.slice(where + 5, end),
    rest: sql.slice(end).trim(),
  }
}

/** Texts as blanks of the same length, so that places stay what they are. */
function hidden(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'/g, (t) => `'${' '.repeat(t.length - 2)}'`)
}

/** What stands in brackets as blanks too. */
function flat(sql: string): string {
  let depth = 0
  return [...hidden(sql)]
    .map((c) => {
      if (c === ')') depth -= 1
      const shown = depth === 0 ? c : ' '
      if (c === '(') depth += 1
      return shown
    })
    .join('')
}

function closing(sql: string, open: number): number | null {
  let depth = 0
  for (const [i, c] of [...hidden(sql)].entries()) {
    if (i < open) continue
    if (c === '(') depth += 1
    if (c === ')') depth -= 1
    if (depth === 0) return i
  }
  return null
}

function splitAt(sql: string, word: RegExp): string[] {
  const text = flat(sql)
  const found: string[] = []
  let begun = 0
  for (const m of text.matchAll(new RegExp(word.source, 'gi'))) {
    found.push(sql.slice(begun, m.index))
    begun = m.index + m[0].length
  }
  return [...found, sql.slice(begun)]
}
