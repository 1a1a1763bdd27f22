/** Files of dbt projects as different houses write them. */
import type { Engine } from './warehouse.ts'

export type Files = Record<string, string>

/** alias -> expression; an alias in its own words stands for itself. */
export type Columns = Record<string, string>

export function projectFiles(name: string, engine: Engine, layers = LAYERS): Files {
  return {
    'dbt_project.yml': `name: ${name}
version: 1.0.0
config-version: 2
profile: ${name}
flags:
  send_anonymous_usage_stats: false
models:
  ${name}:
${layers}`,
    'profiles.yml': `${name}:
  target: dev
  outputs:
    dev:
${engine === 'duckdb' ? DUCKDB : POSTGRES}`,
  }
}

const LAYERS = `    staging:
      +materialized: view
    marts:
      +materialized: table
`

const DUCKDB = `      type: duckdb
      path: warehouse.duckdb
      schema: analytics
      threads: 2
`

const POSTGRES = `      type: postgres
      host: "{{ env_var('SHOP_PG_HOST') }}"
      port: "{{ env_var('SHOP_PG_PORT') | as_number }}"
      user: "{{ env_var('SHOP_PG_USER') }}"
      password: "{{ env_var('SHOP_PG_PASSWORD') }}"
      dbname: "{{ env_var('SHOP_PG_DATABASE') }}"
      schema: analytics
      threads: 2
`

export function sourcesYaml(
  sources: { name: string; schema?: string; tables: string[]; quoted?: boolean }[],
): string {
  return `version: 2

sources:
${sources
  .map(
    ({ name, schema, tables, quoted }) => `  - name: ${name}
${schema ? `    schema: ${schema}\n` : ''}${quoted ? '    quoting:\n      identifier: true\n      schema: true\n' : ''}    description: Loaded every night.
    tables:
${tables.map((t) => `      - name: ${/^[\w]+$/.test(t) ? t : `"${t}"`}\n        description: As the system keeps it.\n`).join('')}`,
  )
  .join('\n')}`
}

export type ModelWords = {
  name: string
  description: string
  /** column -> description, and tests behind bars: `The order.|unique|not_null`. */
  columns: Record<string, string>
}

export function modelsYaml(models: ModelWords[], tests: 'data_tests' | 'tests' = 'data_tests'): string {
  return `version: 2

models:
${models
  .map(
    ({ name, description, columns }) => `  - name: ${name}
    description: ${description}
    columns:
${Object.entries(columns)
  .map(([column, words]) => {
    const [said, ...checks] = words.split('|')
    const quote =
      /^[a-z_][\w]*$/i.test(column) && column === column.toLowerCase() ? '' : '        quote: true\n'
    const list = checks.map((c) => `          - ${c}\n`).join('')
    return `      - name: ${column}\n${quote}        description: ${said}\n${list ? `        ${tests}:\n${list}` : ''}`
  })
  .join('')}`,
  )
  .join('\n')}`
}

/** dbt's own style guide: lower case, an import CTE and a renaming one, trailing commas. */
export function guideStaging(source: string, table: string, columns: Columns): string {
  const lines = Object.entries(columns).map(
    ([alias, expression]) => `        ${aliased(expression, alias, 'as')}`,
  )
  return `with

source as (

    select * from {{ source('${source}', '${table}') }}

),

renamed as (

    select
${lines.join(',\n')}

    from source

)

select * from renamed
`
}

/** Leading commas, one CTE closed by \`final\`. */
export function leadingStaging(source: string, table: string, columns: Columns): string {
  const lines = Object.entries(columns).map(([alias, expression]) => aliased(expression, alias, 'as'))
  return `with source as (

    select * from {{ source('${source}', '${table}') }}

)

, final as (

    select
        ${lines.join('\n        , ')}
    from source

)

select * from final
`
}

/** Upper-case keywords, no CTEs. */
export function upperStaging(source: string, table: string, columns: Columns): string {
  const lines = Object.entries(columns).map(
    ([alias, expression]) => `    ${aliased(expression, alias, 'AS')}`,
  )
  return `SELECT
${lines.join(',\n')}
FROM {{ source('${source}', '${table}') }}
`
}

/** Lower case, two spaces, no CTEs. */
export function plainStaging(source: string, table: string, columns: Columns): string {
  const lines = Object.entries(columns).map(([alias, expression]) => `  ${aliased(expression, alias, 'as')}`)
  return `select
${lines.join(',\n')}
from {{ source('${source}', '${table}') }}
`
}

function aliased(expression: string, alias: string, as: string): string {
  return expression === alias ? alias : `${expression} ${as} ${alias}`
}

/** Each of them under its own name. */
export function asIs(...names: string[]): Columns {
  return Object.fromEntries(names.map((n) => [n, n]))
}
