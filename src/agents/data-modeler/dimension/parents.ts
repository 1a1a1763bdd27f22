/**
 * What a thing belongs to, near and far: a track to its album and that to its artist, an employee to a manager. A
 * foreign key is taken for one where its values are found in the key of a table of things, counted over all rows.
 */
import { count, list } from '../../../core/text.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { asStaged } from '../casts/staged.ts'
import { type Asking, lookedAt, oneRow } from '../measure.ts'
import { entityOfTable } from '../search/find.ts'
import { bareWords, nameScore, wordsOf } from '../search/names.ts'
import { originsOf } from '../search/origins.ts'
import type { Origin, Read } from '../types.ts'
import { type Found, plain, readOf } from './found.ts'
import { describing, eventsWords } from './judge.ts'
import { isKeyish, type Names, provenKey } from './keys.ts'
import { selfOf } from './self.ts'
import type { Parent } from './types.ts'

/** As many steps up; what lies further is said to be left. */
const MOST_LEVELS = 4
const MOST_PARENTS = 8
const MOST_ATTRIBUTES = 12
/** More rows without a partner than this part, and the column means something else. */
const MOST_ORPHANS = 0.05
const NAMED = 0.6

export type Parents = { parents: Parent[]; more: Read[]; notes: string[] }

type Child = {
  origin: Origin
  profile: RelationProfile
  key: string
  /** Which parent it is; null: the thing itself. */
  at: number | null
  /** What leads to it, itself included: none of them is its parent again. */
  above: string[]
}

export async function parentsOf(
  found: Found,
  origin: Origin,
  profile: RelationProfile,
  key: string,
): Promise<Parents> {
  const { context, adapter, entity } = found
  const asking = { ...context, adapter }
  const others = (await originsOf(context)).filter((o) => o.stands && o.id !== origin.id)
  const reads: Origin[] = [origin]
  const parents: Parent[] = []
  const notes: string[] = []
  let level: Child[] = [{ origin, profile, key, at: null, above: [origin.id] }]
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: Child[] = []
    for (const child of level) {
      for (const column of foreignKeys(child)) {
        const named = targetOf(context.graph, child, column, others)
        if (!named) continue
        const target = await asStaged(asking, named)
        if (depth === MOST_LEVELS || parents.length === MOST_PARENTS) {
          notes.push(
            `Not flattened: ${column.name} of ${child.origin.label}: it is further up than is joined.`,
          )
          continue
        }
        const parent = await judgedParent(found, asking, child, column, target)
        if ('why' in parent) {
          notes.push(
            `Not flattened: ${column.name} of ${child.origin.label} to ${target.label}: ${parent.why}.`,
          )
          continue
        }
        if (!reads.includes(target)) reads.push(target)
        const isTaken = parents.some((p) => p.role === parent.parent.role)
        const before = child.at === null ? entity : (parents[child.at]?.role ?? entity)
        const role = isTaken ? `${before}_${parent.parent.role}` : parent.parent.role
        parents.push({ ...parent.parent, role, read: reads.indexOf(target), by: child.at })
        notes.push(flattenedWords(child.origin, parent.parent, target, child.profile.rows))
        next.push({
          origin: target,
          profile: parent.profile,
          key: parent.parent.key.name,
          at: parents.length - 1,
          above: [...child.above, target.id],
        })
      }
    }
    level = next
  }
  const own = await selfOf(found, asking, { origin, profile, key })
  return {
    parents: [...parents.map((p, at) => withLinks(p, at, parents)), ...own.parents],
    more: reads.slice(1).map(readOf),
    notes: [...notes, ...own.notes],
  }
}

/** Of the keys that a parent has, those of the parents above it, and no others. */
function withLinks(parent: Parent, at: number, all: Parent[]): Parent {
  const isLink = (name: string) => all.some((p) => p.by === at && p.column.name === name)
  return { ...parent, attributes: parent.attributes.filter((a) => a.kind !== 'integer' || isLink(a.name)) }
}

/** What may name another thing by its type; its name and the data decide. */
function foreignKeys({ profile, key }: Child): ColumnProfile[] {
  return profile.columns.filter(
    (c) => c.name !== key && (c.kind === 'integer' || c.kind === 'text') && c.nulls < profile.rows,
  )
}

