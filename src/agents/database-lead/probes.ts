/** Criteria by their effect: what the catalogue promises is tried out on a copy, and taken back. */
import {
  type Database,
  findTable,
  isSameTable,
  type Row,
  type Table,
  tableSql,
} from '../../adapters/databases/types.ts'
import { messageOf } from '../../core/errors.ts'
import type { CheckOf } from './criteria.ts'
import { countDifferentSql } from './order/beside.ts'
import { countApartSql } from './order/partitions.ts'
import { partsSql } from './order/parts.ts'
import { pairDifferSql, textSql } from './order/sql.ts'
import type { Criterion } from './types.ts'

/** By its effect, where a copy may be written to: each probe is put into a row and taken back. */
export async function misbehaves({ check }: Criterion, db: Database): Promise<string | null> {
  if (check.kind === 'same') return goesApart(check, db)
  if (check.kind === 'parts') return partsGoApart(check, db)
  if (check.kind === 'history') return isForgotten(check, db)
  if (check.kind === 'bridge') return doesNotReach(check, db)
  if (check.kind === 'beside') return isNotPassedOn(check, db)
  if (check.kind === 'part') return liesElsewhere(check, db)
  if (check.kind === 'before') return stays(check, db)
  if (check.kind !== 'values' && check.kind !== 'labels') return null
  const { accepts, rejects } =
    check.kind === 'values' ? check : { accepts: check.values, rejects: ['no such value'] }
  const name = tableSql(db, check.table)
  const [row] = await db.query(`select count(*) as n from (select 1 as one from ${name} limit 1) some_rows`)
  if (Number(row?.n) === 0) return null
  const one =
    db.server.family === 'postgres'
      ? `where (tableoid, ctid) = (select tableoid, ctid from ${name} limit 1)`
      : 'limit 1'
  const takes = async (value: string) => {
    await db.query('start transaction')
    try {
      await db.query(`update ${name} set ${db.quote(check.column)} = ${valueSql(value, db)} ${one}`)
      return true
    } catch (error) {
      // A value that another row has says nothing of the rule where the column is unique.
      return isDuplicate(error) ? null : false
    } finally {
      await db.query('rollback')
    }
  }
  for (const value of rejects)
    if ((await takes(value)) === true) return `it takes ${value.trim() === '' ? `'${value}'` : value}`
  for (const value of accepts) if ((await takes(value)) === false) return `it does not take ${value}`
  return null
}

/** Writes a value of another row to one of the two, and looks at the other; then the other way round. */
async function goesApart(check: CheckOf<'same'>, db: Database): Promise<string | null> {
  const table = findTable(await db.schema(), check.table)
  if (!table) return 'there is no such table'
  const name = tableSql(db, table)
  for (const [written, read] of [
    [check.column, check.to],
    [check.to, check.column],
  ] as const) {
    const w = db.quote(written)
    const rows = await twoValues(w, name, db)
    const [one, other] = rows.map((row) => String(row.v))
    if (one === undefined || other === undefined) continue
    await db.query('start transaction')
    try {
      const set = db.server.family === 'postgres' ? [`$1`, `$2`] : ['?', '?']
      await db.query(`update ${name} set ${w} = ${set[0]} where ${w} = ${set[1]}`, [other, one])
      const [left] = await db.query(
        `select count(*) as n from ${name} where ${pairDifferSql(table, check.column, check.to, db)}`,
      )
      if (Number(left?.n) > 0) return `what is written to ${written} does not come to ${read}`
    } catch (error) {
      if (!isDuplicate(error)) throw error // a unique column cannot be probed with a value that stands
    } finally {
      await db.query('rollback')
    }
  }
  return null
}

/** Writes a value of another row to either side, and looks whether any row then tells two things. */
async function partsGoApart(check: CheckOf<'parts'>, db: Database): Promise<string | null> {
  const name = tableSql(db, check.table)
  const mark = (n: number) => (db.server.family === 'postgres' ? `$${n}` : '?')
  for (const column of [check.whole, ...check.parts]) {
    const c = db.quote(column)
    const [one, other] = (await twoValues(c, name, db)).map((row) => String(row.v))
    if (one === undefined || other === undefined) continue
    await db.query('start transaction')
    try {
      await db.query(`update ${name} set ${c} = ${mark(1)} where ${c} = ${mark(2)}`, [other, one])
      const [left] = await db.query(`select count(*) as n from ${name} where ${partsSql(check, db).differ}`)
      if (Number(left?.n) > 0) return `what is written to ${column} does not come to the other side`
    } catch (error) {
      if (!isDuplicate(error)) throw error // a unique column cannot be probed with a value that stands
    } finally {
      await db.query('rollback')
    }
  }
  return null
}

