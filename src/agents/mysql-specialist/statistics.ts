/** Statistics of columns, on MySQL and MariaDB: collected once, and no part of the schema. */
import type { ChangeOf } from '../database-lead/order/change.ts'
import type { Bench } from '../database-lead/order/order.ts'
import { createStatisticsSql, tableNameSql } from '../database-lead/order/sql.ts'
import type { Draft } from './forms.ts'
import { NOTHING } from './steps.ts'

export function addStatistics(change: ChangeOf<'add-statistics'>, { db }: Bench): Draft[] {
  const { table, key } = change
  const dropped = `ANALYZE TABLE ${tableNameSql(table, db)} DROP HISTOGRAM ON ${key.columns.map(db.quote).join(', ')}`
  const [collect = NOTHING] = createStatisticsSql(change, db)
  return [
    {
      words: `statistics of ${key.columns.join(' ')} in ${table.name}`,
      effect: 'every row is read once, while others read and write',
      up: { alter: false, sql: collect },
      // MariaDB has no statement that forgets them; nothing but the planner reads them.
      down: { alter: false, sql: db.capabilities.statistics === 'histograms' ? dropped : NOTHING },
    },
  ]
}
