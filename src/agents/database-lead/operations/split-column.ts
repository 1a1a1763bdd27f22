/** One text column becomes two, or two become one: begun beside whatever runs, finished later. */
import { type Column, type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { partsName } from '../criteria.ts'
import type { NewColumn, Parts, SchemaChange } from '../order/change.ts'
import { isSayable } from '../order/parts.ts'
import { namesColumn } from '../order/sql.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { resolveColumn, resolveTable } from '../resolve.ts'
import { assertName, columnName, reservedNote } from '../style.ts'
import { type Design, design, type Operation, type World } from '../types.ts'
import { alreadySo, isStanding, placeIn, placeWords, usersOf } from './columns.ts'
import { CUT, cutFor, cutFrom, keysWhere, otherwiseSql, separatorWords } from './cut.ts'
import { assertMovable } from './same.ts'

const SPLIT = new RegExp(
  `^(?:split|part|divide|separate|break)\\s+(?:up\\s+)?(?<place>.+?)(?:\\s+(?:at|by|on)\\s+(?<early>${CUT}))?\\s+(?:in)?to\\s+(?:(?:the|two|new)\\s+)*(?:columns?\\s+)?(?<parts>.+?)(?:,?\\s+(?:at|by|on)\\s+(?<late>${CUT}))?$`,
  'i',
)
const JOIN = new RegExp(
  `^(?:join|combine|concatenate|merge)\\s+(?<columns>.+?)\\s+(?:of|in|from)\\s+(?<table>.+?)\\s+(?:in)?to\\s+(?:(?:an?|the|one)\\s+)?(?:new\\s+)?(?:column\\s+)?(?<to>.+?)(?:,?\\s+(?:with|separated by)\\s+(?<between>${CUT})(?:\\s+between(?:\\s+them)?)?)?$`,
  'i',
)

/** Of what it is one is not said by itself: `first`, and not `street` of `street and house number`. */
const HALF =
  /^(?:first|last|given|family|middle|second|old|new|start|end|min(?:imum)?|max(?:imum)?|upper|lower|left|right|billing|shipping|delivery|home|work|private|office|mobile|gross|net)$/i

/** `first and last name`: what the second says last is said of both. */
function whole(first: string, second: string): string {
  const [noun, ...before] = second.split(/[\s_]+/).toReversed()
  return before.length > 0 && HALF.test(first) ? `${first} ${noun}` : first
}

export const splitColumn: Operation<'split-column'> = {
  op: 'split-column',
  example: 'Split name of customers into first_name and last_name at the first space',
  read: (sentence) => {
    const { place = '', early, parts = '', late } = SPLIT.exec(sentence)?.groups ?? {}
    // `address into street and city of customers` says the table last.
    const [, names = parts, table] = /^(.+?)\s+(?:of|in)\s+([\w. ]+)$/i.exec(parts) ?? []
    const found = placeIn(table === undefined ? place : `${place} of ${table}`)
    const [first, second, ...more] = listed(names)
    if (!found || first === undefined || second === undefined || more.length > 0) return null
    if (![found.column, first, second].every((n) => isName(bare(n))) || listed(found.column).length > 1)
      return null
    return { op: 'split-column', ...found, parts: [whole(first, second), second], ...cutFrom(early ?? late) }
  },
  design: async (ask, world) => {
    const { schema } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const column = await resolveColumn(ask.column, table, world.choose)
    const [first, second] = ask.parts.map((p) => columnName(p, table, schema))
    const parts: [string, string] = [first ?? '', second ?? '']
    assertText(table, [column])
    assertMovable(table, column, world)
    assertNew(parts, table, world)
    const { rule, rows } = await cutFor(ask, { table, column }, parts, world)
    const where = `${tableWords(table)}.${column.name}`
    const otherwise =
      rows.otherwise === 0
        ? []
        : [
            `In ${count(rows.otherwise, 'row')} the parts, put together with "${rule.between}" between, are not the text of today (${await keysWhere(rule, table, otherwiseSql(rule, world.db), world)}): ${column.name} keeps it until it is dropped.`,
          ]
    return begun(rule, table, [column], world, {
      title: `Begin to split ${where} into ${list(parts)}: kept the same`,
      added: parts.map((name) => newColumn(name, column.type, column)),
      because: [
        `Parted at the ${rule.at} ${separatorWords(rule.separator)}: what stands before it goes to ${parts[0]}, what stands after it to ${parts[1]}, without blanks around them.`,
        `${(rows.all - rows.none).toLocaleString('en')} of ${count(rows.all, 'row')} with a value hold one${rows.several > 0 ? `, ${rows.several.toLocaleString('en')} of them several` : ''}${rows.none > 0 ? `; ${rows.none.toLocaleString('en')} hold none, and go to ${rule.alone === 'first' ? parts[0] : parts[1]} whole` : ''}.`,
        ...otherwise,
      ],
      finish: `finish the split of ${column.name} of ${table.name} into ${parts.join(' and ')}`,
    })
  },
}

export const joinColumns: Operation<'join-columns'> = {
  op: 'join-columns',
  example: 'Join first_name and last_name of customers into full_name',
  read: (sentence) => {
    const { columns = '', table = '', to = '', between } = JOIN.exec(sentence)?.groups ?? {}
    const [one = '', other = '', ...more] = listed(columns)
    const names = [whole(one, other), other, ...more].filter((n) => n !== '')
    if (names.length !== 2 || ![...names, bare(table), bare(to)].every(isName)) return null
    return { op: 'join-columns', table, columns: names, to, between: cutFrom(between).separator }
  },
  design: async (ask, world) => {
    const table = await resolveTable(ask.table, world.schema, world.choose)
    const columns: Column[] = []
    for (const words of ask.columns) columns.push(await resolveColumn(words, table, world.choose))
    const [one, other] = columns
    if (!one || !other || one === other)
      throw new MartsmithError({
        code: 'database.parts',
        message: `${list(ask.columns)} of ${tableWords(table)} are one column.`,
        mend: ['Say two.'],
      })
    const whole = columnName(ask.to, table, world.schema)
    assertText(table, columns)
    for (const column of columns) assertMovable(table, column, world)
    assertNew([whole], table, world)
    const between = ask.between ?? ' '
    const rule: Parts = {
      table: { schema: table.schema, name: table.name },
      whole,
      parts: [one.name, other.name],
      at: 'first',
      separator: between,
      between,
      alone: 'first',
      stands: 'parts',
    }
    return begun(rule, table, columns, world, {
      title: `Begin to join ${list(rule.parts)} of ${tableWords(table)} into ${whole}: kept the same`,
      added: [newColumn(whole, longEnough(columns, between), one)],
      because: [
        `${one.name}, "${between}" and ${other.name}; where one of the two is null, the other alone.`,
        `What is written to ${whole} by itself is parted at the first ${separatorWords(between)}, and goes to ${one.name} where it holds none.`,
      ],
      finish: `finish the join of ${list(rule.parts)} of ${table.name} into ${whole}`,
    })
  },
}

type Words = { title: string; added: NewColumn[]; because: string[]; finish: string }

async function begun(
  rule: Parts,
  table: Table,
  standing: Column[],
  world: World,
  { title, added, because, finish }: Words,
): Promise<Design> {
  const { table: on } = rule
  const names = standing.map((c) => c.name)
  if (
    !isStanding(world, on, names) ||
    ![rule.separator, rule.between, rule.whole, ...rule.parts].every(isSayable)
  )
    throw new MartsmithError({
      code: 'database.parts',
      message: `${list(names)} of ${tableWords(table)} cannot be kept beside ${list(added.map((c) => c.name))}: no name or separator may hold a quote.`,
      mend: ['Say it otherwise, or rename the column first.'],
      exitCode: 1,
    })
  const name = partsName(table.name, rule.whole, rule.parts)
  const required = standing.filter((c) => !c.nullable)
  const changes: SchemaChange[] = [
    ...added.map((column) => ({ kind: 'add-column' as const, table: on, column })),
    ...required.map((c) => ({ kind: 'set-nullable' as const, table: on, column: c.name, nullable: true })),
    { kind: 'keep-parts', ...rule, name },
    { kind: 'fill-parts', ...rule },
    { kind: 'prove-parts', ...rule, refill: false },
  ]
  const users = (await Promise.all(names.map((n) => usersOf(world, on, n)))).flat()
  const places = [...new Set(users.map(placeWords))]
  const fresh = list(added.map((c) => c.name))
  const stay = keysOn(table, names)
  return design({
    title,
    tables: [on],
    changes,
    criteria: [
      ...added.map((c) => ({
        words: `${tableWords(table)}.${c.name} is ${c.type}, and may be null.`,
        check: {
          kind: 'column' as const,
          table: on,
          column: c.name,
          type: c.type,
          nullable: true,
          default: null,
        },
      })),
      {
        words: `${list(names)} of ${tableWords(table)} and ${fresh} tell the same in every row, and stay so whoever writes.`,
        check: { kind: 'parts', ...rule, name },
      },
    ],
    because: [
      ...because,
      `A trigger keeps both sides the same, whichever is written, and ${fresh} where a statement writes both; the rows that stand are filled in batches, and each is proven.`,
      ...(required.length > 0
        ? [
            `${list(required.map((c) => c.name))} may be null until it is finished, so that a release that writes ${fresh} need not say ${required.length === 1 ? 'it' : 'them'}; ${fresh} may be null for good, unless it is asked for.`,
          ]
        : []),
      ...(stay.length > 0
        ? [
            `${list(stay)} ${stay.length === 1 ? 'stays' : 'stay'} on ${list(names)}, and ${stay.length === 1 ? 'goes' : 'go'} with it: ask for what ${fresh} needs.`,
          ]
        : []),
      ...added.flatMap((c) => reservedNote(c.name)),
    ],
    alternatives: [
      `Everything in one moment: each statement that names ${list(names)} fails until its release.`,
      `${rule.stands === 'whole' ? 'Columns' : 'A column'} that the server computes from ${list(names)}: nobody could write ${rule.stands === 'whole' ? 'them' : 'it'}.`,
    ],
    later: [
      `Release an application that reads and writes ${fresh}${places.length > 0 ? `: ${list(places, 8)}` : ''}.`,
      `Then: martsmith db "${finish}"`,
      `Until then each write of a row runs the trigger. What holds the separator itself is kept only as long as the other side is not written: a part with a ${separatorWords(rule.separator)} in it is parted anew when ${rule.whole} is changed.`,
    ],
  })
}

function newColumn(name: string, type: string, like: Column): NewColumn {
  return {
    name,
    type,
    nullable: true,
    default: null,
    numbered: false,
    ...(like.collation === null ? {} : { collation: like.collation }),
  }
}

/** Room for both and what stands between them. */
function longEnough(columns: Column[], between: string): string {
  const lengths = columns.map((c) => /\((\d+)\)$/.exec(c.type)?.[1])
  const [first] = columns
  if (lengths.some((n) => n === undefined))
    return columns.find((_, i) => lengths[i] === undefined)?.type ?? 'text'
  const sum = lengths.reduce((n, l) => n + Number(l), between.length)
  return (first?.type ?? '').replace(/\(\d+\)$/, `(${sum})`)
}

function keysOn(table: Table, names: string[]): string[] {
  const isOn = (columns: string[]) => columns.some((c) => names.includes(c.replaceAll('"', '')))
  return [
    ...[...table.uniques, ...table.indexes, ...table.foreignKeys]
      .filter((k) => isOn(k.columns))
      .map((k) => k.name),
    ...table.checks
      .filter((c) => names.some((n) => namesColumn(c.clause, n) || c.name === n))
      .map((c) => c.name),
  ]
}

function assertNew(names: string[], table: Table, { db }: World): void {
  for (const name of names) assertName(name, db)
  const standing = table.columns.find((c) => names.some((n) => n.toLowerCase() === c.name.toLowerCase()))
  if (standing) throw alreadySo(`${tableWords(table)} has a column ${standing.name} already.`)
  if (new Set(names.map((n) => n.toLowerCase())).size < names.length)
    throw new MartsmithError({
      code: 'database.twice',
      message: `Both parts would be called ${names[0]}.`,
      mend: ['Say two names.'],
    })
}

/** @throws MartsmithError `database.parts` for what is no text of a length of its own. */
function assertText(table: Table, columns: Column[]): void {
  const other = columns.find(
    (c) => !/^(?:character varying|varchar|(?:tiny|medium|long)?text)\b/i.test(c.type),
  )
  if (!other) return
  throw new MartsmithError({
    code: 'database.parts',
    message: `${tableWords(table)}.${other.name} is ${other.type}: only texts are parted or put together.`,
    mend: [`martsmith db "change the type of ${other.name} of ${table.name} to varchar(...)"`],
    exitCode: 1,
  })
}
