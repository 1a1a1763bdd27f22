/** The end of a column's split, or of two columns' join: the side that stood first goes, once nothing uses it. */
import { type Table, type TableName, tableSql, tableWords } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { unmetInRows } from '../criteria.ts'
import type { Parts } from '../order/change.ts'
import { partsSql, ruleIn } from '../order/parts.ts'
import { differSql } from '../order/sql.ts'
import { viewsReading } from '../order/views.ts'
import { bare, isName, listed } from '../requests/text.ts'
import { resolveColumn, resolveTable } from '../resolve.ts'
import { design, type Operation, type World } from '../types.ts'
import { assertNoTrigger, assertNoView, placeIn } from './columns.ts'
import { keysWhere } from './cut.ts'

const FORM =
  /^(?:finish|complete|end)\s+(?:the\s+)?(?<what>split|splitting|join|joining)\s+of\s+(?<place>.+?)(?:\s+into\s+(?<into>.+))?$/i

export const finishParts: Operation<'finish-parts'> = {
  op: 'finish-parts',
  example: 'Finish the split of name of customers into first_name and last_name',
  read: (sentence) => {
    const { what = '', place = '', into } = FORM.exec(sentence)?.groups ?? {}
    const found = placeIn(place)
    const columns = listed(found?.column ?? '')
    const isSplit = /^split/i.test(what)
    const isUnderstood = columns.length === (isSplit ? 1 : 2) && columns.every(isName)
    if (!found || !isUnderstood || (into !== undefined && !listed(into).every(isName))) return null
    return { op: 'finish-parts', what: isSplit ? 'split' : 'join', table: bare(found.table), columns }
  },
  design: async (ask, world) => {
    const { db } = world
    const table = await resolveTable(ask.table, world.schema, world.choose)
    const goes: string[] = []
    for (const words of ask.columns) goes.push((await resolveColumn(words, table, world.choose)).name)
    const { rule, name } = await begunOn(table, goes, ask.what, world)
    const stays = rule.stands === 'whole' ? rule.parts : [rule.whole]
    await assertSame(rule, name, world)
    for (const column of goes) await assertNoTrigger(rule.table, column, world, name)
    const lost = await otherwiseRows(rule, table, world)
    const readers = readersOf(rule, table, goes, lost, world)
    return design({
      title: `Finish the ${ask.what} of ${list(goes)} of ${tableWords(table)} into ${list(stays)}`,
      tables: [rule.table],
      changes: [
        { kind: 'prove-parts', ...rule, refill: true },
        ...readers.map((view) => ({ kind: 'read-parts' as const, ...rule, view })),
        { kind: 'stop-parts', ...rule, name },
        ...goes.map((column) => ({ kind: 'drop-column' as const, table: rule.table, column })),
      ],
      criteria: [
        ...goes.map((column) => ({
          words: `${tableWords(table)}.${column} is gone.`,
          check: { kind: 'no-column' as const, table: rule.table, column },
        })),
        ...stays.flatMap((column) =>
          table.columns
            .filter((c) => c.name === column)
            .map((c) => ({
              words: `${tableWords(table)}.${column} is ${c.type}.`,
              check: {
                kind: 'column' as const,
                table: rule.table,
                column,
                type: c.type,
                nullable: c.nullable,
              },
            })),
        ),
      ],
      because: [
        'Both sides tell the same in every row; that is looked at again before anything goes.',
        `The way back brings ${list(goes)}, the trigger, and the values as they are made from ${list(stays)}.`,
        ...(readers.length > 0
          ? [
              `${list(readers.map(tableWords))} ${readers.length === 1 ? 'is' : 'are'} made anew to make ${list(goes)} of ${list(stays)}, and ${readers.length === 1 ? 'gives' : 'give'} it as before.${db.server.family === 'mysql' ? ' They are then views of the user who runs the migration.' : ''}`,
            ]
          : []),
      ],
      alternatives: ['Both for good: each write would go on to cost a trigger, and each reader to wonder.'],
      loses: lost,
      gone: goes.map((column) => ({ table: rule.table, column })),
      later: [
        `Keys, checks and NOT NULL of ${list(goes)} are not those of ${list(stays)}: ask for what is needed, as martsmith db "make ${stays[0]} of ${table.name} required".`,
      ],
    })
  },
}

