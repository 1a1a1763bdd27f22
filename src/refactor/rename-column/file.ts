/** A model's file after columns that it reads, or makes, have other names: edited where the compiled SQL says so. */

import { applyEdits, lineAt, type TextEdit } from '../../changes/edits.ts'
import { asWord } from '../../core/text.ts'
import type { Lineage, RenameColumns } from '../../project/lineage/lineage.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import type { Compiled, CompiledModel, Mode } from '../../project/sql/compiled.ts'
import { splitJinja } from '../../project/sql/jinja.ts'
import { callsInFile } from '../../project/sql/jinja-calls.ts'
import { type SourceMap, toRaw } from '../../project/sql/source-map.ts'
import { type Rename, renameInStatement } from './statement.ts'

export type FileRename = {
  /** Of the raw file. */
  edits: TextEdit[]
  /** What each way of compiling it must give afterwards. */
  expected: { mode: Mode | undefined; compiled: string }[]
  outputs: { from: string; to: string }[]
  problems: Problem[]
}

export type Problem = { file: string; line: number | null; what: string }

export type Names = {
  /** The columns' old names, as the file may write them. */
  old: string
  rename: RenameColumns
  /** Whether a column of this node has another name. */
  changes(table: string): boolean
  own: Rename['own']
  keep: boolean
  written(name: string): string
}

type Known = Extract<CompiledModel, { variants: unknown }>

/** @param model of a file of the user's own, that dbt can compile. */
export function renameInFile(model: Known & { path: string }, lineage: Lineage, names: Names): FileRename {
  const { raw, path } = model
  const problems: Problem[] = []
  const problem = (what: string, at: number | null) =>
    problems.push({ file: path, line: at === null ? null : lineAt(raw, at), what })
  const edits = new Map<number, TextEdit>()
  const expected: FileRename['expected'] = []
  const outputs = new Map<string, string>()
  const covered: Covered[] = []
  for (const way of waysOf(model)) {
    if ('error' in way) {
      problem(`it cannot be compiled as ${way.mode ?? 'it stands'}: ${way.error.split('\n')[0]}`, null)
      continue
    }
    const found = inStatement(way, lineage, names)
    if ('error' in found) {
      problem(`its SQL cannot be read: ${found.error}`, null)
      continue
    }
    for (const { from, to } of found.outputs) outputs.set(from, to)
    for (const { what, at } of found.problems) problem(what, at ? rawStart(way.map, at) : null)
    expected.push({ mode: way.mode, compiled: applyEdits(way.compiled, found.edits, path) })
    if ('noMap' in way.map) {
      if (found.edits.length > 0)
        problem(`its text cannot be told from what its Jinja makes: ${way.map.noMap}`, null)
      continue
    }
    covered.push(
      ...way.map.flatMap((s) =>
        s.kind === 'literal' ? [{ start: s.raw, end: s.raw + s.end - s.start }] : [],
      ),
    )
    for (const edit of found.edits) {
      const made = rawEdits(raw, way.map, edit, names)
      if ('problem' in made) problem(made.problem, made.at)
      else for (const one of made.edits) edits.set(one.start, one)
    }
  }
  // A snapshot may be made in YAML, which has no SQL of its own.
  for (const at of /\.sql$/i.test(path) ? notCompiled(raw, covered, names.old) : [])
    problem(
      `${names.old} stands in a part that was not compiled, and it cannot be known what it means there`,
      at,
    )
  return {
    edits: [...edits.values()],
    expected,
    outputs: [...outputs].map(([from, to]) => ({ from, to })),
    problems,
  }
}

type Way = { mode: Mode | undefined } & (Compiled | { error: string })

function waysOf(model: Known): Way[] {
  return model.variants.length > 0 ? model.variants : [{ ...model, mode: undefined }]
}

function inStatement(way: Compiled, lineage: Lineage, { rename, changes, own, keep, written }: Names) {
  const { compiled: sql, ephemeral } = way
  const resolved = lineage.resolve(sql, ephemeral)
  if ('error' in resolved) return resolved
  return renameInStatement({
    adapter: lineage.adapter,
    sql,
    resolved,
    upstream: rename,
    changes,
    own,
    keep,
    written,
  })
}

function rawStart(map: Compiled['map'], at: { start: number; end: number }): number | null {
  const found = 'noMap' in map ? null : toRaw(map, at.start, at.end)
  return found && ('jinja' in found ? found.jinja.start : found.start)
}

