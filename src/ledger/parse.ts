import { unreadable } from './errors.ts'
import { type FrontMatter, lineOfKey, readFrontMatter } from './front-matter.ts'
import { contentOf } from './lines.ts'
import { type Item, type Scan, scanMarkdown } from './markdown.ts'
import { type Section, type SectionName, sectionAt, sectionsOf } from './sections.ts'
import { decodeBlock, decodeCharacters, decodeItem } from './text.ts'
import {
  type ChecklistItem,
  type LogEntry,
  STATUS_TEXT,
  type Task,
  type TaskDescription,
  type TaskStatus,
} from './types.ts'

/** A task together with the places in its text that an update edits. */
export type ParsedTask = {
  task: Task
  front: FrontMatter
  scan: Scan
  sections: Section[]
  /** In the order of `task.checklist`. */
  checklistItems: Item[]
  /** Keys, as they are written, of the changes that were applied once. */
  applied: Set<string>
}

/** Reads a task file's text. Pure; `path` is for messages and the id. Throws `ledger.unreadable`. */
export function parseTask(text: string, path: string): Task {
  return parseWhole(text, path).task
}

export function parseWhole(text: string, path: string): ParsedTask {
  const front = readFrontMatter(text, path)
  const keys = readKeys(text, front, path)
  const scan = scanMarkdown(text, front.body)
  const sections = sectionsOf(scan, keys.title)
  const checklistItems = checklistOf(scan, sections)
  const logItems = itemsOf(scan, sections, 'log').filter((item) => item.depth === 1)
  const entries = logItems.map(readEntry)
  const task: Task = {
    ...keys,
    frontMatter: front.values,
    description: descriptionOf(text, scan, sections),
    acceptanceCriteria: itemsOf(scan, sections, 'criteria').map((item) => decodeItem(item.text, !item.mark)),
    checklist: checklistItems.map(readChecklistItem),
    log: entries.map((entry) => entry.entry),
    problems: [...keys.problems, ...bodyProblems(scan, sections)],
    path,
  }
  const applied = new Set(entries.flatMap(({ once }) => (once === undefined ? [] : [once])))
  return { task, front, scan, sections, checklistItems, applied }
}

type Keys = Omit<Task, 'frontMatter' | 'description' | 'acceptanceCriteria' | 'checklist' | 'log' | 'path'>

function readKeys(text: string, front: FrontMatter, path: string): Keys {
  const problems: string[] = []
  const fromPath = path.replace(/^.*[\\/]/, '').replace(/\.md$/i, '')
  const required = (key: string) => {
    const value = front.values[key]
    if (value === undefined) problems.push(`The key "${key}" is missing.`)
    else if (typeof value !== 'string' && !(value instanceof Date)) {
      problems.push(`The key "${key}" is not a text.`)
    }
    return plainText(value)
  }
  const optional = (key: string) => listOf(front.values[key], key, problems)
  const id = required('id')
  if (id !== '' && id !== fromPath) problems.push(`The key "id" is ${id}, but the file is ${fromPath}.md.`)
  const parent = plainText(front.values.parent_task_id)
  return {
    id: fromPath,
    title: required('title'),
    status: readStatus(text, front, path, problems),
    type: required('type'),
    priority: required('priority'),
    createdDate: required('created_date'),
    updatedDate: required('updated_date'),
    assignedTo: required('assigned_to'),
    coordinator: required('coordinator'),
    parentTaskId: parent === '' ? undefined : parent,
    inputArtifacts: optional('input_artifacts'),
    outputArtifacts: optional('output_artifacts'),
    relatedDocs: optional('related_docs'),
    tags: optional('tags'),
    problems,
  }
}

function plainText(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && !(value instanceof Date))) return ''
  return value instanceof Date ? value.toISOString() : String(value)
}

