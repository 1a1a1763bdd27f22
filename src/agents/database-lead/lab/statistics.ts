/** Whether the server misjudges how many rows a query gives, and whether statistics of its columns mend that: tried on a copy. */
import { type Database, type Estimate, type Table, tableSql } from '../../../adapters/databases/types.ts'
import { count, list } from '../../../core/text.ts'
import { createStatisticsSql, textSql } from '../order/sql.ts'
import { aliasesIn, type Candidate, usesIn } from './candidates.ts'
import { candidateWords, type Measured, measure, type Trial, withIndexes } from './measure.ts'

/** What statistics of these columns change in a query. */
export type Known = {
  sets: Candidate[]
  /** Where the server is furthest off, without them and with them. */
  before: Estimate
  after: Estimate
  alone: Measured
  /** With the index that serves the query best. */
  indexed: Measured | null
}

/** Plans are chosen by orders of magnitude. */
const FAR = 10
/** What is not at least so much nearer was not mended. */
const NEARER = 2
/** Postgres takes no more. */
const MOST_COLUMNS = 8

/**
 * null where the server judges rightly, or does not say, or they would change nothing. They stay on the copy.
 * @param live where it is seen what the server knows already
 */
export async function tryStatistics(
  db: Database,
  live: Database,
  sql: string,
  tables: Table[],
  best: Trial | undefined,
): Promise<Known | null> {
  const sets = await unknownOf(columnSets(sql, tables, db), live)
  if (sets.length === 0) return null
  const before = furthest(await db.estimates(sql), sql, sets)
  if (!before || farOff(before) < FAR) return null
  for (const [n, set] of sets.entries()) await collect(db, set, n)
  const same = (await db.estimates(sql)).filter((e) => e.of === before.of)
  const after = furthest(same, sql, sets) ?? before
  if (farOff(after) * NEARER > farOff(before)) return null
  return {
    sets,
    before,
    after,
    alone: await measure(db, sql),
    indexed: best ? (await withIndexes(db, sql, best.candidates)).measured : null,
  }
}

/** Columns of a table that are filtered or grouped together, and of which the server does not know that yet. */
export function columnSets(
  sql: string,
  tables: Table[],
  { capabilities }: Pick<Database, 'capabilities'>,
): Candidate[] {
  const isTogether = capabilities.statistics === 'objects'
  return [...usesIn(sql, tables)].flatMap(([table, { equal, range, grouped }]) => {
    const each = [[...new Set([...equal, ...range])], grouped].map((c) => c.slice(0, MOST_COLUMNS).sort())
    const isKnown = (c: string[]) =>
      (table.statistics ?? []).some((s) => [...s.columns].sort().join() === c.join())
    return each
      .filter(
        (c, i) => c.length >= (isTogether ? 2 : 1) && each.findIndex((o) => o.join() === c.join()) === i,
      )
      .filter((c) => !isKnown(c))
      .map((columns) => ({ table, columns }))
  })
}

/** Where they are no objects of the schema: those of which the server keeps none, as far as the user may see that. */
async function unknownOf(sets: Candidate[], live: Database): Promise<Candidate[]> {
  if (live.capabilities.statistics === 'objects') return sets
  const found: Candidate[] = []
  for (const set of sets) {
    const judged = await live.judged(set.table).catch(() => set.columns)
    if (!set.columns.every((c) => judged.includes(c))) found.push(set)
  }
  return found
}

/** Of the tables concerned, and of groups. */
function furthest(all: Estimate[], sql: string, sets: Candidate[]): Estimate | undefined {
  const tables = sets.map((s) => s.table)
  const aliases = aliasesIn(sql, tables)
  const mine = all.filter(({ of }) => of === null || aliases.has(of.toLowerCase()))
  return mine.sort((a, b) => farOff(b) - farOff(a))[0]
}

/** How many times more, or less. */
export function farOff({ expected, found }: Estimate): number {
  const [a, b] = [Math.max(1, expected), Math.max(1, found)]
  return Math.max(a / b, b / a)
}

async function collect(db: Database, { table, columns }: Candidate, n: number): Promise<void> {
  for (const statement of createStatisticsSql({ table, key: { name: `martsmith_try_${n}_`, columns } }, db))
    await db.query(statement)
}

export function knownWords({ sets, before, after }: Known): string {
  return `Statistics of ${list(sets.map(candidateWords))}: the server expected ${rows(before.expected)} where ${count(Math.round(before.found), 'row')} are, and expects ${rows(after.expected)} with them.`
}

const rows = (n: number) => Math.max(1, Math.round(n)).toLocaleString('en')

/** What the server expects of the values that stand most often, and of how many there are: before and after. */
export async function judgedOn(db: Database, table: Table, columns: string[]): Promise<string[]> {
  const name = tableSql(db, table)
  const isTogether = db.capabilities.statistics === 'objects'
  await db.query(isTogether ? `analyze ${name}` : `analyze table ${name}`)
  const looks: { what: string; sql: string; isOfTable: boolean }[] = []
  for (const set of isTogether ? [columns] : columns.map((c) => [c])) {
    const where = await mostOften(db, name, set)
    if (where === null) return ['No row holds a value in all of them yet: there is nothing to measure.']
    const own = set.map((c) => db.quote(c)).join(', ')
    const what = `the most frequent ${set.length > 1 ? `values of ${list(set)} together` : `value of ${set[0]}`}`
    looks.push({ what, sql: `select * from ${name} where ${where}`, isOfTable: true })
    const groups = `select ${own} from ${name} group by ${own}`
    if (isTogether) looks.push({ what: `groups of ${list(set)}`, sql: groups, isOfTable: false })
  }
  const judge = async () => {
    const found: (Estimate | undefined)[] = []
    for (const { sql, isOfTable } of looks)
      found.push((await db.estimates(sql)).find((e) => (e.of !== null) === isOfTable))
    return found
  }
  const before = await judge()
  await collect(db, { table, columns }, 0)
  const after = await judge()
  return looks.flatMap(({ what }, i) => {
    const [was, is] = [before[i], after[i]]
    if (!was || !is) return []
    const nothing = farOff(is) * ALIKE > farOff(was) ? ': they change nothing there' : ''
    return [
      `On a copy of rows, for ${what} the server expected ${rows(was.expected)}, expects ${rows(is.expected)} with them, and there are ${rows(is.found)}${nothing}.`,
    ]
  })
}

/** Estimates are rounded. */
const ALIKE = 1.1

/** The rows with the values that come most often; null where none has all of them. */
async function mostOften(db: Database, name: string, columns: string[]): Promise<string | null> {
  const own = columns.map((c) => db.quote(c))
  const cast = db.server.family === 'postgres' ? '::text' : ''
  const [most] = await db.query(
    `select ${own.map((c, i) => `${c}${cast} as v${i}`).join(', ')} from ${name} where ${own.map((c) => `${c} is not null`).join(' and ')} group by ${own.join(', ')} order by count(*) desc limit 1`,
  )
  return most ? own.map((c, i) => `${c} = ${textSql(String(most[`v${i}`]), db)}`).join(' and ') : null
}
