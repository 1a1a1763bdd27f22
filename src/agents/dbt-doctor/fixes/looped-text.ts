/** A variable that is one text, and is gone through like a list: Jinja takes each letter of it by itself. */
import { isMap, isScalar, parseDocument, type Scalar } from 'yaml'
import { DBT_FILE } from '../../../config/project.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'

export const loopedText: Fixer = {
  id: 'looped-text',
  classes: ['*'],
  find: async (failure, context) => {
    const path = context.files.find((p) => p.split('/').at(-1) === DBT_FILE)
    const looped = path ? await loopedIn(failure, context) : new Set<string>()
    if (!path || looped.size === 0) return []
    const text = await context.read(path).catch(() => '')
    const found: Candidate[] = []
    for (const { name, value } of textsIn(text)) {
      const [start, end] = value.range ?? [0, 0]
      const items = String(value.value).split(/\s*,\s*/)
      if (!looped.has(name) || items.length < 2 || items.includes('')) continue
      found.push(
        ...(await propose(context, {
          title: `Make the variable ${name} a list`,
          because: [
            `it is gone through like one, and is a text: ${items.length} values with commas between them`,
          ],
          score: 84,
          texts: { [path]: edited(text, [{ start, end, text: `[${items.join(', ')}]` }], path) },
        })),
      )
    }
    return found
  },
}

/** Variables that `for` goes through in what fails, and in the macros that it calls. */
async function loopedIn(failure: Failure, context: FixContext): Promise<Set<string>> {
  const { graph, place, read } = context
  const nodes = failingNodes(failure, context).flatMap((id) => graph?.node(id) ?? [])
  const macros = nodes.flatMap((n) => n.depends_on.macros.flatMap((m) => graph?.manifest.macros[m] ?? []))
  const texts = await Promise.all([...nodes, ...macros].map((n) => read(fileOf(n, place)).catch(() => '')))
  return new Set(
    texts.flatMap((t) =>
      [...t.matchAll(/\{%-?\s*for\s+[\w\s,]+?\s+in\s+var\(\s*['"](\w+)['"]/g)].map((m) => m[1] ?? ''),
    ),
  )
}

/** Variables that are texts, at any depth: those of one package stand below its name. */
function textsIn(text: string): { name: string; value: Scalar }[] {
  const vars = parseDocument(text).get('vars', true)
  const walk = (node: unknown): { name: string; value: Scalar }[] =>
    isMap(node)
      ? node.items.flatMap(({ key, value }) =>
          isScalar(value) && typeof value.value === 'string' && isScalar(key)
            ? [{ name: String(key.value), value }]
            : walk(value),
        )
      : []
  return walk(vars)
}
