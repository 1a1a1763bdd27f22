/** How properties files are laid out, how tests are spelled, and how much is described. */
import { basename, dirname } from 'node:path'
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import type { Ballot, Votes } from './types.ts'

export type YamlFile = { path: string; text: string }

type Described = { file: string; name: string; text: string | null }
type Seen = {
  models: Described[]
  columns: Described[]
  sources: Votes
  spelling: Votes
  arguments: Votes
  lists: Votes
  /** Models whose properties say how they are materialised. */
  materialised: Set<string>
}

export function yamlStyle(files: YamlFile[]): { ballots: Ballot[]; materialised: Set<string> } {
  const seen: Seen = {
    models: [],
    columns: [],
    sources: [],
    spelling: [],
    arguments: [],
    lists: [],
    materialised: new Set(),
  }
  const withModels = files.filter((file) => read(file, seen))
  const described = (all: Described[]): Votes =>
    all.map((d) => ({ place: d.name, choice: String(d.text !== null) }))
  const vote = (choose: (text: string) => string | null): Votes =>
    withModels.flatMap(({ path, text }) => {
      const choice = choose(text)
      return choice === null ? [] : [{ place: path, choice }]
    })
  const layouts = layout(seen.models)
  const ballots: Ballot[] = [
    { id: 'properties', votes: layouts.map(({ place, per }) => ({ place, choice: per })) },
    { id: 'properties_name', votes: layouts.map(({ place, called }) => ({ place, choice: called })) },
    { id: 'sources_name', votes: seen.sources },
    { id: 'tests', votes: seen.spelling },
    { id: 'test_arguments', votes: seen.arguments },
    { id: 'test_lists', votes: seen.lists },
    { id: 'yaml_version', votes: vote((text) => String(/^version:\s*2\s*$/m.test(text))) },
    { id: 'yaml_indent', votes: vote(indent) },
    { id: 'yaml_lists', votes: vote(lists) },
    { id: 'models_described', votes: described(seen.models) },
    { id: 'columns_described', votes: described(seen.columns) },
    { id: 'description_end', votes: endings([...seen.models, ...seen.columns]) },
  ]
  return { ballots, materialised: seen.materialised }
}

/** Whether there are models in it. A file that is broken is none of ours: dbt says so itself. */
function read({ path, text }: YamlFile, seen: Seen): boolean {
  const document = parseDocument(text)
  if (document.errors.length > 0 || !isMap(document.contents)) return false
  for (const source of maps(document.get('sources'))) {
    const name = String(source.get('name') ?? '')
    seen.sources.push({ place: name, choice: templateOf(path, { source: name }) })
  }
  const models = maps(document.get('models'))
  for (const model of models) {
    const name = String(model.get('name') ?? '')
    seen.models.push({ file: path, name, text: textOf(model) })
    if (model.getIn(['config', 'materialized']) !== undefined) seen.materialised.add(name)
    readTests(model, path, seen)
    for (const column of maps(model.get('columns'))) {
      if (!column.has('name')) continue // `include: all` of a version
      seen.columns.push({ file: path, name: `${name}.${String(column.get('name'))}`, text: textOf(column) })
      readTests(column, path, seen)
    }
  }
  return models.length > 0
}

function maps(value: unknown): YAMLMap[] {
  return isSeq(value) ? value.items.filter((item): item is YAMLMap => isMap(item)) : []
}

function textOf(holder: YAMLMap): string | null {
  const text = holder.get('description')
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null
}

const BESIDE = [
  'name',
  'config',
  'description',
  'severity',
  'where',
  'tags',
  'limit',
  'warn_if',
  'error_if',
  'store_failures',
]

function readTests(holder: YAMLMap, path: string, seen: Seen): void {
  for (const key of ['tests', 'data_tests'] as const) {
    const tests = holder.get(key)
    if (!isSeq(tests)) continue
    seen.spelling.push({ place: path, choice: key })
    if (tests.items.every((t) => isScalar(t)))
      seen.lists.push({ place: path, choice: tests.flow ? 'inline' : 'lines' })
    for (const test of tests.items) {
      const body = isMap(test) ? test.items[0]?.value : undefined
      if (!isMap(body)) continue
      const keys = body.items.map((i) => (isScalar(i.key) ? String(i.key.value) : ''))
      const own = keys.filter((k) => !BESIDE.includes(k))
      if (own.length > 0)
        seen.arguments.push({ place: path, choice: own.includes('arguments') ? 'nested' : 'beside' })
    }
  }
}

/** One file for each model, or for each folder, and called how. */
function layout(models: Described[]): { place: string; per: string; called: string }[] {
  return [...Map.groupBy(models, (m) => m.file)].flatMap(([file, inside]) => {
    const [only] = inside
    const one = inside.length === 1 && only !== undefined && stemOf(file).includes(only.name)
    const called = templateOf(file, one ? { model: only.name } : {})
    return inside.map((m) => ({ place: m.name, per: one ? 'model' : 'folder', called }))
  })
}

const stemOf = (file: string) => basename(file).replace(/\.ya?ml$/, '')

/** `_{folder}__models.yml`: a file's name with what it is called after. */
export function templateOf(file: string, after: { model?: string; source?: string }): string {
  const parts = { ...after, folder: basename(dirname(file)) }
  let stem = stemOf(file)
  for (const [placeholder, part] of Object.entries(parts)) {
    if (part && stem.includes(part)) stem = stem.replace(part, `{${placeholder}}`)
  }
  return stem + (/\.ya?ml$/.exec(file)?.[0] ?? '')
}

/** Columns of the first level; `- ` does not count as one. */
function indent(text: string): string | null {
  const steps = new Map<number, number>()
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
  for (const [i, line] of lines.entries()) {
    if (!/:\s*$/.test(line)) continue
    const step = marginOf(lines[i + 1] ?? '') - marginOf(line.replace(/^(\s*)- /, '$1  '))
    if (step > 0) steps.set(step, (steps.get(step) ?? 0) + 1)
  }
  const [usual] = [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  return usual === undefined ? null : `${usual[0]} spaces`
}

function marginOf(line: string): number {
  return line.length - line.trimStart().length
}

function lists(text: string): string | null {
  const margin = /^models:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*([ \t]*)- /m.exec(text)?.[1]
  return margin === undefined ? null : margin === '' ? 'flush' : 'indented'
}

function endings(all: Described[]): Votes {
  return all.flatMap(({ name, text }) => {
    if (text === null) return []
    const choice = /\{\{\s*doc\s*\(/.test(text) ? 'doc' : /[.!?]$/.test(text) ? 'stop' : 'none'
    return [{ place: name, choice }]
  })
}
