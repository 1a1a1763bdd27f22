/** Builds an incremental model on top of what stands and anew, from the same rows, and compares. */
import type { NodeResult } from '../../../adapters/dbt/types.ts'
import { count, list } from '../../../core/text.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { RelationDiff } from '../../../sandbox/compare/types.ts'
import { compareTables } from '../../../sandbox/compare-nodes.ts'
import type { Sandbox } from '../../../sandbox/types.ts'
import type { ClaimProof } from '../../types.ts'
import { movingBetween } from '../rows.ts'

/** A build in the proof that failed: then nothing can be compared. */
export type Broken = { how: string; why: string }

/** `diff` is null where the rows are the same. */
export type Compared = { rows: number; diff: RelationDiff | null }

export type Builder = {
  name: string
  /** Answers where the rows are kept. */
  onTop(): Promise<string | Broken>
  /** Answers the relation of the model itself: what it holds is lost with the next build. */
  anew(): Promise<string | Broken>
  /** Takes all rows away, as if it had been built of none. */
  clear(): Promise<void>
  /** Keeps what it holds now. */
  keep(): Promise<string>
  /** From what is right to what was found. Columns that differ whenever it is built, from the same rows too, are left out. */
  compare(right: string, found: string): Promise<Compared>
  /** Columns that were left out. */
  moving(): string[]
  builds(): number
}

export async function builderOf(sandbox: Sandbox, node: string): Promise<Builder> {
  const { after } = sandbox
  const graph = await after.graph()
  const { config } = graph.node(node) ?? {}
  const keys = await after.keysOf(node)
  let builds = 0
  let moving: string[] | null = null

  async function built(fullRefresh: boolean): Promise<Broken | null> {
    builds += 1
    // A model may be shielded from a full refresh; here it is the sandbox's.
    if (fullRefresh && config?.full_refresh === false)
      await (await after.engine()).tools.execute([
        `drop table if exists ${await after.relationOf(node, 'once')}`,
      ])
    const { ok, results, exception } = await after.build([node], { fullRefresh, tests: false })
    if (ok) return null
    return {
      how: fullRefresh ? 'built anew' : 'built on top of what stands',
      why: exception?.message ?? reasonIn(results),
    }
  }

  /** Without looking closer, which costs more statements: rows are the same to the last digit, most of the time. */
  async function alike(right: string, found: string): Promise<number | null> {
    const columns = moving === null || moving.length === 0 ? '*' : await allBut(moving, found)
    const [answer] = await sandbox.query([
      `select (select count(*) from ${right}), (select count(*) from ${found}),` +
        ` (select count(*) from (select ${columns} from ${right} except all select ${columns} from ${found}) as missing)`,
    ])
    const [rows, others, missing] = answer && 'rows' in answer ? (answer.rows[0] ?? []).map(Number) : []
    return rows !== undefined && rows === others && missing === 0 ? rows : null
  }

  let kept: string | null = null
  async function allBut(without: string[], relation: string): Promise<string> {
    const [columns] = kept === null ? await sandbox.columns([relation]) : []
    if (columns && !('error' in columns)) {
      const names = columns.map((c) => c.name).filter((name) => !without.includes(name))
      kept = names.map(dialectOf(sandbox.adapter).quote).join(', ')
    }
    return kept || '*'
  }

  async function compared(right: string, found: string): Promise<Compared> {
    const diff = await compareTables(sandbox, right, found, { keys, ...(moving ? { without: moving } : {}) })
    return { rows: diff.rows.before, diff: diff.sameRows ? null : diff }
  }

  return {
    name: graph.label(node),
    onTop: async () => (await built(false)) ?? after.keep(node),
    anew: async () => (await built(true)) ?? after.relationOf(node, 'once'),
    clear: async () =>
      (await after.engine()).tools.execute([`delete from ${await after.relationOf(node, 'once')}`]),
    keep: () => after.keep(node),
    compare: async (right, found) => {
      const same = await alike(right, found)
      if (same !== null) return { rows: same, diff: null }
      const result = await compared(right, found)
      if (result.diff === null || moving) return result
      // What it holds may be that of a full refresh already.
      const live = await after.relationOf(node, 'once')
      if (right !== live && (await built(true))) return result
      const first = await after.keep(node)
      if (await built(true)) return result
      moving = await movingBetween(sandbox, first, await after.keep(node), keys)
      return moving.length > 0 ? compared(right, found) : result
    },
    moving: () => moving ?? [],
    builds: () => builds,
  }
}

export function brokenProof(name: string, { how, why }: Broken): ClaimProof {
  return { holds: false, text: `${name} fails when it is ${how}`, lines: [`${name}: ${why}`] }
}

const ANEW = { less: 'less than built anew', more: 'that it has not when built anew' }

/** `diff` is from what is right to what was found. */
export function apart({ only, changed, uncompared }: RelationDiff, { less, more } = ANEW): string {
  return list([
    ...(uncompared.length > 0 ? [`columns that cannot be compared here (${list(uncompared, 4)})`] : []),
    ...(only.before > 0 ? [`${count(only.before, 'row')} ${less}`] : []),
    ...(only.after > 0 ? [`${count(only.after, 'row')} ${more}`] : []),
    ...(changed ? [`${count(changed, 'row')} with other values`] : []),
  ])
}

export function movingLines({ name, moving }: Builder): string[] {
  if (moving().length === 0) return []
  return [`Not compared in ${name}: ${list(moving())}, which differs whenever it is built.`]
}

function reasonIn(results: NodeResult[]): string {
  const failed = results.find((r) => r.status === 'error' || r.status === 'fail')
  return failed?.message?.trim().split('\n').slice(0, 2).join(' ') ?? 'no reason given'
}
