import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { acquireLock } from '../core/os-lock.ts'
import { replaceText } from './files.ts'
import { createTask, findTask, listTasks, type NewTask, parseTask, readTask, updateTask } from './index.ts'

const LEDGER = new URL('./index.ts', import.meta.url).href
const NOW = new Date('2026-11-21T08:15:02Z')
const ID = 'TASK-PIPE-20261121-081502'

const TASK: NewTask = {
  prefix: 'PIPE',
  title: 'Run the full pipeline',
  type: 'Pipeline',
  priority: 'High',
  assignedTo: 'dbt-runner',
  coordinator: 'ada',
  description: { goal: 'Fresh marts.', context: 'New data.', scope: 'fct_trips.' },
  acceptanceCriteria: ['All tests pass.'],
  checklist: ['load', 'build'],
}

// Several processes on a busy machine take their time; nothing here depends on how long.
vi.setConfig({ testTimeout: 60_000 })

let project: string
const children: ChildProcess[] = []

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'ledger-'))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(project, { recursive: true, force: true })
})

/** Runs `code` in a process of its own; the ledger, `project`, `task` and `now` are in scope. */
function run(code: string): ChildProcess {
  const script = `import { createTask, updateTask } from ${JSON.stringify(LEDGER)}
    const project = ${JSON.stringify(project)}, task = ${JSON.stringify(TASK)}, now = new Date(${NOW.getTime()})
    ${code}`
  const args = ['--input-type=module', '-e', script]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

async function finish(child: ChildProcess): Promise<string> {
  let out = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk
  })
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  return out
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(join(project, path, '..'), { recursive: true })
  writeFileSync(join(project, path), content)
}

describe('createTask', () => {
  test('writes a whole task, and nothing that would be committed besides', async () => {
    const task = await createTask(project, { ...TASK, tags: ['a'] }, NOW)
    expect(task).toMatchObject({ id: ID, path: `.tasks/${ID}.md`, status: 'todo', problems: [], tags: ['a'] })
    expect(parseTask(readFileSync(join(project, task.path), 'utf8'), task.path)).toEqual(task)
    expect(readdirSync(project).sort()).toEqual(['.martsmith', '.tasks'])
    expect(readdirSync(join(project, '.tasks'))).toEqual([`${ID}.md`])
    expect(readFileSync(join(project, '.martsmith/.gitignore'), 'utf8')).toBe('*\n')
  })

  test('honours a folder .mdtm, unless there is one of ours', async () => {
    write(`.mdtm/${ID}.md`, 'theirs')
    const task = await createTask(project, TASK, NOW)
    expect(task.path).toBe('.mdtm/TASK-PIPE-20261121-081503.md')
    mkdirSync(join(project, '.tasks'))
    const next = await createTask(project, TASK, NOW)
    expect(next.path).toBe('.tasks/TASK-PIPE-20261121-081504.md')
    expect(await readTask(project, task.id)).toEqual(task)
  })

  test('takes the next second that is free, sub-folders included', async () => {
    write(`.tasks/done/${ID}.md`, '')
    write('.tasks/TASK-PIPE-20261121-081503.md', '')
    const at = new Date('2026-11-21T09:15:02.999+01:00')
    expect((await createTask(project, TASK, at)).id).toBe('TASK-PIPE-20261121-081504')
    expect((await createTask(project, { ...TASK, prefix: 'DB' }, at)).id).toBe('TASK-DB-20261121-081502')
  })

  test('puts a sub-task into the folder of its parent when it is asked to', async () => {
    const parent = await createTask(project, TASK, NOW)
    const child = { ...TASK, parentTaskId: parent.id, inParentFolder: true }
    const task = await createTask(project, child, NOW)
    expect(task).toMatchObject({ path: `.tasks/${ID}/${task.id}.md`, parentTaskId: ID })
    expect((await readTask(project, task.id)).path).toBe(task.path)
    for (const parentTaskId of ['../TASK-X', 'TASK-../../x', undefined]) {
      await expect(createTask(project, { ...child, parentTaskId }, NOW)).rejects.toThrow('no id of a parent')
    }
  })

  test('creates one task per key', async () => {
    const task = await createTask(project, { ...TASK, onceKey: 'pipe-7f3a/1' }, NOW)
    await updateTask(project, task.id, { status: 'done' })
    const again = await createTask(project, { ...TASK, onceKey: 'pipe-7f3a/1' }, new Date())
    expect(again).toMatchObject({ id: task.id, status: 'done' })
    expect((await createTask(project, { ...TASK, onceKey: 'pipe-7f3a/2' }, NOW)).id).not.toBe(task.id)
  })

  test('gives every task an id of its own, from several processes in one second', async () => {
    const code = `const ids = []
      for (let i = 0; i < 25; i++) ids.push((await createTask(project, task, now)).id)
      console.log(ids.join('\\n'))`
    const outs = await Promise.all(Array.from({ length: 4 }, () => finish(run(code))))
    const ids = outs.flatMap((out) => out.trim().split('\n'))
    expect(new Set(ids).size).toBe(100)
    const { tasks, unreadable } = await listTasks(project)
    expect(tasks.map((task) => task.id)).toEqual([...ids].sort())
    expect(unreadable).toEqual([])
  })

  test('says where it cannot write', async () => {
    writeFileSync(join(project, '.tasks'), 'a file')
    await expect(createTask(project, TASK, NOW)).rejects.toThrow(/^\.tasks.* not a folder\.$/)
    await expect(createTask(join(project, 'none'), TASK, NOW)).rejects.toThrow('it does not exist')
    expect(existsSync(join(project, 'none'))).toBe(false)
  })
})

