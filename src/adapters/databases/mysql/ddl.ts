/** What builds the schema of a MySQL or MariaDB database anew: what the server itself prints. */
import type { Database, Row } from '../types.ts'

export async function mysqlDdl(query: Database['query'], database: string): Promise<string[]> {
  const quoted = (name: unknown) => `\`${String(name).replaceAll('`', '``')}\``
  const names = async (sql: string) => (await query(sql)).map((r) => String(r.name))
  const shown = async (kind: string, name: string, key: string) => {
    const [row] = await query(`show create ${kind} ${quoted(name)}`)
    return portable(String((row as Row)[key]), database)
  }
  const routines = await query(
    'select routine_name as name, routine_type as type from information_schema.routines where routine_schema = database()',
  )
  const statements: string[] = ['set foreign_key_checks = 0']
  for (const name of await names(
    "select table_name as name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE'",
  ))
    statements.push((await shown('table', name, 'Create Table')).replace(/ AUTO_INCREMENT=\d+/, ''))
  for (const r of routines) {
    const key = r.type === 'FUNCTION' ? 'Create Function' : 'Create Procedure'
    statements.push(await shown(String(r.type), String(r.name), key))
  }
  for (const name of await names(
    'select table_name as name from information_schema.views where table_schema = database()',
  ))
    statements.push(await shown('view', name, 'Create View'))
  for (const name of await names(
    'select trigger_name as name from information_schema.triggers where trigger_schema = database()',
  ))
    statements.push(await shown('trigger', name, 'SQL Original Statement'))
  return [...statements, 'set foreign_key_checks = 1']
}

/** Without the database's own name, and as whoever runs it. */
function portable(statement: string, database: string): string {
  return statement
    .replace(/ DEFINER=(`[^`]*`|\S+?)@(`[^`]*`|\S+)/, '')
    .replaceAll(`\`${database.replaceAll('`', '``')}\`.`, '')
}
