import { type MartsmithError, messageOf } from '../core/errors.ts'
import { codeFrame, unreadable } from './errors.ts'
import { contentOf, type Line, linesOf } from './lines.ts'
import { parseToml, rootPairs } from './toml.ts'

/** The TOML between the two lines `+++`, and where it and the body stand in the file. */
export type FrontMatter = {
  values: Record<string, unknown>
  /** Offsets of the TOML. */
  start: number
  end: number
  /** Number, from 1, of the TOML's first line. */
  firstLine: number
  /** Offset of the body. */
  body: number
}

const EXAMPLE = 'A task starts with front matter: a line +++, keys such as title = "Load trips", a line +++.'

/** Reads the front matter, or throws `ledger.unreadable` with the line at fault. */
export function readFrontMatter(text: string, path: string): FrontMatter {
  const lines = linesOf(text)
  const fences = fenceLines(text, lines)
  const open = fences[0]
  if (open === undefined) throw noFrontMatter(text, path)
  if (fences.length === 1) {
    throw unreadable(
      path,
      open + 1,
      'the front matter is never closed.',
      'Put a line +++ after the last key.',
    )
  }
  let first: unknown
  // A line +++ inside a multi-line string closes nothing: the first that leaves valid TOML counts.
  for (const close of fences.slice(1, 20)) {
    const part = partOf(text, lines, open, close)
    try {
      return { ...part, values: parseToml(text.slice(part.start, part.end)) }
    } catch (error) {
      first ??= error
    }
  }
  throw brokenToml(text, path, open, first)
}

function fenceLines(text: string, lines: readonly Line[]): number[] {
  const isFence = (index: number) => {
    const content = contentOf(text, lines[index] ?? { start: 0, end: 0, eol: '' })
    return /^\+\+\+[ \t]*$/.test(index === 0 ? withoutBom(content) : content)
  }
  const first = lines.findIndex((line) => withoutBom(contentOf(text, line)).trim() !== '')
  if (first === -1 || !isFence(first)) return []
  return lines.map((_, index) => index).filter((index) => index >= first && isFence(index))
}

function partOf(text: string, lines: readonly Line[], open: number, close: number) {
  const start = lines[open + 1]?.start ?? text.length
  const end = lines[close]?.start ?? text.length
  return { start, end, firstLine: open + 2, body: lines[close + 1]?.start ?? text.length }
}

function withoutBom(content: string): string {
  return content.startsWith('\ufeff') ? content.slice(1) : content
}

function noFrontMatter(text: string, path: string): MartsmithError {
  const start = withoutBom(text).trimStart()
  if (start === '') return unreadable(path, 1, 'the file is empty.', EXAMPLE)
  if (start.startsWith('---')) {
    return unreadable(path, 1, 'the front matter is YAML (---); a task has TOML (+++).', EXAMPLE)
  }
  return unreadable(path, 1, 'there is no front matter.', EXAMPLE, { details: codeFrame(text, 1) })
}

function brokenToml(text: string, path: string, open: number, error: unknown): MartsmithError {
  const at = (error as { line?: unknown }).line
  const line = open + 1 + (typeof at === 'number' ? at : 1)
  const reason = messageOf(error).split('\n').at(-1) ?? ''
  return unreadable(path, line, `the front matter is not valid TOML: ${reason}.`, `Mend line ${line}.`, {
    details: codeFrame(text, line),
    cause: error,
  })
}

/** The number, from 1, of the file's line that holds a key; that of the first line when there is none. */
export function lineOfKey(text: string, front: FrontMatter, key: string): number {
  const pair = rootPairs(text.slice(front.start, front.end)).find((p) => p.name === key)
  return front.firstLine + (pair ? pair.line - 1 : 0)
}
