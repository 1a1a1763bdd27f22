/** Asks for a change as a person would, looks at what stands afterwards, takes it back, and runs it again under watch. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveBinary } from 'dbmate'
import { cleanEnv } from '../../test/support/martsmith.ts'
import { type Answer, openWorkspace, type Workspace } from '../support/project.ts'
import { failing } from './checks.ts'
import { houseNamed } from './houses/index.ts'
import { sqlFor, styled, textFor } from './houses/names.ts'
import { type Danger, type Migration, migrationFrom, observe } from './observe.ts'
import { changed, type Snapshot, snapshot } from './snapshot.ts'
import { openSession, type Place, type Session, type Stage, scratchLeft, withSession } from './stage.ts'
import type { Request, ServerKind } from './types.ts'

export type Exam = {
  request: Request
  server: ServerKind
  answer: Answer
  /** What it asked, before it was answered. */
  question: string | null
  /** Checks of the request that do not hold; none where nothing was to be done. */
  unmet: string[]
  /** What is otherwise than before, though nobody asked for it. */
  beside: string[]
  /** Anything at all that is otherwise than before. */
  different: boolean
  migrations: Migration[]
  /** Whether the books of the database name each file. */
  isBooked: boolean
  /** What is otherwise than before after each migration was taken back; null where there was nothing to take back. */
  back: string[] | null
  dangers: Danger[]
  /** The texts of the task files. */
  tasks: string[]
  /** Scratch databases that were left on the server. */
  left: string[]
  /** The number that the answer has to name, where there is one. */
  count: string | null
}

const CONFIG = 'databases:\n  development: $EVAL_DB\n'
const FOLDER = 'db/migrations'

export async function examine(
  request: Request,
  server: ServerKind,
  stage: Stage,
  keep: boolean,
): Promise<Exam> {
  const place = await stage.place(houseNamed(request.house), server)
  const files = Object.fromEntries(
    Object.entries(request.files ?? {}).map(([path, text]) => [path, textFor(text, place.house, server)]),
  )
  const config = CONFIG + (request.isProduction ? '  production: $EVAL_DB\n' : '')
  const space = openWorkspace('backend', { 'martsmith.yml': config, ...files })
  let isAsBefore = false
  try {
    const exam = await withSession(place.url, (s) => examined(request, place, space, s))
    isAsBefore = !exam.different && (request.before ?? []).length === 0
    return exam
  } finally {
    if (keep) process.stderr.write(`${request.name} (${server}): kept in ${space.dir}, ${place.url}\n`)
    else {
      space.close()
      await place.close(isAsBefore)
    }
  }
}

async function examined(request: Request, place: Place, space: Workspace, s: Session): Promise<Exam> {
  const { house, server } = place
  const sql = (text: string) => sqlFor(text, house, server)
  for (const statement of request.before ?? []) await s.rows(sql(statement))
  const count =
    'counts' in request.wanted && request.wanted.counts
      ? ((await s.rows(sql(request.wanted.counts)))[0]?.[0] ?? null)
      : null
  const was = await snapshot(s, server)
  const { answer, question } = await asked(request, place, space)
  const is = await snapshot(s, server, was)
  const { touches, changes } = allowed(request, place)
  const beside = changed(was, is, { may: touches, mayColumns: changes })
  const isDone = request.wanted.kind === 'done'
  const unmet =
    request.wanted.kind === 'done' ? await failing({ s, house, server }, request.wanted.checks) : []
  const migrations = migrationsIn(space)
  const exam: Exam = {
    request,
    server,
    answer,
    question,
    unmet,
    beside,
    different: changed(was, is).length > 0,
    migrations,
    isBooked: (await booked(s)) === migrations.length,
    back: null,
    dangers: [],
    tasks: [...tasksIn(space)],
    left: (await scratchLeft(server)).filter((n) => n.includes(runMark(answer))),
    count,
  }
  // What is asked for may be there without a table being another one: a label of a type.
  if (migrations.length === 0 || !(exam.different || (isDone && unmet.length === 0))) return exam
  const env = cleanEnv({ EVAL_DB: dbmateUrl(place.url) })
  const down = () =>
    execFileSync(resolveBinary(), ['--env', 'EVAL_DB', '-d', FOLDER, '--no-dump-schema', 'down'], {
      cwd: space.dir,
      env,
      stdio: 'pipe',
    })
  try {
    for (const _ of migrations) down()
    const back = await snapshot(s, server, was)
    exam.back = changed(was, back, { mayColumns: changes, others: true })
    if (isDone && exam.back.length === 0) exam.dangers = await watched(s, server, migrations, was)
  } catch (error) {
    exam.back = [
      `dbmate cannot take it back: ${(error as { stderr?: Buffer }).stderr ?? error}`.slice(0, 300),
    ]
  }
  return exam
}

