/** What holds of each row, told first, and the column that is to keep to it: `a room has at most 8 beds: enforce that for beds`. */
import { isTextType } from '../../order/sql.ts'
import { type Bag, clausesOf, runsOf } from './bag.ts'
import { type Frame, tableName } from './frames.ts'
import { E, type Place } from './mentions.ts'

const FORM = new RegExp(
  `^(?:(?:the|an?|each|every|any|all|one|no)\\s+)?(?<table>${E})\\s+(?<told>.+?)\\s*[:;,.]\\s*(?:(?:so|please)\\s+)*(?:enforce|ensure|guarantee|check|apply)\\s+(?:that|this|it)\\s+(?:for|on|in|with|by|to)\\s+(?:the\\s+)?(?:column\\s+|field\\s+)?(?<place>${E})(?:\\s+(?:of|in)\\s+(?:the\\s+)?(?<owner>${E}))?(?:\\s+(?:column|field))?$`,
  'iu',
)

export const enforced: Frame = (bag) => {
  const { table, told = '', place, owner } = FORM.exec(bag.masked.text.replace(/[\s.!]+$/, ''))?.groups ?? {}
  if (!table || !place || bag.quotes.length > 0) return []
  const tables = bag.masked.mentionOf(table)?.tables ?? []
  if (owner !== undefined && !bag.masked.mentionOf(owner)?.tables.some((t) => tables.includes(t))) return []
  const [only, ...others] = (bag.masked.mentionOf(place)?.columns ?? []).filter((c) =>
    tables.includes(c.table),
  )
  if (!only || others.length > 0) return []
  const { clauses: c, filled, rest } = clausesOf(told, bag.masked)
  if (!c.rule || filled || c.type !== null || c.default !== null || c.nullable !== null || c.unique) return []
  const isBound = c.rule.min !== null || c.rule.max !== null
  if (isBound && isTextType(only.column.type)) return []
  return isAbout(rest, only, bag)
    ? [[{ op: 'add-check', table: tableName(only.table), column: only.column.name, rule: c.rule }]]
    : []
}

/** One verb, and nothing else than the column itself: `costs`, `has beds`. */
function isAbout(rest: string, { column }: Place, bag: Bag): boolean {
  const others = [...rest.matchAll(new RegExp(E, 'g'))].filter(
    (m) => !bag.masked.mentionOf(m[0])?.columns.some((c) => c.column === column),
  )
  const [verb, ...more] = runsOf(rest)
  return (
    others.length === 0 &&
    more.length === 0 &&
    (verb === undefined || (/^\p{L}+s?$/u.test(verb) && rest.trim().startsWith(verb)))
  )
}
