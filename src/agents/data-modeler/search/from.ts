/** What `--from` names, as it is read: a source that a staging model reads is read through that. */
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Candidate, Wanted } from '../types.ts'
import { columnsNamed, namedOrigin } from './find.ts'
import { stagingOf, withColumns } from './origins.ts'
import { undeclared } from './undeclared.ts'

/**
 * A table of the warehouse that is no source becomes one where `--declare` says so.
 * @throws MartsmithError `dimension.no-origin`, `dimension.no-column`, `dimension.undeclared`
 */
export async function fromNamed(
  context: RefactorContext,
  from: string,
  asked?: { wanted: Wanted; kind: 'dimension' | 'fact' },
): Promise<Candidate> {
  const { graph } = context
  const nodes = Object.values(graph.manifest.nodes).filter(
    (n) => ['model', 'seed', 'snapshot'].includes(n.resource_type) && graph.isBuilt(n.unique_id),
  )
  const ids = [...nodes.map((n) => n.unique_id), ...Object.keys(graph.manifest.sources)].filter(graph.isOwn)
  const origins = await withColumns(context, ids)
  const said = { score: 1, why: 'named by --from' }
  const isKnown = origins.some((o) => `${from.toLowerCase()}.`.startsWith(`${o.label.toLowerCase()}.`))
  const outside = isKnown || !asked ? null : await undeclared(context, asked)
  if (outside) {
    const { origin, columns } = outside
    const [column = null, ...also] = columns === null ? [] : columnsNamed(origin, columns)
    return { origin, column, also, ...said }
  }
  const { origin, column, also } = namedOrigin(from, origins)
  const staging = origin.id.startsWith('model.') ? undefined : stagingOf(graph, origin.id)
  if (!staging) return { origin, column, also, ...said }
  const staged = origins.find((o) => o.id === staging.unique_id) ?? origin
  if (column === null) return { origin: staged, column, also, ...said }
  const names = [column, ...also].map((c) => c.name).join(',')
  return { ...namedOrigin(`${staged.label}.${names}`, [staged]), ...said }
}
