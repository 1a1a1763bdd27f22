/**
 * The Markdown record that each run leaves in `.tasks/`: written as the run goes, safe to write twice.
 * A task file that cannot be written never stops a run: the data matters more than its record.
 */
import { messageOf } from '../core/errors.ts'
import { createTask, type Task, type TaskChange, updateTask } from '../ledger/index.ts'
import type { RunRecord, StepRecord } from './types.ts'

export type RunTask = {
  stepEnded(run: RunRecord, step: StepRecord): Promise<void>
  finished(run: RunRecord): Promise<void>
}

const WHO = 'workflow-orchestrator'
const STATUS_WORD = { success: 'Success', failed: 'Failed', skipped: 'Skipped' } as const

/** Creates the task of a new run, filled before anything is delegated. */
export async function openTask(root: string, run: RunRecord, scope: string[], now: Date): Promise<Task> {
  return createTask(
    root,
    {
      prefix: run.definition.taskPrefix,
      title: `${run.title}${subjectOf(run)}`,
      type: 'workflow',
      priority: 'medium',
      assignedTo: typeof run.params.requester === 'string' ? (run.definition.steps[0]?.agent ?? WHO) : WHO,
      coordinator: typeof run.params.requester === 'string' ? run.params.requester : 'user',
      status: 'in-progress',
      onceKey: run.id,
      tags: [run.workflow, run.target],
      description: {
        goal: run.request,
        context: `Run ${run.id} on target ${run.target}.`,
        scope: scope.join('\n'),
      },
      acceptanceCriteria: [
        'Every step ends with Success, or is Skipped for a reason that stands in the log.',
      ],
      checklist: run.steps.map(itemOf),
    },
    now,
  )
}

/** What the run is about, in a few words. */
function subjectOf({ params }: RunRecord): string {
  const subject = params.subject ?? params.select
  return subject ? `: ${subject}` : ''
}

function itemOf(step: StepRecord): string {
  return `Step ${step.number}: ${step.title} (${step.agent})`
}

/** Keeps the task in step with the run; what it could not write is told once through `warn`. */
export function runTask(root: string, now: () => Date, warn: (text: string) => void): RunTask {
  const warned = new Set<string>()
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      const text = `The task file could not be updated: ${messageOf(error)}`
      if (!warned.has(text)) warn(text)
      warned.add(text)
    }
  }
  const update = (run: RunRecord, change: TaskChange) =>
    run.taskId ? updateTask(root, run.taskId, change, now()) : Promise.resolve()

  return {
    stepEnded: (run, step) =>
      attempt(async () => {
        if (!step.status || !step.outcome) return
        await update(run, {
          status: 'in-progress',
          ...(isDone(run, step) ? { check: [itemOf(step)] } : {}),
          outputArtifacts: (step.outcome.changes ?? []).flatMap((c) =>
            c.kind === 'delete' ? [] : [c.to ?? c.path],
          ),
          log: [
            {
              who: step.agent,
              at: now(),
              text: [
                `Step ${step.number}: ${STATUS_WORD[step.status]}. ${step.outcome.summary}`,
                ...step.outcome.details,
              ].join('\n'),
            },
          ],
          once: `${run.durableId} step ${step.number}`,
        })
        if (step.status === 'failed') await openFailure(root, run, step, now())
        else await closeFailure(root, run, step, now())
      }),
    finished: (run) =>
      attempt(() =>
        update(run, {
          status: run.status === 'success' ? 'done' : run.status === 'failed' ? 'error' : 'blocked',
          log: [{ who: WHO, at: now(), text: run.summary }],
          once: `${run.id} ${run.status} attempt ${run.attempt}`,
        }),
      ),
  }
}

/** A step that was skipped because of a critical failure is still to be done. */
function isDone(run: RunRecord, step: StepRecord): boolean {
  if (step.status !== 'skipped') return step.status === 'success'
  return !run.steps.some((s, i) => s.status === 'failed' && run.definition.steps[i]?.critical)
}

/** A failed step gets a task of its own: it is what somebody takes up, and the log alone would hide it. */
async function openFailure(root: string, run: RunRecord, step: StepRecord, now: Date): Promise<void> {
  if (!run.taskId || !step.outcome) return
  const standing = run.failureTasks[step.id]
  if (standing) {
    const text = [`Failed again. ${step.outcome.summary}`, ...step.outcome.details].join('\n')
    await updateTask(
      root,
      standing,
      { status: 'error', log: [{ who: step.agent, at: now, text }], once: `${run.durableId} failed` },
      now,
    )
    return
  }
  const places = step.outcome.evidence.map((e) => (e.text.split('\n')[0] ?? '').replace(/^Failed: /, ''))
  const task = await createTask(
    root,
    {
      prefix: step.agent === 'dbt-runner' ? 'DBT' : run.definition.taskPrefix,
      title: `Mend step ${step.number} of ${run.id}: ${step.title}`,
      type: 'bug',
      priority: 'high',
      status: 'error',
      assignedTo: step.agent,
      coordinator: run.taskId,
      parentTaskId: run.taskId,
      inParentFolder: true,
      onceKey: `${run.id} ${step.id}`,
      description: {
        goal: `Make step ${step.number} (${step.title}) succeed.`,
        context: [step.outcome.summary, ...step.outcome.details].join('\n'),
        scope: 'What failed, and what was skipped with it.',
      },
      acceptanceCriteria: [`\`martsmith resume ${run.id}\` ends step ${step.number} with Success.`],
      checklist: places.length > 0 ? places : [step.outcome.summary],
    },
    now,
  )
  run.failureTasks[step.id] = task.id
}

/** When a later attempt succeeds, the failure's task is done. */
async function closeFailure(root: string, run: RunRecord, step: StepRecord, now: Date): Promise<void> {
  const id = run.failureTasks[step.id]
  if (!id) return
  await updateTask(
    root,
    id,
    {
      status: 'done',
      log: [
        {
          who: step.agent,
          at: now,
          text: `Step ${step.number} succeeded in attempt ${run.attempt} of ${run.id}.`,
        },
      ],
      once: `${run.id} closed`,
    },
    now,
  )
}
