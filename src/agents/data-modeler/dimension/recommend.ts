/** Finds what a dimension is asked for, looks at the data, and recommends how to make it, with evidence. Reads only. */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import { entityOf } from '../../../project/conventions/cte-style.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import type { RelationProfile } from '../../../project/profile/types.ts'
import { houseStyleOf } from '../../../refactor/properties.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { dependents, freeValue, measured } from '../measure.ts'
import { candidatesFor, candidateWords, chosenOf, placeOf } from '../search/find.ts'
import { fromNamed } from '../search/from.ts'
import { entityName } from '../search/names.ts'
import { originsOf } from '../search/origins.ts'
import type { Candidate, Origin, OriginColumn, Wanted } from '../types.ts'
import { assertNotThere, conformedTo } from './conformed.ts'
import { withoutHistory } from './history/overwritten.ts'
import { versionsOf } from './history/recommend.ts'
import { againstCode, describing, entityKey, eventsWords, naturalOf } from './judge.ts'
import type { Recommendation, TableRecommendation } from './types.ts'

const CALENDAR = /^(date|day|calendar|time|month|year)s?$/i
const REUSED = 'no dimension of the project is called like it or holds its values'

type Found = { context: RefactorContext; style: HouseStyle; adapter: string; wanted: Wanted; entity: string }

/** @throws MartsmithError `dimension.*` where it cannot be recommended, with what was found. */
export async function recommend(context: RefactorContext, wanted: Wanted): Promise<Recommendation> {
  const { graph, dbt } = context
  const style = await houseStyleOf(context)
  const entity = entityName(wanted.subject, style)
  assertNotThere(graph, style, { subject: wanted.subject, entity })
  if (CALENDAR.test(wanted.subject.trim()))
    throw refused(wanted.subject, 'a date or time dimension is not built yet', [])
  const origins = await originsOf(context)
  const raw = origins.filter((o) => o.needsStaging).length
  const looked = `Looked at ${list([
    count(origins.length - raw, 'staging model or seed', 'staging models and seeds'),
    ...(raw > 0 ? [count(raw, 'source without a staging model', 'sources without a staging model')] : []),
    count(origins.flatMap((o) => o.columns).length, 'column'),
  ])}.`
  const candidates = candidatesFor(wanted.subject, origins)
  const chosen =
    wanted.from === null
      ? chosenOf(wanted.subject, candidates, looked)
      : await fromNamed(context, wanted.from)
  const found = { context, style, adapter: (await dbt.target()).type, wanted, entity }
  const next = candidates.find((c) => placeOf(c) !== placeOf(chosen))
  const about = {
    looked,
    chosen: `"${wanted.subject}" is ${placeOf(chosen)} (${wanted.from === null ? `${chosen.score.toFixed(2)}: ${chosen.why}` : 'named by --from'})${wanted.from === null && next ? `; next best ${candidateWords(next).trim()}` : ''}.`,
  }
  return { ...(await judged(found, chosen)), ...about }
}

type Judged = Unfinished<Recommendation>
type JudgedTable = Unfinished<TableRecommendation>
type Unfinished<R> = R extends Recommendation ? Omit<R, 'looked' | 'chosen'> : never

async function judged(found: Found, candidate: Candidate): Promise<Judged> {
  const { context, adapter } = found
  const { origin } = candidate
  const profile = await measured({ ...context, adapter }, origin)
  const versions = await versionsOf(found, candidate, profile, (o, c) => assertNew(found, o, c))
  return (
    versions ?? withoutHistory(found.wanted, origin, profile, await judgedTable(found, candidate, profile))
  )
}

async function judgedTable(
  found: Found,
  { origin, column }: Candidate,
  profile: RelationProfile,
): Promise<JudgedTable> {
  const { entity, style } = found
  const table = inNumber(entityOf(origin.label.split('.').at(-1) ?? ''), 'singular')
  // Another column may repeat nothing by chance: the table's key is the one that is called like the table.
  const tableKey = entityKey(profile, table, style.idSuffix) ?? entityKey(profile, entity, style.idSuffix)
  if (column === null) return entityTable(found, origin, profile, tableKey)
  const isThing = column.name === tableKey && eventsWords(profile, column.name, style.idSuffix) === null
  return isThing
    ? entityTable(found, origin, profile, column.name)
    : promoted(found, origin, profile, { column, tableKey })
}

async function entityTable(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  name: string | null,
): Promise<JudgedTable> {
  const { wanted, style } = found
  const key = profile.columns.find((c) => c.name === name)
  if (!key)
    throw refused(origin.label, noKeyWords(profile), [`Name the column: --from ${origin.label}.<column>`])
  const events = eventsWords(profile, key.name, style.idSuffix)
  if (events !== null && wanted.from === null)
    throw refused(origin.label, `${events}; a fact table is what fits`, [
      `martsmith fact "${wanted.subject}" --from ${origin.label}`,
      `martsmith dimension "${wanted.subject}" --from ${origin.label}   makes a dimension of it all the same`,
    ])
  const unseen = await assertNew(found, origin, plain(key))
  const { attributes, left } = describing(profile, key.name)
  if (!attributes.some((a) => a.kind === 'text' || a.kind === 'boolean'))
    throw refused(
      origin.label,
      `nothing describes ${key.name}: it is degenerate, an identifier that stays on the fact`,
      [],
    )
  return assembled(found, origin, profile, {
    way: 'entity',
    key,
    attributes,
    because: [
      `make it from the table of the thing itself: in ${origin.label} ${key.name} is unique and never null in all ${count(profile.rows, 'row')}, and ${count(attributes.length, 'column')} describe it`,
      REUSED,
    ],
    rejected: [
      'promoted from a column: there is a table of the thing itself',
      `type 2: ${origin.label} has one row per ${key.name}, and no earlier versions of it`,
      ...(events === null ? [] : [`a fact table, though ${events}: --from says otherwise`]),
    ],
    notes: [...unseen, ...left],
  })
}

