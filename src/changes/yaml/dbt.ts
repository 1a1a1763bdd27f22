/** What dbt's properties files hold, edited by its own words. An `entry` is a path: `['models', { name: 'fct_trips' }]`. */
import type { Value } from './data.ts'
import type { YamlEditor } from './edit.ts'
import type { YamlPath } from './find.ts'

export type TestSpelling = {
  /** How lists of tests are called; an entry that has a list already keeps its word. */
  key: 'tests' | 'data_tests'
  /** Whether arguments stand under `arguments:`. */
  arguments: boolean
}

export type TestEntry = {
  /** `unique`, `dbt_utils.accepted_range` */
  test: string
  args?: Record<string, Value>
  config?: Record<string, Value>
  name?: string
}

const LISTS = ['data_tests', 'tests'] as const

export function columnPath(entry: YamlPath, column: string): YamlPath {
  return [...entry, 'columns', { name: column }]
}

/** A column as the file writes its name: exactly, else the only one that differs in capitals; null where there is none. */
export function writtenColumn(yaml: YamlEditor, entry: YamlPath, column: string): string | null {
  const columns = yaml.get([...entry, 'columns'])
  const names = Array.isArray(columns) ? columns.map((c: { name?: unknown } | null) => String(c?.name)) : []
  if (names.includes(column)) return column
  const alike = names.filter((n) => n.toLowerCase() === column.toLowerCase())
  return alike.length === 1 ? (alike[0] ?? null) : null
}

export function setName(yaml: YamlEditor, entry: YamlPath, name: string): void {
  yaml.set([...entry, 'name'], name)
}

/** @throws MartsmithError `yaml.refused` where a `{{ doc(...) }}` stands there. */
export function setDescription(yaml: YamlEditor, entry: YamlPath, description: string): void {
  yaml.set([...entry, 'description'], description, { after: ['name'] })
}

export function setConfig(yaml: YamlEditor, entry: YamlPath, keys: string[], value: Value): void {
  yaml.set([...entry, 'config', ...keys], value, { after: ['description', 'name'] })
}

export function addTest(yaml: YamlEditor, entry: YamlPath, test: TestEntry, spelling: TestSpelling): void {
  const there = LISTS.find((key) => yaml.has([...entry, key]))
  const list = [...entry, there ?? spelling.key]
  if (yaml.has(list)) yaml.add(list, testEntry(test, spelling))
  else yaml.set(list, [testEntry(test, spelling)], { after: ['data_type', 'quote', 'description', 'name'] })
}

function testEntry({ test, args = {}, config, name }: TestEntry, spelling: TestSpelling): Value {
  const hasArgs = Object.keys(args).length > 0
  const given = hasArgs && spelling.arguments ? { arguments: args } : args
  const body: { [key: string]: Value } = {
    ...(name ? { name } : {}),
    ...given,
    ...(config ? { config } : {}),
  }
  return Object.keys(body).length === 0 ? test : { [test]: body }
}

