/** What is proposed by what git knows: changes that others came after, files that were deleted. */
import { expect, it } from 'vitest'
import type { Commit, GitHistory } from '../../../adapters/git/history.ts'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import type { Candidate } from '../types.ts'
import { toTry } from './index.ts'
import { macro } from './macro.ts'
import { reference } from './reference.ts'
import { revert } from './revert.ts'
import { after, found } from './test-found.ts'

const commit = (hash: string): Commit => ({ hash, at: '2026-01-01T00:00:00Z', subject: `Change ${hash}` })

/** Nothing happened but what is given. */
const history = (of: Partial<GitHistory>): GitHistory => ({
  dirty: async () => [],
  committed: async () => null,
  log: async () => [],
  touched: async () => [],
  latest: async () => commit('new'),
  before: async () => null,
  renames: async () => [],
  deleted: async () => [],
  ...of,
})

const graphOf = (more: object) =>
  projectGraph(
    manifestOf({
      metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
      nodes: {
        'model.p.a': {
          ...{ unique_id: 'model.p.a', name: 'a', resource_type: 'model', package_name: 'p' },
          ...{ original_file_path: 'models/a.sql', config: {}, fqn: ['p', 'a'], language: 'sql' },
          ...more,
        },
      },
    }),
  )
const graph = graphOf({})
const patched = graphOf({ patch_path: 'p://models/m.yml' })

const SQL = 'select\n    x,\n    nope(y) as y\nfrom t\n'
const at = { stage: 'build' as const, nodes: ['model.p.a'], file: 'models/a.sql' }
const failed = 'Database Error in model a (models/a.sql)\n  function nope(integer) does not exist'
const older = history({
  log: async (path) => (path === 'models/a.sql' ? [commit('old')] : []),
  before: async (hash, path) =>
    hash === 'old' && path === 'models/a.sql' ? SQL.replace('nope(y)', 'abs(y)') : null,
})

it('DEBUG-3: a change that others came after is taken back; off the line that fails it has to hold what stands', async () => {
  const git = { git: older }
  const here = await found(revert, failed, { 'models/a.sql': SQL }, { ...at, line: 3 }, graph, git)
  expect(after(here)).toBe(SQL.replace('nope(y)', 'abs(y)'))
  expect(here[0]).toMatchObject({ takesBack: true, title: expect.stringContaining('in old (Change old)') })
  expect(here[0]?.guess).toBeUndefined()
  const [elsewhere] = await found(revert, failed, { 'models/a.sql': SQL }, { ...at, line: 1 }, graph, git)
  expect(elsewhere?.guess).toBe(true)
  // Numbers are followed to the file that makes them, and its own past is asked there.
  const of = { id: 'S01', title: '', meaning: '', cause: '', look: [], signs: [] }
  const born = { born: 'filter', node: 'b', line: 1, sentence: '', spot: null } as const
  const followed = (file: string | null) => ({
    ...{ ...at, line: null, class: of },
    trace: { culprit: { ...born, evidence: [], file }, trail: [], ideas: [], decision: [], quarantine: null },
  })
  const files = { 'models/a.sql': SQL }
  expect(await found(revert, failed, files, followed('models/b.sql'), graph, git)).toEqual([])
  // Where nothing tells which file that is, what was changed last on the way is asked.
  expect(after(await found(revert, failed, files, followed(null), graph, git))).toBe(
    SQL.replace('nope(y)', 'abs(y)'),
  )
})

const MISSING = "Model 'model.p.b' (models/b.sql) depends on a node named 'stg_a' which was not found"

it('DEBUG-3: a model that was deleted and is still read comes back as git has it', async () => {
  const files = { 'models/b.sql': "select * from {{ ref('stg_a') }}" }
  const gone = { path: 'models/staging/stg_a.sql', commit: null }
  const git = history({ deleted: async () => [gone], committed: async () => 'select 1 as a\n' })
  const [one] = await found(reference, MISSING, files, {}, null, { git })
  expect(one).toMatchObject({ takesBack: true, title: expect.stringContaining('Bring back') })
  expect(one?.changes.changes).toEqual([{ kind: 'create', path: gone.path, after: 'select 1 as a\n' }])
  expect(one?.because[0]).toContain('models/b.sql still reads it')
  const inCommit = history({
    deleted: async () => [{ ...gone, commit: commit('x') }],
    before: async () => 'select 2 as a\n',
  })
  const [other] = await found(reference, MISSING, files, {}, null, { git: inCommit })
  expect(other?.title).toContain('which was deleted in x (Change x)')
  const test = history({ deleted: async () => [{ path: 'tests/stg_a.sql', commit: null }] })
  expect(await found(reference, MISSING, files, {}, null, { git: test })).toEqual([])
})

it('what takes back a change has a place, however many ideas there are', () => {
  const candidate = (score: number, takesBack: boolean) =>
    ({ score, changes: { changes: [] }, ...(takesBack ? { takesBack } : {}) }) as unknown as Candidate
  const ideas = Array.from({ length: 12 }, (_, i) => candidate(90 - i, false))
  const back = [candidate(40, true), candidate(30, true), candidate(20, true)]
  expect(toTry([...ideas, ...back])).toEqual([...ideas.slice(0, 6), ...back.slice(0, 2)])
  expect(toTry(back)).toEqual(back)
  const wide = { ...candidate(8, true), changes: { changes: [1, 2] } } as unknown as Candidate
  expect(toTry([...ideas, ...back, wide])).toEqual([...ideas.slice(0, 5), ...back.slice(0, 2), wide])
})

