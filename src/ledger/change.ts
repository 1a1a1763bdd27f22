import { isDeepStrictEqual } from 'node:util'
import { MartsmithError } from '../core/errors.ts'
import { hasSection, withLogLines, withSection } from './body-edit.ts'
import { invalid } from './errors.ts'
import { changeFrontMatter } from './front-matter-edit.ts'
import { applyEdits, type Edit } from './lines.ts'
import type { Item } from './markdown.ts'
import { type ParsedTask, parseWhole } from './parse.ts'
import { logLines, timestamp } from './render.ts'
import { normalizeText, singleLine } from './text.ts'
import { DONE_MARK, type NewLogEntry, OPEN_MARK, STATUS_TEXT, type Task, type TaskChange } from './types.ts'

/** The changed text, the same text when nothing was left to do, and what could not be done. */
export type Changed = { text: string; problems: string[] }

/**
 * Applies a change to a task file's text. Pure. Every byte that the change does not mean stays; where
 * something changes at all, `updated_date` does too. Throws `ledger.unreadable` for a text that is no task.
 */
export function changeTask(text: string, path: string, change: TaskChange, now: Date): Changed {
  const before = parseWhole(text, path)
  const once = onceKeyOf(change)
  if (once !== undefined && before.applied.has(once)) return { text, problems: [] }

  const boxes = changeBoxes(before, change)
  const isUnmarked = boxes.edits.length === 0
  let next = isUnmarked ? { text, parsed: before } : read(applyEdits(text, boxes.edits), path)
  let expected = { ...contentOfTask(before.task), checklist: boxes.checklist }
  for (const section of change.sections ?? []) {
    const isThere = ({ text, parsed }: Standing) => hasSection(text, parsed, section)
    if (isThere(next)) continue
    next = firstThatReads(withSection(next.text, next.parsed, section), expected, path, isThere)
  }
  const entries = freshEntries(before, change, boxes.isRepeated)
  if (entries.length > 0) {
    const lines = entries.flatMap((entry, index) => logLines(entry, index === 0 ? once : undefined))
    expected = { ...expected, log: [...expected.log, ...entries.map(readBack)] }
    next = firstThatReads(withLogLines(next.text, next.parsed, lines), expected, path)
  }
  return { text: withKeys(next, path, change, now, text), problems: boxes.problems }
}

/** A text and what it says, so that it is not read again for every part of a change. */
type Standing = { text: string; parsed: ParsedTask }

function read(text: string, path: string): Standing {
  return { text, parsed: parseWhole(text, path) }
}

/** The key as it is written: nothing in it can end the comment that holds it. */
function onceKeyOf(change: TaskChange): string | undefined {
  if (change.once === undefined) return undefined
  if (!change.log?.length || change.once === '') {
    throw invalid('A change that applies once needs a key and a log entry to keep it in.', 'Add both.')
  }
  return encodeURIComponent(change.once.toWellFormed()).replaceAll('%2F', '/')
}

/** What a task says, without the places where it says it. */
type Content = {
  description: Task['description']
  acceptanceCriteria: string[]
  checklist: { text: string; done: boolean }[]
  log: { at: string; who: string; text: string }[]
}

function contentOfTask(task: Task): Content {
  return {
    description: task.description,
    acceptanceCriteria: task.acceptanceCriteria,
    checklist: task.checklist.map(({ text, done }) => ({ text, done })),
    log: task.log.map(({ at, who, text }) => ({ at, who, text })),
  }
}

/** Nothing is written unless reading it gives what was there before, and the change. */
function firstThatReads(
  candidates: Iterable<string>,
  expected: Content,
  path: string,
  isThere: (standing: Standing) => boolean = () => true,
): Standing {
  for (const text of candidates) {
    const standing = read(text, path)
    if (isDeepStrictEqual(contentOfTask(standing.parsed.task), expected) && isThere(standing)) return standing
  }
  throw new MartsmithError({
    code: 'ledger.unsafe-edit',
    message: `${path}: nothing can be added without changing what the rest means; nothing was written.`,
    mend: [
      'See that it has a heading "Checklist", and that every code fence (```) and comment (<!--) is closed.',
    ],
  })
}

