/** What of a schema makes changes harder than they look: circles of foreign keys, tables and indexes that are not in order. */
import {
  type Database,
  findTable,
  type Schema,
  type Table,
  type TableName,
  tableWords,
} from '../../../adapters/databases/types.ts'
import { list } from '../../../core/text.ts'

/** Each circle of references that one of the tables is part of, once; a table that refers to itself is none. */
export function circlesAt(schema: Schema, tables: TableName[]): string[] {
  const next = new Map(
    schema.tables.map((t) => [
      tableWords(t),
      [...new Set(t.foreignKeys.map((f) => tableWords(f.references)))].filter((n) => n !== tableWords(t)),
    ]),
  )
  const found = new Map<string, string>()
  for (const table of tables) {
    const path = wayBack(tableWords(table), next)
    const key = path && [...path].sort().join()
    if (path && key && !found.has(key)) found.set(key, [...path, path[0]].join(' -> '))
  }
  return [...found.values()]
}

/** The shortest way from a table over references to itself. */
function wayBack(from: string, next: Map<string, string[]>): string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]])
  for (const at of cameFrom.keys())
    for (const to of next.get(at) ?? []) {
      if (to === from) return pathTo(at, cameFrom)
      if (!cameFrom.has(to)) cameFrom.set(to, at)
    }
  return null
}

function pathTo(at: string, cameFrom: Map<string, string | null>): string[] {
  const before = cameFrom.get(at) ?? null
  return before === null ? [at] : [...pathTo(before, cameFrom), at]
}

/** In sentences; none where all is well. */
export async function signsOf(db: Database, schema: Schema, names: TableName[]): Promise<string[]> {
  const signs: string[] = []
  for (const name of names) {
    const table = findTable(schema, name)
    if (!table) continue
    const waste = await db.waste(table)
    if (waste !== null) signs.push(`${tableWords(table)} is bloated: ${waste}.`)
    const stale = await db.stale(table)
    if (stale !== null) signs.push(`What the server knows of ${tableWords(table)} is out of date: ${stale}.`)
    signs.push(...indexSigns(table))
  }
  return signs
}

export function indexSigns(table: Table): string[] {
  const words = tableWords(table)
  const invalid = table.indexes.filter((i) => !i.valid).map((i) => i.name)
  const keys = [
    ...table.indexes.filter((i) => i.valid),
    ...table.uniques,
    ...(table.primaryKey ? [table.primaryKey] : []),
  ]
  const isPartial = (definition: string) => /\bwhere\b/i.test(definition)
  const needless = table.indexes.flatMap((i) => {
    if (i.unique || !i.valid || isPartial(i.definition)) return []
    const wider = keys.find(
      (k) =>
        k.name !== i.name &&
        !('definition' in k && isPartial(String(k.definition))) &&
        i.columns.every((c, n) => k.columns[n] === c) &&
        // Of two that are the same, one is needless.
        (k.columns.length > i.columns.length || k.name < i.name || !('definition' in k)),
    )
    return wider ? [`${i.name} of ${words} serves nothing that ${wider.name} does not`] : []
  })
  return [
    ...(invalid.length > 0
      ? [
          `${list(invalid)} of ${words} ${invalid.length > 1 ? 'are' : 'is'} invalid: written to, and never read.`,
        ]
      : []),
    ...needless.map((n) => `${n}.`),
  ]
}
