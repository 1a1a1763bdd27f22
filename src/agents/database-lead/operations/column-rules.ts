/** Requests about what a column may hold: null or not, its default, its values. */
import { rowsIn } from '../../../adapters/databases/rows.ts'
import { type Column, isSameTable, type Table, tableSql } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, escaped, list } from '../../../core/text.ts'
import type { FoundQuery } from '../analysis/code.ts'
import { ruleProbes, ruleWords } from '../criteria.ts'
import type { ChangeOf, Literal, Rule } from '../order/change.ts'
import { defaultSql, fillSql, isTextType, literalSql, ruleSql, whereSql } from '../order/sql.ts'
import { literalOf, takeClauses, VALUE_FORM } from '../requests/clauses.ts'
import { constraintName } from '../style.ts'
import { design, type Operation, type World } from '../types.ts'
import { alreadySo, asBefore, isStanding, placeIn, placeWords, resolvePlace, uses } from './columns.ts'

const NULL_FORMS: { form: RegExp; nullable: boolean }[] = [
  {
    form: /^(?:make|set)\s+(?<place>.+?)\s+(?:to\s+)?(?:not null|not nullable|required|mandatory|non-?null(?:able)?)$/i,
    nullable: false,
  },
  {
    form: /^(?<place>.+?)\s+(?:must|should|may|can)\s*(?:not|never)\s+be\s+null$/i,
    nullable: false,
  },
  {
    form: /^(?<place>.+?)\s+(?:must|should|has to)\s+be\s+(?:required|mandatory|not null)$/i,
    nullable: false,
  },
  { form: /^(?:require)\s+(?<place>.+)$/i, nullable: false },
  {
    form: /^(?:add|put)\s+(?:a\s+)?not null(?:\s+constraint)?\s+(?:to|on)\s+(?<place>.+)$/i,
    nullable: false,
  },
  { form: /^(?:make|set)\s+(?<place>.+?)\s+(?:to\s+be\s+)?(?:nullable|optional)$/i, nullable: true },
  {
    form: /^(?:drop|remove)\s+(?:the\s+)?not null(?:\s+constraint)?\s+(?:of|on|from)\s+(?<place>.+)$/i,
    nullable: true,
  },
  { form: /^allow\s+nulls?\s+(?:in|for|on)\s+(?<place>.+)$/i, nullable: true },
]

export const setNullable: Operation<'set-nullable'> = {
  op: 'set-nullable',
  example: 'Make the email of customers required',
  read: (sentence) => {
    for (const { form, nullable } of NULL_FORMS) {
      const place = placeIn(form.exec(sentence)?.groups?.place ?? '')
      if (place) return { op: 'set-nullable', ...place, nullable }
    }
    return null
  },
  design: async (ask, world) => {
    const { table, column, on, where } = await resolvePlace(ask, world)
    if (column.nullable === ask.nullable)
      throw alreadySo(`${where} ${ask.nullable ? 'may be null' : 'is never null'} already.`)
    if (ask.nullable && table.primaryKey?.columns.includes(column.name))
      throw new MartsmithError({
        code: 'database.key',
        message: `${where} is part of the primary key, which is never null.`,
      })
    const filled = filledBy(world, table, column)
    if (!ask.nullable) await assertFilled(where, table, column, filled, world)
    const writers = ask.nullable ? [] : await writersWithout(table, column, world)
    const kept = writers.length > 0 ? defaultFrom(filled) : null
    if (writers.length > 0 && !kept) throw writersBreak(where, column, table, writers)
    return design({
      title: `${ask.nullable ? 'Let' : 'Require'} ${where}`,
      tables: [on],
      changes: [
        ...(kept ? [{ kind: 'set-default' as const, table: on, column: column.name, default: kept }] : []),
        { kind: 'set-nullable', table: on, column: column.name, nullable: ask.nullable },
      ],
      criteria: [
        {
          words: `${where} ${ask.nullable ? 'may be null' : 'is never null'}, and is ${column.type} as before${kept ? `, default ${literalSql(kept, world.db)}` : ''}.`,
          check: {
            kind: 'column',
            table: on,
            column: column.name,
            type: column.type,
            nullable: ask.nullable,
            default: kept ?? asBefore(column),
          },
        },
      ],
      because: ask.nullable
        ? ['Readers that never met a null in it are to be looked at.']
        : [
            filled.length > 0 ? 'No row lacks it once it is filled.' : 'No row that stands lacks it.',
            ...(kept
              ? [
                  `It gets a default, because ${count(writers.length, 'statement')} of the application ${writers.length === 1 ? 'writes' : 'write'} rows without it: ${list(writers.map(placeWords), 6)}.`,
                ]
              : []),
          ],
      alternatives: ask.nullable
        ? []
        : ['A check in the application alone: other writers would not know of it.'],
    })
  },
}

/** What other parts of the request fill the column with. */
function filledBy({ before }: World, table: Table, column: Column): ChangeOf<'fill'>[] {
  return before
    .filter((c) => c.kind === 'fill')
    .filter((c) => isSameTable(c.table, table) && c.column === column.name)
}

