/** Recommends a type 2 dimension where history is kept: by the source, by a snapshot, or by one that is made. */
import { count, list } from '../../../../core/text.ts'
import type { ManifestNode } from '../../../../project/manifest.ts'
import { dialectOf } from '../../../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../../../project/profile/types.ts'
import { namedLikeKey, stagedNames } from '../../../../refactor/add-staging/columns.ts'
import { freeValue, measured } from '../../measure.ts'
import { bareWords, nameScore, subjectOf, wordsOf } from '../../search/names.ts'
import { withColumns } from '../../search/origins.ts'
import type { Candidate, Origin } from '../../types.ts'
import { assertNew, type Found, plain, readOf } from '../found.ts'
import { describing, eventsWords } from '../judge.ts'
import { type Asking, type FoundHistory, historyOf, on, oneNumber } from './find.ts'
import {
  changesStatement,
  differentStatement,
  inclusiveOf,
  intervalCounts,
  intervalNotes,
  intervalStatement,
  intervalWords,
} from './measure.ts'
import { namedPair, tellsOfCurrent, tellsOfWriting, thingOf } from './names.ts'
import { closesDeleted, metaColumns, snapshotOf, uniqueKeyOf } from './snapshots.ts'
import type { History, JudgedVersions } from './types.ts'

/** Rows that were written several times, and say the same each time: what is left of them, and the key they repeat. */
export type Unchanged = { way: 'unchanged'; profile: RelationProfile; keys: string[]; notes: string[] }

/**
 * Null where no history is kept of it.
 * @param profile of the candidate's origin.
 */
export async function versionsOf(
  found: Found,
  candidate: Candidate,
  profile: RelationProfile,
): Promise<JudgedVersions | Unchanged | null> {
  const { origin, column, also = [] } = candidate
  const { wanted, style } = found
  const thing = subjectOf(wanted.subject)
  if (column !== null && also.length === 0 && !isOwnKey(column.name, thingOf(origin.label), thing))
    return null
  const own = found.context.graph.node(origin.id)
  if (own?.resource_type === 'snapshot') return ofSnapshot(found, own, { origin, profile })
  const snapshot = snapshotOf(found.context.graph, origin.id)
  if (snapshot) {
    const [standing] = await withColumns(found.context, [snapshot.unique_id])
    if (standing?.stands) {
      const rows = await measured(asking(found), standing)
      const kept = await ofSnapshot(found, snapshot, { origin: standing, profile: rows })
      if (kept) return kept
    }
  }
  const isNamedKey = column !== null && (wanted.from !== null || namedLikeKey(column.name, style.idSuffix))
  const history = await historyOf(asking(found), origin, profile, {
    thing,
    key: isNamedKey ? [column, ...also].map((c) => c.name) : null,
    idSuffix: style.idSuffix,
  })
  if (!history) return null
  const left = [history.from.name, ...(history.by === 'intervals' ? [history.to.name] : [])]
  const kept = { ...profile, columns: profile.columns.filter((c) => !left.includes(c.name)) }
  const events = eventsWords(kept, list(history.keys.map((k) => k.name)), style.idSuffix)
  if (history.by !== 'intervals' && events !== null && wanted.from === null) return null
  const unchanged = await unchangedOf(asking(found), origin, { all: profile, kept }, history, style.idSuffix)
  if (unchanged) return unchanged
  return assembled(found, { origin, profile: kept, all: profile }, history, {
    because: [],
    notes: await newness(found, origin, history.keys),
    renamed: {},
    deleted: null,
  })
}

/** Null where some key has two rows that differ in an attribute, or where intervals say what a version is. */
async function unchangedOf(
  ask: Asking,
  origin: Origin,
  { all, kept }: { all: RelationProfile; kept: RelationProfile },
  history: FoundHistory,
  idSuffix: string,
): Promise<Unchanged | null> {
  if (history.by === 'intervals') return null
  const { keys, from, counts } = history
  const { attributes } = attributesOf(kept, history, idSuffix)
  const different = await oneNumber(
    ask,
    differentStatement(origin.relation, [...keys, ...attributes], keys, ask.adapter),
  )
  if (attributes.length === 0 || different !== counts.keys) return null
  const read = [...keys, ...attributes]
  const left = all.columns.filter((c) => !read.includes(c) && c !== from).map((c) => c.name)
  const key = list(keys.map((k) => k.name))
  const gone = history.by === 'copies' ? counts.keys - counts.last : 0
  return {
    way: 'unchanged',
    profile: {
      ...all,
      columns: all.columns.filter((c) => read.includes(c)),
      keys: all.keys.filter((k) => k.columns.every((name) => read.some((c) => c.name === name))),
    },
    keys: keys.map((k) => k.name),
    notes: [
      `No history: ${count(counts.rows, 'row')} of ${count(counts.keys, 'value')} of ${key} differ in ${from.name} alone${left.length > 0 ? ` (${list(left, 6)} aside, which ${left.length === 1 ? 'describes' : 'describe'} nothing)` : ''}, and no attribute ever changed. A later change of one gives ${key} two rows, and its test of uniqueness fails: ask again then, for type 2.`,
      ...(gone > 0
        ? [
            `${count(gone, 'value')} of ${key} ${gone === 1 ? 'is' : 'are'} not in the last copy: ${gone === 1 ? 'it stays' : 'they stay'} in the dimension.`,
          ]
        : []),
    ],
  }
}

