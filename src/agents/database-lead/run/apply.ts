/** Runs reviewed migrations on one database: one runner at a time, up to the first failure, and with the state told. */
import { invalidOfParts } from '../../../adapters/databases/postgres/partitions.ts'
import type { Database, Holder, Schema } from '../../../adapters/databases/types.ts'
import {
  addVersion,
  appliedVersions,
  dbmateUp,
  hasBooks,
  LOCK_SECONDS,
} from '../../../adapters/migrations/dbmate.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { failpoint } from '../../../core/failpoint.ts'
import { count, list } from '../../../core/text.ts'
import { factsOf } from '../analysis/analyse.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { unmet, unmetInRows } from '../criteria.ts'
import type { ReviewedWork } from '../review/step.ts'

export type Runner = Omit<Parameters<typeof dbmateUp>[0], 'url'>
export type Applied = { lines: string[] }

/** @throws MartsmithError `database.busy`, `database.changed`, `database.migration` */
export async function applyTo(
  db: Database,
  url: string,
  where: string,
  { analysis, reviewed, runner }: { analysis: Analysis; reviewed: ReviewedWork; runner: Runner },
): Promise<Applied> {
  const lock = `martsmith migrations ${db.name}`
  if (!(await db.tryLock(lock)))
    throw new MartsmithError({
      code: 'database.busy',
      message: `${where}: another run of martsmith is migrating this database.`,
      mend: ['Run the same again when it has ended.'],
      exitCode: 1,
    })
  const lines: string[] = []
  const booked = await appliedVersions(db)
  if (reviewed.versions.some((v) => !booked.includes(v))) {
    lines.push(...(await dropLeftovers(db, reviewed)))
    booked.push(...(await assertAsReviewed(db, where, analysis, reviewed, booked, lines)))
  }
  const open = reviewed.versions.filter((v) => !booked.includes(v))
  if (open.length === 0) {
    if (lines.length === 0) lines.push('All of it had been run before the interruption.')
    return { lines: [...lines, ...(await verified(db, analysis, reviewed))] }
  }
  failpoint('db:run')
  const ran = await dbmateUp({ ...runner, url })
  failpoint('db:ran')
  const after = await appliedVersions(db)
  const missing = reviewed.versions.filter((v) => !after.includes(v))
  if (missing.length > 0 || !ran.ok) throw await failure(db, where, analysis, reviewed, after, ran.said)
  lines.push(`${count(open.length, 'migration')} run by dbmate.`)
  lines.push(...(await verified(db, analysis, reviewed)))
  return { lines }
}

/** The live schema is what was reviewed, and every criterion holds on it. @throws MartsmithError `database.unverified` */
export async function verified(
  db: Database,
  { design }: Analysis,
  reviewed: ReviewedWork,
): Promise<string[]> {
  const schema = await db.schema()
  const broken: string[] = []
  for (const c of design.criteria) {
    const why = unmet(c, schema) ?? (await unmetInRows(c, schema, db))
    if (why) broken.push(`${c.words} ${why}.`)
  }
  const wanted = reviewed.after.at(-1) ?? []
  const other = apart(wanted, factsOf(schema, design))
  if (broken.length === 0 && other.length === 0)
    return [
      `${count(design.criteria.length, 'acceptance criterion holds', 'acceptance criteria hold')} on the live schema, which is the one that was reviewed.`,
    ]
  throw new MartsmithError({
    code: 'database.unverified',
    message: 'The migrations ran, and the schema is not what was reviewed.',
    details: [...broken, ...other],
    exitCode: 1,
  })
}

