/** The YAML around a renamed column: its entry, tests, contracts, semantic models, unit tests. */
import { applyEdits } from '../../changes/edits.ts'
import {
  columnPath,
  editYaml,
  renameColumnInSemanticModel,
  renameColumnInTests,
  renameColumnInUnitTests,
  renamedRef,
  renameRelationshipField,
  setName,
  writtenColumn,
  type YamlEditor,
  type YamlPath,
} from '../../changes/yaml/index.ts'
import { asWord } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { keyOfStored } from '../../project/sql/names.ts'
import { resolveSql } from '../../project/sql/resolve/index.ts'
import { namesColumns, type Problem } from './file.ts'
import { renameInStatement } from './statement.ts'

export type RenamedColumn = { id: string; from: string; to: string }

export type YamlContext = {
  graph: ProjectGraph
  adapter: string
  /** The columns of a node as they are before the change. */
  columns(id: string): string[]
  written(name: string): string
}

const SECTIONS: Record<string, string> = { model: 'models', seed: 'seeds', snapshot: 'snapshots' }

/** YAML files, below the dbt project's folder, in which something of these nodes may stand. */
export function yamlFilesOf(graph: ProjectGraph, ids: string[]): string[] {
  const { nodes, semantic_models, unit_tests } = graph.manifest
  const wanted = new Set(ids)
  const files = new Set<string>()
  for (const id of ids) {
    const patch = nodes[id]?.patch_path
    if (patch) files.add(patch.split('://').at(-1) ?? '')
  }
  const around = [...Object.values(nodes), ...Object.values(semantic_models), ...Object.values(unit_tests)]
  const add = (one: { package_name: string; original_file_path: string }) => {
    if (one.package_name === graph.manifest.metadata.project_name) files.add(one.original_file_path)
  }
  for (const one of around) if (one.depends_on.nodes.some((id) => wanted.has(id))) add(one)
  // dbt says of a unit test which model it tests, and not which it gives rows for.
  const names = ids.flatMap((id) => nodes[id]?.name ?? [])
  for (const test of Object.values(unit_tests))
    if (test.given.some(({ input }) => names.some((n) => renamedRef(input, n, `${n}_`) !== input))) add(test)
  return [...files].filter((file) => /\.ya?ml$/i.test(file))
}

export function renameInYaml(
  path: string,
  text: string,
  columns: RenamedColumn[],
  context: YamlContext,
): { text: string; problems: Problem[] } {
  const yaml = editYaml(path, text)
  const problems: Problem[] = []
  for (const column of columns)
    renameOne(yaml, column, context, (line, what) => problems.push({ file: path, line, what }))
  return { text: yaml.text, problems }
}

type Tell = (line: number | null, what: string) => void