async function ofSnapshot(
  found: Found,
  snapshot: ManifestNode,
  { origin, profile }: { origin: Origin; profile: RelationProfile },
): Promise<JudgedVersions | null> {
  const meta = metaColumns(snapshot)
  const column = (name: string) => profile.columns.find((c) => c.name.toLowerCase() === name.toLowerCase())
  const [from, to] = [column(meta.dbt_valid_from), column(meta.dbt_valid_to)]
  const keys = uniqueKeyOf(snapshot).flatMap((name) => column(name) ?? [])
  if (!from || !to || keys.length === 0) return null
  const ask = asking(found)
  const deleted = column(meta.dbt_is_deleted)
  const { quote } = dialectOf(ask.adapter)
  const versions = deleted
    ? `(select * from ${origin.relation} where coalesce(lower(cast(${quote(deleted.name)} as varchar)), 'false') <> 'true') as kept`
    : origin.relation
  const [answer] = await ask.dbt.query([intervalStatement(versions, { keys, from, to }, on(ask))], 1)
  if (!answer || 'error' in answer) return null
  const counts = intervalCounts((answer.rows[0] ?? []).map(Number))
  const own = Object.values(meta).map((m) => m.toLowerCase())
  const kept = { ...profile, columns: profile.columns.filter((c) => !own.includes(c.name.toLowerCase())) }
  const [parent = ''] = found.context.graph.parents(snapshot.unique_id)
  const isRaw = found.context.graph.source(parent) !== undefined
  const names = isRaw
    ? stagedNames(
        found.style,
        kept.columns.map((c) => c.name),
      )
    : new Map<string, string>()
  const label = found.context.graph.label(parent)
  return assembled(
    found,
    { origin, profile: kept, all: profile },
    { by: 'intervals', keys, from, to, counts, inclusive: inclusiveOf(counts) },
    {
      because: [`dbt's snapshot ${origin.label} keeps the history of ${label}`],
      notes: [
        ...(await newness(found, origin, keys)),
        ...(closesDeleted(snapshot)
          ? []
          : [
              `${origin.label} does not close rows that are deleted in ${label} (hard_deletes): they stay current.`,
            ]),
      ],
      renamed: Object.fromEntries([...names].filter(([a, b]) => a !== b)),
      deleted: deleted ? { column: deleted.name } : null,
    },
  )
}

type Told = Pick<JudgedVersions, 'because' | 'notes' | 'renamed'> & { deleted: { column: string } | null }
type Measured = { origin: Origin; profile: RelationProfile; all: RelationProfile }

async function assembled(
  found: Found,
  { origin, profile, all }: Measured,
  history: FoundHistory,
  told: Told,
): Promise<JudgedVersions | null> {
  const { wanted, entity, style } = found
  const ask = asking(found)
  const { attributes, left } = attributesOf(profile, history, style.idSuffix)
  if (attributes.length === 0) return null
  const natural = []
  for (const key of history.keys)
    natural.push({ column: plain(key), unknown: await freeValue(ask, origin, plain(key)) })
  const key = list(history.keys.map((k) => k.name))
  const words = await evidence(ask, origin, history, attributes)
  const without = all.rows - history.counts.rows
  return {
    way: 'versions',
    subject: wanted.subject,
    entity,
    reads: [readOf(origin)],
    natural,
    attributes: attributes.map(plain),
    history: kept(history, told.deleted),
    renamed: told.renamed,
    snapshot: null,
    rows: all.rows,
    values: history.counts.keys,
    because: [...told.because, ...words.because],
    rejected: [
      `type 0 and type 1: ${origin.label} holds ${count(all.rows, 'row')} for ${count(history.counts.keys, 'value')} of ${key}, and a row for each value alone would lose what facts of earlier times need`,
      ...(told.because.length > 0 ? [] : ['a snapshot: the source keeps the history itself']),
    ],
    notes: [
      ...told.notes,
      ...left,
      ...words.notes,
      ...(without > 0 && told.deleted === null
        ? [
            `${count(without, 'row')} of ${origin.label} without ${key} ${without === 1 ? 'is' : 'are'} left out: the unknown member stands for them.`,
          ]
        : []),
    ],
  }
}

function kept(history: FoundHistory, deleted: { column: string } | null): History {
  const from = plain(history.from)
  if (history.by !== 'intervals') return { by: history.by, from }
  return { by: 'intervals', from, to: plain(history.to), inclusive: history.inclusive, deleted }
}

