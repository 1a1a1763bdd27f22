/** One table of a source that lies in another schema now, while the others stay: a source of its own for it. */
import { isMartsmithError } from '../../../core/errors.ts'
import { list } from '../../../core/text.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { opened } from './opened.ts'
import { propose } from './propose.ts'
import { sourceEdits } from './reference.ts'
import { same, standing, type Table } from './relation.ts'

export const sourceMoved: Fixer = {
  id: 'source-moved',
  classes: ['D02'],
  find: async (failure, context) => {
    const there = await standing(context)
    const { graph } = context
    const empty = nothingLoaded(there, failure, context)
    if (empty) failure.found = empty
    const parents = failingNodes(failure, context).flatMap((id) => graph?.parents(id) ?? [])
    const found: Candidate[] = []
    for (const source of new Set(parents.flatMap((id) => graph?.source(id) ?? []))) {
      const name = source.identifier || source.name
      const isAt = (t: Table, schema: string) => same(schema, t.schema)
      if (there.some((t) => same(name, t.name) && isAt(t, source.schema))) continue
      // Where none of its tables is there, the whole source has moved.
      const others = Object.values(graph?.manifest.sources ?? {}).filter(
        (s) => s.source_name === source.source_name && s.name !== source.name,
      )
      const stays = others.some((s) =>
        there.some((t) => same(s.identifier || s.name, t.name) && isAt(t, s.schema)),
      )
      const [table, ...more] = there.filter((t) => same(name, t.name))
      if (stays && table && more.length === 0) found.push(...(await moved(source, table, context)))
    }
    return found
  },
}

/** Of nothing that is declared a table stands: it is another database, or nobody has loaded it. */
function nothingLoaded(
  there: Table[],
  failure: Failure,
  { graph, adapter }: FixContext,
): Failure['found'] | null {
  const declared = Object.values(graph?.manifest.sources ?? {})
  const reads = failure.nodes.flatMap((id) => graph?.parents(id) ?? []).some((id) => graph?.source(id))
  const isThere = (s: (typeof declared)[number]) => there.some((t) => same(s.identifier || s.name, t.name))
  if (!reads || declared.length < 2 || declared.some(isThere)) return null
  const where = adapter === 'duckdb' ? 'path' : 'host, port and dbname'
  const schemas = list([...new Set(declared.map((s) => s.schema))], 3)
  return {
    sentence: `None of the ${declared.length} tables of sources is in the warehouse, in ${schemas} or elsewhere.`,
    decision: [
      `1. It is another database than the one that was loaded: ${where} of the target in profiles.yml, seen from where dbt runs.`,
      '2. Nothing was loaded into it yet: run what loads the sources, then martsmith debug again.',
    ],
  }
}

type Source = NonNullable<ReturnType<NonNullable<FixContext['graph']>['source']>>

async function moved(source: Source, { schema }: Table, context: FixContext): Promise<Candidate[]> {
  const { graph, place, files, read } = context
  const path = fileOf(source, place)
  const yaml = opened(path, await read(path).catch(() => ''))
  const sources = Object.values(graph?.manifest.sources ?? {})
  const known = sources.find(
    (s) => same(s.schema, schema) && s.original_file_path === source.original_file_path,
  )
  const to = known?.source_name ?? schema
  if (!yaml || (!known && sources.some((s) => s.source_name === to))) return []
  const entry = ['sources', { name: source.source_name }, 'tables', { name: source.name }] as const
  try {
    const table = yaml.get([...entry]) as Parameters<typeof yaml.add>[1]
    if (known) yaml.add(['sources', { name: to }, 'tables'], table)
    else yaml.add(['sources'], { name: to, schema, tables: [table] })
    yaml.remove([...entry])
  } catch (error) {
    if (isMartsmithError(error)) return []
    throw error
  }
  const texts: Record<string, string> = { [path]: yaml.text }
  for (const file of files) {
    const text = file === path ? yaml.text : await read(file).catch(() => '')
    const edits = sourceEdits(text, [source.source_name, source.name], [to, source.name])
    if (edits.length > 0) texts[file] = edited(text, edits, file)
  }
  return propose(context, {
    title: `Read ${source.name} of ${schema}, where it lies, as a table of the source ${to}`,
    because: [
      `${schema} has a table ${source.name}; ${source.schema} has none, and has the other tables of ${source.source_name}`,
    ],
    score: 76,
    texts,
  })
}
