/** Another name for a table: at once where nothing says the old one, else in steps, with a view under the old name. */
import {
  isSameTable,
  type Table,
  type TableName,
  tableWords,
  type View,
} from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import { storedNaming } from '../analysis/stored.ts'
import { syncName } from '../criteria.ts'
import type { Right } from '../order/change.ts'
import { namesColumn } from '../order/sql.ts'
import { bridgesOf, hasInvoker } from '../order/views.ts'
import { bare, isName, takeSteps } from '../requests/text.ts'
import { resolveTable, wordsOf } from '../resolve.ts'
import { assertName, reservedNote, tableNameAsSaid } from '../style.ts'
import { type Criterion, design, type Operation, type World } from '../types.ts'
import { alreadySo, placeWords } from './columns.ts'

const FORM = /^rename\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?\s+(?:to|as|into)\s+(?<to>.+)$/i
const FINISH =
  /^(?:finish|complete|end)\s+(?:the\s+)?(?:rename|renaming)\s+of\s+(?:the\s+)?(?:table\s+)?(?<table>.+?)(?:\s+table)?\s+to\s+(?<to>.+)$/i

export const renameTable: Operation<'rename-table'> = {
  op: 'rename-table',
  example: 'Rename the table customers to clients',
  read: (said) => {
    const { inSteps, rest } = takeSteps(said)
    const { table = '', to = '' } = FORM.exec(rest)?.groups ?? {}
    return isName(bare(table)) && isName(bare(to)) ? { op: 'rename-table', table, to, inSteps } : null
  },
  design: async (ask, world) => {
    const { schema, db } = world
    const table = await resolveTable(ask.table, schema, world.choose)
    const on = { schema: table.schema, name: table.name }
    const to = { schema: table.schema, name: tableNameAsSaid(ask.to, schema) }
    assertFree(on, to, world)
    assertAtRest(table)
    const users = await usersOfTable(world, on)
    const there: Criterion[] = [
      { words: `There is a table ${to.name}.`, check: { kind: 'table', table: to } },
      ...table.columns.map((c) => ({
        words: `${to.name}.${c.name} is ${c.type}, ${c.nullable ? 'may be null' : 'never null'}.`,
        check: { kind: 'column' as const, table: to, column: c.name, type: c.type, nullable: c.nullable },
      })),
    ]
    const because = [
      'Only the catalogue changes: rows, keys, indexes and those that refer to it stay as they are.',
      ...reservedNote(to.name),
    ]
    const title = `Rename ${tableWords(on)} to ${to.name}`
    if (!ask.inSteps && users.length === 0)
      return design({
        title,
        tables: [on],
        changes: [{ kind: 'rename-table', table: on, to: to.name, bridge: false, rights: [] }],
        criteria: [...there, { words: `${tableWords(on)} is gone.`, check: { kind: 'no-table', table: on } }],
        because: [...because, `Nothing that was found says ${on.name}.`],
        alternatives: [
          `In steps (say "in steps"): a view under the name ${on.name}, dropped when nothing says it any more.`,
        ],
        gone: [{ table: on, column: null }],
      })
    const rights = await rightsOn(on, world)
    return design({
      title: `Begin to rename ${tableWords(on)} to ${to.name}: a view keeps the old name`,
      tables: [on],
      changes: [{ kind: 'rename-table', table: on, to: to.name, bridge: true, rights }],
      criteria: [
        ...there,
        {
          words: `By the name ${on.name}, rows of ${to.name} are read, inserted, changed and deleted as before.`,
          check: { kind: 'bridge', table: to, view: on },
        },
      ],
      because: [
        users.length > 0
          ? `In steps, because ${on.name} is said by ${list(users, 6)}.`
          : 'In steps, as it was asked: whatever runs goes on as before.',
        `A view ${on.name} stands where the table was: each statement that reads or writes it reaches ${to.name}. Both come in one moment.`,
        ...because,
        ...(rights.length > 0
          ? [`Who had rights on ${on.name} has the same on the view: ${list(roles(rights))}.`]
          : []),
      ],
      alternatives: [
        'A rename at once: every statement that says the old name fails until its release.',
        `A view ${to.name} on ${on.name} first: the same steps, with the new release on the view instead of the old one.`,
      ],
      later: [
        `Release an application that says ${to.name} instead of ${on.name}${users.length > 0 ? `: ${list(users, 8)}` : ''}.`,
        `Then: martsmith db "finish the rename of the table ${on.name} to ${to.name}"`,
        `Until then the view does not take what only a table takes: TRUNCATE, ${db.server.family === 'postgres' ? 'COPY into it, ' : ''}ALTER TABLE, a foreign key to it. A column that is added to ${to.name} is not in it.`,
      ],
    })
  },
}

