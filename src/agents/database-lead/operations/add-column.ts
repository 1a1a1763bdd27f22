/** A new column: its type said, or learned from its name, its values and its neighbours. */
import { rowsIn } from '../../../adapters/databases/rows.ts'
import { type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count } from '../../../core/text.ts'
import { ruleProbes, ruleWords } from '../criteria.ts'
import { isOut, type Literal, type Rule, type SchemaChange } from '../order/change.ts'
import { defaultSql } from '../order/sql.ts'
import type { AskOf } from '../requests/ask.ts'
import { takeClauses } from '../requests/clauses.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable, wordsOf } from '../resolve.ts'
import { assertName, columnName, constraintName, reservedNote } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { addReference } from './add-reference.ts'
import { assertComparable } from './column-rules.ts'
import { isStanding } from './columns.ts'
import { learnedType, wordsFor } from './learned-type.ts'

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
    // Words that stood apart are no name: `a height of at most 250 cm`.
    if (!sentence.replace(/\s+/g, ' ').includes(named)) return null
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
    const other = schema.tables.find((t) => wordsOf(t.name).join(' ') === wordsOf(bare(ask.column)).join(' '))
    if (other && !learnedType(ask, schema, db.server.family))
      return addReference.design(
        { op: 'add-reference', table: ask.table, references: other.name, role: null },
        world,
      )
    const { type, why } = await typeOf(ask, table, world)
    const stands = isStanding(world, table, [])
    const isMoment = ask.default?.kind === 'now' && stands
    const past = isMoment ? await pastOf(ask, table, name, world) : null
    const nullable = past === 'null' || (ask.nullable ?? ask.default === null)
    assertFills(ask, nullable, table, name, stands ? await rowsIn(db, table) : 0)
    if (ask.rule && ask.default) assertInRule(ask.default, ask.rule)
    const where = tableWords(table)
    const on = { schema: table.schema, name: table.name }
    const atOnce = past === 'null' ? null : ask.default
    const changes: SchemaChange[] = [
      {
        kind: 'add-column',
        table: on,
        column: { name, type, nullable, default: atOnce, numbered: false },
      },
      ...(past === 'null'
        ? [{ kind: 'set-default' as const, table: on, column: name, default: ask.default }]
        : []),
    ]
    const criteria: Criterion[] = [
      {
        words: `${where}.${name} is ${type}, ${nullable ? 'may be null' : 'never null'}${ask.default ? `, default ${defaultSql(ask.default, type, db)}` : ''}.`,
        check: { kind: 'column', table: on, column: name, type, nullable, default: ask.default },
      },
    ]
    if (ask.rule) {
      assertComparable(`${where}.${name}`, type, ask.rule)
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
        `${name} is ${type}: ${why}.`,
        ...(past === 'null'
          ? [
              'The default is given after the column is there: rows that stand keep null, for their time is not known, and the time of the migration would be a false one.',
            ]
          : []),
        ...(past === 'migration'
          ? [`Rows that stand when it runs get the time of the migration in ${name}, all of them the same.`]
          : []),
        ...(ask.default && past === null
          ? ['A constant default is kept in the catalogue: the rows that stand are not written anew.']
          : []),
        ...(ask.default && ask.nullable === null && !nullable
          ? ['Never null, because it has a default.']
          : []),
        ...reservedNote(name),
      ],
      alternatives: [
        `A table of its own beside ${where}: one more join for every reader, and nothing gained while there is one value for each row.`,
        ...(ask.rule ? ['The rule in the application alone: other writers would not know of it.'] : []),
      ],
    })
  },
}

/** What rows that stand get where the default is the time of writing: nothing tells when they were made. */
async function pastOf(ask: Ask, table: Table, name: string, world: World): Promise<'null' | 'migration'> {
  if (ask.nullable !== false) return 'null'
  const past = await world.choose(
    'past',
    `${name} is to be required, with the time of writing as its default. What do rows of ${tableWords(table)} get that stand already?`,
    [
      { id: 'null', label: 'null: it may be null, and only rows to come get their time' },
      { id: 'migration', label: 'the time of the migration, all of them the same' },
    ],
  )
  return past === 'null' ? 'null' : 'migration'
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
  const below = rule.min !== null && (isOut(rule, 'min') ? n <= Number(rule.min) : n < Number(rule.min))
  const above = rule.max !== null && (isOut(rule, 'max') ? n >= Number(rule.max) : n > Number(rule.max))
  const unlisted = rule.values !== null && !rule.values.includes(text)
  const isEmpty = rule.without === 'empty' ? text === '' : text.trim() === ''
  const isBare = rule.without !== undefined && value.kind === 'text' && isEmpty
  if (!below && !above && !unlisted && !isBare) return
  throw new MartsmithError({
    code: 'database.contradiction',
    message: `The default ${text === '' ? "''" : text} is not one of the values that are to be allowed: ${ruleWords(rule)}.`,
    mend: ['Correct the default, or what is allowed.'],
  })
}

/** Said; else as columns of that name are elsewhere; else by its values and its last word; else asked. */
async function typeOf(ask: Ask, table: Table, world: World): Promise<{ type: string; why: string }> {
  const { family } = world.db.server
  const learned = learnedType(ask, world.schema, family)
  if (learned) return learned
  const { numeric, text, moment } = wordsFor(family)
  const type = await world.choose(
    'type',
    `Which type has ${bare(ask.column)} in ${tableWords(table)}?`,
    ['integer', `${numeric}(12,2)`, text, 'boolean', 'date', moment].map((id) => ({ id, label: id })),
  )
  return { type, why: 'as it was answered' }
}
