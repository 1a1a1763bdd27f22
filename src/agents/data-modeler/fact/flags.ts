/**
 * Flags of the events. They are no measures, and several of them together are one junk dimension: the one that stands
 * over the same columns, else one that comes with the fact. A single flag is no dimension.
 */
import { count, list } from '../../../core/text.ts'
import { keyColumn } from '../../../project/conventions/names.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { literal } from '../../../project/profile/sql.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { textType } from '../../dim-modeler/dimension/table/sql.ts'
import { castSql } from '../casts/casts.ts'
import { entityOfTable } from '../search/find.ts'
import { entityName } from '../search/names.ts'
import type { OriginColumn } from '../types.ts'
import type { Sorted } from './columns.ts'
import { withoutPrefix } from './dimensions.ts'
import { thingOf } from './grain.ts'
import { type Lab, plain, type Side } from './lab.ts'
import { deletedBy, rawWords } from './names.ts'
import { type Dimension, standingOf } from './standing.ts'
import type { FactDimension, Placed } from './types.ts'

export type Flagged = Pick<Sorted, 'codes' | 'flags'> & { dimensions: FactDimension[]; notes: string[] }

type Asked = { from: Placed['from']; codes: ColumnProfile[]; flags: ColumnProfile[] }

/** Codes and flags that remain, and the dimensions that have the others. */
export async function flagDimensions(
  lab: Lab,
  side: Side,
  { from, codes, flags }: Asked,
  standing: Dimension[],
): Promise<Flagged> {
  const found: FactDimension[] = []
  let loose = [...codes, ...flags]
  for (const dimension of standing) {
    const one = await standingFlags(lab, side, from, loose, dimension)
    if (!one) continue
    found.push(one)
    loose = loose.filter((c) => !one.columns.some((p) => p.column.name === c.name))
  }
  const left = flags.filter((c) => loose.includes(c))
  // Two words that are no yes and no name two kinds of something.
  const named = left.filter((c) => c.kind === 'text' && !saysYesOrNo(c))
  const rest = left.filter((c) => !named.includes(c))
  const several = rest.filter((c) => deletedBy(c.name) === null)
  const kinds = [...codes.filter((c) => loose.includes(c)), ...named]
  if (several.length > 1) {
    found.push(await missingFlags(lab, side, from, several))
    return { codes: kinds, flags: rest.filter((c) => !several.includes(c)), dimensions: found, notes: [] }
  }
  return {
    codes: kinds,
    flags: rest,
    dimensions: found,
    notes: several
      .filter((c) => c.kind === 'text')
      .map(
        (c) =>
          `${c.name} is the one flag of ${side.origin.label} and stays on the fact, as true or false: a dimension of a yes and a no says nothing more.`,
      ),
  }
}

/** Of a text with two values: `Y` and `N`, `1` and `0`. */
function saysYesOrNo({ form, min, max }: ColumnProfile): boolean {
  const isDigit = (value: string | null) => value === '0' || value === '1'
  return form === 'yes or no' || (isDigit(min) && isDigit(max))
}

const YES = /^(y|yes|true|t|j|ja|o|oui|s|si|sí|sim|1)$/i

/** A yes or no in letters, read as true or false; what is neither is not known. Null where it is no such text. */
export function trueOrFalse(column: ColumnProfile): Placed['cast'] | null {
  const values = [column.min, column.max].flatMap((v) => (v === null || v.trim() === '' ? [] : [v.trim()]))
  const [yes, ...more] = values.filter((v) => YES.test(v))
  if (column.kind !== 'text' || column.distinct > 2 || !saysYesOrNo(column)) return null
  const no = values.find((v) => !YES.test(v))
  if (yes === undefined || no === undefined || more.length > 0) return null
  const when = (value: string) => `when upper(trim({column})) = ${literal(value.toUpperCase())} then`
  return { sql: `case ${when(yes)} true ${when(no)} false end`, type: 'boolean' }
}

