/** `martsmith db "<sentence>"`, or `--file` with a task or a text. */
import { readFile } from 'node:fs/promises'
import { ROLES, type Role } from '../../agents/database-lead/databases.ts'
import { isMartsmithError, MartsmithError, messageOf } from '../../core/errors.ts'
import { shellQuote } from '../../core/text.ts'
import { parseTask } from '../../ledger/index.ts'
import { runDatabase } from '../database.ts'
import { flagsText } from '../options.ts'
import type { Verb } from '../verb.ts'

export const dbVerb: Verb = async (words, options, terminal) => {
  const said = await withFiles(words.join(' ').trim())
  const file = options.file === undefined ? null : await requestIn(options.file)
  if ((said === '') === (file === null))
    throw new MartsmithError({
      code: 'usage.db',
      message: `Say what is to change, ${said === '' ? 'in a sentence or by --file' : 'by the sentence or by --file, not by both'}. Nothing was run.`,
      mend: ['martsmith db "Add a discount percentage between 0 and 100 to invoice lines, default 0"'],
    })
  const command = `martsmith db${said === '' ? '' : ` ${shellQuote(said)}`}${flagsText(options)}`
  const requester = options.requester ?? file?.requester ?? 'user'
  return runDatabase(
    { request: file?.request ?? said, requester, as: roleOf(options.as), command },
    options,
    terminal,
  )
}

/** A query may be named by its file: its text stands in then, without comments. */
async function withFiles(said: string): Promise<string> {
  const path = /(?:^|\s)([\w./-]+\.sql)(?=[\s,.;]|$)/.exec(said)?.[1]
  if (path === undefined) return said
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new MartsmithError({
      code: 'usage.file',
      message: `The file ${path} cannot be read: ${messageOf(error)}. Nothing was run.`,
      mend: ['martsmith db "This query is slow: queries/history.sql, must be under 50 ms"'],
    })
  })
  const sql = text
    .replace(/--[^\n]*/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/;\s*$/, '')
  return said.replace(path, sql.replace(/\s+/g, ' ').trim())
}

function roleOf(as: string | undefined): Role | null {
  if (as === undefined) return null
  const role = ROLES.find((r) => r === as)
  if (role) return role
  throw new MartsmithError({
    code: 'usage.as',
    message: `--as takes development or staging, not "${as}". Nothing was run.`,
    mend: ['martsmith db "..." --as development'],
  })
}

/** The goal of a task file, and who wants it; or the text itself. */
async function requestIn(path: string): Promise<{ request: string; requester: string | null }> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new MartsmithError({
      code: 'usage.file',
      message: `The file ${path} cannot be read: ${messageOf(error)}. Nothing was run.`,
      mend: ['martsmith db --file .tasks/TASK-DB-20261121-081502.md'],
    })
  }
  try {
    const task = parseTask(text, path)
    return { request: (task.description.goal || task.title).trim(), requester: task.coordinator || null }
  } catch (error) {
    if (!isMartsmithError(error)) throw error
    return { request: text.trim(), requester: null }
  }
}
