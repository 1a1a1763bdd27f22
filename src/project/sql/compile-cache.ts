/**
 * What dbt compiled, kept from one command to the next, for files whose SQL depends on nothing but the project itself.
 * A file that asks the warehouse, or the clock, or calls a macro that could, is compiled each time.
 */
import { createHash } from 'node:crypto'
import { readJson, writeJson } from '../../core/files.ts'
import type { ProjectGraph } from '../graph.ts'
import type { ManifestNode, ManifestSource } from '../manifest.ts'
import { splitJinja } from './jinja.ts'

export type CacheOptions = {
  path: string
  /** A hash of flags, environment, profiles and versions; null where they cannot be told: then nothing is kept. */
  settings: () => Promise<string | null>
}

type File<T> = { settings: string; entries: Record<string, { key: string; value: T }> }

export type CompileCache<T> = {
  get(node: ManifestNode, raw: string): T | undefined
  put(node: ManifestNode, raw: string, value: T): void
  save(): Promise<void>
}

export async function openCompileCache<T>(
  graph: ProjectGraph,
  options: CacheOptions | undefined,
): Promise<CompileCache<T>> {
  const settings = options ? await options.settings() : null
  if (!options || settings === null)
    return { get: () => undefined, put: () => undefined, save: async () => undefined }
  const file = await readJson<File<T>>(options.path)
  const entries = new Map(file?.settings === settings ? Object.entries(file.entries) : [])
  const keyOf = keys(graph)
  let changed = false
  return {
    get: (node, raw) => {
      const entry = entries.get(node.unique_id)
      return entry && entry.key === keyOf(node, raw) ? entry.value : undefined
    },
    put: (node, raw, value) => {
      const key = keyOf(node, raw)
      if (key === null) return
      entries.set(node.unique_id, { key, value })
      changed = true
    },
    save: async () => {
      if (!changed) return
      const kept = [...entries].filter(([id]) => graph.node(id) !== undefined)
      await writeJson(options.path, { settings, entries: Object.fromEntries(kept) } satisfies File<T>)
    },
  }
}

/** Words with which Jinja reaches beyond the project's files. */
const REACHES_OUT =
  /\b(?:run_query|statement|load_result|execute|graph|modules|run_started_at|invocation_id|selected_resources|thread_id|context|builtins|random|caller|adapter(?!\.(?:dispatch|quote)\b))\b/
/** dbt asks the warehouse in it; but which way a model is compiled is said to it. */
const TOLD = 'is_incremental'

/** The key of a node's entry, or null where it may compile to something else without any file having changed. */
function keys(graph: ProjectGraph): (node: ManifestNode, raw: string) => string | null {
  const macros = macrosByWord(graph)
  const known = new Map<string, string | null>()
  return (node, raw) => {
    const { unique_id: id } = node
    const memo = known.get(id)
    if (memo !== undefined) return memo
    const used = reachable(node.raw_code, macros)
    const parents = node.depends_on.nodes.map((p) => facts(graph.node(p) ?? graph.source(p)))
    const { raw_code: _, ...described } = node
    const key = [node.raw_code, ...used].some((text) => REACHES_OUT.test(jinjaIn(text)))
      ? null
      : createHash('sha256')
          .update(JSON.stringify([raw, described, used, parents]))
          .digest('hex')
    known.set(id, key)
    return key
  }
}

function facts(parent: ManifestNode | ManifestSource | undefined): unknown[] {
  if (!parent) return []
  const { unique_id, relation_name } = parent
  return [unique_id, relation_name, 'alias' in parent ? [parent.alias, parent.config?.materialized] : null]
}

/** The macros that a word could call: by its name, or as an adapter's version of it (`duckdb__datediff`). */
function macrosByWord(graph: ProjectGraph): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { name, macro_sql, package_name } of Object.values(graph.manifest.macros)) {
    for (const word of new Set([name, name.replace(/^.*?__/, '')])) {
      if (word === TOLD && package_name === 'dbt') continue
      const known = found.get(word)
      if (known) known.push(macro_sql)
      else found.set(word, [macro_sql])
    }
  }
  return found
}

/** What stands in tags: words of the SQL around them call nothing. */
function jinjaIn(text: string): string {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return text
  return segments
    .map((s) =>
      s.kind === 'expression' || s.kind === 'statement' ? text.slice(s.inner.start, s.inner.end) : '',
    )
    .join('\n')
}

/** The code of every macro that could be called from here: by words, since dbt does not see into branches. */
function reachable(code: string, macros: Map<string, string[]>): string[] {
  const seen = new Set<string>()
  const queue = [code]
  for (let at = 0; at < queue.length; at += 1) {
    for (const word of new Set(jinjaIn(queue[at] ?? '').match(/\w+/g))) {
      if (seen.has(word)) continue
      seen.add(word)
      queue.push(...(macros.get(word) ?? []))
    }
  }
  return queue.slice(1).sort()
}
