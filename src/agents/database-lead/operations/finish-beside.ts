/** The end of a split or a merge: what stands in two tables stays in one, once nothing uses the other. */
import { type Table, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { besideName, unmetInRows } from '../criteria.ts'
import { isNullSql } from '../order/beside.ts'
import type { Beside } from '../order/change.ts'
import { namesColumn } from '../order/sql.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable } from '../resolve.ts'
import { type Design, design, type Operation, type World } from '../types.ts'
import { assertNoTrigger, assertNoView } from './columns.ts'
import { keyBetween, longName, payloadOf } from './merge-table.ts'
import { usersOfTable } from './rename-table.ts'
import { literalIn } from './same.ts'

const FORM =
  /^(?:finish|complete|end)\s+(?:the\s+)?(?<what>split|splitting|merge|merging)\s+of\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)\s+into\s+(?:the\s+)?(?:table\s+)?(?<other>.+)$/i

export const finishBeside: Operation<'finish-beside'> = {
  op: 'finish-beside',
  example: 'Finish the split of customers into addresses',
  read: (sentence) => {
    const { what = '', table = '', other = '' } = FORM.exec(sentence)?.groups ?? {}
    if (!isName(bare(table)) || !isName(bare(other))) return null
    return { op: 'finish-beside', what: /^split/i.test(what) ? 'split' : 'merge', table, other }
  },
  design: async (ask, world) => {
    const [first, second] = [
      await resolveTable(ask.table, world.schema, world.choose),
      await resolveTable(ask.other, world.schema, world.choose),
    ]
    const [table, other] = ask.what === 'split' ? [first, second] : [second, first]
    const name = besideName(table.name, other.name)
    if (!table.triggers.some((t) => t.name.startsWith(name)))
      throw new MartsmithError({
        code: 'database.not-begun',
        message: `Nothing keeps ${tableWords(first)} the same as ${tableWords(second)}: the ${ask.what} was not begun here, or is finished.`,
        mend: [
          ask.what === 'split'
            ? `martsmith db "move <columns> of ${first.name} into a table ${second.name}"`
            : `martsmith db "merge the table ${first.name} into ${second.name}"`,
        ],
      })
    const pair = pairOf(table, other, world)
    await assertSame(pair, name, world)
    return ask.what === 'split'
      ? finishSplit(table, other, pair, name, world)
      : finishMerge(table, other, pair, name, world)
  },
}

/** Which column of the one is which of the other, by their names. */
function pairOf(table: Table, other: Table, world: World): Beside {
  const key = keyBetween(table, other, world)
  const named = (name: string) => table.columns.find((c) => c.name === name)
  return {
    table: { schema: table.schema, name: table.name },
    to: { schema: other.schema, name: other.name },
    key: { own: table.primaryKey?.columns[0] ?? '', other: key },
    columns: payloadOf(other, key).flatMap((c) => {
      const own = named(longName(c.name, other, world.schema)) ?? named(c.name)
      return own ? [{ own: own.name, other: c.name, default: literalIn(own) }] : []
    }),
  }
}

/** @throws MartsmithError `database.differs` with the rows counted. */
async function assertSame(pair: Beside, name: string, { db, schema }: World): Promise<void> {
  const why = await unmetInRows({ words: '', check: { kind: 'beside', ...pair, name } }, schema, db)
  if (why === null) return
  throw new MartsmithError({
    code: 'database.differs',
    message: `${tableWords(pair.table)} and ${tableWords(pair.to)} do not hold the same: ${why}.`,
    mend: ['Find who writes past the triggers (a load with triggers off?), correct the rows, and ask again.'],
    exitCode: 1,
  })
}

