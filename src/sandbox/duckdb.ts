/**
 * DuckDB: each side has a copy of the database file, under the same name in another folder, because the
 * catalog is called after the file. Both copies are of one moment, so both sides read the same.
 */
import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { warehouseError } from '../adapters/dbt/explain.ts'
import type { DatabaseFile, DbtEngine, QueryAnswer, Target } from '../adapters/dbt/types.ts'
import { MartsmithError } from '../core/errors.ts'
import type { DetailedNode } from './changed.ts'
import { notReplaced } from './not-replaced.ts'
import { assertInsideFiles } from './outside.ts'
import { sandboxProfile, writeProfile } from './profile.ts'
import type { FrozenInputs, OpenSide, SideName, Warehouse } from './types.ts'

/** Tables of views and of rows that are kept, in the copied file. */
const KEPT = 'martsmith_kept'

export type DuckDbOptions = {
  dir: string
  /** What stands is needed again: it is kept apart from both sides. */
  again: boolean
  target: Target
  /** The user's engine. */
  dbt: DbtEngine
  /** The engine of the `after` side, through which both are read. */
  reader: () => Promise<DbtEngine>
  now: () => Date
}

export async function duckDbWarehouse(options: DuckDbOptions): Promise<Warehouse> {
  const { dir, again, target, dbt, reader, now } = options
  const { entry, files } = await dbt.tools.profile()
  assertCopyable(files)
  const fileIn = (folder: string, file: DatabaseFile, i: number) =>
    join(dir, folder, 'db', String(i), basename(file.path))
  const copied = files.map((file, i) => ({ file, i })).filter(({ file }) => file.kind === 'file')
  const at = now()
  const standing = again ? 'standing' : 'before'
  await dbt.tools.copyFiles(copied.map(({ file, i }) => ({ from: file.path, to: fileIn(standing, file, i) })))
  const folders = { before: standing, after: 'after' }
  const copyOf = (side: SideName, file: DatabaseFile, i: number) => fileIn(folders[side], file, i)
  /** As it stood, whatever lies there now. */
  const fill = async (folder: string) => {
    for (const { file, i } of copied) await cloneDatabase(fileIn(standing, file, i), fileIn(folder, file, i))
  }
  const asTables = new Map<string, string>()
  let kept = 0

  /** The catalog under which the reader knows a database of a side. */
  const catalog = (side: SideName, database: string | null | undefined): string => {
    const i = Math.max(
      0,
      files.findIndex((f) => same(f.alias, database)),
    )
    if (side === 'after' || files[i]?.kind !== 'file') return files[i]?.alias ?? target.database ?? ''
    return `martsmith_before_${i}`
  }
  const own = (node: DetailedNode) => named(node.database ?? files[0]?.alias ?? '', node.schema, node.alias)
  const main = files[0]?.alias ?? ''

  async function kindIn(database: string, { schema, alias }: DetailedNode): Promise<'table' | 'view' | null> {
    const place = (kind: 'table' | 'view') =>
      `select '${kind}' from duckdb_${kind}s() where lower(database_name) = lower(${text(database)})` +
      ` and lower(schema_name) = lower(${text(schema ?? '')}) and lower(${kind}_name) = lower(${text(alias ?? '')})`
    const [answer] = await query([`${place('view')} union all ${place('table')}`])
    const kind = answer && 'rows' in answer ? answer.rows[0]?.[0] : null
    return kind === 'table' || kind === 'view' ? kind : null
  }

  const all = (relation: string) => `select * from ${relation}`

  async function table(side: OpenSide, select: string): Promise<string> {
    const name = `t${kept++}`
    await (await side.open()).tools.execute([
      `create schema if not exists ${named(main, KEPT)}`,
      `create or replace table ${named(main, KEPT, name)} as ${select}`,
    ])
    return named(catalog(side.name, main), KEPT, name)
  }

  function forget(side: SideName): void {
    for (const key of asTables.keys()) if (key.startsWith(`${side} `)) asTables.delete(key)
  }

  /** Both sides in one connection: the copy of `before` is attached to it, to be read. */
  async function query(statements: string[], limit?: number): Promise<QueryAnswer[]> {
    const attach = copied.map(
      ({ file, i }) =>
        `attach if not exists ${text(copyOf('before', file, i))} as ${quoted(`martsmith_before_${i}`)} (read_only)`,
    )
    const answers = await (await reader()).query([...attach, ...statements], limit)
    const failed = answers.slice(0, attach.length).find((a) => 'error' in a)
    return failed ? statements.map(() => failed) : answers.slice(attach.length)
  }

  return {
    prepare: async (side) => {
      if (side === 'after' || folders[side] !== side) await fill(side)
      folders[side] = side
      const profilesDir = join(dir, side, 'profile')
      const path = files[0] && copyOf(side, files[0], 0)
      const attach = Array.isArray(entry.attach)
        ? {
            attach: entry.attach.map((one: object, i) =>
              attachment(one, files[i + 1], (f) => copyOf(side, f, i + 1)),
            ),
          }
        : {}
      const own = sandboxProfile(target, entry, { path, ...attach })
      await writeProfile(profilesDir, own)
      return { flags: { profilesDir, profile: target.profile, target: target.target }, env: own.env }
    },
    renewed: async () => undefined,
    isOurs: () => false,
    reset: async () => {
      await fill('after')
      forget('after')
    },
    schemaIn: (_, schema) => schema,
    stage: async ({ manifest, rebuilt }) => assertInsideFiles(manifest, rebuilt, files),
    relation: async (side, node, id, times) => {
      // The reader is that side's own engine: a view reads what it should.
      if (times === 'once' && side.name === 'after') return own(node)
      const key = `${side.name} ${id}`
      const known = asTables.get(key)
      if (known) return known
      // A view reads by the names of its own catalog: from another one it would read the other side.
      const relation =
        (await kindIn(catalog(side.name, node.database), node)) === 'view'
          ? await table(side, all(own(node)))
          : named(catalog(side.name, node.database), node.schema, node.alias)
      asTables.set(key, relation)
      return relation
    },
    keep: async (side, node, _, select = all) => table(side, select(own(node))),
    replace: async (side, node, id, select) => {
      const kind = await kindIn(catalog(side.name, node.database), node)
      if (kind === null) throw notReplaced(id, `${own(node)} is no table or view of the copied file`)
      const rows = await table(side, select)
      await side.engine.tools.execute([
        `drop ${kind} ${own(node)}`,
        `create table ${own(node)} as select * from ${rows}`,
        `drop table ${rows}`,
      ])
      asTables.delete(`${side.name} ${id}`)
      return own(node)
    },
    built: forget,
    query,
    columns: async (relations) => {
      const asked = relations.map((r) => `select column_name, column_type from (describe select * from ${r})`)
      return (await query(asked)).map((answer) =>
        'error' in answer
          ? answer
          : answer.rows.map(([name, type]) => ({ name: String(name), type: String(type) })),
      )
    },
    inputs: async (): Promise<FrozenInputs> => ({
      how: 'copied',
      moved: [],
      words: `Both sides come from one copy of ${copied.map(({ file }) => basename(file.path)).join(', ')}, taken at ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC.`,
    }),
    close: async () => undefined, // the files go with the sandbox's folder
  }
}

