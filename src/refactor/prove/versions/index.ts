/** The claim that a dimension keeps versions: one row per key and moment, and every version of its origin is in it. */
import type { Sandbox } from '../../../sandbox/types.ts'
import type { ClaimProof } from '../../types.ts'
import { judged } from './judge.ts'
import { playSnapshot } from './snapshot.ts'
import {
  FOUND,
  foundStatement,
  type Relations,
  SHAPE,
  SOURCE,
  shapeStatement,
  sourceStatement,
  type VersionsClaim,
} from './sql.ts'

export async function versionsClaim(sandbox: Sandbox, claim: VersionsClaim): Promise<ClaimProof> {
  const proof = await asItStands(sandbox, claim)
  if (!proof.holds || claim.snapshot === null) return proof
  const played = await playSnapshot(sandbox, claim, claim.snapshot, () => asItStands(sandbox, claim))
  return {
    ...proof,
    holds: played.holds,
    text: played.holds ? `${proof.text}; ${played.text}` : played.text,
    lines: [...proof.lines, ...played.lines],
    data: { ...proof.data, snapshot: played.data ?? null },
  }
}

async function asItStands({ after, adapter, query }: Sandbox, claim: VersionsClaim): Promise<ClaimProof> {
  const graph = await after.graph()
  const relations: Relations = {
    dimension: await after.relationOf(claim.node),
    origin: await after.relationOf(claim.origin),
    adapter,
  }
  const names = { dimension: graph.label(claim.node), origin: graph.label(claim.origin) }
  const answers = await query([
    shapeStatement(claim, relations),
    sourceStatement(claim, relations),
    foundStatement(claim, relations),
  ])
  const [shape = [], source = [], found = []] = answers.map((answer) => {
    if ('error' in answer) throw new Error(`${names.dimension} could not be counted: ${answer.error}`)
    return (answer.rows[0] ?? []).map(Number)
  })
  const nulls = claim.attributes.map((a, i) => [a.column, shape[SHAPE.length + i] ?? 0] as const)
  return judged(
    claim,
    {
      shape: counted(SHAPE, shape),
      nulls: Object.fromEntries(nulls),
      source: counted(SOURCE, source),
      found: counted(FOUND, found),
    },
    names,
  )
}

function counted<K extends string>(names: readonly K[], numbers: number[]): Record<K, number> {
  return Object.fromEntries(names.map((name, i) => [name, numbers[i] ?? 0])) as Record<K, number>
}