function listOf(value: unknown, key: string, problems: string[]): string[] {
  if (value === undefined || value === '') return []
  if (typeof value === 'string') return [value]
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  problems.push(`The key "${key}" is not a list of texts.`)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

const STATUSES = Object.keys(STATUS_TEXT) as TaskStatus[]

/** The words decide, so that a status typed by hand without its mark is understood too. */
function readStatus(text: string, front: FrontMatter, path: string, problems: string[]): TaskStatus {
  const value = front.values.status
  if (value === undefined) {
    problems.push('The key "status" is missing; the task is taken as to do.')
    return 'todo'
  }
  const found = STATUSES.find((status) => wordsOf(STATUS_TEXT[status]) === wordsOf(plainText(value)))
  if (found) return found
  const known = STATUSES.map((status) => `"${STATUS_TEXT[status]}"`).join(', ')
  const line = lineOfKey(text, front, 'status')
  throw unreadable(path, line, `the status "${plainText(value)}" is unknown.`, `Write one of ${known}.`)
}

function wordsOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '')
}

function itemsOf(scan: Scan, sections: readonly Section[], name: SectionName): Item[] {
  return scan.items.filter((item) => sectionAt(sections, item.line)?.name === name)
}

/** Where no heading says "Checklist", boxes count wherever they do not belong to something else. */
function checklistOf(scan: Scan, sections: readonly Section[]): Item[] {
  const hasOwn = sections.some((section) => section.name === 'checklist')
  const boxes = scan.items.filter((item) => item.mark)
  return boxes.filter((item) => {
    const name = sectionAt(sections, item.line)?.name
    return hasOwn ? name === 'checklist' : name === undefined
  })
}

function readChecklistItem(item: Item): ChecklistItem {
  return { text: decodeItem(item.text, false), done: item.done, line: item.line + 1 }
}

const ENTRY = /^(\S+) · (.*?) ·(?: (.*))?$/s
const ONCE = / <!-- once (\S+) -->$/

function readEntry(item: Item): { entry: LogEntry; once: string | undefined } {
  const first = item.text[0] ?? ''
  const once = ONCE.exec(first)?.[1]
  const lines = [first.replace(ONCE, ''), ...item.text.slice(1)]
  const parts = ENTRY.exec(lines[0] ?? '')
  const isOurs = parts !== null && !Number.isNaN(Date.parse(parts[1] ?? ''))
  const [at, who, start] = isOurs ? [parts[1], parts[2], parts[3]] : ['', '', lines[0]]
  const entry = {
    at: at ?? '',
    who: decodeCharacters(who ?? ''),
    text: decodeItem([start ?? '', ...lines.slice(1)], false),
    line: item.line + 1,
  }
  return { entry, once }
}

function descriptionOf(text: string, scan: Scan, sections: readonly Section[]): TaskDescription {
  const textOf = (name: SectionName) =>
    sections
      .filter((section) => section.name === name)
      .map((section) => decodeBlock(blockOf(text, scan, section)))
      .join('\n\n')
  // Without headings of its own the whole description says what is to be reached.
  return { goal: textOf('goal') || textOf('description'), context: textOf('context'), scope: textOf('scope') }
}

export function blockOf(text: string, scan: Scan, section: Section): string {
  const lines = scan.lines.slice(section.from, section.to)
  const content = lines.map((line) => contentOf(text, line).trimEnd())
  while (content[0] === '') content.shift()
  while (content.at(-1) === '') content.pop()
  return content.join('\n')
}

function bodyProblems(scan: Scan, sections: readonly Section[]): string[] {
  const problems = scan.unclosed.map((line) => `The code fence of line ${line + 1} is never closed.`)
  const expected: [SectionName, string][] = [
    ['criteria', 'Acceptance Criteria'],
    ['checklist', 'Checklist'],
    ['log', 'Log Entries'],
  ]
  for (const [name, heading] of expected) {
    if (!sections.some((section) => section.name === name)) problems.push(`There is no "${heading}".`)
  }
  return problems
}
