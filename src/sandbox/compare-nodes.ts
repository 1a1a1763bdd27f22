/** Compares a node before with a node after, each as the sandbox has it. */
import { isAbsent, warehouseError } from '../adapters/dbt/explain.ts'
import { MartsmithError } from '../core/errors.ts'
import { dialectOf } from '../project/profile/sql.ts'
import { compareRelations } from './compare/compare.ts'
import type { CompareOptions, Relation, RelationDiff } from './compare/types.ts'
import type { Sandbox } from './types.ts'

export type NodeComparison = Pick<CompareOptions, 'renamed' | 'added' | 'keys' | 'tolerance' | 'examples'> & {
  /** Columns, as they are called after, that are left out on both sides. */
  without?: string[]
  /** Columns of before that are read as something else: `{column}` in `sql` is the column. */
  read?: Record<string, { sql: string; type: string }>
}

/**
 * `before` is an id before the change, `after` one after it; rows are matched by keys that the project declares.
 * @throws MartsmithError `sandbox.missing` where a relation does not stand: nothing to compare with.
 */
export async function compareNodes(
  sandbox: Sandbox,
  before: string,
  after: string,
  how: NodeComparison = {},
): Promise<RelationDiff> {
  // A source that the change itself declares is known after it alone; its rows are those from before.
  const isDeclared = before.startsWith('source.') && !(await sandbox.before.graph()).source(before)
  const side = isDeclared ? sandbox.after : sandbox.before
  const [was, is] = [await side.relationOf(before), await sandbox.after.relationOf(after)]
  return compareTables(sandbox, was, is, { keys: await sandbox.after.keysOf(after), ...how })
}

/** The same for relations that `relationOf` or `keep` gave. */
export async function compareTables(
  sandbox: Sandbox,
  before: string,
  after: string,
  { without = [], read = {}, ...how }: NodeComparison = {},
): Promise<RelationDiff> {
  const [was, is] = await sandbox.columns([before, after])
  const stays = (name: string) => !without.includes(name)
  const { keys } = how
  const diff = await compareRelations({
    query: sandbox.query,
    adapter: sandbox.adapter,
    before: only(readAs(sandbox.adapter, relation(before, was), read), (name) =>
      stays(how.renamed?.[name] ?? name),
    ),
    after: only(relation(after, is), stays),
    ...how,
    ...(keys ? { keys: keys.filter((key) => key.every(stays)) } : {}),
  })
  const isRead = new Set(Object.keys(read).map((name) => how.renamed?.[name] ?? name))
  return { ...diff, types: diff.types.filter((t) => !isRead.has(t.name)) }
}

function readAs(
  adapter: string,
  { relation, columns }: Relation,
  read: NonNullable<NodeComparison['read']>,
): Relation {
  const { quote, derived } = dialectOf(adapter)
  if (Object.keys(read).length === 0 || !derived) return { relation, columns }
  const items = columns.map(({ name }) => {
    const is = read[name]
    return is ? `${is.sql.replaceAll('{column}', () => quote(name))} as ${quote(name)}` : quote(name)
  })
  return {
    relation: derived(`select ${items.join(', ')} from ${relation}`),
    columns: columns.map((c) => ({ ...c, type: read[c.name]?.type ?? c.type })),
  }
}

function only({ relation, columns }: Relation, stays: (name: string) => boolean): Relation {
  return { relation, columns: columns.filter((c) => stays(c.name)) }
}

type Columns = Awaited<ReturnType<Sandbox['columns']>>[number]

function relation(name: string, columns: Columns | undefined): Relation {
  if (columns && !('error' in columns)) return { relation: name, columns }
  if (columns && !isAbsent(columns)) throw warehouseError(columns.error)
  throw new MartsmithError({
    code: 'sandbox.missing',
    message: `${name} does not stand in the warehouse.`,
    mend: ['martsmith pipeline   builds what is not there yet'],
    exitCode: 1,
  })
}
