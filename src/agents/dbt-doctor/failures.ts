/** From what was seen to causes: many failures with one cause are one, in the order in which they are mended. */
import { basename, extname, join, relative } from 'node:path'
import { plainWords } from '../../adapters/dbt/explain.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { classify } from './classify.ts'
import { fileOf } from './fixes/files.ts'
import { isOfAll } from './reach.ts'
import { readLog } from './read-log.ts'
import { isFailure, isTestId, type Seen } from './try.ts'
import type { Failure } from './types.ts'

/** Where the project lies that was looked at, and its files. */
type Where = { place: { root: string; dbtDir: string }; files: { own: string[] } }

export function failuresIn(seen: Seen, work: Where): Failure[] {
  if (seen.unread) return [unreadable(seen.unread.message, work)]
  const { graph } = seen
  if (!graph) return []
  const groups = new Map<string, Failure>()
  for (const result of seen.results.filter(isFailure)) {
    const shown = seen.failures.get(result.id)
    const trace = shown?.trace ?? null
    const message = inProject(result.message ?? '')
    const found = classify({ message: headed(graph, result.id, message), events: [] })
    // A hook says where it is written as a model does.
    const said = isOfAll(result.id) ? fileIn(message)?.replace(/^\.\//, '') : undefined
    const one: Failure = {
      class: found?.class ?? null,
      thing: found?.thing ?? null,
      message: plainWords(message),
      stage: 'build',
      nodes: [result.id],
      file: trace?.culprit.file ?? shown?.file ?? (said ? inRoot(work, said) : null),
      line: trace ? trace.culprit.line : (shown?.line ?? null),
      reads: shown?.reads ?? [],
      trace,
    }
    const key = keyOf(graph, one)
    const known = groups.get(key)
    if (known) known.nodes.push(result.id)
    else groups.set(key, one)
  }
  const depth = new Map([...groups.values()].map((f) => [f, graph.ancestors(f.nodes).length]))
  // Of tests those first of which it is known where the rows are born: they may mend the others.
  const late = (f: Failure) => (!f.class?.id.startsWith('T') ? 0 : f.trace ? 1 : 2)
  const failed = [...groups.values()].sort(
    (a, b) => late(a) - late(b) || (depth.get(a) ?? 0) - (depth.get(b) ?? 0),
  )
  return [...failed, ...passedOver(graph, work)]
}

/** Tests that stand in the manifest and are switched off refer to what is not there: dbt only warns of it. */
function passedOver(graph: ProjectGraph, work: Where): Failure[] {
  const { nodes, disabled } = graph.manifest
  const off = new Set(Object.values(disabled).flatMap((all) => all.map((n) => n.name)))
  const known = new Set([...Object.values(nodes).map((n) => n.name), ...off])
  return leftOutOf(graph).flatMap((test): Failure[] => {
    const file = fileOf(test, work.place)
    const ref = test.refs.find((r) => !known.has(r.name))
    const source = test.sources.map((s) => s.join('.')).find((s) => !isDeclared(graph, s))
    const missing = ref ? `a node named '${ref.name}'` : source ? `a source named '${source}'` : null
    if (missing === null) return []
    const message = `Test '${test.name}' (${test.original_file_path}) depends on ${missing} which was not found`
    const found = classify({ message, events: [] })
    return [
      {
        ...{ class: found?.class ?? null, thing: found?.thing ?? null, message, stage: 'parse' },
        ...{ nodes: [], file, line: null, reads: [], trace: null, passedOver: true },
      },
    ]
  })
}

/** Tests of the user's own that dbt has switched off; those that the user did stand elsewhere. */
export function leftOutOf(graph: ProjectGraph): ManifestNode[] {
  return Object.values(graph.manifest.nodes).filter(
    (n) => n.resource_type === 'test' && n.config?.enabled === false && graph.isOwn(n.unique_id),
  )
}

function isDeclared({ manifest }: ProjectGraph, source: string): boolean {
  const all = [
    ...Object.values(manifest.sources).map((s) => `${s.source_name}.${s.name}`),
    ...Object.keys(manifest.disabled).map((id) => id.split('.').slice(2).join('.')),
  ]
  return all.includes(source)
}

/** A path of the user's project: what is built lies in a copy, which is gone when this is read. */
const inProject = (message: string) =>
  message.replace(
    /(?:\/[^\s/'"]+)*\/\.martsmith\/sandbox\/[0-9a-f]{10}\/(?:(?:before|after)\/)?project\//g,
    '',
  )

/** A test that found rows says so in one line; its kind is known by the manifest. */
function headed(graph: ProjectGraph, id: string, message: string): string {
  const node = graph.node(id)
  return isTestId(id) && node
    ? `Failure in test ${node.name} (${node.original_file_path})\n  ${message}`
    : message
}

/** One thing that is missing from one relation is one cause, wherever it shows; so are rows that are born in one place. */
function keyOf(graph: ProjectGraph, { class: of, thing, message, nodes, reads, trace }: Failure): string {
  const [id = ''] = nodes
  if (trace && trace.culprit.born !== 'unknown') {
    const { node, born, line } = trace.culprit
    return `${of?.id} ${node} ${line ?? born}`
  }
  if (of?.id.startsWith('T')) return `${of.id.slice(0, 3)} ${graph.node(id)?.attached_node ?? id}`
  if (!of || !thing) return id
  // All that a schema would hold is missing for one reason.
  const [, schema] = of.id === 'D02' ? (/because schema "([^"]+)" does not exist/.exec(message) ?? []) : []
  if (schema) return `${of.id} schema ${schema}`
  const from = reads.find((r) => r.columns.length > 0)?.id ?? ''
  return `${of.id} ${thing.toLowerCase()} ${from}`
}

export function unreadable(raised: string, { place, files }: Where): Failure {
  const message = inProject(raised)
  const [read] = readLog(message)
  const found = classify({ message, events: read?.events ?? [] })
  const file = fileIn(message) ?? read?.file ?? readerIn(message, files.own)
  const lines = [...message.matchAll(/\bline (\d+)/g)].map((m) => Number(m[1]))
  return {
    class: found?.class ?? null,
    thing: found?.thing ?? null,
    message: plainWords(message),
    stage: 'parse',
    nodes: [],
    file: file === null ? null : known(inRoot({ place }, file), file, files.own),
    line: openedAt(message) ?? lines[0] ?? null,
    reads: [],
    trace: null,
  }
}

/** What is left open shows where the next begins, or the file ends; where it began is told too. */
function openedAt(message: string): number | null {
  const [, line] = /while scanning a quoted scalar\s+in "[^"]*", line (\d+)/.exec(message) ?? []
  return line === undefined ? null : Number(line)
}

const inRoot = ({ place }: Pick<Where, 'place'>, file: string) =>
  relative(place.root, join(place.dbtDir, file))

/** Of a YAML file dbt names the path below the folder of models. */
function known(path: string, said: string, files: string[]): string {
  if (files.includes(path)) return path
  const ending = files.filter((f) => f.endsWith(`/${said}`))
  return ending.length === 1 && ending[0] ? ending[0] : path
}

/** `Error reading shop: models/schema.yml - Runtime Error`, `(models/marts/fct.sql)`, `given in models/a.yml @ models`. */
function fileIn(message: string): string | null {
  const [, folder, below] = /FilePath\(searched_path='([^']+)', relative_path='([^']+)'/.exec(message) ?? []
  if (folder && below) return `${folder}/${below}`
  return (
    /Error reading [^:\n]+: ([^\n]+?\.(?:ya?ml|sql|py|md|csv)) - /.exec(message)?.[1] ??
    /\(([^()\n]+\.(?:sql|py|ya?ml|csv))\)/.exec(message)?.[1] ??
    /\bin ([\w./-]+\.(?:ya?ml|sql|py|md))(?= @|:?\s*$)/m.exec(message)?.[1] ??
    null
  )
}

/** Who reads what it may not is named by its id alone: `Node model.shop.fct_orders attempted to reference node ...`. */
function readerIn(message: string, files: string[]): string | null {
  const [, name] = /\bNode model\.\w+\.(\w+) attempted to reference/.exec(message) ?? []
  const named = files.filter((f) => basename(f, extname(f)) === name && /\.(?:sql|py)$/.test(f))
  return named.length === 1 ? (named[0] ?? null) : null
}

/** Whether the same failure still shows. */
export function stillFails(failure: Failure, now: Failure[]): boolean {
  if (failure.stage === 'parse')
    return now.some((f) => f.stage === 'parse' && sameOf(f, failure) && (f.line ?? 0) <= (failure.line ?? 0))
  return now.some(
    (f) => (f.stage === 'parse' && !f.passedOver) || f.nodes.some((n) => failure.nodes.includes(n)),
  )
}

function sameOf(a: Failure, b: Failure): boolean {
  return a.class?.id === b.class?.id && a.thing === b.thing && a.file === b.file
}
