/**
 * The style of a house, for whoever writes a file into it: one value for each habit, and where it comes from.
 * What martsmith.yml says goes first, then what is usual in the project, then dbt's style guide.
 */
import type { ConventionsConfig } from '../../config/conventions-schema.ts'
import { LAYERS, type Layer, OWN, STYLE_GUIDE } from './defaults.ts'
import type { TopicId } from './topics.ts'
import type { Convention } from './types.ts'

export type Origin =
  | { from: 'learned'; agree: number; seen: number; unit: string }
  | { from: 'martsmith.yml' }
  | { from: 'dbt style guide' | 'martsmith'; because: 'nothing seen' | 'no one way' }

export type SurrogateKey =
  /** `list`: the macro takes one list; `separate`: each column is an argument. */
  | { kind: 'macro'; name: string; arguments: 'list' | 'separate' }
  | { kind: 'expression'; function: string; separator: string }

export type FolderStyle = {
  /** `stg_`; `''` where models have none, null where a folder has several (see `prefixes`). */
  prefix: string | null
  prefixes: string[]
  materialized: string
  /** A template for the name of a CTE that reads: `source`, `{entity}`, `{name}`, `src_{entity}`. */
  importName: string
  /** `all`: `select * from` the last CTE, called `lastName`; `columns`: the last select is written out. */
  lastSelect: 'all' | 'columns'
  lastName: string
}

export type HouseStyle = {
  keywords: 'lower' | 'upper'
  commas: 'trailing' | 'leading'
  cteCommas: 'trailing' | 'leading'
  /** One level of it. */
  indent: string
  lineEnd: '\n' | '\r\n'
  importCtes: boolean
  withOnOwnLine: boolean
  blankLinesInCtes: boolean
  columnAs: boolean
  tableAs: boolean
  tableAliases: 'none' | 'letters' | 'words'
  innerJoin: 'inner join' | 'join'
  groupBy: 'names' | 'numbers' | 'all'
  /** By example; `other` and `no one way` leave the writer free. */
  columnNames: string
  modelNames: string
  modelNumber: 'plural' | 'singular'
  /** With `{source}` and `{table}`. */
  stagingName: string
  /** Folders below the models' folder. */
  stagingFolder: string
  martsFolder: string
  dimensionPrefix: string
  factPrefix: string
  /** Of surrogate keys, of keys that the business knows. */
  keySuffix: string
  idSuffix: string
  surrogateKey: SurrogateKey
  /** Where a model's materialisation is said, when it is not its folder's. */
  materializedIn: 'project' | 'model' | 'properties'
  properties: { per: 'model' | 'folder'; name: string }
  /** Template of files with sources. */
  sourcesName: string
  testsKey: 'tests' | 'data_tests'
  testArguments: boolean
  testLists: 'lines' | 'inline'
  yaml: { version: boolean; indent: number; listsIndented: boolean }
  describe: { models: boolean; columns: boolean; end: 'stop' | 'none' | 'doc' }
  folder(path: string): FolderStyle
  origin(topic: TopicId, folder?: string): Origin
}

/** What else decides a default. */
export type Facts = { dbtVersion: string; dbtUtils: boolean }

