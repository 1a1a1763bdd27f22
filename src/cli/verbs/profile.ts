/** `martsmith profile source:raw.trips fct_trips`: measures relations where they stand. Reads, and writes nothing. */
import { isAbsent, warehouseError } from '../../adapters/dbt/explain.ts'
import type { DbtEngine } from '../../adapters/dbt/types.ts'
import { MartsmithError } from '../../core/errors.ts'
import { count, list, nearest } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { openGraph } from '../../project/open.ts'
import { MOST_STATEMENTS, profileRelation } from '../../project/profile/profile.ts'
import { kindOf } from '../../project/profile/sql.ts'
import type { RelationProfile } from '../../project/profile/types.ts'
import { profileReport } from '../../reports/profile.ts'
import { printJson } from '../fail.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

const MOST_RELATIONS = 20
const IN_THE_WAREHOUSE = ['model', 'seed', 'snapshot', 'source']

type Named = { name: string; profile: RelationProfile }

export const profileVerb: Verb = (selections, options, terminal) =>
  withDbt(options, terminal, async (dbt) => {
    await dbt.version()
    const adapter = (await dbt.target()).type
    const relations = await relationsOf(dbt, selections, options.exclude)
    if (options.dryRun) {
      terminal.say(
        `Would measure ${list(relations.map((r) => r.name))}, with at most ${MOST_STATEMENTS} queries each.`,
      )
      return 0
    }
    const profiles: Named[] = []
    for (const { name, relation } of relations) {
      terminal.say(`Measuring ${name} ...`)
      profiles.push({ name, profile: await measure(dbt, relation, adapter) })
    }
    if (options.json) printJson({ profiles: profiles.map((p) => ({ name: p.name, ...p.profile })) })
    else process.stdout.write(profiles.map((p) => profileReport(p.name, p.profile)).join('\n'))
    return 0
  })

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
  if (found.size <= MOST_RELATIONS) return [...found.values()]
  throw new MartsmithError({
    code: 'profile.too-many',
    message: `${selections.join(' ')} selects ${count(found.size, 'relation')}; at most ${MOST_RELATIONS} are measured at once.`,
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

async function measure(dbt: DbtEngine, relation: string, adapter: string): Promise<RelationProfile> {
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
    ask: (statements, limit) => dbt.query(statements, limit),
  })
}
