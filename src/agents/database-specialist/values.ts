/** The values that a column may have, on Postgres: labels of a type, or the list of a check. */
import type { ChangeOf } from '../database-lead/order/change.ts'
import { type Bench, standingTable } from '../database-lead/order/order.ts'
import { inListSql, tableNameSql, textSql, typeIn } from '../database-lead/order/sql.ts'
import { brief, type Draft, type Form, onTable, validated } from './draft.ts'

type Change = ChangeOf<'set-values'>

export const setValues: Form<'set-values'> = (change, bench) => {
  if (change.by === 'check') return newList(change, bench)
  const words = `values of ${change.column} in ${change.table.name}`
  if (change.renames.length > 0) {
    const rename = (from: string, to: string) =>
      `ALTER TYPE ${change.name} RENAME VALUE ${textSql(from, bench.db)} TO ${textSql(to, bench.db)}`
    const back = [...change.renames].reverse()
    return [
      brief(
        `rename ${words}`,
        change.renames.map((r) => rename(r.from, r.to)),
        back.map((r) => rename(r.to, r.from)),
        'a label of the type changes in the catalogue: no table is locked or read',
      ),
    ]
  }
  const added = change.values.filter((v) => !change.before.includes(v))
  const isMore = change.before.every((v) => change.values.includes(v))
  return [
    brief(
      `${isMore ? 'add' : 'take'} ${words}`,
      isMore ? added.map((v) => addLabel(v, change, bench)) : typeAnew(change, change.values, bench),
      typeAnew(change, change.before, bench),
      isMore
        ? 'a label more in the catalogue: no table is locked or read'
        : 'ACCESS EXCLUSIVE on each table of the type while it is written anew: nobody reads or writes it',
      isMore ? '1min' : '30min',
    ),
  ]
}

/** At its place in the order of the type. */
function addLabel(value: string, { name, values }: Change, { db }: Bench): string {
  const before = values[values.indexOf(value) - 1]
  const next = values[values.indexOf(value) + 1]
  const at =
    before !== undefined
      ? ` AFTER ${textSql(before, db)}`
      : next !== undefined
        ? ` BEFORE ${textSql(next, db)}`
        : ''
  return `ALTER TYPE ${name} ADD VALUE ${textSql(value, db)}${at}`
}

/** No label can be taken from a type: a new one takes its name, and every column of it is moved over. */
function typeAnew({ name, table: on }: Change, labels: string[], bench: Bench): string[] {
  const { db, schema } = bench
  const old = db.quote(`${name.replaceAll('"', '').split('.').at(-1)}_before`)
  const oldType = /\./.test(name) ? `${name.slice(0, name.lastIndexOf('.'))}.${old}` : old
  const columns = schema.tables.flatMap((t) =>
    t.columns.filter((c) => c.type === name || c.type === `${name}[]`).map((c) => ({ t, c })),
  )
  if (columns.length === 0) throw new Error(`no column of ${name} in ${on.name}`)
  return [
    `ALTER TYPE ${name} RENAME TO ${old}`,
    `CREATE TYPE ${name} AS ENUM (${labels.map((v) => textSql(v, db)).join(', ')})`,
    ...columns.flatMap(({ t, c }) => {
      const alter = `ALTER TABLE ${tableNameSql(t, db)} ALTER COLUMN ${db.quote(c.name)}`
      const isList = c.type.endsWith('[]')
      return [
        ...(c.default === null ? [] : [`${alter} DROP DEFAULT`]),
        `${alter} TYPE ${c.type} USING ${db.quote(c.name)}::text${isList ? '[]' : ''}::${c.type}`,
        ...(c.default === null ? [] : [`${alter} SET DEFAULT ${c.default}`]),
      ]
    }),
    `DROP TYPE ${oldType}`,
  ]
}

/** The new check beside the old one, validated, then in its place under its name. */
function newList(change: Change, bench: Bench): Draft[] {
  const { quote } = bench.db
  const at = onTable(change, bench)
  const name = quote(change.name)
  const draft = `${change.name.slice(-59)}_new`
  const words = `values of ${change.column} in ${change.table.name}`
  const old = standingTable(change, bench).checks.find((c) => c.name === change.name)?.clause ?? ''
  return [
    brief(
      `list ${words}`,
      [
        `${at} ADD CONSTRAINT ${quote(draft)} CHECK (${inListSql(change.column, change.values, bench.db, typeIn(standingTable(change, bench), change.column))}) NOT VALID`,
      ],
      [`${at} DROP CONSTRAINT ${quote(draft)}`],
    ),
    validated(words, draft, change, bench),
    brief(
      `put ${words} in place`,
      [`${at} DROP CONSTRAINT ${name}`, `${at} RENAME CONSTRAINT ${quote(draft)} TO ${name}`],
      [`${at} RENAME CONSTRAINT ${name} TO ${quote(draft)}`, `${at} ADD CONSTRAINT ${name} ${old}`],
    ),
  ]
}
