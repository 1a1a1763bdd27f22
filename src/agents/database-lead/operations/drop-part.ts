/** A part less: with its rows, which are counted and named as lost, or kept as a table of its own. */
import { isSameTable, type Part, type Table, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { Bounds } from '../order/change.ts'
import { partSql, restOf } from '../order/partitions.ts'
import { namesColumn } from '../order/sql.ts'
import { periodIn } from '../requests/parts-said.ts'
import { bare, isName } from '../requests/text.ts'
import { resolveTable } from '../resolve.ts'
import { design, type Operation, type World } from '../types.ts'
import { placeWords } from './columns.ts'
import { refused } from './in-parts.ts'
import { partName } from './part-names.ts'

const FORM =
  /^(?<verb>drop|remove|delete|detach)\s+(?:the\s+)?partition\s+(?:(?<for>for)\s+)?(?<part>.+?)\s+(?:of|from|in)\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?$/i

export const dropPart: Operation<'drop-part'> = {
  op: 'drop-part',
  example: 'Drop the partition p2019 of events',
  read: (sentence) => {
    const found = FORM.exec(sentence)?.groups
    const part = bare(found?.part ?? '')
    const period = found?.for ? periodIn(part) : null
    if (
      !found ||
      !isName(bare(found.table ?? '')) ||
      (period === null && !/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(part))
    )
      return null
    if (found.for && period === null) return null
    const keep = /^detach$/i.test(found.verb ?? '')
    return { op: 'drop-part', table: found.table ?? '', part, bounds: period, keep }
  },
  design: async (ask, world) => {
    const { db } = world
    const table = await resolveTable(ask.table, world.schema, world.choose)
    const part = partOf(table, ask.part, ask.bounds, world)
    await assertMay(table, part, ask.keep, world)
    const [row] = await db.query(`select count(*) as n from ${partSql(table, part, db)}`)
    const rows = Number(row?.n ?? 0)
    const on = { schema: table.schema, name: table.name }
    const goes = { schema: part.schema, name: part.name }
    const where = `${tableWords(table)} in ${part.name} (${part.bounds.replace(/^FOR /, '')})`
    return design({
      title: `${ask.keep ? 'Detach' : 'Drop'} the partition ${part.name} of ${tableWords(table)}`,
      tables: [on],
      changes: [{ kind: 'drop-part', table: on, part: goes, keep: ask.keep }],
      criteria: [
        {
          words: `${tableWords(table)} has no part ${part.name}.`,
          check: { kind: 'no-part', table: on, part: part.name },
        },
        ...(ask.keep
          ? [
              {
                words: `There is a table ${part.name}, with ${count(rows, 'row')} of today.`,
                check: { kind: 'table' as const, table: goes },
              },
            ]
          : []),
      ],
      because: [
        ask.keep
          ? `${count(rows, 'row')} of ${where} leave ${tableWords(table)}, and stay in a table ${part.name}.`
          : `It goes as a whole: no row of another part is read or written.`,
        ...(part === restOf(table)
          ? ['It is the part for all else: what lies in no other part is refused from then on.']
          : []),
      ],
      alternatives: ask.keep
        ? ['Drop it: the rows are gone, and so is their room.']
        : [
            ...(db.server.family === 'postgres'
              ? [
                  `Keep the rows in a table of their own: martsmith db "detach the partition ${part.name} of ${table.name}".`,
                ]
              : [`Copy the rows elsewhere first: SELECT * FROM ${partSql(table, part, db)}.`]),
            'DELETE of the rows: each is written twice, and the room comes back late.',
          ],
      loses:
        ask.keep || rows === 0
          ? []
          : [`${count(rows, 'row')} of ${where}: the way back brings the part, and none of them.`],
    })
  },
}

/** @throws MartsmithError `database.unknown-part` */
function partOf(table: Table, said: string, bounds: Bounds | null, { db }: World): Part {
  const parts = (table.partitions?.parts ?? []).filter((p) => p.of === null)
  const wanted = bounds === null ? said : partName(bounds, table, db)
  const found = parts.find((p) => p.name.toLowerCase() === wanted.toLowerCase())
  if (found) return found
  throw new MartsmithError({
    code: 'database.unknown-part',
    message:
      parts.length === 0
        ? `${tableWords(table)} does not lie in parts.`
        : `${tableWords(table)} has no part ${bounds === null ? said : `${wanted}, which would be that for ${said}`}.`,
    mend:
      parts.length === 0
        ? ['Name a partitioned table.']
        : [
            `There are: ${list(
              parts.map((p) => p.name),
              12,
            )}.`,
          ],
  })
}

/** @throws MartsmithError `database.parts`, `database.used` */
async function assertMay(table: Table, part: Part, keep: boolean, world: World): Promise<void> {
  const { db } = world
  const where = tableWords(table)
  if (table.partitions?.method === 'hash')
    throw refused(
      `${where} is partitioned by hash: without ${part.name} its rows would have no place.`,
      'Delete the rows that are to go.',
    )
  if (part.by !== null)
    throw refused(
      `${part.name} of ${where} lies in parts again: the way back would not bring those.`,
      'Do it by hand.',
    )
  if (db.server.family === 'mysql') {
    if (keep)
      throw refused(
        `${db.server.product} is not asked here to make a table of a part.`,
        `Copy the rows to a table first; then: martsmith db "drop the partition ${part.name} of ${table.name}"`,
      )
    if (table.partitions?.parts.length === 1)
      throw refused(`${part.name} is the only part of ${where}.`, 'Leave it, or add another part first.')
  }
  const readers = [
    ...world.schema.tables.flatMap((t) =>
      t.foreignKeys
        .filter((f) => isSameTable(f.references, part))
        .map((f) => `${f.name} of ${tableWords(t)} refers to it`),
    ),
    ...(db.server.family === 'postgres'
      ? world.schema.views
          .filter((v) => namesColumn(v.definition, part.name))
          .map((v) => `the view ${tableWords(v)} reads it`)
      : []),
  ]
  if (readers.length > 0)
    throw refused(
      `${part.name} of ${where} cannot go: ${list(readers)}.`,
      'Take that away first; then ask again.',
    )
  if (db.server.family !== 'postgres') return
  const users = (await world.statements?.(part.name)) ?? []
  if (users.length === 0) return
  throw new MartsmithError({
    code: 'database.used',
    message: `${part.name} is named by ${count(users.length, 'statement')} of the application.`,
    details: users.slice(0, 8).map(placeWords),
    mend: [`Let them name ${where}, and release that; then ask again.`],
    exitCode: 1,
  })
}