export function houseStyle(
  conventions: Convention[],
  config: ConventionsConfig = {},
  facts: Facts = { dbtVersion: '', dbtUtils: false },
): HouseStyle {
  const tell = teller(conventions, config, facts)
  const value = (id: TopicId) => tell(id).value
  const one = <T extends string>(id: TopicId) => value(id) as T
  const yes = (id: TopicId) => value(id) === 'true'
  return {
    keywords: one('keywords'),
    commas: one('commas'),
    cteCommas: one('cte_commas'),
    indent: value('indentation') === 'tab' ? '\t' : ' '.repeat(Number.parseInt(value('indentation'), 10)),
    lineEnd: value('line_ends') === 'crlf' ? '\r\n' : '\n',
    importCtes: yes('import_ctes'),
    withOnOwnLine: value('with_line') === 'own',
    blankLinesInCtes: yes('cte_blanks'),
    columnAs: yes('column_as'),
    tableAs: yes('table_as'),
    tableAliases: one('table_aliases'),
    innerJoin: one('inner_join'),
    groupBy: one('group_by'),
    columnNames: value('column_names'),
    modelNames: value('model_names'),
    modelNumber: one('model_number'),
    stagingName: value('staging_name'),
    stagingFolder: value('staging_folder'),
    martsFolder: value('marts_folder'),
    dimensionPrefix: value('dimension_prefix'),
    factPrefix: value('fact_prefix'),
    keySuffix: value('key_suffix'),
    idSuffix: value('id_suffix'),
    surrogateKey: surrogateKey(value('surrogate_key')),
    materializedIn: one('materialized_in'),
    properties: {
      per: one('properties'),
      name: propertiesName(value('properties'), value('properties_name')),
    },
    sourcesName: value('sources_name'),
    testsKey: one('tests'),
    testArguments: value('test_arguments') === 'nested',
    testLists: one('test_lists'),
    yaml: {
      version: yes('yaml_version'),
      indent: Number.parseInt(value('yaml_indent'), 10),
      listsIndented: value('yaml_lists') === 'indented',
    },
    describe: {
      models: yes('models_described'),
      columns: yes('columns_described'),
      end: one('description_end'),
    },
    folder: (path) => folderStyle(path, conventions, tell),
    origin: (topic, folder) => tell(topic, folder).origin,
  }
}

type Told = { value: string; origin: Origin }
export type Tell = (id: TopicId, folder?: string) => Told

/** Choices that are seen, but that nobody would write on purpose. */
const NO_CHOICE = new Set(['mixed', 'both', 'both ways', 'otherwise', 'against it', 'no one way', 'other'])

export function teller(conventions: Convention[], config: ConventionsConfig, facts: Facts): Tell {
  return (id, folder) => {
    const override = overridden(config, id, folder)
    if (override !== null) return { value: override, origin: { from: 'martsmith.yml' } }
    const seen = inFolder(conventions, id, folder)
    if (seen?.usual != null && !NO_CHOICE.has(seen.usual)) {
      const { agree, seen: of, unit } = seen
      return { value: seen.usual, origin: { from: 'learned', agree, seen: of, unit } }
    }
    // Dimensions and facts share many a folder.
    if (id === 'prefix' && seen)
      return {
        value: 'no one way',
        origin: { from: 'learned', agree: seen.agree, seen: seen.seen, unit: seen.unit },
      }
    const because = seen ? 'no one way' : 'nothing seen'
    const fallback = defaultOf(id, folder, facts, conventions)
    return { value: fallback.value, origin: { from: fallback.from, because } }
  }
}

export function overridden(config: ConventionsConfig, id: TopicId, folder?: string): string | null {
  const { folders = {}, ...general } = config
  const own: Record<string, unknown> = (folder === undefined ? undefined : folders[folder]) ?? {}
  const said = own[id] ?? (general as Record<string, unknown>)[id]
  if (said === undefined || said === null) return null
  return typeof said === 'number' ? `${said} spaces` : String(said)
}

/** Of the folder, else of the nearest folder above it, else of all that is below its first. */
function inFolder(conventions: Convention[], id: TopicId, folder?: string): Convention | undefined {
  const all = conventions.filter((c) => c.id === id)
  if (folder === undefined) return all.find((c) => c.folder === null)
  const parts = folder.split('/')
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const found = all.find((c) => c.folder === parts.slice(0, depth).join('/'))
    if (found) return found
  }
  const beside = all.filter((c) => parts[0] !== '' && c.folder?.startsWith(`${parts[0]}/`))
  return beside.sort((a, b) => b.seen - a.seen)[0]
}

