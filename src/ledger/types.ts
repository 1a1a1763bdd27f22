/** The shapes of the ledger. A task is a Markdown file (MDTM): TOML front matter, then the body. */

/** Our name for each status, and its text in the file, to the letter. */
export const STATUS_TEXT = {
  todo: '🟡 To Do',
  'in-progress': '🔵 In Progress',
  review: '🟣 Review',
  done: '🟢 Done',
  error: '🔴 Error',
  blocked: '⚪ Blocked',
} as const

export type TaskStatus = keyof typeof STATUS_TEXT

/** How a finished checklist item is marked, and an open one. */
export const DONE_MARK = '✅'
export const OPEN_MARK = ' '

export const TASK_PREFIXES = ['PIPE', 'DIM', 'FACT', 'DEBUG', 'REV', 'DBT', 'DB', 'PBI'] as const

export type TaskPrefix = (typeof TASK_PREFIXES)[number]

export type TaskDescription = { goal: string; context: string; scope: string }

/** Part of the body under a heading of its own: a plan, a design, a hand-over. */
export type TaskSection = { heading: string; markdown: string }

/** What is known before a task is delegated: all of it. */
export type NewTask = {
  prefix: TaskPrefix
  title: string
  type: string
  priority: string
  assignedTo: string
  /** Who delegates: an agent, a person or a parent task's id. */
  coordinator: string
  status?: TaskStatus | undefined
  parentTaskId?: string | undefined
  inputArtifacts?: readonly string[] | undefined
  relatedDocs?: readonly string[] | undefined
  tags?: readonly string[] | undefined
  description: TaskDescription
  sections?: readonly TaskSection[] | undefined
  acceptanceCriteria: readonly string[]
  checklist: readonly string[]
  /** Puts the file into the folder named after `parentTaskId`. */
  inParentFolder?: boolean | undefined
  /** Creating again with a key that a task carries already returns that task: for steps that may repeat. */
  onceKey?: string | undefined
}

export type ChecklistItem = { text: string; done: boolean; line: number }

/** `at` and `who` are empty in an entry that a person wrote in a form of their own. */
export type LogEntry = { at: string; who: string; text: string; line: number }

export type Task = {
  /** The file's name without `.md`. */
  id: string
  title: string
  status: TaskStatus
  type: string
  priority: string
  createdDate: string
  updatedDate: string
  assignedTo: string
  coordinator: string
  parentTaskId: string | undefined
  inputArtifacts: string[]
  outputArtifacts: string[]
  relatedDocs: string[]
  tags: string[]
  /** All of the front matter, unknown keys included. */
  frontMatter: Record<string, unknown>
  description: TaskDescription
  acceptanceCriteria: string[]
  checklist: ChecklistItem[]
  log: LogEntry[]
  /** What is not as it should be, though the task could be read; one sentence each. */
  problems: string[]
  /** Relative to the project, with forward slashes. */
  path: string
}

export type NewLogEntry = { who: string; text: string; at: Date }

/**
 * What an update means to change. All of it is written at once or not at all, and applying it again
 * changes nothing:
 * - values are set, artifacts and sections are added unless they stand, a checked item stays checked;
 * - a log entry is left out when one of the same second, author and text stands; when the change checks
 *   items that are all checked already, one of the same author and text is enough;
 * - with `once`, the whole change is left out when that key was applied before. It needs a log entry,
 *   behind which the key is kept as an invisible comment.
 */
export type TaskChange = {
  status?: TaskStatus | undefined
  assignedTo?: string | undefined
  /** Items by their text, or by their position in `Task.checklist` from 0. */
  check?: readonly (string | number)[] | undefined
  uncheck?: readonly (string | number)[] | undefined
  log?: readonly NewLogEntry[] | undefined
  /** Added to those that are listed. */
  outputArtifacts?: readonly string[] | undefined
  /** Added before the log, or put in place of the section of that heading. */
  sections?: readonly TaskSection[] | undefined
  once?: string | undefined
}

export type UnreadableTask = { path: string; error: Error }

export type TaskList = { tasks: Task[]; unreadable: UnreadableTask[] }
