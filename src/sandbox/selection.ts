/** Nodes by unique id, said in dbt's selection syntax, which has no word for it. */
import { MartsmithError } from '../core/errors.ts'

/** What of a manifest is needed. */
type Selectable = { nodes: Record<string, { fqn: string[]; resource_type: string }> }

/** What a build of models alone leaves out. */
export const TESTS = 'resource_type:test resource_type:unit_test'

/**
 * The whole fully qualified name, and the kind: a folder of the same name holds other nodes, so it is at most
 * more that is selected, never less. Spaces end a name in a selection; such a node goes by its own name.
 */
export function selectionOf(manifest: Selectable, ids: string[]): string {
  return ids
    .map((id) => {
      const node = manifest.nodes[id]
      const name =
        node && [node.fqn.join('.'), id.split('.').slice(2).join('.')].find((n) => /^[^\s,:*?[\]]+$/.test(n))
      if (node && name) return `fqn:${name},resource_type:${node.resource_type}`
      throw new MartsmithError({
        code: 'sandbox.selection',
        message: `${id} has a name that dbt cannot select.`,
        mend: ['Names of models are letters, digits and underscores.'],
      })
    })
    .join(' ')
}
