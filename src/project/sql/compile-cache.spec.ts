import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { projectGraph } from '../graph.ts'
import { manifestOf } from '../manifest.ts'
import { openCompileCache } from './compile-cache.ts'

const dir = mkdtempSync(join(tmpdir(), 'martsmith-cache-'))
afterAll(() => rmSync(dir, { recursive: true }))

type Project = { code?: string; macros?: Record<string, string>; relation?: string; settings?: string | null }

const MACROS = {
  outer: "{% macro outer() %}{{ adapter.dispatch('inner')() }}{% endmacro %}",
  default__inner: '{% macro default__inner() %}1{% endmacro %}',
  asks: "{% macro asks() %}{{ run_query('select 1') }}{% endmacro %}",
}
let file = 0

/** Whether what was compiled in one project is there for another. */
async function isKept(first: Project, second: Project = first): Promise<boolean> {
  const path = join(dir, `${file++}.json`)
  const open = (project: Project) => {
    const { code = 'select {{ outer() }}', macros, relation = 'a', settings = 's' } = project
    const all = Object.entries({ ...MACROS, ...macros })
    const graph = projectGraph(
      manifestOf({
        metadata: {},
        nodes: {
          model: {
            unique_id: 'model',
            name: 'model',
            resource_type: 'model',
            raw_code: code,
            depends_on: { nodes: ['parent'] },
          },
          parent: { unique_id: 'parent', name: 'parent', resource_type: 'model', relation_name: relation },
        },
        macros: Object.fromEntries(
          all.map(([name, macro_sql]) => [name, { unique_id: name, name, macro_sql }]),
        ),
      }),
    )
    const node = graph.manifest.nodes.model
    if (!node) throw new Error('the graph has no model')
    return { node, code, cache: openCompileCache<string>(graph, { path, settings: async () => settings }) }
  }
  const before = open(first)
  const cache = await before.cache
  cache.put(before.node, before.code, 'compiled')
  await cache.save()
  const after = open(second)
  return (await after.cache).get(after.node, after.code) === 'compiled'
}

describe('what dbt compiled', () => {
  it('is kept where nothing has changed that it was made of', async () => {
    expect(await isKept({})).toBe(true)
    expect(await isKept({}, { macros: { other: '{% macro other() %}2{% endmacro %}' } })).toBe(true)
  })

  it('is made anew where the file, a macro behind a macro, a parent or a setting has changed', async () => {
    expect(await isKept({}, { code: 'select {{ outer() }} as x' })).toBe(false)
    expect(
      await isKept({}, { macros: { default__inner: '{% macro default__inner() %}2{% endmacro %}' } }),
    ).toBe(false)
    expect(await isKept({}, { relation: 'b' })).toBe(false)
    expect(await isKept({}, { settings: 't' })).toBe(false)
    expect(await isKept({ settings: null })).toBe(false)
  })

  it('is not kept where it asks the warehouse or the clock, itself or through a macro', async () => {
    expect(await isKept({ code: "{{ adapter.get_relation('a', 'b', 'c') }}" })).toBe(false)
    expect(await isKept({ code: '{{ run_started_at }}' })).toBe(false)
    expect(await isKept({ code: '{% if x %}{{ asks() }}{% endif %}' })).toBe(false)
    expect(await isKept({ code: '{{ x }}', macros: { duckdb__x: MACROS.asks } })).toBe(false)
    expect(await isKept({ code: 'select context, graph from {{ x }}' })).toBe(true)
  })
})
