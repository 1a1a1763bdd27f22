/** Mutations of a project's files. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Edit } from './types.ts'

/** One place becomes another text. */
export const swap = (path: string, from: string, to: string): Edit => ({ path, from, to })
/** Two letters of a word change their places. */
export const misspell = (path: string, word: string, at = Math.floor(word.length / 2)): Edit =>
  swap(path, word, misspelt(word, at))
export const cut = (path: string, text: string): Edit => swap(path, text, '')
export const put = (path: string, text: string): Edit => ({ path, text })
export const remove = (path: string): Edit => ({ path, gone: true })
export const move = (path: string, to: string): Edit => ({ path, move: to })

export function misspelt(word: string, at = Math.floor(word.length / 2)): string {
  const letters = [...word]
  let i = at
  while (letters[i] === letters[i + 1]) i += 1
  const [a = '', b = ''] = [letters[i], letters[i + 1]]
  letters.splice(i, 2, b, a)
  return letters.join('')
}

/** @throws where the text is not there, or there more than once: then the fault is none, or another one. */
export function edited(text: string, { path, from, to }: Extract<Edit, { from: string }>): string {
  const parts = text.split(from)
  if (parts.length !== 2) throw new Error(`${path} holds ${JSON.stringify(from)} ${parts.length - 1} times`)
  return parts.join(to)
}

export function apply(dir: string, edits: Edit[]): void {
  for (const edit of edits) {
    const path = join(dir, edit.path)
    if ('text' in edit) writeFileSync(path, edit.text, edit.encoding ?? 'utf8')
    else if (!existsSync(path)) throw new Error(`there is no ${edit.path}`)
    else if ('gone' in edit) rmSync(path, { recursive: true })
    else if ('move' in edit) renameSync(path, join(dir, edit.move))
    else writeFileSync(path, edited(readFileSync(path, 'utf8'), edit))
  }
}
