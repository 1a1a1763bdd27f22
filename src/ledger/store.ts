import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isMartsmithError, MartsmithError } from '../core/errors.ts'
import { changeTask } from './change.ts'
import { invalid } from './errors.ts'
import {
  createText,
  findTaskFiles,
  readText,
  replaceText,
  type TaskFile,
  taskFolder,
  withLedgerLock,
} from './files.ts'
import { parseTask } from './parse.ts'
import { renderTask, timestamp } from './render.ts'
import type { NewTask, Task, TaskChange, TaskList } from './types.ts'

/** How long to wait for other writers; each holds the ledger for milliseconds. */
const WAIT_MS = 30_000

/**
 * Writes a new task file and returns the task. Its id carries `now` in UTC (the ids of people in different
 * time zones then sort as they happened), or the next second that is free.
 */
export async function createTask(projectDir: string, task: NewTask, now: Date): Promise<Task> {
  renderTask('', task, now) // Refuses a task that is not filled in before anything is locked.
  return withLedgerLock(projectDir, WAIT_MS, () => {
    const files = findTaskFiles(projectDir)
    const standing = task.onceKey === undefined ? undefined : findByOnceKey(projectDir, files, task.onceKey)
    if (standing) return standing
    const taken = new Set(files.map((file) => file.id))
    const folder = folderOf(projectDir, task)
    for (let at = now.getTime(); ; at += 1000) {
      const id = taskId(task.prefix, new Date(at))
      if (taken.has(id)) continue
      const path = `${folder}/${id}.md`
      const text = renderTask(id, task, now)
      if (createText(projectDir, path, text)) return parseTask(text, path)
    }
  })
}

/** `TASK-PIPE-20261121-081502`, in UTC. */
export function taskId(prefix: string, at: Date): string {
  const [date, time] = timestamp(at).replace(/[-:Z]/g, '').split('T')
  return `TASK-${prefix}-${date}-${time}`
}

function folderOf(projectDir: string, task: NewTask): string {
  const folder = taskFolder(projectDir)
  if (!task.inParentFolder) return folder
  if (!/^TASK-[\w-]+$/.test(task.parentTaskId ?? '')) {
    throw invalid(
      `"${task.parentTaskId ?? ''}" is no id of a parent task.`,
      'Give the id of a task, such as TASK-PIPE-20261121-081502.',
    )
  }
  return `${folder}/${task.parentTaskId}`
}

function findByOnceKey(projectDir: string, files: readonly TaskFile[], key: string): Task | undefined {
  for (const { path } of files) {
    const task = tryRead(projectDir, path)
    if (!(task instanceof Error) && task.frontMatter.once_key === key) return task
  }
  return undefined
}

/** The task of that id, or null when there is none. Throws `ledger.unreadable`. */
export async function findTask(projectDir: string, id: string): Promise<Task | null> {
  const file = locate(projectDir, id)
  return file ? parseTask(readText(projectDir, file.path), file.path) : null
}

/** The task of that id. Throws `ledger.not-found` or `ledger.unreadable`. */
export async function readTask(projectDir: string, id: string): Promise<Task> {
  const task = await findTask(projectDir, id)
  if (!task) throw notFound(projectDir, id)
  return task
}

/** All tasks in the order of their ids' times; what cannot be read is reported beside them. */
export async function listTasks(projectDir: string): Promise<TaskList> {
  const list: TaskList = { tasks: [], unreadable: [] }
  for (const { path } of findTaskFiles(projectDir, list.unreadable)) {
    const task = tryRead(projectDir, path)
    if (task instanceof Error) list.unreadable.push({ path, error: task })
    else list.tasks.push(task)
  }
  list.tasks.sort((a, b) => (timeOf(a.id) < timeOf(b.id) ? -1 : 1))
  return list
}

/**
 * Applies a change to a task's file, all of it in one move, and returns the task as it then stands. What
 * could not be done, such as checking an item that somebody reworded, is added to its `problems`.
 */
export async function updateTask(
  projectDir: string,
  id: string,
  change: TaskChange,
  now: Date = new Date(),
): Promise<Task> {
  return withLedgerLock(projectDir, WAIT_MS, () => {
    const file = locate(projectDir, id)
    if (!file) throw notFound(projectDir, id)
    let problems: string[] = []
    let text = ''
    replaceText(projectDir, file.path, (standing) => {
      const changed = changeTask(standing, file.path, change, now)
      problems = changed.problems
      text = changed.text
      return text
    })
    const task = parseTask(text, file.path)
    return { ...task, problems: [...task.problems, ...problems] }
  })
}

function locate(projectDir: string, id: string): TaskFile | undefined {
  // An id is never taken for a path.
  if (!/^TASK-[^/\\]+$/i.test(id)) return undefined
  const path = `${taskFolder(projectDir)}/${id}.md`
  if (existsSync(join(projectDir, path))) return { id, path }
  return findTaskFiles(projectDir).find((file) => file.id === id)
}

function tryRead(projectDir: string, path: string): Task | Error {
  try {
    return parseTask(readText(projectDir, path), path)
  } catch (error) {
    if (isMartsmithError(error)) return error
    throw error
  }
}

function notFound(projectDir: string, id: string): MartsmithError {
  const latest = findTaskFiles(projectDir)
    .map((file) => file.id)
    .sort((a, b) => (timeOf(a) > timeOf(b) ? -1 : 1))
    .slice(0, 3)
  const known = latest.length > 0 ? `The latest are ${latest.join(', ')}.` : 'There are no tasks yet.'
  return new MartsmithError({
    code: 'ledger.not-found',
    message: `There is no task ${id} in ${taskFolder(projectDir)}.`,
    mend: [known],
  })
}

/** What follows the prefix, so that tasks of all kinds sort by time. */
function timeOf(id: string): string {
  return `${/\d{8}-\d{6}$/.exec(id)?.[0] ?? ''} ${id}`
}
