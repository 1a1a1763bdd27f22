/** A query that is too slow: the index that serves it best, found by measuring on a copy that is grown. */
import { copyRows } from '../../../adapters/databases/scratch.ts'
import { type Database, isSameTable, type Table, tableSql } from '../../../adapters/databases/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { type Candidate, candidates } from '../lab/candidates.ts'
import { grow, tablesIn, withParents } from '../lab/grow.ts'
import {
  candidateWords,
  fastestFirst,
  type Measured,
  measure,
  planWords,
  type Trial,
  tryCandidates,
} from '../lab/measure.ts'
import { measureOtherwise, msOf, type Otherwise } from '../lab/otherwise.ts'
import { advice, rewrites } from '../lab/rewrites.ts'
import { type Known, knownWords, tryStatistics } from '../lab/statistics.ts'
import { design, type Operation, type World } from '../types.ts'
import { statisticsDesign } from './add-statistics.ts'
import { placeWords } from './columns.ts'
import { indexDesign } from './keys.ts'

const FORM =
  /^(?<before>[^'"]*?)(?<sql>\b(?:select|with\s+(?:recursive\s+)?[\w"`]+\s*(?:\([^)]*\)\s*)?as\s*\()\s*[\s\S]+?)(?:[,.;]?\s*(?:and\s+)?(?:it\s+)?(?:must|should|has to|needs to)\s+(?:be|run|take|answer|finish)\s*(?:in\s+)?(?:under|below|less than|within|in)\s+(?<n>\d+(?:\.\d+)?)\s*(?<unit>ms|milliseconds?|s|seconds?))?$/i
const MEANT = /\b(?:slow|slowly|speed up|optimi[sz]e|faster|tune|index for)\b/i
/** Below this an index has not helped: it would only cost. */
const WORTH = 2
const MOST_ROWS = 5000

type Lab = {
  before: Measured
  best: Trial | undefined
  /** What statistics of its columns would change. */
  known: Known | null
  sizes: Map<string, number>
  tried: Candidate[]
  sql: string
  otherwise: Otherwise | null
}

export const slowQuery: Operation<'slow-query'> = {
  op: 'slow-query',
  example:
    'This query is slow: select * from orders where customer_id = 7 order by placed_at desc, must be under 50 ms',
  read: (sentence) => {
    const { before = '', sql = '', n, unit = 'ms' } = FORM.exec(sentence)?.groups ?? {}
    if (!MEANT.test(before) || /;|--|\/\*|\b(?:insert|update|delete|drop|alter|create|into)\b/i.test(sql))
      return null
    const ms = n === undefined ? null : Number(n) * (/^s/i.test(unit) ? 1000 : 1)
    return { op: 'slow-query', sql: sql.trim(), ms }
  },
  design: async (ask, world) => {
    const { db, schema } = world
    const tables = tablesIn(ask.sql, schema)
    const around = withParents(tables, schema)
    if (!world.onCopy) throw needsCopy()
    const { before, best, known, sizes, tried, sql, otherwise } = await world.onCopy(
      async (copy): Promise<Lab> => {
        const filled = await withValues(db, ask.sql, world)
        const refused = await db.refuses(filled)
        if (refused !== null) throw notUnderstood(refused)
        await copyRows(db, copy, schema, tables, MOST_ROWS)
        const grown = await grow(copy, around)
        const tries = candidates(filled, tables)
        const first = await measure(copy, filled)
        const [top] = await tryCandidates(copy, filled, tries)
        return {
          before: first,
          best: top,
          sizes: grown,
          tried: tries,
          sql: filled,
          otherwise: await measureOtherwise(copy, filled, tables),
          // They stay, so they come last.
          known: await tryStatistics(copy, db, filled, tables, top),
        }
      },
    )
    const on = list([...sizes].map(([t, n]) => `${t} with ${count(n, 'row')}`))
    const way = bestWay(before, best, known)
    const written =
      otherwise && (way?.measured.ms ?? before.ms) >= msOf(otherwise) * WORTH
        ? await suggested(otherwise, ask.sql, tables, world)
        : null
    const told = [...(known ? [`${knownWords(known)} It took ${known.alone.ms} ms.`] : []), ...advice(sql)]
    if (!way) throw nothingHelps(before, best, tried, on, written, told)
    if (ask.ms !== null && way.measured.ms > ask.ms) throw notEnough(before, way, ask.ms, on, written)
    const because = [
      `Measured on a grown copy (${on}): ${before.ms} ms before (${planWords(before)}), ${way.measured.ms} ms with it (${planWords(way.measured)})${ask.ms === null ? '' : `; ${ask.ms} ms were asked for`}.`,
      ...(way.known ? [knownWords(way.known)] : []),
      ...(way.candidates.length > 0
        ? ['What is compared for equality comes first, then what is compared by range or sorted by.']
        : []),
    ]
    const designs = [
      ...(way.known?.sets ?? []).map(({ table, columns }) => statisticsDesign(table, columns, world)),
      ...way.candidates.map(({ table, columns }) =>
        indexDesign(table, columns, { schema: table.schema, name: table.name }, world, []),
      ),
    ]
    const others = tried.filter((c) => !way.candidates.includes(c)).slice(0, 4)
    return design({
      title: list(designs.map((d) => d.title)),
      tables: designs
        .flatMap((d) => d.tables)
        .filter((t, n, all) => all.findIndex((o) => isSameTable(o, t)) === n),
      changes: designs.flatMap((d) => d.changes),
      criteria: designs.flatMap((d) => d.criteria),
      because: [...because, ...new Set(designs.flatMap((d) => d.because))],
      alternatives: [
        ...(written ? [`${written.words} ${written.sql}`] : []),
        ...others.map((c) => `${candidateWords(c)}: slower there, or not used by the server.`),
        ...(known && !way.known
          ? [`${knownWords(known)} It took ${known.alone.ms} ms: no faster for it.`]
          : []),
        ...(designs[0]?.alternatives ?? []),
      ],
      later: [...designs.flatMap((d) => d.later), ...advice(sql)],
      query: { sql, ms: ask.ms },
    })
  },
}

/** What is to be made, and how long the query takes with it. */
type Way = { candidates: Candidate[]; known: Known | null; measured: Measured }

/** Statistics cost no write, an index does, and both cost more than one: the first that is as fast as the fastest. */
function bestWay(before: Measured, best: Trial | undefined, known: Known | null): Way | undefined {
  const ways: Way[] = [
    ...(known ? [{ candidates: [], known, measured: known.alone }] : []),
    ...(best ? [{ candidates: best.candidates, known: null, measured: best.measured }] : []),
    ...(best && known?.indexed ? [{ candidates: best.candidates, known, measured: known.indexed }] : []),
  ]
  return fastestFirst(ways.filter((w) => before.ms >= w.measured.ms * WORTH))[0]
}

/** Placeholders get a value that stands in the column they are compared with. */
async function withValues(db: Database, sql: string, { schema }: World): Promise<string> {
  const tables = tablesIn(sql, schema)
  let text = sql
  const holder = /["`]?(\w+)["`]?\s*(?:=|<=|>=|<|>)\s*(\$\d+|\?|:[a-z_]\w*|%s|%\(\w+\)s)/i
  for (let m = holder.exec(text); m; m = holder.exec(text)) {
    const table = tables.find((t) => t.columns.some((c) => c.name.toLowerCase() === m?.[1]?.toLowerCase()))
    const column = table?.columns.find((c) => c.name.toLowerCase() === m?.[1]?.toLowerCase())
    if (!table || !column) throw notUnderstood(`nothing is known of the value of ${m[2]}`)
    const [row] = await db.query(
      `select ${db.quote(column.name)} as v, count(*) as n from ${tableSql(db, table)} where ${db.quote(column.name)} is not null group by ${db.quote(column.name)} order by n desc limit 1`,
    )
    const value =
      row?.v instanceof Date ? row.v.toISOString().replace('T', ' ').slice(0, 19) : String(row?.v ?? '0')
    const literal = /^-?\d+(\.\d+)?$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`
    const at = m.index + m[0].lastIndexOf(m[2] ?? '')
    text = `${text.slice(0, at)}${literal}${text.slice(at + (m[2] ?? '').length)}`
  }
  return text
}

type Suggested = { words: string; sql: string; mend: string[] }

/** For whoever owns the application's code: it is told, and never written there. */
async function suggested(
  { rewrite, measured, best, rows }: Otherwise,
  said: string,
  tables: Table[],
  world: World,
): Promise<Suggested> {
  const sql = rewrites(said, tables).find((r) => r.why === rewrite.why)?.sql ?? rewrite.sql
  const all = await Promise.all(tables.map(async (t) => (await world.statements?.(t.name)) ?? []))
  const places = new Set(
    all
      .flat()
      .filter((q) => squeezed(q.sql) === squeezed(said))
      .map(placeWords),
  )
  const isIndexed = best !== undefined && measured.ms >= best.measured.ms * WORTH
  const ms = isIndexed ? best.measured.ms : measured.ms
  return {
    words: `Written otherwise it takes ${ms} ms${isIndexed ? ` with an index on ${list(best.candidates.map(candidateWords))}` : ''}, and gives the same ${count(rows, 'row')} on that copy: ${rewrite.why}.`,
    sql,
    mend: [
      `Let the application say it so${places.size > 0 ? `: ${list([...places])}` : ''}.`,
      ...(isIndexed ? [`Then: martsmith db ${JSON.stringify(`This query is slow: ${sql}`)}`] : []),
    ],
  }
}

function squeezed(sql: string): string {
  return sql
    .replace(/[\s;]+/g, ' ')
    .trim()
    .toLowerCase()
}

function needsCopy(): MartsmithError {
  return new MartsmithError({
    code: 'database.needs-copy',
    message:
      'A query is measured on a scratch copy, and nobody has said that DATABASE_URL is a development database.',
    mend: ['Say it once: --as development'],
  })
}

function notUnderstood(words: string): MartsmithError {
  return new MartsmithError({
    code: 'database.query',
    message: `The database does not understand the query: ${words}`,
    mend: ['Try the query in a client first; values may stand in it as they are.'],
  })
}

function nothingHelps(
  before: Measured,
  best: Trial | undefined,
  tried: Candidate[],
  on: string,
  written: Suggested | null,
  told: string[],
): MartsmithError {
  return new MartsmithError({
    code: 'database.no-index',
    message: `No index makes this query much faster: ${before.ms} ms without${best ? `, ${best.measured.ms} ms with the best` : ', and the server uses none of those that were tried'}.`,
    details: [
      `Measured on a grown copy: ${on}.`,
      `Tried: ${list(tried.map(candidateWords)) || 'nothing: the query compares and sorts by no column that has no index'}.`,
      ...(written ? [written.words, written.sql] : []),
      ...told,
      ...before.plan.slice(0, 12),
    ],
    mend: written?.mend ?? ['Let the query read less: a narrower condition, fewer columns, a limit.'],
    exitCode: 1,
  })
}

function notEnough(
  before: Measured,
  way: Way,
  ms: number,
  on: string,
  written: Suggested | null,
): MartsmithError {
  return new MartsmithError({
    code: 'database.too-slow',
    message: `The best that was found, ${list([...(way.known?.sets ?? []).map((s) => `statistics of ${candidateWords(s)}`), ...way.candidates.map(candidateWords)])}, takes the query from ${before.ms} ms to ${way.measured.ms} ms: more than the ${ms} ms that were asked for.`,
    details: [
      `Measured on a grown copy: ${on}.`,
      ...(written ? [written.words, written.sql] : []),
      ...way.measured.plan.slice(0, 12),
    ],
    mend: written?.mend ?? ['Allow more time, or let the query read less.'],
    exitCode: 1,
  })
}
