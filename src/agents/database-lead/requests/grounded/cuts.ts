/** Columns that are split, joined, moved or added, said with the table elsewhere or left out, brought to what is read. */
import type { Schema } from '../../../../adapters/databases/types.ts'
import { HELD, heldBack, splitItems } from '../held.ts'
import { tableName } from './frames.ts'
import { E, masked, NO_CONTEXT } from './mentions.ts'

const TABLE = '(?:an?|its|their)\\s+(?:(?:new|own|separate)\\s+)*table(?:\\s+of\\s+(?:its|their)\\s+own)?'
const NAME = '(?:,?\\s+(?:called|named)\\s+|\\s+)(?<to>"[^"]+"|`[^`]+`|[\\p{L}_][\\p{L}\\p{N}_ ]*)'
const OWN_TABLE = [
  `^(?:put|place|move|pull|take|extract|split)\\s+(?:out\\s+)?(?<columns>.+?)\\s+(?:of|off|from|out of)\\s+(?:the\\s+)?(?<table>[\\w.]+(?: \\w+)?)\\s+(?:in|into|to)\\s+${TABLE}${NAME}$`,
  `^(?<columns>.+?)\\s+(?:of|from|in)\\s+(?:the\\s+)?(?<table>[\\w.]+(?: \\w+)?)\\s+(?:(?:should|must|shall|have to|has to|need to|needs to|are to|is to)\\s+)?(?:go|goes|moves?|be moved|are moved|is moved|belongs?)\\s+(?:in|into|to)\\s+${TABLE}${NAME}$`,
].map((form) => new RegExp(form, 'iu'))

const CUTS = /^(?:split|part|divide|separate|break|join|combine|concatenate|merge|move|extract)\s/i

/** `add guests.title varchar(10), guests.company varchar(80)`: to the table that is named with each. */
const PLACED = /^(?:the\s+)?(?:column\s+|field\s+)?(?<table>\w+)\.(?<what>\w+\b.*)$/su

export function asAdded(text: string): string | null {
  const { items = '' } =
    /^(?:please\s+)?add\s*:?\s+(?:(?:the\s+)?(?:columns|fields):?\s+)?(?<items>.+)$/is.exec(text)?.groups ??
    {}
  const { masked: list, back } = heldBack(items.replaceAll('`', ''), HELD)
  const each = splitItems(list).map((item) => PLACED.exec(back(item))?.groups)
  const [first] = each
  return first && each.every((e) => e?.table === first.table)
    ? `add columns to ${first.table}: ${each.map((e) => e?.what).join(', ')}`
    : null
}

/** null: it is nothing of the kind. */
export function asCut(text: string, schema: Schema): string | null {
  const said = text.replace(/[.!;\s]+$/, '')
  for (const form of OWN_TABLE) {
    const { columns, table, to } = form.exec(said)?.groups ?? {}
    if (columns && table && to) return `move ${columns} of ${table} into a table ${to}`
  }
  return CUTS.test(said) ? withOwner(said, schema) : null
}

/** `split homeAddress into street and city`: of the one table that has it. */
function withOwner(said: string, schema: Schema): string | null {
  const found = masked(said, schema, NO_CONTEXT, false)
  if (found.mentions.some((m) => m.tables.length > 0)) return null
  const list = new RegExp(
    `^\\p{L}+\\s+(?:up\\s+)?(?:the\\s+)?(${E}(?:(?:\\s*,\\s*|\\s*,?\\s+and\\s+)(?:the\\s+)?${E})*)(?=\\s)`,
    'u',
  ).exec(found.text)
  const masks = [...(list?.[1] ?? '').matchAll(new RegExp(E, 'g'))].map((m) => m[0])
  const each = masks.map((m) => (found.mentionOf(m)?.columns ?? []).map((c) => c.table))
  const owners = (each[0] ?? []).filter((t) => each.every((tables) => tables.includes(t)))
  const [owner] = owners
  if (!list || !owner || owners.length > 1) return null
  const end = list.index + list[0].length
  const plain = found.text
    .slice(0, end)
    .replace(new RegExp(E, 'g'), (m) => found.mentionOf(m)?.text.split('.').at(-1) ?? m)
  return found.back(`${plain} of ${tableName(owner)}${found.text.slice(end)}`)
}
