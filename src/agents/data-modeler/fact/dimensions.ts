/** The dimensions in reach of the events: standing ones, missing ones, the calendar of each time; with their roles. */
import { count, list } from '../../../core/text.ts'
import { keyColumn } from '../../../project/conventions/names.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { determines } from '../../../project/profile/candidates.ts'
import { sampleOf } from '../../../project/profile/inclusion.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { castSql } from '../casts/casts.ts'
import { dependentOf, dependsStatement, mayDepend } from '../depends.ts'
import { naturalOf } from '../dimension/judge.ts'
import { apartOf } from '../search/alike.ts'
import { entityOfTable } from '../search/find.ts'
import { entityName, wordsOf } from '../search/names.ts'
import type { Cased } from './columns.ts'
import type { Foreign } from './foreign.ts'
import { thingOf } from './grain.ts'
import { columnOf, type Lab, plain, type Side } from './lab.ts'
import { rawWords, roleOfKey, roleOfTime } from './names.ts'
import { type Dimension, standingOf } from './standing.ts'
import type { FactDimension, FactRecommendation, Placed } from './types.ts'

type From = Placed['from']

/** Words that name nothing without their table: an order's status is an order status. */
const GENERIC = new Set(
  'status state type kind category class group level channel method mode reason source priority stage code name label color size flag'.split(
    ' ',
  ),
)

export async function foreignDimensions(
  lab: Lab,
  events: Side,
  from: From,
  foreign: Foreign[],
): Promise<FactDimension[]> {
  const roles = rolesOf(foreign)
  return Promise.all(
    foreign.map(async ({ parts, of, rows, orphans, dimension, table }, i): Promise<FactDimension> => {
      const side = (dimension?.side ?? table) as Side
      const natural = parts.map((p) => plain(columnOf(side, p.key) as ColumnProfile))
      const share = orphans === 0 ? 'all' : `all but ${orphans.toLocaleString('en-US')} of`
      const names = list(parts.map((p) => p.column.name))
      const because = `${share} ${count(rows, 'row')} with ${names} find one ${list(parts.map((p) => p.key))} of ${of.name}, which ${parts.length === 1 ? 'repeats' : 'together repeat'} nothing: no row is doubled`
      const shared = {
        role: roles[i] ?? names,
        columns: parts.map((p) => ({ from, column: plain(p.column) })),
        nulls: events.profile.rows - rows,
        unmatched: orphans,
        because,
      }
      if (dimension)
        return { ...shared, kind: 'standing', dimension: await standingOf(lab, dimension, natural), of: null }
      const subject = thingOf(table as Side)
      return {
        ...shared,
        kind: 'missing',
        dimension: null,
        of: table?.origin.label ?? null,
        missing: { subject, natural, key: keyColumn(lab.style, entityName(subject, lab.style)) },
      }
    }),
  )
}

/** One key that leads to a dimension is called like the dimension; several say what they are in. */
function rolesOf(foreign: Foreign[]): string[] {
  const entities = foreign.map(({ dimension, table }) => {
    const origin = dimension?.side.origin ?? (table as Side).origin
    const words = rawWords(entityOfTable({ label: withoutPrefix(origin.label) }))
    return words.map((w, i) => (i === words.length - 1 ? inNumber(w, 'singular') : w))
  })
  return foreign.map(({ parts, role }, i) => {
    const entity = entities[i] ?? []
    const [first, ...more] = parts
    if (!first || more.length > 0) return [...role, ...entity].join('_')
    const words = roleOfKey(first.column.name)
    const has = entity.every(
      (w) => words.includes(w) || words.map((x) => inNumber(x, 'singular')).includes(w),
    )
    if (has && words.length > 0) return words.join('_')
    const alone = entities.filter((e) => e.join() === entity.join()).length === 1
    return alone || words.length === 0 ? entity.join('_') : [...words, ...entity].join('_')
  })
}

export function withoutPrefix(label: string): string {
  return label.replace(/^(dim|d|dimension)_+(?=.)/i, '').replace(/^[Dd]im(?=\p{Lu})/u, '')
}

/** What a foreign key has one value of each belongs to its dimension, by the key's columns. One statement for each. */
export async function dependentsOf(
  lab: Lab,
  side: Side,
  keys: { columns: ColumnProfile[]; knows: ReadonlySet<string> }[],
  not: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const at = (name: string) => side.profile.columns.findIndex((c) => c.name === name)
  const asked = keys.map(({ columns, knows }) => {
    const names = columns.map((c) => c.name)
    return {
      names,
      knows,
      others: mayDepend(side.profile.columns, names).filter(
        (c) => !not.has(c.name) && determines(side.sample, names.map(at), at(c.name)),
      ),
      present: side.profile.rows - Math.max(...columns.map((c) => c.nulls)),
    }
  })
  const open = asked.filter((a) => a.others.length > 0)
  const answers = await lab.manyNumbers(
    open.map(({ names, others }) =>
      dependsStatement(
        side.profile.relation,
        names,
        others.map((c) => c.name),
        lab.adapter,
      ),
    ),
  )
  const found = new Map<string, string[]>()
  for (const [i, { names, others, knows, present }] of open.entries()) {
    const { sure, unsure } = dependentOf(names.at(-1) ?? '', others, answers[i] ?? [], present)
    const held = [...sure, ...unsure.filter((c) => knows.has(c.name.toLowerCase()))].map((c) => c.name)
    if (held.length > 0) found.set(list(names), held)
  }
  return found
}

export type Promoted = { dimensions: FactDimension[]; left: FactRecommendation['left'] }