async function promoted(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  { column, tableKey }: { column: OriginColumn; tableKey: string | null },
): Promise<JudgedTable> {
  const { context, adapter, style } = found
  const code = profile.columns.find((c) => c.name === column.name)
  if (!code) throw new Error(`${origin.label}.${column.name} was not measured`)
  const place = placeOf({ origin, column })
  const early = againstCode(code, profile, { dependent: 1, tableKey })
  if (early) throw refused(place, early, [])
  const unseen = await assertNew(found, origin, column)
  const { sure: dependent, unsure } = await dependents({ ...context, adapter }, origin, profile, code)
  const against = againstCode(code, profile, { dependent: dependent.length, tableKey })
  if (against) throw refused(place, against, [])
  const { key, attributes } = naturalOf(code, dependent, style.idSuffix)
  const present = count(profile.rows - key.nulls, 'row')
  return assembled(found, origin, profile, {
    way: 'promoted',
    key,
    attributes,
    because: [
      `promote it to a dimension: a code with ${count(key.distinct, 'value')} in ${present}, not an identifier (which would stay degenerate on the fact)`,
      ...(attributes.length > 0
        ? [`each ${key.name} has one ${list(attributes.map((a) => a.name))}, in all rows`]
        : []),
      REUSED,
    ],
    rejected: [
      'entity table: no staging model or raw table is called like it',
      'degenerate: its values are few and repeat',
      'seed: the values come from the source, and new ones with it',
      `type 2: no column of ${origin.label} keeps history`,
    ],
    notes: [
      ...unseen,
      ...(attributes.length === 0 && unsure.length === 0
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

/** Answers what could not be compared. @throws MartsmithError `dimension.conformed` */
async function assertNew(
  { context, style, adapter }: Found,
  origin: Origin,
  column: OriginColumn,
): Promise<string[]> {
  const { same, unseen } = await conformedTo(context, { style, origin, column, adapter })
  if (!same)
    return unseen.length === 0
      ? []
      : [`Not in the warehouse, so their values were not compared: ${list(unseen, 6)}.`]
  throw new MartsmithError({
    code: 'dimension.conformed',
    message: `${same.dimension} holds all values of ${placeOf({ origin, column })} already (as ${same.column}): a fact joins to it in one more role, and a second dimension is never made. Nothing was run.`,
    details: ['Adding its key to a fact, and role-playing views, are not built yet.'],
    exitCode: 0,
  })
}

type Assembled = Pick<JudgedTable, 'way' | 'because' | 'rejected' | 'notes'> & {
  key: RelationProfile['columns'][number]
  attributes: RelationProfile['columns']
}

async function assembled(
  { context, adapter, wanted, entity }: Found,
  origin: Origin,
  profile: RelationProfile,
  { key, attributes, ...rest }: Assembled,
): Promise<JudgedTable> {
  if (key.kind !== 'text' && key.kind !== 'integer')
    throw refused(
      origin.label,
      `its key ${key.name} is of the type ${key.type}: only whole numbers and text are built yet`,
      [],
    )
  const blank = key.blank ?? 0
  return {
    ...rest,
    subject: wanted.subject,
    entity,
    reads: [{ id: origin.id, label: origin.label, needsStaging: origin.needsStaging }],
    key: plain(key),
    attributes: attributes.map(plain),
    unknown: await freeValue({ ...context, adapter }, origin, key),
    rows: profile.rows,
    values: key.distinct,
    without: key.nulls,
    closedList: key.kind === 'text' ? closedList(context.graph, origin.id, key.name) : null,
    notes: [
      ...rest.notes,
      ...(blank > 0
        ? [`${key.name} is blank in ${count(blank, 'row')}: a member of its own, not the unknown one.`]
        : []),
    ],
  }
}

/** What `accepted_values` says in the project: a person closed the list there. */
function closedList(graph: ProjectGraph, origin: string, column: string): string[] | null {
  const test = graph
    .children(origin)
    .map((id) => graph.node(id))
    .find(
      (n) =>
        n?.test_metadata?.name === 'accepted_values' &&
        n.attached_node === origin &&
        n.column_name?.replace(/^["`]|["`]$/g, '') === column,
    )
  const values: unknown = test?.test_metadata?.kwargs.values
  return Array.isArray(values) && values.every((v) => typeof v === 'string') ? (values as string[]) : null
}

function noKeyWords(profile: RelationProfile): string {
  const several = profile.keys.find((k) => k.columns.length > 1 && k.proven)
  const single = profile.keys.filter((k) => k.columns.length === 1 && k.proven).map((k) => k.columns.join())
  if (single.length > 1) return `several columns are keys (${list(single, 5)}), and none is called like one`
  return `no column alone is a key in ${count(profile.rows, 'row')}${several ? `; together ${list(several.columns)} are, and composite keys are not built yet` : ''}`
}

function refused(place: string, why: string, mend: string[]): MartsmithError {
  return new MartsmithError({
    code: 'dimension.refused',
    message: `No dimension is made of ${place}: ${why}. Nothing was run.`,
    mend,
  })
}

function plain({ name, type, kind }: OriginColumn): OriginColumn {
  return { name, type, kind }
}
