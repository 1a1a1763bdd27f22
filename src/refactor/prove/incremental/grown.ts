/** Builds an incremental model on top of what stands and anew, from the same rows, and compares. */
import type { NodeResult } from '../../../adapters/dbt/types.ts'
import { count, list } from '../../../core/text.ts'
import type { RelationDiff } from '../../../sandbox/compare/types.ts'
import { compareTables } from '../../../sandbox/compare-nodes.ts'
import type { Sandbox } from '../../../sandbox/types.ts'
import type { ClaimProof } from '../../types.ts'
import { neverTwice } from '../never-twice.ts'
import { movingBetween } from '../rows.ts'

/** A build in the proof that failed: then nothing can be compared. */
export type Broken = { how: string; why: string }

export type Builder = {
  name: string
  /** Each answers where the rows are kept. */
  onTop(): Promise<string | Broken>
  anew(): Promise<string | Broken>
  /** Columns that differ whenever it is built, from the same rows too, are left out. */
  compare(before: string, after: string): Promise<RelationDiff>
  /** Columns that were left out. */
  moving(): string[]
  builds(): number
}

export async function builderOf(sandbox: Sandbox, node: string): Promise<Builder> {
  const { after } = sandbox
  const graph = await after.graph()
  const { config, raw_code = '', relation_name } = graph.node(node) ?? {}
  const keys = await after.keysOf(node)
  let builds = 0
  let moving: string[] | null = null

  async function built(fullRefresh: boolean): Promise<string | Broken> {
    builds += 1
    // A model may be shielded from a full refresh; here it is the sandbox's.
    if (fullRefresh && config?.full_refresh === false)
      await (await after.engine()).tools.execute([`drop table if exists ${relation_name}`])
    const { ok, results, exception } = await after.build([node], { fullRefresh, tests: false })
    if (ok) return after.keep(node)
    return {
      how: fullRefresh ? 'built anew' : 'built on top of what stands',
      why: exception?.message ?? reasonIn(results),
    }
  }

  const compared = (before: string, made: string) =>
    compareTables(sandbox, before, made, { keys, ...(moving ? { without: moving } : {}) })

  return {
    name: graph.label(node),
    onTop: () => built(false),
    anew: () => built(true),
    compare: async (before, made) => {
      const diff = await compared(before, made)
      if (diff.sameRows || moving || neverTwice(raw_code).length === 0) return diff
      const [first, second] = [await built(true), await built(true)]
      if (typeof first !== 'string' || typeof second !== 'string') return diff
      moving = await movingBetween(sandbox, first, second, keys)
      return moving.length > 0 ? compared(before, made) : diff
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
export function apart({ only, changed }: RelationDiff, { less, more } = ANEW): string {
  return list([
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
