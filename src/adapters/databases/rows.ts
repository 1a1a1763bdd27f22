/** How many rows a table has: counted where that is quick, else the server's own estimate, which may be old or missing. */
import { type Database, type Table, tableSql } from './types.ts'

const QUICK = 100_000

export async function rowsIn(db: Database, table: Table): Promise<number> {
  const [row] = await db.query(
    `select count(*) as n from (select 1 as one from ${tableSql(db, table)} limit ${QUICK}) some_rows`,
  )
  const counted = Number(row?.n ?? 0)
  return counted < QUICK ? counted : Math.max(counted, table.rows)
}
