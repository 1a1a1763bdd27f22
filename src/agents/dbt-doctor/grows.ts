/** Whether a table that grows holds what a build from the start gives, whenever its rows come. */
import type { ChangeSet } from '../../changes/types.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import { builderOf } from '../../refactor/prove/incremental/grown.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import { changedIds } from './reach.ts'
import { growingIn } from './rebuild.ts'
import { staged, type TryOptions } from './try.ts'
import type { Work } from './work.ts'

/** What a model looks at of its own table, to tell what is new: `max(loaded_at)`. */
const LATEST = /\bmax\s*\(\s*(?:\w+\.)?(\w+|"[^"]+")\s*\)/i
const BLOCK = /\{%-?\s*if\s[^%]*\bis_incremental\s*\([\s\S]*?\{%-?\s*end\s*if\b/g

type Asked = {
  changes: ChangeSet
  /** Whether the files are to be those of the change, or as they are. */
  written: boolean
  /** What the change reaches. */
  nodes: (graph: ProjectGraph) => string[]
}

/**
 * Each incremental model whose file is changed is built from the start, and once more; then its newest rows are taken away
 * as if they had not come yet, and it is built on top of the rest. False where one is another table then, null where it cannot be told of
 * any.
 */
export async function growsWell(
  work: Work,
  { changes, written, nodes }: Asked,
  options: Pick<TryOptions, 'now' | 'signal'>,
): Promise<boolean | null> {
  const restore = written ? await work.write(changes) : async () => undefined
  try {
    const rounds = await work.rounds(options)
    const graph = await rounds.read()
    const changed = changedIds(graph, changes, work)
    const models = growingIn(graph, changed)
    if (models.length === 0) return null
    const { sandbox } = await staged(rounds, graph, nodes(graph))
    const first = changed.filter((id) => !models.includes(id) && graph.isBuilt(id))
    if (!sandbox) return null
    if (first.length > 0) await sandbox.after.build(first, { tests: false })
    const answers: (boolean | null)[] = []
    for (const id of models) answers.push(await grows(sandbox, id))
    return answers.includes(false) ? false : answers.includes(true) ? true : null
  } finally {
    await restore()
  }
}

async function grows(sandbox: Sandbox, id: string): Promise<boolean | null> {
  const { after } = sandbox
  const raw = (await after.graph()).node(id)?.raw_code ?? ''
  const column = latestOf(raw)
  if (column === null) return null
  const builder = await builderOf(sandbox, id)
  if (typeof (await builder.anew()) !== 'string') return null
  const whole = await builder.keep()
  const same = async () => {
    const grown = await builder.onTop()
    return typeof grown === 'string' && (await builder.compare(whole, grown)).diff === null
  }
  // Nothing new has come: it stays what it is.
  if (!(await same())) return false
  const relation = await after.relationOf(id, 'once')
  const c = column.startsWith('"') ? column : quotedIn(sandbox, column)
  const rows = async (of: string) => {
    const [answer] = await sandbox.query([`select count(*) from ${of}`])
    return answer && 'rows' in answer ? Number(answer.rows[0]?.[0]) : 0
  }
  await (await after.engine()).tools.execute([
    `delete from ${relation} where ${c} in (select max(${c}) from ${relation})`,
  ])
  const left = await rows(relation)
  // Where all rows are of one moment, none of them came later.
  return left === 0 || left === (await rows(whole)) ? null : same()
}

/** The column by which a model tells what is new; null where it does not, or by several. */
export function latestOf(raw: string): string | null {
  const found = [...raw.matchAll(BLOCK)].flatMap(([block]) => LATEST.exec(block)?.[1] ?? [])
  const [column, ...others] = new Set(found)
  return column && others.length === 0 ? column : null
}

const quotedIn = ({ adapter }: Sandbox, name: string) =>
  adapter === 'duckdb' || name === name.toLowerCase() ? dialectOf(adapter).quote(name) : name
