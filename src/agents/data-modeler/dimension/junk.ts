/** A junk dimension: several flags and codes of one table of events, of which only some combinations occur. */
import { count, list } from '../../../core/text.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { type Asking, oneRow } from '../measure.ts'
import { originsOf } from '../search/origins.ts'
import type { Origin } from '../types.ts'
import { conformedTo } from './conformed.ts'
import { assembled, type Found, type Judged, refused } from './found.ts'
import { isDeleted, isFlag, isLoaded } from './judge.ts'
import { isKeyish } from './keys.ts'

/** Words for it: `order flags`, `junk`, `order indicators`. */
const JUNK = /^(flag|junk|indicator|status flag|attribute|misc|option)s?$/i
/** What a flag or code of it may have at most, and the combinations together: more is a dimension of its own. */
const MOST_VALUES = 20
const MOST_COMBINATIONS = 5000
const MOST_SHARE = 0.1
const MOST_COLUMNS = 12
const FEW_ROWS = 200

/** `order` of `order flags`; null where the words ask for no junk dimension, empty where they name nothing beside it. */
export function junkOf(subject: string): string | null {
  const words = subject.trim().split(/[\s_-]+/)
  if (!JUNK.test(words.at(-1) ?? '')) return null
  return words.slice(0, -1).join(' ')
}

/** Flags, and codes with few values, that name nothing else. */
export function junkColumns(profile: RelationProfile, idSuffix: string): ColumnProfile[] {
  return profile.columns.filter(
    (c) =>
      !isLoaded(c.name) &&
      !isDeleted(c) &&
      c.nulls < profile.rows &&
      c.distinct > 1 &&
      (isFlag(c) ||
        (c.kind === 'text' && c.distinct <= mostValues(profile) && !isForeign(c, profile, idSuffix))),
  )
}

function mostValues({ rows }: RelationProfile): number {
  return Math.min(MOST_VALUES, Math.max(3, Math.floor(rows / 3)))
}

/** An identifier of another thing; `channel_code` alone is a code, unless something is known of it. */
function isForeign({ name }: ColumnProfile, { inclusions }: RelationProfile, idSuffix: string): boolean {
  const isId = /(^|_)(id|key|sk|fk)$/i.test(name) || /[a-z]I[Dd]$/.test(name)
  return (isId && isKeyish(name, idSuffix)) || inclusions.some((i) => i.column === name)
}

/** @param named the columns, where they were named; else all that may be in it. */
export async function junk(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  named: string[] | null,
): Promise<Judged> {
  const { context, adapter } = found
  const { all, owned: ownedWords } = await looseColumns(found, origin, profile, named)
  if (all.length < 2)
    throw refused(
      origin.label,
      all.length === 0
        ? 'no column of it is a flag or a code with few values'
        : `${all[0]?.name} is its one flag or code with few values: alone it stays on the fact`,
      [],
      ownedWords.map((w) => `${w}.`),
    )
  // The coarsest first: what multiplies the combinations most is left out first.
  const sorted = [...all].sort((a, b) => a.distinct - b.distinct).slice(0, MOST_COLUMNS)
  const most = Math.min(MOST_COMBINATIONS, Math.max(FEW_ROWS, Math.floor(profile.rows * MOST_SHARE)))
  const counts = await combinations({ ...context, adapter }, origin, sorted)
  const fit = counts.findLastIndex((n) => n <= most) + 1
  const chosen = profile.columns.filter((c) => sorted.slice(0, Math.max(fit, 0)).includes(c))
  if (chosen.length < 2)
    throw refused(
      origin.label,
      `${list(sorted.slice(0, 2).map((c) => c.name))} have ${count(counts[1] ?? 0, 'combination')} in ${count(profile.rows, 'row')}: too many for one dimension`,
    )
  const left = all.filter((c) => !chosen.includes(c)).map((c) => c.name)
  const [without = 0] = await oneRow(context, withoutStatement(origin.relation, chosen, adapter))
  const occur = counts[chosen.length - 1] ?? 0
  const possible = chosen.reduce((product, c) => product * (c.distinct + (c.nulls > 0 ? 1 : 0)), 1)
  return assembled(found, origin, profile, {
    way: 'junk',
    key: chosen,
    attributes: [],
    values: occur,
    without,
    because: [
      `put ${count(chosen.length, 'flag and code', 'flags and codes')} of ${origin.label} into one junk dimension: ${list(chosen.map((c) => `${c.name} (${c.distinct})`))}; of ${possible.toLocaleString('en-US')} combinations ${occur.toLocaleString('en-US')} occur in ${count(profile.rows, 'row')}`,
      'none of them is the key of another thing',
    ],
    rejected: [
      `a dimension for each: ${chosen.length} keys more on the fact, for a few values each`,
      `the cross product: ${occur === possible ? 'all of it occurs' : `${(possible - occur).toLocaleString('en-US')} combinations that nobody has seen`}, and a new one comes with its first row`,
      'flags on the fact: text and flags are no measures, and are selected by as attributes are',
    ],
    notes: [
      ...ownedWords.map((w) => `Left out: ${w}.`),
      ...(left.length > 0
        ? [`Left out: ${list(left, 6)}: with them the combinations are too many, or the columns.`]
        : []),
      `A fact finds its row by the key of the same columns, nulls as Unknown and flags as Yes or No.`,
    ],
  })
}

