/** A user's project: a copy of a fixture, in a git repository of its own, to be run and to be broken. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import type { RunRecord } from '../../src/workflows/types.ts'
import type { Place } from './martsmith.ts'
import { EXAMPLES, FIXTURES } from './paths.ts'

/** `shop-loaded` has run once: rows, tables and run state are there. */
export type Source = 'nyc-taxi' | 'shop' | 'shop-loaded' | 'lines' | 'empty' | `houses/${string}`

export type Project = Place & {
  path(...parts: string[]): string
  exists(path: string): boolean
  read(path: string): string
  write(path: string, text: string): void
  /** Replaces text that must be there. */
  edit(path: string, from: string | RegExp, to: string): void
  remove(path: string): void
  files(folder?: string): string[]
  /** Path and content hash of every file but git's own and those below the folders that are named. */
  snapshot(...without: string[]): Record<string, string>
  runs(): RunRecord[]
  run(id?: string): RunRecord
  /** The events of a run, all its attempts in order. */
  events(id?: string): LoggedEvent[]
  /** Names of the task files below `.tasks`. */
  taskFiles(): string[]
  /** Lines of the log of ingestion checks. */
  checks(): { pipeline: string; runId: string; result: string }[]
}

export type LoggedEvent = {
  type: string
  step?: { number: number }
  replayed?: boolean
  number?: number
  progress?: { kind: string; name?: string; state?: string; resourceType?: string }
}

export type ProjectOptions = {
  /** Without state that is prepared: the first start makes it, as on a user's machine. */
  cold?: boolean
  /** A fixture that is laid over it. */
  over?: string
}

/** What runs leave in an example or a fixture; `shop-loaded` is there for what martsmith left. */
const LEFT_BY_RUNS = {
  tools: /\/(target|logs|__pycache__)$/,
  all: /\/(target|logs|__pycache__|\.martsmith|\.tasks|warehouse)$/,
}

/** The store of runs, dbt's own schemas, and what dbt read, which it takes for the shop only and looks through for what differs. */
const PREPARED = [
  '.martsmith/db',
  '.martsmith/cache/dbt-schemas.json',
  '.martsmith/dbt-target/partial_parse.msgpack',
]

export function makeProject(source: Source, options: ProjectOptions = {}): Project {
  const workspace = inject('workspace')
  const base = mkdtempSync(join(workspace, 'p-'))
  const dir = join(base, source === 'empty' ? 'nothing' : source.replace('-loaded', ''))
  const home = join(base, 'home')
  mkdirSync(home)
  mkdirSync(dir, { recursive: true })
  if (source !== 'empty')
    cpSync(folderOf(source, workspace), dir, {
      recursive: true,
      filter: (path) => !LEFT_BY_RUNS[source === 'shop-loaded' ? 'tools' : 'all'].test(path),
    })
  if (options.over) cpSync(join(FIXTURES, options.over), dir, { recursive: true })
  if (!options.cold && source !== 'empty')
    for (const state of PREPARED)
      cpSync(join(workspace, 'shop-loaded', state), join(dir, state), { recursive: true })
  execFileSync('git', ['init', '-q'], { cwd: dir })
  return projectAt(dir, home)
}

function folderOf(source: Source, workspace: string): string {
  if (source === 'nyc-taxi') return join(EXAMPLES, source)
  return source === 'shop-loaded' ? join(workspace, source) : join(FIXTURES, source)
}

export function projectAt(dir: string, home: string): Project {
  const path = (...parts: string[]) => join(dir, ...parts)
  const read = (file: string) => readFileSync(path(file), 'utf8')
  const write = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true })
    writeFileSync(path(file), text)
  }
  const files = (folder = '.') => filesBelow(path(folder)).map((f) => join(folder, f))
  const runs = () =>
    (existsSync(path('.martsmith/runs')) ? readdirSync(path('.martsmith/runs')) : [])
      .filter((id) => existsSync(path('.martsmith/runs', id, 'run.json')))
      .map((id) => JSON.parse(read(`.martsmith/runs/${id}/run.json`)) as RunRecord)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
  const run = (id?: string) => {
    const found = runs().find((r) => id === undefined || r.id === id)
    if (!found) throw new Error(`there is no run ${id ?? ''} in ${dir}`)
    return found
  }
  const ndjson = (file: string) =>
    existsSync(path(file))
      ? read(file)
          .trim()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : []
  return {
    dir,
    home,
    path,
    read,
    write,
    files,
    runs,
    run,
    exists: (file) => existsSync(path(file)),
    edit: (file, from, to) => {
      const text = read(file)
      const edited = text.replace(from, to)
      if (edited === text) throw new Error(`${file} does not hold ${from}`)
      write(file, edited)
    },
    remove: (file) => rmSync(path(file), { recursive: true }),
    snapshot: (...without) =>
      Object.fromEntries(
        files()
          .filter((f) => ![...without, '.git'].some((w) => f === w || f.startsWith(`${w}/`)))
          .map((f) => [
            f,
            createHash('sha256')
              .update(readFileSync(path(f)))
              .digest('hex'),
          ]),
      ),
    events: (id) => ndjson(`.martsmith/runs/${run(id).id}/events.ndjson`),
    taskFiles: () => (existsSync(path('.tasks')) ? files('.tasks').filter((f) => f.endsWith('.md')) : []),
    checks: () => ndjson('.martsmith/dlt-checks.ndjson'),
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name]
    return filesBelow(join(folder, entry.name)).map((f) => join(entry.name, f))
  })
}