async function evidence(
  ask: Asking,
  origin: Origin,
  history: FoundHistory,
  attributes: ColumnProfile[],
): Promise<{ because: string[]; notes: string[] }> {
  const key = list(history.keys.map((k) => k.name))
  if (history.by === 'intervals')
    return {
      because: [`type 2, for history is kept: ${intervalWords(history.counts, history)}`],
      notes: intervalNotes(history.counts, history),
    }
  const { counts, from, by } = history
  const versions = await oneNumber(ask, changesStatement(origin.relation, history, attributes, ask.adapter))
  const same = counts.rows - versions
  const gone = by === 'copies' ? counts.keys - counts.last : 0
  const back = by === 'copies' ? counts.rows - counts.keys - counts.followed : 0
  const what =
    by === 'copies'
      ? `${from.name} dates copies of all rows: ${count(counts.times, 'copy', 'copies')}, each of which has nearly all that the one before had, and ${key} with ${from.name} is unique in ${count(counts.rows, 'row')}`
      : `${key} ${history.keys.length === 1 ? 'repeats' : 'repeat'} (${count(counts.keys, 'value')} in ${count(counts.rows, 'row')}, up to ${count(counts.most, 'version')} each), and with ${from.name}, which dates the versions, it is unique`
  const changed = versions - counts.keys - back
  return {
    because: [
      `type 2, for history is kept: ${what}`,
      changed > 0
        ? `attributes do change: ${count(changed, 'time')} for ${count(counts.keys, 'value')} of ${key}`
        : `no attribute has changed between them so far`,
    ],
    notes: [
      ...(same > 0
        ? [
            `${count(same, 'row')} that ${same === 1 ? 'says' : 'say'} the same as the one before of ${same === 1 ? 'its' : 'their'} ${key} ${same === 1 ? 'is' : 'are'} joined to it: ${count(versions, 'version')} are left.`,
          ]
        : []),
      ...(gone > 0
        ? [
            `${count(gone, 'value')} of ${key} ${gone === 1 ? 'is' : 'are'} not in the last copy: deleted, so ${gone === 1 ? 'it has' : 'they have'} no current row.`,
          ]
        : []),
      ...(back > 0
        ? [
            `Gaps: in ${count(back, 'place')} a value of ${key} is missing from copies and comes back. It was deleted for that time, or the copy was not whole: kept as it is, and facts of that time find no version.`,
          ]
        : []),
      ...(by === 'starts'
        ? [`Nothing in ${origin.label} tells of deletions: the last version of each ${key} stays current.`]
        : []),
      ...(counts.future > 0
        ? [
            `${count(counts.future, 'row')} ${counts.future === 1 ? 'begins' : 'begin'} in the future: is_current is the last version all the same.`,
          ]
        : []),
    ],
  }
}

/** What describes a version. What tells which version it is, or when it was written, is made anew or says nothing. */
function attributesOf(
  profile: RelationProfile,
  history: FoundHistory,
  idSuffix: string,
): { attributes: ColumnProfile[]; left: string[] } {
  const others = profile.columns.filter((c) => !history.keys.some((k) => k.name === c.name))
  const isOfVersion = (c: ColumnProfile) =>
    tellsOfCurrent(c) ||
    (namedLikeKey(c.name, idSuffix) && profile.keys.some((k) => k.proven && k.columns.join() === c.name))
  const end = endBeside(history, others)
  const isWritten = (c: ColumnProfile) =>
    history.by !== 'intervals' && tellsOfWriting(c) && (c.kind === 'timestamp' || c.kind === 'date')
  const said = (columns: ColumnProfile[], why: string) =>
    columns.length > 0
      ? [
          `Left out: ${list(
            columns.map((c) => c.name),
            6,
          )}, ${why}.`,
        ]
      : []
  const { attributes, left } = describing(
    { ...profile, columns: others.filter((c) => !isOfVersion(c) && !isWritten(c) && c !== end) },
    [],
  )
  return {
    attributes,
    left: [
      ...left,
      ...said(
        others.filter((c) => isOfVersion(c) && c !== end),
        'which names a version or says which is the last: the dimension has its own',
      ),
      ...said(
        end ? [end] : [],
        `whose intervals do not hold (with ${history.from.name}): a version ends here when the next begins`,
      ),
      ...said(
        others.filter((c) => isWritten(c) && c !== end),
        'which tells when the row was written: it would make a version of every copy',
      ),
    ],
  }
}

/** The end that belongs by its name to the begin that versions are told by: it tells nothing of the thing. */
export function endBeside({ by, from }: FoundHistory, others: ColumnProfile[]): ColumnProfile | null {
  if (by === 'intervals') return null
  return others.find((to) => namedPair([from, to])?.from === from) ?? null
}

/** `customer_id` in the history of customers, or asked for as customer; not `customer_id` in orders. */
function isOwnKey(column: string, table: string[], thing: string[]): boolean {
  const like = (words: string[]) =>
    nameScore(words, bareWords(column)) >= 0.8 || nameScore(words, wordsOf(column)) >= 0.8
  return column.toLowerCase() === 'id' || like(table) || (like(thing) && nameScore(table, thing) >= 0.6)
}

async function newness(found: Found, origin: Origin, keys: ColumnProfile[]): Promise<string[]> {
  const [only] = keys
  return keys.length === 1 && only ? assertNew(found, origin, plain(only)) : []
}

function asking({ context, adapter }: Found): Asking {
  return { dbt: context.dbt, now: context.now, adapter }
}
