/** Tables under another name, and views, on MySQL and MariaDB. */
import type { ChangeOf } from '../database-lead/order/change.ts'
import { type Bench, standingTable, standingView } from '../database-lead/order/order.ts'
import { tableNameSql } from '../database-lead/order/sql.ts'
import { bridgeView, createViewSql, readWords, STAND_INS, viewAfter } from '../database-lead/order/views.ts'
import type { Draft } from './forms.ts'

const MOMENT = 'a lock on the table for a moment, nothing is read or rewritten'
const VIEW = 'a view, the table is not touched'

const way = (sql: string) => ({ alter: false, sql })

/**
 * Table and view change their names in one statement, so that no other statement finds neither. The view has to read
 * the new name before the table has it: another view stands there until then.
 */
export function renameTable(change: ChangeOf<'rename-table'>, bench: Bench): Draft[] {
  const { db } = bench
  const on = change.table
  const named = (name: string) => ({ schema: on.schema, name })
  const sql = (name: string) => tableNameSql(named(name), db)
  const words = `rename ${on.name} to ${change.to}`
  if (!change.bridge) {
    const rename = (from: string, to: string) => way(`RENAME TABLE ${sql(from)} TO ${sql(to)}`)
    return [{ words, effect: MOMENT, up: rename(on.name, change.to), down: rename(change.to, on.name) }]
  }
  const table = standingTable(change, bench)
  const view = (name: string, of: string) =>
    way(createViewSql(bridgeView(named(name), table, named(of), db), db))
  const drop = (name: string) => way(`DROP VIEW ${sql(name)}`)
  const [next, last] = STAND_INS
  return [
    {
      words: `name ${on.name} ${change.to} too`,
      effect: VIEW,
      up: view(change.to, on.name),
      down: drop(change.to),
    },
    { words: `make the view ${on.name}`, effect: VIEW, up: view(next, change.to), down: drop(next) },
    {
      words,
      effect: MOMENT,
      up: way(
        `RENAME TABLE ${sql(change.to)} TO ${sql(last)}, ${sql(on.name)} TO ${sql(change.to)}, ${sql(next)} TO ${sql(on.name)}`,
      ),
      down: way(
        `RENAME TABLE ${sql(on.name)} TO ${sql(next)}, ${sql(change.to)} TO ${sql(on.name)}, ${sql(last)} TO ${sql(change.to)}`,
      ),
    },
    { words: `drop the other name of ${change.to}`, effect: VIEW, up: drop(last), down: view(last, on.name) },
  ]
}

export function dropBridge(change: ChangeOf<'drop-bridge'>, bench: Bench): Draft[] {
  const { db } = bench
  return [
    {
      words: `drop the view ${change.view.name} of ${change.table.name}`,
      effect: VIEW,
      up: way(`DROP VIEW ${tableNameSql(change.view, db)}`),
      down: way(createViewSql(standingView(change.view, bench), db)),
    },
  ]
}

export function readElse(
  change: ChangeOf<'read-other' | 'read-parts' | 'read-renamed'>,
  bench: Bench,
): Draft[] {
  const { db } = bench
  const view = standingView(change.view, bench)
  return [
    {
      words: readWords(change),
      effect: VIEW,
      up: way(createViewSql(viewAfter(view, change, db), db, true)),
      down: way(createViewSql(view, db, true)),
    },
  ]
}
