/** The operations: one file each, or one for a few that are alike. A new one needs a line here. */
import type { Schema } from '../../../adapters/databases/types.ts'
import type { Ask, SingleAsk } from '../requests/ask.ts'
import { notRead } from '../requests/grounded/explain.ts'
import { isGrounded, isPlausible, schemaWith } from '../requests/grounded/known.ts'
import { isQuestion } from '../requests/grounded/questions.ts'
import { type Grounded, readGrounded } from '../requests/grounded/read.ts'
import { inRoleOf } from '../requests/grounded/roles.ts'
import { respelled } from '../requests/respelled.ts'
import { readSeveral } from '../requests/several.ts'
import { BULLET, plain } from '../requests/text.ts'
import { assertClear } from '../requests/unclear.ts'
import { designTogether, oneForEachColumn } from '../together.ts'
import type { Design, Given, Operation, World } from '../types.ts'
import { addColumn } from './add-column.ts'
import { addPart } from './add-part.ts'
import { addReference } from './add-reference.ts'
import { addStatistics } from './add-statistics.ts'
import { changeType } from './change-type.ts'
import { addCheck, setDefault, setNullable } from './column-rules.ts'
import { dropColumn } from './drop-column.ts'
import { dropIndex } from './drop-index.ts'
import { dropPart } from './drop-part.ts'
import { fill } from './fill.ts'
import { finish } from './finish.ts'
import { finishBeside } from './finish-beside.ts'
import { finishPartition } from './finish-partition.ts'
import { finishParts } from './finish-parts.ts'
import { inParts } from './in-parts.ts'
import { keepHistory } from './keep-history.ts'
import { addForeignKey, addIndex, addUnique } from './keys.ts'
import { mergeTable } from './merge-table.ts'
import { partitionTable } from './partition-table.ts'
import { renameColumn } from './rename-column.ts'
import { finishTable, renameTable } from './rename-table.ts'
import { slowQuery } from './slow-query.ts'
import { joinColumns, splitColumn } from './split-column.ts'
import { splitTable } from './split-table.ts'
import { createTable, manyToMany } from './tables.ts'
import { changeValues } from './values.ts'

/** The first that reads the sentence is meant: those with words of their own come before those with hardly any. */
export const OPERATIONS: readonly Operation[] = [
  slowQuery,
  changeValues,
  renameColumn,
  renameTable,
  finish,
  finishTable,
  splitTable,
  splitColumn,
  mergeTable,
  joinColumns,
  finishBeside,
  finishParts,
  manyToMany,
  keepHistory,
  createTable,
  addForeignKey,
  addReference,
  addUnique,
  addStatistics,
  partitionTable,
  finishPartition,
  addPart,
  dropPart,
  addIndex,
  dropIndex,
  setNullable,
  setDefault,
  changeType,
  fill,
  dropColumn,
  addCheck,
  addColumn,
] as unknown as Operation[]

const EMPTY: Schema = { tables: [], views: [] }

/**
 * By the forms where they read all of it and name what is there, else by the live schema.
 * @throws MartsmithError `database.request`, `database.which` with the part that is not understood, and sentences that are.
 */
export function readRequest(request: string, schema: Schema = EMPTY): Ask {
  const query = isQuestion(request) ? null : readOne(plain(request))
  if (query?.op === 'slow-query') return query
  const text = respelled(request)
  const said = isQuestion(text) ? null : readForms(text)
  const asks = said?.op === 'several' ? said.asks : said ? [said] : []
  const isSaid = said && asks.every((a, i) => isGrounded(a, schemaWith(schema, asks.slice(0, i))))
  const read: Grounded = isSaid ? { is: 'read', asks } : readGrounded(text, schema, readOne)
  if (read.is === 'unread' && said && asks.every((a) => isPlausible(a, schema))) return said
  const ways =
    read.is === 'read'
      ? (uniqueReadings(read.asks, text) ?? roleReadings(read.asks, text, schema) ?? [read.asks])
      : []
  const [only, ...others] = ways
  if (only && others.length === 0) return together(assertClear(only, text))
  throw notRead(
    text,
    read.is === 'read' ? { is: 'open', part: text.trim(), readings: ways } : read,
    schema,
    OPERATIONS.map((o) => o.example),
  )
}