/** Changes a row, and looks for how it was; taken back. */
async function isForgotten(check: CheckOf<'history'>, db: Database): Promise<string | null> {
  const table = findTable(await db.schema(), check.table)
  const keys = table?.primaryKey?.columns ?? []
  const isKey = (name: string) =>
    [keys, ...(table?.uniques ?? []).map((u) => u.columns)].some((k) => k.includes(name))
  for (const { name, made } of table?.columns ?? []) {
    if (!table || made !== null || isKey(name) || table.foreignKeys.some((f) => f.columns.includes(name)))
      continue
    const c = db.quote(name)
    const rows = await twoValues(c, tableSql(db, table), db)
    if (rows.length < 2) continue
    const set = db.server.family === 'postgres' ? ['$1', '$2'] : ['?', '?']
    await db.query('start transaction')
    try {
      const values = [String(rows[1]?.v), String(rows[0]?.v)]
      await db.query(`update ${tableSql(db, table)} set ${c} = ${set[0]} where ${c} = ${set[1]}`, values)
      const [kept] = await db.query(
        `select count(*) as n from ${tableSql(db, check.to)} where ${c} = ${set[0]}`,
        values.slice(1),
      )
      return Number(kept?.n) > 0 ? null : 'a row that changed is not in it'
    } finally {
      await db.query('rollback')
    }
  }
  return null
}

/** Deletes a row, and brings it again: the table as it was has to follow; taken back. */
async function stays(check: CheckOf<'before'>, db: Database): Promise<string | null> {
  const table = findTable(await db.schema(), check.table)
  const keys = table?.primaryKey?.columns ?? []
  if (!table || keys.length === 0) return 'it has no key'
  const [name, key] = [tableSql(db, table), keys.map((k) => db.quote(k)).join(', ')]
  const apart = async () => {
    const [row] = await db.query(`select ${countApartSql(check.table, check.old, keys, db)} as n`)
    return Number(row?.n ?? 0) > 0
  }
  const one = `where (${key}) = (select ${key} from ${name} order by ${key} limit 1)`
  await db.query('start transaction')
  try {
    await db.query(`create temporary table martsmith_one on commit drop as select * from ${name} ${one}`)
    await db.query(`delete from ${name} ${one}`)
    if (await apart()) return `what is deleted stays in ${check.old.name}`
    const columns = table.columns
      .filter((c) => !c.made?.startsWith('generated always as ('))
      .map((c) => db.quote(c.name))
      .join(', ')
    await db.query(
      `insert into ${name} (${columns}) overriding system value select ${columns} from martsmith_one`,
    )
    return (await apart()) ? `what is inserted does not come to ${check.old.name}` : null
  } finally {
    await db.query('rollback')
  }
}

/** Gives a row such a value, and looks for it in the part; taken back. */
async function liesElsewhere(check: CheckOf<'part'>, db: Database): Promise<string | null> {
  if (check.value === null) return null
  const name = tableSql(db, check.table)
  const isPostgres = db.server.family === 'postgres'
  const part = isPostgres
    ? tableSql(db, { schema: check.table.schema, name: check.part })
    : `${name} partition (${db.quote(check.part)})`
  const column = db.quote(check.column)
  const value = textSql(check.value, db)
  const rows = async (from: string) => {
    const [row] = await db.query(`select count(*) as n from ${from} where ${column} = ${value}`)
    return Number(row?.n ?? 0)
  }
  const one = isPostgres
    ? `where (tableoid, ctid) = (select tableoid, ctid from ${name} limit 1)`
    : `order by ${column} limit 1`
  await db.query('start transaction')
  try {
    await db.query(`update ${name} set ${column} = ${value} ${one}`)
    const [all, within] = [await rows(name), await rows(part)]
    return all === within ? null : `a row of ${check.column} ${check.value} does not lie in it`
  } catch (error) {
    if (!isDuplicate(error)) throw error // two rows may not hold the same: it says nothing of the part
    return null
  } finally {
    await db.query('rollback')
  }
}

/** As text, which the server takes back for any type. */
function twoValues(column: string, from: string, { query, server }: Database): Promise<Row[]> {
  const as = server.family === 'postgres' ? '::text' : ''
  return query(`select distinct ${column}${as} as v from ${from} where ${column} is not null limit 2`)
}

