/** What ingestion stumbles over, told from its script, its input and what git knows of both. It runs nothing. */
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative } from 'node:path'
import { type GitHistory, openHistory } from '../../../adapters/git/history.ts'
import { readIfThere } from '../../../core/files.ts'
import { list } from '../../../core/text.ts'
import { earlierTexts } from '../fixes/versions.ts'
import { nearNames } from '../score.ts'

export type Ingestion = {
  /** Of the script, from the project's root: the last of its lines that ran, or the one that says what is wrong. */
  file: string | null
  line: number | null
  evidence: string[]
  /** What could mend it, in words. */
  could: string[]
}

type Script = { path: string; text: string; line: number }

const MOST_FILES = 4
const MOST_BYTES = 64_000

export async function ingestionOf(root: string, message: string): Promise<Ingestion> {
  const script = await scriptIn(root, message)
  const nothing: Ingestion = { file: null, line: null, evidence: [], could: [] }
  if (!script) return nothing
  const git = await openHistory(root)
  const told = { ...nothing, file: script.path, line: script.line }
  const missing = /FileNotFoundError: [^\n]*?'([^']+)'/.exec(message)?.[1]
  if (missing) return { ...told, ...(await ofMissingFile(root, missing, script)) }
  const named = [...message.matchAll(/(?:^|[\s'"(])([^\s'"():,]+\.(?:csv|tsv|txt))\b/g)].map(
    (m) => m[1] ?? '',
  )
  for (const path of named) {
    const found = await ofHeader(path, message, script)
    if (found) return { ...told, ...found }
  }
  const column = /Column: `?(\w+)`?/.exec(message)?.[1]
  return column ? { ...told, ...(await ofColumn(root, column, message, script, git)) } : told
}

/** `(ingest/taxi_trips.py:117)`, or the last frame of a traceback that lies in the project. */
async function scriptIn(root: string, message: string): Promise<Script | null> {
  const places = [...message.matchAll(/\(([^()\s]+\.py):(\d+)\)|File "([^"]+\.py)", line (\d+)/g)]
  for (const [, short, at, long, line] of places.reverse()) {
    const said = short ?? long ?? ''
    const path = isAbsolute(said) ? relative(root, said) : said
    const text =
      path.startsWith('..') || /site-packages/.test(path) ? null : await readIfThere(join(root, path))
    if (text !== null) return { path, text, line: Number(at ?? line) }
  }
  return null
}

const lineWith = (text: string, word: string): number | null => {
  const at = text.split('\n').findIndex((l) => l.includes(word))
  return at < 0 ? null : at + 1
}

/** What lies in the folder instead, the nearest name first. */
async function ofMissingFile(root: string, path: string, { text }: Script): Promise<Partial<Ingestion>> {
  const folder = isAbsolute(path) ? dirname(path) : join(root, dirname(path))
  const name = basename(path)
  const files = (await readdir(folder).catch(() => null)) ?? null
  const where = relative(root, folder) || '.'
  const line = lineWith(text, name)
  const at = line === null ? {} : { line }
  if (files === null) return { ...at, evidence: [`There is no folder ${where}.`] }
  const alike = files.filter((f) => extname(f) === extname(name))
  const known = nearNames(name, alike, MOST_FILES).map((n) => n.name)
  const others = [...known, ...alike.filter((f) => !known.includes(f))].slice(0, MOST_FILES)
  const dated = await Promise.all(
    others.map(async (f) => `${f} (${(await stat(join(folder, f))).mtime.toISOString().slice(0, 10)})`),
  )
  return {
    ...at,
    evidence: [
      dated.length > 0
        ? `${where} has no ${name}; it has ${list(dated)}.`
        : `${where} has no ${name}, and no other ${extname(name)}.`,
    ],
    could: others[0] ? [`Bring ${name} back to ${where}, or have the script read ${others[0]}.`] : [],
  }
}

/** The first line of a file beside what the message and the script call its columns. */
async function ofHeader(path: string, message: string, { text }: Script): Promise<Partial<Ingestion> | null> {
  const first = await firstLine(path)
  const columns = first?.split(/[,;\t|]/).map((c) => c.trim().replace(/^"|"$/g, '')) ?? []
  if (columns.length < 2) return null
  const written = new Set([...text.matchAll(/["']([^"'\n]+)["']/g)].map((m) => m[1] ?? ''))
  const said = new Set(message.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [])
  const fresh = columns.filter((c) => !written.has(c))
  const lost = [...written].filter(
    (w) => said.has(w) && !columns.includes(w) && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(w),
  )
  if (fresh.length === 0 || lost.length === 0) return null
  const line = lineWith(text, `"${lost[0]}"`) ?? lineWith(text, `'${lost[0]}'`)
  const isSame = fresh.length === 1 && lost.length === 1
  return {
    ...(line === null ? {} : { line }),
    evidence: [
      `${basename(path)} has ${list(fresh)}, which the script does not name; the script names ${list(lost)}, which the file has not.`,
    ],
    could: isSame
      ? [
          `Where ${fresh[0]} is what ${lost[0]} was: read it under its new name in the script, and load it as ${lost[0]} still, so that the table keeps its column.`,
        ]
      : [],
  }
}

async function firstLine(path: string): Promise<string | null> {
  const file = await open(path).catch(() => null)
  if (!file) return null
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
    return (
      buffer
        .toString('utf8', 0, bytesRead)
        .replace(/^\ufeff/, '')
        .split(/\r?\n/)[0] ?? null
    )
  } finally {
    await file.close()
  }
}

/** A column that the contract holds to another type: where the script says it, and what it said before. */
async function ofColumn(
  root: string,
  column: string,
  message: string,
  script: Script,
  git: GitHistory | null,
): Promise<Partial<Ingestion>> {
  const typeIn = (words: string) =>
    new RegExp(`${words} column: \\{[^}]*'data_type': '(\\w+)'`, 'i').exec(message)?.[1]
  const [was, is] = [typeIn('Existing'), typeIn('Incoming')]
  const quoted = new RegExp(`["']${column}["']`)
  const lines = script.text.split('\n')
  const at = lines.findIndex((l) => quoted.test(l))
  const read = (path: string) => readIfThere(join(root, path)).then((t) => t ?? '')
  const [before] = (await earlierTexts(script.path, { git, read })).flatMap(({ text, when }) => {
    const line = text.split('\n').find((l) => quoted.test(l))
    return at >= 0 && line !== undefined && line !== lines[at] ? [{ line, when }] : []
  })
  return {
    ...(at < 0 ? {} : { line: at + 1 }),
    evidence: [
      ...(was && is ? [`The table has ${column} as ${was}, and the script gives it as ${is}.`] : []),
      ...(before ? [`git: the line said ${before.line.trim()} before the change ${before.when}`] : []),
    ],
    could: before ? [`Take back the change of ${script.path}:${at + 1} ${before.when}.`] : [],
  }
}
