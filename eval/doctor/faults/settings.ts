/** What is set wrong: the project's configuration, the profile, the connection, what dbt will stop to take. */
import { cut, put, swap } from '../edits.ts'
import type { Fault } from '../types.ts'

const BY_CODE = { fixable: 'by code' } as const
const BY_A_PERSON = { fixable: 'by a person' } as const

const configuration: Fault[] = [
  {
    name: 'materialization-misspelt',
    house: 'music',
    about: 'A model asks for a materialization that is misspelt.',
    edits: [swap('models/marts/fct_playlist_entries.sql', "'incremental'", "'incrmental'")],
    causes: [{ rules: ['C07'], words: ['incrmental', 'fct_playlist_entries'] }],
    since: 'older',
  },
  {
    name: 'materialization-misspelt-for-a-folder',
    house: 'winery',
    about: 'The project asks for a misspelt materialization for a folder.',
    edits: [swap('dbt_project.yml', '+materialized: view', '+materialized: veiw')],
    causes: [{ rules: ['C07'], file: 'dbt_project.yml', words: ['veiw'] }],
    since: 'older',
  },
  {
    name: 'strategy-misspelt',
    house: 'music',
    about: 'An incremental strategy is written with the wrong sign between its words.',
    edits: [swap('models/marts/fct_playlist_entries.sql', "'delete+insert'", "'delete_insert'")],
    causes: [{ rules: ['C08'], words: ['delete_insert', 'fct_playlist_entries'] }],
    since: 'older',
  },
  {
    name: 'strategy-of-another-warehouse',
    house: 'taxis',
    about: 'An incremental strategy is asked for that this warehouse does not have.',
    edits: [swap('models/marts/core/fct_trips.sql', "'delete+insert'", "'insert_overwrite'")],
    causes: [{ rules: ['C08'], words: ['insert_overwrite', 'fct_trips'] }],
    since: 'last commit',
  },
  {
    name: 'model-path-misspelt',
    house: 'taxis',
    about: 'The folder of the models has another name in the configuration.',
    edits: [swap('dbt_project.yml', 'model-paths: [models]', 'model-paths: [model]')],
    causes: [{ rules: [], file: 'dbt_project.yml', words: ['model-paths'] }],
    since: 'older',
  },
  {
    name: 'project-file-indented-wrong',
    house: 'jaffle',
    about: 'A line of dbt_project.yml stands one blank too far to the left.',
    edits: [swap('dbt_project.yml', '    +schema: raw', '   +schema: raw')],
    causes: [{ rules: ['P05', 'P01'], file: 'dbt_project.yml' }],
    since: 'older',
  },
  {
    name: 'var-gone',
    house: 'taxis',
    about: 'A variable that a model asks for is no longer declared.',
    edits: [cut('dbt_project.yml', '  fct_trips_lookback_days: 3\n')],
    causes: [{ rules: ['P12'], words: ['fct_trips_lookback_days', 'fct_trips.sql'] }],
    since: 'last commit',
  },
  {
    name: 'var-renamed',
    house: 'chinook',
    about: 'A variable was renamed in the configuration, its reader was forgotten.',
    edits: [swap('dbt_project.yml', "firstMonth: '", "startMonth: '")],
    causes: [{ rules: ['P12'], words: ['firstMonth', 'aggMonthlySales'] }],
    since: 'older',
  },
  {
    name: 'dbt-version-asked',
    house: 'chinook',
    about: 'The project asks for a version of dbt that is not here.',
    edits: [
      swap('dbt_project.yml', 'config-version: 2', 'config-version: 2\nrequire-dbt-version: ">=2.4.0"'),
    ],
    causes: [{ rules: ['P13'], words: ['2.4.0'] }],
    since: 'older',
    ...BY_A_PERSON,
  },
  {
    name: 'schema-macro-broken',
    house: 'jaffle',
    about: 'An own generate_schema_name uses a variable that it does not have.',
    edits: [
      put(
        'macros/schemas.sql',
        `{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- if custom_schema_name is none -%}
    {{ target.schema }}
  {%- else -%}
    {{ target.schema }}_{{ custom_name | trim }}
  {%- endif -%}
{%- endmacro %}
`,
      ),
    ],
    causes: [{ rules: [], words: ['macros/schemas.sql', 'custom_name'] }],
    since: 'not committed',
  },
].map((f) => ({ ...BY_CODE, family: 'configuration', ...f }) as Fault)

