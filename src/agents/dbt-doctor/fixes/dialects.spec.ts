/** What calls and syntax of other dialects become. */
import { expect, it } from 'vitest'
import { projectGraph } from '../../../project/graph.ts'
import { manifestOf } from '../../../project/manifest.ts'
import { callsIn, dialectCalls } from './dialect-calls.ts'
import { dialectSyntax } from './dialect-syntax.ts'
import { formatOf, rewrites, unitOf } from './rewrites.ts'
import { after, found } from './test-found.ts'

const GRAPH = projectGraph(
  manifestOf({
    metadata: { project_name: 'p', adapter_type: 'postgres', dbt_version: '1.11' },
    nodes: {
      'model.p.a': {
        ...{ unique_id: 'model.p.a', name: 'a', resource_type: 'model', package_name: 'p', language: 'sql' },
        ...{ original_file_path: 'models/a.sql', config: {}, fqn: ['p', 'a'] },
      },
    },
  }),
)

const at = { stage: 'build' as const, nodes: ['model.p.a'] }
const calls = (message: string, sql: string) =>
  found(dialectCalls, message, { 'models/a.sql': sql }, at, GRAPH)
const syntax = (message: string, sql: string) =>
  found(dialectSyntax, message, { 'models/a.sql': sql }, at, GRAPH)

const one = (sql: string, adapter: string) => {
  const [call] = callsIn(sql)
  return call ? rewrites(call, adapter)[0] : undefined
}

it.each([
  ['duckdb', 'datediff(day, a.x, b.y)', "date_diff('day', a.x, b.y)"],
  ['postgres', 'safe_divide(sum(a), sum(b))', '(case when (sum(b)) <> 0 then 1.0 * (sum(a)) / (sum(b)) end)'],
  ['duckdb', "to_date(x, 'DD.MM.YYYY')", "cast(strptime(x, '%d.%m.%Y') as date)"],
  ['duckdb', "str_to_date(x, '%d/%c/%Y %H:%i')", "cast(strptime(x, '%d/%-m/%Y %H:%M') as date)"],
  ['duckdb', "date_format(x, '%M %Y')", "strftime(x, '%B %Y')"],
  ['duckdb', "parse_date('%Y-%m-%d', x)", "cast(strptime(x, '%Y-%m-%d') as date)"],
  ['postgres', "str_to_date(x, '%Y-%m-%d')", "to_date(x, 'YYYY-MM-DD')"],
  ['postgres', "strptime(x, '%H:%M')", "cast(to_timestamp(x, 'HH24:MI') as timestamp)"],
  ['duckdb', 'div0(a, b)', '(case when (b) <> 0 then 1.0 * (a) / (b) else 0 end)'],
  ['duckdb', 'convert(date, sold)', 'cast(sold as date)'],
  ['postgres', 'convert(varchar(10), a.no, 112)', 'cast(a.no as varchar(10))'],
  ['duckdb', 'convert(no, decimal(10, 2))', 'cast(no as decimal(10, 2))'],
  ['postgres', "datediff('day', x, y)", '(cast(y as date) - cast(x as date))'],
  ['postgres', 'datediff(y, x)', '(cast(y as date) - cast(x as date))'],
  ['duckdb', 'date_diff(y, x, month)', "date_diff('month', x, y)"],
  ['postgres', 'dateadd(hour, 3, x)', "x + 3 * interval '1 hour'"],
  ['postgres', 'dateadd(day, -n, x)', "cast(x + (-n) * interval '1 day' as date)"],
  ['postgres', 'date_sub(x, interval 2 month)', "cast(x + (-2) * interval '1 month' as date)"],
  ['postgres', "date_trunc(x, 'week')", "date_trunc('week', x)"],
  ['duckdb', "trunc(x, 'MM')", "date_trunc('month', x)"],
  ['duckdb', "to_char(x, 'YYYY-MM-DD HH24:MI')", "strftime(x, '%Y-%m-%d %H:%M')"],
  ['postgres', "strftime(x, '%Y-%m')", "to_char(x, 'YYYY-MM')"],
  ['postgres', "format_date('%Y%m', x)", "to_char(x, 'YYYYMM')"],
  ['duckdb', 'iff(a > b, 1, 0)', 'case when a > b then 1 else 0 end'],
  ['postgres', "decode(s, 'a', 1, 'b', 2, 0)", "case s when 'a' then 1 when 'b' then 2 else 0 end"],
  ['postgres', 'nvl2(a, b, c)', 'case when a is not null then b else c end'],
  ['postgres', "listagg(x, ', ') within group (order by y)", "string_agg(x, ', ' order by y)"],
  ['postgres', "group_concat(x order by y separator '; ')", "string_agg(x, '; ' order by y)"],
  ['postgres', "charindex('a', f(x, y))", "strpos(f(x, y), 'a')"],
  ['postgres', 'round(avg(x), 2)', 'round(cast(avg(x) as numeric), 2)'],
  ['postgres', 'countif(a = 1)', 'sum(case when a = 1 then 1 else 0 end)'],
  ['postgres', 'convert(date, x)', 'cast(x as date)'],
  ['duckdb', 'convert(x, signed)', 'cast(x as bigint)'],
  ['postgres', 'convert(nvarchar(20), x + 1)', 'cast(x + 1 as varchar(20))'],
  ['postgres', 'year(x)', 'cast(extract(year from x) as integer)'],
])('DEBUG-3: on %s %s is %s', (adapter, sql, wanted) => {
  expect(one(sql, adapter)).toBe(wanted)
})

