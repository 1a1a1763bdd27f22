/** The statements by which a fact is counted: one over the fact with its dimensions, one over its origin, one for each relation before that. */
import { dialectOf, literal } from '../../../project/profile/sql.ts'
import type { Claim } from '../../types.ts'

export type FactClaim = Extract<Claim, { kind: 'fact' }>

/** What is asked, by a name of ours: its expression. */
export type Cells = Record<string, string>

export function statementOf(cells: Cells, from: string): string {
  const asked = Object.values(cells).map((expression, i) => `${expression} as cell_${i}`)
  return `select ${asked.join(',\n  ')}\n${from}`
}

/** The answer to such a statement, by the same names; numbers and sums as text. */
export function answered(cells: Cells, row: unknown[]): Record<string, string | null> {
  const value = (i: number) => (row[i] === null || row[i] === undefined ? null : String(row[i]))
  return Object.fromEntries(Object.keys(cells).map((name, i) => [name, value(i)]))
}

type Asked = { cells: Cells; statement: string }

/** `numbers`: measures that can be summed. Each dimension is read once, by its key, so that no row comes twice. */
export function factStatement(
  claim: FactClaim,
  numbers: ReadonlySet<string>,
  at: { fact: string; dimensions: (string | null)[]; adapter: string },
): Asked {
  const { quote } = dialectOf(at.adapter)
  const column = (name: string) => `f.${quote(name)}`
  const isNull = (name: string) => counted(`${column(name)} is null`)
  const cells: Cells = { rows: 'count(*)' }
  if (claim.grain.length > 0) cells.grain = distinctRows(at.fact, claim.grain.map(quote))
  for (const name of claim.grain) cells[`null ${name}`] = isNull(name)
  if (claim.key !== null) {
    cells.keys = distinctRows(at.fact, [quote(claim.key)])
    cells[`null ${claim.key}`] = isNull(claim.key)
  }
  const joins = claim.foreignKeys.flatMap(({ column: name, dimensionKey, unknown }, i) => {
    cells[`null ${name}`] = isNull(name)
    const dimension = at.dimensions[i]
    if (!dimension || dimensionKey === null) return []
    cells[`none ${i}`] = counted(`${column(name)} is not null and d${i}.times is null`)
    cells[`many ${i}`] = counted(`d${i}.times > 1`)
    const named = unknown.map((u) => `${quote(u.column)} = ${literal(u.value)}`)
    const isUnknown = named.length > 0 ? `max(case when ${named.join(' and ')} then 1 else 0 end)` : '0'
    if (named.length > 0) cells[`unknown ${i}`] = counted(`d${i}.unknown_member = 1`)
    const key = quote(dimensionKey)
    return [
      `left join (select ${key} as key_${i}, count(*) as times, ${isUnknown} as unknown_member from ${dimension} group by ${key}) as d${i} on ${column(name)} = d${i}.key_${i}`,
    ]
  })
  for (const [i, { column: name }] of claim.measures.entries())
    Object.assign(cells, measureCells(i, column(name), numbers.has(name), at.adapter))
  return { cells, statement: statementOf(cells, [`from ${at.fact} as f`, ...joins].join('\n')) }
}

/** Of `origin`: all rows, those that are meant, those that are left when equal ones are one, and the measures of these. */
export function originStatement(
  claim: FactClaim,
  numbers: ReadonlySet<string>,
  { origin, adapter }: { origin: string; adapter: string },
): Asked {
  const { quote } = dialectOf(adapter)
  const traced = claim.measures.flatMap(({ column, from }, i) =>
    from === null ? [] : [{ i, from: `(${from}\n)`, number: numbers.has(column) }],
  )
  const where = claim.where === null ? '' : ` where (${claim.where}\n)`
  if (claim.distinct === null || claim.distinct.length === 0) {
    const meant = (expression: string) =>
      claim.where === null ? expression : `case when (${claim.where}\n) then ${expression} end`
    const cells: Cells = { rows: 'count(*)', meant: `count(${meant('1')})`, kept: `count(${meant('1')})` }
    for (const { i, from, number } of traced) {
      Object.assign(cells, measureCells(i, meant(from), number, adapter))
      if (number) cells[`whole ${i}`] = total(from, adapter)
    }
    return { cells, statement: statementOf(cells, `from ${origin}`) }
  }
  const by = claim.distinct.map(quote)
  const values = traced.map(({ i, from }) => `${from} as measure_${i}`)
  const kept =
    claim.latest === null
      ? `select distinct ${[...by, ...values].join(', ')} from ${origin}${where}`
      : `select ${['1 as one', ...values].join(', ')} from (select o.*, row_number() over (partition by ${by.join(', ')}` +
        ` order by case when ${quote(claim.latest)} is null then 1 else 0 end, ${quote(claim.latest)} desc) as martsmith_row` +
        ` from ${origin} as o${where}) as numbered where martsmith_row = 1`
  const cells: Cells = {
    rows: `(select count(*) from ${origin})`,
    meant: `(select count(*) from ${origin}${where})`,
    kept: 'count(*)',
    different: distinctRows(`${origin}${where}`, by),
  }
  for (const { i, from, number } of traced) {
    Object.assign(cells, measureCells(i, `kept.measure_${i}`, number, adapter))
    if (number) cells[`whole ${i}`] = `(select ${total(from, adapter)} from ${origin})`
  }
  return { cells, statement: statementOf(cells, `from (${kept}) as kept`) }
}

/** Of a relation before the origin: its rows, and the sums of columns that hold a measure, by the measure's place. */
export function levelStatement(relation: string, columns: Map<number, string>, adapter: string): Asked {
  const { quote } = dialectOf(adapter)
  const cells: Cells = { rows: 'count(*)' }
  for (const [i, name] of columns) Object.assign(cells, measureCells(i, quote(name), true, adapter))
  return { cells, statement: statementOf(cells, `from ${relation}`) }
}

/** How many have a value, their sum, how much was added up at all, and the type of that. */
function measureCells(i: number, expression: string, isNumber: boolean, adapter: string): Cells {
  return {
    [`values ${i}`]: `count(${expression})`,
    ...(isNumber
      ? {
          [`total ${i}`]: total(expression, adapter),
          [`moved ${i}`]: total(`abs(${expression})`, adapter),
          [`type ${i}`]: typeOf(`sum(${expression})`, adapter),
        }
      : {}),
  }
}

/** As text, so that no digit is lost on the way; PostgreSQL adds up floats exactly where they are numeric. */
function total(expression: string, adapter: string): string {
  const text = adapter === 'bigquery' ? 'string' : 'varchar'
  return adapter === 'postgres'
    ? `cast(sum(cast(${expression} as numeric)) as ${text})`
    : `cast(sum(${expression}) as ${text})`
}

/** null where we know no way to ask. */
function typeOf(expression: string, adapter: string): string {
  if (adapter === 'postgres') return `cast(pg_typeof(${expression}) as text)`
  return adapter === 'duckdb' ? `typeof(${expression})` : 'null'
}

function distinctRows(from: string, columns: string[]): string {
  return `(select count(*) from (select 1 as one from ${from} group by ${columns.join(', ')}) as groups)`
}

function counted(condition: string): string {
  return `count(case when ${condition} then 1 end)`
}
