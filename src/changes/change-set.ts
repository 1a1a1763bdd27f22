/** Makes and checks ChangeSets: what can be said of them without looking at the disk. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { MartsmithError } from '../core/errors.ts'
import type { ChangeSet, FileChange } from './types.ts'

const text = z.string().refine((t) => t.isWellFormed(), 'half of a surrogate pair cannot be written as UTF-8')
const path = z.string().superRefine((p, ctx) => {
  const wrong = wrongPath(p)
  if (wrong) ctx.addIssue({ code: 'custom', message: wrong })
})

const fileChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('create'), path, after: text }),
  z.strictObject({ kind: z.literal('edit'), path, before: text, after: text }),
  z.strictObject({ kind: z.literal('rename'), path, to: path, before: text, after: text }),
  z.strictObject({ kind: z.literal('delete'), path, before: text }),
])

/** A ChangeSet as it is stored with runs: its hash must be that of its content. */
export const changeSetSchema: z.ZodType<ChangeSet> = z
  .strictObject({
    title: z.string().regex(/^\S[^\r\n]*$/, 'a title is one line'),
    changes: z.array(fileChange).superRefine((changes, ctx) => {
      for (const message of collisions(changes)) ctx.addIssue({ code: 'custom', message })
    }),
    hash: z.string(),
  })
  .superRefine((set, ctx) => {
    if (set.hash !== hashOf(set.changes))
      ctx.addIssue({ code: 'custom', path: ['hash'], message: 'it is not the hash of these changes' })
  })

/** @throws MartsmithError `changes.invalid` where paths are not the project's own or get in each other's way. */
export function makeChangeSet(title: string, changes: FileChange[]): ChangeSet {
  return parseChangeSet({ title, changes, hash: hashOf(changes) })
}

/** A ChangeSet that was stored. @throws MartsmithError `changes.invalid` */
export function parseChangeSet(value: unknown): ChangeSet {
  const result = changeSetSchema.safeParse(value)
  if (result.success) return result.data
  throw new MartsmithError({
    code: 'changes.invalid',
    message: 'These changes cannot be written as they are planned.',
    details: result.error.issues.map((issue) => describe(issue, value)),
  })
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  const [, index] = issue.path
  const changes = (value as { changes?: { path?: unknown }[] } | null)?.changes
  const at = typeof index === 'number' ? changes?.[index]?.path : undefined
  return `${typeof at === 'string' ? at : issue.path.join('.')}: ${issue.message}`.replace(/^: /, '')
}

/** SHA-256 over kinds, paths and texts, in their order. */
export function hashOf(changes: FileChange[]): string {
  const content = changes.map((c) => [
    c.kind,
    c.path,
    c.kind === 'rename' ? c.to : null,
    c.kind === 'create' ? null : c.before,
    c.kind === 'delete' ? null : c.after,
  ])
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

/** The paths that a change touches: one, or both ends of a rename. */
export function pathsOf(change: FileChange): string[] {
  return change.kind === 'rename' ? [change.path, change.to] : [change.path]
}

/** Names that one file system takes for two files and another for one. */
export function fold(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

/** Nobody's to edit: version control, our own state, what installers put there. */
const NEVER = new Set(['.git', '.martsmith', 'node_modules', 'dbt_packages'])

function wrongPath(path: string): string | null {
  const parts = path.split('/')
  if (path === '') return 'the path is empty'
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return 'the path is not relative to the project'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\\\u0000-\u001f]/.test(path)) return 'the path holds a backslash or a control character'
  if (!path.isWellFormed()) return 'the path is not valid Unicode'
  if (parts.some((p) => p === '' || p === '.' || p === '..')) return 'the path leads out of its folder'
  const never = parts.find((p) => NEVER.has(fold(p)))
  return never === undefined ? null : `files in ${never} are never edited`
}

function collisions(changes: FileChange[]): string[] {
  const seen = new Map<string, string>()
  const twice = changes.flatMap((change) => {
    const own = pathsOf(change).map(fold)
    const clash = pathsOf(change).filter((p) => seen.has(fold(p)))
    // A rename that only changes capitals is one file under either name.
    if (change.kind === 'rename' && change.path === change.to) clash.push(change.path)
    for (const p of own) seen.set(p, p)
    return clash.map((p) => `${p}: this path, or one that differs in capitals only, is there twice`)
  })
  const within = [...seen.keys()].flatMap((p) => {
    const parts = p.split('/')
    const file = parts.map((_, i) => parts.slice(0, i).join('/')).find((above) => seen.has(above))
    return file === undefined ? [] : [`${p}: ${file} is a file of the same changes`]
  })
  return [...twice, ...within]
}