const AS_ONE =
  /\b(?:together|combin\w+|composite|compound|joint(?:ly)?|pairs?|per|by|with|same|within|twice|more than one|(?:for|in|of|on) (?:each|every))\b|\(\s*["`\w]+\s*,/i
const EACH_ALONE = /\b(?:each|individually|separately|respectively|on (?:its|their) own)\b/i

/** Of several columns that are to be unique: each alone, or what they hold together? null where it was said. */
function uniqueReadings(asks: SingleAsk[], text: string): SingleAsk[][] | null {
  const isOpen = asks.some((a) => a.op === 'add-unique' && a.columns.length > 1)
  if (!isOpen || AS_ONE.test(text)) return null
  const apart = asks.flatMap((a): SingleAsk[] =>
    a.op === 'add-unique' ? a.columns.map((c) => ({ ...a, columns: [c] })) : [a],
  )
  return EACH_ALONE.test(text) ? [apart] : [asks, apart]
}

/** `add a head nurse to wards`, where there are nurses: one of them, or a text? null where it was said. */
function roleReadings(asks: SingleAsk[], text: string, schema: Schema): SingleAsk[][] | null {
  if (/\b(?:columns?|fields?)\b|"/i.test(text)) return null
  const ways = asks.map((a): SingleAsk[] => {
    const role = inRoleOf(a, schema)
    return role && a.op === 'add-column' ? [role, { ...a, type: 'text' }] : [a]
  })
  const most = Math.max(...ways.map((w) => w.length))
  return most === 1 ? null : [0, 1].map((n) => ways.flatMap((w) => w[n] ?? w[0] ?? []))
}

function together(each: SingleAsk[]): Ask {
  const asks = folded(each)
  const [only] = asks
  return asks.length === 1 && only ? only : { op: 'several', asks }
}

/** What is said of a column right after it was asked for is said of the new one. */
function folded(asks: SingleAsk[]): SingleAsk[] {
  const left: SingleAsk[] = []
  for (const ask of asks) {
    const added = left.findIndex(
      (a) => a.op === 'add-column' && 'column' in ask && a.table === ask.table && a.column === ask.column,
    )
    const column = left[added]
    if (column?.op !== 'add-column') left.push(ask)
    else if (ask.op === 'change-type' && column.type === null) left[added] = { ...column, type: ask.type }
    else if (ask.op === 'add-check' && column.rule === null) left[added] = { ...column, rule: ask.rule }
    else if (ask.op === 'set-default' && column.default === null)
      left[added] = { ...column, default: ask.default }
    else if (ask.op === 'set-nullable' && column.nullable === null)
      left[added] = { ...column, nullable: ask.nullable }
    else left.push(ask)
  }
  return left
}

/** By the forms alone: names are not looked up. */
function readForms(text: string): Ask | null {
  const isList = text
    .trim()
    .split('\n')
    .slice(1)
    .some((line) => BULLET.test(line))
  const one = isList ? null : readOne(plain(text))
  if (one) return one
  const asks = readSeveral(text, (s) => asPart(readOne(s), s))
  return asks ? together(asks) : null
}

function readOne(sentence: string): SingleAsk | null {
  for (const operation of OPERATIONS) {
    const ask = operation.read(sentence)
    if (ask) return ask
  }
  return null
}

/** A query may hold any words: it is asked about by itself. Beside others, `rename a to b` may mean a column. */
function asPart(ask: SingleAsk | null, said: string): SingleAsk | null {
  if (ask?.op === 'rename-table' && !/\btable\b/i.test(said)) return null
  return ask?.op === 'slow-query' ? null : ask
}

export async function designFor(ask: Ask, given: Given): Promise<Design> {
  const world = { ...given, before: [] }
  const asks = ask.op === 'several' ? ask.asks : [ask]
  const each = asks.flatMap((a) => oneForEachColumn(a, given.schema))
  const [only] = each
  return each.length === 1 && only ? designOne(only, world) : designTogether(each, world, designOne)
}

async function designOne(ask: SingleAsk, world: World): Promise<Design> {
  const operation = OPERATIONS.find((o) => o.op === ask.op)
  if (!operation) throw new Error(`no operation ${ask.op}`)
  return inParts(await operation.design(ask as never, world), world)
}
