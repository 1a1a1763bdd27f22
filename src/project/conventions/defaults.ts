/**
 * What is taken where a project shows nothing: dbt's style guide, and martsmith's own choice where the guide has none.
 * https://docs.getdbt.com/best-practices/how-we-style/0-how-we-style-our-dbt-projects
 * https://docs.getdbt.com/best-practices/how-we-structure/1-guide-overview
 */
import type { TopicId } from './topics.ts'

export const STYLE_GUIDE: Partial<Record<TopicId, string>> = {
  keywords: 'lower',
  commas: 'trailing',
  indentation: '4 spaces',
  import_ctes: 'true',
  import_name: '{entity}',
  last_select: 'all',
  last_name: 'final',
  with_line: 'own',
  cte_blanks: 'true',
  cte_commas: 'trailing',
  column_as: 'true',
  table_as: 'true',
  table_aliases: 'none',
  inner_join: 'inner join',
  group_by: 'numbers',
  column_names: 'snake_case',
  model_names: 'snake_case',
  model_number: 'plural',
  file_names: 'same',
  dimension_prefix: 'dim_',
  fact_prefix: 'fct_',
  staging_name: 'stg_{source}__{table}',
  staging_folder: 'staging',
  marts_folder: 'marts',
  id_suffix: '_id',
  materialized_in: 'project',
  properties: 'folder',
  properties_name: '_{folder}__models.yml',
  sources_name: '_{folder}__sources.yml',
  yaml_indent: '2 spaces',
  yaml_lists: 'indented',
}

export const OWN: Partial<Record<TopicId, string>> = {
  key_suffix: '_key',
  line_ends: 'lf',
  tests: 'data_tests',
  test_arguments: 'nested',
  test_lists: 'lines',
  yaml_version: 'false',
  models_described: 'true',
  columns_described: 'true',
  description_end: 'stop',
}

/** By the kind of layer that a folder is. */
export const LAYERS = {
  staging: { prefix: 'stg_', materialized: 'view', import_name: 'source', last_name: 'renamed' },
  intermediate: { prefix: 'int_', materialized: 'view', import_name: '{entity}', last_name: 'final' },
  marts: { prefix: '', materialized: 'table', import_name: '{entity}', last_name: 'final' },
} as const

export type Layer = keyof typeof LAYERS
