/**
 * One change after another is killed on its way, martsmith at every boundary and inside of steps, the sessions of the
 * database while they work; each time it is asked to go on. What stands in the end has to be what an undisturbed run
 * leaves: the schema, the rows, the books, and no scratch database.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cleanEnv } from '../../test/support/martsmith.ts'
import { MARTSMITH } from '../../test/support/paths.ts'
import { openWorkspace, type Workspace } from '../support/project.ts'
import { booked, migrationsIn } from './examine.ts'
import { houseNamed } from './houses/index.ts'
import { textFor } from './houses/names.ts'
import { changed, type Snapshot, snapshot } from './snapshot.ts'
import {
  endSession,
  openHost,
  type Place,
  type Stage,
  scratchLeft,
  sessionsIn,
  withSession,
} from './stage.ts'
import type { ServerKind } from './types.ts'

export type Ordeal = { server: ServerKind; ask: string; kills: number; cuts: number; why: string[] }

const HOUSE = 'chinook'
/** One of several transactions, one that is outside of transactions where the server has both. */
const KILLED = 'Add a discount percentage between 0 and 100 to invoice lines, default 0'
const CUT = 'Make the email of customers unique'
const STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9]
/** Where martsmith dies, one after the other: each has to be reached by going on from the one before. */
const POINTS = (server: ServerKind) => [
  ...STEPS.slice(0, 4).flatMap((n) => [`before:${n}`, `done:${n}`, `after:${n}`]),
  // Only there the specialist tries things out.
  ...[
    'before:5',
    ...(server === 'mysql' ? ['scratch:made'] : []),
    'done:5',
    'after:5',
    'before:6',
    'scratch:made',
    'done:6',
    'after:6',
  ],
  ...['before:7', 'changes:journal', 'db:run', 'db:ran', 'done:7', 'after:7'],
  ...['before:8', 'scratch:made', 'done:8', 'after:8', 'before:9', 'done:9', 'after:9'],
]
/** All sessions are ended when the so manieth of a run is seen. */
const CUTS = [2, 3, 4, 5, 6, 8, 10]
const LOOK_MS = 30
const MOST_TRIES = 4

export async function chaos(server: ServerKind, stage: Stage): Promise<Ordeal[]> {
  return [
    await killed(KILLED, server, stage, await undisturbed(KILLED, server, stage)),
    await cut(CUT, server, stage, await undisturbed(CUT, server, stage)),
  ]
}

type Calm = { is: Snapshot; files: number }

async function inPlace<T>(
  ask: string,
  server: ServerKind,
  stage: Stage,
  work: (place: Place, space: Workspace, ask: string) => Promise<T>,
): Promise<T> {
  const place = await stage.place(houseNamed(HOUSE), server)
  const space = openWorkspace('chaos', { 'martsmith.yml': 'databases:\n  development: $EVAL_DB\n' })
  try {
    return await work(place, space, textFor(ask, place.house, server))
  } finally {
    space.close()
    await place.close(false)
  }
}

function undisturbed(ask: string, server: ServerKind, stage: Stage): Promise<Calm> {
  return inPlace(ask, server, stage, async (place, space, words) => {
    const answer = await space.run(['db', words, '--yes', '--json'], { EVAL_DB: place.url })
    if (answer.code !== 0) throw new Error(`undisturbed it fails: ${answer.json?.summary ?? answer.stderr}`)
    return withSession(place.url, async (s) => ({
      is: await snapshot(s, server),
      files: migrationsIn(space).length,
    }))
  })
}

function killed(ask: string, server: ServerKind, stage: Stage, calm: Calm): Promise<Ordeal> {
  return inPlace(ask, server, stage, async (place, space, words) => {
    let kills = 0
    const why: string[] = []
    let argv = ['db', words, '--yes']
    for (const point of POINTS(server)) {
      const { signal, code, said } = await start(space, argv, place.url, point)
      if (signal === 'SIGKILL') kills += 1
      else why.push(`${point} is not reached: it ends with ${code}: ${said.slice(-300)}`)
      if (signal !== 'SIGKILL') break
      argv = ['resume', '--yes']
    }
    why.push(...(await goesOn(space, place, words)), ...(await asCalm(space, place, calm)))
    return { server, ask, kills, cuts: 0, why }
  })
}

