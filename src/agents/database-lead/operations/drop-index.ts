/** An index less: one that another covers, or that nobody uses. */
import { type Index, type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { resolveColumn, resolveTable, wordsOf } from '../resolve.ts'
import { design, type Operation, type World } from '../types.ts'
import { alreadySo } from './columns.ts'

const BY_COLUMNS =
  /^(?:drop|remove|delete)\s+(?:the\s+)?index\s+(?:on|over|for)\s+(?<columns>.+?)\s+(?:of|in|from)\s+(?<table>.+)$/i
const BY_NAME =
  /^(?:drop|remove|delete)\s+(?:the\s+)?index\s+(?<name>[\w$]+|"[^"]+"|`[^`]+`)(?:\s+(?:of|on|from|in)\s+(?<table>.+))?$/i
const REDUNDANT =
  /^(?:drop|remove|delete|clean up)\s+(?:all\s+|the\s+|any\s+)*(?:redundant|duplicate|duplicated|superfluous)\s+ind(?:exes|ices|ex)(?:\s+(?:of|on|from|in)\s+(?<table>.+))?$/i

type Found = { table: Table; index: Index }

export const dropIndex: Operation<'drop-index'> = {
  op: 'drop-index',
  example: 'Drop the redundant indexes of invoices',
  read: (sentence) => {
    const redundant = REDUNDANT.exec(sentence)
    if (redundant) {
      const table = redundant.groups?.table
      if (table !== undefined && !isName(bare(table))) return null
      return { op: 'drop-index', table: table ?? null, name: null, columns: null }
    }
    const { columns, table } = BY_COLUMNS.exec(sentence)?.groups ?? {}
    if (columns && table && isName(bare(table)))
      return { op: 'drop-index', table, name: null, columns: listed(columns) }
    const named = BY_NAME.exec(sentence)?.groups
    return named?.name
      ? { op: 'drop-index', table: named.table ?? null, name: bare(named.name), columns: null }
      : null
  },
  design: async (ask, world) => {
    const { schema } = world
    const table = ask.table === null ? null : await resolveTable(ask.table, schema, world.choose)
    const among = (table ? [table] : schema.tables).flatMap((t) =>
      t.indexes.map((index) => ({ table: t, index })),
    )
    const isAll = ask.name === null && ask.columns === null
    const found = isAll ? among.filter((f) => covering(f)) : await named(ask, table, among, world)
    if (found.length === 0)
      throw isAll
        ? alreadySo(`No index${table ? ` of ${tableWords(table)}` : ''} is covered by another.`)
        : unknownIndex(ask, table, among)
    const needed = found.flatMap((f) => keysLeftWithout(f).map((key) => ({ ...f, key })))
    if (world.db.server.family === 'mysql' && needed[0]) throw neededIndex(needed[0])
    return design({
      title: `Drop ${list(found.map((f) => `the index ${f.index.name} of ${tableWords(f.table)}`))}`,
      tables: [...new Set(found.map((f) => f.table))].map(({ schema: s, name }) => ({ schema: s, name })),
      changes: found.map(({ table: t, index }) => ({
        kind: 'drop-index',
        table: { schema: t.schema, name: t.name },
        name: index.name,
      })),
      criteria: found.map(({ table: t, index }) => ({
        words: `${tableWords(t)} has no index ${index.name}.`,
        check: { kind: 'no-index', table: { schema: t.schema, name: t.name }, name: index.name },
      })),
      because: [
        ...found.map((f) => {
          const other = covering(f)
          const mine = `${f.index.name} (${f.index.columns.join(', ')})`
          return other
            ? `${mine} is covered by ${other.name} (${other.columns.join(', ')}): it serves the same queries.`
            : `${mine} is covered by no other: queries by ${f.index.columns[0]} will read more.`
        }),
        ...needed.map(
          ({ index, key }) =>
            `${index.name} is the only index that the foreign key ${key} has: without it each delete of a parent reads the whole table.`,
        ),
        'Each write has one index less to keep.',
      ],
      alternatives: ['Leave it: it costs each write, and room.'],
    })
  },
}

/** An index or key of the same table that begins with the same columns, whole and without a condition. */
function covering({ table, index }: Found): { name: string; columns: string[] } | null {
  if (index.unique || !isPlain(index)) return null
  const keys = [
    ...table.indexes.filter((i) => i !== index && isPlain(i) && i.valid),
    ...table.uniques,
    ...(table.primaryKey ? [table.primaryKey] : []),
  ]
  const begins = (k: { columns: string[] }) => index.columns.every((c, i) => k.columns[i] === c)
  // Of two that are the same the later one goes.
  return (
    keys.find(
      (k) => begins(k) && (k.columns.length > index.columns.length || k.name < index.name || !('valid' in k)),
    ) ?? null
  )
}

function isPlain({ definition, columns }: Index): boolean {
  const isTree = definition === '' || /using btree \([^)]*\)$/i.test(definition)
  return isTree && columns.every((c) => !/[()]/.test(c)) && !/\b(?:desc|nulls first|_ops)\b/i.test(definition)
}

async function named(
  ask: { name: string | null; columns: string[] | null },
  table: Table | null,
  among: Found[],
  { choose }: World,
): Promise<Found[]> {
  if (ask.name !== null) return among.filter((f) => f.index.name.toLowerCase() === ask.name?.toLowerCase())
  if (!table) return []
  const said = (ask.columns ?? []).map((words) => wordsOf(bare(words)).join(' '))
  // `the support rep` is support_rep_id where an index says so.
  const isSaid = (column: string, i: number) =>
    ` ${wordsOf(column).join(' ')} `.startsWith(` ${said[i] ?? ''} `)
  const meant = among.filter((f) => f.index.columns.length === said.length && f.index.columns.every(isSaid))
  if (meant.length > 0) return meant.slice(0, 1)
  for (const words of ask.columns ?? []) await resolveColumn(words, table, choose) // what is not there is told
  return []
}

/** Foreign keys that no other index or key serves. */
function keysLeftWithout({ table, index }: Found): string[] {
  const others = [
    ...table.indexes.filter((i) => i !== index),
    ...table.uniques,
    ...(table.primaryKey ? [table.primaryKey] : []),
  ]
  const serves = (k: { columns: string[] }, columns: string[]) => columns.every((c, i) => k.columns[i] === c)
  return table.foreignKeys
    .filter((f) => serves(index, f.columns) && !others.some((k) => serves(k, f.columns)))
    .map((f) => f.name)
}

function neededIndex({ table, index, key }: Found & { key: string }): MartsmithError {
  return new MartsmithError({
    code: 'database.key',
    message: `${index.name} is the only index that the foreign key ${key} of ${tableWords(table)} has: the server does not let it go.`,
    mend: ['Drop the foreign key first, or leave the index.'],
    exitCode: 1,
  })
}

function unknownIndex(
  ask: { name: string | null; columns: string[] | null },
  table: Table | null,
  among: Found[],
): MartsmithError {
  const wanted = ask.name ?? `on ${list(ask.columns ?? [])}`
  const keys = (table?.uniques ?? []).map((u) => u.name)
  return new MartsmithError({
    code: 'database.unknown-index',
    message: `There is no index ${wanted}${table ? ` in ${tableWords(table)}` : ''}.`,
    mend: [
      `There are: ${
        list(
          among
            .filter((f) => ask.name === null || wordsOf(f.index.name)[0] === wordsOf(ask.name)[0])
            .map((f) => f.index.name),
          8,
        ) || 'none'
      }.`,
      ...(keys.length > 0 ? [`Of unique constraints: ${list(keys)}.`] : []),
    ],
  })
}
