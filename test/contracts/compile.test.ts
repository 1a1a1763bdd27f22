/** What we render ourselves is what dbt makes of it, and every map leads to where the text stands. */
import { utimesSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDbtEngine } from '../../src/adapters/dbt/engine.ts'
import type { DbtDriver, DbtEngine, DbtFlags } from '../../src/adapters/dbt/types.ts'
import { warmDriver } from '../../src/adapters/dbt/warm.ts'
import { columnsOf } from '../../src/project/columns.ts'
import type { ProjectGraph } from '../../src/project/graph.ts'
import { openGraph } from '../../src/project/open.ts'
import { type Compiled, type CompiledModel, compiledModels } from '../../src/project/sql/compiled.ts'
import { toCompiled, toRaw } from '../../src/project/sql/source-map.ts'
import { cleanEnv } from '../support/martsmith.ts'
import { PYTHON } from '../support/paths.ts'
import { makeProject, type Project } from '../support/project.ts'

const NL = '\n'
const MODELS: Record<string, string> = {
  'crlf.sql': "\r\n\r\n-- é 🙂\r\nselect id, 'ü' as ü\r\nfrom {{ ref('base') }}\r\n\r\n",
  'crlf_plain.sql': 'select 1 as id,\r\n2 as b\r\n',
  'crlf_loop.sql':
    "select\r\n{% for c in ['id', 'name'] -%}\r\n  {{ c }} as {{ c }}_x,\r\n{% endfor %}\r\n1 as x\r\nfrom {{ ref('base') }}\r\n",
  'trimmed.sql':
    "select *\nfrom {{- ' ' }}{#- x -#}  {{ ref('base') -}}\n\n where 1=1 {% raw %}-- {{ no }}{% endraw %}",
  'commented.sql':
    "{# {{ ref('nowhere') }} #}\n{{ config(tags=['a', ')']) }}\nselect * from {{ ref('lines', 'base') }}",
  'own.sql': "{{ config(materialized='table') }}\nselect * from {{ ref('base') }} -- {{ this }}",
  'few.sql': "{{ config(materialized='ephemeral', alias='fewer') }}\nselect id from {{ ref('base') }}",
  'of_few.sql': "select * from {{ ref('few') }}",
  'loop_of_few.sql':
    "{% for i in [1, 2] %}select {{ i }} as i from {{ ref('few') }}{% if not loop.last %} union all {% endif %}{% endfor %}",
  'captured.sql': [
    '{% set cols = ["id", "name"] %}{% set body %} id , {{ cols[1] }} {% endset %}',
    '{%- call statement("x", fetch_result=true) -%} select 1 {%- endcall -%}',
    "select {{ body | trim }}, amount -- {{ '}}' }}",
    "{% filter upper %} , 'abc' as letters {% endfilter %}",
    '{%- if cols | length > 1 %} , 1 as many {%- else -%} , 0 as few {% endif %}',
    "from {{ ref('base') }}",
  ].join(NL),
  'growing.sql': [
    "{{ config(materialized='incremental') }}",
    "select * from {{ ref('base') }}",
    '{% if is_incremental() %}',
    'where id > (select max(id) from {{ this }})',
    '{% endif %}',
  ].join(NL),
  'different.sql': "select '{{ modules.uuid.uuid4() }}' as id",
  'asks.sql': "{% set found = run_query('select 42 as n') %}select {{ found.rows[0][0] if found }} as n",
  'sliced_v1.sql': 'select 1 as id',
  'sliced_v2.sql': 'select 2 as id',
  'of_sliced.sql': "select * from {{ ref('sliced') }} join {{ ref('sliced', v=1) }} using (id)",
}

