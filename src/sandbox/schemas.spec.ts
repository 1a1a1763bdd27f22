import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wrapSchemas } from './schemas.ts'

const OWN = '{% macro generate_schema_name(custom_schema_name, node) %}own{% endmacro %}\n'

let dir: string
const read = (path: string) => readFileSync(join(dir, path), 'utf8')
const wrap = () => wrapSchemas(dir, 'martsmith_x_a_', 'martsmith_x_own')

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ms-schemas-'))
  mkdirSync(join(dir, 'macros'))
  writeFileSync(join(dir, 'dbt_project.yml'), 'name: x\n')
  writeFileSync(join(dir, 'macros/schema.sql'), OWN)
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('the schemas of a copy', () => {
  it("are wrapped around the project's own macro, a second time too, and again where its file was copied anew", async () => {
    expect(await wrap()).toBe(true)
    const [own, ours] = [read('macros/schema.sql'), read('macros/martsmith_sandbox.sql')]
    expect(own).toContain('macro martsmith_users_schema_name(')
    expect(ours).toContain('martsmith_users_schema_name(custom_schema_name, node)')
    expect(await wrap()).toBe(true)
    expect([read('macros/schema.sql'), read('macros/martsmith_sandbox.sql')]).toEqual([own, ours])
    writeFileSync(join(dir, 'macros/schema.sql'), OWN)
    await wrap()
    expect([read('macros/schema.sql'), read('macros/martsmith_sandbox.sql')]).toEqual([own, ours])
  })

  it("follow dbt's own macro where the project has none, a second time too", async () => {
    rmSync(join(dir, 'macros/schema.sql'))
    await wrap()
    const ours = read('macros/martsmith_sandbox.sql')
    expect(ours).toContain("adapter.dispatch('generate_schema_name', 'dbt')")
    await wrap()
    expect(read('macros/martsmith_sandbox.sql')).toBe(ours)
  })
})
