/** The dimensions that stand: their keys, their unknown member, their versions. Measured, one profile each. */

import { surrogateKeySql } from '../../../project/conventions/names.ts'
import type { Measured } from '../../../project/profile/inclusion.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { dimensionsOf, factsOf } from '../../../project/stars.ts'
import { writtenName } from '../../../refactor/written.ts'
import { textType } from '../../dim-modeler/dimension/table/sql.ts'
import { keepsHistory } from '../dimension/judge.ts'
import { declaredKeys } from '../dimension/keys.ts'
import { standingCalendars } from '../dimension/standing-calendar.ts'
import { UNKNOWN } from '../measure.ts'
import { withColumns } from '../search/origins.ts'
import type { OriginColumn } from '../types.ts'
import { type Lab, plain, type Side } from './lab.ts'
import { isKeyName } from './names.ts'
import type { StandingDimension } from './types.ts'

const MOST_DIMENSIONS = 40
const SURROGATE = /(^|_)(key|sk|hk|wid)$/i
const FROM = /^(dbt_)?(valid|effective|row|version)_?(from|start)|^(start|begin)_?(date|at)$|_valid_from$/i
const TO =
  /^(dbt_)?(valid|effective|row|version)_?(to|until|end)|^(end|expiry)_?(date|at)$|_valid_(to|until)$/i
const CURRENT = /^is_?(current|latest|active)$|^current_?(flag|ind)?$/i

export type Dimension = {
  side: Side
  /** Null where no column of its own is one: then its natural key is. */
  surrogate: ColumnProfile | null
  /** A calendar: the column with its days. */
  day: ColumnProfile | null
  versions: { from: string; to: string; isCurrent: string | null } | null
  /** Columns that are its key or natural key by their names or the project's tests; null where nothing tells. */
  naturals: string[] | null
  /** What its rows are found by, for inclusion: a versioned one has each natural key once. */
  measured: Measured
}

/** Those that stand, and the names of those that do not. */
export async function standingDimensions(
  lab: Lab,
  not: string[],
): Promise<{ dimensions: Dimension[]; unseen: string[] }> {
  const { context, style } = lab
  const facts = new Set(factsOf(context.graph, style.factPrefix).map((n) => n.unique_id))
  const ids = dimensionsOf(context.graph, style.dimensionPrefix)
    .map((n) => n.unique_id)
    .filter((id) => !facts.has(id) && !not.includes(id))
  const origins = (await withColumns(context, ids)).slice(0, MOST_DIMENSIONS)
  const sides = await Promise.all(origins.map((o) => lab.look(o)))
  return {
    dimensions: sides.flatMap((side) => (side && side.profile.rows > 0 ? [dimensionOf(lab, side)] : [])),
    unseen: origins.filter((_, i) => sides[i] === null).map((o) => o.label),
  }
}

/** The date dimension, by its rows: another one may have a date that repeats nothing by chance. */
export async function calendarOf(lab: Lab, dimensions: Dimension[]): Promise<Dimension | null> {
  const { context, adapter, style } = lab
  const dated = dimensions.filter((d) => d.day !== null)
  if (dated.length === 0) return null
  const calendars = await standingCalendars({ ...context, adapter, prefix: style.dimensionPrefix })
  for (const { origin, column } of calendars) {
    const found = dated.find((d) => d.side.origin.id === origin.id)
    const day = found?.side.profile.columns.find((c) => c.name === column)
    if (found && day) return { ...found, day }
  }
  return null
}

function dimensionOf(lab: Lab, side: Side): Dimension {
  const { profile } = side
  const { columns } = profile
  const single = columns.filter((c) =>
    profile.keys.some((k) => k.proven && k.columns.length === 1 && k.columns[0] === c.name),
  )
  const isEnding = (c: ColumnProfile) =>
    (lab.style.keySuffix !== '' && c.name.toLowerCase().endsWith(lab.style.keySuffix.toLowerCase())) ||
    SURROGATE.test(c.name)
  const surrogate = single.find((c) => isEnding(c) && c.form === 'hash') ?? single.find(isEnding) ?? null
  const day =
    single.find((c) => c.kind === 'date' || (c.kind === 'timestamp' && c.grain?.unit === 'day')) ?? null
  const versions = surrogate === null ? null : versionsOf(side)
  const measured = findable(lab, side, surrogate, versions !== null)
  return { side, surrogate, day, versions, naturals: naturalsOf(lab, measured, side, surrogate), measured }
}

/** What tests call unique, and what is called like a key: its names and addresses repeat nothing by chance. */
function naturalsOf(
  { context, style }: Lab,
  { profile }: Measured,
  { origin }: Side,
  surrogate: ColumnProfile | null,
): string[] | null {
  const single = profile.keys.flatMap((k) => (k.proven && k.columns.length === 1 ? k.columns : []))
  const declared = declaredKeys(context.graph, origin.id).flatMap((k) => (k.length === 1 ? k : []))
  const known = single.filter((c) => declared.includes(c) || isKeyName(c, style.idSuffix))
  const tells = known.some((c) => c !== surrogate?.name)
  return tells ? known : null
}

function versionsOf({ profile }: Side): Dimension['versions'] {
  if (keepsHistory(profile).length === 0) return null
  const time = profile.columns.filter((c) => c.kind === 'date' || c.kind === 'timestamp')
  const from = time.find((c) => FROM.test(c.name))
  const to = time.find((c) => TO.test(c.name))
  const current = profile.columns.find((c) => CURRENT.test(c.name))
  return from && to ? { from: from.name, to: to.name, isCurrent: current?.name ?? null } : null
}