describe('updateTask', () => {
  test('changes the file in place, with its mode, behind its link', async () => {
    const { path } = await createTask(project, TASK, NOW)
    renameSync(join(project, path), join(project, 'elsewhere.md'))
    symlinkSync('../elsewhere.md', join(project, path))
    chmodSync(join(project, 'elsewhere.md'), 0o640)
    const log = [{ who: 'dbt-runner', text: 'built', at: NOW }]
    const task = await updateTask(project, ID, { status: 'in-progress', check: ['build'], log }, NOW)
    expect(task).toMatchObject({ status: 'in-progress', problems: [] })
    expect(await readTask(project, ID)).toEqual(task)
    expect(lstatSync(join(project, path)).isSymbolicLink()).toBe(true)
    expect(statSync(join(project, 'elsewhere.md')).mode & 0o777).toBe(0o640)
  })

  test('reports what it could not do', async () => {
    await createTask(project, TASK, NOW)
    const task = await updateTask(project, ID, { status: 'review', check: ['deploy'] })
    expect(task).toMatchObject({ status: 'review', problems: ['The checklist has no item "deploy".'] })
  })

  test('keeps what an editor saves between reading and writing', async () => {
    const { path } = await createTask(project, TASK, NOW)
    let saves = 3
    replaceText(project, path, (text) => {
      if (saves-- > 0) writeFileSync(join(project, path), `${text}by hand ${saves}\n`)
      return `${text}by us\n`
    })
    expect(readFileSync(join(project, path), 'utf8')).toMatch(/by hand 2\nby hand 1\nby hand 0\nby us\n$/)
  })

  test('loses no entry of several processes and of several calls at once', async () => {
    await createTask(project, TASK, NOW)
    const code = (who: number) => `for (let i = 0; i < 50; i++) {
      await updateTask(project, '${ID}', { log: [{ who: 'w${who}', text: 'entry ' + i, at: new Date() }] })
    }`
    const calls = Array.from({ length: 20 }, (_, i) =>
      updateTask(project, ID, { log: [{ who: 'here', text: `entry ${i}`, at: NOW }] }),
    )
    await Promise.all([...calls, ...[0, 1, 2, 3].map((who) => finish(run(code(who))))])
    const { log } = await readTask(project, ID)
    expect(log).toHaveLength(1 + 4 * 50 + 20)
    for (const who of ['w0', 'w1', 'w2', 'w3']) {
      const texts = log.filter((entry) => entry.who === who).map((entry) => entry.text)
      expect(texts).toEqual(Array.from({ length: 50 }, (_, i) => `entry ${i}`))
    }
  })

  test('is whole or not done at all when the writer is killed', async () => {
    const { path } = await createTask(project, TASK, NOW)
    for (let round = 0; round < 6; round++) {
      const child = run(`console.log('go')
        for (let i = 0; ; i++) {
          const log = [{ who: 'w', text: 'entry ${round} ' + i + ' ' + 'x'.repeat(5000), at: new Date() }]
          await updateTask(project, '${ID}', { log })
        }`)
      if (child.stdout) await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, 60 + round * 7))
      child.kill('SIGKILL')
      await once(child, 'close')
      const { log, problems } = await readTask(project, ID)
      expect(problems).toEqual([])
      expect(log.filter((entry) => entry.who === 'w').every((entry) => /x{5000}$/.test(entry.text))).toBe(
        true,
      )
    }
    write('.tasks/.TASK-X.md.0123abcd.tmp', 'left behind')
    await updateTask(project, ID, { status: 'done' })
    expect(readdirSync(join(project, '.tasks'))).toEqual([path.replace('.tasks/', '')])
  })

  test('waits for a lock that is held, and reading does not', async () => {
    await createTask(project, TASK, NOW)
    const lock = acquireLock(join(project, '.martsmith/locks/tasks.lock'))
    const waiting = updateTask(project, ID, { status: 'done' })
    expect((await readTask(project, ID)).status).toBe('todo')
    lock?.release()
    expect((await waiting).status).toBe('done')
  })
})