describe('compiled models', () => {
  let project: Project
  let driver: DbtDriver
  let dbt: DbtEngine
  let graph: ProjectGraph
  let models: Map<string, CompiledModel>
  let calls = 0

  const model = (name: string) => {
    const found = models.get(`model.lines.${name}`)
    if (!found || 'error' in found) throw new Error(`${name}: ${found?.error ?? 'not there'}`)
    return found
  }
  /** Where a piece of the compiled SQL stands in the file, as its text there. */
  const origin = (name: string, part: string) => {
    const { compiled, map, raw } = model(name)
    if ('noMap' in map) return map
    const start = compiled.indexOf(part)
    const place = toRaw(map, start, start + part.length)
    if (!place) return null
    return 'jinja' in place
      ? raw.slice(place.jinja.start, place.jinja.end)
      : raw.slice(place.start, place.end)
  }

  const engine = (by: DbtDriver, flags: DbtFlags = {}) =>
    createDbtEngine({
      driver: by,
      projectDir: project.dir,
      targetPath: project.path('ours'),
      logDir: project.path('our-logs'),
      flags,
    })

  beforeAll(async () => {
    project = makeProject('lines')
    for (const [name, text] of Object.entries(MODELS)) project.write(`models/hard/${name}`, text)
    project.write(
      'models/hard/_hard.yml',
      'models:\n  - name: sliced\n    latest_version: 2\n    versions: [{v: 1}, {v: 2}]\n',
    )
    project.write(
      'snapshots/kept.sql',
      "\n{% snapshot kept %}\n{{ config(unique_key='id', strategy='check', check_cols='all') }}\nselect * from {{ ref('base') }}\n{% endsnapshot %}\n",
    )
    driver = warmDriver({
      python: async () => PYTHON,
      projectDir: project.dir,
      env: cleanEnv({ HOME: project.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' }),
      onOutput: () => undefined,
    })
    dbt = engine(driver)
    graph = await openGraph(dbt)
    const compile: DbtEngine['compile'] = (nodes) => {
      calls += 1
      return dbt.compile(nodes)
    }
    const all = await compiledModels({ graph, dbtDir: project.dir, compile })
    models = new Map(all.map((m) => [m.id, m]))
  })

  afterAll(() => dbt.close())

  it('are what dbt compiles, byte for byte', async () => {
    const compared = [...models.values()].filter((m) => m.id !== 'model.lines.different')
    const answers = await dbt.compile(compared.map((m) => ({ id: m.id })))
    for (const [i, m] of compared.entries()) {
      const answer = answers[i]
      if (answer && 'error' in answer) expect(m).toMatchObject({ error: answer.error })
      else expect(m).toMatchObject({ compiled: answer?.compiled, ephemeral: answer?.ephemeral })
    }
    expect(calls).toBe(1)
    expect(compared.filter((m) => 'error' in m).map((m) => m.id)).toEqual(['model.lines.refuses'])
  })

  it('have maps without gaps, in which text leads to the same text', () => {
    const ways = [...models.values()].flatMap((m): (Compiled & { id: string; raw: string })[] =>
      'error' in m ? [] : [m, ...m.variants.flatMap((v) => ('error' in v ? [] : [{ ...m, ...v }]))],
    )
    expect(ways.length).toBeGreaterThan(25)
    for (const { id, raw, compiled, map } of ways) {
      if ('noMap' in map) {
        expect([id, map.noMap]).toEqual(['model.lines.different', expect.stringContaining('each time')])
        continue
      }
      let reached = 0
      for (const segment of map) {
        expect(segment.start, id).toBe(reached)
        reached = segment.end
        if (segment.kind === 'jinja') continue
        const end = segment.raw + segment.end - segment.start
        expect(raw.slice(segment.raw, end), id).toBe(compiled.slice(segment.start, segment.end))
      }
      expect(reached, id).toBe(compiled.length)
    }
  })

  it('are rendered by us where their Jinja is plain', async () => {
    const plain = ['crlf', 'crlf_plain', 'commented', 'own', 'few', 'of_few', 'of_sliced']
    const none = async () => [] as []
    const ids = plain.map((name) => `model.lines.${name}`).concat('snapshot.lines.kept')
    const alone = await compiledModels({ graph, dbtDir: project.dir, compile: none }, ids)
    expect(alone).toEqual(ids.map((id) => models.get(id)))
  })

  it('lead back through loops, branches and macros', () => {
    expect(origin('crlf_loop', ' as ')).toBe(' as ')
    expect(origin('crlf_loop', 'id_x')).toBe('{{ c }}_x')
    expect(origin('captured', 'as many')).toBe('as many')
    expect(origin('captured', "'ABC'")).toMatch(/^\{% filter upper %\}[\s\S]*\{% endfilter %\}$/)
    expect(origin('captured', 'id , name')).toBe('{{ body | trim }}')
    expect(origin('captured', '}}')).toBe("{{ '}}' }}")
    const { map, raw } = model('crlf_loop')
    const at = raw.indexOf(' as ')
    expect('noMap' in map ? [] : toCompiled(map, at, at + 4)).toHaveLength(2)
  })

  it('are compiled both ways where they can be added to', () => {
    const { compiled, variants } = model('growing')
    expect(compiled).not.toContain('where')
    expect(variants).toMatchObject([
      { mode: 'full', compiled },
      { mode: 'incremental', compiled: expect.stringContaining('where id >') },
    ])
  })

  it('open without dbt for as long as nothing that was parsed has changed', async () => {
    const refuse = async () => Promise.reject(new Error('dbt was asked'))
    const idle: DbtDriver = { ...driver, run: refuse, ask: refuse }
    utimesSync(project.path('models/base.sql'), new Date(), new Date())
    await engine(idle).parse()
    await expect(engine(idle, { vars: '{"short": true}' }).parse()).rejects.toThrow('dbt was asked')
    await expect(engine({ ...idle, env: { ...idle.env, NEW: '1' } }).parse()).rejects.toThrow('dbt was asked')
    const text = project.read('models/base.sql')
    project.write('models/base.sql', `${text} `)
    await expect(engine(idle).parse()).rejects.toThrow('dbt was asked')
    project.write('models/base.sql', text)
    await engine(idle).parse()
  })

  it('know the columns of relations, in the case of the warehouse', async () => {
    await dbt.query(['create table "Base" (id integer, "Größe in cm" decimal(5, 1))'])
    const { byId } = await columnsOf(graph, ['model.lines.base', 'model.lines.own'], dbt)
    expect([...byId.values()]).toEqual([
      {
        source: 'warehouse',
        columns: [
          { name: 'id', type: 'INTEGER' },
          { name: 'Größe in cm', type: 'DECIMAL(5,1)' },
        ],
      },
      null,
    ])
  })
})
