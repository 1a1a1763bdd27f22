import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDownstream } from './downstream.ts'

function repository(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'martsmith-downstream-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const FILES = {
  'ingest/shop.py':
    'import dlt\nfrom dlt.sources.sql_database import sql_table\n\nrows = sql_table(table="InvoiceLine")\n',
  'ingest/other.py': 'import dlt\nrows = sql_table(table="invoice_line_archive")\n',
  'app/lines.py': 'TABLE = "InvoiceLine"\n',
  'dbt/models/sources.yml': `sources:
  - name: shop
    tables:
      - name: customers
      - name: lines
        identifier: invoice_line
`,
  'dbt/models/stg_lines.sql': "select id, fax from {{ source('shop', 'lines') }}",
  'dbt/models/stg_customers.sql': "select * from {{ source('shop', 'customers') }}",
  'dbt/models/fct_sales.sql': "select * from {{ ref('stg_lines') }} join {{ ref('shop', 'stg_customers') }}",
  'dbt/models/again.py': 'def model(dbt, session):\n    return dbt.ref("fct_sales")\n',
  'dbt/models/marts.yml': `exposures:
  - name: revenue
    label: Revenue dashboard
    depends_on: [ref('fct_sales')]
  - name: people
    depends_on: ["ref('stg_customers')"]
`,
  'bi/Sales.SemanticModel/definition/tables/Sales.tmdl': `table 'All Sales'
	partition p = m
		source = Postgres{[Schema="marts",Item="fct_sales"]}[Data]
`,
  'bi/Sales.SemanticModel/definition/tables/People.tmdl':
    'table People\n\tpartition p = m\n\t\tsource = {[Item="stg_customers"]}\n',
}

const what = async (tables: string[], columns: string[] = []) =>
  (await findDownstream(repository(FILES), tables, columns, [])).map((r) => `${r.file}:${r.line} ${r.what}`)

describe('DBL-2: who reads a table further on', () => {
  it('from the pipeline over sources and models to exposures and Power BI, and nobody beside', async () => {
    expect(await what(['InvoiceLine'])).toEqual([
      'ingest/shop.py:4 dlt pipeline',
      'dbt/models/sources.yml:5 dbt source shop.lines',
      'dbt/models/again.py:1 dbt model again',
      'dbt/models/fct_sales.sql:1 dbt model fct_sales',
      'dbt/models/stg_lines.sql:1 dbt model stg_lines',
      'dbt/models/marts.yml:2 exposure Revenue dashboard',
      'bi/Sales.SemanticModel/definition/tables/Sales.tmdl:1 Power BI table All Sales of Sales',
    ])
  })

  it('a model that names a column which will be gone is told so', async () => {
    expect(await what(['invoice_line'], ['fax'])).toContain(
      'dbt/models/stg_lines.sql:1 dbt model stg_lines, which names fax',
    )
  })

  it('a table that nobody reads has nobody', async () => {
    expect(await what(['genre'])).toEqual([])
  })
})