const profile: Fault[] = [
  {
    name: 'profile-misspelt',
    house: 'jaffle',
    about: 'The project names a profile that is misspelt.',
    edits: [swap('dbt_project.yml', 'profile: jaffle_shop', 'profile: jaffel_shop')],
    causes: [{ rules: ['P06'], words: ['jaffel_shop'] }],
    since: 'older',
    ...BY_CODE,
  },
  {
    name: 'target-not-there',
    house: 'winery',
    about: 'The profile begins with a target that it does not have.',
    edits: [swap('profiles.yml', 'target: dev', 'target: devel')],
    causes: [{ rules: ['P07'], words: ['devel'] }],
    since: 'older',
    ...BY_CODE,
  },
  {
    name: 'adapter-not-installed',
    house: 'chinook',
    about: 'The profile is for a warehouse whose adapter is not installed.',
    edits: [swap('profiles.yml', 'type: duckdb', 'type: snowflake')],
    causes: [{ rules: ['P08'], words: ['snowflake'] }],
    since: 'older',
  },
  {
    name: 'env-var-not-set',
    house: 'music',
    about: 'The profile reads an environment variable that is not set.',
    edits: [swap('profiles.yml', "env_var('SHOP_PG_PASSWORD')", "env_var('MUSIC_DB_PASSWORD')")],
    causes: [{ rules: ['P10'], words: ['MUSIC_DB_PASSWORD'] }],
    since: 'older',
  },
  {
    name: 'server-does-not-answer',
    house: 'music',
    about: 'Nothing answers at the port of the warehouse.',
    edits: [swap('profiles.yml', `"{{ env_var('SHOP_PG_PORT') | as_number }}"`, '1')],
    causes: [{ rules: ['E01'], words: ['connection'] }],
    since: 'older',
  },
  {
    name: 'database-not-there',
    house: 'music',
    about: 'The server has no database of that name.',
    edits: [swap('profiles.yml', `"{{ env_var('SHOP_PG_DATABASE') }}"`, 'music_of_last_year')],
    causes: [{ rules: ['E04'], words: ['music_of_last_year'] }],
    since: 'older',
  },
  {
    name: 'warehouse-held',
    house: 'jaffle',
    about: "Another process has the warehouse's file open.",
    held: true,
    causes: [{ rules: ['E06'], words: ['lock'] }],
  },
  {
    name: 'warehouse-is-no-database',
    house: 'winery',
    about: "The warehouse's file is another kind of file.",
    edits: [
      put('weingut.duckdb', 'this is no database, but a note that somebody left in its place\n'.repeat(80)),
    ],
    causes: [{ rules: ['E07', 'E08'], words: ['weingut.duckdb'] }],
  },
].map((f) => ({ ...BY_A_PERSON, family: 'profile', ...f }) as Fault)

/** A team that lets no deprecation pass. */
const strict = (path: string) =>
  swap(
    path,
    'send_anonymous_usage_stats: false',
    'send_anonymous_usage_stats: false\n  warn_error_options:\n    error: [Deprecations]',
  )

const deprecation: Fault[] = [
  {
    name: 'deprecated-key-twice',
    house: 'music',
    about: 'A key stands twice, and deprecations are errors here.',
    edits: [
      strict('dbt_project.yml'),
      swap(
        'models/marts/_marts__models.yml',
        '    description: One row per track.\n',
        '    description: One row per track.\n    description: One row per track.\n',
      ),
    ],
    causes: [{ rules: ['W01', 'P01'], file: 'models/marts/_marts__models.yml' }],
    since: 'last commit',
  },
  {
    name: 'deprecated-block-end',
    house: 'chinook',
    about: 'A macro file ends one block too many, and deprecations are errors here.',
    edits: [
      strict('dbt_project.yml'),
      swap(
        'macros/names.sql',
        "    cast(date_trunc('month', {{ day }}) as date)\n{%- endmacro %}\n",
        "    cast(date_trunc('month', {{ day }}) as date)\n{%- endmacro %}\n\n{% endmacro %}\n",
      ),
    ],
    causes: [{ rules: ['W01', 'C03'], file: 'macros/names.sql' }],
    since: 'older',
  },
  {
    name: 'deprecated-test-arguments',
    house: 'winery',
    about: 'Tests have their arguments beside them, as older dbt took it, and deprecations are errors here.',
    edits: [strict('dbt_project.yml')],
    causes: [{ rules: ['W01'], words: ['schema.yml'] }],
    since: 'older',
  },
].map((f) => ({ ...BY_CODE, family: 'deprecation', ...f }) as Fault)

export const SETTINGS: Fault[] = [...configuration, ...profile, ...deprecation]