export const finishTable: Operation<'finish-table'> = {
  op: 'finish-table',
  example: 'Finish the rename of the table customers to clients',
  read: (sentence) => {
    const { table = '', to = '' } = FINISH.exec(sentence)?.groups ?? {}
    return isName(bare(table)) && isName(bare(to)) ? { op: 'finish-table', table, to } : null
  },
  design: async (ask, world) => {
    const table = await resolveTable(ask.to, world.schema, world.choose)
    const view = bridgesOf(world.schema, table).find(
      (v) => wordsOf(v.name).join(' ') === wordsOf(bare(ask.table)).join(' '),
    )
    if (!view)
      throw new MartsmithError({
        code: 'database.not-begun',
        message: `No view ${bare(ask.table)} stands for ${tableWords(table)}: the rename was not begun here, or is finished.`,
        mend: [`martsmith db "rename the table ${bare(ask.table)} to ${bare(ask.to)} in steps"`],
      })
    const on = { schema: table.schema, name: table.name }
    const old = { schema: view.schema, name: view.name }
    const readers = viewsNaming(view, world)
    const users = [
      ...(await usersOfTable(world, old, false)),
      ...readers.filter((v) => v.materialised).map((v) => `materialized view ${tableWords(v)}`),
    ]
    if (users.length > 0)
      throw new MartsmithError({
        code: 'database.used',
        message: `${old.name} is still said by ${users.length === 1 ? '1 place' : `${users.length} places`}: they break once the view is gone.`,
        details: users.slice(0, 12),
        mend: [`Let them say ${on.name}, and release that; then ask again.`],
        exitCode: 1,
      })
    return design({
      title: `Finish the rename of ${tableWords(old)} to ${table.name}`,
      tables: [on],
      changes: [
        ...readers.map((v) => ({
          kind: 'read-renamed' as const,
          table: on,
          from: old,
          view: { schema: v.schema, name: v.name },
        })),
        { kind: 'drop-bridge', table: on, view: old, rights: await rightsOn(old, world) },
      ],
      criteria: [
        { words: `There is a table ${table.name}.`, check: { kind: 'table', table: on } },
        { words: `Nothing is called ${old.name}.`, check: { kind: 'no-view', table: on, view: old } },
      ],
      because: [
        `Nothing that was found says ${old.name}: no statement, model, function or trigger.`,
        ...(readers.length > 0
          ? [
              `${list(readers.map(tableWords))} ${readers.length === 1 ? 'says' : 'say'} ${old.name} in ${readers.length === 1 ? 'its text' : 'their texts'}, and ${readers.length === 1 ? 'is' : 'are'} made anew to say ${table.name}.`,
            ]
          : []),
        'No row is touched, and the way back brings it again.',
      ],
      alternatives: ['Both names for good: each reader would go on to wonder which is meant.'],
      gone: [{ table: old, column: null }],
    })
  },
}

/** Whoever says the name of the table, in words that tell where. */
export async function usersOfTable(world: World, table: TableName, andViews = true): Promise<string[]> {
  const { db, schema } = world
  const statements = (await world.statements?.(table.name)) ?? []
  const readers = (await world.readers?.(table)) ?? []
  // A view of Postgres follows its table, whatever the text says.
  const views =
    andViews && db.server.family === 'mysql'
      ? schema.views.filter((v) => namesColumn(v.definition, table.name))
      : []
  return [
    ...new Set([
      ...statements.map(placeWords),
      ...readers.map((r) => `${r.what} ${placeWords(r)}`),
      ...(await storedNaming(db, table.name)),
      ...views.map((v) => `view ${tableWords(v)}`),
    ]),
  ]
}

