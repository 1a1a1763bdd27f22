/** A real MySQL or MariaDB, where one runs on this machine, and a database in it for one test file. */
import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'

export type Mysql = {
  url: string
  rows(sql: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

const SERVER = process.env.MARTSMITH_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306/'

/** null where there is no server: whoever asks skips its tests, and says so. */
export async function openMysqlDatabase(): Promise<Mysql | null> {
  const name = `martsmith_test_${randomBytes(4).toString('hex')}`
  const url = new URL(SERVER)
  url.pathname = `/${name}`
  try {
    await query(SERVER, `create database ${name} character set utf8mb4`)
  } catch (error) {
    process.stderr.write(`No MySQL at ${url.host} (${error}): its tests are skipped.\n`)
    return null
  }
  return {
    url: url.href,
    rows: (sql) => query(url.href, sql),
    close: async () => void (await query(SERVER, `drop database if exists ${name}`)),
  }
}

async function query(uri: string, sql: string): Promise<Record<string, unknown>[]> {
  const connection = await mysql.createConnection({ uri, multipleStatements: true })
  try {
    const [rows] = await connection.query(sql)
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
  } finally {
    await connection.end()
  }
}
