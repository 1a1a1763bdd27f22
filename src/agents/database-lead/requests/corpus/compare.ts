/** Whether a sentence was read as it is meant: names are the same where their words are. */
import { isDeepStrictEqual } from 'node:util'
import { isMartsmithError } from '../../../../core/errors.ts'
import { readRequest } from '../../operations/index.ts'
import { wordsOf } from '../../resolve.ts'
import { oneForEachColumn } from '../../together.ts'
import type { Ask } from '../ask.ts'
import { typeOf } from '../clauses.ts'
import { bare } from '../text.ts'
import type { Expected, Said } from './expected.ts'
import { SCHEMAS } from './schemas.ts'

const NAMES = ['table', 'column', 'to', 'references', 'one', 'other', 'name', 'role']

/** What was read, in the shape of what was expected; `asks` where a person has to say more. */
export function readAs([schema, sentence]: Said): unknown[] | 'asks' {
  try {
    const ask: Ask = readRequest(sentence, SCHEMAS[schema])
    return (ask.op === 'several' ? ask.asks : [ask])
      .flatMap((a) => oneForEachColumn(a, SCHEMAS[schema]))
      .map((a) => plainly(a))
  } catch (error) {
    if (isMartsmithError(error) && error.code.startsWith('database.')) return 'asks'
    throw error
  }
}

export function isAsMeant(said: Said): boolean {
  const read = readAs(said)
  const [, , expected] = said
  if (read === 'asks' || expected === 'asks') return read === expected
  return read.length === expected.length && expected.every((e, i) => contains(read[i], plainly(e)))
}

/** Names as their words, types as a server takes them. */
function plainly(ask: Expected | object): unknown {
  const wordy = (value: unknown): unknown =>
    typeof value === 'string' ? wordsOf(bare(value)).join(' ') : value
  return Object.fromEntries(
    Object.entries(ask).map(([key, value]) => {
      if (key === 'type' && typeof value === 'string') return [key, typeOf(value)]
      if (NAMES.includes(key)) return [key, wordy(value)]
      if (key === 'where' && Array.isArray(value))
        return [key, value.map((w) => ({ ...w, column: w.column === null ? null : wordy(w.column) }))]
      if (['columns', 'references'].includes(key) && Array.isArray(value))
        return [key, value.map((v) => (typeof v === 'object' && v !== null ? plainly(v) : wordy(v)))]
      if (key === 'value' && typeof value === 'object' && value !== null && 'columns' in value)
        return [key, plainly(value)]
      return [key, value]
    }),
  )
}

function contains(read: unknown, expected: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(read) && read.length === expected.length && expected.every((e, i) => contains(read[i], e))
    )
  if (typeof expected !== 'object' || expected === null) return isDeepStrictEqual(read, expected)
  return Object.entries(expected).every(
    ([key, value]) => value === undefined || contains((read as Record<string, unknown> | null)?.[key], value),
  )
}
