/** Every place that names the model by a `ref`, changed; and the readers that name it in a way nobody can follow. */
import type { ChangeCollector } from '../../changes/index.ts'
import type { YamlEditor } from '../../changes/yaml/index.ts'
import { DBT_FILE } from '../../config/project.ts'
import type { MartsmithError } from '../../core/errors.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { splitJinja } from '../../project/sql/jinja.ts'
import {
  type Call,
  callsInFile,
  callsInPython,
  callsInValue,
  refTarget,
} from '../../project/sql/jinja-calls.ts'
import { placeIn, refusedAt } from '../refused.ts'

export type Renaming = {
  id: string
  from: string
  to: string
  /** The user's own project, as a `ref` with two arguments names it. */
  project: string
}

/** The text with the new name in its refs; null where it is not named. @throws MartsmithError where Jinja has no end. */
export function renamedInFile(path: string, text: string, renaming: Renaming): string | null {
  const calls = path.endsWith('.py') ? callsInPython(text, ['ref']) : callsInFile(text, ['ref'])
  if (calls === null) throw refusedAt(path, 'its Jinja has a tag or a block without an end')
  return withCalls(text, calls, renaming)
}

function withCalls(text: string, calls: Call[], renaming: Renaming): string | null {
  const spans = calls.flatMap((call) => {
    const target = refTarget(call)
    return target && names(target, renaming) ? [target.nameSpan] : []
  })
  if (spans.length === 0) return null
  return spans.toReversed().reduce((out, s) => out.slice(0, s.start) + renaming.to + out.slice(s.end), text)
}

function names(target: { package: string | null; name: string }, { from, project }: Renaming): boolean {
  return target.name === from && (target.package === null || target.package === project)
}

/** Strings in Jinja that are the model's name without being a ref: what they are for is not known. */
export function mentions(path: string, text: string, { from }: Renaming): string[] {
  const segments = path.endsWith('.py') ? [] : splitJinja(text)
  if ('unclosed' in segments) return []
  const known = new Set(
    (callsInFile(text, ['ref']) ?? []).flatMap((call) => refTarget(call)?.nameSpan.start ?? []),
  )
  const isName = (word: string) => word === from || word.endsWith(`.${from}`)
  return segments.flatMap((segment) => {
    if (segment.kind !== 'expression' && segment.kind !== 'statement') return []
    const { start, end } = segment.inner
    return [...text.slice(start, end).matchAll(/(['"])([^'"]*)\1/g)]
      .filter((found) => isName(found[2] ?? '') && !known.has(start + found.index + 1))
      .map(
        (found) =>
          `${placeIn(path, text, start + found.index)} names ${found[0]} outside of a ref: it stays as it is.`,
      )
  })
}

/** Texts of YAML: tests, exposures, hooks, semantic models, inputs of unit tests. Answers whether any was changed. */
export function renameInYaml(yaml: YamlEditor, renaming: Renaming): boolean {
  const lines = yaml.replaceStrings([], (text, keys) => {
    if (keys.at(-1) === 'description' || !text.includes(renaming.from)) return null
    const calls = callsInValue(text, ['ref'])
    return calls && withCalls(text, calls, renaming)
  })
  return lines.length > 0
}

/** `model:` of the unit tests of the model. Answers whether there are any. */
export function renameUnitTests(yaml: YamlEditor, { from, to }: Renaming): boolean {
  const tests = yaml.get(['unit_tests'])
  const places = (Array.isArray(tests) ? tests : []).flatMap((test: { model?: unknown } | null, i) =>
    test?.model === from ? [['unit_tests', i, 'model'] as const] : [],
  )
  for (const place of places) yaml.set(place, to)
  return places.length > 0
}

/**
 * Each reader that dbt knows must have been found by what it says.
 * @param edited files in which a ref was changed, from the folder of dbt_project.yml
 * @throws MartsmithError with file and line of a ref that is computed
 */
export async function assertAllFound(
  graph: ProjectGraph,
  files: Pick<ChangeCollector, 'read'>,
  pathOf: (file: string) => string,
  edited: ReadonlySet<string>,
  renaming: Renaming,
): Promise<void> {
  for (const id of graph.children(renaming.id)) {
    const where = writtenIn(graph, id)
    if (where.package !== renaming.project)
      throw refusedAt(
        `${graph.label(id)} (package ${where.package})`,
        `it reads ${renaming.from}, and files of packages are never edited`,
      )
    if (graph.node(id)?.attached_node === renaming.id) continue
    const own = [where.file, ...macrosOf(graph, id)]
    if (own.some((file) => edited.has(file))) continue
    const computed = await computedRef(graph, files, own.map(pathOf), id, renaming)
    if (computed) throw computed
    if (where.besides.some((file) => edited.has(file))) continue
    throw refusedAt(
      pathOf(where.file),
      `${graph.label(id)} reads ${renaming.from}, and it cannot be seen where it is named`,
      mendFor(renaming),
    )
  }
}

function mendFor({ from }: Renaming): string[] {
  return [`Write ref('${from}') out where it is read.`]
}

/** The file that a node is made in, and those that may say something besides: its properties, the project's. */
function writtenIn(graph: ProjectGraph, id: string): { package: string; file: string; besides: string[] } {
  const { exposures, semantic_models, metrics, saved_queries } = graph.manifest
  const found = graph.node(id) ?? exposures[id] ?? semantic_models[id] ?? metrics[id] ?? saved_queries[id]
  const properties = found && 'patch_path' in found ? found.patch_path?.split('://').at(-1) : undefined
  return {
    package: found?.package_name ?? id.split('.')[1] ?? '',
    file: found?.original_file_path ?? '',
    besides: [...(properties ? [properties] : []), DBT_FILE],
  }
}

/** Files of the own macros that a node calls, over others too. */
function macrosOf(graph: ProjectGraph, id: string): string[] {
  const { macros } = graph.manifest
  const seen = new Set(graph.node(id)?.depends_on.macros ?? [])
  for (const macro of seen) for (const next of macros[macro]?.depends_on.macros ?? []) seen.add(next)
  return [...seen].flatMap((macro) => (graph.isOwn(macro) ? (macros[macro]?.original_file_path ?? []) : []))
}

async function computedRef(
  graph: ProjectGraph,
  files: Pick<ChangeCollector, 'read'>,
  paths: string[],
  id: string,
  renaming: Renaming,
): Promise<MartsmithError | null> {
  for (const path of paths.filter((p) => /\.(sql|py)$/i.test(p))) {
    const text = await files.read(path)
    const calls = path.endsWith('.py') ? callsInPython(text, ['ref']) : (callsInFile(text, ['ref']) ?? [])
    const computed = calls.find((call) => refTarget(call) === null)
    if (!computed) continue
    const written = text.slice(computed.span.start, computed.span.end)
    const why = `${graph.label(id)} reads ${renaming.from} by a ref that is computed: ${written}`
    return refusedAt(placeIn(path, text, computed.span.start), why, mendFor(renaming))
  }
  return null
}