/** Views that say the old name still: those of MySQL kept it, those of Postgres were made on the view since. */
function viewsNaming(view: View, { schema }: World): View[] {
  return schema.views.filter((v) => !isSameTable(v, view) && namesColumn(v.definition, view.name))
}

/** @throws MartsmithError `database.exists`, `database.name` */
function assertFree(on: TableName, to: TableName, { schema, db }: World): void {
  assertName(to.name, db)
  if (to.name === on.name) throw alreadySo(`${tableWords(on)} has that name already.`)
  const isTaken = (t: TableName) => t.schema === to.schema && t.name.toLowerCase() === to.name.toLowerCase()
  const standing = [...schema.tables, ...schema.views].find((t) => isTaken(t) && t.name !== on.name)
  if (standing) throw alreadySo(`There is a table or view ${tableWords(standing)} already.`)
}

/** @throws MartsmithError `database.steps`: what was begun is known by the name of the table. */
function assertAtRest(table: Table): void {
  const pair = table.columns
    .flatMap((a) => table.columns.map((b) => [a.name, b.name] as const))
    .find(([a, b]) => table.triggers.some((t) => t.name.startsWith(syncName(table.name, a, b))))
  if (!pair) return
  throw new MartsmithError({
    code: 'database.steps',
    message: `${tableWords(table)} is in the middle of another change: ${pair[0]} and ${pair[1]} are kept the same.`,
    mend: [
      `Finish that first: martsmith db "finish the rename of ${pair[0]} of ${table.name} to ${pair[1]}"`,
    ],
    exitCode: 1,
  })
}

const RIGHTS = `
select g.rolname as role, a.privilege_type as may
from pg_class c join pg_namespace n on n.oid = c.relnamespace
cross join lateral aclexplode(c.relacl) a left join pg_roles g on g.oid = a.grantee
where n.nspname = $1 and c.relname = $2 and a.grantee <> c.relowner
  and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
order by 1, 2`

const SINGLE = `
select a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and a.attacl is not null`

const POLICIES = `
select c.relrowsecurity as on from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2`

/** @throws MartsmithError `database.rights` for those that a view cannot have as the table has them. */
export async function rightsOn(on: TableName, { db }: World): Promise<Right[]> {
  const refuse = (message: string, mend: string) =>
    new MartsmithError({ code: 'database.rights', message, mend: [mend], exitCode: 1 })
  if (db.server.family === 'mysql') {
    const rows = await db.query(
      'select distinct grantee as who from information_schema.table_privileges where table_schema = database() and table_name = ?',
      [on.name],
    )
    if (rows.length === 0) return []
    throw refuse(
      `${list(rows.map((r) => String(r.who)))} ${rows.length === 1 ? 'has' : 'have'} rights on ${on.name} by its name: ${db.server.product} does not take them along to another one.`,
      'Give the rights on the whole database instead, or rename it while the application stands still.',
    )
  }
  const at = [on.schema, on.name]
  const single = await db.query(SINGLE, at)
  if (single.length > 0)
    throw refuse(
      `Rights are given on single columns of ${tableWords(on)} (${list(single.map((r) => String(r.name)))}): a view under its name would not have them.`,
      'Give them on the whole table, or rename it while the application stands still.',
    )
  const [policies] = await db.query(POLICIES, at)
  if (policies?.on === true && !hasInvoker(db))
    throw refuse(
      `${tableWords(on)} has row level security, which a view of ${db.server.words} would pass over.`,
      'Rename it while the application stands still.',
    )
  return (await db.query(RIGHTS, at)).map((r) => ({
    role: r.role === null ? null : String(r.role),
    may: r.may as Right['may'],
  }))
}

function roles(rights: Right[]): string[] {
  return [...new Set(rights.map((r) => r.role ?? 'everybody'))]
}
