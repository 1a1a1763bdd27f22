/** The task ledger: Markdown files with TOML front matter (MDTM) that people and agents write together. */
export { parseTask } from './parse.ts'
export { createTask, findTask, listTasks, readTask, taskId, updateTask } from './store.ts'
export {
  type ChecklistItem,
  type LogEntry,
  type NewLogEntry,
  type NewTask,
  STATUS_TEXT,
  TASK_PREFIXES,
  type Task,
  type TaskChange,
  type TaskDescription,
  type TaskList,
  type TaskPrefix,
  type TaskSection,
  type TaskStatus,
  type UnreadableTask,
} from './types.ts'