function renameOne(yaml: YamlEditor, column: RenamedColumn, context: YamlContext, tell: Tell): void {
  const { from, to } = column
  const node = context.graph.node(column.id)
  const section = SECTIONS[node?.resource_type ?? '']
  if (!node || !section) return
  // All but the entry's own name stands in SQL as it is written here.
  const [was, inSql] = [context.written(from), context.written(to)]
  const isColumn = (word: string) =>
    word.replace(/^(["`])(.*)\1$/, '$2').toLowerCase() === from.toLowerCase() || word === was
  const entry: YamlPath = [section, { name: node.name }]
  if (yaml.has(entry)) {
    if (yaml.has([...entry, 'versions']))
      tell(yaml.lineOf(entry), `${node.name} has versions: a column is renamed in a new one`)
    renameInSettings(yaml, entry, isColumn, inSql)
    renameColumnInTests(yaml, entry, isColumn, inSql)
    renameInExpressions(yaml, entry, column, context, tell)
    const written = writtenColumn(yaml, entry, from)
    if (written !== null) {
      setName(yaml, columnPath(entry, written), to)
      if (inSql !== to) yaml.set([...columnPath(entry, to), 'quote'], true, { after: ['name'] })
    }
  }
  renameRelationshipField(yaml, node.name, isColumn, inSql)
  for (const line of renameColumnInUnitTests(yaml, node.name, isColumn, to))
    tell(line, `the rows of a unit test are SQL or a file, and name ${from}`)
  renameInSemanticModels(yaml, column, node.name, context, tell)
}

const SPINE = new Set(['standard_granularity_column', 'column_name'])

function renameInSettings(
  yaml: YamlEditor,
  entry: YamlPath,
  isColumn: (word: string) => boolean,
  to: string,
): void {
  yaml.replaceStrings(entry, (text, keys) => {
    const setting = keys.find((k) => typeof k === 'string' && namesColumns(k))
    const constraint = keys.includes('constraints') && keys.some((k) => k === 'columns')
    const spine = keys.includes('time_spine') && SPINE.has(String(keys.at(-1)))
    return (setting !== undefined && keys.includes('config')) || constraint || spine
      ? isColumn(text)
        ? to
        : null
      : null
  })
}

const PROSE = new Set([
  'description',
  'name',
  'label',
  'meta',
  'tags',
  'group',
  'docs',
  'alias',
  'fixture',
  'data_type',
])

/** Texts that are SQL over the model: expressions of tests, `where`, constraints. */
function renameInExpressions(
  yaml: YamlEditor,
  entry: YamlPath,
  column: RenamedColumn,
  context: YamlContext,
  tell: Tell,
): void {
  yaml.replaceStrings(entry, (text, keys) => {
    if (!asWord(column.from).test(text) || text.toLowerCase() === column.from.toLowerCase()) return null
    if (keys.some((k) => typeof k === 'string' && PROSE.has(k))) return null
    // A column of the model that `to` names.
    if (keys.at(-1) === 'field' && keys.includes('relationships')) return null
    const renamed = renamedExpression(text, column, context)
    if (renamed === null)
      tell(
        yaml.lineOf([...entry]),
        `${keys.filter((k) => typeof k === 'string').join('.')} names ${column.from} in a way that cannot be read: ${text.split('\n')[0]}`,
      )
    return renamed
  })
}

/** `fare > 0` over the columns of the model; null where it is no such expression. */
export function renamedExpression(
  text: string,
  { id, from, to }: RenamedColumn,
  context: YamlContext,
): string | null {
  const { adapter, written } = context
  const [before, after] = ['select (', '\n) from the_model']
  const sql = before + text + after
  const key = (name: string) => keyOfStored(name, adapter)
  const resolved = resolveSql(sql, {
    adapter,
    tableOf: (path) => (path.at(-1)?.name === 'the_model' ? { id, columns: context.columns(id) } : null),
  })
  if ('error' in resolved || resolved.unknown.length > 0) return null
  const upstream = (_: string, column: string) => (key(column) === key(from) ? to : null)
  const { edits, problems } = renameInStatement({
    adapter,
    sql,
    resolved,
    upstream,
    changes: (table) => table === id,
    own: null,
    keep: false,
    written,
  })
  return problems.length > 0 ? null : applyEdits(sql, edits, text).slice(before.length, -after.length)
}

function renameInSemanticModels(
  yaml: YamlEditor,
  column: RenamedColumn,
  model: string,
  context: YamlContext,
  tell: Tell,
): void {
  const isColumn = (word: string) => word.toLowerCase() === column.from.toLowerCase()
  const models = yaml.get(['semantic_models'])
  for (const [i, one] of (Array.isArray(models) ? models : []).entries()) {
    const of = (one as { model?: unknown } | null)?.model
    if (typeof of !== 'string' || renamedRef(of, model, `${model}_`) === of) continue
    renameColumnInSemanticModel(yaml, ['semantic_models', i], isColumn, column.to)
    for (const part of ['entities', 'dimensions', 'measures'])
      if (yaml.has(['semantic_models', i, part]))
        renameInExpressions(yaml, ['semantic_models', i, part], column, context, tell)
  }
}
