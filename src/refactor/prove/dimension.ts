/** The claim that a dimension is one: keys unique, unknown member there, every row of its origin finds its row. */
import { count, list } from '../../core/text.ts'
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
  /** The same, with what else names such things. */
  named: number
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
  const named = await Promise.all((claim.inferred ?? []).map(({ id }) => after.relationOf(id)))
  const statement = dimensionStatement(claim, { dimension, origin, named, adapter: sandbox.adapter })
  const [answer] = await sandbox.query([statement])
  if (!answer || 'error' in answer)
    throw new Error(`${graph.label(claim.node)} could not be counted: ${answer?.error ?? 'no answer'}`)
  const numbers = (answer.rows[0] ?? []).map(Number)
  return judged(claim, countsOf(claim, numbers), {
    dimension: graph.label(claim.node),
    origin: `${graph.label(claim.origin)}${claim.roles ? ` (once for each of ${list(claim.roles.map((r) => list(r)))})` : ''}`,
  })
}

export function dimensionStatement(
  claim: DimensionClaim,
  {
    dimension,
    origin,
    named = [],
    adapter,
  }: {
    dimension: string
    origin: string
    /** The relations of `claim.inferred`, in order. */
    named?: string[]
    adapter: string
  },
): string {
  const { quote } = dialectOf(adapter)
  const key = quote(claim.key)
  const naturals = claim.natural.map((n) => quote(n.column))
  const values = claim.natural.map((n) => foundBy(n, quote(n.from)))
  const each = (test: (n: DimensionClaim['natural'][number], i: number) => string) =>
    claim.natural.map(test).join(' and ')
  const one = (what: string, from: string) => `(select ${what} from ${from})`
  const rows = claim.roles ? inRoles(claim, origin, quote) : origin
  const distinct = (columns: string[], from: string) =>
    one(
      'count(*)',
      `(select distinct ${columns.map((c, i) => `${c} as c${i}`).join(', ')} from ${from}) as t`,
    )
  const counts = [
    one('count(*)', dimension),
    one(`count(distinct ${key})`, dimension),
    distinct(naturals, `${dimension} where ${naturals.map((n) => `${n} is not null`).join(' and ')}`),
    one(`count(case when ${each((n, i) => `${naturals[i]} = ${literal(n.unknown)}`)} then 1 end)`, dimension),
    distinct(values, `${rows} as o`),
    one('count(*)', `${rows} as o`),
    one(`count(case when ${each((n) => `${quote(n.from)} is null`)} then 1 end)`, `${rows} as o`),
    one(
      'count(*)',
      `${rows} as o join ${dimension} as d on ${values.map((v, i) => `${v} = d.${naturals[i]}`).join(' and ')}`,
    ),
    ...attributesOf(claim).map((name) =>
      one(`count(case when ${quote(name)} is null then 1 end)`, dimension),
    ),
    ...(named.length === 0
      ? []
      : [
          one(
            'count(*)',
            `(${[
              `select ${values.map((v, i) => `${v} as c${i}`).join(', ')} from ${rows} as o`,
              ...named.map((from, at) => {
                const all = claim.inferred?.[at]?.values ?? []
                return `select ${all.join(', ')} from ${from} where ${all.map((v) => `${v} is not null`).join(' and ')}`
              }),
            ].join(' union ')}) as t`,
          ),
        ]),
  ]
  return `select ${counts.map((c, i) => `${c} as count_${i}`).join(',\n  ')}`
}

/** The origin's rows once for each role, by the names that the roles share. */
function inRoles(
  { natural, roles = [] }: DimensionClaim,
  origin: string,
  quote: (name: string) => string,
): string {
  const each = roles.map((columns) => {
    const named = columns.map((c, i) => `${quote(c)} as ${quote(natural[i]?.from ?? c)}`)
    return `select ${named.join(', ')} from ${origin}`
  })
  return `(${each.join(' union all ')})`
}

