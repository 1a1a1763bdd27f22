/** A column that a configuration names and the model does not have: unique_key, updated_at, check_cols and the like. */
import type { ManifestNode } from '../../../project/manifest.ts'
import { kindOf } from '../../../project/profile/sql.ts'
import { callsInFile } from '../../../project/sql/jinja-calls.ts'
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName } from '../words.ts'
import { renamedIn } from './column.ts'
import { failingNodes, fileOf, patchFile } from './files.ts'
import { propose } from './propose.ts'
import { outermost } from './select-lists.ts'

const KEYS = [
  ...['unique_key', 'updated_at', 'check_cols', 'event_time', 'partition_by', 'cluster_by'],
  ...['merge_update_columns', 'merge_exclude_columns', 'incremental_predicates', 'indexes'],
]

export const nodeConfig: Fixer = {
  id: 'node-config',
  classes: ['D01', 'D12'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const id of failingNodes(failure, context)) {
      const node = context.graph?.node(id)
      if (node) found.push(...(await ofNode(node, failure, context)))
    }
    return found
  },
}

async function ofNode(node: ManifestNode, failure: Failure, context: FixContext): Promise<Candidate[]> {
  const missing = failure.thing === null ? null : lastName(failure.thing).toLowerCase()
  const columns = await columnsOf(node, failure, context)
  const there = new Set(columns.map((c) => c.toLowerCase()))
  const named = [...new Set(KEYS.flatMap((key) => textsIn(node.config?.[key])))]
  // A word of SQL that is no column (`order`) is told as a slip of syntax.
  const wrong = named.filter((n) =>
    failure.class?.id === 'D01'
      ? n.toLowerCase() === missing
      : /^\w+$/.test(n) && !there.has(n.toLowerCase()),
  )
  const found: Candidate[] = []
  for (const name of wrong)
    for (const near of await namesFor(name, columns, node, failure, context)) {
      const texts: Record<string, string> = {}
      const paths = [node.original_file_path, ...(node.patch_path ? [patchFile(node.patch_path)] : [])]
      for (const path of [...paths, 'dbt_project.yml'].map((p) =>
        fileOf({ original_file_path: p }, context.place),
      )) {
        const text = await context.read(path).catch(() => '')
        const spans = path.endsWith('.sql') ? inConfig(text, name) : inYaml(text, name)
        if (spans.length > 0)
          texts[path] = edited(
            text,
            spans.map((s) => ({ ...s, text: near.name })),
            path,
          )
      }
      found.push(
        ...(await propose(context, {
          title: `Configure ${near.name} instead of ${name}`,
          because: [near.because],
          score: near.score,
          texts,
        })),
      )
    }
  return found
}

type Named = { name: string; score: number; because: string }

/** What it was renamed to upstream; the nearest; for a time, the one that there is. */
async function namesFor(
  name: string,
  columns: string[],
  node: ManifestNode,
  failure: Failure,
  context: FixContext,
): Promise<Named[]> {
  const label = context.graph?.label(node.unique_id)
  const found: Named[] = []
  for (const { id } of failure.reads)
    for (const { to, because } of await renamedIn(id, name, columns, context))
      found.push({ name: to, score: 92, because })
  for (const near of nearNames(name, columns))
    found.push({ ...near, because: `${label} has a column ${near.name}, written nearly so` })
  const times = failure.reads.flatMap((r) => r.columns.filter((c) => kindOf(c.type) === 'timestamp'))
  const [only, ...others] = times
  if (node.config?.updated_at === name && only && others.length === 0)
    found.push({ name: only.name, score: 60, because: `${only.name} is the only time that it reads` })
  return found.filter((f, i) => found.findIndex((o) => o.name === f.name) === i)
}

/** What the select puts out, what is read, and what the database offers instead. */
async function columnsOf(node: ManifestNode, failure: Failure, context: FixContext): Promise<string[]> {
  const text = await context.read(fileOf(node, context.place)).catch(() => '')
  const written =
    node.language === 'sql' ? outermost(text).flatMap((l) => l.items.flatMap((i) => i.name ?? [])) : []
  const [, offered = ''] = /Candidate bindings: ([^\n]+)/.exec(failure.message) ?? []
  const all = [
    ...written,
    ...[...offered.matchAll(/"([^"]+)"/g)].map((m) => m[1] ?? ''),
    ...failure.reads.flatMap((r) => r.columns.map((c) => c.name)),
  ]
  return [...new Set(all)]
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : []
}

type Span = { start: number; end: number }

function inConfig(text: string, name: string): Span[] {
  return (callsInFile(text, ['config']) ?? []).flatMap(({ inner }) =>
    wordSpans(text.slice(inner.start, inner.end), `(["'])${name}(?=\\1)`, 1, name).map((s) => ({
      start: inner.start + s.start,
      end: inner.start + s.end,
    })),
  )
}

/** The value of one of the keys, or an item of its list, on its line or below it. */
function inYaml(text: string, name: string): Span[] {
  const found: Span[] = []
  let [at, depth] = [0, -1]
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length
    const key = /^\s*(?:-\s+)?\+?([\w-]+)\s*:/.exec(line)?.[1]
    if (key && KEYS.includes(key)) depth = indent
    else if (line.trim() !== '' && indent <= depth && !line.trimStart().startsWith('-')) depth = -1
    if (depth >= 0) {
      const from = key && KEYS.includes(key) ? line.indexOf(':') + 1 : 0
      for (const s of wordSpans(line.slice(from), `()(?<![\\w$])${name}(?![\\w$])`, 0, name))
        found.push({ start: at + from + s.start, end: at + from + s.end })
    }
    at += line.length + 1
  }
  return found
}

function wordSpans(text: string, pattern: string, lead: number, name: string): Span[] {
  return [...text.matchAll(new RegExp(pattern, 'g'))].map((m) => {
    const start = m.index + lead
    return { start, end: start + name.length }
  })
}