function defaultOf(
  id: TopicId,
  folder: string | undefined,
  facts: Facts,
  conventions: Convention[],
): { value: string; from: 'dbt style guide' | 'martsmith' } {
  if (folder !== undefined) {
    const layer: Partial<Record<TopicId, string>> = LAYERS[layerOf(folder, conventions)]
    const value = layer[id]
    if (value !== undefined) return { value, from: 'dbt style guide' }
  }
  if (id === 'surrogate_key')
    return facts.dbtUtils
      ? { value: 'macro dbt_utils.generate_surrogate_key([...])', from: 'dbt style guide' }
      : { value: "md5(... || '-' || ...)", from: 'martsmith' }
  const beside = id === 'fact_prefix' ? factsBeside(conventions) : null
  if (beside !== null) return { value: beside, from: 'martsmith' }
  // Older dbt knows neither key.
  if (id === 'tests' && older(facts.dbtVersion, [1, 8, 0])) return { value: 'tests', from: 'martsmith' }
  if (id === 'test_arguments' && older(facts.dbtVersion, [1, 10, 5]))
    return { value: 'beside', from: 'martsmith' }
  const guide = STYLE_GUIDE[id]
  return guide === undefined
    ? { value: OWN[id] ?? '', from: 'martsmith' }
    : { value: guide, from: 'dbt style guide' }
}

/** A house that has no fact yet calls them as it calls dimensions: `F_` beside `D_`, `fct` beside `dim`. */
function factsBeside(conventions: Convention[]): string | null {
  const prefix = conventions.find((c) => c.id === 'dimension_prefix')?.usual ?? ''
  const like: Record<string, string> = { d: 'f', D: 'F', dim: 'fct', Dim: 'Fct', DIM: 'FCT' }
  const name = like[prefix.replace(/_+$/, '')]
  return name === undefined ? null : name + (/_+$/.exec(prefix)?.[0] ?? '')
}

function older(version: string, than: [number, number, number]): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
  if (!parts) return false
  const at = than.findIndex((n, i) => n !== parts[i])
  return at >= 0 && (parts[at] ?? 0) < (than[at] ?? 0)
}

/** By where raw tables are read, by what the layers are called, and else a mart. */
function layerOf(folder: string, conventions: Convention[]): Layer {
  const first = folder.split('/')[0] ?? ''
  const staging = conventions.find((c) => c.id === 'staging_folder')?.usual?.split('/')[0]
  if (staging === undefined ? /^(staging|stg|base|bronze)$/i.test(first) : first === staging && first !== '')
    return 'staging'
  return /^(int|intermediate|prep|silver)/i.test(first) ? 'intermediate' : 'marts'
}

function folderStyle(path: string, conventions: Convention[], tell: Tell): FolderStyle {
  const told = (id: TopicId) => tell(id, path).value
  const seen = inFolder(conventions, 'prefix', path)
  const prefixes = (seen?.choices ?? []).map((c) => c.choice)
  const prefix = told('prefix')
  return {
    prefix: prefix === 'no one way' ? null : prefix,
    prefixes,
    materialized: told('materialized'),
    importName: told('import_name'),
    lastSelect: told('last_select') as 'all' | 'columns',
    lastName: told('last_name'),
  }
}

/** From the words that the table shows and martsmith.yml takes. */
function surrogateKey(words: string): SurrogateKey {
  const [, macro, list] = /^macro ([\w.]+)\((\[)?/.exec(words) ?? []
  if (macro !== undefined) return { kind: 'macro', name: macro, arguments: list ? 'list' : 'separate' }
  const [, name = 'md5', separator = '-'] = /^(\w+)\((?:\.\.\. \|\| '(.*)' \|\| )?/.exec(words) ?? []
  return { kind: 'expression', function: name, separator }
}

/** A name that fits one way fits not the other. */
function propertiesName(per: string, name: string): string {
  if (per === 'model') return name.includes('{model}') ? name : '{model}.yml'
  return name.includes('{model}') ? '_{folder}__models.yml' : name
}
