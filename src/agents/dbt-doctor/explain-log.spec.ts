import { expect, it } from 'vitest'
import { classify } from './classify.ts'
import { explainLog, findingOf } from './explain-log.ts'

const ids = (text: string) => explainLog(text).map((e) => e.class?.id ?? 'unknown')

/** Words that warehouses document, of adapters that no test here runs. */
const DOCUMENTED: [string, string][] = [
  [
    "000904 (42000): SQL compilation error: error line 3 at position 4\ninvalid identifier 'ORDER_TOTL'",
    'D01',
  ],
  [
    "002003 (42S02): SQL compilation error:\nObject 'RAW.SHOP.ORDERS' does not exist or not authorized.",
    'D02',
  ],
  ["001003 (42000): SQL compilation error:\nsyntax error line 5 at position 2 unexpected 'from'.", 'D12'],
  ["003001 (42501): SQL access control error:\nInsufficient privileges to operate on schema 'MARTS'", 'E12'],
  ["100038 (22018): Numeric value 'n/a' is not recognized", 'D06'],
  ['100090 (42P18): Duplicate row detected during DML action\nRow Values: [1]', 'D23'],
  ['000979 (42601): SQL compilation error:\n[ORDERS.STATUS] is not a valid group by expression', 'D14'],
  [
    '000630 (57014): Statement reached its statement or warehouse timeout of 600 second(s) and was canceled.',
    'E14',
  ],
  [
    '250001 (08001): Failed to connect to DB: x.snowflakecomputing.com:443. Incorrect username or password was specified.',
    'E03',
  ],
  ['Unrecognized name: order_totl; Did you mean order_total? at [12:5]', 'D01'],
  ['Not found: Table shop-prod:raw.orders was not found in location EU', 'D02'],
  ['Syntax error: Expected end of input but got keyword FROM at [3:1]', 'D12'],
  ['SELECT list expression references column status which is neither grouped nor aggregated at [1:8]', 'D14'],
  ['UPDATE/MERGE must match at most one source row for each target row', 'D23'],
  ['Access Denied: Table shop-prod:raw.orders: User does not have permission to query table', 'E12'],
  [
    'Resources exceeded during query execution: The query could not be executed in the allotted memory.',
    'E11',
  ],
  [
    'No matching signature for operator = for argument types: INT64, STRING. Supported signature: ANY = ANY at [4:9]',
    'D07',
  ],
  [
    'Queries in UNION ALL have mismatched column count; query 1 has 2 columns, query 2 has 3 columns at [5:1]',
    'D16',
  ],
  [
    '[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `totl` cannot be resolved. Did you mean one of the following? [`total`]. SQLSTATE: 42703',
    'D01',
  ],
  ['[TABLE_OR_VIEW_NOT_FOUND] The table or view `raw`.`orders` cannot be found. SQLSTATE: 42P01', 'D02'],
  ["[PARSE_SYNTAX_ERROR] Syntax error at or near 'frm'. SQLSTATE: 42601 (line 1, pos 7)", 'D12'],
  [
    `[CAST_INVALID_INPUT] The value 'abc' of the type "STRING" cannot be cast to "INT". SQLSTATE: 22018`,
    'D06',
  ],
  ['[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0. SQLSTATE: 22012', 'D10'],
  ['[UNRESOLVED_ROUTINE] Cannot resolve routine `dateadd2` on search path. SQLSTATE: 42883', 'D08'],
  ['[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE] Cannot perform Merge. SQLSTATE: 21506', 'D23'],
]

it.each(DOCUMENTED)('ERR-1: %s', (message, id) => {
  expect(
    classify({ message: `Database Error in model a (models/a.sql)\n  ${message}`, events: [] })?.class.id,
  ).toBe(id)
})

const CONSOLE = `12:01:00  Running with dbt=1.11.16
12:01:01  [WARNING]: Did not find matching node for patch with name 'old' in the 'models' section of file 'models/s.yml'
12:01:02  1 of 4 START sql view model main.a ....... [RUN]
12:01:02  1 of 4 ERROR creating sql view model main.a ....... [ERROR in 0.02s]
12:01:02  2 of 4 SKIP relation main.b ....... [SKIP]
12:01:03  \u001b[31mCompleted with 3 errors, 0 partial successes, and 0 warnings:\u001b[0m
12:01:03  
12:01:03  Failure in model a (models/staging/a.sql)
12:01:03    Database Error in model a (models/staging/a.sql)
  column "totl" does not exist
  LINE 3:  select totl
12:01:03  
12:01:03    Database Error in model c (models/staging/c.sql)
  column "totl" does not exist
12:01:03  
12:01:03  \u001b[31mFailure in test unique_d_id (models/s.yml)\u001b[0m
12:01:03    Got 3 results, configured to fail if != 0
12:01:03  
12:01:03  Done. PASS=0 WARN=0 ERROR=3 SKIP=1 TOTAL=4
`