it('what is no unit, no known format or no known warehouse is left as it is', () => {
  expect(unitOf('customer_id')).toBeNull()
  expect(unitOf("'Days'")).toBe('day')
  // Days with an ending: nothing else writes them so.
  expect(one("str_to_date(x, '%D %M')", 'duckdb')).toBeUndefined()
  expect(formatOf("'YYYY Q'", 'duckdb')).toBeNull()
  expect(one('datediff(day, a, b)', 'snowflake')).toBeUndefined()
  expect(one("date_trunc('month', x)", 'duckdb')).toBeUndefined()
  expect(one("convert(x, 'utf8')", 'postgres')).toBeUndefined()
})

it('calls are found with their arguments, whatever stands in them', () => {
  expect(callsIn("select f(a, g('x, y', b)), {{ m('c') }} -- h(1)\n").map((c) => c.args)).toEqual([
    ['a', "g('x, y', b)"],
    ["'x, y'", 'b'],
  ])
})

it('only the call that the warehouse speaks of is written anew', async () => {
  const message =
    'Database Error in model a (models/a.sql)\n  function iff(boolean, integer, integer) does not exist'
  const sql = 'select iff(a > 1, 1, 0) as b, round(c, 2) as d from t'
  expect(after(await calls(message, sql))).toBe(
    'select case when a > 1 then 1 else 0 end as b, round(c, 2) as d from t',
  )
  const floats =
    'Database Error in model a (models/a.sql)\n  function round(double precision, integer) does not exist'
  const two = 'select round(a, 1) as a,\n  round(b, 1) as b\nfrom t'
  const line = { ...at, file: 'models/a.sql', line: 2 }
  const rounds = await found(dialectCalls, floats, { 'models/a.sql': two }, line, GRAPH)
  expect(rounds.map((c) => c.changes.changes[0]).map((c) => (c?.kind === 'edit' ? c.after : null))).toEqual([
    two.replace('round(b, 1)', 'round(cast(b as numeric), 1)'),
    two.replace(/round\((.), 1\)/g, 'round(cast($1 as numeric), 1)'),
  ])
  const unit = 'Database Error in model a (models/a.sql)\n  column "day" does not exist'
  expect(after(await calls(unit, 'select datediff(day, a, b) as n, day(c) from t'))).toBe(
    'select (cast(b as date) - cast(a as date)) as n, day(c) from t',
  )
  expect(await calls(unit, 'select day from t')).toEqual([])
  const type = 'Database Error in model a (models/a.sql)\n  column "date" does not exist'
  expect(after(await calls(type, 'select convert(date, a) as d, date(b) from t'))).toBe(
    'select cast(a as date) as d, date(b) from t',
  )
})

const ERROR = 'Database Error in model a (models/a.sql)\n  '