/** Somebody may have changed the tables since; and a run that broke off may have done more than its books say, which is then added. */
async function assertAsReviewed(
  db: Database,
  where: string,
  analysis: Analysis,
  reviewed: ReviewedWork,
  applied: string[],
  lines: string[],
): Promise<string[]> {
  const now = factsOf(await db.schema(), analysis.design)
  const done = reviewed.versions.filter((v) => applied.includes(v)).length
  const expected = done === 0 ? analysis.facts : (reviewed.after[done - 1] ?? [])
  if (apart(expected, now).length === 0) return []
  const reached = reviewed.after.findIndex((facts, i) => i >= done && apart(facts, now).length === 0)
  // What runs outside of a transaction is done before its line in the books is.
  const late = reviewed.versions.slice(done, reached + 1)
  const isAlone = reviewed.migrations.slice(done, reached + 1).every((m) => !m.transaction)
  if (reached >= 0 && isAlone && (await hasBooks(db))) {
    for (const version of late) await addVersion(db, version)
    lines.push(`${list(late)} had run when the run broke off, and was not in dbmate's books: it is now.`)
    return late
  }
  throw new MartsmithError({
    code: 'database.changed',
    message: `${where}: the tables are not as they were when this was reviewed. Nothing was run.`,
    details: apart(expected, now).slice(0, 8),
    mend: ['Ask for the change again: it is then designed and reviewed on what is there now.'],
    exitCode: 1,
  })
}

/** That of a partitioned table is invalid until each of its parts has one: only those of the parts may be left over. */
async function invalidIn(
  schema: Schema,
  db: Database,
  reviewed: ReviewedWork,
): Promise<{ schema: string; name: string }[]> {
  const text = reviewed.migrations.flatMap((m) => m.up).join('\n')
  const own = schema.tables.flatMap((t) =>
    t.partitions ? [] : t.indexes.filter((i) => !i.valid).map((i) => ({ schema: t.schema, name: i.name })),
  )
  const parts = schema.tables.some((t) => t.partitions) ? await invalidOfParts(db) : []
  return [...own, ...parts].filter((i) => text.includes(db.quote(i.name)))
}

/** What a broken CREATE INDEX CONCURRENTLY left: it keeps the name, costs every write, and helps nobody. */
async function dropLeftovers(db: Database, reviewed: ReviewedWork): Promise<string[]> {
  const invalid = await invalidIn(await db.schema(), db, reviewed)
  const lines: string[] = []
  // The session that broke off may still be at it.
  if (invalid.length > 0) await db.query(`set lock_timeout = '${LOCK_SECONDS}s'`)
  for (const i of invalid) {
    await db.query(`drop index concurrently if exists ${db.quote(i.schema)}.${db.quote(i.name)}`)
    lines.push(`${i.name} was left invalid by an earlier try, and was dropped.`)
  }
  return lines
}

async function failure(
  db: Database,
  where: string,
  analysis: Analysis,
  reviewed: ReviewedWork,
  applied: string[],
  said: string[],
): Promise<MartsmithError> {
  const done = reviewed.versions.filter((v) => applied.includes(v))
  const open = reviewed.versions.filter((v) => !applied.includes(v))
  const invalid = (await invalidIn(await db.schema(), db, reviewed)).map((i) => i.name)
  const holders = (await Promise.all(analysis.design.tables.map((t) => db.holders(t)))).flat()
  const isLock = said.some((l) => /lock ?(?:wait )?timeout|lock_timeout|55P03|1205/i.test(l))
  return new MartsmithError({
    code: 'database.migration',
    message: isLock
      ? `${where}: the migration gave up after waiting 5 s for a lock. Nothing of that step was done.`
      : `${where}: a migration failed, and the run stopped there.`,
    details: [
      ...said.filter((l) => l.trim() !== '').slice(-4),
      ...(isLock ? holders.slice(0, 4).map(holderWords) : []),
      `Run: ${list(done) || 'none'}. Not run: ${list(open)}.`,
      invalid.length > 0
        ? `${list(invalid)} was left invalid: it serves no query, and is dropped before the next try.`
        : db.capabilities.transactionalDdl
          ? 'What failed left nothing behind: each migration is one transaction, or one statement.'
          : 'Each migration is one statement: the one that failed did nothing, those before it are done.',
    ],
    mend: [
      ...(isLock && holders.length > 0 ? ['Wait for those sessions, or end them.'] : []),
      ...(done.length > 0 ? [`dbmate down   takes back what was run, ${count(done.length, 'time')}`] : []),
    ],
    exitCode: 1,
  })
}

function holderWords({ session, user, doing, since }: Holder): string {
  return `${session} (${user}), since ${since}: ${doing}`
}

/** Facts that only one side has. */
export function apart(one: string[], other: string[]): string[] {
  return [
    ...one.filter((f) => !other.includes(f)).map((f) => `reviewed: ${f}`),
    ...other.filter((f) => !one.includes(f)).map((f) => `there: ${f}`),
  ]
}
