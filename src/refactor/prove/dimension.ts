/** The claim that a dimension is one: keys unique, unknown member there, every row of its origin finds its row. */
import { count } from '../../core/text.ts'
import { dialectOf, literal } from '../../project/profile/sql.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { Claim, ClaimProof } from '../types.ts'

export type DimensionClaim = Extract<Claim, { kind: 'dimension' }>

/** What was counted in what was built. */
export type DimensionCounts = {
  rows: number
  /** Distinct values, nulls left out. */
  keys: number
  naturals: number
  unknowns: number
  /** Values of the origin's key, null as the unknown member. */
  values: number
  originRows: number
  /** Rows of the origin that have no value. */
  originNulls: number
  /** Rows of the origin joined to the dimension. */
  joined: number
  /** Nulls by attribute. */
  nulls: Record<string, number>
}

export async function dimensionClaim(sandbox: Sandbox, claim: DimensionClaim): Promise<ClaimProof> {
  const { after } = sandbox
  const graph = await after.graph()
  const [dimension, origin] = [await after.relationOf(claim.node), await after.relationOf(claim.origin)]
  const statement = dimensionStatement(claim, { dimension, origin, adapter: sandbox.adapter })
  const [answer] = await sandbox.query([statement])
  if (!answer || 'error' in answer)
    throw new Error(`${graph.label(claim.node)} could not be counted: ${answer?.error ?? 'no answer'}`)
  const numbers = (answer.rows[0] ?? []).map(Number)
  return judged(claim, countsOf(claim, numbers), {
    dimension: graph.label(claim.node),
    origin: graph.label(claim.origin),
  })
}

export function dimensionStatement(
  claim: DimensionClaim,
  { dimension, origin, adapter }: { dimension: string; origin: string; adapter: string },
): string {
  const { quote } = dialectOf(adapter)
  const unknown = literal(claim.unknown)
  const stored = quote(claim.originKey)
  const value = `coalesce(${claim.asText ? `cast(o.${stored} as varchar)` : `o.${stored}`}, ${unknown})`
  const [key, natural] = [quote(claim.key), quote(claim.natural)]
  const one = (what: string, from: string) => `(select ${what} from ${from})`
  const counts = [
    one('count(*)', dimension),
    one(`count(distinct ${key})`, dimension),
    one(`count(distinct ${natural})`, dimension),
    one(`count(case when ${natural} = ${unknown} then 1 end)`, dimension),
    one(`count(distinct ${value})`, `${origin} as o`),
    one('count(*)', origin),
    one(`count(case when ${stored} is null then 1 end)`, origin),
    one('count(*)', `${origin} as o join ${dimension} as d on ${value} = d.${natural}`),
    ...attributesOf(claim).map((name) =>
      one(`count(case when ${quote(name)} is null then 1 end)`, dimension),
    ),
  ]
  return `select ${counts.map((c, i) => `${c} as count_${i}`).join(',\n  ')}`
}

export function countsOf(claim: DimensionClaim, numbers: number[]): DimensionCounts {
  const [
    rows = 0,
    keys = 0,
    naturals = 0,
    unknowns = 0,
    values = 0,
    originRows = 0,
    originNulls = 0,
    joined = 0,
  ] = numbers
  const nulls = Object.fromEntries(attributesOf(claim).map((name, i) => [name, numbers[8 + i] ?? 0]))
  return { rows, keys, naturals, unknowns, values, originRows, originNulls, joined, nulls }
}

export function judged(
  claim: DimensionClaim,
  counts: DimensionCounts,
  names: { dimension: string; origin: string },
): ClaimProof {
  const { rows, keys, naturals, unknowns, values, originRows, originNulls, joined, nulls } = counts
  // Without a row that has no value, the unknown member is the one row that no value of the origin asks for.
  const expected = originNulls > 0 ? values : values + 1
  const nullTexts = claim.texts.filter((name) => nulls[name] !== 0)
  const wrong = [
    ...(keys === rows ? [] : [`${count(rows, 'row')} have ${count(keys, 'key')} of ${claim.key}`]),
    ...(naturals === rows ? [] : [`${count(rows, 'row')} have ${naturals} values of ${claim.natural}`]),
    ...(unknowns === 1 ? [] : [`the unknown member is there ${count(unknowns, 'time')}`]),
    ...(rows === expected ? [] : [`it has ${count(rows, 'row')} for ${expected} values of ${names.origin}`]),
    ...(joined === originRows
      ? []
      : [`${count(originRows, 'row')} of ${names.origin} find ${count(joined, 'row')} in it`]),
    ...nullTexts.map((name) => `${name} is null in ${count(nulls[name] ?? 0, 'row')}`),
  ]
  const empty = claim.others.filter((name) => (nulls[name] ?? 0) > 0)
  const found = `${joined.toLocaleString('en-US')} of ${count(originRows, 'row')} of ${names.origin} find their row`
  return {
    holds: wrong.length === 0,
    text:
      wrong.length > 0
        ? `${names.dimension} is no dimension yet: ${wrong.join('; ')}`
        : `${names.dimension} has ${count(rows, 'row')} with the unknown member, keys unique; ${found}`,
    lines: [
      ...wrong.map((w) => `Not so in ${names.dimension}: ${w}.`),
      ...(wrong.length > 0
        ? []
        : [
            `${names.dimension}: ${count(rows, 'row')}, one for each ${claim.natural}, the unknown member (${claim.unknown}) among them; ${claim.key} is unique and never null.`,
            `${found}, ${originNulls.toLocaleString('en-US')} of them the unknown member.`,
          ]),
      ...empty.map(
        (name) => `${name} is null in ${count(nulls[name] ?? 0, 'row')}: it has no word for unknown.`,
      ),
    ],
    data: { ...counts },
  }
}

function attributesOf({ texts, others }: DimensionClaim): string[] {
  return [...texts, ...others]
}
