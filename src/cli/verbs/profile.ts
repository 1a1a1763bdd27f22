/** `martsmith profile source:raw.trips fct_trips`: measures relations where they stand. Reads, and writes nothing. */
import { isAbsent, warehouseError } from '../../adapters/dbt/explain.ts'
import type { DbtEngine } from '../../adapters/dbt/types.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list, nearest } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { openGraph } from '../../project/open.ts'
import type { Sample } from '../../project/profile/candidates.ts'
import type { Measured } from '../../project/profile/inclusion.ts'
import { openMemory, stateOfFiles } from '../../project/profile/memory.ts'
import {
  type Memory,
  MOST_STATEMENTS,
  MOST_STATEMENTS_RELATED,
  profileRelation,
  relate,
} from '../../project/profile/profile.ts'
import { kindOf } from '../../project/profile/sql.ts'
import type { Ask, RelationProfile } from '../../project/profile/types.ts'
import { profileReport } from '../../reports/profile.ts'
import { printJson } from '../fail.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

const MOST_RELATIONS = 20
const MOST_TABLES = 100_000
const TABLES = 'select database_name, schema_name, table_name from duckdb_tables()'
const IN_THE_WAREHOUSE = ['model', 'seed', 'snapshot', 'source']

type Named = { name: string; profile: RelationProfile }

export const profileVerb: Verb = (selections, options, terminal) =>
  withDbt(options, terminal, async (dbt, project) => {
    await dbt.version()
    const adapter = (await dbt.target()).type
    const relations = await relationsOf(dbt, selections, options.exclude)
    const against = options.against ? await relationsOf(dbt, [options.against], options.exclude) : []
    const others = against.filter((a) => !relations.some((r) => r.relation === a.relation))
    limit([...relations, ...others].length, [...selections, ...(options.against ? [options.against] : [])])
    if (options.dryRun) {
      terminal.say(
        `Would measure ${list([...relations, ...others].map((r) => r.name))}, with at most ${MOST_STATEMENTS} queries each and ${MOST_STATEMENTS_RELATED} more for the keys that their columns hold.`,
      )
      return 0
    }
    const stateOf = await tableStates(dbt, adapter)
    const measured: Measured[] = []
    for (const { name, relation } of [...relations, ...others]) {
      terminal.say(`Measuring ${name} ...`)
      const memory = await openMemory(project.stateDir, relation, () => stateOf(relation))
      measured.push({ name, ...(await measure(dbt, relation, adapter, memory)) })
      await memory?.save()
    }
    const request = { adapter, ask: asking(dbt) }
    const profiles: Named[] = []
    for (const one of measured.slice(0, relations.length))
      profiles.push({ name: one.name, profile: await relate(one, measured, request) })
    if (options.json) printJson({ profiles: profiles.map((p) => ({ name: p.name, ...p.profile })) })
    else process.stdout.write(profiles.map((p) => profileReport(p.name, p.profile)).join('\n'))
    return 0
  })

const asking =
  (dbt: DbtEngine): Ask =>
  (statements, limit) =>
    dbt.query(statements, limit)

/**
 * What would differ if a row of a relation had: of tables that lie in DuckDB files. A view may read anything, and
 * no server says for sure when a table was last written: then null.
 */
async function tableStates(
  dbt: DbtEngine,
  adapter: string,
): Promise<(relation: string) => Promise<string | null>> {
  if (adapter !== 'duckdb') return async () => null
  const { files } = await dbt.tools.profile()
  const [answer] = await dbt.query([TABLES], MOST_TABLES)
  const tables = answer && 'rows' in answer ? answer.rows : []
  const quoted = (name: unknown) => `"${String(name).replaceAll('"', '""')}"`
  const databaseOf = new Map(tables.map((names) => [names.map(quoted).join('.'), String(names[0])]))
  return async (relation) => {
    const file = files.find((f) => f.kind === 'file' && f.alias === databaseOf.get(relation))
    return file ? stateOfFiles([file.path]) : null
  }
}

/** Each selection has to select something: a name with a slip in it must not be passed over. */
async function relationsOf(
  dbt: DbtEngine,
  selections: string[],
  exclude: string | undefined,
): Promise<{ name: string; relation: string }[]> {
  const found = new Map<string, { name: string; relation: string }>()
  for (const select of selections) {
    for (const one of await selected(dbt, select, exclude)) found.set(one.relation, one)
  }
  return [...found.values()]
}

function limit(found: number, selections: string[]): void {
  if (found <= MOST_RELATIONS) return
  throw new MartsmithError({
    code: 'profile.too-many',
    message: `${selections.join(' ')} selects ${count(found, 'relation')}; at most ${MOST_RELATIONS} are measured at once.`,
    mend: ['Select fewer of them.'],
  })
}

async function selected(
  dbt: DbtEngine,
  select: string,
  exclude: string | undefined,
): Promise<{ name: string; relation: string }[]> {
  const nodes = await dbt.list({ select, ...(exclude === undefined ? {} : { exclude }) })
  const graph = await openGraph(dbt)
  const relations = nodes.flatMap(({ id, resourceType }) => {
    const relation = (graph.node(id) ?? graph.source(id))?.relation_name
    return relation && IN_THE_WAREHOUSE.includes(resourceType) ? [{ name: graph.label(id), relation }] : []
  })
  if (relations.length === 0) throw nothingSelected(select, graph)
  return relations
}

function nothingSelected(select: string, graph: ProjectGraph): MartsmithError {
  const { nodes, sources } = graph.manifest
  const names = [
    ...Object.values(nodes).flatMap((n) => (n.relation_name ? [n.name] : [])),
    ...Object.values(sources).map((s) => `source:${s.source_name}.${s.name}`),
  ]
  const near = nearest(select.replace(/^\+|\+$/g, ''), names)
  return new MartsmithError({
    code: 'profile.nothing',
    message: `${select} selects nothing that stands in the warehouse.`,
    details:
      names.includes(select) || near.length > 0
        ? []
        : [
            'Known are the models, seeds, snapshots and sources of the project; an ephemeral model has no table.',
          ],
    mend:
      near.length > 0
        ? near.map((name) => `martsmith profile ${name}`)
        : ['dbt ls   lists what can be selected'],
  })
}

async function measure(
  dbt: DbtEngine,
  relation: string,
  adapter: string,
  memory: Memory | undefined,
): Promise<{ profile: RelationProfile; sample: Sample }> {
  const [found] = await dbt.columns([relation])
  if (!found || 'error' in found) {
    if (found && !isAbsent(found)) throw warehouseError(found.error)
    throw new MartsmithError({
      code: 'profile.missing',
      message: `${relation} is not in the warehouse.`,
      mend: ['martsmith pipeline   builds what is not there yet'],
      exitCode: 1,
    })
  }
  const columns = found.map((c) => ({ ...c, kind: kindOf(c.type) }))
  return profileRelation({
    relation,
    columns,
    adapter,
    ask: asking(dbt),
    today: new Date().toISOString().slice(0, 10),
    ...(memory ? { memory } : {}),
  })
}
