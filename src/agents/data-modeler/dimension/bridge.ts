/** What a thing is many-to-many with: a table that relates it to another, measured both ways. */
import { count } from '../../../core/text.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { type Asking, freeValue, lookedAt, oneRow } from '../measure.ts'
import { bareWords, nameScore, wordsOf } from '../search/names.ts'
import { originsOf } from '../search/origins.ts'
import type { Origin, OriginColumn, Read } from '../types.ts'
import { type Found, plain, readOf, refused } from './found.ts'
import { eventsWords } from './judge.ts'
import { isKeyish, provenKey } from './keys.ts'
import { thingOf } from './parents.ts'
import type { Bridge } from './types.ts'

const NAMED = 0.75
const MOST_ORPHANS = 0.05

type Link = {
  link: Origin
  own: OriginColumn
  other: OriginColumn
  members: Origin
  memberKey: OriginColumn
  thing: string
  counts: Counts
}
type Counts = { pairs: number; perOwn: number; perOther: number; ownOrphans: number; otherOrphans: number }

/**
 * The bridge, where `--bridge` asks for it; else a note with the command. `first` is the number of the first read that
 * it adds. @throws MartsmithError `dimension.refused` where it was asked for, and nothing relates the thing to another.
 */
export async function bridgeOf(
  found: Found,
  origin: Origin,
  key: OriginColumn,
  first: number,
): Promise<{ bridge: Bridge | null; more: Read[]; notes: string[] }> {
  const isAsked = found.wanted.flags.includes('bridge')
  const links = await linksOf(found, origin, key)
  const [one, ...others] = links
  if (!one) {
    if (!isAsked) return { bridge: null, more: [], notes: [] }
    throw refused(
      origin.label,
      'no table relates it to another thing, many to many, so there is nothing to bridge',
      [`martsmith dimension "${found.wanted.subject}"   makes the dimension alone`],
    )
  }
  const offer = `martsmith dimension "${found.wanted.subject}" --bridge`
  if (!isAsked)
    return {
      bridge: null,
      more: [],
      notes: links.map((l) => `${relatedWords(found, l)}: ${offer} makes the bridge too.`),
    }
  if (others.length > 0)
    throw refused(
      origin.label,
      `${links.map((l) => l.link.label).join(' and ')} relate it to other things, and one bridge is made at a time`,
    )
  const { link, members, own, other, memberKey, thing, counts } = one
  const left = [
    ...(counts.ownOrphans > 0 ? [`${count(counts.ownOrphans, 'row')} whose ${own.name} is not there`] : []),
    ...(counts.otherOrphans > 0
      ? [`${count(counts.otherOrphans, 'row')} whose ${other.name} is not there`]
      : []),
  ]
  return {
    bridge: {
      link: first,
      members: first + 1,
      own: plain(own),
      other: plain(other),
      thing,
      memberKey: plain(memberKey),
      memberUnknown: await freeValue({ ...found.context, adapter: found.adapter }, members, memberKey),
    },
    more: [readOf(link), readOf(members)],
    notes: [
      `${relatedWords(found, one)}: a bridge shares each ${thing} out among them, by weights that sum to 1.`,
      `A ${thing} without any is with the unknown member, at weight 1.`,
      ...(left.length > 0 ? [`Not in the bridge, of ${link.label}: ${left.join(' and ')}.`] : []),
    ],
  }
}

function relatedWords({ entity }: Found, { link, thing, counts }: Link): string {
  const thingWords = entity.replace(/_/g, ' ')
  return `${link.label} relates each ${thingWords} to up to ${count(counts.perOwn, thing)}, and each ${thing} to up to ${count(counts.perOther, thingWords)}`
}

async function linksOf(found: Found, origin: Origin, key: OriginColumn): Promise<Link[]> {
  const { context, adapter, style, entity } = found
  const asking = { ...context, adapter }
  const all = (await originsOf(context)).filter((o) => o.stands && o.id !== origin.id)
  const isOwn = (c: OriginColumn) =>
    c.kind === key.kind &&
    (c.name.toLowerCase() === key.name.toLowerCase() || nameScore(bareWords(c.name), wordsOf(entity)) >= 0.99)
  const links: Link[] = []
  for (const link of all) {
    const own = link.columns.find((c) => isKeyish(c.name, style.idSuffix) && isOwn(c))
    if (!own) continue
    for (const other of link.columns.filter((c) => c !== own && isKeyish(c.name, style.idSuffix))) {
      const members = memberTable(
        other,
        all.filter((o) => o !== link),
      )
      const made = members
        ? await measuredLink(asking, found, { link, own, other, members, origin, key })
        : null
      if (made) links.push(made)
    }
  }
  return links
}

function memberTable(other: OriginColumn, all: Origin[]): Origin | undefined {
  const scored = all
    .map((o) => ({ o, score: nameScore(bareWords(other.name), wordsOf(thingOf(o))) }))
    .filter(({ score }) => score >= NAMED)
    .sort((a, b) => b.score - a.score)
  return scored[0]?.o
}

type Asked = {
  link: Origin
  own: OriginColumn
  other: OriginColumn
  members: Origin
  origin: Origin
  key: OriginColumn
}

async function measuredLink(asking: Asking, { style }: Found, asked: Asked): Promise<Link | null> {
  const { link, own, other, members } = asked
  const [profile, of] = [await lookedAt(asking, link), await lookedAt(asking, members)]
  if (!profile || !of || profile.rows === 0 || eventsWords(profile, own.name, style.idSuffix) !== null)
    return null
  const names = { table: thingOf(members), entity: thingOf(members), idSuffix: style.idSuffix }
  const memberKey = of.columns.find((c: ColumnProfile) => c.name === provenKey(of, names))
  if (!memberKey || memberKey.kind !== other.kind) return null
  const numbers = await oneRow(asking, linkStatement(asked, memberKey, asking.adapter))
  const [pairs = 0, perOwn = 0, perOther = 0, ownOrphans = 0, otherOrphans = 0] = numbers
  const most = profile.rows * MOST_ORPHANS
  if (perOwn < 2 || perOther < 2 || ownOrphans > most || otherOrphans > most) return null
  return {
    link,
    own,
    other,
    members,
    memberKey: plain(memberKey),
    thing: thingOf(members),
    counts: { pairs, perOwn, perOther, ownOrphans, otherOrphans },
  }
}

export function linkStatement(
  { link, own, other, members, origin, key }: Asked,
  memberKey: OriginColumn,
  adapter: string,
): string {
  const { quote } = dialectOf(adapter)
  const [a, b] = [quote(own.name), quote(other.name)]
  const pairs = `(select distinct ${a} as a, ${b} as b from ${link.relation} where ${a} is not null and ${b} is not null) as t`
  const most = (by: string) => `(select max(n) from (select count(*) as n from ${pairs} group by ${by}) as m)`
  const orphans = (column: string, of: Origin, its: OriginColumn) =>
    `(select count(*) from ${link.relation} as l left join ${of.relation} as k on l.${column} = k.${quote(its.name)} where l.${column} is not null and k.${quote(its.name)} is null)`
  return `select (select count(*) from ${pairs}) as pairs, ${most('a')} as per_own, ${most('b')} as per_other, ${orphans(a, origin, key)} as own_orphans, ${orphans(b, members, memberKey)} as other_orphans`
}