/** A versioned dimension has a natural key that repeats: it is looked at as if each stood once. */
function findable(lab: Lab, side: Side, surrogate: ColumnProfile | null, versioned: boolean): Measured {
  if (!versioned) return withoutSurrogate(side, surrogate)
  const natural = side.profile.columns
    .filter((c) => c !== surrogate && c.nulls === 0 && isKeyName(c.name, lab.style.idSuffix))
    .sort((a, b) => b.distinct - a.distinct)[0]
  if (!natural) return side
  const c = lab.dialect.quote(natural.name)
  return {
    ...side,
    profile: {
      ...side.profile,
      relation: `(select distinct ${c} from ${side.profile.relation}) as versions`,
      keys: [{ columns: [natural.name], proven: true }],
    },
  }
}

/** Numbers that a sequence gave are in any column of numbers: a dimension is found by what the business knows. */
function withoutSurrogate(side: Side, surrogate: ColumnProfile | null): Measured {
  const keys = side.profile.keys.filter((k) => k.columns.join() !== surrogate?.name)
  const others = keys.some((k) => k.proven && k.columns.length === 1)
  return others ? { ...side, profile: { ...side.profile, keys } } : side
}

/** As a fact finds its row by this natural key, of one column or several. */
export async function standingOf(
  lab: Lab,
  dimension: Dimension,
  natural: OriginColumn[],
): Promise<StandingDimension> {
  const { side, surrogate, versions } = dimension
  const [first] = natural
  const key = surrogate ?? first
  if (!key) throw new Error(`${side.origin.label} has no key`)
  const isNatural = natural.some((n) => n.name === key.name)
  const [isHash, unknown] = await Promise.all([
    surrogate !== null && versions === null && !isNatural && isHashOf(lab, dimension, natural),
    unknownOf(lab, dimension, natural),
  ])
  return {
    id: side.origin.id,
    name: side.origin.label,
    key: plain(key),
    natural: natural.map(plain),
    unknown,
    versions,
    keyIs: isHash ? 'hash' : isNatural && natural.length === 1 ? 'natural' : 'other',
  }
}

/** The house's expression is compiled as dbt would, and asked of all rows. `openParser()` comes before. */
async function isHashOf(lab: Lab, { side, surrogate }: Dimension, natural: OriginColumn[]): Promise<boolean> {
  const { context, style, adapter, dialect } = lab
  const rawCode = surrogateKeySql(
    style,
    natural.map((n) => writtenName(n.name, adapter)),
    textType(adapter),
  )
  const [compiled] = await context.dbt.compile([{ id: side.origin.id, rawCode }])
  if (!compiled || 'error' in compiled || !surrogate) return false
  const key = dialect.quote(surrogate.name)
  const [rows, other] =
    (await lab.numbers(
      `select count(*), count(case when ${key} = ${compiled.compiled} then null else 1 end) from ${side.profile.relation}`,
    )) ?? []
  return rows !== undefined && rows > 0 && other === 0
}

/** The row with a reserved natural key, or with a key that no sequence gives. */
async function unknownOf(
  lab: Lab,
  { side, surrogate }: Dimension,
  natural: OriginColumn[],
): Promise<StandingDimension['unknown']> {
  const { quote, asText } = lab.dialect
  const [first] = natural
  const key = surrogate ?? first
  if (!key) return null
  const words = natural.map((n) => reserved(n, quote, asText))
  // Of several columns all have to say so: one of them alone is a value that is missing in the source.
  const named = words.some((w) => w.length === 0) ? [] : [`(${words.flat().join(' and ')})`]
  const tests = [...named, ...(natural.some((n) => n.name === key.name) ? [] : reserved(key, quote, asText))]
  if (tests.length === 0) return null
  const text = (c: OriginColumn) => asText(quote(c.name))
  const rows = await lab.rows(
    `select ${[key, ...natural].map(text).join(', ')} from ${side.profile.relation} where ${tests.join(' or ')}`,
    20,
  )
  const rank = (row: unknown[]) =>
    [...UNKNOWN.integer.map(String), ...UNKNOWN.text].indexOf(String(row[1] ?? row[0]))
  const [row] = (rows ?? []).sort((a, b) => place(rank(a)) - place(rank(b)))
  if (!row) return null
  return {
    key: literal(row[0], key, lab.adapter),
    natural: natural.map((n, i) => literal(row[1 + i], n, lab.adapter)),
  }
}

function place(rank: number): number {
  return rank < 0 ? Number.POSITIVE_INFINITY : rank
}

function reserved(
  { name, kind }: OriginColumn,
  quote: (n: string) => string,
  asText: (c: string) => string,
): string[] {
  if (kind === 'integer') return [`${quote(name)} in (${UNKNOWN.integer.join(', ')})`]
  if (kind !== 'text') return []
  const words = [...UNKNOWN.text, ...UNKNOWN.integer].map((w) => `'${String(w).toLowerCase()}'`)
  return [`lower(${asText(quote(name))}) in (${words.join(', ')})`]
}

function literal(value: unknown, { kind, type }: OriginColumn, adapter: string): string {
  if (value === null || value === undefined) return 'null'
  if (kind === 'integer' || kind === 'number') return String(value)
  const text = `'${String(value).replaceAll("'", "''")}'`
  return kind === 'text' ? text : `cast(${text} as ${type || textType(adapter)})`
}
