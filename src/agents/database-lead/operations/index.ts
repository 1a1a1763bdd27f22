/** The operations: one file each, or one for a few that are alike. A new one needs a line here. */
import { MartsmithError } from '../../../core/errors.ts'
import type { Ask, SingleAsk } from '../requests/ask.ts'
import { readSeveral } from '../requests/several.ts'
import { BULLET, plain } from '../requests/text.ts'
import { designTogether, oneForEachColumn } from '../together.ts'
import type { Design, Given, Operation, World } from '../types.ts'
import { addColumn } from './add-column.ts'
import { addReference } from './add-reference.ts'
import { changeType } from './change-type.ts'
import { addCheck, setDefault, setNullable } from './column-rules.ts'
import { dropColumn } from './drop-column.ts'
import { dropIndex } from './drop-index.ts'
import { fill } from './fill.ts'
import { finish } from './finish.ts'
import { keepHistory } from './keep-history.ts'
import { addForeignKey, addIndex, addUnique } from './keys.ts'
import { renameColumn } from './rename-column.ts'
import { finishTable, renameTable } from './rename-table.ts'
import { slowQuery } from './slow-query.ts'
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
  manyToMany,
  keepHistory,
  createTable,
  addForeignKey,
  addReference,
  addUnique,
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

/** @throws MartsmithError `database.request` with sentences that are understood. */
export function readRequest(text: string): Ask {
  const isList = text
    .trim()
    .split('\n')
    .slice(1)
    .some((line) => BULLET.test(line))
  const one = isList ? null : readOne(plain(text))
  if (one) return one
  const asks = readSeveral(text, (s) => asPart(readOne(s), s))
  const [only] = asks ?? []
  if (asks && only) return asks.length === 1 ? only : { op: 'several', asks }
  throw new MartsmithError({
    code: 'database.request',
    message: `This is not understood as a change of a database: "${text.trim()}". Nothing was run.`,
    details: [
      'What is understood, by itself or with others in a list:',
      ...OPERATIONS.map((o) => `  ${o.example}`),
    ],
    mend: ['Say it in these forms; names may be written in words, or as they are in the database.'],
  })
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

function designOne(ask: SingleAsk, world: World): Promise<Design> {
  const operation = OPERATIONS.find((o) => o.op === ask.op)
  if (!operation) throw new Error(`no operation ${ask.op}`)
  return operation.design(ask as never, world)
}