it('ERR-1: reads the console: one failure in two models is one, progress and sums are none', () => {
  const found = explainLog(CONSOLE)
  expect(found.map((e) => [e.class?.id, e.thing])).toEqual([
    ['P20', 'old'],
    ['D01', 'totl'],
    ['T01', null],
  ])
  expect(found[1]?.places.map((p) => p.file)).toContain('models/staging/c.sql')
  expect(found.map((e) => findingOf(e).severity)).toEqual(['warn', 'block', 'block'])
  expect(findingOf(found[2] as never)).toMatchObject({ rule: 'T01', file: 'models/s.yml' })
})

it('reads JSON lines, and the same failure told twice is one', () => {
  const line = (name: string, level: string, msg: string, node?: string) =>
    JSON.stringify({
      info: { name, code: 'X', level, msg },
      data: node ? { node_info: { unique_id: node } } : {},
    })
  const text = [
    line('MainReportVersion', 'info', 'Running with dbt=1.11.16'),
    line(
      'LogModelResult',
      'error',
      '1 of 1 ERROR creating sql table model main.a [ERROR in 0.1s]',
      'model.p.a',
    ),
    line('RunResultFailure', 'error', '\u001b[31mFailure in test t (tests/t.sql)\u001b[0m', 'test.p.t'),
    line('RunResultError', 'error', '  Got 2 results, configured to fail if != 0', 'test.p.t'),
    line('NoNodeForYamlKey', 'warn', "[WARNING]: Did not find matching node for patch with name 'z'"),
    line('RunResultError', 'error', '  Got 2 results, configured to fail if != 0', 'test.p.t'),
  ].join('\n')
  expect(ids(text)).toEqual(['P20', 'T01'])
})

it('reads what is pasted without stamps, a traceback of dlt, artifacts, and the last run of many', () => {
  expect(
    ids(
      "Compilation Error\n  Model 'model.p.a' (models/a.sql) depends on a node named 'b' which was not found",
    ),
  ).toEqual(['P17'])
  expect(
    ids(
      'Traceback (most recent call last):\n  File "load.py", line 9, in <module>\n    p.run(source())\ndlt.common.configuration.exceptions.ConfigFieldMissingException: Missing 1 field(s) in configuration `GithubSource`: `token`',
    ),
  ).toEqual(['L01'])
  const results = [
    { unique_id: 'model.p.a', status: 'error', message: 'Database Error in model a\n  division by zero' },
    { unique_id: 'model.p.b', status: 'skipped', message: null },
    { unique_id: 'test.p.c', status: 'pass' },
  ]
  expect(ids(JSON.stringify({ metadata: {}, results }))).toEqual(['D10'])
  const stamp = (id: string) => `${'='.repeat(30)} 12:00:00.1 | ${id} ${'='.repeat(30)}`
  const old = `${stamp('11111111-1111-1111-1111-111111111111')}\n12:00:00.000001 [error] [MainThread]: Encountered an error:\nRuntime Error\n  Could not find profile named 'x'`
  const now = `${stamp('22222222-2222-2222-2222-222222222222')}\n12:00:01.000001 [error] [MainThread]: Encountered an error:\nCompilation Error\n  dbt found 2 package(s) specified in packages.yml, but only 0 package(s) installed`
  expect(ids(`${old}\n${now}`)).toEqual(['P14'])
})

it('what fits none is unknown with all that is known, never forced into a class; no failure is none', () => {
  const [only] = explainLog('12:00:00  Encountered an error:\nthe flux capacitor is not calibrated')
  expect(only?.class).toBeNull()
  expect(findingOf(only as never)).toMatchObject({
    rule: 'unknown',
    evidence: 'the flux capacitor is not calibrated',
  })
  expect(explainLog('12:00:00  Running with dbt=1.11.16\n12:00:01  Done. PASS=3 WARN=0 ERROR=0')).toEqual([])
  expect(explainLog('')).toEqual([])
})

it('a unit test that stumbles over the SQL of its model is of the class of that', () => {
  const inside =
    'Runtime Error in unit_test u (models/s.yml)\n  An error occurred during execution of unit test \'u\'.\n   Runtime Error\n    Binder Error: Referenced column "totl" not found in FROM clause!'
  expect(ids(inside)).toEqual(['D01'])
})

it('values of rows do not stand in what is said', () => {
  const [only] = explainLog(
    'Database Error in model a (models/a.sql)\n  invalid input syntax for type integer: "4111-1111"',
  )
  expect(only?.class?.id).toBe('D06')
  expect(JSON.stringify(findingOf(only as never))).not.toContain('4111')
})
