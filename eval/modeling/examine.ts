/** Runs a scenario from an empty folder to built data, and keeps all that the points ask. */
import { loading } from '../support/data.ts'
import { changedSince, type Manifest, type Node, readManifest, relations } from '../support/manifest.ts'
import { type Answer, openWorkspace } from '../support/project.ts'
import { type Built, openWarehouse, type Rows, type Warehouse } from '../support/warehouse.ts'
import type { Expectation, Request, Scenario } from './types.ts'

export type Relation = { node: Node; table: Rows }

export type Asked = {
  request: Request
  answer: Answer
  /** Files of the user that are new, or not as they were. */
  touched: string[]
  added: Node[]
  edited: Node[]
  /** dbt build after it, where something was written. */
  built: Built | null
  again: { answer: Answer; touched: string[] } | null
}

/** Tables by the unique id of their node, as they stand at one moment. */
export type Moment = { built: Built; tables: Map<string, Rows> }

export type Exam = {
  scenario: Scenario
  asked: Asked[]
  manifest: Manifest
  /** All relations of the project that are tables of a mart: facts find their rows here. */
  first: Moment
  second: Moment
  later: Moment | null
  refreshed: Moment | null
  schemasBefore: string[]
  schemasAfter: string[]
  seconds: number
}

const SCHEMAS = `select distinct table_schema || '.' || table_name from information_schema.tables
  where table_schema not in ('pg_catalog', 'information_schema') order by 1`

export async function examine(scenario: Scenario, keep: boolean): Promise<Exam> {
  const begun = performance.now()
  const space = openWorkspace(scenario.name, scenario.files)
  const house = await openWarehouse(scenario.engine, space.dir, `${space.dir}/warehouse.duckdb`)
  try {
    await house.rows(...scenario.tables.flatMap(loading))
    const ready = await house.dbt('build')
    if (!ready.success) throw new Error(`the project does not build before we start: ${wordsOf(ready)}`)
    const start = readManifest(space.dir)
    const schemasBefore = await relationsOf(house)
    const asked: Asked[] = []
    for (const request of scenario.requests) asked.push(await ask(request, space, house))
    const schemasAfter = await relationsOf(house)
    const builtNow = await house.dbt('build')
    const manifest = readManifest(space.dir)
    const changed = changedSince(start, manifest)
    const wanted = [...changed.added, ...relations(manifest).filter((n) => isMart(n))]
    const moment = async (built: Built): Promise<Moment> => ({ built, tables: await tablesOf(house, wanted) })
    const first = await moment(builtNow)
    const second = await moment(await house.dbt('build'))
    let later: Moment | null = null
    let refreshed: Moment | null = null
    if (scenario.later && changed.added.length > 0) {
      await house.rows(...scenario.later)
      later = await moment(await house.dbt('build'))
      refreshed = await moment(await house.dbt('build', '--full-refresh'))
    }
    const seconds = (performance.now() - begun) / 1000
    return {
      scenario,
      asked,
      manifest,
      first,
      second,
      later,
      refreshed,
      schemasBefore,
      schemasAfter,
      seconds,
    }
  } finally {
    await house.close()
    if (keep) process.stderr.write(`${scenario.name}: kept in ${space.dir}\n`)
    else space.close()
  }
}

async function ask(
  request: Request,
  space: ReturnType<typeof openWorkspace>,
  house: Warehouse,
): Promise<Asked> {
  const restore = space.lay(request.files ?? {})
  const before = space.files()
  const standing = readManifest(space.dir)
  const argv = [...request.argv, '--yes', '--json']
  const answer = await space.run(argv, house.env)
  const after = space.files()
  const touched = differing(before, after)
  if (request.wrongInput) restore()
  const written = touched.length > 0 && !request.wrongInput
  const built = written ? await house.dbt('build') : null
  const manifest = written ? readManifest(space.dir) : standing
  const again = request.again ? await space.run(argv, house.env) : null
  const touchedAgain = again ? differing(after, space.files()) : []
  return {
    request,
    answer,
    touched,
    ...changedSince(standing, manifest),
    built,
    again: again && { answer: again, touched: touchedAgain },
  }
}

function differing(before: Map<string, string>, after: Map<string, string>): string[] {
  const all = new Set([...before.keys(), ...after.keys()])
  return [...all].filter((path) => before.get(path) !== after.get(path)).sort()
}

async function relationsOf(house: Warehouse): Promise<string[]> {
  const [answer] = await house.rows(SCHEMAS)
  return (answer?.rows ?? []).map(([name]) => String(name))
}

function isMart(node: Node): boolean {
  return node.config.materialized === 'table' || node.config.materialized === 'incremental'
}

async function tablesOf(house: Warehouse, nodes: Node[]): Promise<Map<string, Rows>> {
  const there = nodes.filter((n) => n.relation_name && n.config.materialized !== 'ephemeral')
  const standing = new Set(await relationsOf(house))
  const some = there.filter((n) => standing.has(plain(n.relation_name ?? '')))
  const answers = await house.rows(...some.map((n) => `select * from ${n.relation_name}`))
  return new Map(some.map((n, i) => [n.unique_id, answers[i] ?? { columns: [], rows: [] }]))
}

function plain(relation: string): string {
  const parts = [...relation.matchAll(/"((?:[^"]|"")*)"|([^.]+)/g)].map((m) => m[1] ?? m[2] ?? '')
  return parts.slice(-2).join('.')
}

export function wordsOf(built: Built): string {
  return [built.error ?? '', ...built.failed].filter(Boolean).join('; ').slice(0, 600)
}

/** The relation that answers a request: of those it added the one that no other of them reads. */
export function madeFor(exam: Exam, asked: Asked): Relation[] {
  const added = asked.added.filter((n) => n.resource_type === 'model')
  const ends = added.filter((n) => !added.some((other) => other.depends_on.nodes.includes(n.unique_id)))
  return ends.flatMap((n) => {
    const table = exam.first.tables.get(n.unique_id)
    const node = exam.manifest.nodes[n.unique_id]
    return table && node ? [{ node, table }] : []
  })
}

export function askedFor<K extends Expectation['is']>(
  exam: Exam,
  ...kinds: K[]
): { asked: Asked; wants: Extract<Expectation, { is: K }> }[] {
  return exam.asked.flatMap((asked) =>
    (kinds as string[]).includes(asked.request.wants.is)
      ? [{ asked, wants: asked.request.wants as Extract<Expectation, { is: K }> }]
      : [],
  )
}

export function commandOf(asked: Asked): string {
  return `martsmith ${asked.request.argv.map((a) => (a.includes(' ') ? `"${a}"` : a)).join(' ')}`
}