/** The constant that rows without a value were filled with serves for those to come. */
function defaultFrom(filled: ChangeOf<'fill'>[]): Literal | null {
  const value = filled.at(-1)?.value
  return value?.kind === 'literal' ? value.value : null
}

/** @throws MartsmithError `database.breaks`, `database.needs-default` for rows that would have no value. */
async function assertFilled(
  where: string,
  table: Table,
  column: Column,
  filled: ChangeOf<'fill'>[],
  world: World,
): Promise<void> {
  const { db, before } = world
  const stands = isStanding(world, table, [column.name])
  const reached = filled.map((f) => {
    const others = f.where.filter((w) => stands || w.column !== column.name)
    return `((${whereSql(others, db)}) and (${fillSql(f.value, db)}) is not null)`
  })
  if (stands)
    return assertHolds(
      [`${db.quote(column.name)} is not null`, ...reached].join(' or '),
      'be required',
      where,
      table,
      world,
    )
  const isNewTable = before.some((c) => c.kind === 'create-table' && isSameTable(c.table, table))
  // A default that came after the column is for rows to come.
  const isLate = before.some(
    (c) =>
      c.kind === 'add-column' &&
      isSameTable(c.table, table) &&
      c.column.name === column.name &&
      c.column.default === null,
  )
  if (isNewTable || (column.default !== null && !isLate)) return
  if (reached.length > 0) return assertHolds(reached.join(' or '), 'be required', where, table, world)
  const rows = await rowsIn(db, table)
  if (rows === 0) return
  throw new MartsmithError({
    code: 'database.needs-default',
    message: `${where} is to be required, and ${count(rows, 'row')} have no value for it.`,
    mend: ['Say a default, or what it is to be filled with.'],
  })
}

/** Statements of the application that make rows and do not name the column, which has no default. */
async function writersWithout(table: Table, column: Column, world: World): Promise<FoundQuery[]> {
  if (column.default !== null || column.made !== null) return []
  const name = escaped(table.name)
  const form = new RegExp(`\\binsert\\s+into\\s+(?:[\\w"\`]+\\.)?["\`]?${name}["\`]?\\s*\\(([^)]*)\\)`, 'i')
  const all = (await world.statements?.(table.name)) ?? []
  return all.filter((q) => {
    const columns = form.exec(q.sql)?.[1]
    return columns !== undefined && !uses(columns, column.name)
  })
}

function writersBreak(where: string, column: Column, table: Table, writers: FoundQuery[]): MartsmithError {
  return new MartsmithError({
    code: 'database.used',
    message: `${count(writers.length, 'statement')} of the application ${writers.length === 1 ? 'makes' : 'make'} rows without ${where}: required, they would fail.`,
    details: writers.slice(0, 8).map(placeWords),
    mend: [
      `Let them give it, and release that; or give it a default first:  martsmith db "set the default of ${column.name} in ${table.name} to ..."`,
    ],
    exitCode: 1,
  })
}

const SET_DEFAULT = new RegExp(
  `^(?:set|change|give|make)\\s+(?:the\\s+)?default(?:\\s+value)?\\s+(?:of|for)\\s+(?<place>.+?)\\s+(?:to|as|=|be)\\s+(?<value>${VALUE_FORM})$`,
  'iu',
)
const SET_DEFAULT_TOO = new RegExp(
  `^(?:(?:give|add)\\s+(?<place>.+?)\\s+a\\s+default(?:\\s+value)?\\s+of\\s+(?<value>${VALUE_FORM}))$`,
  'iu',
)
const NO_DEFAULT =
  /^(?:drop|remove|delete)\s+(?:the\s+)?default(?:\s+value)?\s+(?:of|from|for|on)\s+(?<place>.+)$/i

export const setDefault: Operation<'set-default'> = {
  op: 'set-default',
  example: 'Set the default of status in orders to "open"',
  read: (sentence) => {
    const said = (SET_DEFAULT.exec(sentence) ?? SET_DEFAULT_TOO.exec(sentence))?.groups
    const place = placeIn(said?.place ?? NO_DEFAULT.exec(sentence)?.groups?.place ?? '')
    if (!place) return null
    return { op: 'set-default', ...place, default: said?.value ? literalOf(said.value) : null }
  },
  design: async (ask, world) => {
    const { column, on, where } = await resolvePlace(ask, world)
    if (ask.default === null && column.default === null) throw alreadySo(`${where} has no default already.`)
    if (column.made !== null)
      throw new MartsmithError({
        code: 'database.made',
        message: `${where} is made by the server: it has no default.`,
      })
    const words =
      ask.default === null ? 'no default' : `the default ${defaultSql(ask.default, column.type, world.db)}`
    return design({
      title: `Give ${where} ${words}`,
      tables: [on],
      changes: [{ kind: 'set-default', table: on, column: column.name, default: ask.default }],
      criteria: [
        {
          words: `${where} has ${words}.`,
          check: {
            kind: 'column',
            table: on,
            column: column.name,
            type: column.type,
            nullable: column.nullable,
            default: ask.default,
          },
        },
      ],
      because: ['It holds for rows to come: those that stand keep what they have.'],
    })
  },
}