/** What a row of the origin finds its row by. */
function foundBy({ as, unknown }: DimensionClaim['natural'][number], column: string): string {
  const own = `o.${column}`
  if (as === 'flag')
    return `case when ${own} then 'Yes' when not ${own} then 'No' else ${literal(unknown)} end`
  return `coalesce(${as === 'text' ? `cast(${own} as varchar)` : own}, ${literal(unknown)})`
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
  const named = claim.inferred?.length ? (numbers[8 + attributesOf(claim).length] ?? 0) : values
  return { rows, keys, naturals, unknowns, values, named, originRows, originNulls, joined, nulls }
}

export function judged(
  claim: DimensionClaim,
  counts: DimensionCounts,
  names: { dimension: string; origin: string },
): ClaimProof {
  const { rows, keys, naturals, unknowns, values, named, originRows, originNulls, joined, nulls } = counts
  const natural = naturalWords(claim)
  const unknown = [...new Set(claim.natural.map((n) => n.unknown))].join(', ')
  // Without a row that has no value, the unknown member is the one row that no value of the origin asks for.
  const expected = originNulls > 0 ? named : named + 1
  const inferred = named - values
  const nullTexts = claim.texts.filter((name) => nulls[name] !== 0)
  const wrong = [
    ...(keys === rows ? [] : [`${count(rows, 'row')} have ${count(keys, 'key')} of ${claim.key}`]),
    ...(naturals === rows ? [] : [`${count(rows, 'row')} have ${naturals} values of ${natural}`]),
    ...(unknowns === 1 ? [] : [`the unknown member is there ${count(unknowns, 'time')}`]),
    ...(rows === expected
      ? []
      : [
          `it has ${count(rows, 'row')} for ${expected} values of ${names.origin}${claim.inferred ? ' and of what else names them' : ''}`,
        ]),
    ...(joined === originRows
      ? []
      : [`${count(originRows, 'row')} of ${names.origin} find ${count(joined, 'row')} in it`]),
    ...nullTexts.map((name) => `${name} is null in ${count(nulls[name] ?? 0, 'row')}`),
  ]
  const empty = claim.others.filter((name) => (nulls[name] ?? 0) > 0)
  const found = `${joined.toLocaleString('en-US')} of ${count(originRows, 'row')} of ${names.origin} find their row`
  const said =
    originRows === 0
      ? `${names.dimension} has the unknown member alone, for ${names.origin} has no rows; that its key is one is not proven`
      : `${names.dimension} has ${count(rows, 'row')} with the unknown member, keys unique; ${found}`
  return {
    holds: wrong.length === 0,
    text: wrong.length > 0 ? `${names.dimension} is no dimension yet: ${wrong.join('; ')}` : said,
    lines: [
      ...wrong.map((w) => `Not so in ${names.dimension}: ${w}.`),
      ...(wrong.length > 0
        ? []
        : [
            `${names.dimension}: ${count(rows, 'row')}, one for each ${natural}, the unknown member (${unknown}) among them; ${claim.key} is unique and never null.`,
            ...(inferred > 0
              ? [
                  `${count(inferred, 'row')} of it are inferred: facts name them, ${names.origin} does not have them yet.`,
                ]
              : []),
            originRows === 0
              ? `${names.origin} has no rows: only the tests, which run with every build, will tell whether ${natural} is a key.`
              : `${found}, ${originNulls.toLocaleString('en-US')} of them the unknown member.`,
          ]),
      ...empty.map(
        (name) => `${name} is null in ${count(nulls[name] ?? 0, 'row')}: it has no word for unknown.`,
      ),
    ],
    data: { ...counts },
  }
}

export function naturalWords({ natural }: DimensionClaim): string {
  return list(natural.map((n) => n.column))
}

function attributesOf({ texts, others }: DimensionClaim): string[] {
  return [...texts, ...others]
}
