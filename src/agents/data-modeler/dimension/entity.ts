/** A dimension from the table of the thing itself. */
import { count, list, shellQuote } from '../../../core/text.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { dependsStatement } from '../depends.ts'
import { type Asking, emptyError, oneRow } from '../measure.ts'
import type { Origin } from '../types.ts'
import { bridgeOf } from './bridge.ts'
import { assembled, assertNew, type Found, type Judged, plain, REUSED, refused } from './found.ts'
import { describing, eventsWords } from './judge.ts'
import {
  candidateKeys,
  countKeys,
  declaredKeys,
  differing,
  type FoundKey,
  isKeyish,
  keyAmong,
  type Names,
  provenKey,
} from './keys.ts'
import { parentsOf } from './parents.ts'

const MOST_PAIRS = 8

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
  const { attributes, left } = describing(profile, key.columns)
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

async function keyOf(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  { named, names }: { named: string[]; names: Names },
): Promise<FoundKey> {
  const { context, adapter, wanted } = found
  const asking = { ...context, adapter }
  const proven = named.length === 0 ? provenKey(profile, names) : null
  if (proven !== null)
    return {
      columns: [proven],
      values: profile.rows,
      without: 0,
      copies: 0,
      because: `${proven} is unique and never null in all ${count(profile.rows, 'row')}`,
      notes: [],
    }
  const declared = declaredKeys(context.graph, origin.id)
  const candidates = named.length > 0 ? [named] : candidateKeys(profile, declared, names)
  if (profile.rows === 0) return byName(origin, candidates)
  const read = readColumns(profile)
  const counted = await countKeys(asking, origin, read, candidates)
  const key = keyAmong(counted, profile.rows)
  if (key) return key
  const [first] = counted
  if (first && (named.length > 0 || first.columns.length === 1))
    throw await manyRows(asking, origin, profile, { key: first, wanted: wanted.subject })
  const several = profile.keys.filter((k) => k.columns.length > 1 && k.proven)
  const likely = several.filter((k) => k.columns.some((c) => isKeyish(c, names.idSuffix)))
  const [one, ...others] = likely.length > 0 ? likely : several
  if (one && others.length === 0 && likely.length === 1)
    return {
      columns: one.columns,
      values: profile.rows,
      without: 0,
      copies: 0,
      because: `${list(one.columns)} together are unique and never null in all ${count(profile.rows, 'row')}`,
      notes: [],
    }
  throw refused(
    origin.label,
    noKeyWords(profile),
    (likely.length > 0 ? likely : several)
      .slice(0, 4)
      .map(
        (k) =>
          `martsmith dimension "${wanted.subject}" --from ${shellQuote(`${origin.label}.${k.columns.join(',')}`)}`,
      )
      .concat(several.length > 0 ? [] : [`Name the column: --from ${origin.label}.<column>`]),
  )
}

/** Of an empty table nothing can be counted: what is called like a key is taken for one, and it is said. */
function byName(origin: Origin, [first]: string[][]): FoundKey {
  if (!first) throw emptyError(origin)
  const words = list(first)
  return {
    columns: first,
    values: 0,
    without: 0,
    copies: 0,
    because: `${words} ${first.length === 1 ? 'is' : 'are'} called like the key of its rows, of which there are none`,
    notes: [
      `${origin.label} has no rows, so nothing is proven of it: that ${words} ${first.length === 1 ? 'is' : 'are'} the key, and that the rest describes it, is told by names and types alone. The tests tell when rows come.`,
    ],
  }
}

function readColumns(profile: RelationProfile): string[] {
  return describing(profile, []).attributes.map((c) => c.name)
}

async function manyRows(
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
            only,
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
  const counted = await countKeys(asking, origin, readColumns(profile), pairs)
  return counted
    .filter((k) => k.values === profile.rows)
    .slice(0, 3)
    .map((k) => k.columns.join(','))
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

function noKeyWords(profile: RelationProfile): string {
  const several = profile.keys.filter((k) => k.columns.length > 1 && k.proven)
  const single = profile.keys.filter((k) => k.columns.length === 1 && k.proven).map((k) => k.columns.join())
  if (single.length > 1) return `several columns are keys (${list(single, 5)}), and none is called like one`
  const together = several.slice(0, 4).map((k) => k.columns.join(' with '))
  return `no column alone is a key in ${count(profile.rows, 'row')}${together.length > 0 ? `; ${list(together)} are together, and it is open which is meant` : ''}`
}
