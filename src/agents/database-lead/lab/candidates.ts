/**
 * Indexes that might serve a query, read from its text: what it compares for equality first, then what it compares
 * by range or sorts by. What the text does not say rightly costs a trial, not a wrong answer: each is measured.
 */
import type { Table } from '../../../adapters/databases/types.ts'

export type Candidate = { table: Table; columns: string[] }

export type Uses = { equal: string[]; range: string[]; sorted: string[]; joined: string[]; grouped: string[] }

const MOST = 10
const NAME = '(?:["`]?(\\w+)["`]?\\.)?["`]?(\\w+)["`]?'

const NONE: Uses = { equal: [], range: [], sorted: [], joined: [], grouped: [] }

export function candidates(sql: string, tables: Table[]): Candidate[] {
  const uses = usesIn(sql, tables)
  return tables.flatMap((table) => fromUses(table, uses.get(table) ?? NONE)).slice(0, MOST)
}

/** What a query does with the columns of each table, as far as its text says. */
export function usesIn(sql: string, tables: Table[]): Map<Table, Uses> {
  const text = sql.replace(/'(?:[^']|'')*'/g, "''")
  const aliases = aliasesIn(text, tables)
  const uses = new Map<Table, Uses>(tables.map((t) => [t, structuredClone(NONE)]))
  const owner = (alias: string | undefined, column: string): { table: Table; column: string } | null => {
    const table = alias
      ? aliases.get(alias.toLowerCase())
      : tables.find((t) => t.columns.some((c) => c.name.toLowerCase() === column.toLowerCase()))
    const found = table?.columns.find((c) => c.name.toLowerCase() === column.toLowerCase())
    return table && found ? { table, column: found.name } : null
  }
  const note = (alias: string | undefined, column: string, as: keyof Uses) => {
    const at = owner(alias, column)
    const list = at && uses.get(at.table)?.[as]
    if (list && !list.includes(at.column)) list.push(at.column)
  }
  for (const [, a, c, op, b, d] of text.matchAll(
    new RegExp(
      `${NAME}\\s*(=|<=|>=|<>|!=|<|>|\\bin\\b|\\bbetween\\b|\\blike\\b|\\bis\\b)\\s*(?:${NAME})?`,
      'gi',
    ),
  )) {
    const right = d === undefined ? null : owner(b, d)
    if (op === '=' && right && owner(a, c ?? '')) {
      note(a, c ?? '', 'joined')
      note(b, d ?? '', 'joined')
    } else if (op === '=' || /^(in|is)$/i.test(op ?? '')) note(a, c ?? '', 'equal')
    else if (op !== '<>' && op !== '!=') note(a, c ?? '', 'range')
  }
  const lists: [keyof Uses, RegExp][] = [
    ['sorted', /order\s+by\s+([\s\S]+?)(?:\blimit\b|\boffset\b|\bfetch\b|\)|$)/i],
    ['grouped', /group\s+by\s+([\s\S]+?)(?:\bhaving\b|\border\b|\blimit\b|\boffset\b|\bfetch\b|\)|$)/i],
  ]
  for (const [as, form] of lists)
    for (const part of (form.exec(text)?.[1] ?? '').split(',')) {
      const [, a, c] = new RegExp(`^\\s*${NAME}`).exec(part) ?? []
      if (c) note(a, c, as)
    }
  return uses
}

function fromUses(table: Table, { equal, range, sorted, joined }: Uses): Candidate[] {
  const lists = [
    [...equal, ...range.slice(0, 1)],
    [...equal, ...sorted],
    [...joined, ...equal],
    [...joined.slice(0, 1), ...range.slice(0, 1)],
    [...joined.slice(0, 1), ...sorted],
    equal,
    range.slice(0, 1),
    sorted,
    joined.slice(0, 1),
  ].map((l) => [...new Set(l)].slice(0, 4))
  const standing = [...table.indexes, ...table.uniques, ...(table.primaryKey ? [table.primaryKey] : [])]
  const isThere = (l: string[]) =>
    standing.some((k) => l.every((c, i) => k.columns[i]?.replaceAll('"', '') === c))
  const isFirst = (l: string[], i: number) => lists.findIndex((o) => o.join() === l.join()) === i
  return lists
    .filter((l, i) => l.length > 0 && isFirst(l, i) && !isThere(l))
    .map((columns) => ({ table, columns }))
}

export function aliasesIn(text: string, tables: Table[]): Map<string, Table> {
  const found = new Map<string, Table>()
  for (const table of tables) {
    found.set(table.name.toLowerCase(), table)
    const form = new RegExp(
      `["\`]?\\b${table.name.replace(/\W/g, '.')}["\`]?\\s+(?:as\\s+)?["\`]?(\\w+)["\`]?`,
      'gi',
    )
    for (const [, alias = ''] of text.matchAll(form))
      if (
        !/^(where|join|left|right|inner|outer|cross|full|natural|on|using|group|order|limit|having|union|set|values|as|for|window|fetch|offset)$/i.test(
          alias,
        )
      )
        found.set(alias.toLowerCase(), table)
  }
  return found
}
