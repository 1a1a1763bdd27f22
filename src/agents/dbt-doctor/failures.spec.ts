/** What fails, by what was seen; and what dbt leaves out and only warns of. */
import { expect, it } from 'vitest'
import { projectGraph } from '../../project/graph.ts'
import { manifestOf } from '../../project/manifest.ts'
import { failuresIn, stillFails } from './failures.ts'

const node = (id: string, rest: Record<string, unknown> = {}) => {
  const [resource_type = '', , name = ''] = id.split('.')
  const own = { package_name: 'p', original_file_path: `models/${name}.yml`, config: {}, fqn: ['p', name] }
  return { unique_id: id, name, resource_type, ...own, ...rest }
}

function seen(refs: { name: string }[], disabled: string[] = []) {
  const off = { config: { enabled: false }, refs, sources: [] }
  const test = node('test.p.relationships_a', off)
  const graph = projectGraph(
    manifestOf({
      metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
      nodes: { 'model.p.a': node('model.p.a'), [test.unique_id]: test },
      disabled: Object.fromEntries(disabled.map((name) => [`model.p.${name}`, [node(`model.p.${name}`)]])),
    }),
  )
  return { unread: null, graph, results: [], failures: new Map(), data: [], leftOut: [] }
}

const WORK = { place: { root: '/p', dbtDir: '/p' }, files: { own: ['models/relationships_a.yml'] } }

it('a test that refers to what is not there is told: dbt only warns of it, and runs without it', () => {
  const [one, ...more] = failuresIn(seen([{ name: 'a' }, { name: 'bs' }]), WORK)
  expect(one).toMatchObject({ thing: 'bs', file: 'models/relationships_a.yml', passedOver: true })
  expect([one?.class?.id, more]).toEqual(['P17', []])
  expect(failuresIn(seen([{ name: 'a' }]), WORK)).toEqual([])
  // What somebody switched off takes its tests along.
  expect(failuresIn(seen([{ name: 'bs' }], ['bs']), WORK)).toEqual([])
  // It hides nothing else: a node that was mended is mended.
  const build = { ...one, stage: 'build' as const, nodes: ['model.p.a'] } as NonNullable<typeof one>
  expect(one && stillFails(build, [one])).toBe(false)
})