describe('finding tasks', () => {
  test('never takes an id for a path', async () => {
    write('TASK-X.md', 'secret')
    await createTask(project, TASK, NOW)
    for (const id of ['../TASK-X', 'TASK-../../TASK-X', '/etc/passwd', '', 'TASK-X\0']) {
      expect(await findTask(project, id)).toBeNull()
      const error = { code: 'ledger.not-found', exitCode: 2, mend: [`The latest are ${ID}.`] }
      await expect(readTask(project, id)).rejects.toMatchObject(error)
      await expect(updateTask(project, id, { status: 'done' })).rejects.toMatchObject(error)
    }
  })

  test('finds none in a project without tasks', async () => {
    expect(await listTasks(project)).toEqual({ tasks: [], unreadable: [] })
    await expect(readTask(project, ID)).rejects.toMatchObject({ mend: ['There are no tasks yet.'] })
    expect(readdirSync(project)).toEqual([])
  })

  test('lists by time, and what is unreadable beside the rest, which it never touches', async () => {
    const broken: Record<string, [string | Buffer, string]> = {
      'TASK-DB-1': ['', '1: the file is empty.'],
      'TASK-DB-2': ['# no front matter', '1: there is no front matter.'],
      'TASK-DB-3': ['+++\nid = "a"\nid = \n+++\n', '3: the front matter is not valid TOML'],
      'TASK-DB-4': [Buffer.from('+++\nid = "a"\n+++\n\0\x01'), '4: the file holds binary data'],
      'TASK-DB-5': [Buffer.from('+++\nid = "a"\n+++\ncaf\xe9\n', 'latin1'), '4: the file is not UTF-8.'],
      'TASK-DB-6': ['+++\nstatus = "Later"\n+++\n', '2: the status "Later" is unknown.'],
    }
    for (const [id, [content]] of Object.entries(broken)) write(`.tasks/${id}.md`, content)
    symlinkSync('nowhere.md', join(project, '.tasks/TASK-DB-7.md'))
    write('.tasks/README.md', 'no task')
    await createTask(project, { ...TASK, prefix: 'REV' }, NOW)
    await createTask(project, TASK, new Date(NOW.getTime() + 1000))
    await createTask(project, { ...TASK, prefix: 'DB' }, new Date(NOW.getTime() + 2000))

    const { tasks, unreadable } = await listTasks(project)
    expect(tasks.map((task) => task.id.slice(5, 8))).toEqual(['REV', 'PIP', 'DB-'])
    expect(unreadable.map(({ path }) => path.slice(7, 16))).toEqual([...Object.keys(broken), 'TASK-DB-7'])
    for (const [id, [content, message]] of Object.entries(broken)) {
      const error = {
        code: 'ledger.unreadable',
        exitCode: 2,
        message: expect.stringContaining(`.tasks/${id}.md:${message}`),
      }
      await expect(readTask(project, id)).rejects.toMatchObject(error)
      await expect(updateTask(project, id, { status: 'done' })).rejects.toMatchObject(error)
      expect(readFileSync(join(project, `.tasks/${id}.md`))).toEqual(Buffer.from(content))
    }
  })
})
