/** The action `analyse`: the live schema, the migrations and the code; drift is told before anything else. */
import { rowsIn } from '../../../adapters/databases/rows.ts'
import { tableFacts, viewFact } from '../../../adapters/databases/same-schema.ts'
import {
  type Database,
  findTable,
  isSameTable,
  type Schema,
  type TableName,
  tableWords,
} from '../../../adapters/databases/types.ts'
import { driftOf, readBooks } from '../../../adapters/migrations/books.ts'
import { DEFAULT_FOLDER, findMigrations } from '../../../adapters/migrations/detect.ts'
import { FORMS } from '../../../adapters/migrations/forms.ts'
import type { Migrations } from '../../../adapters/migrations/types.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { type Outcome, outcome } from '../../../core/outcome.ts'
import { count, list } from '../../../core/text.ts'
import type { ActionContext } from '../../types.ts'
import { databasesOf, openPlace, type Role } from '../databases.ts'
import { designFor } from '../operations/index.ts'
import { namesIn } from '../order/change.ts'
import { STAND_INS } from '../order/views.ts'
import type { Ask } from '../requests/ask.ts'
import { onCopy } from '../review/rounds.ts'
import { clearScratch, scratchName } from '../scratch-names.ts'
import type { World } from '../types.ts'
import type { Analysis } from './analysis.ts'
import { findBuilders, findQueries } from './code.ts'
import { findDownstream } from './downstream.ts'
import { circlesAt, signsOf } from './health.ts'
import { findModels, modelDrift, tableOf } from './models/find.ts'

/** A model that is of another version differs everywhere. */
const MOST_DRIFT = 8

type Input = { ask: Ask; as: Role | null }

export async function analyse(
  ctx: ActionContext,
  { ask, as }: Input,
): Promise<Outcome<{ analysis: Analysis }>> {
  const { development, mayWrite, scratch } = databasesOf(ctx.config, ctx.env, as)
  const db = await openPlace(development)
  const host = scratch === null ? null : scratch === development ? db : await openPlace(scratch)
  try {
    const migrations = await migrationsOf(ctx.project.root)
    const schema = await db.schema()
    const books = await assertNoDrift(db, schema, migrations)
    const choose = async (id: string, text: string, choices: { id: string; label: string }[]) =>
      (await ctx.ask({ kind: 'question', id, text, shown: [], choices })).choice
    const design = await designFor(ask, {
      db,
      schema,
      choose,
      onCopy: host && copies(ctx, db, host),
      statements: (table) => findQueries(ctx.project.root, [table], [migrations.folder]),
      readers: (table) => readersOf(ctx.project.root, table, schema, [migrations.folder]),
    })
    const analysis = await around(ctx, db, schema, migrations, design)
    return outcome('success', summaryOf(analysis, schema), {
      details: [
        ...detailsOf(analysis, schema, books),
        ...(mayWrite
          ? []
          : ['This database is only read: nobody has said that it is a development database.']),
      ],
      output: { analysis },
    })
  } finally {
    if (host && host !== db) await host.close()
    await db.close()
  }
}

async function sizesOf(db: Database, schema: Schema, names: TableName[]): Promise<Analysis['sizes']> {
  const tables = names.flatMap((n) => findTable(schema, n) ?? [])
  const sizes: Analysis['sizes'] = []
  for (const t of tables) sizes.push({ table: tableWords(t), rows: await rowsIn(db, t), bytes: t.bytes })
  return sizes
}

function copies({ project, runId }: ActionContext, db: Database, host: Database): World['onCopy'] {
  return async (work) => {
    await clearScratch(host, project.root)
    return onCopy(db, host, scratchName(project.root, `${runId}_lab`), (copy) => work(copy.db))
  }
}