/**
 * A copy of a file that nobody writes to, with what has not been written into it yet; it costs nothing where the file
 * system shares blocks. What was there goes in one move: a connection that is still open keeps what it reads.
 */
/** A file of DuckDB with its log, where nobody writes to it. */
export async function cloneDatabase(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await Promise.all([rm(`${to}.wal`, { force: true }), existsSync(from) ? null : rm(to, { force: true })])
  for (const part of ['', '.wal']) {
    if (!existsSync(from + part)) continue // a database that the first build makes
    await copyFile(from + part, `${to}.new`, constants.COPYFILE_FICLONE).catch(async (error: unknown) => {
      if ((error as { code?: string }).code !== 'ENOSPC') throw error
      const { bavail, bsize } = await statfs(dirname(to))
      throw warehouseError(`${from} takes ${(await stat(from)).size} bytes, and ${bavail * bsize} are free`)
    })
    await rename(`${to}.new`, to + part)
  }
}

/** What is no file of DuckDB's own is shared with others: it can be read, and not be written. */
export function attachment(
  one: object,
  file: DatabaseFile | undefined,
  copy: (file: DatabaseFile) => string,
): object {
  if (file?.kind === 'file')
    return { ...one, path: copy(file), ...('alias' in one ? {} : { alias: file.alias }) }
  return file?.kind === 'remote' ? { ...one, read_only: true } : one
}

function assertCopyable([main]: DatabaseFile[]): void {
  if (main?.kind === 'file') return
  const memory = main?.kind === 'memory'
  throw new MartsmithError({
    code: 'sandbox.no-file',
    message: memory
      ? 'A sandbox needs what stands in the warehouse, and a DuckDB in memory keeps nothing from one command to the next.'
      : `A sandbox copies the DuckDB file, and this target's database is none: ${main?.path.split('?')[0]}.`,
    mend: [
      memory
        ? 'Give the target a file in profiles.yml: path: warehouse/dev.duckdb, and build it: martsmith pipeline'
        : 'Use a target whose path is a file on this machine: --target NAME',
    ],
  })
}

const same = (a: string, b: string | null | undefined) => a.toLowerCase() === b?.toLowerCase()
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const text = (value: string) => `'${value.replaceAll("'", "''")}'`

function named(...parts: (string | null | undefined)[]): string {
  return parts.flatMap((p) => (p ? [quoted(p)] : [])).join('.')
}