/**
 * Flags and codes that lead nowhere else. A code whose values a dimension that stands holds is found there, and never
 * twice; one that names a row of another table, alone or with others, is its key.
 */
export async function looseColumns(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  named: string[] | null,
): Promise<{ all: ColumnProfile[]; owned: string[] }> {
  const { context, style, adapter } = found
  const columns =
    named === null
      ? junkColumns(profile, style.idSuffix)
      : profile.columns.filter((c) => named.includes(c.name))
  const codes = columns.filter((c) => c.kind === 'text' && !isFlag(c))
  const owned = new Map<string, string>()
  for (const column of codes) {
    const { same } = await conformedTo(context, { style, origin, column, adapter })
    if (same)
      owned.set(
        column.name,
        `${column.name} has a dimension of its own, ${same.dimension.label}: a fact has its key`,
      )
  }
  for (const { names, label } of await keysElsewhere(found, origin, codes))
    for (const name of names)
      if (!owned.has(name))
        owned.set(
          name,
          `${list(names)} ${names.length === 1 ? 'names' : 'together name'} a row of ${label}: a fact has its key`,
        )
  return { all: columns.filter((c) => !owned.has(c.name)), owned: [...new Set(owned.values())] }
}

/** Relations in which the columns of these names never repeat each other. */
async function keysElsewhere(
  { context }: Found,
  origin: Origin,
  codes: ColumnProfile[],
): Promise<{ names: string[]; label: string }[]> {
  const { quote } = dialectOf((await context.dbt.target()).type)
  const others = (await originsOf(context)).flatMap((other) => {
    const same = codes.flatMap(({ name }) => {
      const its = other.columns.find((c) => c.name.toLowerCase() === name.toLowerCase())
      return its ? [{ name, its: its.name }] : []
    })
    return other.id !== origin.id && other.stands && same.length > 0 ? [{ other, same }] : []
  })
  const answers = await context.dbt.query(
    others.map(({ other, same }) => {
      const names = same.map((s) => quote(s.its)).join(', ')
      return `select count(*), (select count(*) from (select distinct ${names} from ${other.relation}) as t) from ${other.relation}`
    }),
    1,
  )
  return others.flatMap(({ other, same }, i) => {
    const answer = answers[i]
    const [rows = 0, values] = (answer && 'rows' in answer ? (answer.rows[0] ?? []) : []).map(Number)
    return rows > 1 && rows === values ? [{ names: same.map((s) => s.name), label: other.label }] : []
  })
}

/** Combinations of the first column, the first two, and so on; null is a value of its own. */
async function combinations(asking: Asking, origin: Origin, columns: ColumnProfile[]): Promise<number[]> {
  const { quote } = dialectOf(asking.adapter)
  const counts = columns.map((_, i) => {
    const names = columns.slice(0, i + 1).map((c, at) => `${quote(c.name)} as c${at}`)
    return `(select count(*) from (select distinct ${names.join(', ')} from ${origin.relation}) as t) as n${i}`
  })
  return oneRow(asking, `select ${counts.join(',\n  ')}`)
}

function withoutStatement(relation: string, columns: ColumnProfile[], adapter: string): string {
  const { quote } = dialectOf(adapter)
  return `select count(*) from ${relation} where ${columns.map((c) => `${quote(c.name)} is null`).join(' and ')}`
}