/** Copies carry the run's id; those of other runs on this machine are not its. */
function runMark({ json }: Answer): string {
  return json?.run_id?.replace(/\W/g, '_') ?? 'no run'
}

async function watched(
  s: Session,
  server: ServerKind,
  migrations: Migration[],
  was: Snapshot,
): Promise<Danger[]> {
  const dangers: Danger[] = []
  const standing = new Set(was.tables.keys())
  for (const migration of migrations) dangers.push(...(await observe(s, server, migration, standing)))
  return dangers
}

async function asked(
  request: Request,
  place: Place,
  space: Workspace,
): Promise<{ answer: Answer; question: string | null }> {
  const { house, server } = place
  const env = { EVAL_DB: request.asReader ? await place.readerUrl() : place.url }
  const holder = request.held === undefined ? null : await openSession(place.url)
  try {
    if (holder) await holder.rows(`start transaction; ${sqlFor(request.held ?? '', house, server)}`)
    const first = await space.run(['db', textFor(request.ask, house, server), '--yes', '--json'], env)
    const waiting = first.json?.waiting_for
    const question =
      waiting?.kind === 'question'
        ? `${waiting.text} ${waiting.choices.map((c) => c.label).join('; ')}`
        : null
    let last = first
    let seconds = first.seconds
    for (let open = chosen(last, request); open !== null; open = chosen(last, request)) {
      last = await space.run(['answer', last.json?.run_id ?? '', open, '--json'], env)
      seconds += last.seconds
    }
    if (last !== first && last.json?.status === 'waiting' && last.json.waiting_for?.kind === 'approval') {
      last = await space.run(['approve', '--yes', '--json'], env)
      seconds += last.seconds
    }
    return {
      answer: { ...last, seconds },
      question,
    }
  } finally {
    await holder?.close()
  }
}

/** The id of the choice that the request would make; null where nothing is asked, or none of them is meant. */
function chosen({ json }: Answer, { answer }: Request): string | null {
  const waiting = json?.waiting_for
  if (waiting?.kind !== 'question' || !answer) return null
  return waiting.choices.find((c) => answer.test(c.label))?.id ?? null
}

function allowed({ wanted }: Request, { house, server }: Place): { touches: string[]; changes: string[] } {
  const name = (words: string) =>
    words
      .split('.')
      .map((w) => styled(w, house.style[server]))
      .join('.')
  if (wanted.kind === 'done')
    return { touches: wanted.touches.map(name), changes: (wanted.changes ?? []).map(name) }
  return { touches: wanted.kind === 'harmless' ? wanted.touches.map(name) : [], changes: [] }
}

export function migrationsIn(space: Workspace): Migration[] {
  const files = [...space.files()].filter(([path]) => path.startsWith(`${FOLDER}/`) && path.endsWith('.sql'))
  return files.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => migrationFrom(path, text))
}

function tasksIn({ dir }: Workspace): string[] {
  try {
    return readdirSync(join(dir, '.tasks'), { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.md'))
      .map((f) => readFileSync(join(dir, '.tasks', f), 'utf8'))
  } catch {
    return [] // none were written
  }
}

/** How many migrations the books of the database name. */
export async function booked(s: Session): Promise<number> {
  const rows = await s.rows('select version from schema_migrations').catch(() => [])
  return rows.length
}

/** As dbmate takes it: it asks for TLS unless it is told otherwise. */
function dbmateUrl(url: string): string {
  return url.startsWith('postgres') ? `${url}?sslmode=disable` : url
}
