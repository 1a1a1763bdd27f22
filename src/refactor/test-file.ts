/** Models for specs: their Jinja is so plain that it is rendered without dbt. */
import { render } from '../project/sql/render.ts'
import type { SqlFile } from './sql-file.ts'

/** `ref('x')` compiles to `"db"."s"."x"`. */
export function testFile(raw: string, path = 'models/m.sql', adapter = 'duckdb'): SqlFile {
  const rendered = render(raw, {
    ref: ({ name }) => `"db"."s"."${name}"`,
    source: ({ source, table }) => `"db"."${source}"."${table}"`,
    this: '"db"."s"."this_model"',
  })
  if (!rendered) throw new Error('only plain Jinja can be rendered here')
  return { path, raw, adapter, versions: [{ mode: null, ...rendered, ephemeral: {} }] }
}
