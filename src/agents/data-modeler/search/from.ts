/** What `--from` names, as it is read: a source that a staging model reads is read through that. */
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Candidate } from '../types.ts'
import { namedOrigin } from './find.ts'
import { stagingOf, withColumns } from './origins.ts'

/** @throws MartsmithError `dimension.no-origin`, `dimension.no-column` */
export async function fromNamed(context: RefactorContext, from: string): Promise<Candidate> {
  const { graph } = context
  const nodes = Object.values(graph.manifest.nodes).filter(
    (n) => ['model', 'seed', 'snapshot'].includes(n.resource_type) && graph.isBuilt(n.unique_id),
  )
  const ids = [...nodes.map((n) => n.unique_id), ...Object.keys(graph.manifest.sources)].filter(graph.isOwn)
  const origins = await withColumns(context, ids)
  const { origin, column } = namedOrigin(from, origins)
  const staging = origin.id.startsWith('model.') ? undefined : stagingOf(graph, origin.id)
  const said = { score: 1, why: 'named by --from' }
  if (!staging) return { origin, column, ...said }
  const staged = origins.find((o) => o.id === staging.unique_id) ?? origin
  if (column === null) return { origin: staged, column, ...said }
  return { ...namedOrigin(`${staged.label}.${column.name}`, [staged]), ...said }
}
