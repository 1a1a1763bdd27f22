/** One model on the way: its file with the column in the select lists that lack it, checked by compiling it. */

import type { DbtEngine } from '../../adapters/dbt/types.ts'
import { applyEdits, type TextEdit } from '../../changes/edits.ts'
import { originsOf } from '../../project/lineage/origins.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import type { Span } from '../../project/sql/jinja.ts'
import { isPlain, keyOfStored, quoteName } from '../../project/sql/names.ts'
import type { ResolveOptions } from '../../project/sql/resolve/index.ts'
import { resolveSql } from '../../project/sql/resolve/index.ts'
import { toCompiled, toRaw } from '../../project/sql/source-map.ts'
import { compileEdited } from '../compile-edited.ts'
import { blockAround, type JinjaState, jinjaState } from '../jinja-state.ts'
import { inCaseOf, refused, refusedAt, type SqlFile, type Version } from '../sql-file.ts'
import { type Addition, CannotCarry, type Carried, carry, type Wish } from './carry.ts'
import { inserted } from './insert.ts'
import { selectListAround } from './select-list.ts'

/** What a version of the statement reads, with the columns that are added so far. */
export type Reads = (version: Pick<Version, 'ephemeral'>, parent: string) => ResolveOptions['tableOf']
export type Parent = { id: string; column: string }

export type Added = {
  edits: TextEdit[]
  /** What the column is called in the model. */
  name: string
}

/** @throws MartsmithError `refactor.refused` with the line and what to decide. */
export function columnAdded(
  file: SqlFile,
  wish: Omit<Wish, 'isOrigin'>,
  parent: Parent,
  reads: Reads,
): Added {
  const state = jinjaState(file.raw)
  if (!state) throw refused(file.path, null, 'its Jinja has a tag or a block without an end')
  const [version] = file.versions
  const { additions, name } = carried(file, version, wish, parent, reads)
  // Each place of the file once, however often it is compiled.
  const edits = additions.flatMap((addition) => place(file, version, state, addition))
  return { edits, name }
}

function carried(
  file: SqlFile,
  version: Version,
  wish: Omit<Wish, 'isOrigin'>,
  parent: Parent,
  reads: Reads,
): Carried {
  const tableOf = reads(version, parent.id)
  try {
    return carry(version.compiled, { ...wish, isOrigin: (path) => tableOf(path)?.id === parent.id })
  } catch (error) {
    if (!(error instanceof CannotCarry)) throw error
    const raw = error.at === null ? null : toRaw(version.map, error.at, error.at + 1)
    const at = raw && ('jinja' in raw ? raw.jinja.start : raw.start)
    if (at === null) throw refused(file.path, null, error.message, error.mend)
    throw refusedAt(file, at, error.message, error.mend)
  }
}

function place(file: SqlFile, version: Version, state: JinjaState, addition: Addition): TextEdit[] {
  const { compiled } = version
  const found = selectListAround(compiled, file.adapter, addition.from)
  if (!found || found.items.length === 0)
    throw refused(file.path, null, 'a select list on the way cannot be read')
  const texts = found.items.map((i) => compiled.slice(i.start, i.end))
  const near = texts.map((text, i) => (isNeighbour(text, addition) ? i : -1)).filter((i) => i !== -1)
  const last = found.items.length - 1
  const order = addition.atEnd
    ? [last]
    : [...new Set([...near.reverse(), ...texts.keys().toArray().reverse()])]
  for (const i of order) {
    const item = found.items[i]
    const raw = item && rawItem(version, state, item)
    if (!raw) continue
    const like = texts[near[0] ?? i] ?? ''
    return inserted(file.raw, raw, written(addition, like, file.adapter, compiled))
  }
  throw refused(
    file.path,
    null,
    `its select list is written by Jinja: ${addition.name} cannot be put into it`,
  )
}

/** A column of the same relation as it is, under its own name or another. */
function isNeighbour(item: string, { qualifier }: Addition): boolean {
  const word = '(?:[\\p{L}_][\\p{L}\\p{N}_$]*|"[^"]*"|`[^`]*`)'
  const match = new RegExp(`^(?:(${word})\\s*\\.\\s*)?${word}(?:\\s+(?:as\\s+)?${word})?$`, 'iu').exec(item)
  if (!match) return false
  return qualifier === null || match[1]?.toLowerCase() === qualifier.toLowerCase()
}

