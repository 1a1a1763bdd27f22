/** The ChangeSet that takes another one back, as far as later edits leave room for it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { applyPatch, type StructuredPatchHunk, structuredPatch } from 'diff'
import { MartsmithError } from '../core/errors.ts'
import { list } from '../core/text.ts'
import { fold, makeChangeSet, pathsOf } from './change-set.ts'
import { hunksBetween } from './diff.ts'
import type { Place } from './paths.ts'
import { listRecords, revertOf } from './store.ts'
import { decodeText } from './text.ts'
import type { ChangeRecord, ChangeSet, FileChange } from './types.ts'

/**
 * Reads only. What is as it was before already is left out.
 * @throws MartsmithError `changes.in-the-way` naming file, lines and the later run; `changes.taken-back` and
 * `changes.not-written` where there is nothing to take back.
 */
export async function planRevert(place: Place, record: ChangeRecord): Promise<ChangeSet> {
  const records = await listRecords(place)
  assertStanding(record, records)
  const later = records.slice(
    0,
    records.findIndex((r) => r.id === record.id),
  )
  const inverses: FileChange[] = []
  const obstacles: string[] = []
  for (const change of record.changes.toReversed()) {
    const inverse = await inverseOf(place, change)
    if (typeof inverse === 'string') obstacles.push(`${inverse}${laterRuns(later, records, change)}`)
    else if (inverse) inverses.push(inverse)
  }
  if (obstacles.length > 0) throw inTheWay(record, obstacles)
  if (inverses.length === 0) throw takenBack(record, 'the files are as they were before it')
  return makeChangeSet(`Revert "${record.title}"`, inverses)
}

function assertStanding(record: ChangeRecord, records: ChangeRecord[]): void {
  if (record.state === 'rolled-back') {
    throw new MartsmithError({
      code: 'changes.not-written',
      message: `${record.id} was interrupted and put back: there is nothing to take back.`,
    })
  }
  const by = revertOf(records, record.id)
  if (by) throw takenBack(record, `${by.id} has done it`)
}

function takenBack(record: ChangeRecord, why: string): MartsmithError {
  return new MartsmithError({
    code: 'changes.taken-back',
    message: `${record.id} is taken back already: ${why}.`,
    mend: ['martsmith changes   shows what stands'],
  })
}

function inTheWay(record: ChangeRecord, obstacles: string[]): MartsmithError {
  return new MartsmithError({
    code: 'changes.in-the-way',
    message: `${record.id} cannot be taken back: later edits are in the way. Nothing was changed.`,
    details: obstacles,
    mend: [`martsmith changes ${record.id}   shows what it wrote, to be taken back by hand`],
    exitCode: 1,
  })
}

function laterRuns(later: ChangeRecord[], records: ChangeRecord[], change: FileChange): string {
  const paths = new Set(pathsOf(change))
  const runs = later
    .filter((r) => r.state === 'applied' && !r.reverts && !revertOf(records, r.id))
    .filter((r) => r.changes.some((c) => pathsOf(c).some((p) => paths.has(p))))
    .map((r) => `${r.id} "${r.title}"`)
  return runs.length === 0 ? '' : ` (later: ${list(runs)})`
}

/** The change that undoes this one; null where it is undone; a sentence where something is in the way. */
async function inverseOf({ root }: Place, change: FileChange): Promise<FileChange | string | null> {
  const path = change.kind === 'rename' ? change.to : change.path
  const now = await textAt(root, path)
  switch (change.kind) {
    case 'create':
      if (now === null) return null
      return now === change.after ? { kind: 'delete', path, before: now } : edited(path, change.after, now)
    case 'delete':
      if (now === null) return { kind: 'create', path, after: change.before }
      return now === change.before ? null : `${path}: a file is there now`
    case 'edit': {
      if (now === null) return `${path}: it was deleted or moved since`
      if (now === change.before) return null
      const text = withoutEdit(now, change)
      return text === null
        ? edited(path, change.after, now, change.before)
        : { kind: 'edit', path, before: now, after: text }
    }
    case 'rename':
      return inverseOfRename(change, now, await textAt(root, change.path))
  }
}

function inverseOfRename(
  change: FileChange & { kind: 'rename' },
  now: string | null,
  old: string | null,
): FileChange | string | null {
  const { path, to } = change
  if (old !== null && fold(path) !== fold(to))
    return now === null && old === change.before ? null : `${path}: a file is there now`
  if (now === null) return `${to}: it was deleted or moved since`
  const text = withoutEdit(now, change)
  if (text === null) return edited(to, change.after, now, change.before)
  return { kind: 'rename', path: to, to: path, before: now, after: text }
}

async function textAt(root: string, path: string): Promise<string | null> {
  try {
    return decodeText(await readFile(join(root, path)), path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

const CONTEXT = 3

/**
 * A text without an edit that was made to it, where others were made since: only where each part of it is found
 * exactly once, with its neighbours, and making the edit again gives the text as it is.
 */
function withoutEdit(now: string, { before, after }: { before: string; after: string }): string | null {
  if (now === after) return before
  if (before === after) return now
  const lines = now.split('\n')
  if (!hunksBetween(after, before, CONTEXT).every((hunk) => timesFound(hunk, lines) === 1)) return null
  const options = { fuzzFactor: 0, autoConvertLineEndings: false }
  const patch = (from: string, to: string) => structuredPatch('', '', from, to, '', '', { context: CONTEXT })
  const text = applyPatch(now, patch(after, before), options)
  if (text === false || applyPatch(text, patch(before, after), options) !== now) return null
  return text
}

function timesFound(hunk: StructuredPatchHunk, lines: string[]): number {
  const wanted = hunk.lines.filter((l) => l.startsWith(' ') || l.startsWith('-')).map((l) => l.slice(1))
  if (wanted.length === 0) return 0
  return lines.filter((_, i) => wanted.every((line, n) => lines[i + n] === line)).length
}

function repeated(now: string, after: string, before: string): StructuredPatchHunk | undefined {
  const lines = now.split('\n')
  return hunksBetween(after, before, CONTEXT).find((hunk) => timesFound(hunk, lines) > 1)
}

/** Which lines of the file are not as the change left them: of those near it, where that is known. */
function edited(path: string, after: string, now: string, before?: string): string {
  const twice = before === undefined ? undefined : repeated(now, after, before)
  if (twice) return `${path}: the lines from ${twice.oldStart} on are there more than once since`
  const edits = hunksBetween(after, now, 0)
  const own = before === undefined ? [] : hunksBetween(after, before, CONTEXT)
  const near = edits.filter((e) =>
    own.some((h) => e.oldStart <= h.oldStart + h.oldLines && h.oldStart <= e.oldStart + e.oldLines),
  )
  const shown = (near.length > 0 ? near : edits).map((h) =>
    h.newLines > 1 ? `${h.newStart}-${h.newStart + h.newLines - 1}` : `${h.newStart}`,
  )
  return `${path}: edited since, at line ${list(shown, 5)}`
}
