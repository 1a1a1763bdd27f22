/** Rules about the text of a migration: what is never right, whoever wrote it. They need no server. */
import type { Database } from '../../../adapters/databases/types.ts'
import { squawk } from '../../../adapters/migrations/squawk.ts'
import type { SchemaChange } from '../order/change.ts'
import type { Objection, WrittenMigration } from '../order/order.ts'
import { grantSql } from '../order/views.ts'

/** Statements that no order of ours asks for. */
const NEVER: [RegExp, string, string][] = [
  [/\btruncate\b/i, 'PG12', 'it empties a table'],
  [/\bdrop\s+(?:database|schema|owned|role|user)\b/i, 'PG12', 'it drops more than a table'],
  [/\bcascade\b/i, 'PG12', 'CASCADE drops or deletes what nobody named'],
  [
    /\bgrant\b|\brevoke\b|\balter\s+(?:role|user|default\s+privileges)\b/i,
    'SEC01',
    'it changes who may do what',
  ],
  [/\bsecurity\s+definer\b/i, 'SEC02', 'a function would run with the rights of whoever made it'],
  [
    /\bexecute\s+(?:immediate\s+)?(?:format\s*\(|concat\s*\(|'[^']*'\s*\|\|)/i,
    'SEC03',
    'SQL is put together from text',
  ],
  [
    /(?:table|on|into|from|join|references|database)\s+`?\w+`?\.`/i,
    'SEC04',
    'it names another database or schema by its name',
  ],
  [/^\s*(?:insert|update|delete|merge|replace)\b/i, 'PG16', 'rows are changed between changes of the schema'],
  [
    /\bset\s+(?:session\s+|global\s+)?(?:foreign_key_checks|unique_checks|check_constraint_checks)\s*=\s*(?:0|off)/i,
    'MY05',
    'a check of the server is turned off: rows that break it would stay',
  ],
]

/** Statements with a body of their own. */
const BLOCK = /^\s*(?:do\b|begin\s+not\s+atomic\b|create\s+(?:or\s+replace\s+)?procedure\b)/i
const CHANGES_ROWS = /\b(?:insert\s+into|update|delete\s+from)\b/i

function fillsRows(changes: SchemaChange[]): boolean {
  const kinds = changes.map((c) => c.kind)
  return ['fill', 'fill-beside', 'fill-parts', 'partition-table'].some((k) => kinds.some((is) => is === k))
}

/** What squawk says of a change that was asked for is known, and stands in the design. */
const ASKED: Partial<Record<SchemaChange['kind'], string[]>> = {
  'rename-column': ['renaming-column'],
  'drop-column': ['ban-drop-column', 'adding-required-field', 'adding-field-with-default'],
  'change-type': ['changing-column-type'],
  'set-nullable': ['ban-drop-not-null'],
  'set-values': ['changing-column-type'],
  'swap-same': ['renaming-column', 'ban-drop-column'],
  'rename-table': ['renaming-table'],
  'drop-table': ['ban-drop-table'],
  'drop-part': ['ban-drop-table'],
  'partition-table': ['renaming-table'],
  'drop-before': ['ban-drop-table'],
}

/** Never of use here: which type is best was decided in the design, and a rerun is kept by the tool's books. */
const NOT_OURS = [
  'prefer-robust-stmts',
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-identity',
  'prefer-text-field',
  'prefer-timestamp-tz',
  'require-table-schema',
  'adding-not-nullable-field',
]
/** CONCURRENTLY and NOT VALID are not taken by a partitioned table: they are said of its parts. */
const OF_PARTS = [
  'require-concurrent-index-creation',
  'require-concurrent-index-deletion',
  'disallowed-unique-constraint',
  'adding-foreign-key-constraint',
  'constraint-missing-not-valid',
  // Beside a part for all else there is no other way to detach one.
  'require-concurrent-partition-detach',
]
/** These stand in the address of the connection, where a file holds one statement alone. */
const BY_CONNECTION = ['require-lock-timeout', 'require-statement-timeout']

export async function objectionsToText(
  migrations: WrittenMigration[],
  changes: SchemaChange[],
  db: Pick<Database, 'server' | 'capabilities' | 'quote'>,
  parted: readonly string[] = [],
): Promise<Objection[]> {
  const granted = grantsIn(changes, db)
  const each = migrations.map(async (migration) => {
    const found: Objection[] = []
    const object = (rule: string, message: string) => found.push({ rule, file: migration.name, message })
    for (const [form, rule, why] of NEVER)
      if (migration.up.some((s) => form.test(withoutActions(s)) && !granted.includes(s)))
        object(rule, `${why}.`)
    if (!fillsRows(changes) && migration.up.some((s) => BLOCK.test(s) && CHANGES_ROWS.test(s)))
      object('PG16', 'rows are changed, and the order fills none.')
    if (migration.up.some((s) => BLOCK.test(s) && CHANGES_ROWS.test(s) && !/\bcommit\b/i.test(s)))
      object('PG16', 'rows are changed in one transaction: fill them in batches.')
    ownRules(migration, changes, db, object)
    if (db.server.family !== 'postgres') return found
    const exclude = [
      ...NOT_OURS,
      ...(migration.transaction ? [] : BY_CONNECTION),
      ...(parted.includes(migration.table) ? OF_PARTS : []),
      ...changes.flatMap((c) => ASKED[c.kind] ?? []),
    ]
    const sql = migration.up.map((s) => `${s};\n`).join('')
    const about = { version: db.server.version.join('.'), transaction: migration.transaction, exclude }
    for (const { rule, message } of await squawk(sql, about)) object(rule, message)
    return found
  })
  return (await Promise.all(each)).flat()
}

function ownRules(
  migration: WrittenMigration,
  changes: SchemaChange[],
  { server, capabilities }: Pick<Database, 'server' | 'capabilities'>,
  object: (rule: string, message: string) => void,
): void {
  const statements = migration.up.filter((s) => !/^\s*set\b/i.test(s))
  const settings = migration.up.filter((s) => /^\s*set\b/i.test(s)).join(' ')
  if (server.family === 'postgres') {
    if (migration.transaction && !/lock_timeout/i.test(settings))
      object('PG01', 'it may wait for a lock without end, and everybody else behind it: set lock_timeout.')
    if (!migration.transaction && migration.up.length > 1)
      object('PG02', 'a statement outside a transaction has to stand alone in its file.')
    if (migration.transaction && migration.up.some((s) => /\bconcurrently\b/i.test(s)))
      object('PG02', 'CONCURRENTLY cannot be in a transaction.')
    return
  }
  if (statements.length > 1)
    object('MY09', 'each statement commits by itself: one for each file, or a failure leaves half of it.')
  if (!/lock_wait_timeout/i.test(settings))
    object('MY10', 'it may wait for a lock for a day: set lock_wait_timeout.')
  // Of parts nothing is said of it: what is to be done leaves one way.
  const ofParts = /\b(?:add|drop|reorganize)\s+partition\b/i
  const alters = statements.filter((s) => /^\s*alter\s+table\b/i.test(s) && !ofParts.test(s))
  if (capabilities.algorithms.length > 0 && alters.some((s) => !/\balgorithm\s*=/i.test(s)))
    object('MY11', 'ALTER TABLE has to state its ALGORITHM: else the server copies the table without a word.')
  const asks = (kind: SchemaChange['kind']) => changes.some((c) => c.kind === kind)
  if (statements.some((s) => /\bdrop\s+column\b/i.test(s)) && !asks('drop-column') && !asks('swap-same'))
    object('PG10', 'it drops a column that the order does not name.')
}

/** The rights that the order names, to the letter: a view in the place of a table has those of the table. */
function grantsIn(changes: SchemaChange[], db: Pick<Database, 'server' | 'quote'>): string[] {
  return changes.flatMap((c) => {
    if (c.kind === 'swap-same') return c.views.flatMap((v) => grantSql(v.view, v.rights, db))
    if (c.kind === 'partition-table') return c.beside ? grantSql(c.beside.next, c.beside.rights, db) : []
    return c.kind === 'rename-table' ? grantSql(c.table, c.rights, db) : []
  })
}

/** ON DELETE CASCADE is part of a reference, and was designed. */
function withoutActions(statement: string): string {
  return statement.replace(/\bon\s+(?:delete|update)\s+cascade\b/gi, '')
}
