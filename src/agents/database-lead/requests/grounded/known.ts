/** Whether what a sentence was read as names what is there: a reading that does not may be of another sentence. */
import { type Column, isSameTable, type Schema, type Table } from '../../../../adapters/databases/types.ts'
import type { Literal, Rule } from '../../order/change.ts'
import { isTextType } from '../../order/sql.ts'
import { tableByRest, wordsOf } from '../../resolve.ts'
import type { SingleAsk } from '../ask.ts'
import { bare, listed, VERB } from '../text.ts'
import type { Place } from './mentions.ts'

const sameName = (name: string, said: string) => wordsOf(name).join('') === wordsOf(bare(said)).join('')

export function tableFor(said: string, schema: Schema): Table | null {
  const is = (t: Table) => sameName(t.name, said) || `${t.schema}.${t.name}` === bare(said)
  return schema.tables.find(is) ?? tableByRest(bare(said), schema)
}

export function columnFor(said: string, table: Table): Column | null {
  return table.columns.find((c) => sameName(c.name, said)) ?? null
}

/** One that is named so, or each of several. */
const columnsFor = (said: string, table: Table): (Column | null)[] => {
  const one = columnFor(said, table)
  return one ? [one] : listed(said).map((s) => columnFor(s, table))
}

/** What names no column or table: it, a kind of thing, or what a database has besides columns. */
const NOT_A_NAME = new RegExp(
  [
    '^(?:an?|the)$',
    '^index (?:over|on|of|for|by)\\s',
    '^(?:(?:new|another|more)\\s+)?(?:columns?|fields?|it|them|one|ones|this|that|these|those|following|values?|data)$',
    '^(?:(?:primary|foreign|unique)\\s+)?keys?$|^(?:index(?:es)?|indices)$',
    '^(?:triggers?|views?|constraints?|procedures?|functions?|partitions?|sequences?|permissions?|backups?|reports?|help)$',
    '^(?:something|anything|everything|stuff|things?)\\b',
    '(?:^|\\s)(?:at (?:least|most)|(?:more|less|greater|fewer) than|between)\\s',
    '(?:^|\\s)(?:columns?|fields?)\\s|\\s\\d+\\s',
    '\\s(?:an?|the|that|which|when|where|is|are|must|should)\\s|^non[- ]?(?:empty|blank|null)\\b',
    `(?:^|\\s)(?:keep|leave|${VERB.slice(3, -1)})(?:\\s|$).*\\s|,.*\\b(?:keep|leave|${VERB.slice(3, -1)})\\b`,
  ].join('|'),
  'i',
)