it('an interval, a word and a subquery are written as the warehouse reads them', async () => {
  const near = (what: string) => `${ERROR}syntax error at or near "${what}"`
  expect(after(await syntax(near('1'), 'select a + interval 1 day from t'))).toBe(
    "select a + interval '1 day' from t",
  )
  expect(after(await syntax(near('2'), 'select a - interval {{ var("n") }} days from t'))).toBe(
    `select a - interval '{{ var("n") }} day' from t`,
  )
  expect(after(await syntax(near(')'), 'select current_date() as d'))).toBe('select current_date as d')
  const alias = `${ERROR}subquery in FROM must have an alias\n  LINE 1: select`
  expect(after(await syntax(alias, 'select x from (select 1 as x) where x = 1'))).toBe(
    'select x from (select 1 as x) as sub where x = 1',
  )
  expect(await syntax(alias, 'select x from (select 1 as x) as s where x = 1')).toEqual([])
  expect(after(await syntax(near('`'), 'select `a`, t.`b c` from t'))).toBe('select a, t."b c" from t')
})

it('a cast with a format is a text that is read by it', async () => {
  const message = `${ERROR}syntax error at or near "format"`
  expect(after(await syntax(message, "select cast(a as date format 'YYYY-MM-DD') as d from t"))).toBe(
    "select to_date(a, 'YYYY-MM-DD') as d from t",
  )
})

it('qualify becomes a condition on numbered rows', async () => {
  const message = `${ERROR}syntax error at or near "qualify"`
  const sql =
    'select a, b as c\nfrom t\nwhere d\nqualify row_number() over (partition by a order by e desc) = 1\n'
  expect(after(await syntax(message, sql))).toBe(
    'select a, c\nfrom (\nselect a, b as c, row_number() over (partition by a order by e desc) as row_no\nfrom t\nwhere d\n) as numbered\nwhere row_no = 1\n',
  )
  expect(after(await syntax(message, 'select a from (select 1 as rn) s qualify rn = 1'))).toBe(
    'select a from (select 1 as rn) s where rn = 1',
  )
  expect(await syntax(message, 'select * from t qualify row_number() over (order by a) = 1')).toEqual([])
})

it('a text in double quotes is a text, where it is compared', async () => {
  const message = `${ERROR}column "paid" does not exist`
  expect(after(await syntax(message, 'select a from t where s in ("paid", "open") and "x" = 1'))).toBe(
    "select a from t where s in ('paid', 'open') and \"x\" = 1",
  )
  expect(after(await syntax(message, 'select coalesce(s, "paid") as "s" from t'))).toBe(
    'select coalesce(s, \'paid\') as "s" from t',
  )
  const [bare] = await syntax(message, 'select a from t where s = paid')
  expect(bare?.guess).toBe(true)
  expect(await syntax(message, 'select paid from t')).toEqual([])
})

it('texts that are added with plus are put together, and numbers are let be', async () => {
  const sql = "select a.id + '-' + b.no as key, b.no + 1 as n, '1 + 2' as t -- '+'\nfrom a"
  for (const message of [
    "Binder Error: No function matches the given name and argument types '+(VARCHAR, STRING_LITERAL)'. You might need to add explicit type casts.",
    'operator does not exist: text + unknown',
  ])
    expect(after(await syntax(message, sql))).toBe(
      "select a.id || '-' || b.no as key, b.no + 1 as n, '1 + 2' as t -- '+'\nfrom a",
    )
})

it('names in brackets lose them, as a guess; what is counted or listed keeps its own', async () => {
  const sql = 'select trim([email]), o.[name], tags[no], [a, b], [1] from x'
  const [one] = await syntax("No function matches the given name and argument types 'trim(VARCHAR[])'", sql)
  expect([one?.guess, after(one ? [one] : [])]).toEqual([
    true,
    'select trim(email), o.name, tags[no], [a, b], [1] from x',
  ])
})

it('a cast that may fail is what the warehouse has of it', async () => {
  const message = 'syntax error at or near "as"'
  expect(after(await syntax(message, 'select safe_cast(a as date) as b from x'))).toBe(
    'select cast(a as date) as b from x',
  )
})
