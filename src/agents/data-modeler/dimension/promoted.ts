/** A dimension promoted from a column of others: a code, and what depends on it. */
import type { MartsmithError } from '../../../core/errors.ts'
import { count, list, shellQuote } from '../../../core/text.ts'
import type { RelationProfile } from '../../../project/profile/types.ts'
import { dependents } from '../measure.ts'
import { placeOf } from '../search/find.ts'
import type { Origin, OriginColumn } from '../types.ts'
import { assembled, assertNew, type Found, type Judged, REUSED, refused } from './found.ts'
import { assertNoRole } from './in-roles.ts'
import { againstCode, isFlag, naturalOf } from './judge.ts'
import { looseColumns } from './junk.ts'
import { labelsOf } from './labels.ts'
import { thingOf } from './parents.ts'

export async function promoted(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  { column, tableKey }: { column: OriginColumn; tableKey: string | null },
): Promise<Judged> {
  const { context, adapter, style } = found
  const code = profile.columns.find((c) => c.name === column.name)
  if (!code) throw new Error(`${origin.label}.${column.name} was not measured`)
  const place = placeOf({ origin, column })
  const early = againstCode(code, profile, { dependent: 1, tableKey })
  if (early && isFlag(code)) throw await flagAlone(found, origin, profile, { place, name: code.name, early })
  if (early) throw refused(place, early)
  const unseen = await assertNew(found, origin, column)
  await assertNoRole(found, { origin, column, score: 1, why: '' })
  const { sure: dependent, unsure } = await dependents({ ...context, adapter }, origin, profile, code)
  const against = againstCode(code, profile, { dependent: dependent.length, tableKey })
  if (against) throw refused(place, against)
  const { key, attributes } = naturalOf(code, dependent, style.idSuffix)
  const present = count(profile.rows - key.nulls, 'row')
  const labels = attributes.some((a) => a.kind === 'text') ? null : await labelsOf(found, origin, key)
  return assembled(found, origin, profile, {
    way: 'promoted',
    key: [key],
    attributes,
    values: key.distinct,
    without: key.nulls,
    because: [
      `promote it to a dimension: a code with ${count(key.distinct, 'value')} in ${present}, not an identifier (which would stay degenerate on the fact)`,
      ...(attributes.length > 0
        ? [`each ${key.name} has one ${list(attributes.map((a) => a.name))}, in all rows`]
        : []),
      ...(labels?.because ?? []),
      REUSED,
    ],
    parents: labels?.parents ?? [],
    more: labels?.more ?? [],
    rejected: [
      'entity table: no staging model or raw table is called like it',
      'degenerate: its values are few and repeat',
      'seed alone: the values come from the source, and new ones with it',
      `type 2: no column of ${origin.label} keeps history`,
    ],
    notes: [
      ...unseen,
      ...(labels?.notes ?? []),
      ...(attributes.length === 0 && unsure.length === 0 && !labels?.parents.length
        ? ['Nothing else depends on it, so the dimension has its name alone.']
        : []),
      ...(unsure.length > 0
        ? [
            `Left out: ${list(
              unsure.map((c) => c.name),
              6,
            )}, with one value for each ${key.name} too, in so few rows that it may be by chance.`,
          ]
        : []),
    ],
  })
}

/** With its sisters it makes a junk dimension; without any there is none to be made. */
async function flagAlone(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  { place, name, early }: { place: string; name: string; early: string },
): Promise<MartsmithError> {
  const { all } = await looseColumns(found, origin, profile, null)
  const sorted = [...all].sort((a, b) => Number(isFlag(b)) - Number(isFlag(a)))
  const sisters = sorted.map((c) => c.name).filter((n) => n !== name)
  if (sisters.length === 0 || !all.some((c) => c.name === name))
    return refused(place, `${early}, and ${origin.label} has no other flag or code to put beside it`)
  const thing = thingOf(origin).replace(/_/g, ' ')
  return refused(place, `${early}; with ${list(sisters, 5)} it makes a junk dimension`, [
    `martsmith dimension "${thing} flags" --from ${shellQuote(origin.label)}   holds them together`,
  ])
}
