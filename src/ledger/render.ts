import { invalid } from './errors.ts'
import { headingText, isHeadingSafe, sectionNameOf } from './sections.ts'
import {
  encodeBlock,
  encodeItem,
  encodeName,
  normalizeText,
  singleLine,
  tomlString,
  tomlStrings,
} from './text.ts'
import {
  type NewLogEntry,
  type NewTask,
  OPEN_MARK,
  STATUS_TEXT,
  TASK_PREFIXES,
  type TaskSection,
} from './types.ts'

/** The whole text of a new task. Pure; throws `ledger.invalid` when something that must be filled is not. */
export function renderTask(id: string, task: NewTask, now: Date): string {
  checkComplete(task)
  const created = { who: task.coordinator, text: `Created and assigned to ${task.assignedTo}.`, at: now }
  return `${[
    ...frontMatterOf(id, task, now),
    '',
    ...headed(1, headingText(task.title), []),
    ...headed(2, 'Description', []),
    ...headed(3, 'Goal', blockLines(task.description.goal)),
    ...headed(3, 'Context', blockLines(task.description.context)),
    ...headed(3, 'Scope', blockLines(task.description.scope)),
    ...(task.sections ?? []).flatMap((section) =>
      headed(2, sectionHeading(section), blockLines(section.markdown)),
    ),
    ...headed(2, 'Acceptance Criteria', task.acceptanceCriteria.flatMap(criterionLines)),
    ...headed(2, 'Checklist', task.checklist.flatMap(checklistLines)),
    '## Log Entries',
    '',
    ...logLines(created),
  ].join('\n')}\n`
}

function frontMatterOf(id: string, task: NewTask, now: Date): string[] {
  const values: [string, string | undefined][] = [
    ['id', tomlString(id)],
    ['title', tomlString(task.title)],
    ['status', tomlString(STATUS_TEXT[task.status ?? 'todo'])],
    ['type', tomlString(task.type)],
    ['priority', tomlString(task.priority)],
    ['created_date', tomlString(timestamp(now))],
    ['updated_date', tomlString(timestamp(now))],
    ['assigned_to', tomlString(task.assignedTo)],
    ['coordinator', tomlString(task.coordinator)],
    ['parent_task_id', task.parentTaskId === undefined ? undefined : tomlString(task.parentTaskId)],
    ['input_artifacts', tomlStrings(task.inputArtifacts ?? [])],
    ['output_artifacts', tomlStrings([])],
    ['related_docs', tomlStrings(task.relatedDocs ?? [])],
    ['tags', tomlStrings(task.tags ?? [])],
    ['once_key', task.onceKey === undefined ? undefined : tomlString(task.onceKey)],
  ]
  const lines = values.flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${value}`]))
  return ['+++', ...lines, '+++']
}

/** Whole seconds, UTC: `2026-11-21T08:15:02Z`. */
export function timestamp(at: Date): string {
  if (Number.isNaN(at.getTime())) throw invalid('A task was given an invalid date.', 'Give a valid Date.')
  return `${at.toISOString().slice(0, -5)}Z`
}

function headed(level: number, heading: string, content: string[]): string[] {
  const lines = [`${'#'.repeat(level)} ${heading}`, '']
  return content.length > 0 ? [...lines, ...content, ''] : lines
}

export function blockLines(text: string): string[] {
  return encodeBlock(text, isHeadingSafe).split('\n')
}

/** The text of a section's heading. Throws for one that means something to us. */
export function sectionHeading(section: TaskSection): string {
  const heading = headingText(section.heading)
  if (heading !== '' && sectionNameOf(heading) === undefined) return heading
  throw invalid(`"${heading}" cannot be the heading of a section of its own.`, 'Choose another heading.')
}

function criterionLines(text: string): string[] {
  return indented('- ', encodeItem(text, true))
}

function checklistLines(text: string): string[] {
  return indented(`- [${OPEN_MARK}] `, encodeItem(text, false))
}

/**
 * The lines of a log entry, `once` (if any) as a comment that Markdown does not show:
 * `- 2026-11-21T08:15:02Z · dbt-runner · 13 of 14 models built <!-- once pipe-7f3a/2 -->`
 */
export function logLines(entry: NewLogEntry, once?: string): string[] {
  const [first, ...rest] = encodeItem(entry.text, false)
  const mark = once === undefined ? '' : ` <!-- once ${once} -->`
  const start = `${timestamp(entry.at)} · ${encodeName(entry.who)} · ${first}`.trimEnd()
  return indented('- ', [start + mark, ...rest])
}

/** Further lines stand under the first one's text, so that Markdown takes them for the same item. */
function indented(bullet: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? bullet + line : line === '' ? '' : `  ${line}`))
}

/** A task is filled before it is delegated: an empty part is a mistake of whoever creates it. */
function checkComplete(task: NewTask): void {
  const texts: [string, string][] = [
    ['title', task.title],
    ['type', task.type],
    ['priority', task.priority],
    ['assignedTo', task.assignedTo],
    ['coordinator', task.coordinator],
    ['description.goal', task.description.goal],
    ['description.context', task.description.context],
    ['description.scope', task.description.scope],
    ...task.acceptanceCriteria.map((text, i): [string, string] => [`acceptanceCriteria[${i}]`, text]),
    ...task.checklist.map((text, i): [string, string] => [`checklist[${i}]`, text]),
  ]
  const empty = texts.filter(([, text]) => normalizeText(text) === '').map(([name]) => name)
  if (task.acceptanceCriteria.length === 0) empty.push('acceptanceCriteria')
  if (task.checklist.length === 0) empty.push('checklist')
  if (empty.length > 0) {
    const title = singleLine(task.title)
    throw invalid(`The task "${title}" is not filled in: ${empty.join(', ')}.`, 'Fill in all of it.')
  }
  if (!TASK_PREFIXES.includes(task.prefix)) {
    throw invalid(`The task prefix ${task.prefix} is unknown.`, `Use one of ${TASK_PREFIXES.join(', ')}.`)
  }
}
