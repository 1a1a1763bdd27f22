/** What a database says was run in it, by the books that each tool keeps there, beside the files of the repository. */
import { basename, dirname } from 'node:path'
import type { Database, Row, Schema } from '../databases/types.ts'
import { tableSql } from '../databases/types.ts'
import { FORMS } from './forms.ts'
import type { Migrations, Standing, ToolId } from './types.ts'

export type Drift = {
  /** Files that were not run here, in words. */
  pending: string[]
  /** What was run here, and is in no file. */
  unknown: string[]
  /** What the books themselves call broken. */
  broken: string[]
}

/** Columns of each tool's books, as far as they are looked at. */
const COLUMNS: Record<ToolId, string[]> = {
  dbmate: ['version'],
  rails: ['version'],
  flyway: ['version', 'success', 'type'],
  prisma: ['migration_name', 'finished_at', 'rolled_back_at'],
  knex: ['name'],
  'golang-migrate': ['version', 'dirty'],
  alembic: ['version_num'],
  django: ['app', 'name'],
}

/** The lines of a tool's books; null where the database has none. */
export async function readBooks(db: Database, schema: Schema, tool: ToolId): Promise<Row[] | null> {
  const book = schema.tables.find((t) => FORMS[tool].books[0] === t.name)
  const columns = COLUMNS[tool]
  if (!book || !columns.every((c) => book.columns.some((own) => own.name === c))) return null
  return db.query(`select ${columns.map((c) => db.quote(c)).join(', ')} from ${tableSql(db, book)}`)
}

/** Files and books beside each other. */
export function driftOf({ tool, standing }: Migrations, books: Row[]): Drift {
  switch (tool) {
    case 'dbmate':
    case 'rails':
      return apart(standing, texts(books))
    case 'flyway': {
      const all = books.filter((r) => r.version !== null)
      const isDone = (r: Row) => /^(t|true|1)$/i.test(String(r.success))
      const done = all.filter(isDone).map((r) => String(r.version))
      const below = all
        .filter((r) => isDone(r) && /BASELINE/.test(String(r.type)))
        .map((r) => String(r.version))
      const isBaselined = (v: string) => below.some((b) => inOrder(dotted(v), b) <= 0)
      const after = standing.filter((s) => !isBaselined(s.version))
      return {
        ...apart(
          after,
          done.filter((v) => !below.includes(v)),
          (s) => dotted(s.version),
        ),
        broken: all.filter((r) => !isDone(r)).map((r) => `version ${r.version} failed`),
      }
    }
    case 'prisma': {
      const open = books.filter((r) => r.rolled_back_at === null)
      const done = open.filter((r) => r.finished_at !== null).map((r) => String(r.migration_name))
      return {
        ...apart(standing, done, (s) => basename(dirname(s.path))),
        broken: open.filter((r) => r.finished_at === null).map((r) => `${r.migration_name} did not finish`),
      }
    }
    case 'knex':
      return apart(standing, texts(books), (s) => basename(s.path))
    case 'golang-migrate': {
      const [at] = books
      const version = String(at?.version ?? '0')
      const isKnown = at === undefined || standing.some((s) => Number(s.version) === Number(version))
      return {
        pending: standing.filter((s) => Number(s.version) > Number(version)).map((s) => s.path),
        unknown: isKnown ? [] : [version],
        broken: /^(t|true|1)$/i.test(String(at?.dirty)) ? [`version ${version} is dirty`] : [],
      }
    }
    case 'alembic': {
      const heads = texts(books)
      const last = standing.at(-1)
      const stands = heads.filter((h) => standing.some((s) => s.version === h))
      const isAtHead = last === undefined || heads.includes(last.version)
      return {
        pending: isAtHead
          ? []
          : [`${last.path}, where the database stands at ${heads.join(', ') || 'nothing'}`],
        unknown: heads.filter((h) => !stands.includes(h)),
        broken: [],
      }
    }
    case 'django': {
      const nameOf = (s: Standing) => basename(s.path, '.py')
      const app = basename(dirname(dirname(standing[0]?.path ?? '')))
      return apart(
        standing,
        books.filter((r) => r.app === app).map((r) => String(r.name)),
        nameOf,
      )
    }
  }
}

function texts(rows: Row[]): string[] {
  return rows.map((r) => String(Object.values(r)[0]))
}

function apart(standing: Standing[], done: string[], nameOf = (s: Standing) => s.version): Drift {
  const names = standing.map(nameOf)
  return {
    pending: standing.filter((s) => !done.includes(nameOf(s))).map((s) => s.path),
    unknown: done.filter((d) => !names.includes(d)),
    broken: [],
  }
}

/** Flyway writes 1.1 what its file calls 1_1. */
function dotted(version: string): string {
  return version.replaceAll('_', '.')
}

function inOrder(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
