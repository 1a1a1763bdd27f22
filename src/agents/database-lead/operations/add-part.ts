/** A part more of a table that lies in parts: for a month, for values, or for all else. */
import { findTable, type Part, type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { count } from '../../../core/text.ts'
import type { Bounds, NewPart } from '../order/change.ts'
import { boundSql, partColumn, partSql, restOf, withinSql } from '../order/partitions.ts'
import { typeIn } from '../order/sql.ts'
import { boundsIn } from '../requests/parts-said.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveColumn, resolveTable } from '../resolve.ts'
import { assertName } from '../style.ts'
import { design, type Operation, type World } from '../types.ts'
import { alreadySo } from './columns.ts'
import { refused } from './in-parts.ts'
import { partName } from './part-names.ts'

const FORM =
  /^(?:add|create|make)\s+(?:an?|the|another|one more)?\s*(?:new\s+)?partition\s+for\s+(?<said>.+)\s+(?:to|of|in|on)\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?$/i
const BEFORE =
  /^(?:add|create|make)\s+(?:an?|the|another)?\s*(?:new\s+)?(?<said>.+?)\s+partition\s+(?:to|of|in|on|for)\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?$/i

/** More than that is not moved while others wait. */
const MOST_MOVED = 50_000

export const addPart: Operation<'add-part'> = {
  op: 'add-part',
  example: 'Add a partition for January 2027 to events',
  read: (sentence) => {
    const { said = '', table = '' } = (FORM.exec(sentence) ?? BEFORE.exec(sentence))?.groups ?? {}
    const read = boundsIn(said)
    if (!read || !isName(bare(table))) return null
    const { by, bounds } = read
    const rows = by === null ? said.trim() : said.slice(said.search(/["']/)).trim()
    return { op: 'add-part', table, by, bounds, said: rows }
  },
  design: async (ask, world) => {
    const { db } = world
    const table = await resolveTable(ask.table, world.schema, world.choose)
    const column = await parted(table, ask, world)
    const on = { schema: table.schema, name: table.name }
    const part: NewPart = { name: partName(ask.bounds, table, db), bounds: ask.bounds }
    const [rest, gap] = [restOf(table), await gapBefore(table, part.bounds, world)]
    await assertApart(table, part.bounds, world)
    const parts = [...(gap ? [gap] : []), part]
    for (const p of parts) assertFree(p.name, table, world)
    const takes = rest !== null && ask.bounds.kind !== 'rest' ? rest : null
    const moving = takes ? await rowsWithin(table, takes, part.bounds, world) : 0
    if (moving > 0 && db.server.family === 'postgres') await assertMay(table, takes, part, moving, world)
    const words = boundsWords(ask.bounds, column)
    return design({
      title: `Add a partition ${part.name} to ${tableWords(table)}, for ${words}`,
      tables: [on],
      changes: [
        {
          kind: 'add-part',
          table: on,
          parts,
          rest: takes && { schema: takes.schema, name: takes.name },
          moves: moving > 0,
        },
      ],
      criteria: parts.map((p) => ({
        words: `Rows of ${boundsWords(p.bounds, column)} in ${tableWords(table)} lie in ${p.name}.`,
        check: { kind: 'part', table: on, part: p.name, column, value: within(p.bounds) },
      })),
      because: [
        ...(takes
          ? [
              moving > 0
                ? `${count(moving, 'row')} of them lie in ${takes.name}, the part for all else, and move.`
                : `None of them lies in ${takes.name}, the part for all else: that is looked at while it is added.`,
            ]
          : ['It is empty until then, and no other part holds such rows.']),
        ...(gap
          ? [
              `${db.server.product} knows no gap between parts: what lies between the last one and ${within(part.bounds)} gets a part ${gap.name}.`,
            ]
          : []),
      ],
      alternatives:
        db.server.family === 'postgres'
          ? [
              'CREATE TABLE ... PARTITION OF at once: the same, and all who read or write the table wait for it.',
            ]
          : takes
            ? [
                `A part for all else that is empty: then nothing is copied. Add parts before rows come to ${takes.name}.`,
              ]
            : [],
      later: [
        `Nobody adds the next part by itself${rest || ask.bounds.kind === 'rest' ? ': what it would hold goes to the part for all else' : ': what it would hold is refused'}. Let a job ask for it in time.`,
      ],
    })
  },
}

const within = (bounds: Bounds): string | null =>
  bounds.kind === 'list' ? (bounds.values[0] ?? null) : bounds.kind === 'range' ? bounds.from : null

export function boundsWords(bounds: Bounds, column: string): string {
  switch (bounds.kind) {
    case 'range':
      return bounds.from === null
        ? `${column} below ${bounds.to}`
        : `${column} from ${bounds.from} up to and without ${bounds.to}`
    case 'list':
      return `${column} ${bounds.values.join(', ')}`
    case 'rest':
      return 'all that lies in no other part'
    case 'hash':
      return `${column} by hash`
  }
}

/** The column by which it is parted. @throws MartsmithError `database.parts` where no such part is possible. */
async function parted(
  table: Table,
  { bounds, by }: { bounds: Bounds; by: string | null },
  world: World,
): Promise<string> {
  const where = tableWords(table)
  const { partitions } = table
  if (!partitions)
    throw refused(
      `${where} does not lie in parts: there is nothing to add one to.`,
      `martsmith db "partition ${table.name} by month on <column>"`,
    )
  const column = partColumn(table)
  const beside = tops(table)
  const inner = beside.length > 0 && beside.every((p) => p.by !== null)
  const wanted = bounds.kind === 'rest' ? partitions.method : bounds.kind
  if (column === null || inner || wanted !== partitions.method || partitions.method === 'hash')
    throw refused(
      `${where} is partitioned by ${partitions.by}${inner ? ', and its parts lie in parts again' : ''}: no part for ${boundsWords(bounds, column ?? 'such rows')} can be added to that here.`,
      'Say a period or numbers for a range, values in quotes for a list; do what is more than that by hand.',
    )
  if (by !== null && (await resolveColumn(by, table, world.choose)).name !== column)
    throw refused(`${where} is partitioned by ${column}, not by ${by}.`, `Say the values of ${column}.`)
  const type = typeIn(table, column)
  const isDate = bounds.kind === 'range' && /-/.test((bounds.from ?? '').slice(1))
  if (bounds.kind === 'range' && isDate !== /date|time/i.test(type))
    throw refused(
      `${where}.${column} is ${type}: ${isDate ? 'no calendar' : 'no number'} tells its parts apart.`,
      isDate ? 'Say numbers: for 1000 to 2000.' : 'Say a day, a month or a year.',
    )
  const isYear = /^year\(/i.test(partitions.key)
  if (
    isYear &&
    bounds.kind === 'range' &&
    !(bounds.from?.endsWith('-01-01') && bounds.to?.endsWith('-01-01'))
  )
    throw refused(`${where} is partitioned by the year of ${column}.`, 'Ask for a part for a whole year.')
  return column
}

function assertFree(name: string, table: Table, world: World): void {
  assertName(name, world.db)
  const isPostgres = world.db.server.family === 'postgres'
  const taken =
    table.partitions?.parts.some((p) => p.name === name) ||
    (isPostgres &&
      (findTable(world.schema, { schema: table.schema, name }) ||
        world.schema.views.some((v) => v.schema === table.schema && v.name === name)))
  if (taken)
    throw refused(
      `There is something called ${name} already, which would be the name of the part.`,
      'Give that another name first.',
    )
}

/** What the server writes of the bounds of a part, as two constants; null: it has no such end. */
function endsOf(part: Part, before: Part | undefined): [string | null, string | null] {
  const [, from, to] = /FROM \((.*)\) TO \((.*)\)$/.exec(part.bounds) ?? []
  const less = (p: Part | undefined) => /LESS THAN \((.*)\)$/.exec(p?.bounds ?? '')?.[1]
  const end = (text: string | undefined) =>
    text === undefined || /^M(?:IN|AX)VALUE$/.test(text) ? null : text
  return from !== undefined ? [end(from), end(to)] : [end(less(before)), end(less(part))]
}

/** A constant as the server compares it with others of the kind. */
function comparable(sql: string, table: Table, { db }: World): string {
  const type = typeIn(table, partColumn(table) ?? '')
  if (db.server.family === 'postgres') return `cast(${sql} as ${type})`
  return /date|time/i.test(type) && sql.startsWith("'") ? `cast(${sql} as datetime(6))` : sql
}

const tops = (table: Table) =>
  (table.partitions?.parts ?? []).filter((p) => p.of === null && p !== restOf(table))

/** @throws MartsmithError `database.exists`, `database.parts` where another part holds such rows. */
async function assertApart(table: Table, bounds: Bounds, world: World): Promise<void> {
  const where = tableWords(table)
  const rest = restOf(table)
  if (bounds.kind === 'rest') {
    if (rest) throw alreadySo(`${where} has a part for all else already: ${rest.name}.`)
    return
  }
  const parts = tops(table)
  if (bounds.kind === 'list') {
    const held = (p: Part) => bounds.values.filter((v) => p.bounds.includes(`'${v.replaceAll("'", "''")}'`))
    const found = parts.find((p) => held(p).length > 0)
    if (found)
      throw alreadySo(`${held(found).join(', ')} of ${where} lies in the part ${found.name} already.`)
    return
  }
  if (bounds.kind !== 'range' || parts.length === 0) return
  const value = (v: string | null) =>
    v === null ? null : comparable(boundSql(v, table, world.db), table, world)
  const [low, high] = [value(bounds.from), value(bounds.to)]
  const tests = parts.flatMap((p, i) => {
    const [from, to] = endsOf(p, parts[i - 1]).map((e) => (e === null ? null : comparable(e, table, world)))
    const under = (a: string | null | undefined, b: string | null) => (a && b ? `${a} < ${b}` : '1 = 1')
    const same = (a: string | null | undefined, b: string | null) => (a && b ? `${a} = ${b}` : '1 = 0')
    return [
      `(${under(from, high)}) and (${low && to ? under(low, to) : '1 = 1'})`,
      `(${same(from, low)}) and (${same(to, high)})`,
    ]
  })
  const [row] = await world.db.query(`select ${tests.map((t, i) => `(${t}) as t${i}`).join(', ')}`)
  const is = (i: number) => ['true', '1'].includes(String(row?.[`t${i}`]))
  const overlaps = parts.filter((_, i) => is(2 * i))
  const equal = parts.find((_, i) => is(2 * i + 1))
  if (equal) throw alreadySo(`${where} has a part for that already: ${equal.name}.`)
  const [first] = overlaps
  if (first)
    throw refused(
      `Such rows of ${where} lie in the part ${first.name} already (${first.bounds}): it would have to be split.`,
      'Ask for rows that lie in no part yet.',
    )
}

/** Parts of MySQL begin where the one before ends: what lies between needs one too. */
async function gapBefore(table: Table, bounds: Bounds, world: World): Promise<NewPart | null> {
  if (world.db.server.family === 'postgres' || bounds.kind !== 'range' || bounds.from === null) return null
  const last = endsOf(tops(table).at(-1) ?? ({ bounds: '' } as Part), undefined)[1]
  const from = comparable(boundSql(bounds.from, table, world.db), table, world)
  const [row] =
    last === null
      ? [{ gap: 1 }]
      : await world.db.query(`select ${comparable(last, table, world)} < ${from} as gap`)
  if (String(row?.gap) !== '1') return null
  const gap: Bounds = { kind: 'range', from: null, to: bounds.from }
  return { name: partName(gap, table, world.db), bounds: gap }
}

async function rowsWithin(table: Table, part: Part, bounds: Bounds, { db }: World): Promise<number> {
  const [row] = await db.query(
    `select count(*) as n from ${partSql(table, part, db)} where ${withinSql(bounds, table, db)}`,
  )
  return Number(row?.n ?? 0)
}

/** @throws MartsmithError `database.parts` where rows are not to move, or may not. */
async function assertMay(
  table: Table,
  rest: Part | null,
  part: NewPart,
  moving: number,
  world: World,
): Promise<void> {
  const { db } = world
  const hasTrigger = table.triggers.length > 0 || rest?.own.some((o) => /^create trigger/i.test(o))
  const why = hasTrigger
    ? 'triggers would take that for a deletion'
    : moving > MOST_MOVED
      ? `that is too much for one moment in which ${rest?.name} is locked`
      : null
  const said = `${count(moving, 'row')} for ${part.name} lie in ${rest?.name}`
  if (why !== null)
    throw refused(
      `${said}: they would have to move, and ${why}.`,
      'Move them by hand while the application stands still, then ask again.',
    )
  const key = (table.primaryKey?.columns ?? []).map((c) => db.quote(c)).join(', ')
  const shown =
    rest && key !== ''
      ? await db.query(
          `select ${key} from ${tableSql(db, rest)} where ${withinSql(part.bounds, table, db)} order by ${key} limit 3`,
        )
      : []
  const words = shown.map((r) =>
    Object.entries(r)
      .map(([k, v]) => `${k} ${valueWords(v)}`)
      .join(' '),
  )
  const answer = await world.choose(
    'rows of the rest',
    `${said}${words.length > 0 ? ` (${words.join('; ')}${moving > words.length ? '; ...' : ''})` : ''}. What becomes of them?`,
    [
      { id: 'move', label: `they move to ${part.name}, while ${rest?.name} is locked for the moment` },
      { id: 'stop', label: 'nothing: no part is made' },
    ],
  )
  if (answer !== 'move')
    throw refused(`${said}, and are not to move.`, 'Take them away first; then ask again.')
}

const valueWords = (v: unknown) =>
  v instanceof Date ? v.toISOString().replace(/T00:00:00\.000Z$/, '') : String(v)
