/** The claim that a fact has the key of a dimension: never null, one row each, and the row that the fact names. */
import { count } from '../../core/text.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { Claim, ClaimProof } from '../types.ts'

export type DimensionKeyClaim = Extract<Claim, { kind: 'dimension-key' }>

export async function dimensionKeyClaim(sandbox: Sandbox, claim: DimensionKeyClaim): Promise<ClaimProof> {
  const { after } = sandbox
  const graph = await after.graph()
  const [fact, dimension] = [await after.relationOf(claim.node), await after.relationOf(claim.dimension)]
  const { quote } = dialectOf(sandbox.adapter)
  const [key, own, natural] = [quote(claim.key), quote(claim.dimensionKey), quote(claim.natural)]
  const statement = [
    `select (select count(*) from ${fact}), count(*), count(case when f.k is null then 1 end),`,
    'count(case when d.k is null then 1 end),',
    'count(case when f.v is not null and f.v = d.v then 1 end),',
    'count(case when f.v is not null and f.v <> d.v and n.v is not null then 1 end)',
    `from (select ${key} as k, ${claim.value} as v from ${fact}) as f`,
    `left join (select ${own} as k, ${natural} as v from ${dimension}) as d on f.k = d.k`,
    `left join (select distinct ${natural} as v from ${dimension}) as n on f.v = n.v`,
  ].join(' ')
  const [answer] = await sandbox.query([statement])
  if (!answer || 'error' in answer)
    throw new Error(`${claim.key} could not be counted: ${answer?.error ?? 'no answer'}`)
  const numbers = (answer.rows[0] ?? []).map(Number)
  return judged(claim, numbers, { fact: graph.label(claim.node), dimension: graph.label(claim.dimension) })
}

export function judged(
  { key }: Pick<DimensionKeyClaim, 'key'>,
  [rows = 0, joined = 0, nulls = 0, lost = 0, named = 0, wrong = 0]: number[],
  { fact, dimension }: { fact: string; dimension: string },
): ClaimProof {
  const not = [
    ...(nulls > 0 ? [`${key} is null in ${count(nulls, 'row')}`] : []),
    ...(lost > nulls ? [`${count(lost - nulls, 'row')} find no row of ${dimension}`] : []),
    ...(joined === rows ? [] : [`${count(rows, 'row')} become ${count(joined, 'row')} when they are joined`]),
    ...(wrong > 0 ? [`${count(wrong, 'row')} find the row of another value`] : []),
  ]
  const found = `${named.toLocaleString('en-US')} of ${count(rows, 'row')} of ${fact} find the row of their value in ${dimension} by ${key}`
  return {
    holds: not.length === 0,
    text: not.length > 0 ? `${key} of ${fact} is no key of ${dimension}: ${not.join('; ')}` : found,
    lines:
      not.length > 0
        ? not.map((n) => `Not so in ${fact}: ${n}.`)
        : [`${found}${named < rows ? ', all others its unknown member' : ''}; none is null.`],
    data: { rows, joined, nulls, lost, named, wrong },
  }
}
