/** Statistics of columns: what the planner is to know of them together, or of each, where it knows no more. */
import { copyRows } from '../../../adapters/databases/scratch.ts'
import { type Column, type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import { judgedOn } from '../lab/statistics.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { constraintName } from '../style.ts'
import { type Design, design, type Operation, type World } from '../types.ts'
import { alreadySo, isStanding, placeIn } from './columns.ts'
import { resolveAll } from './keys.ts'

const KIND = '(?:(?:extended|multi-?column|multivariate|combined|joint|correlated|column|planner)\\s+)*'
const FORM = new RegExp(
  `^(?:(?:add|create|make|collect|gather|keep|have)\\s+)?(?:the\\s+|new\\s+)?${KIND}statistics?\\s+(?:on|for|over|about|between)\\s+(?<place>.+)$`,
  'i',
)
const IN_BRACKETS = /^(?<table>[\w. ]+?)\s*\((?<columns>[^)]+)\)$/

/** Postgres keeps them for so many at once. */
const MOST = 8
/** Types without an order of their values. */
const NO_ORDER = /^(?:jsonb?|xml|point|box|line|lseg|path|polygon|circle)$/i
const ROWS = 5000

export const addStatistics: Operation<'add-statistics'> = {
  op: 'add-statistics',
  example: 'Create statistics on city and zip of customers',
  read: (sentence) => {
    const said = FORM.exec(sentence)?.groups?.place ?? ''
    const { table, columns } = IN_BRACKETS.exec(said)?.groups ?? {}
    const place = table && columns && isName(bare(table)) ? { table, column: columns } : placeIn(said)
    const names = listed(place?.column ?? '')
    return place && names.length > 0 && names.every(isName)
      ? { op: 'add-statistics', table: place.table, columns: names }
      : null
  },
  design: async (ask, world) => {
    const { table, columns, names, on } = await resolveAll(ask, world)
    assertJudgeable(table, columns, world)
    // What cannot be looked at afterwards is told before anything is done.
    if (world.db.capabilities.statistics !== 'objects') await world.db.judged(table)
    const { onCopy } = world
    const seen =
      onCopy && isStanding(world, on, names)
        ? await onCopy(async (copy) => {
            await copyRows(world.db, copy, world.schema, [table], ROWS)
            return judgedOn(copy, table, names)
          })
        : ['Not measured: there are no rows of them on a scratch copy.']
    const made = statisticsDesign(table, names, world)
    return { ...made, because: [...seen, ...made.because] }
  },
}

/** Statistics of columns that stand, as asked for or as a query was found to need them. */
export function statisticsDesign(table: Table, names: string[], world: World): Design {
  const { schema, db } = world
  const on = { schema: table.schema, name: table.name }
  const isObject = db.capabilities.statistics === 'objects'
  const key = { name: constraintName('statistics', table.name, names, schema, db), columns: names }
  return design({
    title: `Keep statistics of ${list(names)} of ${tableWords(table)}`,
    tables: [on],
    changes: [{ kind: 'add-statistics', table: on, key }],
    criteria: [
      {
        words: `The server keeps statistics of ${list(names)} of ${tableWords(table)}.`,
        check: { kind: 'statistics', table: on, columns: names },
      },
    ],
    because: isObject
      ? [
          'Without them the planner takes columns for independent: how many values come together, which of them, and whether one tells the other, it does not know.',
          'They are renewed by each ANALYZE, by itself or by autovacuum; no write has anything more to do.',
        ]
      : [
          `${db.server.product} keeps them for each column by itself: how values are spread, which helps where no index does. That columns depend on each other it does not know.`,
        ],
    alternatives: [
      isObject
        ? 'An index on all of them: the planner would still take the columns for independent.'
        : 'An index on all of them: it tells how many rows come together, and costs each write.',
    ],
    later: isObject
      ? []
      : [
          `They are of the rows of that moment: collect them again when the values have changed, as the migration does it.${db.capabilities.statistics === 'collected' ? ' The way back leaves them: they are no part of the schema.' : ''}`,
        ],
  })
}

/** @throws MartsmithError `database.statistics`, `database.exists` */
function assertJudgeable(table: Table, columns: Column[], { db }: World): void {
  const names = columns.map((c) => c.name)
  const refuse = (message: string, mend: string) =>
    new MartsmithError({ code: 'database.statistics', message, mend: [mend], exitCode: 1 })
  if (db.capabilities.statistics !== 'objects') return
  const standing = (table.statistics ?? []).find(
    (s) => s.columns.length === names.length && names.every((n) => s.columns.includes(n)),
  )
  if (standing)
    throw alreadySo(`${tableWords(table)} has statistics of ${list(names)} already: ${standing.name}.`)
  if (names.length < 2)
    throw refuse(
      `${db.server.product} keeps statistics of each single column by itself, of ${list(names)} too.`,
      `Say with which other column of ${table.name} it is filtered or grouped.`,
    )
  if (names.length > MOST)
    throw refuse(
      `${db.server.product} keeps statistics of at most ${MOST} columns together, and ${names.length} were said.`,
      'Leave out those that are seldom filtered by.',
    )
  const without = columns.filter((c) => NO_ORDER.test(c.type))
  if (without.length > 0)
    throw refuse(
      `${list(without.map((c) => `${c.name} is ${c.type}`))}: its values have no order, and ${db.server.product} keeps no statistics of them.`,
      'Leave it out.',
    )
}