type Boxes = { edits: Edit[]; checklist: Content['checklist']; problems: string[]; isRepeated: boolean }

function changeBoxes(parsed: ParsedTask, change: TaskChange): Boxes {
  const problems: string[] = []
  const { checklist } = parsed.task
  const find = (wanted: readonly (string | number)[] | undefined) => {
    const found = (wanted ?? []).map((which) => findItem(checklist, which, problems))
    return new Set(found.filter((index) => index !== undefined))
  }
  const check = find(change.check)
  const uncheck = find(change.uncheck)
  if ([...check].some((index) => uncheck.has(index))) {
    throw invalid('A change both checks and unchecks an item.', 'Name the item once.')
  }
  const done = checklist.map((item, index) => (item.done || check.has(index)) && !uncheck.has(index))
  const edits = parsed.checklistItems.flatMap((item, index) =>
    item.done === done[index] ? [] : markEdit(item, done[index] ? DONE_MARK : OPEN_MARK),
  )
  return {
    edits,
    checklist: checklist.map((item, index) => ({ text: item.text, done: done[index] === true })),
    problems,
    isRepeated: check.size > 0 && [...check].every((index) => checklist[index]?.done),
  }
}

/** A person may have reworded an item meanwhile; that stops nothing, it is reported. */
function findItem(
  checklist: Task['checklist'],
  which: string | number,
  problems: string[],
): number | undefined {
  const index =
    typeof which === 'number'
      ? which
      : checklist.findIndex((item) => singleLine(item.text) === singleLine(which))
  if (checklist[index]) return index
  problems.push(`The checklist has no item ${JSON.stringify(which)}.`)
  return undefined
}

function markEdit(item: Item, mark: string): Edit {
  const { start, end } = item.mark ?? { start: 0, end: 0 }
  return { start, end, insert: mark }
}

/** Entries that the log does not hold yet; see `TaskChange` for what counts as the same. */
function freshEntries(parsed: ParsedTask, change: TaskChange, isRepeated: boolean): NewLogEntry[] {
  if (change.once !== undefined) return [...(change.log ?? [])]
  const exact = new Set<string>()
  const atAnyTime = new Set<string>()
  for (const { at, who, text } of parsed.task.log) {
    exact.add(JSON.stringify([at, who, text]))
    if (isRepeated) atAnyTime.add(JSON.stringify([who, text]))
  }
  return (change.log ?? []).filter((entry) => {
    const { at, who, text } = readBack(entry)
    const key = JSON.stringify([at, who, text])
    const isKnown = exact.has(key) || atAnyTime.has(JSON.stringify([who, text]))
    exact.add(key)
    return !isKnown
  })
}

/** An entry as it will be read: a name is one line, a text has no white space at its ends. */
function readBack(entry: NewLogEntry): Content['log'][number] {
  return { at: timestamp(entry.at), who: singleLine(entry.who), text: normalizeText(entry.text) }
}

function withKeys(
  { text, parsed: { front, task } }: Standing,
  path: string,
  change: TaskChange,
  now: Date,
  original: string,
): string {
  const set: Record<string, string> = {}
  if (change.status !== undefined && front.values.status !== STATUS_TEXT[change.status]) {
    set.status = STATUS_TEXT[change.status]
  }
  if (change.assignedTo !== undefined && task.assignedTo !== change.assignedTo) {
    set.assigned_to = change.assignedTo
  }
  const added = (change.outputArtifacts ?? []).filter((path) => !task.outputArtifacts.includes(path))
  if (text === original && Object.keys(set).length === 0 && added.length === 0) return text
  set.updated_date = timestamp(now)
  return changeFrontMatter(text, front, { set, add: { output_artifacts: added } }, path)
}
