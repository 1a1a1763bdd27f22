/** A new column: its type said, or learned from its name, its values and its neighbours. */
import { rowsIn } from '../../../adapters/databases/rows.ts'
import { type Column, type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count } from '../../../core/text.ts'
import { ruleProbes, ruleWords } from '../criteria.ts'
import type { Literal, Rule, SchemaChange } from '../order/change.ts'
import { literalSql } from '../order/sql.ts'
import type { AskOf } from '../requests/ask.ts'
import { takeClauses } from '../requests/clauses.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable, wordsOf } from '../resolve.ts'
import { assertName, columnName, constraintName, reservedNote } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { isStanding } from './columns.ts'

const FORM =
  /^(?:add|create|introduce|put|include)\s+(?:an?\s+|the\s+)?(?:new\s+)?(?<column>.+?)\s+(?:to|on|into|in|for)\s+(?:the\s+|each\s+|every\s+|all\s+)?(?<table>.+)$/i

type Ask = AskOf<'add-column'>

export const addColumn: Operation<'add-column'> = {
  op: 'add-column',
  example: 'Add a discount percentage between 0 and 100 to invoice lines, default 0',
  read: (sentence) => {
    const { rest, ...clauses } = takeClauses(sentence)
    const { column = '', table = '' } = FORM.exec(rest)?.groups ?? {}
    const named = column.replace(/^(?:column|field)\s+/i, '').replace(/\s+(?:column|field)$/i, '')
    if (!isName(bare(named)) || !isName(bare(table))) return null
    if (/\b(?:index|key|constraint|check|relation|relationship|unique|not null|table)s?$/i.test(bare(named)))
      return null
    return { op: 'add-column', table, column: named, ...clauses }
  },
  design: async (ask, world) => {
    const { db, schema } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const name = columnName(ask.column, table, schema)
    assertName(name, db)
    assertNew(name, table)
    const { type, why } = await typeOf(ask, table, world)
    const nullable = ask.nullable ?? ask.default === null
    assertFills(ask, nullable, table, name, isStanding(world, table, []) ? await rowsIn(db, table) : 0)
    if (ask.rule && ask.default) assertInRule(ask.default, ask.rule)
    const where = tableWords(table)
    const change: SchemaChange = {
      kind: 'add-column',
      table: { schema: table.schema, name: table.name },
      column: { name, type, nullable, default: ask.default, numbered: false },
    }
    const on = change.table
    const changes: SchemaChange[] = [change]
    const criteria: Criterion[] = [
      {
        words: `${where}.${name} is ${type}, ${nullable ? 'may be null' : 'never null'}${ask.default ? `, default ${literalSql(ask.default, db)}` : ''}.`,
        check: { kind: 'column', table: on, column: name, type, nullable, default: ask.default },
      },
    ]
    if (ask.rule) {
      const check = constraintName('check', table.name, [name], schema, db)
      changes.push({ kind: 'add-check', table: on, name: check, column: name, rule: ask.rule })
      criteria.push({
        words: `${where}.${name} takes ${ruleWords(ask.rule)} and nothing else.`,
        check: { kind: 'values', table: on, column: name, ...ruleProbes(ask.rule) },
      })
    }
    if (ask.unique) {
      const key = { name: constraintName('unique', table.name, [name], schema, db), columns: [name] }
      changes.push({ kind: 'add-unique', table: on, key })
      criteria.push({
        words: `No two rows of ${where} have the same ${name}.`,
        check: { kind: 'unique', table: on, columns: [name] },
      })
    }
    return design({
      title: `Add ${name} to ${where}`,
      tables: [on],
      changes,
      criteria,
      because: [
        `${type}: ${why}.`,
        ...(ask.default
          ? ['A constant default is kept in the catalogue: the rows that stand are not written anew.']
          : []),
        ...(ask.default && ask.nullable === null ? ['Never null, because it has a default.'] : []),
        ...reservedNote(name),
      ],
      alternatives: [
        `A table of its own beside ${where}: one more join for every reader, and nothing gained while there is one value for each row.`,
        ...(ask.rule ? ['The rule in the application alone: other writers would not know of it.'] : []),
      ],
    })
  },
}

function assertNew(name: string, table: Table): void {
  const words = wordsOf(name).join(' ')
  const same = table.columns.find((c) => wordsOf(c.name).join(' ') === words)
  if (!same) return
  throw new MartsmithError({
    code: 'database.exists',
    message: `${tableWords(table)} has a column ${same.name} already: ${same.type}, ${same.nullable ? 'may be null' : 'never null'}${same.default === null ? '' : `, default ${same.default}`}.`,
    mend: ['Say another name, or what is to be different about the column that is there.'],
  })
}

function assertFills(ask: Ask, nullable: boolean, table: Table, name: string, rows: number): void {
  if (ask.unique && ask.default && rows > 1)
    throw new MartsmithError({
      code: 'database.contradiction',
      message: `${name} cannot be unique and have one default: ${count(rows, 'row')} stand in ${tableWords(table)}.`,
      mend: ['Leave out the default: the column may then be null until each row has its own value.'],
    })
  if (nullable || ask.default) return
  if (rows === 0) return
  throw new MartsmithError({
    code: 'database.needs-default',
    message: `${name} is to be required, and ${count(rows, 'row')} of ${tableWords(table)} have no value for it.`,
    mend: ['Say a default, or leave out "required" and require it when the rows are filled.'],
  })
}

