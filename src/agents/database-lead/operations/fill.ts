/** Rows that get a value: a constant, other columns, or the same written otherwise; in batches that can be run again. */
import { type Column, type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { isMartsmithError, MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { ChangeOf, Condition, Value } from '../order/change.ts'
import { literalSql } from '../order/sql.ts'
import type { AskOf } from '../requests/ask.ts'
import { literalOf, TYPE, VALUE_FORM } from '../requests/clauses.ts'
import { bare, isName, listed, VERB } from '../requests/text.ts'
import { resolveColumn } from '../resolve.ts'
import { design, type Operation, type World } from '../types.ts'
import { isStanding, placeIn, resolvePlace } from './columns.ts'
import { lookAt } from './fill-facts.ts'

type Ask = AskOf<'fill'>
type Where = Ask['where']

const ROWS =
  /,?\s+(?:(?:for|in|on)\s+(?:all|the|those|every)?\s*(?:rows?|records?)\s+)?(?:where|whose|if|when|for which)\s+(?<where>.+)$/i
const EVERYWHERE =
  /,?\s+(?:for|in|on)\s+(?:all|every|each)(?:\s+(?:of them|rows?|records?))?$|,?\s+everywhere$/i
const MISSING = /^(?:the\s+)?(?:missing|empty|null|absent)\s+/i
const CONDITION = new RegExp(
  `^(?<column>.+?)\\s+(?:(?:is|are|=|equals?)\\s+)?(?:(?<none>null|missing|not set|not known|unknown)|(?<some>not null|set|known|present)|(?<empty>empty|blank)|(?<sign>=|<>|!=|<=|>=|<|>|not|above|below|less than|more than|greater than|at least|at most)?\\s*(?<value>${VALUE_FORM}))$`,
  'iu',
)
const SIGNS: Record<string, Condition['is']> = {
  '!=': '<>',
  not: '<>',
  above: '>',
  'more than': '>',
  'greater than': '>',
  below: '<',
  'less than': '<',
  'at least': '>=',
  'at most': '<=',
}

const FILL_FORMS = [
  new RegExp(`^(?:set|update)\\s+(?<place>.+?)\\s+(?:to|=|as)\\s+(?<value>${VALUE_FORM})$`, 'iu'),
  new RegExp(`^update\\s+(?<table>[\\w.]+)\\s+set\\s+(?<column>\\w+)\\s*=\\s*(?<value>${VALUE_FORM})$`, 'iu'),
  /^(?:back)?fill\s+(?:in\s+|up\s+)?(?<place>.+?)\s+(?:with|by)\s+(?<value>"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false|now\(?\)?|today)$/iu,
  new RegExp(
    `^replace\\s+(?:nulls?|missing values?)\\s+(?:in|of)\\s+(?<place>.+?)\\s+(?:with|by)\\s+(?<value>${VALUE_FORM})$`,
    'iu',
  ),
]
const FROM =
  /^(?:(?:back)?fill|populate|set|update|compute|derive)\s+(?:in\s+|up\s+)?(?<place>.+?)\s+(?:from|with|out of|to)\s+(?<columns>.+?)(?:,?\s+(?:separated|joined|divided|with)\s+(?:by\s+)?(?:an?\s+)?(?<between>"[^"]*"|'[^']*'|spaces?|blanks?|commas?)(?:\s+between(?: them)?)?)?$/i
const COPY =
  /^copy\s+(?:the\s+)?(?<from>.+?)\s+(?:in)?to\s+(?:the\s+)?(?<to>.+?)\s+(?:of|in)\s+(?<table>.+)$/i
const WRITTEN: [RegExp, 'lower' | 'upper' | 'trim'][] = [
  [
    /^(?:lower-?case\s+(?<a>.+)|(?:make|write|turn|convert|put|set)\s+(?<b>.+?)\s+(?:(?:in|into|to)\s+)?(?:all\s+)?(?:lower[- ]?case|small letters)(?: letters)?)$/i,
    'lower',
  ],
  [
    /^(?:upper-?case\s+(?<a>.+)|(?:make|write|turn|convert|put|set)\s+(?<b>.+?)\s+(?:(?:in|into|to)\s+)?(?:all\s+)?(?:upper[- ]?case|capitals|capital letters)(?: letters)?)$/i,
    'upper',
  ],
  [
    /^(?:trim\s+(?<a>.+)|(?:remove|strip)\s+(?:the\s+)?(?:blanks|spaces|whitespace)\s+(?:around|from|of)\s+(?<b>.+))$/i,
    'trim',
  ],
]

export const fill: Operation<'fill'> = {
  op: 'fill',
  example: "Set the country of customers to 'DE' where it is null",
  read: (said) => {
    const asked = whereIn(said)
    if (!asked) return null
    const { sentence, where } = asked
    const written = readWritten(sentence)
    if (written) return { op: 'fill', ...written, where: where ?? [] }
    const copied = COPY.exec(sentence)?.groups
    if (copied && [copied.from, copied.to, copied.table].every((n) => isName(bare(n ?? ''))))
      return {
        op: 'fill',
        table: copied.table ?? '',
        column: copied.to ?? '',
        value: { kind: 'columns', columns: [copied.from ?? ''], between: ' ' },
        where,
      }
    return readFill(sentence, where)
  },
  design: async (ask, world) => {
    const { table, column, on, where: place } = await resolvePlace(ask, world)
    assertFillable(table, column, place)
    const value = await valueFor(ask, table, world)
    const where = await conditionsFor(ask, table, column, world)
    const change: ChangeOf<'fill'> = { kind: 'fill', table: on, column: column.name, value, where }
    const facts = await lookAt(change, table, column, world)
    const words = valueWords(value, world)
    return design({
      title: `Fill ${place} with ${words}${where.length > 0 ? ` where ${conditionWords(where, world)}` : ''}`,
      tables: [on],
      changes: [change],
      criteria: [
        {
          words: `${place} is ${words} in every row${where.length > 0 ? ` where ${conditionWords(where, world)}` : ''}.`,
          check: { kind: 'filled', table: on, column: column.name, value, where },
        },
      ],
      because: [
        `${count(facts.changed, 'row')} of ${facts.rows.toLocaleString('en')} ${facts.changed === 1 ? 'changes' : 'change'}.`,
        'In batches by the primary key, each a transaction of its own; what is filled already is passed over, so it may break off and run again.',
        ...(facts.stayNull > 0
          ? [`${count(facts.stayNull, 'row')} stay null: there is nothing to fill them from.`]
          : []),
        ...(table.triggers.length > 0
          ? [`Each row that changes runs ${list(table.triggers.map((t) => t.name))}.`]
          : []),
      ],
      alternatives: [
        'One statement for all rows: each of them stays locked until the last is written, and a failure begins anew.',
      ],
      loses: [
        ...(facts.overwritten > 0
          ? [`The values of ${place} in ${count(facts.overwritten, 'row')} that hold another one.`]
          : []),
        ...(facts.fresh || facts.changed === facts.overwritten
          ? []
          : [
              `Which ${count(facts.changed - facts.overwritten, 'row')} of ${place} had no value: the way back leaves what was filled in.`,
            ]),
      ],
    })
  },
}

/** The sentence without its condition; null where the condition is not understood. */
function whereIn(said: string): { sentence: string; where: Where } | null {
  const found = ROWS.exec(said)
  if (!found) {
    const isAll = EVERYWHERE.test(said)
    return { sentence: said.replace(EVERYWHERE, ''), where: isAll ? [] : null }
  }
  const conditions = (found.groups?.where ?? '').split(/\s+and\s+/i).map(readCondition)
  if (conditions.some((c) => c === null)) return null
  return { sentence: said.slice(0, found.index), where: conditions.filter((c) => c !== null) }
}

function readCondition(text: string): NonNullable<Where>[number] | null {
  const said = CONDITION.exec(text.trim())?.groups
  if (!said) return null
  const name = bare(said.column ?? '').replace(/\s+(?:is|are)$/i, '')
  const column = /^(?:it|they|there|that)$/i.test(name) ? null : name
  if (column !== null && (!isName(column) || new RegExp(`^${VERB}\\s`, 'i').test(column))) return null
  if (said.none) return { column, is: 'null', value: null }
  if (said.some) return { column, is: 'not null', value: null }
  if (said.empty) return { column, is: 'empty', value: null }
  const sign = (said.sign ?? '=').toLowerCase()
  return { column, is: SIGNS[sign] ?? (sign as Condition['is']), value: literalOf(said.value ?? '') }
}

function readWritten(sentence: string): Pick<Ask, 'table' | 'column' | 'value'> | null {
  for (const [form, as] of WRITTEN) {
    const said = form.exec(sentence)?.groups
    const place = placeIn(said?.a ?? said?.b ?? '')
    if (place) return { ...place, value: { kind: 'written', as } }
  }
  return null
}

function readFill(sentence: string, where: Where): Ask | null {
  for (const form of FILL_FORMS) {
    const { place, table, column, value } = form.exec(sentence)?.groups ?? {}
    const named = (place ?? '').replace(MISSING, '')
    const found = table && column ? { table, column } : placeIn(named)
    // `to bigint` says a type, `to 'bigint'` a text.
    const isType = new RegExp(`^${TYPE}$`, 'i').test(value ?? '')
    if (!found || value === undefined || isType || /\bdefault\b/i.test(sentence)) continue
    const isMissing = MISSING.test(place ?? '') || /^(?:back)?fill|^replace/i.test(sentence)
    const literal = literalOf(value)
    const rows = where ?? (isMissing ? [{ column: null, is: 'null' as const, value: null }] : null)
    if (literal) return { op: 'fill', ...found, value: { kind: 'literal', value: literal }, where: rows }
  }
  const said = FROM.exec(sentence)?.groups
  const place = placeIn((said?.place ?? '').replace(MISSING, ''))
  const columns = listed(said?.columns ?? '')
  if (!said || !place || columns.length === 0 || !columns.every(isName)) return null
  return {
    op: 'fill',
    ...place,
    value: { kind: 'columns', columns, between: betweenOf(said.between) },
    where,
  }
}

function betweenOf(said: string | undefined): string {
  if (said === undefined || /^(?:space|blank)/i.test(said)) return ' '
  return /^comma/i.test(said) ? ', ' : said.slice(1, -1)
}

function assertFillable(table: Table, column: Column, place: string): void {
  const reason = table.primaryKey?.columns.includes(column.name)
    ? 'it is part of the primary key'
    : column.made !== null
      ? 'its values are made by the server'
      : table.primaryKey === null
        ? 'its table has no primary key by which rows could be taken in batches'
        : null
  if (reason === null) return
  throw new MartsmithError({
    code: 'database.fill',
    message: `${place} cannot be filled: ${reason}.`,
    exitCode: 1,
  })
}

async function valueFor({ value, column }: Ask, table: Table, world: World): Promise<Value> {
  if (value.kind === 'literal') return value
  const own = await resolveColumn(column, table, world.choose)
  if (value.kind === 'written') return { kind: 'written', column: own.name, as: value.as }
  const columns: Column[] = []
  for (const words of value.columns) columns.push(await columnOrPart(words, value.columns, table, world))
  const [only] = columns
  if (columns.some((c) => c.name === own.name))
    throw new MartsmithError({
      code: 'database.fill',
      message: `${own.name} would be made from itself: run twice, it would not end with the same.`,
      mend: ['Fill a column of its own from it.'],
      exitCode: 1,
    })
  if (columns.length === 1 && only)
    return { kind: 'column', column: only.name, type: only.type === own.type ? null : own.type }
  return { kind: 'joined', columns: columns.map((c) => c.name), between: value.between }
}

/** `first and last name` are the first name and the last name. */
async function columnOrPart(words: string, all: string[], table: Table, world: World): Promise<Column> {
  const last = all.at(-1)?.split(/\s+/).at(-1) ?? ''
  try {
    return await resolveColumn(words, table, world.choose)
  } catch (error) {
    if (!isMartsmithError(error) || /\s/.test(words)) throw error
    return resolveColumn(`${words} ${last}`, table, world.choose).catch(() => {
      throw error
    })
  }
}

async function conditionsFor(ask: Ask, table: Table, column: Column, world: World): Promise<Condition[]> {
  const onlyMissing: Condition[] = [{ column: column.name, is: 'null', value: null }]
  const isFresh = !isStanding(world, table, [column.name])
  if (ask.where === null) {
    if (isFresh) return []
    const [held] = await world.db.query(
      `select count(${world.db.quote(column.name)}) as n from ${tableSql(world.db, table)}`,
    )
    if (Number(held?.n) === 0) return [] // nothing is overwritten
    const rows = await world.choose('rows', `Which rows of ${tableWords(table)} get it?`, [
      ...(column.nullable ? [{ id: 'missing', label: `those whose ${column.name} is null` }] : []),
      { id: 'all', label: `all, also where ${column.name} holds another value` },
      { id: 'none', label: 'none: it was not meant so' },
    ])
    if (rows === 'none')
      throw new MartsmithError({
        code: 'database.request',
        message: `Nothing was filled in ${tableWords(table)}.`,
        mend: [`Say which rows: set ${column.name} of ${table.name} to ... where ...`],
      })
    return rows === 'all' ? [] : onlyMissing
  }
  const found: Condition[] = []
  for (const c of ask.where) {
    const mine = c.column === null ? column : await resolveColumn(c.column, table, world.choose)
    // In a column that the same request adds no row has a value yet.
    if (!(isFresh && mine === column && c.is === 'null')) found.push({ ...c, column: mine.name })
  }
  return found
}

function valueWords(value: Value, { db }: World): string {
  switch (value.kind) {
    case 'literal':
      return literalSql(value.value, db)
    case 'column':
      return value.column
    case 'joined':
      return `${list(value.columns)}${value.between === ' ' ? '' : `, '${value.between}' between them`}`
    case 'written':
      return value.as === 'trim' ? 'itself without blanks around it' : `itself in ${value.as} case`
  }
}

function conditionWords(conditions: Condition[], { db }: World): string {
  return conditions
    .map(({ column, is, value }) =>
      value === null ? `${column} is ${is}` : `${column} ${is} ${literalSql(value, db)}`,
    )
    .join(' and ')
}
