/** Statistics of several columns, on Postgres. */
import type { ChangeOf } from '../database-lead/order/change.ts'
import { createStatisticsSql, tableNameSql } from '../database-lead/order/sql.ts'
import { brief, type Form } from './draft.ts'

/** Made and filled in one migration: until the next ANALYZE they would be empty. */
export const addStatistics: Form<'add-statistics'> = (change: ChangeOf<'add-statistics'>, { db }) => {
  const { table, key } = change
  const { schema } = table
  return [
    brief(
      `statistics of ${key.columns.join(' ')} in ${table.name}`,
      createStatisticsSql(change, db),
      [`DROP STATISTICS ${tableNameSql({ schema, name: key.name }, db)}`],
      'SHARE UPDATE EXCLUSIVE: a sample of the rows is read, while others read and write',
      '5min',
    ),
  ]
}