/** Each time from the start, in the same repository, on a database as it was. */
async function cut(ask: string, server: ServerKind, stage: Stage, calm: Calm): Promise<Ordeal> {
  const ordeal: Ordeal = { server, ask, kills: 0, cuts: 0, why: [] }
  for (const nth of CUTS)
    await inPlace(ask, server, stage, async (place, space, words) => {
      const { code, said, ended } = await startAndCut(space, place, words, nth)
      ordeal.cuts += ended
      if (/\n\s+at .+:\d+:\d+\)?/.test(said)) ordeal.why.push(`cut at session ${nth}: a stack trace`)
      const left = code === 0 ? [] : await goesOn(space, place, words)
      ordeal.why.push(
        ...[...left, ...(await asCalm(space, place, calm))].map((w) => `cut at session ${nth}: ${w}`),
      )
    })
  return ordeal
}

/** The run, and how many of its sessions were ended. */
async function startAndCut(
  space: Workspace,
  place: Place,
  words: string,
  nth: number,
): Promise<Ended & { ended: number }> {
  const { server } = place
  const running = start(space, ['db', words, '--yes'], place.url, '')
  let isOver = false
  const over = running.finally(() => {
    isOver = true
  })
  const host = await openHost(server)
  const seen = new Set<string>()
  let ended = 0
  while (!isOver && ended === 0) {
    const now = await sessionsIn(host, server, [databaseIn(place), ...(await copiesOf(space, server))])
    for (const id of now) seen.add(id)
    if (seen.size >= nth) {
      for (const id of now) await endSession(host, server, id)
      ended = now.length
    }
    await delay(LOOK_MS)
  }
  await host.close()
  return { ...(await over), ended }
}

/** What was never begun is asked for again. */
async function goesOn(space: Workspace, { url }: Place, words: string): Promise<string[]> {
  let last = ''
  for (let i = 0; i < MOST_TRIES; i += 1) {
    const argv = runsIn(space).length > 0 ? ['resume'] : ['db', words]
    const answer = await space.run([...argv, '--yes', '--json'], { EVAL_DB: url })
    if (answer.code === 0) return []
    last = answer.json?.summary ?? answer.stderr
  }
  return [`does not end well in ${MOST_TRIES} tries: ${last.slice(0, 300)}`]
}

async function asCalm(space: Workspace, { url, server }: Place, calm: Calm): Promise<string[]> {
  return withSession(url, async (s) => {
    const files = migrationsIn(space).length
    const names = await copiesOf(space, server)
    return [
      ...changed(calm.is, await snapshot(s, server, calm.is), { others: true }),
      ...(files === calm.files ? [] : [`${files} files in place of ${calm.files}`]),
      ...((await booked(s)) === calm.files ? [] : ['files and books differ']),
      ...names.map((n) => `the database ${n} is left`),
    ]
  })
}

function runsIn({ dir }: Workspace): string[] {
  const folder = join(dir, '.martsmith/runs')
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Scratch copies of this repository's runs: they carry the run's id. */
async function copiesOf(space: Workspace, server: ServerKind): Promise<string[]> {
  const marks = runsIn(space).map((id) => id.replace(/\W/g, '_'))
  return (await scratchLeft(server)).filter((name) => marks.some((m) => name.includes(m)))
}

function databaseIn({ url }: Place): string {
  return new URL(url).pathname.slice(1)
}

type Ended = { code: number | null; signal: NodeJS.Signals | null; said: string }

function start(space: Workspace, argv: string[], url: string, failpoint: string): Promise<Ended> {
  const env = cleanEnv({
    HOME: space.home,
    EVAL_DB: url,
    ...(failpoint ? { MARTSMITH_FAILPOINT: failpoint } : {}),
  })
  const child = spawn(MARTSMITH, argv, { cwd: space.dir, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, said: Buffer.concat(said).toString() }))
  })
}