/** What declares, builds on or loads a table by its name. */
async function readersOf(
  root: string,
  table: TableName,
  schema: Schema,
  skip: string[],
): Promise<Analysis['readers']> {
  const models = (await findModels(root, skip)).filter((m) => {
    const is = tableOf(m, schema)
    return is ? isSameTable(is, table) : m.table === table.name
  })
  return [
    ...models.map((m) => ({ file: m.file, line: m.line, what: `${m.kind} ${m.name}` })),
    ...(await findBuilders(root, table.name, skip)),
    ...(await findDownstream(root, [table.name], [], skip)),
  ]
}

async function around(
  { project }: ActionContext,
  db: Database,
  schema: Schema,
  migrations: Migrations,
  design: Analysis['design'],
): Promise<Analysis> {
  const names = design.tables.map((t) => t.name)
  const skip = [migrations.folder]
  const models = (await findModels(project.root, skip)).map((m) => ({ m, table: tableOf(m, schema) }))
  const isConcerned = (t: TableName | null) => t !== null && design.tables.some((d) => isSameTable(d, t))
  const own = models.filter(({ table }) => isConcerned(table))
  const others = models.flatMap(({ m, table }) =>
    table && !isConcerned(table) ? [modelDrift(m, table)].filter((d) => d.length > 0) : [],
  )
  const builders = (await Promise.all(names.map((n) => findBuilders(project.root, n, skip)))).flat()
  const mentions = (sql: string, t: TableName) => new RegExp(`\\b${t.name.replace(/\W/g, '.')}\\b`).test(sql)
  return {
    design,
    database: db.shown,
    server: db.server.words,
    family: db.server.family,
    migrations,
    queries: names.length === 0 ? [] : await findQueries(project.root, names, skip),
    readers: [
      ...own.map(({ m }) => ({ file: m.file, line: m.line, what: `${m.kind} ${m.name}` })),
      ...builders,
    ],
    downstream: await findDownstream(
      project.root,
      names,
      design.gone.flatMap((g) => g.column ?? []),
      skip,
    ),
    drift: [
      ...own.flatMap(({ m, table }) => (table ? modelDrift(m, table) : [])),
      ...models.flatMap(({ m, table }) =>
        table === null && m.isNamed ? [`${m.kind} ${m.name} is of ${m.table}, which is not there`] : [],
      ),
      ...(others.length > 0
        ? [
            `${count(others.length, 'other model')} and their tables differ in ${count(others.flat().length, 'column')}`,
          ]
        : []),
    ],
    circles: circlesAt(schema, design.tables),
    signs: await signsOf(db, schema, design.tables),
    views: schema.views
      .filter((v) => design.tables.some((t) => mentions(v.definition, t)))
      .map(({ schema: s, name }) => ({ schema: s, name })),
    sizes: await sizesOf(db, schema, design.tables),
    facts: factsOf(schema, design),
  }
}

/** What is so of the tables that a design changes or makes. */
export function factsOf(
  schema: Schema,
  { tables, changes }: Pick<Analysis['design'], 'tables' | 'changes'>,
): string[] {
  const names = [...tables, ...changes.flatMap(namesIn)].map(tableWords)
  const standIns: readonly string[] = STAND_INS
  const isConcerned = (t: TableName) => names.includes(tableWords(t))
  return [
    ...schema.tables.filter(isConcerned).flatMap(tableFacts),
    ...schema.views.filter((v) => isConcerned(v) || standIns.includes(v.name)).map(viewFact),
  ].sort()
}

/** @throws MartsmithError `migrations.several`, `migrations.unwritten` */
async function migrationsOf(root: string): Promise<Migrations> {
  const found = await findMigrations(root)
  const [only] = found
  if (!only) return { tool: 'dbmate', folder: DEFAULT_FOLDER, standing: [] }
  if (found.length > 1)
    throw new MartsmithError({
      code: 'migrations.several',
      message: `There are migrations in ${count(found.length, 'folder')}: ${list(found.map((f) => `${f.folder} (${FORMS[f.tool].title})`))}.`,
      mend: ['Run martsmith in the part of the repository that is meant, by --project-dir.'],
    })
  if (FORMS[only.tool].write) return only
  throw new MartsmithError({
    code: 'migrations.unwritten',
    message: `${only.folder} holds migrations of ${FORMS[only.tool].title}, which are made from its models: martsmith does not write them.`,
    mend: [
      `Change the model, let ${FORMS[only.tool].title} make the migration, and run: ${FORMS[only.tool].command}`,
    ],
  })
}

