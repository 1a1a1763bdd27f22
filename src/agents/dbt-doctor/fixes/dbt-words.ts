/** Words of dbt and Jinja, as their documentation lists them. */

export const MATERIALISATIONS = ['table', 'view', 'incremental', 'ephemeral', 'materialized_view']
export const STRATEGIES = ['append', 'delete+insert', 'merge', 'insert_overwrite', 'microbatch']

const words = (text: string) => text.trim().split(/\s+/)

export const JINJA_FILTERS = words(`
  abs attr batch capitalize center count default dictsort escape filesizeformat first float forceescape format
  groupby indent int items join last length list lower map max min pprint random reject rejectattr replace reverse
  round safe select selectattr slice sort string striptags sum title tojson trim truncate unique upper urlencode
  wordcount wordwrap as_bool as_native as_number as_text defined undefined none number iterable mapping sequence
  string even odd divisibleby equalto in true false boolean integer
`)

/** Keys of properties files, below `models:` and the like, and of what hangs on them. */
export const PROPERTY_KEYS = words(`
  version models seeds snapshots sources analyses macros exposures metrics semantic_models saved_queries unit_tests
  groups functions data_tests tests name description docs config columns access group versions latest_version
  deprecation_date constraints contract data_type quote tags meta policy_tags label type url maturity owner email
  depends_on tables database schema identifier loader loaded_at_field loaded_at_query freshness warn_after error_after
  filter count period external overrides quoting arguments model given expect input rows format fixture relation
  time_spine standard_granularity_column primary_entity granularity defined_in include exclude v
`)

/** Keys of configurations. */
export const CONFIG_KEYS = words(`
  enabled materialized schema database alias tags meta group access contract enforced docs persist_docs full_refresh
  grants hooks pre_hook post_hook pre-hook post-hook packages unique_key incremental_strategy on_schema_change
  on_configuration_change incremental_predicates merge_update_columns merge_exclude_columns event_time begin
  batch_size lookback concurrent_batches strategy updated_at check_cols target_schema target_database
  invalidate_hard_deletes hard_deletes dbt_valid_to_current snapshot_meta_column_names column_types delimiter
  quote_columns indexes unlogged severity warn_if error_if limit where fail_calc store_failures store_failures_as
  partition_by cluster_by sql_header static_analysis freshness location format copy_grants
`)

/** Keys of dbt_project.yml. */
export const PROJECT_KEYS = words(`
  name version config-version profile require-dbt-version model-paths seed-paths test-paths analysis-paths macro-paths
  snapshot-paths docs-paths asset-paths function-paths packages-install-path clean-targets query-comment flags
  dbt-cloud analyses exposures functions models metrics saved-queries seeds semantic-models snapshots sources
  data_tests unit_tests tests vars on-run-start on-run-end dispatch quoting restrict-access target-path log-path
`)

/** Keys of selectors.yml, and the methods that select. */
export const SELECTOR_KEYS = words(`
  selectors name description definition default union intersection exclude method value parents children
  parents_depth children_depth childrens_parents indirect_selection
`)
export const SELECTOR_METHODS = words(`
  fqn tag group access source path file package config test_name test_type resource_type state exposure metric result
  source_status wildcard version semantic_model saved_query unit_test selector
`)

/** In which freshness counts. */
export const PERIODS = words('minute hour day')

/** What dbt names by its own name alone, where a value is none of it. */
export const ENUMS: Record<string, string[]> = {
  AggregationType: words('sum min max count count_distinct sum_boolean average percentile median'),
  DimensionType: words('categorical time'),
  EntityType: words('primary foreign natural unique'),
  MetricType: words('simple ratio cumulative derived conversion'),
  TimeGranularity: words('nanosecond microsecond millisecond second minute hour day week month quarter year'),
}
