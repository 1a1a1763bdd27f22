/** The dimension that a fact gets a key of: its keys, its unknown member, and how its key is made. Measured. */
import { warehouseError } from '../../adapters/dbt/explain.ts'
import type { DbtEngine } from '../../adapters/dbt/types.ts'
import { list } from '../../core/text.ts'
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { surrogateKeySql } from '../../project/conventions/names.ts'
import type { ManifestNode } from '../../project/manifest.ts'
import { dialectOf, kindOf } from '../../project/profile/sql.ts'
import type { Column } from '../../project/profile/types.ts'
import { refused } from '../sql-file.ts'
import { writtenName } from '../written.ts'

export type Standing = {
  relation: string
  key: Column
  /** Columns that name a row each, and are no surrogate key. */
  naturals: Column[]
  /** Days, found by a key that is yyyymmdd. */
  isCalendar: boolean
}

/** The unknown member by its key, as a literal, and by its natural key. */
export type Unknown = { key: string; natural: string | number }

const SURROGATE = /(^|_)(key|sk|hk|wid)$|[a-z](Key|Sk)$/i
const WORDS = ['unknown', '(unknown)', '(not known)', '__unknown__', 'n/a', 'not known']
const NUMBERS = [-1, -2, -9, -99, -9999]

type Asking = { dbt: DbtEngine; adapter: string; style: HouseStyle }

/** @throws MartsmithError `refactor.refused` where no column alone names a row. */
export async function standingOf(asking: Asking, node: ManifestNode, path: string): Promise<Standing> {
  const relation = node.relation_name ?? ''
  const columns = await columnsOf(asking, node, path)
  const { quote } = dialectOf(asking.adapter)
  const plain = columns.filter((c) => c.kind !== 'other' && c.kind !== 'boolean')
  const [rows = 0, ...distinct] = await numbers(
    asking,
    `select ${['count(*)', ...plain.map((c) => `count(distinct ${quote(c.name)})`)].join(', ')} from ${relation}`,
  )
  if (rows === 0) throw refused(path, null, `${node.name} has no rows, so nothing can be found in it`)
  const unique = plain.filter((_, i) => distinct[i] === rows)
  const isEnding = ({ name }: Column) =>
    SURROGATE.test(name) ||
    (asking.style.keySuffix !== '' && name.toLowerCase().endsWith(asking.style.keySuffix.toLowerCase()))
  const key = unique.find(isEnding) ?? unique[0]
  if (!key)
    throw refused(
      path,
      null,
      `no column of ${node.name} alone names one of its ${rows} rows: a key over versions or over several columns is not added here`,
    )
  const naturals = unique.filter((c) => c !== key && !isEnding(c))
  const day = naturals.find((c) => c.kind === 'date' || c.kind === 'timestamp')
  const isCalendar =
    day !== undefined && key.kind === 'integer' && (await isDayKey(asking, relation, key, day))
  return {
    relation,
    key,
    naturals: isCalendar && day ? [day] : naturals.length > 0 ? naturals : [key],
    isCalendar,
  }
}

export async function columnsOf({ dbt }: Asking, node: ManifestNode, path: string): Promise<Column[]> {
  const [answer] = node.relation_name ? await dbt.columns([node.relation_name]) : []
  if (!answer || 'error' in answer || answer.length === 0)
    throw refused(path, null, `${node.name} is not in the warehouse, so nothing can be measured`, [
      `martsmith pipeline --select +${node.name}   builds it`,
    ])
  return answer.map(({ name, type }) => ({ name, type: type ?? '', kind: kindOf(type ?? '') }))
}

/** Reserved members have keys of their own. */
async function isDayKey(asking: Asking, relation: string, key: Column, day: Column): Promise<boolean> {
  const { quote } = dialectOf(asking.adapter)
  const [k, d] = [quote(key.name), quote(day.name)]
  const part = (name: string) => `extract(${name} from ${d})`
  const [days = 0, other = 0] = await numbers(
    asking,
    `select count(*), count(case when ${k} <> ${part('year')} * 10000 + ${part('month')} * 100 + ${part('day')} then 1 end) from ${relation} where ${k} > 0`,
  )
  return days > 0 && other === 0
}

