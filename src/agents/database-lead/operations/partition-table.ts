/** A table comes to lie in parts: by a point in time, by values, or by hash. */
import { isSameTable, type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { count, list } from '../../../core/text.ts'
import { partedNames } from '../criteria.ts'
import type { ChangeOf } from '../order/change.ts'
import { typeIn } from '../order/sql.ts'
import { type AskOf, INTERVALS, type Interval } from '../requests/ask.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveColumn, resolveTable } from '../resolve.ts'
import { assertName } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { alreadySo } from './columns.ts'
import { refused } from './in-parts.ts'
import { besideFor } from './parted-beside.ts'
import { isMoment, partsFor } from './parts-for.ts'

const FORM =
  /^partition\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?(?:\s+(?<often>daily|weekly|monthly|quarterly|yearly))?\s+by\s+(?<how>.+)$/i
const EACH = `(?:one|an?|1)?\\s*(?:part|partition)?\\s*(?:a|an|per|each|every|for each|for every|by)\\s+(?<interval>${INTERVALS.join('|')})`
const OFTEN = '(?<often>daily|weekly|monthly|quarterly|yearly)'
const ADVERBS = ['daily', 'weekly', 'monthly', 'quarterly', 'yearly']
const COLUMN = '\\(?(?<column>[^,()]+?)\\)?'
const INTO = '(?:\\s*,|\\s+(?:in|into|with))\\s*(?<parts>\\d+)\\s+(?:parts|partitions)'
const HOW: [RegExp, AskOf<'partition-table'>['method']][] = [
  [new RegExp(`^(?:the\\s+)?(?<interval>${INTERVALS.join('|')})$`, 'i'), 'range'],
  [
    new RegExp(`^(?:the\\s+)?(?<interval>${INTERVALS.join('|')})\\s+(?:on|of|by|using)\\s+${COLUMN}$`, 'i'),
    'range',
  ],
  [new RegExp(`^${COLUMN}(?:\\s*,)?\\s+(?:with\\s+)?${EACH}$`, 'i'), 'range'],
  [new RegExp(`^${COLUMN}(?:\\s*,)?\\s+${OFTEN}$`, 'i'), 'range'],
  [new RegExp(`^(?:the\\s+)?hash(?:\\s+(?:of|on|over))?\\s+${COLUMN}(?:${INTO})?$`, 'i'), 'hash'],
  [new RegExp(`^(?:the\\s+)?list(?:\\s+(?:of|on|over))?\\s+${COLUMN}$`, 'i'), 'list'],
  [new RegExp(`^${COLUMN}$`, 'i'), null],
]

export const partitionTable: Operation<'partition-table'> = {
  op: 'partition-table',
  example: 'Partition events by month on created_at',
  read: (sentence) => {
    const { table = '', how = '', often } = FORM.exec(sentence)?.groups ?? {}
    if (!isName(bare(table))) return null
    for (const [form, method] of HOW) {
      const found = form.exec(how)?.groups
      if (!found) continue
      const { column, interval, parts } = found
      const said = intervalOf(interval, found.often ?? often)
      if (column !== undefined && !isName(bare(column))) return null
      const n = parts === undefined ? null : Number(parts)
      if (n !== null && (n < 2 || n > 1024)) return null
      return {
        op: 'partition-table',
        table,
        by: column ?? null,
        method: method ?? (said === null ? null : 'range'),
        interval: said,
        parts: n,
      }
    }
    return null
  },
  design: async (ask, world) => {
    const { db, schema } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const where = tableWords(table)
    if (table.partitions) throw alreadySo(`${where} is partitioned already, by ${table.partitions.by}.`)
    const { column, told } = await columnFor(ask, table, world)
    const type = typeIn(table, column)
    await assertFilled(table, column, world)
    assertUnreferred(table, world)
    const how = await partsFor(ask, table, column, world)
    for (const p of how.parts) assertName(p.name, db)
    const keys = await widened(table, column, world)
    const beside = db.server.family === 'postgres' ? await besideFor(table, how.parts, world) : null
    const on = { schema: table.schema, name: table.name }
    const names = partedNames(on)
    const change: ChangeOf<'partition-table'> = {
      kind: 'partition-table',
      table: on,
      method: how.method,
      column,
      parts: how.parts,
      keys,
      beside,
    }
    const criteria: Criterion[] = [
      {
        words: `${where} lies in parts by ${how.method} of ${column}.`,
        check: { kind: 'parted', table: on, method: how.method, column },
      },
      ...how.parts.slice(-3).flatMap((p): Criterion[] => {
        const value =
          p.bounds.kind === 'range'
            ? p.bounds.from
            : p.bounds.kind === 'list'
              ? (p.bounds.values[0] ?? null)
              : null
        return value === null
          ? []
          : [
              {
                words: `A row of ${column} ${value} lies in ${p.name}.`,
                check: { kind: 'part', table: on, part: p.name, column, value },
              },
            ]
      }),
      ...(beside
        ? [
            {
              words: `${names.old.name}, the table as it was, holds the same rows, whoever writes ${where}.`,
              check: { kind: 'before' as const, table: on, old: names.old, name: names.name },
            },
          ]
        : []),
    ]
    return design({
      title: `Partition ${where} by ${how.words} of ${column}`,
      tables: [on],
      changes: [change],
      criteria,
      because: [
        ...told,
        how.told,
        ...keys.map(
          (k) =>
            `${k.name} becomes (${list(k.columns)}), as it was agreed: the server looks at the two together, in each part by itself.`,
        ),
        ...(beside
          ? [
              `PostgreSQL parts no table that stands: ${names.next.name} is made, kept the same by a trigger, filled in batches, proven row by row, and takes the name in one moment. Nothing that runs has to change.`,
              `The way back exchanges the names again: until it is finished ${names.old.name} is kept the same, so that no row is lost by it.`,
              ...(beside.views.length > 0
                ? [
                    `${list(beside.views.map(tableWords))} ${beside.views.length === 1 ? 'is' : 'are'} made anew to read the one in parts, and give what they gave.`,
                  ]
                : []),
            ]
          : [
              `${db.server.product} writes the table anew in one statement (${type} by ${how.method}): others read it meanwhile, and nobody writes. How long that takes grows with its rows; of a large one the hand-over says how to do it beside those who write.`,
            ]),
      ],
      alternatives: [
        ...(beside
          ? [
              'All in one transaction: on a table that is small in production too it is done in a moment, and nobody reads or writes it meanwhile.',
              `${where} as it stands becomes the first part, and new rows go to new ones: no row is copied, and the old ones stay together in one.`,
            ]
          : [
              'A table in parts beside it, filled by triggers: what gh-ost and pt-online-schema-change do, for a large one.',
            ]),
        'An index instead: enough where old rows are not to be dropped as a whole.',
      ],
      later: [
        ...how.later,
        ...(beside
          ? [
              `Then, when it has proven itself: martsmith db "finish the partitioning of ${table.name}"`,
              `Until then each write of a row of ${where} is made in ${names.old.name} too, which guards the keys as they were. TRUNCATE is not.`,
            ]
          : []),
      ],
    })
  },
}

function intervalOf(interval: string | undefined, often: string | undefined): Interval | null {
  const said = interval?.toLowerCase() ?? INTERVALS[ADVERBS.indexOf(often?.toLowerCase() ?? '')]
  return INTERVALS.find((i) => i === said) ?? null
}

async function columnFor(
  ask: AskOf<'partition-table'>,
  table: Table,
  world: World,
): Promise<{ column: string; told: string[] }> {
  const where = tableWords(table)
  if (ask.by !== null) {
    const { name, type } = await resolveColumn(ask.by, table, world.choose)
    if (ask.method === 'range' && !isMoment(type))
      throw refused(
        `${where}.${name} is ${type}: there is no ${ask.interval ?? 'interval'} in it.`,
        'Say a column of a date or a point in time, or: by list of it, by hash of it.',
      )
    return { column: name, told: [] }
  }
  const moments = table.columns.filter((c) => isMoment(c.type) && !c.nullable)
  const [only, ...others] = moments
  if (only && others.length === 0)
    return {
      column: only.name,
      told: [
        `By ${only.name}: it was not said by which column, and it is the only point in time of ${where} that is never null.`,
      ],
    }
  if (!only)
    throw refused(
      `${where} has no date or point in time that is never null: by which column it is to lie in parts cannot be told.`,
      `Say which: martsmith db "partition ${table.name} by ${ask.interval ?? 'month'} on <column>"`,
    )
  const column = await world.choose(
    'partition column',
    `By which column is ${where} to lie in parts by ${ask.interval ?? 'month'}?`,
    moments.map((c) => ({ id: c.name, label: `${c.name}, ${c.type}` })),
  )
  return { column, told: [`By ${column}, as it was answered.`] }
}

/** @throws MartsmithError `database.parts`: a key that holds it takes no null. */
async function assertFilled(table: Table, column: string, { db }: World): Promise<void> {
  const where = `${tableWords(table)}.${column}`
  if (!table.columns.find((c) => c.name === column)?.nullable) return
  const name = db.quote(column)
  const [row] = await db.query(`select count(*) as n from ${tableSql(db, table)} where ${name} is null`)
  const n = Number(row?.n ?? 0)
  const keys = (table.primaryKey?.columns ?? []).map((c) => db.quote(c)).join(', ')
  const shown =
    n > 0 && keys !== ''
      ? await db.query(
          `select ${keys} from ${tableSql(db, table)} where ${name} is null order by ${keys} limit 5`,
        )
      : []
  const rows = shown.map((r) =>
    Object.entries(r)
      .map(([k, v]) => `${k} ${String(v)}`)
      .join(' '),
  )
  throw refused(
    n > 0
      ? `${where} is null in ${count(n, 'row')}${rows.length > 0 ? ` (${list(rows)})` : ''}: no part could be told for them, and no key may hold it.`
      : `${where} may be null: no part could be told for such a row, and no key may hold it.`,
    `martsmith db "make ${column} of ${table.name} required"${n > 0 ? ', with a value for those rows' : ''}; then ask again.`,
  )
}

/** @throws MartsmithError `database.parts` with the foreign keys that cannot stay. */
function assertUnreferred(table: Table, { schema, db }: World): void {
  const where = tableWords(table)
  const to = schema.tables.flatMap((t) =>
    t.foreignKeys.filter((f) => isSameTable(f.references, table)).map((f) => `${f.name} of ${tableWords(t)}`),
  )
  const from = db.server.family === 'mysql' ? table.foreignKeys.map((f) => f.name) : []
  if (to.length === 0 && from.length === 0) return
  const parts = [
    ...(to.length > 0 ? [`${list(to)} ${to.length === 1 ? 'refers' : 'refer'} to it`] : []),
    ...(from.length > 0 ? [`it refers to others by ${list(from)}`] : []),
  ]
  throw refused(
    `${where} cannot come to lie in parts: ${parts.join(', and ')}. ${
      db.server.family === 'mysql'
        ? `${db.server.product} takes no foreign keys from or to such a table.`
        : 'A reference to it would have to hold the column of the parts too, which those tables do not have.'
    }`,
    'Decide who looks after those references, and drop the foreign keys first; then ask again.',
  )
}

/** Unique keys have to hold the column: people decide whether they may. */
async function widened(
  table: Table,
  column: string,
  world: World,
): Promise<{ name: string; columns: string[] }[]> {
  const where = tableWords(table)
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].filter(
    (k) => !k.columns.includes(column),
  )
  const indexes = table.indexes.filter(
    (i) => i.unique && !i.columns.some((c) => c.replaceAll('"', '') === column),
  )
  if (indexes.length > 0)
    throw refused(
      `The unique ${indexes.length === 1 ? 'index' : 'indexes'} ${list(indexes.map((i) => i.name))} of ${where} ${indexes.length === 1 ? 'does' : 'do'} not hold ${column}: over all parts that is not guarded.`,
      `Drop ${indexes.length === 1 ? 'it' : 'them'} first: martsmith db "drop the index ${indexes[0]?.name} of ${table.name}"; then ask again.`,
    )
  if (keys.length === 0) return []
  const after = keys.map((k) => ({ name: k.name, columns: [...k.columns, column] }))
  const becomes = keys.map(
    (k, i) => `${k.name} (${list(k.columns)}) becomes (${list(after[i]?.columns ?? [])})`,
  )
  const alone = list(keys.map((k) => list(k.columns)))
  const answer = await world.choose(
    'keys',
    `Each unique key of a table in parts has to hold ${column}: ${becomes.join('; ')}. That ${alone} ${keys.length === 1 ? 'is' : 'are'} there only once is then no longer guarded by the server. May that be?`,
    [
      { id: 'widen', label: `yes: whoever writes makes sure of ${alone}` },
      { id: 'stop', label: 'no: the table stays as it is' },
    ],
  )
  if (answer !== 'widen')
    throw refused(`The keys of ${where} are to stay: it is not partitioned.`, 'An index may do instead.')
  return after
}