async function finishSplit(
  table: Table,
  other: Table,
  pair: Beside,
  name: string,
  world: World,
): Promise<Design> {
  const names = pair.columns.map((c) => c.own)
  for (const column of names) {
    assertNoView(table, [column], world)
    await assertNoTrigger(pair.table, column, world, name)
  }
  return design({
    title: `Finish the split of ${tableWords(table)} into ${other.name}`,
    tables: [pair.table, pair.to],
    changes: [
      { kind: 'prove-beside', ...pair, refill: 'own' },
      { kind: 'stop-beside', ...pair, name },
      ...names.map((column) => ({ kind: 'drop-column' as const, table: pair.table, column })),
    ],
    criteria: [
      ...names.map((column) => ({
        words: `${tableWords(table)}.${column} is gone.`,
        check: { kind: 'no-column' as const, table: pair.table, column },
      })),
      { words: `There is a table ${other.name}.`, check: { kind: 'table', table: pair.to } },
    ],
    because: [
      'Both hold the same in every row; that is looked at again before anything goes.',
      'The way back brings the columns, the triggers and the values.',
    ],
    alternatives: ['Both for good: each write would go on to cost the triggers, and each reader to wonder.'],
    gone: names.map((column) => ({ table: pair.table, column, now: pair.to })),
  })
}

async function finishMerge(
  table: Table,
  other: Table,
  pair: Beside,
  name: string,
  world: World,
): Promise<Design> {
  const { db, schema } = world
  const payload = payloadOf(other, pair.key.other)
  const alone = payload.filter((c) => !pair.columns.some((p) => p.other === c.name))
  if (alone.length > 0)
    throw new MartsmithError({
      code: 'database.differs',
      message: `${list(alone.map((c) => c.name))} of ${tableWords(other)} ${alone.length === 1 ? 'stands' : 'stand'} nowhere in ${tableWords(table)}: it would be lost.`,
      mend: [`Add it to ${table.name}, or drop it from ${other.name}; then ask again.`],
      exitCode: 1,
    })
  const users = [
    ...(await usersOfTable(world, pair.to, false)).filter((u) => !u.includes(name)),
    ...schema.views.filter((v) => namesColumn(v.definition, other.name)).map((v) => `view ${tableWords(v)}`),
    ...other.triggers.filter((t) => !t.name.startsWith(name)).map((t) => `trigger ${t.name}`),
  ]
  if (users.length > 0)
    throw new MartsmithError({
      code: 'database.used',
      message: `${tableWords(other)} is still used by ${count(users.length, 'place')}: they break once it is gone.`,
      details: users.slice(0, 12),
      mend: [`Let them use ${tableWords(table)}, and release that; then ask again.`],
      exitCode: 1,
    })
  const own = other.columns.filter((c) => c.name !== pair.key.other && !payload.includes(c))
  const [row] = await db.query(
    `select count(*) as n from ${tableSql(db, other)} n where ${isNullSql(pair, 'n', 'other', db)}`,
  )
  const empty = Number(row?.n ?? 0)
  return design({
    title: `Finish the merge of ${tableWords(other)} into ${tableWords(table)}`,
    tables: [pair.table, pair.to],
    changes: [
      { kind: 'prove-beside', ...pair, refill: 'other' },
      { kind: 'stop-beside', ...pair, name },
      { kind: 'drop-table', table: pair.to },
    ],
    criteria: [
      { words: `${tableWords(other)} is gone.`, check: { kind: 'no-table', table: pair.to } },
      { words: `There is a table ${tableWords(table)}.`, check: { kind: 'table', table: pair.table } },
    ],
    because: [
      'Both hold the same in every row; that is looked at again before anything goes.',
      'The way back brings the table, the triggers and the values.',
    ],
    alternatives: ['Both for good: each write would go on to cost the triggers, and each reader to wonder.'],
    loses: [
      ...own.map((c) => `The values of ${tableWords(other)}.${c.name}: the way back gives new ones.`),
      ...(empty > 0
        ? [
            `That ${count(empty, 'row')} of ${tableWords(other)} ${empty === 1 ? 'is' : 'are'} there and ${empty === 1 ? 'holds' : 'hold'} nothing: the way back does not bring them.`,
          ]
        : []),
    ],
    gone: [{ table: pair.to, column: null }],
  })
}
