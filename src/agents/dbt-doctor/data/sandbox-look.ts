/** What was built in a sandbox, as it is asked when a failure of the data is followed. */
import type { Sandbox } from '../../../sandbox/types.ts'
import { type Look, openLook } from './look.ts'

/** `fromRoot`: a path below the dbt project's folder, from the project's root. */
export async function lookInto(sandbox: Sandbox, fromRoot: (path: string) => string): Promise<Look> {
  const side = sandbox.after
  const [graph, dbtDir, engine] = await Promise.all([side.graph(), side.dir(), side.engine()])
  return openLook({
    adapter: sandbox.adapter,
    graph,
    dbtDir,
    compile: (nodes) => engine.compile(nodes),
    query: sandbox.query,
    relationOf: (id) => side.relationOf(id, 'once'),
    fromRoot,
  })
}