function assertInRule(value: Literal, rule: Rule): void {
  const text = value.kind === 'number' || value.kind === 'text' ? value.text : ''
  const n = Number(text)
  const below = rule.min !== null && (rule.exclusive ? n <= Number(rule.min) : n < Number(rule.min))
  const above = rule.max !== null && (rule.exclusive ? n >= Number(rule.max) : n > Number(rule.max))
  const unlisted = rule.values !== null && !rule.values.includes(text)
  if (!below && !above && !unlisted) return
  throw new MartsmithError({
    code: 'database.contradiction',
    message: `The default ${text} is not one of the values that are to be allowed: ${ruleWords(rule)}.`,
    mend: ['Correct the default, or what is allowed.'],
  })
}

type Typed = { type: string; why: string }

/** Said; else as columns of that name are elsewhere; else by its values and its last word; else asked. */
async function typeOf(ask: Ask, table: Table, world: World): Promise<Typed> {
  const family = world.db.server.family
  if (ask.type) return { type: ask.type, why: 'as it was said' }
  const last = wordsOf(ask.column).at(-1) ?? ''
  const known = sameWord(last, world).filter((c) => fits(c, ask))
  const [first] = mostly(known)
  if (first) return { type: first, why: `as other columns of the schema that are called ${last}` }
  const numeric = family === 'postgres' ? 'numeric' : 'decimal'
  const text = family === 'postgres' ? 'text' : 'varchar(255)'
  const byWord: [RegExp, string, string][] = [
    [/^(percentage|percent|pct|rate|ratio|share)$/, `${numeric}(5,2)`, 'a percentage with two decimals'],
    [
      /^(price|amount|total|cost|fee|balance|salary|discount|tax)$/,
      `${numeric}(12,2)`,
      'an amount of money, kept exactly',
    ],
    [
      /^(count|quantity|qty|number|rank|position|age|year|level|score|stock|size)$/,
      'integer',
      'a number of whole things',
    ],
    [
      /^(at|time|timestamp)$/,
      family === 'postgres' ? 'timestamp with time zone' : 'datetime',
      'a point in time',
    ],
    [/^(date|day|birthday|on)$/, 'date', 'a day'],
    [
      /^(name|title|description|note|comment|email|address|phone|code|status|url|label|text|city|country|reference)$/,
      text,
      'a text',
    ],
  ]
  if (ask.rule?.values || ask.default?.kind === 'text') return { type: text, why: 'its values are texts' }
  if (ask.default?.kind === 'boolean' || /^(is|has)\b|\bflag$/i.test(bare(ask.column)))
    return { type: 'boolean', why: 'it is true or false' }
  if (ask.default?.kind === 'now')
    return { type: family === 'postgres' ? 'timestamp with time zone' : 'datetime', why: 'a point in time' }
  const word = byWord.find(([form]) => form.test(last))
  if (word) return { type: word[1], why: word[2] }
  const numbers = [ask.rule?.min, ask.rule?.max, ask.default?.kind === 'number' ? ask.default.text : null]
  const given = numbers.filter((n) => typeof n === 'string')
  if (given.length > 0)
    return given.some((n) => n.includes('.'))
      ? { type: `${numeric}(12,2)`, why: 'its values have decimals' }
      : { type: 'integer', why: 'its values are whole numbers' }
  const choices = [
    'integer',
    `${numeric}(12,2)`,
    text,
    'boolean',
    'date',
    family === 'postgres' ? 'timestamp with time zone' : 'datetime',
  ]
  const type = await world.choose(
    'type',
    `Which type has ${bare(ask.column)} in ${tableWords(table)}?`,
    choices.map((id) => ({ id, label: id })),
  )
  return { type, why: 'as it was answered' }
}

function sameWord(last: string, { schema }: World): Column[] {
  return schema.tables.flatMap((t) =>
    t.columns.filter((c) => wordsOf(c.name).at(-1) === last && c.made === null && last !== 'id'),
  )
}

/** A word is a hint; what is to stand in the column is evidence. */
function fits(column: Column, ask: Ask): boolean {
  const isNumber = /^(numeric|decimal|int|bigint|smallint|real|double|float)/i.test(column.type)
  const isText = /^(text|char|varchar|character)/i.test(column.type)
  if (ask.default?.kind === 'number' || (ask.rule && ask.rule.values === null)) {
    const decimals = [ask.rule?.min, ask.rule?.max].some((n) => n?.includes('.'))
    return isNumber && !(decimals && /int/i.test(column.type)) && holds(column.type, ask.rule)
  }
  if (ask.default?.kind === 'text' || ask.rule?.values) return isText
  if (ask.default?.kind === 'boolean') return /^(bool|tinyint\(1\))/i.test(column.type)
  if (ask.default?.kind === 'now') return /^(timestamp|datetime|date)/i.test(column.type)
  return true
}

function holds(type: string, rule: Rule | null): boolean {
  const [, precision, scale = '0'] = /^(?:numeric|decimal)\((\d+)(?:,(\d+))?\)/i.exec(type) ?? []
  if (precision === undefined) return true
  const most = 10 ** (Number(precision) - Number(scale))
  return [rule?.min, rule?.max].every((n) => n === null || n === undefined || Math.abs(Number(n)) < most)
}

function mostly(columns: Column[]): string[] {
  const counts = [...Map.groupBy(columns, (c) => c.type)].map(([type, all]) => ({ type, n: all.length }))
  return counts.sort((a, b) => b.n - a.n).map((c) => c.type)
}
