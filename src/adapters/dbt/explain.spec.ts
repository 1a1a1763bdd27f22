import { describe, expect, it } from 'vitest'
import { dbtError, plainWords } from './explain.ts'

const explain = (message: string) => dbtError({ type: 'x', message })

describe("dbt's words for what it could not run", () => {
  it.each([
    [
      "Parsing Error\n  Env var required but not provided: 'WAREHOUSE_PW'",
      'dbt.env-var',
      'export WAREHOUSE_PW=...',
    ],
    ["Runtime Error\n  Could not find profile named 'shop'", 'dbt.profile-missing', "Add a profile 'shop'"],
    [
      "Runtime Error\n  The profile 'shop' does not have a target named 'x'. The valid target names for this profile are:\n   - dev",
      'dbt.target-missing',
      '--target NAME',
    ],
    [
      'Runtime Error\n  Could not find adapter type snowflake!',
      'dbt.adapter-missing',
      'pip install dbt-snowflake',
    ],
    [
      'Compilation Error\n  dbt found 2 package(s) specified in packages.yml, but only 0 package(s) installed in dbt_packages. Run "dbt deps"',
      'dbt.packages',
      'dbt deps',
    ],
    [
      'IO Error: Could not set lock on file "/w/x.duckdb": Conflicting lock is held in /usr/bin/python3.11 (PID 4711). See also',
      'dbt.locked',
      'process 4711',
    ],
    [
      "Compilation Error\n  Model 'model.p.a' (models/a.sql) depends on a node named 'nope' which was not found",
      'dbt.ref',
      "create 'nope'",
    ],
  ])('%s', (message, code, mend) => {
    const error = explain(message)
    expect(error.code).toBe(code)
    expect(error.mend.join('\n')).toContain(mend)
    expect(error.exitCode).toBe(2)
  })

  it('passes on what it does not know, without the preamble', () => {
    const error = explain('Encountered an error:\nRuntime Error\n  Something new\n    with a detail')
    expect(error.message).toBe('dbt cannot work with this project: Something new')
    expect(error.details).toEqual(['  with a detail'])
  })

  it('takes off preamble and indentation', () => {
    expect(plainWords('Runtime Error\n  Compilation Error in model a (models/a.sql)\n    boom')).toBe(
      'Compilation Error in model a (models/a.sql)\n  boom',
    )
  })
})
