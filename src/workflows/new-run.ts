/** Begins a run: its id, its folder, its task, its record. Nothing has run yet. */
import { messageOf } from '../core/errors.ts'
import { fillTitle } from './resolve-input.ts'
import { reserveRunId, saveRun } from './runs.ts'
import type { Session } from './session.ts'
import { openTask } from './task.ts'
import type { RunRecord, WorkflowDefinition } from './types.ts'

export type NewRun = {
  definition: WorkflowDefinition
  request: string
  params: Record<string, unknown>
  target: string
  destination: string
  options: Record<string, unknown>
  sameWarehouse: string
  scope: string[]
  /** Hears of a task file that cannot be written: the data matters more than its record. */
  warn: (text: string) => void
}

export async function newRun(session: Session, wanted: NewRun): Promise<RunRecord> {
  const { project, redactor, now } = session
  const id = await reserveRunId(project.stateDir, wanted.definition.runPrefix)
  const { definition, params, target } = wanted
  const options = redactor.deep(wanted.options)
  const run: RunRecord = {
    id,
    workflow: definition.id,
    title: definition.title,
    request: redactor.text(wanted.request),
    status: 'running',
    params,
    definition,
    options,
    withheld: Object.keys(options).filter((name) => options[name] !== wanted.options[name]),
    sameWarehouse: redactor.text(wanted.sameWarehouse),
    target,
    destination: redactor.text(wanted.destination),
    startedAt: now().toISOString(),
    finishedAt: null,
    attempt: 1,
    durableId: id,
    fork: null,
    taskId: null,
    taskFile: null,
    failureTasks: {},
    steps: definition.steps.map((s, i) => ({
      number: i + 1,
      id: s.id,
      title: fillTitle(s.title, params),
      agent: s.agent,
      status: null,
      seconds: 0,
      outcome: null,
    })),
    waiting: null,
    answers: [],
    summary: '',
  }
  const task = await openTask(project.root, run, wanted.scope.map(redactor.text), now()).catch((error) => {
    wanted.warn(`The task file could not be written: ${messageOf(error)}`)
    return null
  })
  const begun = { ...run, taskId: task?.id ?? null, taskFile: task?.path ?? null }
  await saveRun(project.stateDir, begun)
  return begun
}
