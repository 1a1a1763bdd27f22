/** Keys that a project says its nodes have: tests, constraints, what an incremental model merges on. */
import { z } from 'zod'

const constraints = z
  .array(z.object({ type: z.string(), columns: z.array(z.string()).default([]) }))
  .catch([])
const columnWith = z.object({ name: z.string(), constraints }).nullable().catch(null)
const names = z.union([z.string().transform((s) => [s]), z.array(z.string())]).catch([])
const IS_KEY = new Set(['primary_key', 'unique'])

type Declaring = {
  nodes: Record<
    string,
    {
      attached_node?: string | null | undefined
      column_name?: string | null | undefined
      test_metadata?: { name: string; kwargs: Record<string, unknown> } | null | undefined
      columns?: Record<string, unknown> | undefined
      constraints?: unknown
      config?: Record<string, unknown> | null | undefined
    }
  >
}

/** Each a list of columns; single columns first. The data has to confirm them. */
export function declaredKeys(manifest: Declaring, id: string): string[][] {
  const node = manifest.nodes[id]
  const tests = Object.values(manifest.nodes).flatMap((test) => {
    if (test.attached_node !== id || !test.test_metadata) return []
    const { name, kwargs } = test.test_metadata
    if (name === 'unique') return test.column_name ? [[test.column_name]] : []
    return name === 'unique_combination_of_columns' ? [names.parse(kwargs.combination_of_columns)] : []
  })
  const ofColumns = Object.values(node?.columns ?? {}).flatMap((value) => {
    const column = columnWith.parse(value)
    return column?.constraints.some((c) => IS_KEY.has(c.type)) ? [[column.name]] : []
  })
  const ofNode = constraints.parse(node?.constraints).flatMap((c) => (IS_KEY.has(c.type) ? [c.columns] : []))
  const all = [...ofColumns, ...ofNode, ...tests, names.parse(node?.config?.unique_key)]
  const unique = new Map(all.filter((k) => k.length > 0).map((k) => [k.join('\n').toLowerCase(), k]))
  return [...unique.values()].map((k) => k.map(unquoted)).sort((a, b) => a.length - b.length)
}

/** Where a project quotes names, a test may hold them with their quotes. */
const unquoted = (name: string) => name.replace(/^(["`])(.*)\1$/, '$2')
