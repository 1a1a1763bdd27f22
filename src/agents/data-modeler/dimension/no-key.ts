/** What is said where a table has no key that is sure: what was counted, and the ways on. */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list, shellQuote } from '../../../core/text.ts'
import type { RelationProfile } from '../../../project/profile/types.ts'
import { dependsStatement } from '../depends.ts'
import { type Asking, oneRow } from '../measure.ts'
import type { Origin } from '../types.ts'
import { refused } from './found.ts'
import { describing } from './judge.ts'
import { countKeys, differing, type KeyCount } from './keys.ts'

const MOST_PAIRS = 8

export function severalFit(origin: Origin, wanted: string, held: KeyCount[], why: string): MartsmithError {
  return new MartsmithError({
    code: 'dimension.which',
    message: `${origin.label} may be told by several keys: ${why}. Nothing was run.`,
    details: held.slice(0, 4).map((k) => `  ${list(k.columns)}: ${count(k.values, 'value')}`),
    mend: held
      .slice(0, 4)
      .map(
        (k) =>
          `martsmith dimension "${wanted}" --from ${shellQuote(`${origin.label}.${k.columns.join(',')}`)}`,
      ),
    exitCode: 3,
  })
}

export async function manyRows(
  asking: Asking,
  origin: Origin,
  profile: RelationProfile,
  {
    key,
    wanted,
  }: {
    key: { columns: string[]; values: number; distinctRows: number; present: number; without: number }
    wanted: string
  },
) {
  const words = list(key.columns)
  const [only, ...more] = key.columns
  if (key.values === 0) return refused(origin.label, `${words} has no value in any of its rows`)
  if (key.present + key.without !== profile.rows)
    return refused(
      origin.label,
      `${count(profile.rows - key.present - key.without, 'row')} have a value in some of ${words}, and none in the others`,
    )
  const others = describing(profile, key.columns).attributes
  const numbers =
    only && more.length === 0
      ? await oneRow(
          asking,
          dependsStatement(
            origin.relation,
            [only],
            others.map((c) => c.name),
            asking.adapter,
          ),
        )
      : []
  const differ = differing(others, numbers)
  const pairs = only && more.length === 0 ? await together(asking, origin, profile, only) : []
  const same = others.length - differ.length
  return refused(
    origin.label,
    `its ${count(key.values, 'value')} of ${words} have ${count(key.distinctRows, 'row')} that are not copies${differ.length > 0 ? `: they differ in ${list(differ, 6)}` : ''}, and nothing tells which of them counts`,
    [
      ...(only && more.length === 0 && same > 0
        ? [
            `martsmith dimension "${wanted}" --from ${origin.label}.${only}   takes what is the same in all rows of a value`,
          ]
        : []),
      `Keep one row of each ${words} in the staging model, then ask again: which one is for a person to say.`,
      ...(pairs.length > 0 ? pairs : ['<column>,<column>']).map(
        (key) =>
          `martsmith dimension "${wanted}" --from ${shellQuote(`${origin.label}.${key}`)}   ${pairs.length > 0 ? 'together they repeat nothing' : 'where the key has more columns'}`,
      ),
    ],
  )
}

/** Columns that make a key of one that repeats: each of them repeats too, or it would be a key without it. */
async function together(
  asking: Asking,
  origin: Origin,
  profile: RelationProfile,
  key: string,
): Promise<string[]> {
  const others = profile.columns.filter(
    (c) =>
      c.name !== key &&
      (c.kind === 'text' || c.kind === 'integer') &&
      c.nulls === 0 &&
      c.distinct > 1 &&
      c.distinct < profile.rows,
  )
  const pairs = others.slice(0, MOST_PAIRS).map((c) => [c.name, key])
  const counted = await countKeys(
    asking,
    origin,
    describing(profile, []).attributes.map((c) => c.name),
    pairs,
  )
  return counted
    .filter((k) => k.values === profile.rows)
    .slice(0, 3)
    .map((k) => k.columns.join(','))
}

export function noKeyWords(profile: RelationProfile): string {
  const several = profile.keys.filter((k) => k.columns.length > 1 && k.proven)
  const single = profile.keys.filter((k) => k.columns.length === 1 && k.proven).map((k) => k.columns.join())
  if (single.length > 1) return `several columns are keys (${list(single, 5)}), and none is called like one`
  const together = several.slice(0, 4).map((k) => k.columns.join(' with '))
  return `no column alone is a key in ${count(profile.rows, 'row')}${together.length > 0 ? `; ${list(together)} are together, and it is open which is meant` : ''}`
}
