/** Finds what a dimension is asked for, looks at the data, and recommends how to make it, with evidence. Reads only. */
import { count, list } from '../../../core/text.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import type { RelationProfile } from '../../../project/profile/types.ts'
import { houseStyleOf } from '../../../refactor/properties.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { assertBuilds } from '../builds.ts'
import { asStaged, stagedWords } from '../casts/staged.ts'
import { emptyError, measured } from '../measure.ts'
import { candidatesFor, candidateWords, chosenOf, entityOfTable, placeOf, rivalsOf } from '../search/find.ts'
import { fromNamed } from '../search/from.ts'
import { entityName } from '../search/names.ts'
import { originsOf } from '../search/origins.ts'
import { widestOf } from '../search/widest.ts'
import type { Candidate, Origin, OriginColumn, Wanted } from '../types.ts'
import { calendarFor } from './calendar.ts'
import { calledLike } from './conformed.ts'
import { entityTable } from './entity.ts'
import { standing } from './extend.ts'
import { type Found, type Judged, refused } from './found.ts'
import { withoutHistory } from './history/overwritten.ts'
import { type Unchanged, versionsOf } from './history/recommend.ts'
import type { JudgedVersions } from './history/types.ts'
import { inRoles, rolesAmong, rolesWords } from './in-roles.ts'
import { eventsWords } from './judge.ts'
import { junk, junkOf } from './junk.ts'
import { candidateKeys, declaredKeys, type Names, provenKey } from './keys.ts'
import { promoted } from './promoted.ts'
import type { Recommendation } from './types.ts'

/** @throws MartsmithError `dimension.*` where it cannot be recommended, with what was found. */
export async function recommend(context: RefactorContext, wanted: Wanted): Promise<Recommendation> {
  const { graph, dbt } = context
  const style = await houseStyleOf(context)
  const calendar = await calendarFor(context, style, wanted)
  if (calendar) return calendar
  const entity = entityName(wanted.subject, style)
  const adapter = (await dbt.target()).type
  const there = calledLike(graph, style, { subject: wanted.subject, entity })
  if (there) throw await standing({ context, style, adapter }, there)
  const origins = await originsOf(context)
  const raw = origins.filter((o) => o.needsStaging).length
  const looked = `Looked at ${list([
    count(origins.length - raw, 'staging model or seed', 'staging models and seeds'),
    ...(raw > 0 ? [count(raw, 'source without a staging model', 'sources without a staging model')] : []),
    count(origins.flatMap((o) => o.columns).length, 'column'),
  ])}.`
  const junkFor = junkOf(wanted.subject)
  if (junkFor === '' && wanted.from === null)
    throw refused(wanted.subject, 'it is open what they are of', [
      'martsmith dimension "order flags"   names the thing',
      `martsmith dimension ${wanted.subject} --from <source.table or model>   says where they are`,
    ])
  const candidates =
    junkFor === null
      ? candidatesFor(wanted.subject, origins)
      : candidatesFor(junkFor, origins).filter((c) => c.column === null)
  const rivals = wanted.from === null ? rivalsOf(candidates) : []
  const found = { context, style, adapter, wanted, entity }
  const choice = [...candidates.slice(0, 1), ...rivals]
  const widest = rivals.length > 0 ? await widestOf(context, choice) : null
  const asRead = (c: Candidate) => asStaged({ ...context, adapter }, c.origin).then((o) => inOrigin(c, o))
  const roles =
    rivals.length > 0 && !widest ? await rolesAmong(found, await Promise.all(choice.map(asRead))) : null
  if (roles) {
    const made = await inRoles(found, roles)
    await assertBuilds(context, made.reads)
    return { ...made, looked, chosen: `"${wanted.subject}" is ${rolesWords(roles)}.` }
  }
  const chosen =
    wanted.from === null
      ? (widest ?? chosenOf(junkFor ?? wanted.subject, candidates, looked))
      : await fromNamed(context, wanted.from, { wanted, kind: 'dimension' })
  const origin = await asStaged({ ...context, adapter }, chosen.origin)
  const next = candidates.find((c) => placeOf(c) !== placeOf(chosen))
  const also = widest ? [candidates[0], ...rivals].filter((c) => c !== undefined && c !== widest) : []
  const about = {
    looked,
    chosen: `"${wanted.subject}" is ${placeOf(chosen)} (${wanted.from === null ? `${chosen.score.toFixed(2)}: ${chosen.why}` : 'named by --from'})${wanted.from === null && next && !widest ? `; next best ${candidateWords(next).trim()}` : ''}${also.length > 0 ? `; it holds all values of ${list(also.map((c) => placeOf(c as Candidate)))}` : ''}.`,
  }
  const named = chosen.column === null ? null : [chosen.column, ...(chosen.also ?? [])].map((c) => c.name)
  if (junkFor !== null && named?.length !== 1) {
    const profile = await measured({ ...context, adapter: found.adapter }, origin)
    return { ...(await junk(found, origin, profile, named)), ...about }
  }
  const made = await judged(found, inOrigin(chosen, origin))
  if (wanted.flags.includes('bridge') && !('bridge' in made && made.bridge))
    throw refused(
      placeOf(chosen),
      'a bridge leads to a thing with a table and a key of one column, and this is none',
    )
  await assertBuilds(context, made.reads)
  return { ...made, ...about, notes: [...made.notes, ...stagedWords(origin)] }
}