/** Codes that no table describes: each would be promoted to a dimension, with what depends on it. */
export async function promotedCodes(
  lab: Lab,
  side: Side,
  from: From,
  codes: ColumnProfile[],
  flags: ColumnProfile[],
): Promise<Promoted> {
  const loose = new Set([...codes, ...flags].map((c) => c.name))
  const not = new Set(side.profile.columns.map((c) => c.name).filter((n) => !loose.has(n)))
  const dependent = await dependentsOf(
    lab,
    side,
    codes.map((column) => ({ columns: [column], knows: new Set<string>() })),
    not,
  )
  const done: Promoted = { dimensions: [], left: [] }
  const absorbed = new Set<string>()
  const order = [...codes].sort(
    (a, b) =>
      (dependent.get(b.name)?.length ?? 0) - (dependent.get(a.name)?.length ?? 0) || b.distinct - a.distinct,
  )
  for (const code of order) {
    if (absorbed.has(code.name)) continue
    const others = (dependent.get(code.name) ?? [])
      .filter((n) => !absorbed.has(n))
      .flatMap((n) => columnOf(side, n) ?? [])
    const { key, attributes } = naturalOf(code, others, lab.style.idSuffix)
    absorbed.add(key.name)
    for (const a of attributes) {
      absorbed.add(a.name)
      done.left.push({
        column: a.name,
        why: `each ${key.name} has one: it belongs to that dimension`,
        by: { from, column: plain(key) },
      })
    }
    const said = roleOfKey(key.name)
    const words = said.length > 1 && said.at(-1) === 'name' ? said.slice(0, -1) : said
    const isGeneric = words.length === 0 || (words.length === 1 && GENERIC.has(words[0] ?? ''))
    const thing = thingOf(side).split(' ')
    // Its number is not the thing itself.
    const isItself = words.join(' ') === thing.join(' ')
    const own = isItself ? rawWords(key.name) : isGeneric ? [...thing, ...words] : words
    const shared = sharedWith(side, key, codes, words)
    const subject = shared ?? own.join(' ')
    done.dimensions.push({
      role: own.join('_'),
      columns: [{ from, column: plain(key) }],
      kind: 'missing',
      dimension: null,
      of: null,
      missing: { subject, natural: [plain(key)], key: keyColumn(lab.style, entityName(subject, lab.style)) },
      nulls: key.nulls,
      unmatched: 0,
      because: `${key.name} is a code with ${count(key.distinct, 'value')}${attributes.length > 0 ? `, each with one ${attributes.map((a) => a.name).join(', ')}` : ''}; no table and no dimension holds them`,
    })
  }
  return done
}

/** Of `pickup_zone` and `dropoff_zone`, which hold the same values, both are a zone. */
function sharedWith(side: Side, key: ColumnProfile, codes: ColumnProfile[], words: string[]): string | null {
  const values = new Set(sampleOf(side, key.name).map(String))
  for (const other of codes) {
    if (other === key || other.kind !== key.kind || key.distinct < 3) continue
    const apart = apartOf(words, roleOfKey(other.name))
    if (!apart) continue
    const theirs = new Set(sampleOf(side, other.name).map(String))
    const both = [...values].filter((v) => theirs.has(v)).length
    if (both >= 0.5 * Math.min(values.size, theirs.size)) return [...apart.before, ...apart.behind].join(' ')
  }
  return null
}

/** A day of the calendar for each time; the main one first. */
export async function calendarDimensions(
  lab: Lab,
  side: Side,
  from: From,
  times: Cased[],
  calendar: Dimension | null,
): Promise<FactDimension[]> {
  const standing = calendar?.day ? await standingOf(lab, calendar, [plain(calendar.day)]) : null
  const missing = standing && calendar ? await daysMissing(lab, side, times, calendar) : null
  const roles = timeRoles(side, times)
  return times.map(({ column, cast }, i): FactDimension => {
    const unmatched = missing?.[i] ?? 0
    return {
      role: roles[i] ?? column.name,
      columns: [
        { from, column: plain(column), ...(cast ? { cast: { sql: cast.sql, type: cast.type } } : {}) },
      ],
      kind: 'calendar',
      dimension: standing,
      of: null,
      nulls: column.nulls,
      unmatched,
      because: standing
        ? `${column.name} is a time of the event: its day is in ${standing.name}${unmatched > 0 ? `, but for ${count(unmatched, 'row')}` : ''}`
        : `${column.name} is a time of the event: its day has a date key; the project has no date dimension`,
    }
  })
}

/** `ordered`, `shipped`; no two are the same. */
export function timeRoles(side: Side, times: Cased[]): string[] {
  const otherwise = wordsOf(thingOf(side)).join('_')
  const roles = times.map(({ column }) => roleOfTime(column.name, otherwise))
  return roles.map((role, i) =>
    roles.indexOf(role) === i ? role : rawWords(times[i]?.column.name ?? role).join('_'),
  )
}

async function daysMissing(
  { numbers, dialect: { quote } }: Lab,
  { profile }: Side,
  times: Cased[],
  { side, day }: Dimension,
): Promise<number[] | null> {
  if (times.length === 0 || !day) return []
  const joins = times.map(({ column, cast }, i) => {
    const c = `a.${quote(column.name)}`
    return `left join (select distinct cast(${quote(day.name)} as date) as hit from ${side.profile.relation}) as d${i} on cast(${cast ? castSql(cast, c) : c} as date) = d${i}.hit`
  })
  const counts = times.map(
    ({ column }, i) =>
      `count(case when a.${quote(column.name)} is not null and d${i}.hit is null then 1 end)`,
  )
  return numbers(`select ${counts.join(', ')} from ${profile.relation} as a ${joins.join(' ')}`)
}
