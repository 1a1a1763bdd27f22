/** Another type for a column. */
import { type Column, type Database, type Table, tableSql } from '../../../adapters/databases/types.ts'
import { isMartsmithError, MartsmithError, messageOf } from '../../../core/errors.ts'
import { count } from '../../../core/text.ts'
import { isSameType } from '../criteria.ts'
import { isTextType } from '../order/sql.ts'
import { TYPE, typeOf } from '../requests/clauses.ts'
import { takeSteps } from '../requests/text.ts'
import { wordsOf } from '../resolve.ts'
import { assertName, columnName } from '../style.ts'
import { type Design, design, type Operation, type World } from '../types.ts'
import { alreadySo, asBefore, isStanding, placeIn, resolvePlace } from './columns.ts'
import { expand } from './same.ts'

const FORMS = [
  new RegExp(
    `^(?:change|alter|set|convert)\\s+(?:the\\s+)?(?:data\\s*)?type\\s+(?:of|for)\\s+(?<place>.+?)\\s+(?:from\\s+.+?\\s+)?(?:to|into)\\s+(?<type>${TYPE})$`,
    'i',
  ),
  new RegExp(
    `^(?:change|alter|convert|make|turn|widen|cast)\\s+(?<place>.+?)\\s+(?:to|into|be)?\\s*(?:an?\\s+)?(?:type\\s+)?(?<type>${TYPE})$`,
    'i',
  ),
]

export const changeType: Operation<'change-type'> = {
  op: 'change-type',
  example: 'Change the type of total in invoices to numeric(12,2)',
  read: (said) => {
    const { inSteps, rest: sentence } = takeSteps(said)
    for (const form of FORMS) {
      const { place = '', type } = form.exec(sentence)?.groups ?? {}
      const found = placeIn(place)
      if (found && type) return { op: 'change-type', ...found, type: typeOf(type), inSteps }
    }
    return null
  },
  design: async (ask, world) => {
    const { table, column, on, where } = await resolvePlace(ask, world)
    if (isSameType(column.type, ask.type)) throw alreadySo(`${where} is ${column.type} already.`)
    if (isStanding(world, on, [column.name])) await assertKept(where, column.name, ask.type, table, world)
    if (ask.inSteps) return inSteps(table, column, ask.type, world)
    return design({
      title: `Change the type of ${where} from ${column.type} to ${ask.type}`,
      tables: [on],
      changes: [{ kind: 'change-type', table: on, column: column.name, type: ask.type }],
      criteria: [
        {
          words: `${where} is ${ask.type}, ${column.nullable ? 'may be null' : 'never null'} as before.`,
          check: {
            kind: 'column',
            table: on,
            column: column.name,
            type: ask.type,
            nullable: column.nullable,
            default: asBefore(column),
          },
        },
      ],
      because: ['Every value that stands was converted and back, and none was lost.'],
      alternatives: [
        `In steps (say "in steps"): a second column of the new type, kept the same, filled in batches, then put in the place of the first. Needed where ${table.name} is too large to be written anew while nobody uses it.`,
        ...(world.db.server.family === 'mysql'
          ? [
              'gh-ost or pt-online-schema-change with the same clause: the same from outside, with a copy of the whole table.',
            ]
          : []),
      ],
    })
  },
}

function inSteps(table: Table, column: Column, type: string, world: World): Design {
  const { db } = world
  const to = columnName(`${wordsOf(column.name).join(' ')} new`, table, world.schema)
  assertName(to, db)
  if (table.columns.some((c) => c.name === to)) throw alreadySo(`${table.name} has a column ${to} already.`)
  return expand({ table, column, to, type, what: 'type change', users: [], views: [] }, world)
}

/** @throws MartsmithError `database.loses` with the rows whose values the new type could not keep. */
async function assertKept(
  where: string,
  name: string,
  type: string,
  table: {
    schema: string
    name: string
    primaryKey: { columns: string[] } | null
    columns: { name: string; type: string }[]
  },
  { db }: World,
): Promise<void> {
  const isPostgres = db.server.family === 'postgres'
  const column = db.quote(name)
  const old = table.columns.find((c) => c.name === name)?.type ?? ''
  const wrong = isTextType(old) ? await notNumbers(column, type, db, tableSql(db, table)) : 0
  if (wrong > 0)
    throw new MartsmithError({
      code: 'database.loses',
      message: `${where} cannot be ${type}: ${count(wrong, 'row')} would lose their value, which is no such number.`,
      mend: ['Correct those rows, or choose a type that holds them; then ask again.'],
      exitCode: 1,
    })
  const cast = isPostgres ? `${column}::${type}::${old}` : castTo(column, type)
  if (cast === null) return
  const different = isPostgres ? `${cast} is distinct from ${column}` : `not (${cast} <=> ${column})`
  const keys = (table.primaryKey?.columns ?? []).map((c) => db.quote(c))
  const from = `from ${tableSql(db, table)} where ${different}`
  const refuse = (message: string, details: string[] = []) =>
    new MartsmithError({
      code: 'database.loses',
      message,
      details,
      mend: ['Correct those rows, or choose a type that holds them; then ask again.'],
      exitCode: 1,
    })
  try {
    const [row] = await db.query(`select count(*) as n ${from}`)
    const n = Number(row?.n ?? 0)
    if (n === 0) return
    const rows =
      keys.length > 0 ? await db.query(`select ${[...keys, column].join(', ')} ${from} limit 5`) : []
    throw refuse(
      `${where} cannot be ${type}: ${count(n, 'row')} would lose something of their value.`,
      rows.map((r) =>
        Object.entries(r)
          .map(([k, v]) => `${k} '${String(v)}'`)
          .join(', '),
      ),
    )
  } catch (error) {
    if (isMartsmithError(error) && error.code === 'database.loses') throw error
    throw refuse(`${where} cannot be ${type}: ${messageOf(error).replace(/^[^:]+: /, '')}`)
  }
}

/** How many texts are no number, where a cast fails at the first of them. */
async function notNumbers(column: string, type: string, db: Database, from: string): Promise<number> {
  const form = /int/i.test(type)
    ? '^ *[+-]?[0-9]+ *$'
    : /numeric|decimal|real|double|float/i.test(type)
      ? '^ *[+-]?[0-9]+([.][0-9]*)? *$'
      : null
  if (form === null) return 0
  const fits = db.server.family === 'postgres' ? '!~' : 'not regexp'
  const [row] = await db.query(`select count(*) as n from ${from} where ${column} ${fits} '${form}'`)
  return Number(row?.n ?? 0)
}

/** MySQL casts to a few types only; for others the copy of the review has to show it. */
export function castTo(column: string, type: string): string | null {
  if (/^(tiny|small|medium|big)?int/i.test(type)) return `cast(${column} as signed)`
  const decimal = /^(?:numeric|decimal)(\([^)]*\))?/i.exec(type)
  if (decimal) return `cast(${column} as decimal${decimal[1] ?? '(10,0)'})`
  const text = /^(?:var)?char(?:acter)?(?: varying)?\s*\((\d+)\)/i.exec(type)
  if (text) return `left(${column}, ${text[1]})`
  return null
}
