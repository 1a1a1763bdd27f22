/** A ring of models, or one that dbt cannot see: a ref that was never meant to be one, `this`, or the hint dbt asks for. */
import { callsInFile, refTarget } from '../../../project/sql/jinja-calls.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { fileOf } from './files.ts'
import { propose } from './propose.ts'

export const dependency: Fixer = {
  id: 'dependency',
  classes: ['P27', 'P28'],
  find: async (failure, context) => {
    const hints = failure.class?.id === 'P28' ? await hinted(failure, context) : []
    return [...(await withoutRing(failure, context)), ...hints]
  },
}

type Model = { name: string; path: string; text: string }

/** The models of the ring by their names: a project with a ring has no graph. */
async function modelsIn({ message, file, thing }: Failure, context: FixContext): Promise<Model[]> {
  const named = [...message.matchAll(/\b(?:model|snapshot)\.\w+\.([\w.]+)/g)].map((m) => m[1] ?? '')
  const all = new Set([...named, ...(thing ? [thing] : [])])
  const found: Model[] = []
  for (const path of context.files.filter((p) => p.endsWith('.sql'))) {
    const name =
      path
        .split('/')
        .at(-1)
        ?.replace(/\.sql$/, '') ?? ''
    if (all.has(name) || path === file) found.push({ name, path, text: await context.read(path) })
  }
  return found
}

async function withoutRing(failure: Failure, context: FixContext): Promise<Candidate[]> {
  const models = await modelsIn(failure, context)
  const ring = new Set(models.map((m) => m.name))
  const found: Candidate[] = []
  for (const { name, path, text } of models) {
    for (const call of callsInFile(text, ['ref']) ?? []) {
      const target = refTarget(call)
      if (!target || !ring.has(target.name)) continue
      const tag = tagAround(text, target.nameSpan.start)
      if (!tag) continue
      const isComment = inComment(text, tag.start)
      const instead = isComment ? target.name : target.name === name ? '{{ this }}' : null
      if (instead === null) continue
      found.push(
        ...(await propose(context, {
          title: isComment
            ? `Write ${target.name} without ref in a comment`
            : `Read {{ this }} instead of ref('${name}')`,
          because: [
            isComment
              ? 'dbt follows a ref in a comment too'
              : 'a model reads what it has built so far by this',
          ],
          score: isComment ? 90 : 85,
          texts: { [path]: edited(text, [{ ...tag, text: instead }], path) },
        })),
      )
    }
  }
  return found
}

/** `{{ ... }}` around an offset. */
function tagAround(text: string, at: number): { start: number; end: number } | null {
  const [start, end] = [text.lastIndexOf('{{', at), text.indexOf('}}', at)]
  return start < 0 || end < 0 ? null : { start, end: end + 2 }
}

function inComment(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return line.includes('--') || text.lastIndexOf('/*', at) > text.lastIndexOf('*/', at)
}

/** dbt says itself what is to be written: `-- depends_on: {{ ref('a') }}`. */
async function hinted({ message, thing, file }: Failure, context: FixContext): Promise<Candidate[]> {
  const [hint] = /-- depends_on: \{\{[^}]*\}\}/.exec(message) ?? []
  const node = Object.values(context.graph?.manifest.nodes ?? {}).find((n) => n.name === thing)
  const path = node ? fileOf(node, context.place) : file
  if (!hint || !path?.endsWith('.sql')) return []
  const text = await context.read(path)
  return propose(context, {
    title: 'Tell dbt what the model depends on',
    because: ['dbt asks for this hint, for it does not run into the ref while it parses'],
    score: 80,
    texts: { [path]: `${hint}\n${text}` },
  })
}
