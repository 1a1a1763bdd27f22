/** Breaks a copy of a project, asks the doctor as a person would, and looks at what stands afterwards. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PYTHON } from '../../test/support/paths.ts'
import { readManifest } from '../support/manifest.ts'
import { type Answer, openWorkspace } from '../support/project.ts'
import type { Built } from '../support/warehouse.ts'
import { type Contents, contentsOf, type Test, testsIn } from './contents.ts'
import { apply } from './edits.ts'
import type { Place, Stage } from './stage.ts'
import type { Cause, Fault } from './types.ts'

/** A project at one moment: null where dbt cannot read it. */
export type Moment = { built: Built; contents: Contents; tests: Test[] | null }

export type Exam = {
  fault: Fault
  answer: Answer
  /** Lines in which the causes stand, as far as they name one. */
  lines: (number | null)[]
  /** Files that the doctor wrote. */
  touched: string[]
  /** Of those, the ones that are not as in the project that works. */
  astray: string[]
  /** What stands when the doctor has gone; then what dbt builds of it. Both null where nothing was to be looked at. */
  left: Contents | null
  after: Moment | null
  /** After the next load, where the fault has one. */
  next: { is: Contents; wanted: Contents } | null
  /** Tests of the broken project, where dbt can read it. */
  broken: Test[] | null
  wanted: { contents: Contents; tests: Test[] }
}

export async function examine(fault: Fault, stage: Stage, keep: boolean): Promise<Exam> {
  if (fault.log !== undefined) return explained(fault, fault.log)
  const standing = await stage.standing(fault.house)
  const here = await stage.copy(fault.house)
  try {
    const { space, warehouse } = here
    breakIt(fault, here)
    if (fault.rows) await warehouse.rows(...fault.rows)
    const broken = await before(fault, here)
    const lines = fault.causes.map((c) => lineOf(space.dir, c))
    const was = space.files()
    const answer = await asked(fault, here)
    const is = space.files()
    const touched = [...new Set([...was.keys(), ...is.keys()])].filter((p) => was.get(p) !== is.get(p))
    const right = standing.space.files()
    const astray = touched.filter((p) => is.get(p) !== right.get(p))
    const claims = answer.json?.status === 'success' && fault.causes.length > 0
    const looks = touched.length > 0 || claims
    const left = looks ? await contentsOf(warehouse, standing.manifest) : null
    const after = looks ? await moment(here, standing.manifest, fault) : null
    const truly = looks && (fault.rows || fault.next) ? await truth(fault, stage) : null
    const wanted = truly?.now ?? standing.contents
    const next =
      after?.built.success && fault.next && truly?.next
        ? { is: await loaded(here, fault.next, standing.manifest), wanted: truly.next }
        : null
    const tests = testsIn(standing.manifest)
    return {
      fault,
      answer,
      lines,
      touched,
      astray,
      left,
      after,
      next,
      broken,
      wanted: { contents: wanted, tests },
    }
  } finally {
    if (keep) process.stderr.write(`${fault.name}: kept in ${here.space.dir}\n`)
    else await here.close()
  }
}

/** A log from elsewhere needs no project. */
async function explained(fault: Fault, log: string): Promise<Exam> {
  const space = openWorkspace('elsewhere', { 'build.log': log })
  try {
    const answer = await space.run(['debug', '--log', 'build.log', '--json'], {})
    const nothing = { lines: [], touched: [], astray: [], left: null, after: null, next: null, broken: null }
    return { fault, answer, ...nothing, wanted: { contents: new Map(), tests: [] } }
  } finally {
    space.close()
  }
}

function breakIt({ edits = [], since = 'not committed', name }: Fault, { space }: Place): void {
  apply(space.dir, edits)
  if (since === 'not committed' || edits.length === 0) return
  if (since === 'ever') {
    space.begin('All that there is')
    return
  }
  space.commit('Changes of the week')
  if (since === 'last commit') return
  for (const note of ['Who to ask', 'Holidays']) {
    writeFileSync(join(space.dir, 'NOTES.md'), `${note} (${name.length})\n`)
    space.commit(note)
  }
}

/** What somebody ran before they ask. @throws where nothing fails, though it is a fault that shows */
async function before(fault: Fault, { space, warehouse }: Place): Promise<Test[] | null> {
  const { before: run = { dbt: [['build']] } } = fault
  if (fault.held) return null
  if ('martsmith' in run) {
    const { code } = await space.run([...run.martsmith, '--yes', '--json'], warehouse.env)
    if (code === 0) throw new Error('what is broken does not show')
    return null
  }
  let last: Built | null = null
  for (const args of run.dbt) last = await warehouse.dbt(...args)
  const shows = !last?.success
  const isSilent = fault.silent === true || fault.causes.length === 0
  if (shows === isSilent)
    throw new Error(shows ? `fails aloud: ${last?.error ?? last?.failed[0]}` : 'what is broken does not show')
  return last?.error ? null : testsIn(readManifest(space.dir))
}

function lineOf(dir: string, { file, at }: Cause): number | null {
  if (!file || !at) return null
  const parts = readFileSync(join(dir, file), 'utf8').split(at)
  if (parts.length !== 2) throw new Error(`${file} holds ${at} ${parts.length - 1} times`)
  return (parts[0] ?? '').split('\n').length
}

async function asked(fault: Fault, { space, warehouse, house }: Place): Promise<Answer> {
  const env = { ...warehouse.env, ...fault.env }
  const release = fault.held ? await hold(join(space.dir, house.file)) : () => undefined
  try {
    return await space.run([...(fault.ask ?? ['debug']), '--fix', '--yes', '--json'], env)
  } finally {
    release()
  }
}

/** Another process with the warehouse's file open, until it is released. */
function hold(file: string): Promise<() => void> {
  const code = `import duckdb, sys, time; db = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(600)`
  const child = spawn(PYTHON, ['-c', code, file], { stdio: ['ignore', 'pipe', 'ignore'] })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.stdout.once('data', () => resolve(() => void child.kill()))
  })
}

async function moment(
  { space, warehouse }: Place,
  like: Parameters<typeof testsIn>[0],
  { refresh, before }: Fault,
) {
  let built = await warehouse.dbt('build', ...(refresh ? ['--full-refresh'] : []))
  // What failed has to be well too, where that was no build.
  const others = before && 'dbt' in before ? before.dbt.filter(([command]) => command !== 'build') : []
  for (const args of others) if (built.success) built = await warehouse.dbt(...args)
  const contents = await contentsOf(warehouse, like)
  return { built, contents, tests: built.error ? null : testsIn(readManifest(space.dir)) }
}

/** What the project that works makes of the same rows; null where it cannot: what it made before is right then. */
async function truth({ house, rows = [], next }: Fault, stage: Stage) {
  const { manifest } = await stage.standing(house)
  const other = await stage.copy(house)
  try {
    await other.warehouse.rows(...rows)
    const { success } = await other.warehouse.dbt('build')
    if (!success) return null
    const now = await contentsOf(other.warehouse, manifest)
    return { now, next: next ? await loaded(other, next, manifest) : null }
  } finally {
    await other.close()
  }
}

async function loaded({ warehouse }: Place, rows: string[], like: Parameters<typeof contentsOf>[1]) {
  await warehouse.rows(...rows)
  await warehouse.dbt('build')
  return contentsOf(warehouse, like)
}
