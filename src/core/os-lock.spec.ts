import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { acquireLock, waitForLock } from './os-lock.ts'

const MODULE = new URL('./os-lock.ts', import.meta.url).href

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let path: string
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'os-lock-'))
  path = join(folder, 'locks', 'run.lock')
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

type Child = { process: ChildProcess; line(): Promise<string>; stderr(): string }

/** Runs `code` as a module of its own process; `path` and the two functions are in scope. */
function run(code: string): Child {
  const script = `import { acquireLock, waitForLock } from ${JSON.stringify(MODULE)}
    const path = ${JSON.stringify(path)}
    ${code}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  children.push(child)
  const lines: string[] = []
  let rest = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    child.emit('line')
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const line = async () => {
    while (lines.length === 0) await once(child, 'line')
    return lines.shift() ?? ''
  }
  return { process: child, line, stderr: () => stderr }
}

const HOLD = `
  const lock = acquireLock(path)
  console.log(lock ? 'held' : 'refused')
  process.stdin.on('data', () => { lock?.release(); console.log('released') })
`

describe('acquireLock', () => {
  test('holds against another handle of the same process until it is released', () => {
    const lock = acquireLock(path)
    expect(lock).not.toBeNull()
    expect(acquireLock(path)).toBeNull()
    lock?.release()
    const again = acquireLock(path)
    expect(again).not.toBeNull()
    lock?.release() // A second release frees nothing that somebody else holds.
    expect(acquireLock(path)).toBeNull()
    again?.release()
  })

  test('holds against another process, and the file stays an empty file alone', async () => {
    const child = run(HOLD)
    expect(await child.line()).toBe('held')
    expect(acquireLock(path)).toBeNull()
    expect(readdirSync(join(folder, 'locks'))).toEqual(['run.lock'])
    expect(statSync(path).size).toBe(0)
    child.process.stdin?.write('release\n')
    expect(await child.line()).toBe('released')
    const lock = acquireLock(path)
    expect(lock).not.toBeNull()
    lock?.release()
  })

  test('is free at once when its holder is killed with SIGKILL', async () => {
    const child = run(HOLD)
    expect(await child.line()).toBe('held')
    child.process.kill('SIGKILL')
    await once(child.process, 'exit')
    const lock = acquireLock(path)
    expect(lock).not.toBeNull()
    lock?.release()
    expect(readdirSync(join(folder, 'locks'))).toEqual(['run.lock'])
  })

  test('stays held when nobody keeps a reference to it', async () => {
    const child = run(`
      acquireLock(path)
      const { setFlagsFromString } = await import('node:v8')
      setFlagsFromString('--expose-gc')
      const gc = (await import('node:vm')).runInNewContext('gc')
      for (let i = 0; i < 5; i++) { gc(); await new Promise((r) => setTimeout(r, 10)) }
      console.log('held')
      setInterval(() => {}, 1000)
    `)
    expect(await child.line()).toBe('held')
    expect(acquireLock(path)).toBeNull()
  })

  test('waits as long as it is told', async () => {
    const lock = acquireLock(path)
    const start = performance.now()
    expect(acquireLock(path, { waitMs: 150 })).toBeNull()
    expect(performance.now() - start).toBeGreaterThanOrEqual(100)
    lock?.release()
  })

  test('prints no warning', async () => {
    const child = run(HOLD)
    expect(await child.line()).toBe('held')
    expect(child.stderr()).toBe('')
  })

  test('says what is wrong with a lock file that is none', () => {
    const other = join(folder, 'notes.txt')
    writeFileSync(other, 'these are notes, not a lock\n'.repeat(50))
    expect(() => acquireLock(other)).toThrowError(/cannot be used: file is not a database/)
    expect(() => acquireLock(join(other, 'run.lock'))).toThrowError(
      expect.objectContaining({ code: 'lock.unusable' }),
    )
  })
})

test.runIf(process.platform === 'linux')('refuses a lock file that it may not write', async () => {
  acquireLock(path)?.release()
  // Root may write everything, so the module is read before the child becomes somebody else.
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'locks'), 0o755)
  chmodSync(path, 0o444)
  const child = run(`
    if (process.getuid() === 0) process.setuid(65534)
    try { console.log(acquireLock(path) ? 'held' : 'refused') } catch (error) { console.log(error.message) }
  `)
  expect(await child.line()).toContain('attempt to write a readonly database')
})

describe('waitForLock', () => {
  test('gets the lock when it is released, and leaves the event loop free meanwhile', async () => {
    const lock = acquireLock(path)
    let ticks = 0
    const ticker = setInterval(() => ticks++, 5)
    setTimeout(() => lock?.release(), 120)
    const next = await waitForLock(path, { waitMs: 5_000 })
    clearInterval(ticker)
    expect(next).not.toBeNull()
    // A wait that holds the loop up lets none through; how many do is for the machine to say.
    expect(ticks).toBeGreaterThan(0)
    next?.release()
  })

  test('gets the lock when its holder is killed', async () => {
    const child = run(HOLD)
    expect(await child.line()).toBe('held')
    const waiting = waitForLock(path, { waitMs: 20_000 })
    child.process.kill('SIGKILL')
    const lock = await waiting
    expect(lock).not.toBeNull()
    lock?.release()
  })

  test('gives up after its time, and at once when it is aborted', async () => {
    const lock = acquireLock(path)
    expect(await waitForLock(path, { waitMs: 60 })).toBeNull()
    expect(await waitForLock(path, { waitMs: 0 })).toBeNull()
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 30)
    await expect(waitForLock(path, { waitMs: 60_000, signal: stop.signal })).rejects.toThrow('enough')
    await expect(waitForLock(path, { waitMs: 0, signal: stop.signal })).rejects.toThrow('enough')
    lock?.release()
  })

  test('lets one in at a time, whatever starts together', async () => {
    const file = join(folder, 'inside.txt')
    writeFileSync(file, '')
    const rounds = 40
    const workers = Array.from({ length: 4 }, () =>
      run(`
        import { readFileSync, writeFileSync } from 'node:fs'
        const file = ${JSON.stringify(file)}
        for (let i = 0; i < ${rounds}; i++) {
          const lock = await waitForLock(path, { waitMs: 60_000 })
          const inside = readFileSync(file, 'utf8')
          await new Promise((r) => setImmediate(r))
          writeFileSync(file, inside + process.pid + '\\n')
          lock.release()
        }
        console.log('done')
      `),
    )
    for (const worker of workers) expect(await worker.line()).toBe('done')
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(4 * rounds)
  })
})
