import { describe, expect, it } from 'vitest'
import type { MartsmithError } from '../core/errors.ts'
import { defaultConfig, parseConfig } from './load.ts'

function errorOf(text: string): MartsmithError {
  try {
    parseConfig(text, 'martsmith.yml')
  } catch (error) {
    return error as MartsmithError
  }
  throw new Error('it was accepted')
}

describe('martsmith.yml', () => {
  it('is optional in every part', () => {
    expect(parseConfig('', 'martsmith.yml')).toEqual(defaultConfig())
    expect(defaultConfig().dbt.engine).toBe('warm')
    expect(parseConfig('pipeline:\n', 'martsmith.yml')).toEqual(defaultConfig())
  })

  it('names line, key and the nearest known key', () => {
    const error = errorOf(
      'dlt:\n  pipelines:\n    - name: trips\n      script: ingest/trips.py\n      freshnes: 24h\n',
    )
    expect(error.message).toBe(
      'martsmith.yml:5: unknown key "freshnes" under dlt.pipelines[0]; did you mean "freshness"?',
    )
    expect(error.details).toEqual(['  4 |       script: ingest/trips.py', '> 5 |       freshnes: 24h'])
    expect(error.mend[0]).toContain(
      'Known keys: name, script, args, inputs, freshness, python, environment, cwd, timeout.',
    )
    expect(error.exitCode).toBe(2)
  })

  it('names an unknown key at the top', () => {
    expect(errorOf('# a comment\npipelin:\n  select: x\n').message).toBe(
      'martsmith.yml:2: unknown key "pipelin"; did you mean "pipeline"?',
    )
  })

  it('names line and what was expected for a wrong type', () => {
    const error = errorOf('dbt:\n  threads: many\n')
    expect(error.message).toBe('martsmith.yml:2: dbt.threads: expected number, received string')
    expect(
      errorOf('dlt:\n  pipelines:\n    - name: a\n      script: a.py\n      freshness: soon\n').message,
    ).toContain('martsmith.yml:5: dlt.pipelines[0].freshness: a duration such as 30m, 24h or 7d')
  })

  it('names what a value may be, and a name that is there twice', () => {
    const engine = errorOf('dbt:\n  engine: fast\n').message
    expect(engine).toMatch(/^martsmith\.yml:2: dbt\.engine: .*warm.*command/)
    expect(errorOf('conventions:\n  commas: front\n').message).toContain('conventions.commas')
    const twice = 'dlt:\n  pipelines:\n    - {name: s, script: a.py}\n    - {name: s, script: b.py}\n'
    expect(errorOf(twice).message).toMatch(/^martsmith\.yml:4: .*s.*(twice|already|unique|same)/i)
  })

  it('names the line of a missing required key', () => {
    expect(errorOf('dlt:\n  pipelines:\n    - name: trips\n').message).toMatch(
      /^martsmith\.yml:3: dlt\.pipelines\[0\]\.script: is missing/,
    )
  })

  it('names the line of broken YAML', () => {
    const error = errorOf('pipeline:\n  select: +fct_trips\n   exclude: x\n')
    expect(error.code).toBe('config.yaml')
    expect(error.message).toMatch(/^martsmith\.yml:\d: not valid YAML/)
  })

  it.each(['- a\n- b\n', 'just words\n', '42\n'])('rejects a document that is no mapping: %j', (text) => {
    expect(errorOf(text)).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/martsmith\.yml:1: .*expected/),
    })
  })
})