function rawEdits(
  raw: string,
  map: SourceMap,
  edit: TextEdit,
  { old }: Names,
): { edits: TextEdit[] } | { problem: string; at: number | null } {
  const place = edit.start === edit.end ? behind(map, edit.start) : toRaw(map, edit.start, edit.end)
  if (place && !('jinja' in place))
    return { edits: [{ start: place.start, end: place.end, text: edit.text }] }
  const tag = place?.jinja
  if (!tag || edit.start === edit.end)
    return { problem: `${old} is written by Jinja here`, at: tag?.start ?? null }
  // Whether these words are where the name comes from is proven when the file is compiled again.
  const here = stringsEqual(raw, tag.start, tag.end, old)
  const words = here.length > 0 ? here : stringsInTags(raw, old)
  if (words.length === 0) return { problem: `what writes ${old} here is not in this file`, at: tag.start }
  return { edits: words.map((span) => ({ ...span, text: edit.text.replace(/^["`[]|["`\]]$/g, '') })) }
}

/** An insertion stands behind the word before it. */
function behind(map: SourceMap, at: number): ReturnType<typeof toRaw> {
  const before = toRaw(map, at - 1, at)
  return before && !('jinja' in before) ? { ...before, start: before.end } : before
}

/** Strings that say nothing but the name: the places between their quotes. */
function stringsEqual(
  raw: string,
  start: number,
  end: number,
  name: string,
): { start: number; end: number }[] {
  const strings = /'([^'\\\n]*)'|"([^"\\\n]*)"/g
  return [...raw.slice(start, end).matchAll(strings)].flatMap((found) => {
    const text = found[1] ?? found[2] ?? ''
    if (text.toLowerCase() !== name.toLowerCase()) return []
    const at = start + found.index + 1
    return [{ start: at, end: at + text.length }]
  })
}

function stringsInTags(raw: string, name: string): { start: number; end: number }[] {
  const segments = splitJinja(raw)
  if ('unclosed' in segments) return []
  return segments.flatMap((s) =>
    s.kind === 'expression' || s.kind === 'statement' ? stringsEqual(raw, s.start, s.end, name) : [],
  )
}

type Covered = { start: number; end: number }

/** Where the name stands as a word in text that none of the ways of compiling the file has used. */
function notCompiled(raw: string, covered: Covered[], name: string): number[] {
  const segments = splitJinja(raw)
  if ('unclosed' in segments) return []
  const word = asWord(name)
  return segments.flatMap((segment) => {
    if (segment.kind !== 'text') return []
    const text = raw
      .slice(segment.start, segment.end)
      .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (c) => ' '.repeat(c.length))
    return [...text.matchAll(word)].flatMap((found) => {
      const at = segment.start + found.index
      return covered.some((c) => at >= c.start && at < c.end) ? [] : [at]
    })
  })
}

/** Settings of a node that name its columns. */
const COLUMN_SETTINGS = [
  'unique_key', 'updated_at', 'check_cols', 'partition_by', 'cluster_by', 'sort', 'sort_by', 'dist', 'order_by',
  'primary_key', 'merge_update_columns', 'merge_exclude_columns', 'indexes', 'incremental_predicates',
] // biome-ignore format: a list of words

export function namesColumns(setting: string): boolean {
  return COLUMN_SETTINGS.includes(setting)
}

/** The name in `config(unique_key='fare')`. */
export function renameInConfig(raw: string, from: string, to: string): TextEdit[] {
  const calls = callsInFile(raw, ['config']) ?? []
  return calls.flatMap((call) =>
    call.arguments.flatMap((argument) => {
      if (argument.name === null || !namesColumns(argument.name)) return []
      const { start, end } = argument.value
      return stringsEqual(raw, start, end, from).map((span) => ({ ...span, text: to }))
    }),
  )
}

/** The node's code after edits of its file, as dbt would read it; null where it cannot be told which part of the file it is. */
export function codeAfter(node: ManifestNode, raw: string, edits: TextEdit[]): string | null {
  if (raw.trim() === node.raw_code.trim()) return applyEdits(raw, edits, node.original_file_path).trim()
  const at = raw.indexOf(node.raw_code)
  if (at < 0 || raw.indexOf(node.raw_code, at + 1) >= 0) return null
  const inside = edits.filter((e) => e.start >= at && e.end <= at + node.raw_code.length)
  const moved = inside.map((e) => ({ ...e, start: e.start - at, end: e.end - at }))
  return applyEdits(node.raw_code, moved, node.original_file_path)
}