it('DEBUG-3: what was changed together goes back together, after each by itself', async () => {
  const files = { 'models/a.sql': SQL, 'models/m.yml': 'models:\n  - name: a\n' }
  const git = history({
    dirty: async () => Object.keys(files),
    committed: async (path) => (path === 'models/a.sql' ? SQL.replace('nope', 'abs') : 'models: []\n'),
  })
  const all = await found(revert, failed, files, at, patched, { git })
  const wide = all.at(-1)
  expect(wide?.title).toBe('Take back the changes of models/a.sql and models/m.yml since the last commit')
  expect(wide?.changes.changes).toHaveLength(2)
  expect(all.slice(0, -1).every((c) => c.changes.changes.length === 1)).toBe(true)
})

it('what dbt cannot read is tried without the last change of any file, where nothing nearer is found', async () => {
  const yml = 'sources:\n  - name: raw\n    tables:\n      - name: b\n'
  const git = history({
    log: async (path) => (path === '.' || path === 'models/s.yml' ? [commit('old')] : []),
    touched: async (hash) => (hash === 'old' ? ['models/s.yml', 'seeds/x.csv', 'README.md'] : []),
    before: async (_, path) => (path === 'models/s.yml' ? yml.replace('name: b', 'name: a') : 'a,b\n'),
  })
  const message = "Model 'model.p.a' (models/a.sql) depends on a source named 'raw.a' which was not found"
  const files = { 'models/a.sql': "{{ source('raw', 'a') }}", 'models/s.yml': yml, 'seeds/x.csv': 'a,c\n' }
  const all = await found(revert, message, files, {}, null, { git })
  expect(all.map((c) => c.changes.changes.map((f) => f.path))).toEqual([['models/s.yml']])
  expect(after(all)).toContain('name: a\n')
  expect(all[0]).toMatchObject({ takesBack: true, title: expect.stringContaining('in old (Change old)') })
  expect(await found(revert, failed, files, { ...at, line: 1 }, graph, { git })).toEqual([])
})

it('a change that asks for what lies outside of the project is taken back by a person alone', async () => {
  const text = "select {{ dbt_utils.star(ref('b')) }}, {{ cents('x') }}\nfrom t\n"
  const git = history({
    log: async () => [commit('old')],
    before: async () => 'select a\nfrom t\n',
  })
  const fix = (thing: string) => {
    const message = `'${thing}' is undefined. This can happen when calling a macro that does not exist.`
    return found(revert, message, { 'models/a.sql': text }, { ...at, line: 1 }, graph, { git })
  }
  expect((await fix('dbt_utils')).map((c) => c.asks)).toEqual([
    expect.stringContaining('A package is not here'),
  ])
  expect((await fix('cents')).map((c) => c.asks)).toEqual([undefined])
  const off = "Model 'model.p.a' (models/a.sql) depends on a node named 'b' which is disabled"
  const files = { 'models/a.sql': text, 'models/b.sql': '{{ config(enabled=false) }}\nselect 1\n' }
  const since = history({ dirty: async () => ['models/b.sql'], committed: async () => 'select 1\n' })
  const all = await found(revert, off, files, {}, null, { git: since })
  expect(all.map((c) => c.asks)).toEqual(all.map(() => expect.stringContaining('switched it off')))
  expect(all.length).toBeGreaterThan(0)
})

it('a macro that has another name by git is called by it, wherever it is called', async () => {
  const macros = '{% macro cents_as_euro(c) %}{{ c }} / 100{% endmacro %}'
  const files = {
    'models/a.sql': "select {{ to_euro('x') }}, 'to_euro'",
    'models/b.sql': "select {{ to_euro('y') }}",
    'macros/m.sql': macros,
  }
  const git = history({
    committed: async (p) => (p === 'macros/m.sql' ? macros.replace('cents_as_euro', 'to_euro') : null),
  })
  const message = "'to_euro' is undefined. This can happen when calling a macro that does not exist."
  const [best] = await found(macro, message, files, { ...at, line: 1 }, graph, { git })
  expect(best?.changes.changes.map((c) => (c.kind === 'edit' ? c.after : ''))).toEqual([
    "select {{ cents_as_euro('x') }}, 'to_euro'",
    "select {{ cents_as_euro('y') }}",
  ])
  expect(await found(macro, message, files, { ...at, line: 1 }, graph, { git: history({}) })).toEqual([])
})

it('who may read a model is for its owner to say, whoever reads it', async () => {
  const yml = 'models:\n  - name: b\n    access: private\n    group: g\n'
  const message =
    'Node model.p.a attempted to reference node model.p.b, which is not allowed because the referenced node is private to the g group.'
  const files = { 'models/a.sql': "select * from {{ ref('b') }}", 'models/m.yml': yml }
  const git = history({
    dirty: async () => ['models/m.yml'],
    committed: async () => yml.replace('    access: private\n', ''),
  })
  const all = await found(revert, message, files, {}, null, { git })
  expect(all.map((c) => c.asks)).toEqual([expect.stringContaining('owner')])
})