/** Whether what is new has a name. */
export function isNamed(ask: SingleAsk): boolean {
  // Beside a name that is written as one, another word says something else.
  const isMixed = (name: string) => /\s/.test(name) && /_|\p{Ll}\p{Lu}/u.test(name) && !/^["'`]/.test(name)
  // With a dot it says where it is to be.
  const isPlaced = (name: string) => /[\p{L}\p{N}]\.[\p{L}_]/u.test(name) && !/^["'`]/.test(name)
  const isNew = (name: string) => !isPlaced(name) && !NOT_A_NAME.test(bare(name)) && !isMixed(bare(name))
  if (ask.op === 'add-column') return isNew(ask.column)
  if (ask.op === 'rename-column' || ask.op === 'rename-table' || ask.op === 'split-table')
    return isNew(ask.to)
  return ask.op !== 'create-table' || [ask.name, ...ask.columns.map((c) => c.name)].every(isNew)
}

const hasBounds = (rule: Rule | null) => rule !== null && (rule.min !== null || rule.max !== null)

/** Whether all that has to stand already does, and what is new has a name. */
export function isGrounded(ask: SingleAsk, schema: Schema): boolean {
  if (!isNamed(ask)) return false
  const has = (said: string) => tableFor(said, schema) !== null
  switch (ask.op) {
    case 'slow-query':
      return true
    case 'many-to-many':
      return has(ask.one) && has(ask.other)
    // Under the old name there is a view.
    case 'finish-table':
      return has(ask.to)
    case 'merge-table':
      return has(ask.table) && has(ask.into)
    case 'finish-beside':
      return has(ask.table) && has(ask.other)
    case 'create-table':
      return !has(ask.name) && ask.references.every(has)
    case 'add-reference': {
      const [table, parent] = [tableFor(ask.table, schema), tableFor(ask.references, schema)]
      if (table === null || parent === null) return false
      // What is so already was told, not asked for. In another role it may refer once more.
      if (ask.role !== null && table !== parent)
        return !table.columns.some((c) =>
          wordsOf(c.name)
            .join(' ')
            .startsWith(wordsOf(ask.role ?? '').join(' ')),
        )
      return !table.foreignKeys.some((f) => isSameTable(f.references, parent))
    }
    case 'drop-index': {
      const among =
        ask.table === null
          ? schema.tables
          : schema.tables.filter((t) => t === tableFor(ask.table ?? '', schema))
      return (
        among.length > 0 &&
        (ask.name === null || among.some((t) => t.indexes.some((x) => x.name === ask.name)))
      )
    }
    case 'partition-table': {
      const table = tableFor(ask.table, schema)
      return table !== null && (ask.by === null || columnFor(ask.by, table) !== null)
    }
    case 'finish-partition':
    case 'add-part':
      return has(ask.table)
    case 'add-column': {
      const table = tableFor(ask.table, schema)
      // What is another table's name is meant by the column that refers to it, where there is one.
      const refers = table && tableFor(ask.column, schema) && columnFor(`${bare(ask.column)} id`, table)
      return table !== null && !columnFor(ask.column, table) && !refers
    }
    default: {
      const table = tableFor(ask.table, schema)
      if (!table) return false
      if (!('column' in ask) && !('columns' in ask)) return true
      if ('columns' in ask) return ask.columns.every((c) => columnFor(c, table) !== null)
      if (!areFitting(ask, table)) return false
      if (
        ask.op === 'fill' &&
        ask.value.kind === 'columns' &&
        !ask.value.columns.every((c) => columnFor(c, table))
      )
        return false
      if (ask.op === 'add-foreign-key') {
        const [parent = '', ...key] = ask.references.split('.')
        const to = tableFor(parent, schema) ?? tableFor(ask.references, schema)
        const isKey = key.length === 0 || tableFor(ask.references, schema) !== null
        return (
          to !== null &&
          (isKey || columnFor(key.join('.'), to) !== null) &&
          (ask.column === '' || columnFor(ask.column, table) !== null)
        )
      }
      const columns = columnsFor(ask.column, table)
      // Bounds are of numbers: of a text they may be said of its length.
      if (ask.op === 'add-check' && hasBounds(ask.rule) && columns.some((c) => c && isTextType(c.type)))
        return false
      return columns.every((c) => c !== null)
    }
  }
}

const MOMENT = /^(?:date|time|timestamp|datetime)/i
const NUMERIC = /^(?:(?:small|big|tiny|medium)?int|numeric|decimal|real|double|float)/i

/** A word is no moment and no number: `created_at defaults to yesterday`. */
function fits(value: Literal | null, column: Column | null): boolean {
  if (value?.kind === 'now' && column) return column.type === '' || !NUMERIC.test(column.type)
  if (value?.kind !== 'text' || !column || value.text === '') return true
  if (MOMENT.test(column.type)) return /\d/.test(value.text)
  return !NUMERIC.test(column.type) || /^\s*-?[\d.]+\s*$/.test(value.text)
}

/** Whether the values that are said can stand in the columns. */
export function isFitting(ask: SingleAsk, schema: Schema): boolean {
  const on = 'table' in ask && ask.table !== null ? tableFor(ask.table, schema) : null
  return on === null || areFitting(ask, on)
}

/** What a text is made of is no list of its values: `only digits or letters`. */
const MADE_OF =
  /^(?:digits?|letters?|numbers?|numerals?|characters?|upper-?case|lower-?case|alphanumerics?|numerics?|integers?)$/i

function areFitting(ask: SingleAsk, table: Table): boolean {
  if ('rule' in ask && ask.rule?.values?.some((v) => MADE_OF.test(v))) return false
  if (ask.op === 'set-default') return columnsFor(ask.column, table).every((c) => fits(ask.default, c))
  if (ask.op !== 'fill') return true
  const columns = columnsFor(ask.column, table)
  const { value, where } = ask
  return (
    (value.kind !== 'literal' || columns.every((c) => fits(value.value, c))) &&
    (where ?? []).every((w) =>
      fits(w.value, w.column === null ? (columns[0] ?? null) : columnFor(w.column, table)),
    )
  )
}

/**
 * Whether the names of a reading that are not there may be slips of the hand: then it is said which names come near. A name that
 * holds a table and more is a sentence that was misread.
 */
export function isPlausible(ask: SingleAsk, schema: Schema): boolean {
  if (ask.op === 'slow-query') return true
  if (!isNamed(ask) || !isFitting(ask, schema)) return false
  const said = Object.entries(ask).flatMap(([key, value]) =>
    NAMES.has(key) ? [value].flat().filter((v) => typeof v === 'string') : [],
  )
  const tables = schema.tables.map((t) => ` ${wordsOf(t.name).join(' ')} `)
  const table = tableSaid(ask)
  // What is said as a table and is a column was read in the wrong place.
  const isColumn = schema.tables.some((t) => columnFor(table ?? '', t) !== null)
  if (table !== null && isColumn && !tableFor(table, schema)) return false
  return said.every((s) => {
    const words = wordsOf(bare(s))
    const holds = tables.some((t) => ` ${words.join(' ')} `.includes(t) && t.trim() !== words.join(' '))
    return (
      words.length <= MOST_WORDS &&
      !NOT_A_NAME.test(bare(s)) &&
      !(holds && s === tableSaid(ask) && !tableFor(s, schema) && !isPart(s, schema))
    )
  })
}

/** A part has its table's name in its own, and is told to be one. */
function isPart(said: string, { tables }: Schema): boolean {
  return tables.some((t) => t.partitions?.parts.some((p) => sameName(p.name, said)))
}

const NAMES = new Set(['table', 'column', 'columns', 'to', 'references', 'one', 'other', 'into'])
const MOST_WORDS = 5
const tableSaid = (ask: SingleAsk) => ('table' in ask ? ask.table : null)

/** What the asks are about, for what is said after them. */
export function placesOf(
  asks: SingleAsk[],
  schema: Schema,
): { table: Table | null; columns: Place[] } | null {
  const last = asks.at(-1)
  if (!last) return null
  const name = last.op === 'create-table' ? last.name : 'table' in last ? last.table : null
  const table = name === null ? null : tableFor(name, schema)
  if (!table) return null
  const columns = asks.flatMap((a): Place[] => {
    if (!('table' in a) || a.table === null || tableFor(a.table, schema) !== table) return []
    const said =
      a.op === 'rename-column' ? [a.to] : 'columns' in a ? (a.columns ?? []) : 'column' in a ? [a.column] : []
    return said.flatMap((s) => columnsFor(s, table)).flatMap((column) => (column ? [{ table, column }] : []))
  })
  return { table, columns: columns.filter((p, i) => columns.findIndex((o) => o.column === p.column) === i) }
}

/** The schema with what the asks make: what comes after them may name it. */
export function schemaWith(schema: Schema, asks: SingleAsk[]): Schema {
  let after = schema
  for (const ask of asks) after = schemaAfterOne(after, ask)
  return after
}

function schemaAfterOne(before: Schema, ask: SingleAsk): Schema {
  if (ask.op === 'create-table')
    return { ...before, tables: [...before.tables, newTable(ask.name, ask.columns)] }
  if (ask.op !== 'add-column' && ask.op !== 'rename-column') return before
  const on = tableFor(ask.table, before)
  const column = newColumn(bare(ask.op === 'add-column' ? ask.column : ask.to))
  const tables = before.tables.map((t) => (t === on ? { ...t, columns: [...t.columns, column] } : t))
  return { ...before, tables }
}

function newColumn(name: string): Column {
  return { name, type: '', nullable: true, default: null, made: null, collation: null, comment: null }
}

function newTable(name: string, columns: { name: string }[]): Table {
  return {
    schema: '',
    name: bare(name),
    columns: columns.map((c) => newColumn(bare(c.name))),
    primaryKey: null,
    uniques: [],
    foreignKeys: [],
    checks: [],
    indexes: [],
    triggers: [],
    rows: 0,
    bytes: 0,
  }
}