/** The row with a reserved natural key, or with a key that nothing else has. */
export async function unknownOf(
  asking: Asking,
  { relation, key }: Standing,
  natural: Column,
): Promise<Unknown | null> {
  const { quote, asText } = dialectOf(asking.adapter)
  const tests = [natural, key].flatMap(({ name, kind }) => {
    if (kind === 'integer') return [`${quote(name)} in (${NUMBERS.join(', ')})`]
    if (kind !== 'text') return []
    const words = [...WORDS, ...NUMBERS].map((w) => `'${w}'`)
    return [`lower(${asText(quote(name))}) in (${words.join(', ')})`]
  })
  if (tests.length === 0) return null
  const [answer] = await asking.dbt.query(
    [
      `select ${asText(quote(key.name))}, ${asText(quote(natural.name))} from ${relation} where ${tests.join(' or ')}`,
    ],
    20,
  )
  if (!answer || 'error' in answer) throw warehouseError(answer?.error ?? 'no answer')
  const rank = (row: unknown[]) => {
    const at = [...WORDS, ...NUMBERS.map(String)].findIndex(
      (word) => String(row[1]).toLowerCase() === word || (key.kind === 'integer' && String(row[0]) === word),
    )
    return at < 0 ? Number.POSITIVE_INFINITY : at
  }
  const [row] = answer.rows.toSorted((a, b) => rank(a) - rank(b))
  if (!row) return null
  const text = String(row[1])
  return {
    key: literal(String(row[0]), key),
    natural: natural.kind === 'integer' ? Number(text) : text,
  }
}

/** Whether the house's expression over the natural key gives the key in all rows. `openParser()` comes before. */
export async function isHash(
  asking: Asking,
  { relation, key }: Standing,
  natural: Column,
  node: ManifestNode,
): Promise<boolean> {
  if (key.name === natural.name) return false
  const rawCode = surrogateKeySql(asking.style, [writtenName(natural.name, asking.adapter)])
  const [compiled] = await asking.dbt.compile([{ id: node.unique_id, rawCode }])
  if (!compiled || 'error' in compiled) return false
  const quoted = dialectOf(asking.adapter).quote(key.name)
  const [answer] = await asking.dbt.query([
    `select count(*), count(case when ${quoted} = ${compiled.compiled} then null else 1 end) from ${relation}`,
  ])
  if (!answer || 'error' in answer) return false
  const [rows, other] = (answer.rows[0] ?? []).map(Number)
  return (rows ?? 0) > 0 && other === 0
}

/** Counted over all rows of the fact, for each of its columns: without a value, and with one that finds no row. */
export async function matches(
  asking: Asking,
  fact: string,
  pairs: { value: string; natural: Column; dimension: string }[],
): Promise<{ rows: number; nulls: number; unmatched: number }[]> {
  if (pairs.length === 0) return []
  const { quote } = dialectOf(asking.adapter)
  const answers = await asking.dbt.query(
    pairs.map(({ value, natural, dimension }) => {
      const own = quote(natural.name)
      return [
        `select count(*), count(case when f.v is null then 1 end), count(case when f.v is not null and d.v is null then 1 end)`,
        `from (select ${value} as v from ${fact}) as f`,
        `left join (select distinct ${own} as v from ${dimension}) as d on f.v = d.v`,
      ].join(' ')
    }),
  )
  return answers.map((answer) => {
    if ('error' in answer) throw warehouseError(answer.error)
    const [rows = 0, nulls = 0, unmatched = 0] = (answer.rows[0] ?? []).map(Number)
    return { rows, nulls, unmatched }
  })
}

export function literal(value: string, { kind, type }: Column): string {
  if (kind === 'integer' || kind === 'number') return value
  const text = `'${value.replaceAll("'", "''")}'`
  return kind === 'text' ? text : `cast(${text} as ${type})`
}

export function naturalWords({ naturals }: Standing): string {
  return list(naturals.map((n) => n.name))
}

async function numbers({ dbt }: Asking, statement: string): Promise<number[]> {
  const [answer] = await dbt.query([statement], 1)
  if (!answer || 'error' in answer) throw warehouseError(answer?.error ?? 'no answer')
  return (answer.rows[0] ?? []).map(Number)
}
