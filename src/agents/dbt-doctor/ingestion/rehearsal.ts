/**
 * A load that is tried: a copy of the whole project, with its DuckDB files and what dlt knows, in which the script may
 * write and nowhere else. It begins anew each time, from what stands.
 */
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import type { LoadResult } from '../../../adapters/dlt/loader.ts'
import { NOT_SOURCES } from '../../../config/project.ts'
import type { DltPipelineConfig } from '../../../config/schema.ts'
import { copyRoot } from '../../../sandbox/copy-root.ts'
import { cloneDatabase } from '../../../sandbox/duckdb.ts'
import { dataDirOf, runScript } from '../../dlt-loader/script.ts'
import type { ActionContext } from '../../types.ts'
import { type Copy, openCopy } from '../work.ts'

export type Rehearsal = Copy & {
  /** Runs the script of a pipeline with the files as they are in the copy now. `giveUp`: as a load takes it. */
  run(pipeline: DltPipelineConfig, giveUp: boolean): Promise<LoadResult>
}

/** null where the project is too large to be copied. @throws MartsmithError where a database cannot be copied */
export async function openRehearsal(ctx: ActionContext): Promise<Rehearsal | null> {
  const { project, dbt } = ctx
  const made: { databases: string[] | null } = { databases: null }
  const copy = await openCopy(project, {
    copy: async (from, to) => {
      const copied = await copyRoot(from, to)
      made.databases = copied?.databases ?? null
      return copied ?? from
    },
    files: async ({ root }) => ({
      own: made.databases === null ? [] : await scriptsIn(root),
      foreign: [],
      read: (path) => readFile(join(root, path), 'utf8'),
    }),
  })
  if (made.databases === null) {
    await copy.close()
    return null
  }
  const standing = join(copy.dir, 'standing')
  const apart = made.databases.map((path) => ({ from: join(project.root, path), to: join(standing, path) }))
  let runs = 0

  async function run(pipeline: DltPipelineConfig, giveUp: boolean): Promise<LoadResult> {
    runs += 1
    const dir = join(copy.dir, `run-${runs}`)
    const [root, stateDir, temporary] = [join(dir, 'project'), join(dir, 'state'), join(dir, 'tmp')]
    await mkdir(temporary, { recursive: true, mode: 0o700 })
    const place = await copyRoot(copy.place, root)
    if (runs === 1 && apart.length > 0) await dbt.tools.copyFiles(apart)
    for (const { from, to } of apart) await cloneDatabase(to, from.replace(project.root, root))
    await cp(dataDirOf(project), dataDirOf({ stateDir }), { recursive: true }).catch(ifMissing)
    const moved = (text: string) => text.replaceAll(project.root, root)
    const env = Object.entries({ ...ctx.env, ...pipeline.environment }).flatMap(([key, value]) =>
      value?.includes(project.root) ? [[key, moved(value)] as const] : [],
    )
    try {
      const { result } = await runScript(
        ctx,
        { ...pipeline, args: pipeline.args.map(moved) },
        {
          resumed: {},
          giveUp,
          onBefore: () => undefined,
          rehearsal: {
            project: { ...project, root, dbtDir: place?.dbtDir ?? root, stateDir },
            within: [dir],
            env: { ...Object.fromEntries(env), TMPDIR: temporary },
          },
        },
      )
      return inOwnPlaces(result, root, project.root)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }
  return { ...copy, run }
}

function scriptsIn(root: string): Promise<string[]> {
  const ignore = [...NOT_SOURCES]
  return glob(['**/*.py', '.dlt/config.toml'], { cwd: root, ignore, dot: true, followSymbolicLinks: false })
}

/** What it says of files is said of the user's own. */
function inOwnPlaces<T>(result: T, root: string, own: string): T {
  return JSON.parse(
    JSON.stringify(result).replaceAll(JSON.stringify(root).slice(1, -1), JSON.stringify(own).slice(1, -1)),
  ) as T
}

/** Of a pipeline that has never run dlt knows nothing. */
function ifMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