/** The table that the project's `relationships` test names, else the one that is called like the column. */
function targetOf(graph: ProjectGraph, child: Child, column: ColumnProfile, others: Origin[]): Origin | null {
  const related = relatedTo(graph, child.origin.id, column.name)
  const free = others.filter((o) => !child.above.includes(o.id))
  const tested = free.find((o) => o.id === related)
  if (tested) return tested
  const words = bareWords(column.name)
  // `genre` alone is a text of its own; a key says so by its ending.
  if (words.length === wordsOf(column.name).length && column.kind === 'text') return null
  const scored = free
    .map((o) => ({ o, score: nameScore(words, wordsOf(thingOf(o))) }))
    .filter(({ score }) => score >= NAMED)
    .sort((a, b) => b.score - a.score)
  const [best, second] = scored
  return best && (!second || second.score < best.score) ? best.o : null
}

function relatedTo(graph: ProjectGraph, child: string, column: string): string | null {
  const test = graph
    .children(child)
    .map((id) => graph.node(id))
    .find(
      (n) =>
        n?.test_metadata?.name === 'relationships' &&
        n.attached_node === child &&
        n.column_name?.replace(/^["`]|["`]$/g, '') === column,
    )
  return test ? (graph.parents(test.unique_id).find((p) => p !== child) ?? null) : null
}

/** `order_item` of `stg_shop__order_items`. */
export function thingOf(origin: Origin): string {
  return inNumber(entityOfTable(origin), 'singular')
}

type Joined = { parent: Omit<Parent, 'read' | 'by'>; profile: RelationProfile }

async function judgedParent(
  { style, entity }: Found,
  asking: Asking,
  child: Child,
  column: ColumnProfile,
  target: Origin,
): Promise<Joined | { why: string }> {
  const profile = await lookedAt(asking, target)
  if (!profile) return { why: 'the warehouse does not let it be read' }
  const names: Names = { table: thingOf(target), entity: thingOf(target), idSuffix: style.idSuffix }
  const key = profile.columns.find((c) => c.name === provenKey(profile, names))
  if (!key) return { why: 'no column of it is proven to be its key' }
  if (key.kind !== column.kind) return { why: `its key ${key.name} is of another type` }
  if (eventsWords(profile, key.name, style.idSuffix) !== null)
    return { why: 'its rows are events, and no things' }
  const [orphans = 0] = await oneRow(
    asking,
    orphansStatement(child.origin, column, target, key, asking.adapter),
  )
  const present = child.profile.rows - column.nulls
  if (orphans > present * MOST_ORPHANS && orphans > 1)
    return { why: `${count(orphans, 'row')} of ${count(present, 'row')} find none` }
  const told = describing(profile, [key.name]).attributes.filter(
    (a) =>
      a.kind === 'text' || a.kind === 'boolean' || (a.kind === 'integer' && isKeyish(a.name, style.idSuffix)),
  )
  if (!told.some((a) => a.kind === 'text')) return { why: 'nothing describes it' }
  const role = roleOf(column.name, thingOf(target), entity)
  return {
    profile,
    parent: {
      column: plain(column),
      key: plain(key),
      role,
      attributes: told.slice(0, MOST_ATTRIBUTES).map(plain),
      nulls: column.nulls,
      unmatched: orphans,
    },
  }
}

/** `billing_country_id` is a billing country; `album_id` an album. */
function roleOf(column: string, thing: string, entity: string): string {
  const words = bareWords(column)
  const snake = words.join('_')
  return snake === '' || snake === entity ? thing : snake
}

export function orphansStatement(
  child: Origin,
  column: { name: string },
  target: Pick<Origin, 'relation'>,
  key: { name: string },
  adapter: string,
): string {
  const { quote } = dialectOf(adapter)
  return (
    `select count(*) as orphans from ${child.relation} as c left join ${target.relation} as p ` +
    `on c.${quote(column.name)} = p.${quote(key.name)} where c.${quote(column.name)} is not null and p.${quote(key.name)} is null`
  )
}

function flattenedWords(
  child: Origin,
  { column, role, unmatched, nulls, attributes }: Omit<Parent, 'read' | 'by'>,
  target: Origin,
  rows: number,
): string {
  const none = [
    ...(nulls > 0 ? [`${count(nulls, 'row')} without one`] : []),
    ...(unmatched > 0 ? [`${count(unmatched, 'row')} whose ${column.name} is not there`] : []),
  ]
  const told = attributes.filter((a) => a.kind !== 'integer').map((a) => a.name)
  return `Flattened: each row of ${child.label} has at most one ${role.replace(/_/g, ' ')} in ${target.label}, by ${column.name}, in all ${count(rows, 'row')}${none.length > 0 ? `; Unknown for ${list(none)}` : ''}. Joined in: ${list(told, 6)}.`
}
