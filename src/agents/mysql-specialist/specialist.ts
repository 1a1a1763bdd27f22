/**
 * The worker for MySQL and MariaDB. Which ALGORITHM a statement may have depends on server, version and table:
 * it is not looked up but tried out, best first, on a scratch copy.
 */
import { type Database, isSameTable, tableWords } from '../../adapters/databases/types.ts'
import { schemaAfter } from '../database-lead/order/after.ts'
import type { SchemaChange } from '../database-lead/order/change.ts'
import type { Bench, Specialist, WrittenMigration } from '../database-lead/order/order.ts'
import { migrationName } from '../database-lead/order/sql.ts'
import { type Draft, draftsOf, inlineCheck, type Way } from './forms.ts'

/** The server's own wait for a lock is a day on MariaDB, a year on MySQL. */
const WAIT = 'SET SESSION lock_wait_timeout = 5'

const EFFECT: Record<string, string> = {
  INSTANT: 'INSTANT: only the dictionary changes',
  NOCOPY: 'NOCOPY: the table is not rebuilt, others read and write',
  INPLACE: 'INPLACE: the table may be rebuilt, others read and write',
  COPY: 'COPY: the whole table is copied, others read and nobody writes',
  '': 'a new table or index of its own',
}
const EMPTY = 'a table of the same order, in which no rows are yet'
const UNTRIED = 'not tried out: no scratch copy may be made'
const WORST = 'COPY'

export const mysqlSpecialistWorker: Specialist = {
  id: 'mysql-specialist',
  write: async (changes, bench) => {
    const plans = alternatives(changes, bench)
    if (!bench.isScratch)
      return (plans.at(-1) ?? []).map((d) => written(d, plainSql(d.up), plainSql(d.down), null))
    const tried: { migrations: WrittenMigration[]; rank: number }[] = []
    const words: unknown[] = []
    for (const plan of plans) {
      try {
        tried.push(await tryOut(plan, bench.db))
      } catch (error) {
        words.push(error)
      }
    }
    const [best] = tried.sort((a, b) => a.rank - b.rank)
    if (!best) throw words[0]
    return best.migrations
  },
}

type OfTable = Draft & { table: string }

/** A new column's check as part of the column, and by itself. The plain way comes last. */
function alternatives(changes: SchemaChange[], bench: Bench): OfTable[][] {
  const each = changes.map((change, i) => {
    const now = { ...bench, schema: schemaAfter(bench.schema, changes.slice(0, i), bench.db) }
    const isNew = changes
      .slice(0, i)
      .some((c) => c.kind === 'create-table' && isSameTable(c.table, change.table))
    const own = (drafts: Draft[]): OfTable[] =>
      drafts.map((d) => ({ ...d, table: tableWords(change.table), ...(isNew ? { effect: EMPTY } : {}) }))
    const next = changes[i + 1]
    const before = changes[i - 1]
    const plain = own(draftsOf(change, now))
    if (change.kind === 'add-column' && next?.kind === 'add-check' && next.column === change.column.name)
      return { plain, inline: own([inlineCheck(change, next, now)]) }
    const isInlined =
      change.kind === 'add-check' && before?.kind === 'add-column' && before.column.name === change.column
    return { plain, inline: isInlined ? [] : plain }
  })
  const [plain, inline] = [each.flatMap((e) => e.plain), each.flatMap((e) => e.inline)]
  return inline.length === plain.length ? [plain] : [inline, plain]
}

/** There and back on the copy; what was found to be the best way is what is written. */
async function tryOut(
  plan: OfTable[],
  db: Database,
): Promise<{ migrations: WrittenMigration[]; rank: number }> {
  const done: { draft: OfTable; up: Chosen; down: Chosen }[] = []
  const back: (() => Promise<Chosen>)[] = []
  try {
    for (const draft of plan) {
      const up = await best(draft.up, db)
      back.push(() => best(draft.down, db))
      done.push({ draft, up, down: up })
    }
  } finally {
    for (const [i, undo] of [...back.entries()].reverse()) {
      const entry = done[i]
      if (entry) entry.down = await undo()
    }
  }
  const rank = Math.max(0, ...done.map(({ up }) => db.capabilities.algorithms.indexOf(up.algorithm)))
  return {
    migrations: done.map(({ draft, up, down }) => written(draft, up.sql, down.sql, up.algorithm)),
    rank: rank * 100 + done.length,
  }
}

const plainSql = ({ sql, tail }: Way) => `${sql}${tail ? ` ${tail.sql}` : ''}`

type Chosen = { sql: string; algorithm: string }

async function best(way: Way, db: Database): Promise<Chosen> {
  if (!way.alter) {
    await db.query(way.sql)
    return { sql: way.sql, algorithm: '' }
  }
  // How rows lie in parts is changed by a copy alone; MariaDB takes any other word, and copies all the same.
  for (const algorithm of way.tail ? [WORST] : db.capabilities.algorithms) {
    for (const lock of algorithm === 'INSTANT'
      ? ['']
      : algorithm === WORST
        ? ['SHARED']
        : ['NONE', 'SHARED']) {
      const how = `ALGORITHM=${algorithm}${lock === '' ? '' : `, LOCK=${lock}`}`
      const sql = `${way.sql}${way.tail?.only ? '' : ','} ${how}${way.tail ? ` ${way.tail.sql}` : ''}`
      if (await takes(db, sql)) return { sql, algorithm }
    }
  }
  // Nothing was taken: the plain statement says why, or works without a word about how.
  const plain = plainSql(way)
  await db.query(plain)
  return { sql: plain, algorithm: WORST }
}

async function takes(db: Database, sql: string): Promise<boolean> {
  try {
    await db.query(sql)
    return true
  } catch {
    return false // asked again in a weaker way, and at last plainly, where the error is told
  }
}

function written(
  { words, table, effect }: OfTable,
  up: string,
  down: string,
  algorithm: string | null,
): WrittenMigration {
  return {
    name: migrationName(words),
    table,
    transaction: false,
    up: [WAIT, up],
    down: [WAIT, down],
    effect: effect ?? (algorithm === null ? UNTRIED : (EFFECT[algorithm] ?? algorithm)),
  }
}
