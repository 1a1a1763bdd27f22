/** The operations: one file each, or one for a few that are alike. A new one needs a line here. */
import { MartsmithError } from '../../../core/errors.ts'
import type { Ask } from '../requests/ask.ts'
import { plain } from '../requests/text.ts'
import type { Design, Operation, World } from '../types.ts'
import { addColumn } from './add-column.ts'
import { changeType } from './change-type.ts'
import { addCheck, setDefault, setNullable } from './column-rules.ts'
import { dropColumn } from './drop-column.ts'
import { addForeignKey, addIndex, addUnique } from './keys.ts'
import { renameColumn } from './rename-column.ts'
import { slowQuery } from './slow-query.ts'
import { createTable, manyToMany } from './tables.ts'

/** The first that reads the sentence is meant: those with words of their own come before those with hardly any. */
export const OPERATIONS: readonly Operation[] = [
  slowQuery,
  renameColumn,
  manyToMany,
  createTable,
  addForeignKey,
  addUnique,
  addIndex,
  setNullable,
  setDefault,
  changeType,
  dropColumn,
  addCheck,
  addColumn,
] as unknown as Operation[]

/** @throws MartsmithError `database.request` with sentences that are understood. */
export function readRequest(sentence: string): Ask {
  const said = plain(sentence)
  for (const operation of OPERATIONS) {
    const ask = operation.read(said)
    if (ask) return ask
  }
  throw new MartsmithError({
    code: 'database.request',
    message: `This is not understood as one change of a database: "${sentence.trim()}". Nothing was run.`,
    details: ['What is understood, for one change at a time:', ...OPERATIONS.map((o) => `  ${o.example}`)],
    mend: ['Say it in one of these forms; names may be written in words, or as they are in the database.'],
  })
}

export function designFor(ask: Ask, world: World): Promise<Design> {
  const operation = OPERATIONS.find((o) => o.op === ask.op)
  if (!operation) throw new Error(`no operation ${ask.op}`)
  return operation.design(ask as never, world)
}
