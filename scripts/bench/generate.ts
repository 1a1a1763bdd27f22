/**
 * A dbt project of any size, as teams have them: sources, staging, several layers of intermediate models, marts; YAML
 * per folder with descriptions and tests; a tenth with loops, a tenth with macros, some incremental. Always the same
 * project for the same size.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const MODELS_PER_FOLDER = 25
const COLUMNS = ['id', 'customer_id', 'status', 'amount', 'tax', 'quantity', 'created_at', 'updated_at']

type Model = { name: string; layer: 'staging' | 'intermediate' | 'marts'; folder: string; sql: string }

/** Writes the project into `dir`, and answers its relations: the statements that make all of them, empty. */
export function generateProject(dir: string, size: number): { statements: string[] } {
  const models = modelsOf(size)
  const tables = models.filter((m) => m.layer === 'staging').map((m) => m.name.replace('stg_', ''))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  write('dbt_project.yml', PROJECT)
  write('profiles.yml', PROFILES)
  write('macros/money.sql', MACROS)
  write('models/staging/_sources.yml', sourcesYaml(tables))
  for (const model of models) write(`models/${model.folder}/${model.name}.sql`, model.sql)
  for (const [folder, some] of Map.groupBy(models, (m) => m.folder))
    write(`models/${folder}/_models.yml`, modelsYaml(some))
  const columns = COLUMNS.map((c) => `${c} ${typeOf(c)}`).join(', ')
  return {
    statements: [
      'create schema raw; create schema analytics',
      ...tables.map((t) => `create table raw.${t} (${columns})`),
      ...models.map((m) => `create table analytics.${m.name} (${columns})`),
    ],
  }
}

function modelsOf(size: number): Model[] {
  const counts = { staging: Math.round(size * 0.3), intermediate: Math.round(size * 0.4) }
  return Array.from({ length: size }, (_, i) => {
    const layer =
      i < counts.staging ? 'staging' : i < counts.staging + counts.intermediate ? 'intermediate' : 'marts'
    const folder = `${layer}/area_${Math.floor(i / MODELS_PER_FOLDER)}`
    const name = nameOf(i, counts)
    // Two parents from the part of the list before it: a graph that is wide, and some ten layers deep.
    const parents = [Math.floor(i * 0.8), Math.floor(i * 0.55)].map((p) => nameOf(p, counts))
    return { name, layer, folder, sql: sqlOf(i, name, layer, parents) }
  })
}

function nameOf(i: number, counts: { staging: number; intermediate: number }): string {
  if (i < counts.staging) return `stg_entity_${i}`
  return i < counts.staging + counts.intermediate ? `int_entity_${i}_joined` : `fct_entity_${i}`
}

function sqlOf(i: number, name: string, layer: Model['layer'], [first = '', second = '']: string[]): string {
  if (layer === 'staging') return staging(name.replace('stg_', ''), i % 10 === 3)
  if (i % 20 === 7) return incremental(first)
  return joined(first, second, i % 10 === 5)
}

const staging = (table: string, withLoop: boolean) => `with

source as (

    select * from {{ source('raw', '${table}') }}

),

renamed as (

    select
        id,
        customer_id,
${withLoop ? "{% for column in ['status', 'amount', 'tax'] %}        {{ column }},\n{% endfor %}" : '        status,\n        amount,\n        tax,\n'}        quantity,
        cast(created_at as timestamp) as created_at,
        updated_at

    from source

)

select * from renamed
`

const joined = (first: string, second: string, withMacro: boolean) => `with

orders as (

    select * from {{ ref('${first}') }}

),

details as (

    select * from {{ ref('${second}') }}

),

totals as (

    select
        customer_id,
        sum(amount) as amount,
        max(updated_at) as updated_at
    from details
    where status != 'cancelled'
    group by customer_id

),

final as (

    select
        orders.id,
        orders.customer_id,
        case when orders.status = 'x' then 'unknown' else orders.status end as status,
        ${withMacro ? "{{ money('orders.amount') }}" : 'coalesce(totals.amount, orders.amount)'} as amount,
        orders.tax,
        row_number() over (partition by orders.customer_id order by orders.created_at) as quantity,
        orders.created_at,
        greatest(orders.updated_at, totals.updated_at) as updated_at

    from orders
    left join totals
        on orders.customer_id = totals.customer_id

)

select * from final
`

const incremental = (parent: string) => `{{ config(materialized='incremental', unique_key='id') }}

select ${COLUMNS.join(', ')}
from {{ ref('${parent}') }}
{% if is_incremental() %}
where updated_at > (select max(updated_at) from {{ this }})
{% endif %}
`

function modelsYaml(models: Model[]): string {
  const columns = COLUMNS.map(
    (c) => `      - name: ${c}
        description: The ${c.replaceAll('_', ' ')} of it.
${c === 'id' ? '        data_tests:\n          - unique\n          - not_null\n' : ''}`,
  ).join('')
  return `version: 2\nmodels:\n${models.map((m) => `  - name: ${m.name}\n    description: One row per entity.\n    columns:\n${columns}`).join('')}`
}

function sourcesYaml(tables: string[]): string {
  return `version: 2\nsources:\n  - name: raw\n    tables:\n${tables.map((t) => `      - name: ${t}\n`).join('')}`
}

function typeOf(column: string): string {
  if (column.endsWith('_at')) return 'timestamp'
  return column === 'amount' || column === 'tax'
    ? 'decimal(18, 2)'
    : column === 'status'
      ? 'varchar'
      : 'bigint'
}

const PROJECT = `name: big
version: 1.0.0
config-version: 2
profile: big
flags:
  send_anonymous_usage_stats: false
models:
  big:
    staging: {+materialized: view}
    intermediate: {+materialized: view}
    marts: {+materialized: table}
`

const PROFILES = `big:
  target: dev
  outputs:
    dev: {type: duckdb, path: big.duckdb, schema: analytics, threads: 4}
`

const MACROS = `{% macro money(column) %}
cast({{ column }} / 100 as {{ dbt.type_numeric() }})
{%- endmacro %}
`
