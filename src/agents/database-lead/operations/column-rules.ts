/** Requests about what a column may hold: null or not, its default, its values. */
import { rowsIn } from '../../../adapters/databases/rows.ts'
import { type Column, isSameTable, type Table, tableSql } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count } from '../../../core/text.ts'
import { ruleProbes, ruleWords } from '../criteria.ts'
import { literalSql, ruleSql } from '../order/sql.ts'
import { literalOf, takeClauses, VALUE_FORM } from '../requests/clauses.ts'
import { constraintName } from '../style.ts'
import { design, type Operation, type World } from '../types.ts'
import { alreadySo, asBefore, isStanding, placeIn, resolvePlace } from './columns.ts'

const NULL_FORMS: { form: RegExp; nullable: boolean }[] = [
  {
    form: /^(?:make|set)\s+(?<place>.+?)\s+(?:to\s+)?(?:not null|not nullable|required|mandatory|non-?null(?:able)?)$/i,
    nullable: false,
  },
  {
    form: /^(?<place>.+?)\s+(?:must|should|may|can)\s*(?:not|never)\s+be\s+(?:null|empty)$/i,
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
    if (!ask.nullable && !isStanding(world, on, [column.name]))
      await assertFilled(where, column, table, world)
    else if (!ask.nullable)
      await assertHolds(`${world.db.quote(column.name)} is not null`, 'be required', where, table, world)
    return design({
      title: `${ask.nullable ? 'Let' : 'Require'} ${where}`,
      tables: [on],
      changes: [{ kind: 'set-nullable', table: on, column: column.name, nullable: ask.nullable }],
      criteria: [
        {
          words: `${where} ${ask.nullable ? 'may be null' : 'is never null'}, and is ${column.type} as before.`,
          check: {
            kind: 'column',
            table: on,
            column: column.name,
            type: column.type,
            nullable: ask.nullable,
            default: asBefore(column),
          },
        },
      ],
      because: ask.nullable
        ? ['Readers that never met a null in it are to be looked at.']
        : ['No row that stands lacks it.'],
      alternatives: ask.nullable
        ? []
        : ['A check in the application alone: other writers would not know of it.'],
    })
  },
}

/** A column that the same request adds: every row that stands lacks it, unless it has a default. */
async function assertFilled(
  where: string,
  column: Column,
  table: Table,
  { db, before }: World,
): Promise<void> {
  const isNewTable = before.some((c) => c.kind === 'create-table' && isSameTable(c.table, table))
  const rows = column.default !== null || isNewTable ? 0 : await rowsIn(db, table)
  if (rows === 0) return
  throw new MartsmithError({
    code: 'database.needs-default',
    message: `${where} is to be required, and ${count(rows, 'row')} have no value for it.`,
    mend: ['Say a default, or require it when the rows are filled.'],
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
    const words = ask.default === null ? 'no default' : `the default ${literalSql(ask.default, world.db)}`
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
    const sql = ruleSql(column.name, ask.rule, world.db)
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