/** `ref` of a model, in any of its spellings, with the model's new name. `project` is the project's own name. */
export function renamedRef(text: string, from: string, to: string, project?: string): string {
  const ref = /\bref(\s*\(\s*(?:(['"])([^'"]*)\2\s*,\s*)?)(['"])([^'"]*)\4/g
  return text.replace(
    ref,
    (all, open: string, _: unknown, owner: string | undefined, quote: string, name: string) =>
      name === from && (owner === undefined || owner === project) ? `ref${open}${quote}${to}${quote}` : all,
  )
}

/** Every `ref` of a model outside of descriptions: tests, exposures, semantic models, unit tests. Answers the lines. */
export function renameRefs(yaml: YamlEditor, from: string, to: string, project?: string): number[] {
  return yaml.replaceStrings([], (text, keys) =>
    keys.at(-1) === 'description' ? null : renamedRef(text, from, to, project),
  )
}

function isRefOf(text: unknown, model: string): boolean {
  return typeof text === 'string' && renamedRef(text, model, `${model}_`) !== text
}

type IsColumn = (written: string) => boolean

/**
 * Arguments of the entry's tests that name the column, such as `column_name` and `combination_of_columns`.
 * Expressions are SQL and stay as they are. Answers the lines.
 */
export function renameColumnInTests(
  yaml: YamlEditor,
  entry: YamlPath,
  isColumn: IsColumn,
  to: string,
): number[] {
  return yaml.replaceStrings(entry, (text, keys) => (namesColumns(keys) && isColumn(text) ? to : null))
}

function namesColumns(keys: (string | number)[]): boolean {
  const list = keys.findLastIndex((k) => k === 'tests' || k === 'data_tests')
  const key = keys.findLast((k) => typeof k === 'string')
  return list !== -1 && keys.length > list + 1 && /column/i.test(String(key)) && key !== keys[list]
}

/** `field:` of the relationships tests that point to the model. Answers the lines. */
export function renameRelationshipField(
  yaml: YamlEditor,
  model: string,
  isColumn: IsColumn,
  to: string,
): number[] {
  const pointing = new Set(
    yaml
      .strings([])
      .filter(({ keys, text }) => keys.at(-1) === 'to' && isRefOf(text, model))
      .map(({ keys }) => JSON.stringify(keys.slice(0, -1))),
  )
  return yaml.replaceStrings([], (text, keys) =>
    keys.at(-1) === 'field' && pointing.has(JSON.stringify(keys.slice(0, -1))) && isColumn(text) ? to : null,
  )
}

/**
 * Entities, dimensions and measures of a semantic model that are the column: their names stay, for metrics go by
 * them. Expressions with more in them are SQL and stay as they are. Answers the lines.
 */
export function renameColumnInSemanticModel(
  yaml: YamlEditor,
  semanticModel: YamlPath,
  isColumn: IsColumn,
  to: string,
): number[] {
  const lines: number[] = []
  for (const part of ['entities', 'dimensions', 'measures']) {
    const list = yaml.get([...semanticModel, part])
    for (const [i, item] of (Array.isArray(list) ? list : []).entries()) {
      const at = [...semanticModel, part, i]
      const { name, expr } = (item ?? {}) as { name?: unknown; expr?: unknown }
      if (!isColumn(String(expr ?? name))) continue
      yaml.set([...at, 'expr'], to, { after: ['type', 'name'] })
      const line = yaml.lineOf([...at, 'expr'])
      if (line !== null) lines.push(line)
    }
  }
  return lines
}

/**
 * The column in the rows of unit tests: of what is expected of the model, and of what is given in its place.
 * Answers the lines of rows that it cannot edit: they are SQL, or lie in a fixture file.
 */
export function renameColumnInUnitTests(
  yaml: YamlEditor,
  model: string,
  isColumn: IsColumn,
  to: string,
): number[] {
  const tests = yaml.get(['unit_tests'])
  const left: number[] = []
  for (const [i, test] of (Array.isArray(tests) ? (tests as UnitTest[]) : []).entries()) {
    const given = [...(test?.given ?? []).entries()].filter(([, g]) => isRefOf(g?.input, model))
    const places: YamlPath[] = given.map(([n]) => ['unit_tests', i, 'given', n])
    if (test?.model === model) places.push(['unit_tests', i, 'expect'])
    for (const place of places) left.push(...renameInRows(yaml, place, isColumn, to))
  }
  return left
}

/** Unit tests of the model are given no rows of these models, where they are given none yet: dbt wants all that is read. */
export function giveNoRows(yaml: YamlEditor, model: string, models: Iterable<string>): void {
  const tests = yaml.get(['unit_tests'])
  const inputs = [...models]
  for (const [i, test] of (Array.isArray(tests) ? (tests as UnitTest[]) : []).entries())
    if (test?.model === model)
      for (const name of inputs)
        if (!(test.given ?? []).some((g) => isRefOf(g?.input, name)))
          yaml.add(['unit_tests', i, 'given'], { input: `ref('${name}')`, rows: [] })
}

type UnitTest = { model?: unknown; given?: ({ input?: unknown } | null)[] } | null

function renameInRows(yaml: YamlEditor, place: YamlPath, isColumn: IsColumn, to: string): number[] {
  const rows = yaml.get([...place, 'rows'])
  if (Array.isArray(rows)) {
    for (const [n, row] of rows.entries())
      for (const key of Object.keys((row ?? {}) as object).filter(isColumn))
        yaml.renameKey([...place, 'rows', n, key], to)
    return []
  }
  const isCsv = yaml.get([...place, 'format']) === 'csv'
  if (typeof rows === 'string' && isCsv) {
    yaml.replaceStrings([...place, 'rows'], (text) => renamedHeader(text, isColumn, to))
    return []
  }
  const line = yaml.lineOf([...place, 'rows']) ?? yaml.lineOf([...place, 'fixture'])
  return line === null ? [] : [line]
}

function renamedHeader(csv: string, isColumn: IsColumn, to: string): string {
  const [, lead = '', header = '', rows = ''] = /^(\s*)([^\n]*)([\s\S]*)$/.exec(csv) ?? []
  const names = header.split(',').map((cell) => {
    const name = cell.trim().replace(/^"(.*)"$/, '$1')
    return isColumn(name) ? cell.replace(name, () => to) : cell
  })
  return lead + names.join(',') + rows
}
