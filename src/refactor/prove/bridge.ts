/** The claim that a bridge shares out what it must: no more, no less, and to rows that are there. */
import { count } from '../../core/text.ts'
import { dialectOf, literal } from '../../project/profile/sql.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { Claim, ClaimProof } from '../types.ts'

export type BridgeClaim = Extract<Claim, { kind: 'bridge' }>

/** Weights are fractions: thirds do not sum to 1 to the last digit. */
const CLOSE = 0.000001

export async function bridgeClaim(sandbox: Sandbox, claim: BridgeClaim): Promise<ClaimProof> {
  const { after } = sandbox
  const graph = await after.graph()
  const statement = bridgeStatement(claim, {
    bridge: await after.relationOf(claim.node),
    dimension: await after.relationOf(claim.dimension),
    members: await after.relationOf(claim.members),
    adapter: sandbox.adapter,
  })
  const [answer] = await sandbox.query([statement])
  if (!answer || 'error' in answer)
    throw new Error(`${graph.label(claim.node)} could not be counted: ${answer?.error ?? 'no answer'}`)
  return judged(claim, (answer.rows[0] ?? []).map(Number), {
    bridge: graph.label(claim.node),
    dimension: graph.label(claim.dimension),
    members: graph.label(claim.members),
  })
}

type Relations = { bridge: string; dimension: string; members: string }

export function bridgeStatement(
  claim: BridgeClaim,
  { bridge, dimension, members, adapter }: Relations & { adapter: string },
): string {
  const { quote } = dialectOf(adapter)
  const [own, other, weight] = [quote(claim.own), quote(claim.other), quote(claim.weight)]
  const [stored, key] = [quote(claim.memberColumn), quote(claim.memberKey)]
  const counts = [
    `(select count(*) from ${bridge})`,
    `(select count(*) from (select distinct ${own} as a, ${other} as b from ${bridge}) as t)`,
    `(select count(*) from ${bridge} as b join ${dimension} as d on b.${own} = d.${own})`,
    `(select count(distinct ${key}) + 1 from ${members})`,
    `(select count(*) from ${bridge} where ${stored} = ${literal(claim.unknown)})`,
    `(select count(distinct ${stored}) from ${bridge})`,
    `(select count(distinct ${other}) from ${bridge})`,
    `(select count(*) from (select ${other} as b from ${bridge} group by ${other} having sum(${weight}) is null or abs(sum(${weight}) - 1) > ${CLOSE}) as t)`,
  ]
  return `select ${counts.map((c, i) => `${c} as count_${i}`).join(',\n  ')}`
}

export function judged(claim: BridgeClaim, numbers: number[], names: Relations): ClaimProof {
  const [rows = 0, pairs = 0, joined = 0, members = 0, unknowns = 0, present = 0, keys = 0, unequal = 0] =
    numbers
  const wrong = [
    ...(pairs === rows ? [] : [`${count(rows, 'row')} have ${count(pairs, 'pair')}`]),
    ...(joined === rows ? [] : [`${count(rows, 'row')} find ${count(joined, 'row')} in ${names.dimension}`]),
    ...(members === present && present === keys
      ? []
      : [
          `${count(members, 'row')} of ${names.members} with the unknown one are ${present} in it, by ${count(keys, 'key')}`,
        ]),
    ...(unknowns === 1 ? [] : [`the row for facts without one is there ${count(unknowns, 'time')}`]),
    ...(unequal === 0 ? [] : [`the weights of ${count(unequal, 'key')} of ${claim.other} do not sum to 1`]),
  ]
  const words = `${names.bridge} has ${count(rows, 'pair')}, none twice; the weights of each of ${members.toLocaleString('en-US')} ${claim.other} sum to 1, the unknown one among them, and each finds its row in ${names.dimension}`
  return {
    holds: wrong.length === 0,
    text: wrong.length === 0 ? words : `${names.bridge} is no bridge yet: ${wrong.join('; ')}`,
    lines: wrong.length === 0 ? [`${words}.`] : wrong.map((w) => `Not so in ${names.bridge}: ${w}.`),
    data: { rows, pairs, joined, members, unknowns, present, keys, unequal },
  }
}