/** Where an item of the list stands in the file, if it stands there once and whatever Jinja decides. */
function rawItem({ map }: Version, state: JinjaState, item: Span): Span | null {
  const [first, last] = [toRaw(map, item.start, item.start + 1), toRaw(map, item.end - 1, item.end)]
  if (!first || !last) return null
  const start = 'jinja' in first ? first.jinja.start : first.start
  const end = 'jinja' in last ? last.jinja.end : last.end
  const tag = 'jinja' in last ? map.find((s) => s.start < item.end && s.end >= item.end) : null
  if (tag && tag.end !== item.end) return null
  const probe = 'jinja' in last ? last.jinja : { start: end - 1, end }
  const once = toCompiled(map, probe.start, probe.end).length === 1
  return once && start < end && !blockAround(state, { start: end, end }) ? { start, end } : null
}

const RESERVED = new Set(
  'all and any array as asc between both by case cast check collate column constraint create cross current_date current_time current_timestamp default desc distinct do else end except false fetch for foreign from full grant group having in inner intersect into is join lateral leading left like limit natural not null offset on only or order outer primary references right select some table then to trailing true union unique user using when where window with'.split(
    ' ',
  ),
)

function written(addition: Addition, like: string, adapter: string, sql: string): string {
  const { qualifier, column, name, constant, otherwise } = addition
  const quotes = /^(?:.*\.)?\s*["`[]/.test(like.split(/\s+as\s+/i)[0] ?? '')
  const asWritten = (word: string) =>
    quotes || !isPlain(word, adapter) || RESERVED.has(word.toLowerCase()) ? quoteName(word, adapter) : word
  const read = `${qualifier === null ? '' : `${qualifier}.`}${asWritten(column)}`
  if (constant !== undefined)
    return `${constant.startsWith("'") ? constant : inCaseOf(sql, constant)} ${inCaseOf(sql, 'as')} ${asWritten(name)}`
  if (otherwise !== undefined)
    return `${inCaseOf(sql, 'coalesce')}(${read}, ${otherwise}) ${inCaseOf(sql, 'as')} ${asWritten(name)}`
  const isSame = keyOfStored(column, adapter) === keyOfStored(name, adapter)
  return isSame ? read : `${read} ${inCaseOf(sql, 'as')} ${asWritten(name)}`
}

type Checked = {
  dbt: DbtEngine
  node: ManifestNode
  file: SqlFile
  parent: Parent
  added: Added
  reads: Reads
}

/** Compiled anew, the model must have one column more, which is the one that was asked for, and be the same else. */
export async function assertAdded({ dbt, node, file, parent, added, reads }: Checked): Promise<void> {
  const raw = applyEdits(file.raw, added.edits, file.path)
  const modes = file.versions.map((v) => v.mode)
  const compiled = await compileEdited(dbt, node, raw, modes, file.path)
  for (const [i, version] of file.versions.entries()) {
    const why = difference(version, compiled[i] ?? '', file.adapter, parent, added.name, reads)
    if (why !== null) throw refused(file.path, null, `with ${added.name} in it, ${why}`)
  }
}

function difference(
  version: Version,
  sql: string,
  adapter: string,
  parent: Parent,
  name: string,
  reads: Reads,
): string | null {
  const tableOf = reads(version, parent.id)
  const [before, after] = [version.compiled, sql].map((text) => resolveSql(text, { adapter, tableOf }))
  if (!before || !after || 'error' in before || 'error' in after) return 'its SQL could not be read any more'
  const [old, now] = [originsOf(before), originsOf(after)]
  const key = (column: string | null) => (column === null ? null : keyOfStored(column, adapter))
  const own = now.outputs.filter((o) => key(o.name) === key(name))
  const [only] = own
  if (own.length !== 1 || !only) return `there would be ${own.length} columns of that name`
  const [origin, another] = only.value
  if (
    !origin ||
    another ||
    origin.table !== parent.id ||
    key(origin.column) !== key(parent.column) ||
    only.unknown.length > 0
  )
    return 'it would not be the column that was asked for'
  const others = now.outputs.filter((o) => o !== only)
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  const isOld = (o: (typeof others)[number], i: number) =>
    o.name === old.outputs[i]?.name && same(o.value, old.outputs[i]?.value)
  const wasThere = old.outputs.some((o) => key(o.name) === key(name))
  const expected = wasThere ? old.outputs.length - 1 : old.outputs.length
  if (others.length !== expected || (!wasThere && !others.every(isOld))) return 'other columns would change'
  return same(old.rows, now.rows) ? null : 'other rows might come out'
}
