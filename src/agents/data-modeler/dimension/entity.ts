/** A dimension from the table of the thing itself. */
import { count, list, shellQuote } from '../../../core/text.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import type { Origin } from '../types.ts'
import { bridgeOf } from './bridge.ts'
import { keyOf } from './entity-key.ts'
import {
  assembled,
  assertNew,
  assertNewTogether,
  type Found,
  type Judged,
  plain,
  REUSED,
  refused,
} from './found.ts'
import { describing, eventsWords } from './judge.ts'
import { isKeyish, type Names, provenKey } from './keys.ts'
import { parentsOf } from './parents.ts'

/** @param named columns that a person said are the key; none: it is found. */
export async function entityTable(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  { named, names }: { named: string[]; names: Names },
): Promise<Judged> {
  const { style } = found
  assertThing(found, origin, profile, provenKey(profile, names))
  const key = await keyOf(found, origin, profile, { named, names })
  const columns = key.columns.flatMap((name) => profile.columns.find((c) => c.name === name) ?? [])
  for (const column of columns) assertKeyType(origin, column)
  const words = list(key.columns)
  assertThing(found, origin, profile, words)
  const events = eventsWords(profile, words, style.idSuffix)
  const [only, ...more] = columns
  const unseen =
    only && more.length === 0 && profile.rows > 0 ? await assertNew(found, origin, plain(only)) : []
  if (more.length > 0 && profile.rows > 0) await assertNewTogether(found, origin, columns.map(plain))
  const { attributes, left } = describing(profile, key.columns, { audit: key.copies === 0 })
  if (!attributes.some((a) => a.kind === 'text' || a.kind === 'boolean'))
    throw nothingDescribes(origin, columns, style.idSuffix, attributes)
  const above =
    only && more.length === 0 && profile.rows > 0
      ? await parentsOf(found, origin, profile, only.name)
      : { parents: [], more: [], notes: [] }
  const bridge =
    only && more.length === 0 && profile.rows > 0
      ? await bridgeOf(found, origin, plain(only), 1 + above.more.length)
      : { bridge: null, more: [], notes: [] }
  return assembled(found, origin, profile, {
    way: 'entity',
    key: columns,
    attributes,
    values: key.values,
    without: key.without,
    copies: key.copies,
    parents: above.parents,
    more: [...above.more, ...bridge.more],
    bridge: bridge.bridge,
    because: [
      `make it from the table of the thing itself: in ${origin.label} ${key.because}, and ${count(attributes.length, 'column')} describe it`,
      REUSED,
    ],
    rejected: [
      'promoted from a column: there is a table of the thing itself',
      `type 2: ${origin.label} keeps no earlier versions of a row`,
      ...(events === null ? [] : [`a fact table, though ${events}: --from says otherwise`]),
    ],
    notes: [...key.notes, ...unseen, ...left, ...above.notes, ...bridge.notes],
  })
}

/** Rows that are events are seen without a key, and have none that matters here. */
function assertThing(
  { wanted, style }: Found,
  origin: Origin,
  profile: RelationProfile,
  key: string | null,
): void {
  const events = eventsWords(profile, key, style.idSuffix)
  if (events === null || wanted.from !== null) return
  throw refused(origin.label, `${events}; a fact table is what fits`, [
    `martsmith fact "${wanted.subject}" --from ${shellQuote(origin.label)}`,
    `martsmith dimension "${wanted.subject}" --from ${shellQuote(origin.label)}   makes a dimension of it all the same`,
  ])
}

function nothingDescribes(
  origin: Origin,
  key: ColumnProfile[],
  idSuffix: string,
  attributes: ColumnProfile[],
) {
  const words = list(key.map((k) => k.name))
  if (key.length > 1 && key.every((k) => isKeyish(k.name, idSuffix)))
    return refused(
      origin.label,
      `it relates ${words} to each other, many to many, and describes neither: that is a bridge`,
      [`martsmith dimension <one of the things> --bridge`],
    )
  return refused(
    origin.label,
    `nothing describes ${words}${
      attributes.length > 0
        ? ` (it has ${list(
            attributes.map((a) => a.name),
            4,
          )} alone)`
        : ''
    }: it is degenerate, an identifier that stays on the fact`,
  )
}

function assertKeyType(origin: Origin, { name, type, kind }: ColumnProfile): void {
  if (kind === 'text' || kind === 'integer' || kind === 'date') return
  if (kind === 'number' && !/float|double|real/i.test(type)) return
  throw refused(
    origin.label,
    kind === 'number'
      ? `its key ${name} is a floating point number (${type}): two that look the same may differ`
      : `its key ${name} is of the type ${type}, and a ${kind === 'boolean' ? 'yes or no' : 'moment'} names nothing`,
    ['Cast it in the staging model, to a whole number or to text.'],
  )
}