const CHECK_FORM =
  /^(?:(?:add|create|put)\s+(?:an?\s+)?(?:check(?:\s+constraint)?|constraint|rule)(?:\s+(?:that|so that|on|for|to|where))?\s+|make sure(?:\s+that)?\s+|ensure(?:\s+that)?\s+|enforce(?:\s+that)?\s+|(?:restrict|limit|constrain)\s+)?(?<place>.+?)(?:\s+(?:is|are|be|must be|stays?|lies|to be|to|must))*$/i

export const addCheck: Operation<'add-check'> = {
  op: 'add-check',
  example: 'Ensure that the quantity of invoice lines is at least 1',
  read: (sentence) => {
    const { rest, rule, ...others } = takeClauses(sentence)
    if (!rule || others.default || others.nullable !== null || others.unique || others.type) return null
    if (/^(?:add|create)\s+(?!(?:an?\s+)?(?:check|constraint|rule)\b)/i.test(rest)) return null
    const place = placeIn(CHECK_FORM.exec(rest)?.groups?.place ?? '')
    return place ? { op: 'add-check', ...place, rule } : null
  },
  design: async (ask, world) => {
    const { table, column, on, where } = await resolvePlace(ask, world)
    if (ask.rule.without && !isTextType(column.type))
      throw new MartsmithError({
        code: 'database.contradiction',
        message: `${where} is ${column.type}: it holds no text that could be ${ask.rule.without}.`,
        mend: [
          `Where it is to have a value in every row:  martsmith db "make ${column.name} of ${table.name} required"`,
        ],
      })
    assertComparable(where, column.type, ask.rule)
    const sql = ruleSql(column.name, ask.rule, world.db, column.type)
    if (isStanding(world, on, [column.name]))
      await assertHolds(
        `${sql} or ${world.db.quote(column.name)} is null`,
        `take only ${ruleWords(ask.rule)}`,
        where,
        table,
        world,
      )
    return design({
      title: `Let ${where} take only ${ruleWords(ask.rule)}`,
      tables: [on],
      changes: [
        {
          kind: 'add-check',
          table: on,
          name: constraintName('check', table.name, [column.name], world.schema, world.db),
          column: column.name,
          rule: ask.rule,
        },
      ],
      criteria: [
        {
          words: `${where} takes ${ruleWords(ask.rule)} and nothing else.`,
          check: { kind: 'values', table: on, column: column.name, ...ruleProbes(ask.rule) },
        },
      ],
      because: [
        'Every row that stands keeps the rule.',
        ...(column.nullable ? [`${where} may still be null: a check lets null pass.`] : []),
      ],
      alternatives: ['The rule in the application alone: other writers would not know of it.'],
    })
  },
}

/** @throws MartsmithError `database.type`: values of the type are not compared with numbers, or not as numbers are. */
export function assertComparable(where: string, type: string, rule: Rule): void {
  const isText = isTextType(type)
  if (rule.values !== null || rule.without || !(isText || NO_NUMBER.test(type))) return
  throw new MartsmithError({
    code: 'database.type',
    message: `${where} is ${type}, and "${ruleWords(rule)}" is about numbers: ${isText ? "texts are compared letter by letter, by which '10' comes before '9'" : 'it is compared with none'}.`,
    mend: isText
      ? [
          `Where a length is meant, ask for the type varchar(${rule.max ?? rule.min}).`,
          'Where numbers are meant, change its type to a number first; or say which texts it may be: one of "a", "b".',
        ]
      : ['Say the rule on a column of numbers.'],
    exitCode: 1,
  })
}

const NO_NUMBER = /^(?:date|time|timestamp|interval|bool|tinyint\(1\)|uuid|json|bytea|blob|xml|inet)/i

/** @throws MartsmithError `database.breaks` with the rows that a constraint would refuse. */
export async function assertHolds(
  condition: string,
  wanted: string,
  where: string,
  table: { schema: string; name: string; primaryKey: { columns: string[] } | null },
  { db }: World,
): Promise<void> {
  const from = `from ${tableSql(db, table)} where not (${condition})`
  const [row] = await db.query(`select count(*) as n ${from}`)
  const n = Number(row?.n ?? 0)
  if (n === 0) return
  const keys = (table.primaryKey?.columns ?? []).map((c) => db.quote(c))
  const rows = keys.length > 0 ? await db.query(`select ${keys.join(', ')} ${from} limit 5`) : []
  throw new MartsmithError({
    code: 'database.breaks',
    message: `${where} cannot ${wanted}: ${count(n, 'row')} of today would break that.`,
    details: rows.map((r) =>
      Object.entries(r)
        .map(([k, v]) => `${k} ${String(v)}`)
        .join(', '),
    ),
    mend: [
      'Correct those rows, in the application or by an update in batches; then ask again.',
      `They are found by: select * ${from}`,
    ],
    exitCode: 1,
  })
}