/**
 * Views that go on to give what they gave. Postgres changes no type of a view's column, and what is made anew has no length.
 * @throws MartsmithError `database.used` for those that would not
 */
function readersOf(
  rule: Parts,
  table: Table,
  goes: string[],
  lost: string[],
  { schema, db }: World,
): TableName[] {
  const on = rule.table
  const readers = schema.views.filter((v) =>
    goes.some((g) => viewsReading({ tables: [], views: [v] }, on, g, db).length > 0),
  )
  const isText = table.columns.every((c) => !goes.includes(c.name) || /text$/i.test(c.type))
  const isSame = lost.length === 0 && (isText || db.server.family === 'mysql')
  if (!isSame || readers.some((v) => v.materialised))
    for (const column of goes) assertNoView(table, [column], { schema })
  return readers.map((v) => ({ schema: v.schema, name: v.name }))
}

/** How it was begun stands in the trigger. @throws MartsmithError `database.not-begun` */
async function begunOn(
  table: Table,
  goes: string[],
  what: 'split' | 'join',
  { db }: World,
): Promise<{ rule: Parts; name: string }> {
  const stands = what === 'split' ? 'whole' : 'parts'
  const bodies =
    db.server.family === 'postgres'
      ? await db.query(
          `select t.tgname as name, p.prosrc as body from pg_trigger t join pg_proc p on p.oid = t.tgfoid
           join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
           where not t.tgisinternal and n.nspname = $1 and c.relname = $2`,
          [table.schema, table.name],
        )
      : table.triggers.map((t) => ({ name: t.name, body: t.columns.join(' ') }))
  for (const { name, body } of bodies) {
    const rule = ruleIn(String(body))
    const side = rule?.stands === 'whole' ? [rule.whole] : (rule?.parts ?? [])
    if (rule?.stands === stands && side.length === goes.length && goes.every((g) => side.includes(g)))
      return {
        rule: { ...rule, table: { schema: table.schema, name: table.name } },
        name: String(name).replace(/_(?:insert|update)$/, ''),
      }
  }
  throw new MartsmithError({
    code: 'database.not-begun',
    message: `Nothing keeps ${list(goes)} of ${tableWords(table)} the same as ${what === 'split' ? 'its parts' : 'one column of both'}: the ${what} was not begun here, or is finished.`,
    mend: [
      what === 'split'
        ? `martsmith db "split ${goes[0]} of ${table.name} into <first> and <second> at the first space"`
        : `martsmith db "join ${goes.join(' and ')} of ${table.name} into <name>"`,
    ],
  })
}

/** @throws MartsmithError `database.differs` with the rows counted. */
async function assertSame(rule: Parts, name: string, { db, schema }: World): Promise<void> {
  const why = await unmetInRows({ words: '', check: { kind: 'parts', ...rule, name } }, schema, db)
  if (why === null) return
  throw new MartsmithError({
    code: 'database.differs',
    message: `${rule.whole} and ${list(rule.parts)} of ${tableWords(rule.table)} do not tell the same: ${why}.`,
    mend: ['Find who writes past the trigger (a load with triggers off?), correct the rows, and ask again.'],
    exitCode: 1,
  })
}

/** What the way back cannot bring as it was, in a sentence. */
async function otherwiseRows(rule: Parts, table: Table, world: World): Promise<string[]> {
  const { db } = world
  const sql = partsSql(rule, db)
  const differ = (column: string, value: string) => differSql(db.quote(column), value, 'text', db)
  const isOther =
    rule.stands === 'whole'
      ? differ(rule.whole, sql.whole)
      : `(${differ(rule.parts[0], sql.first)} or ${differ(rule.parts[1], sql.second)})`
  const [row] = await db.query(`select count(*) as n from ${tableSql(db, table)} where ${isOther}`)
  const n = Number(row?.n ?? 0)
  if (n === 0) return []
  const goes = rule.stands === 'whole' ? rule.whole : list(rule.parts)
  return [
    `How ${goes} ${rule.stands === 'whole' ? 'is' : 'are'} written in ${count(n, 'row')} (${await keysWhere(rule, table, isOther, world)}): the way back makes ${rule.stands === 'whole' ? 'it' : 'them'} anew, which is not the same there.`,
  ]
}
