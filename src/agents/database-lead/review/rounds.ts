/** The review's rounds: what is objected to goes back to the specialist with the reason, at most three times. */
import { type Copied, copyRows, withScratch } from '../../../adapters/databases/scratch.ts'
import {
  type Database,
  isSameTable,
  type Schema,
  type TableName,
  tableWords,
} from '../../../adapters/databases/types.ts'
import type { FoundQuery } from '../analysis/code.ts'
import { nameAfter } from '../order/after.ts'
import type { Objection, Specialist, WrittenMigration } from '../order/order.ts'
import { namesColumn } from '../order/sql.ts'
import type { Design } from '../types.ts'
import { viewsMadeAnew } from './rows.ts'
import { objectionsToText } from './rules.ts'
import { type Trial, tryMigrations } from './trial.ts'

export const MOST_ROUNDS = 3

export type Round = { migrations: WrittenMigration[]; objections: Objection[] }
export type Reviewed = { rounds: Round[]; passed: WrittenMigration[] | null; trial: Trial | null }

export type ReviewOrder = {
  design: Design
  schema: Schema
  queries: FoundQuery[]
  /** What the specialist has written already. */
  first: WrittenMigration[]
  scratchName: string
}

export async function review(
  live: Database,
  scratchHost: Database,
  specialist: Specialist,
  { design, schema, queries, first, scratchName }: ReviewOrder,
  mostRounds = MOST_ROUNDS,
): Promise<Reviewed> {
  const rounds: Round[] = []
  let migrations = first
  for (let i = 0; ; i += 1) {
    const parted = schema.tables.flatMap((t) => (t.partitions ? [tableWords(t)] : []))
    const text = await objectionsToText(migrations, design.changes, live, parted)
    const trial =
      text.some((o) => isDangerous(o.rule)) || migrations.length === 0
        ? null
        : await onCopy(live, scratchHost, `${scratchName}_${i}`, async (copy) => {
            await copyRows(live, copy.db, schema, [...tablesToCopy(design), ...tablesOfViews(design, schema)])
            return tryMigrations(copy, design, migrations, queries)
          })
    const objections = [
      ...text,
      ...(trial?.objections ?? []),
      ...(migrations.length === 0 ? [{ rule: 'EMPTY', file: null, message: 'there is no migration.' }] : []),
    ]
    rounds.push({ migrations, objections })
    if (objections.length === 0) return { rounds, passed: migrations, trial }
    if (rounds.length === mostRounds) return { rounds, passed: null, trial }
    migrations = await onCopy(live, scratchHost, `${scratchName}_${i}w`, ({ db }) =>
      specialist.write(design.changes, { schema, db, isScratch: true }, objections),
    )
  }
}

/** The tables by their names once the changes are made, or before; what stands in two of them is copied from both. */
export function tablesToCopy({ tables, changes }: Design, now: 'before' | 'after' = 'before'): Copied[] {
  const beside = changes.flatMap((c) => (c.kind === 'prove-beside' ? [c] : []))
  const all = [...tables, ...(now === 'after' ? beside.map((b) => b.to) : [])].filter(
    (t, i, each) => each.findIndex((o) => isSameTable(o, t)) === i,
  )
  return all.map((t) => {
    const pair = beside.find((b) => isSameTable(b.to, t))
    return { ...(now === 'after' ? nameAfter(t, changes) : t), ...(pair ? { by: pair.key.other } : {}) }
  })
}

/** What the views read that are made anew: without it they would give no rows to compare. */
function tablesOfViews({ changes, tables }: Design, schema: Schema): TableName[] {
  const views = changes
    .flatMap(viewsMadeAnew)
    .flatMap((name) => schema.views.filter((v) => isSameTable(v, name)))
  return schema.tables.filter(
    (t) => !tables.some((o) => isSameTable(o, t)) && views.some((v) => namesColumn(v.definition, t.name)),
  )
}

/** What reaches beyond the database at hand is not even tried on a copy: it is on the same server. */
function isDangerous(rule: string): boolean {
  return rule.startsWith('SEC') || rule === 'PG12'
}

/** The copy is made where copies may be made, which need not be the server that is copied. */
export function onCopy<T>(
  live: Database,
  scratchHost: Database,
  name: string,
  work: Parameters<typeof withScratch<T>>[2],
): Promise<T> {
  return withScratch({ ...scratchHost, ddl: () => live.ddl() }, name, work)
}
