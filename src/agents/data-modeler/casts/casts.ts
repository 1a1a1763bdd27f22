/** Numbers and times that are stored as text or as counts of seconds: how to read them, proven on all rows. */
import { type Measured, sampleOf } from '../../../project/profile/inclusion.ts'
import type { ColumnProfile, Kind } from '../../../project/profile/types.ts'
import type { Lab } from '../fact/lab.ts'
import { isKeyName } from '../fact/names.ts'
import { type Cast, moment, NEARLY_ALL, type Read, TEXT_FORMS, TIME_FORMS, TRIMMED } from './forms.ts'
import { isWhole, openWholes } from './whole.ts'

/** `refused`: what looks like one and is none; `stays`: whole numbers that are names and not amounts. By column, with why. */
export type Casts = { casts: Map<string, Cast>; refused: Map<string, string>; stays: Map<string, string> }

export type Casting = Pick<Lab, 'manyNumbers' | 'adapter' | 'dialect'> & { style: { idSuffix: string } }

type Wanted = { column: ColumnProfile; cast: Cast }

/** Of one relation, all in one call. `not`: columns whose place is known. */
export async function castsOf(lab: Casting, side: Measured, not: ReadonlySet<string>): Promise<Casts> {
  const refused = new Map<string, string>()
  const stays = new Map<string, string>()
  const wanted: Wanted[] = []
  const whyNoAmount = openWholes(side)
  for (const column of side.profile.columns) {
    if (not.has(column.name) || column.distinct === 0) continue
    if (column.kind === 'integer') {
      const cast = moment(column)
      if (cast) wanted.push({ column, cast })
    }
    if (column.kind !== 'text' || column.form === 'uuid' || isKeyName(column.name, lab.style.idSuffix))
      continue
    const values = textsOf(side, column)
    const found = values.length === 0 ? null : textCast(values, column)
    const why = found && isWhole(values) && !isTimely(found) ? whyNoAmount(column, values) : null
    if (why !== null) stays.set(column.name, why)
    else if (found && 'refused' in found) refused.set(column.name, found.refused)
    else if (found) wanted.push({ column, cast: found })
  }
  const answers = await lab.manyNumbers(wanted.map(({ column, cast }) => proof(lab, side, column, cast)))
  const casts = new Map<string, Cast>()
  const failing: Wanted[] = []
  for (const [i, one] of wanted.entries()) {
    const [read, present, lossy] = answers[i] ?? []
    if (read !== undefined && read === present && lossy === 0) casts.set(one.column.name, one.cast)
    else failing.push(one)
  }
  const bad = await lab.manyNumbers(failing.map(({ column, cast }) => failures(lab, side, column, cast)))
  for (const [i, { column, cast }] of failing.entries()) {
    const [rows] = bad[i] ?? []
    refused.set(
      column.name,
      rows === 0
        ? `looks like ${cast.words}, and some rows would not come back as they are written`
        : `looks like ${cast.words}, and ${rows ? `${rows} ${rows === 1 ? 'row is' : 'rows are'}` : 'some row is'} none`,
    )
  }
  return { casts, refused, stays }
}

export function castSql({ sql }: Pick<Cast, 'sql'>, written: string): string {
  return sql.replaceAll('{column}', () => written)
}

function textsOf(side: Measured, column: ColumnProfile): string[] {
  return sampleOf(side, column.name)
    .map(String)
    .filter((v) => v.trim() !== '')
}

function textCast(values: string[], column: ColumnProfile): Read | null {
  const form = TEXT_FORMS.find(({ test }) => {
    const hits = values.filter((v) => test.test(v)).length
    return (
      hits >= values.length * NEARLY_ALL || (values.length <= 20 && hits >= values.length - 1 && hits > 1)
    )
  })
  // A zero in front is part of a name.
  if (!form || values.some((v) => /^\s*0\d+\s*$/.test(v))) return null
  const read = form.cast(values.filter((v) => form.test.test(v)))
  return TEXT_FORMS.indexOf(form) < TIME_FORMS || 'refused' in read ? withBlanks(read, column) : read
}

function isTimely(read: Read): boolean {
  return !('refused' in read) && read.kind !== 'integer' && read.kind !== 'number'
}

/** What is blank is not known. */
function withBlanks(cast: Read, { blank }: ColumnProfile): Read {
  if ('refused' in cast || !blank || cast.sql.includes('nullif(')) return cast
  return { ...cast, sql: cast.sql.replaceAll(TRIMMED, `nullif(${TRIMMED}, '')`) }
}

/** Values that it reads, values that there are, and values that do not come back. An error says that some cannot be read. */
function proof(
  { dialect }: Casting,
  { profile }: Measured,
  { name, kind }: ColumnProfile,
  cast: Cast,
): string {
  const c = dialect.quote(name)
  const present = kind === 'text' ? `nullif(trim(${dialect.asText(c)}), '')` : c
  const made = castSql(cast, c)
  return `select count(${made}), count(${present}), ${lossy(cast, made, dialect.asText)} from ${profile.relation}`
}

function lossy({ kind }: Cast, made: string, asText: (sql: string) => string): string {
  if (kind === 'number')
    return `count(case when ${made} <> ${made.replace(/as decimal\(18, \d+\)\)$/, 'as decimal(36, 12))')} then 1 end)`
  if (kind !== 'integer') return '0'
  const [, clean = ''] = /^cast\((.*) as bigint\)$/s.exec(made) ?? []
  return `count(case when ${asText(made)} <> ${clean} then 1 end)`
}

function failures(
  { adapter, dialect }: Casting,
  { profile }: Measured,
  { name }: ColumnProfile,
  cast: Cast,
): string {
  const c = dialect.quote(name)
  if (adapter !== 'duckdb')
    return `select count(case when ${c} ~ '${SHAPES[cast.kind] ?? ''}' then null else ${c} end) from ${profile.relation}`
  const tried = castSql(cast, c).replace(/^cast\(/, 'try_cast(')
  return `select count(case when ${tried} is null then nullif(trim(${c}), '') end) from ${profile.relation}`
}

/** PostgreSQL has no cast that only tries: by the shape of the text. */
const SHAPES: Partial<Record<Kind, string>> = {
  date: '^[[:space:]]*[0-9]{2,4}[-/.]?[0-9]{2}[-/.]?[0-9]{2,4}[[:space:]]*$',
  timestamp: '^[[:space:]]*[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+[[:space:]]*$',
  number: '^[^0-9]{0,3}-?[0-9.,]+[^0-9]{0,3}$',
  integer: '^[^0-9]{0,3}-?[0-9]+[[:space:]]*$',
}