function isDuplicate(error: unknown): boolean {
  return /duplicate/i.test(messageOf(error))
}

function valueSql(value: string, db: Database): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? value : textSql(value, db)
}

/** What is done by the view's name has to be done to the table; each try is taken back. */
async function doesNotReach({ table: on, view }: CheckOf<'bridge'>, db: Database): Promise<string | null> {
  const table = findTable(await db.schema(), on)
  if (!table) return 'there is no such table'
  const [name, by] = [tableSql(db, table), tableSql(db, view)]
  const own = table.columns.filter((c) => !c.made?.startsWith('generated always as ('))
  const columns = own.map((c) => db.quote(c.name)).join(', ')
  const [first] = own.map((c) => db.quote(c.name))
  for (const none of [
    `insert into ${by} (${columns}) select ${columns} from ${name} where 1 = 0`,
    `update ${by} set ${first} = ${first} where 1 = 0`,
    `delete from ${by} where 1 = 0`,
  ]) {
    const words = await db.refuses(none)
    if (words !== null) return `it is not written: ${words}`
  }
  return deletedByView(table, by, db)
}

/** Writes a value of another row to one of the two tables, and looks at both; then the other way round; then deletes. */
async function isNotPassedOn(check: CheckOf<'beside'>, db: Database): Promise<string | null> {
  const schema = await db.schema()
  const different = async () => {
    const [row] = await db.query(`select ${countDifferentSql(check, schema, db)} as n`)
    return Number(row?.n ?? 0) > 0
  }
  const tried = async (where: string, sql: string, values: unknown[]): Promise<string | null> => {
    await db.query('start transaction')
    try {
      await db.query(sql, values)
      return (await different()) ? `what is written to ${where} does not come to the other table` : null
    } catch (error) {
      if (isDuplicate(error)) return null // a unique column cannot be probed with a value that stands
      throw error
    } finally {
      await db.query('rollback')
    }
  }
  const mark = (n: number) => (db.server.family === 'postgres' ? `$${n}` : '?')
  for (const [at, which] of [
    [check.table, 'own'],
    [check.to, 'other'],
  ] as const) {
    const name = tableSql(db, at)
    for (const column of check.columns) {
      const c = db.quote(column[which])
      const rows = await twoValues(c, name, db)
      if (rows.length < 2) continue
      const why = await tried(at.name, `update ${name} set ${c} = ${mark(1)} where ${c} = ${mark(2)}`, [
        String(rows[1]?.v),
        String(rows[0]?.v),
      ])
      if (why !== null) return why
      break
    }
  }
  const key = db.quote(check.key.other)
  const [row] = await db.query(`select ${key} as v from ${tableSql(db, check.to)} limit 1`)
  return row
    ? tried(check.to.name, `delete from ${tableSql(db, check.to)} where ${key} = ${mark(1)}`, [String(row.v)])
    : null
}

/** A row that nobody refers to is deleted by the view, and has to be gone from the table. */
async function deletedByView(table: Table, by: string, db: Database): Promise<string | null> {
  const name = tableSql(db, table)
  const key = (table.primaryKey?.columns ?? []).map((c) => db.quote(c))
  if (key.length === 0) return null
  const { tables } = await db.schema()
  const free = tables.flatMap((t) =>
    t.foreignKeys
      .filter((f) => isSameTable(f.references, table))
      .map((f) => {
        const same = f.columns.map((c, i) => `r.${db.quote(c)} = t.${db.quote(f.refColumns[i] ?? '')}`)
        return `not exists (select 1 from ${tableSql(db, t)} r where ${same.join(' and ')})`
      }),
  )
  const where = free.length === 0 ? '' : ` where ${free.join(' and ')}`
  const [row] = await db.query(`select ${key.map((k) => `t.${k}`).join(', ')} from ${name} t${where} limit 1`)
  if (!row) return null
  const values = Object.values(row)
  const same = key
    .map((k, i) => `${k} = ${db.server.family === 'postgres' ? `$${i + 1}` : '?'}`)
    .join(' and ')
  const left = async () => {
    const [found] = await db.query(`select count(*) as n from ${name} where ${same}`, values)
    return Number(found?.n ?? 0)
  }
  await db.query('start transaction')
  try {
    await db.query(`delete from ${by} where ${same}`, values)
    return (await left()) === 0 ? null : 'a row that is deleted by it stays'
  } finally {
    await db.query('rollback')
  }
}
