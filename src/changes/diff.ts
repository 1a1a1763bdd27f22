/** A ChangeSet as a person reads it: a unified diff, for a terminal in colour, for a pipe plain. */
import { styleText } from 'node:util'
import { type StructuredPatchHunk, structuredPatch } from 'diff'
import { count } from '../core/text.ts'
import type { ChangeSet, FileChange } from './types.ts'

const CONTEXT = 3
/** Beyond so many changed lines the shortest diff is not worth the wait: it grows with their square. */
const MOST_EDITS = 3000

type Format = 'bold' | 'red' | 'green' | 'cyan' | 'dim'
type Style = (format: Format, text: string) => string

export function diffText(changes: Pick<ChangeSet, 'changes'>, options: { color: boolean }): string {
  const style: Style = (format, text) =>
    options.color ? styleText(format, text, { validateStream: false }) : text
  return changes.changes.map((change) => fileDiff(change, style)).join('\n')
}

/** So many files are named in one line; the diff and `furtherFiles` have the others. */
const MOST_NAMED = 4

/** `2 files: models/a.sql (+3 -1), models/b.sql (new, +12)`: the change in one line. */
export function diffSummary({ changes }: Pick<ChangeSet, 'changes'>): string {
  const named = changes.length > MOST_NAMED ? changes.slice(0, MOST_NAMED - 1) : changes
  const left = changes.length - named.length
  return `${count(changes.length, 'file')}: ${named.map(fileSummary).join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

/** The files that the line leaves out, one each. */
export function furtherFiles({ changes }: Pick<ChangeSet, 'changes'>): string[] {
  return changes.length > MOST_NAMED ? changes.slice(MOST_NAMED - 1).map(fileSummary) : []
}

export function fileSummary(change: FileChange): string {
  const lines = hunksOf(change).flatMap((h) => h.lines)
  const [added, removed] = ['+', '-'].map((sign) => lines.filter((l) => l.startsWith(sign)).length)
  const what = {
    create: `new, +${added}`,
    edit: `+${added} -${removed}`,
    rename: `renamed${lines.length > 0 ? `, +${added} -${removed}` : ''}`,
    delete: `deleted, -${removed}`,
  }[change.kind]
  return `${nameOf(change)} (${what})`
}

function nameOf(change: FileChange): string {
  return visible(change.kind === 'rename' ? `${change.path} -> ${change.to}` : change.path)
}

export function hunksOf(change: FileChange): StructuredPatchHunk[] {
  const { before, after } = texts(change)
  return hunksBetween(before, after, CONTEXT)
}

export function hunksBetween(before: string, after: string, context: number): StructuredPatchHunk[] {
  if (before === after) return []
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context,
    maxEditLength: MOST_EDITS,
  })
  return patch?.hunks ?? [wholeHunk(before, after)]
}

/** Every line taken out and every line put in: true, if not short. */
function wholeHunk(before: string, after: string): StructuredPatchHunk {
  const [old, now] = [lines(before), lines(after)]
  return {
    oldStart: 1,
    oldLines: old.length,
    newStart: 1,
    newLines: now.length,
    lines: [...signed('-', old, before), ...signed('+', now, after)],
  }
}

function lines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function signed(sign: string, all: string[], text: string): string[] {
  const open = all.length > 0 && !text.endsWith('\n')
  return [...all.map((line) => sign + line), ...(open ? [NO_NEWLINE] : [])]
}

const NO_NEWLINE = '\\ No newline at end of file'

function texts(change: FileChange): { before: string; after: string } {
  return {
    before: change.kind === 'create' ? '' : change.before,
    after: change.kind === 'delete' ? '' : change.after,
  }
}

function fileDiff(change: FileChange, style: Style): string {
  const { before, after } = texts(change)
  const hunks = hunksOf(change)
  const shown = lineEndings(before, after)
  const out = header(change, hunks.length > 0).map((line) => style('bold', line))
  for (const hunk of hunks) {
    const [old, now] = [range(hunk.oldStart, hunk.oldLines), range(hunk.newStart, hunk.newLines)]
    out.push(style('cyan', `@@ -${old} +${now} @@`))
    for (const line of hunk.lines) out.push(styledLine(shown(line), style))
  }
  return `${out.join('\n')}\n`
}

function header(change: FileChange, hasHunks: boolean): string[] {
  const from = visible(change.path)
  const to = change.kind === 'rename' ? visible(change.to) : from
  const head = {
    create: [`new file ${to}`],
    edit: [],
    rename: [`rename from ${from}`, `rename to ${to}`],
    delete: [`deleted file ${from}`],
  }[change.kind]
  if (!hasHunks) return head
  return [
    ...head,
    `--- ${change.kind === 'create' ? '/dev/null' : `a/${from}`}`,
    `+++ ${change.kind === 'delete' ? '/dev/null' : `b/${to}`}`,
  ]
}

function range(start: number, length: number): string {
  // Of no lines, the format names the line before them.
  if (length === 0) return `${start - 1},0`
  return length === 1 ? `${start}` : `${start},${length}`
}

/** Line endings are shown where they differ within the change, and are no news where they are all alike. */
function lineEndings(before: string, after: string): (line: string) => string {
  const endings = new Set((before + after).match(/\r?\n/g))
  const drop = endings.size === 1 && endings.has('\r\n')
  const marks = before.startsWith('\ufeff') && after.startsWith('\ufeff')
  return (line) => {
    const text = drop ? line.replace(/\r$/, '') : line
    return visible(marks ? text.replace(/^([ +-])\ufeff/, '$1') : text)
  }
}

/** What would move the cursor, hide text or turn its direction, written out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

function visible(text: string): string {
  return text.replace(UNSEEN, (c) =>
    c === '\r' ? '\\r' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function styledLine(line: string, style: Style): string {
  if (line.startsWith('+')) return style('green', line)
  if (line.startsWith('-')) return style('red', line)
  return line.startsWith('\\') ? style('dim', line) : line
}
