/** Opens a database by its address. */
import { MartsmithError } from '../../core/errors.ts'
import { tooOld } from './capabilities.ts'
import { openMysql } from './mysql/connect.ts'
import { openPostgres } from './postgres/connect.ts'
import type { Database } from './types.ts'
import { familyOf } from './url.ts'

/** @param where how the address is called in messages: `databases.development`. */
export async function openDatabase(url: string, where: string): Promise<Database> {
  const open = familyOf(url, where) === 'postgres' ? openPostgres : openMysql
  const db = await open(url, where)
  const oldest = tooOld(db.server)
  if (oldest === null) return db
  await db.close()
  throw new MartsmithError({
    code: 'database.version',
    message: `${where}: ${db.server.words} is older than what is supported. Nothing was run.`,
    mend: [`Use ${oldest} or later.`],
  })
}

/** Opens, works, closes. */
export async function withDatabase<T>(
  url: string,
  where: string,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await openDatabase(url, where)
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