/**
 * What to say of the files and the books of their tool.
 * @throws MartsmithError `migrations.drift`: on what is not as its files say, nothing can be built.
 */
async function assertNoDrift(db: Database, schema: Schema, migrations: Migrations): Promise<string> {
  const { tool, standing, folder } = migrations
  const { title, books: names, command } = FORMS[tool]
  if (standing.length === 0 && tool !== 'dbmate') return 'none yet'
  // dbmate makes its table when it first runs; that of another tool may lie elsewhere.
  const books = (await readBooks(db, schema, tool)) ?? (tool === 'dbmate' ? [] : null)
  if (books === null)
    return `${count(standing.length, 'migration')}; the database has no ${names[0]}, so which of them were run here is not known`
  const { pending, unknown, broken } = driftOf(migrations, books)
  if ([...pending, ...unknown, ...broken].length === 0)
    return standing.length === 0 ? 'none yet' : `${count(standing.length, 'migration')}, all run`
  throw new MartsmithError({
    code: 'migrations.drift',
    message:
      'The database and its migrations have drifted apart: a change on top would be proven on something else.',
    details: [
      ...broken.map((b) => `by the books of ${title}: ${b}`),
      ...pending.map((p) => `not run in ${db.name}: ${p}`),
      ...unknown.map((v) => `run in ${db.name}, and not in ${folder}: ${v}`),
    ],
    mend: [
      ...(broken.length > 0 ? [`Mend what broke off, and its line in ${names[0]}, as ${title} says.`] : []),
      ...(pending.length > 0 ? [`${command}   runs what was not run`] : []),
      ...(unknown.length > 0
        ? ['Fetch the missing files, or take those migrations back where they came from.']
        : []),
    ],
    exitCode: 1,
  })
}

function kibibytes(bytes: number): string {
  return bytes < 10 * 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.round(bytes / 1024 ** 2)} MiB`
}

function summaryOf({ database, sizes, design }: Analysis, schema: Schema): string {
  const size = sizes.map((s) => `${s.table} holds about ${count(s.rows, 'row')} in ${kibibytes(s.bytes)}`)
  return `${database}, ${count(schema.tables.length, 'table')}. Understood: ${design.title}.${size.length > 0 ? ` ${list(size)}.` : ''}`
}

function detailsOf(a: Analysis, schema: Schema, books: string): string[] {
  const { tool, folder } = a.migrations
  const triggers = a.design.tables.flatMap((t) => findTable(schema, t)?.triggers.map((g) => g.name) ?? [])
  const place = (q: { file: string; line: number }) => `${q.file}:${q.line}`
  const places = (all: Analysis['readers']) =>
    list(
      all.map((r) => `${r.what} ${place(r)}`),
      8,
    )
  return [
    ...a.drift.slice(0, MOST_DRIFT).map((d) => `Drift: ${d}.`),
    ...(a.drift.length > MOST_DRIFT ? [`Drift: ${a.drift.length - MOST_DRIFT} more like these.`] : []),
    `Migrations: ${FORMS[tool].title} in ${folder}, ${books}.`,
    a.queries.length > 0
      ? `Statements of the application that name it: ${list(a.queries.map(place), 6)}.`
      : 'No statement of the application names it, as far as its text says.',
    ...(a.readers.length > 0 ? [`Known to: ${places(a.readers)}.`] : []),
    ...(a.downstream.length > 0 ? [`Read further on: ${places(a.downstream)}.`] : []),
    ...(a.views.length > 0 ? [`Views that read it: ${list(a.views.map(tableWords), 6)}.`] : []),
    ...a.circles.map((c) => `Foreign keys run in a circle: ${c}.`),
    ...a.signs,
    ...(triggers.length > 0 ? [`Triggers on it: ${list(triggers, 6)}.`] : []),
  ]
}