/** A dimension of nothing but these columns, each combination once, made of these events: its key is worked out. */
async function standingFlags(
  lab: Lab,
  side: Side,
  from: Placed['from'],
  loose: ColumnProfile[],
  dimension: Dimension,
): Promise<FactDimension | null> {
  const { surrogate, day, versions } = dimension
  const own = dimension.side.profile.columns.filter((c) => c !== surrogate)
  const isOfThese = lab.context.graph.parents(dimension.side.origin.id).includes(side.origin.id)
  if (surrogate === null || day !== null || versions !== null || own.length < 2 || !isOfThese) return null
  const words = (name: string) => rawWords(name).join('_')
  const parts = own.flatMap((key) => {
    const column = loose.find((c) => words(c.name) === words(key.name))
    return column ? [{ column, key }] : []
  })
  if (parts.length < own.length) return null
  const natural = parts.map((p) => plain(p.key))
  const standing = await standingOf(lab, dimension, natural)
  const unknown = standing.unknown?.natural
  if (standing.keyIs !== 'hash' || !unknown) return null
  const columns = parts.map((p) => placed(lab, from, p.column))
  const { quote } = lab.dialect
  const same = columns.map(
    (c, i) => `coalesce(${readOf(lab, c, 'a')}, ${unknown[i]}) = k.${quote(natural[i]?.name ?? '')}`,
  )
  const none = columns.map((c) => `a.${quote(c.column.name)} is null`).join(' and ')
  const [rows, nulls, unmatched] =
    (await lab.numbers(
      `select count(*), count(case when ${none} then 1 end), count(case when k.${quote(surrogate.name)} is null then 1 end) ` +
        `from ${side.profile.relation} as a left join ${dimension.side.profile.relation} as k on ${same.join(' and ')}`,
    )) ?? []
  if (rows !== side.profile.rows || unmatched !== 0) return null
  const entity = rawWords(entityOfTable({ label: withoutPrefix(standing.name) })).join(' ')
  return {
    role: inNumber(entity, 'singular').replaceAll(' ', '_'),
    columns,
    each: true,
    kind: 'standing',
    dimension: standing,
    of: null,
    nulls: nulls ?? 0,
    unmatched: 0,
    because: `${list(columns.map((c) => c.column.name))} of all ${count(rows, 'row')} are one row of ${standing.name}, which has each combination once: no row is doubled`,
  }
}

async function missingFlags(
  lab: Lab,
  side: Side,
  from: Placed['from'],
  flags: ColumnProfile[],
): Promise<FactDimension> {
  const subject = `${thingOf(side)} flags`
  const columns = flags.map((c) => placed(lab, from, c))
  const none = flags.map((c) => `${lab.dialect.quote(c.name)} is null`).join(' and ')
  const [nulls = 0] =
    (await lab.numbers(`select count(case when ${none} then 1 end) from ${side.profile.relation}`)) ?? []
  const names = flags.map((c) => c.name)
  return {
    role: inNumber(subject, 'singular').replaceAll(' ', '_'),
    columns,
    each: true,
    kind: 'missing',
    dimension: null,
    of: `${side.origin.label}.${names.join(',')}`,
    missing: {
      subject,
      natural: columns.map((c, i) => natural(c, flags[i])),
      key: keyColumn(lab.style, entityName(subject, lab.style)),
    },
    nulls,
    unmatched: 0,
    because: `${list(names)} are flags: no measures, and selected by as attributes are; together they are one junk dimension`,
  }
}

/** A boolean is said in words there. */
function placed({ adapter }: Lab, from: Placed['from'], column: ColumnProfile): Placed {
  return column.kind === 'boolean'
    ? {
        from,
        column: plain(column),
        cast: {
          sql: "case when {column} then 'Yes' when not {column} then 'No' end",
          type: textType(adapter),
        },
      }
    : { from, column: plain(column) }
}

function natural({ column, cast }: Placed, of: ColumnProfile | undefined): OriginColumn {
  return cast ? { ...column, type: cast.type, kind: 'text' } : plain(of ?? column)
}

function readOf({ dialect: { quote } }: Lab, { column, cast }: Placed, alias: string): string {
  return castSql({ sql: cast?.sql ?? '{column}' }, `${alias}.${quote(column.name)}`)
}
