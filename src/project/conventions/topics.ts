/** Everything that is learned of a style: how it is called, what is counted, and its choices in words. */

type Topic = { title: string; unit: string; words?: Record<string, string> }

const NONE = { '': 'no prefix' }

const names = {
  prefix: { title: 'names', unit: 'models', words: NONE },
  materialized: { title: 'materialised', unit: 'models' },
  materialized_in: {
    title: 'materialisation is said',
    unit: 'models',
    words: { project: 'in dbt_project.yml', model: 'in the model', properties: 'in the properties file' },
  },
  dimension_prefix: { title: 'dimensions begin with', unit: 'models', words: NONE },
  fact_prefix: { title: 'facts begin with', unit: 'models', words: NONE },
  staging_name: { title: 'staging models are called', unit: 'models that read one source or seed' },
  layers: { title: 'layers', unit: 'reads' },
  staging_folder: {
    title: 'what is raw is read in',
    unit: 'models that read a source or a seed',
    words: { '': 'the top folder' },
  },
  marts_folder: {
    title: 'what is shown stands in',
    unit: 'models that no model reads',
    words: { '': 'the top folder' },
  },
  model_names: { title: 'model names', unit: 'models' },
  model_number: {
    title: 'names of models',
    unit: 'models with a prefix',
    words: { plural: 'in the plural', singular: 'in the singular' },
  },
  file_names: {
    title: 'files',
    unit: 'models',
    words: { same: 'called as their model', version: 'called as their model with _v and its version' },
  },
  column_names: { title: 'column names', unit: 'files' },
  key_suffix: {
    title: 'surrogate key columns',
    unit: 'columns that are a hash',
    words: { '': 'no ending of their own' },
  },
  id_suffix: {
    title: 'key columns',
    unit: 'columns tested unique',
    words: { '': 'no ending of their own' },
  },
  surrogate_key: { title: 'surrogate keys', unit: 'files that make one' },
} satisfies Record<string, Topic>

const sql = {
  keywords: {
    title: 'keywords',
    unit: 'files',
    words: { lower: 'lower case', upper: 'upper case', mixed: 'mixed case' },
  },
  commas: {
    title: 'commas',
    unit: 'files',
    words: { trailing: 'at the end of the line', leading: 'at the start of the line', both: 'both ways' },
  },
  cte_commas: {
    title: 'commas between CTEs',
    unit: 'files with several CTEs',
    words: { trailing: 'at the end of the line', leading: 'at the start of the line', both: 'both ways' },
  },
  indentation: { title: 'indentation', unit: 'files', words: { tab: 'tabs', mixed: 'tabs and spaces' } },
  line_ends: {
    title: 'ends of lines',
    unit: 'files',
    words: { lf: 'LF', crlf: 'CRLF', both: 'LF and CRLF' },
  },
  import_ctes: {
    title: 'refs and sources',
    unit: 'files that read',
    words: { true: 'a CTE of their own', false: 'where they are needed' },
  },
  import_name: { title: 'CTEs that read', unit: 'such CTEs' },
  last_select: {
    title: 'last select',
    unit: 'files with CTEs',
    words: { all: 'select * from the last CTE', columns: 'written out' },
  },
  last_name: { title: 'the last CTE', unit: 'files with CTEs' },
  with_line: {
    title: 'with',
    unit: 'files with CTEs',
    words: { own: 'on a line of its own', shared: 'on the line of the first CTE' },
  },
  cte_blanks: {
    title: 'blank lines inside CTEs',
    unit: 'files with CTEs',
    words: { true: 'yes', false: 'no' },
  },
  column_as: {
    title: 'aliases of columns',
    unit: 'files with some',
    words: { true: 'with as', false: 'without as' },
  },
  table_as: {
    title: 'aliases of tables',
    unit: 'files with some',
    words: { true: 'with as', false: 'without as' },
  },
  table_aliases: {
    title: 'tables in joins',
    unit: 'files with joins',
    words: {
      none: 'by their names',
      letters: 'by one to three letters',
      words: 'by an alias that is a word',
      mixed: 'both ways',
    },
  },
  inner_join: {
    title: 'inner joins',
    unit: 'files with some',
    words: { 'inner join': 'inner join', join: 'join', both: 'both ways' },
  },
  group_by: {
    title: 'group by',
    unit: 'files with some',
    words: { names: 'columns by name', numbers: 'columns by number', all: 'group by all', both: 'both ways' },
  },
} satisfies Record<string, Topic>

const yaml = {
  properties: {
    title: 'properties files',
    unit: 'models in them',
    words: { model: 'one for each model', folder: 'one for each folder' },
  },
  properties_name: { title: 'they are called', unit: 'models in them' },
  sources_name: { title: 'files with sources', unit: 'sources' },
  tests: {
    title: 'tests are spelled',
    unit: 'lists of tests',
    words: { tests: 'tests:', data_tests: 'data_tests:' },
  },
  test_arguments: {
    title: 'arguments of tests',
    unit: 'tests with arguments',
    words: { nested: 'under arguments:', beside: 'beside the name' },
  },
  test_lists: {
    title: 'lists of tests',
    unit: 'lists of tests without arguments',
    words: { lines: 'one line each', inline: 'in brackets' },
  },
  yaml_version: {
    title: 'version: 2',
    unit: 'properties files',
    words: { true: 'at the top', false: 'left out' },
  },
  yaml_indent: { title: 'indentation of YAML', unit: 'properties files' },
  yaml_lists: {
    title: 'lists in YAML',
    unit: 'properties files',
    words: { indented: 'indented below their key', flush: 'level with their key' },
  },
  models_described: {
    title: 'models are',
    unit: 'models in properties files',
    words: { true: 'described', false: 'not described' },
  },
  columns_described: {
    title: 'columns are',
    unit: 'columns in properties files',
    words: { true: 'described', false: 'not described' },
  },
  description_end: {
    title: 'descriptions',
    unit: 'descriptions',
    words: { stop: 'end with a full stop', none: 'end without a stop', doc: 'stand in doc blocks' },
  },
} satisfies Record<string, Topic>

const topics = { ...names, ...sql, ...yaml }

export type TopicId = keyof typeof topics

export const TOPICS: Record<TopicId, Topic> = topics

/** In the order in which they are told. */
export const GROUPS = [
  { title: 'Names and places', ids: Object.keys(names) as TopicId[] },
  { title: 'SQL', ids: Object.keys(sql) as TopicId[] },
  { title: 'Properties files', ids: Object.keys(yaml) as TopicId[] },
]

/** What is told folder by folder. */
export const BY_FOLDER: readonly TopicId[] = [
  'prefix',
  'materialized',
  'import_name',
  'last_select',
  'last_name',
]