/** Its columns as they are read there. */
function inOrigin({ column, also, ...candidate }: Candidate, origin: Origin): Candidate {
  const read = (c: OriginColumn) => origin.columns.find(({ name }) => name === c.name) ?? c
  return {
    ...candidate,
    origin,
    column: column && read(column),
    ...(also ? { also: also.map(read) } : {}),
  }
}

async function judged(found: Found, candidate: Candidate): Promise<Judged | JudgedVersions> {
  const { context, adapter } = found
  const profile = await measured({ ...context, adapter }, candidate.origin, { emptyToo: true })
  const versions = await versionsOf(found, candidate, profile)
  if (versions?.way === 'versions') return versions
  if (versions) return unchanging(found, candidate.origin, versions)
  const table = await judgedTable(found, candidate, profile)
  return withoutHistory(found.wanted, candidate.origin, profile, table)
}

/** Type 1 of the rows without their copies. */
async function unchanging(
  found: Found,
  origin: Origin,
  { profile, keys, notes }: Unchanged,
): Promise<Judged> {
  if (found.wanted.flags.includes('history'))
    throw refused(
      origin.label,
      `it repeats ${list(keys)} with each load, so that a snapshot of it would have no key, and no attribute has changed yet, so that there is no history in it`,
      [`martsmith dimension "${found.wanted.subject}"   makes it of type 1`],
    )
  const made = await entityTable(found, origin, profile, { named: keys, names: namesOf(found, origin) })
  return { ...made, notes: [...notes, ...made.notes] }
}

// Another column may repeat nothing by chance: the table's key is the one that is called like the table.
function namesOf({ entity, style }: Found, origin: Origin): Names {
  return { table: inNumber(entityOfTable(origin), 'singular'), entity, idSuffix: style.idSuffix }
}

async function judgedTable(
  found: Found,
  { origin, column, also = [] }: Candidate,
  profile: RelationProfile,
): Promise<Judged> {
  const { context, style } = found
  const names = namesOf(found, origin)
  if (column === null) return entityTable(found, origin, profile, { named: [], names })
  if (also.length > 0)
    return entityTable(found, origin, profile, { named: [column, ...also].map((c) => c.name), names })
  if (profile.rows === 0) {
    const [own] = candidateKeys(profile, declaredKeys(context.graph, origin.id), names)
    if (own?.join() !== column.name) throw emptyError(origin)
    return entityTable(found, origin, profile, { named: [column.name], names })
  }
  const tableKey = provenKey(profile, names)
  const isThing = column.name === tableKey && eventsWords(profile, column.name, style.idSuffix) === null
  return isThing
    ? entityTable(found, origin, profile, { named: [], names })
    : promoted(found, origin, profile, { column, tableKey })
}
