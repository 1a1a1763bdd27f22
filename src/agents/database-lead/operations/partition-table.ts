/** A table comes to lie in parts: by a point in time, by values, or by hash. */
import { isSameTable, type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { partedNames } from '../criteria.ts'
import type { ChangeOf, NewPart } from '../order/change.ts'
import { typeIn } from '../order/sql.ts'
import { type AskOf, INTERVALS, type Interval } from '../requests/ask.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveColumn, resolveTable } from '../resolve.ts'
import { assertName } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { alreadySo } from './columns.ts'
import { partName } from './part-names.ts'
import { besideFor } from './parted-beside.ts'
import { periodsFor } from './periods.ts'

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

const refused = (message: string, ...mend: string[]) =>
  new MartsmithError({ code: 'database.parts', message, mend, exitCode: 1 })

const isMoment = (type: string) => /^(?:date|datetime|timestamp)/i.test(type)

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

type How = {
  method: ChangeOf<'partition-table'>['method']
  parts: NewPart[]
  words: string
  told: string
  later: string[]
}

async function partsFor(
  ask: AskOf<'partition-table'>,
  table: Table,
  column: string,
  world: World,
): Promise<How> {
  const type = typeIn(table, column)
  if (ask.method === 'hash') return byHash(ask.parts ?? (await hashParts(table, column, world)), table, world)
  if (ask.method === 'list') return byList(table, column, world)
  if (ask.method === null && !isMoment(type)) {
    const method = await world.choose(
      'partition method',
      `${tableWords(table)}.${column} is ${type}: how is it to lie in parts?`,
      [
        { id: 'list', label: 'by list: a part for each value of today, and one for all else' },
        { id: 'hash', label: 'by hash: as many rows in each' },
      ],
    )
    return partsFor({ ...ask, method: method === 'hash' ? 'hash' : 'list' }, table, column, world)
  }
  const interval =
    ask.interval ??
    ((await world.choose(
      'partition interval',
      `How long is a part of ${tableWords(table)} by ${column} to be?`,
      INTERVALS.map((i) => ({ id: i, label: `one ${i}` })),
    )) as Interval)
  const periods = await periodsFor(table, column, interval, world)
  const bare = { name: table.name }
  const rest: NewPart = { name: partName({ kind: 'rest' }, bare, world.db), bounds: { kind: 'rest' } }
  const parts = periods.bounds.map((bounds): NewPart => ({ name: partName(bounds, bare, world.db), bounds }))
  return {
    method: 'range',
    parts: [...parts, rest],
    words: interval,
    told: `${periods.told} What lies in none of them goes to ${rest.name}, so that no row is refused.`,
    later: periods.later(rest.name),
  }
}

function hashParts(table: Table, column: string, { choose }: World): Promise<number> {
  return choose('partition parts', `In how many parts is ${tableWords(table)} to lie by hash of ${column}?`, [
    { id: '4', label: '4' },
    { id: '8', label: '8' },
    { id: '16', label: '16' },
  ]).then(Number)
}

function byHash(of: number, table: Table, { db }: World): How {
  const parts = Array.from({ length: of }, (_, at): NewPart => {
    const bounds = { kind: 'hash' as const, of, at }
    return { name: partName(bounds, { name: table.name }, db), bounds }
  })
  return {
    method: 'hash',
    parts,
    words: 'hash',
    told: `${of} parts with about as many rows in each; another number of them would mean to write all rows anew.`,
    later: [],
  }
}

/** More values than that are no list. */
const MOST_VALUES = 50

async function byList(table: Table, column: string, { db }: World): Promise<How> {
  const name = db.quote(column)
  const as = db.server.family === 'postgres' ? `${name}::text` : name
  const rows = await db.query(
    `select ${as} as v, count(*) as n from ${tableSql(db, table)} group by 1 order by 1 limit ${MOST_VALUES + 1}`,
  )
  if (rows.length === 0 || rows.length > MOST_VALUES)
    throw refused(
      rows.length === 0
        ? `${tableWords(table)} is empty: which values ${column} is to have is not known.`
        : `${tableWords(table)}.${column} has more than ${MOST_VALUES} values: that is no list.`,
      `martsmith db "partition ${table.name} by hash of ${column} into 8 parts"`,
    )
  const parts = rows.map((r): NewPart => {
    const bounds = { kind: 'list' as const, values: [String(r.v)] }
    return { name: partName(bounds, { name: table.name }, db), bounds }
  })
  const hasRest = db.server.product !== 'MySQL'
  const rest: NewPart = {
    name: db.server.family === 'postgres' ? partName({ kind: 'rest' }, { name: table.name }, db) : 'pother',
    bounds: { kind: 'rest' },
  }
  const named = new Set([...parts, rest].map((p) => p.name))
  if (named.size <= parts.length)
    throw refused(`Values of ${column} would give parts of the same name.`, 'Do it by hand.')
  return {
    method: 'list',
    parts: [...parts, ...(hasRest ? [rest] : [])],
    words: 'list',
    told: `A part for each of ${count(rows.length, 'value')} of today; ${hasRest ? `what is none of them goes to ${rest.name}` : 'MySQL refuses what is none of them'}.`,
    later: [
      `A new value gets its part by: martsmith db "add a partition for ${column} '<value>' to ${table.name}"`,
    ],
  }
}
