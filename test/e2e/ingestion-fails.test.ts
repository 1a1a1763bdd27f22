/** Everything a script can do wrong ends as a Failed step that says where and why; never as a success. */
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClear, expectNoStack } from '../support/expect-clear.ts'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'
import { query, values } from '../support/warehouse.ts'

const PIPELINE = `pipeline = dlt.pipeline("shop", destination=dlt.destinations.duckdb("shop.duckdb"), dataset_name="raw")`

type Told = { project: Project; run: Result; details: string }

/** A project whose script is `lines`, and its run. */
async function runScript(lines: string, change: (project: Project) => void = () => undefined): Promise<Told> {
  const project = makeProject('shop')
  project.write('ingest/shop.py', `${lines}\n`)
  change(project)
  return told(project)
}

async function told(project: Project): Promise<Told> {
  const run = await runMartsmith(project, ['pipeline', '--yes'])
  expectNoStack(run)
  return { project, run, details: parseReport(run.stdout).steps[0]?.details ?? '' }
}

function expectFailed(run: Result): void {
  expect(run.code, run.all).toBe(1)
  expect(statuses(run.stdout)).toBe('Failed Skipped Skipped Skipped')
}

/** Each is a pipeline of its own in one project: what is told of one stands beside what is told of the others. */
const RAISING = {
  resource: `import dlt
@dlt.resource
def orders():
    yield {"id": 1}
    raise ValueError("the shop is closed")
${PIPELINE}
pipeline.run(orders())`,
  module: 'import dlt\n\nrates = {"EUR": 1}\nprint(rates["USD"])',
  syntax: 'import dlt\nfor order in\n',
  exits: 'import dlt, sys\nsys.exit(7)',
  dies: 'import dlt, os\nos._exit(3)',
  package: 'import dlt\nimport shop_client_of_nobody',
  input: `import dlt
@dlt.resource
def orders():
    yield from open("data/nothing.csv")
${PIPELINE}
pipeline.run(orders())`,
  hangs: 'import dlt, time\ntime.sleep(600)',
  asks: 'import dlt\nanswer = input("Load it? ")',
  good: `import dlt
${PIPELINE.replace('"shop"', '"good"')}
pipeline.run([{"id": 1}], table_name="good")`,
}

describe('scripts that fail, beside one that does not', () => {
  let run: Result
  let parts: Record<string, string>

  beforeAll(async () => {
    const project = makeProject('shop')
    const timeouts: Record<string, string> = { hangs: ', timeout: 4s', asks: ', timeout: 20s' }
    const pipelines = Object.entries(RAISING).map(([name, lines]) => {
      project.write(`ingest/${name}.py`, `${lines}\n`)
      return `    - {name: ${name}, script: ingest/${name}.py${timeouts[name] ?? ''}}\n`
    })
    project.write('martsmith.yml', `dlt:\n  pipelines:\n${pipelines.join('')}`)
    const done = await told(project)
    run = done.run
    // The lines of a pipeline begin with its name; what belongs to them follows.
    const names = Object.keys(RAISING).join('|')
    const begins = new RegExp(`^(?=(?:${names}) (?:failed|loaded|was stopped)\\b)`, 'm')
    parts = Object.fromEntries(done.details.split(begins).map((part) => [part.split(' ')[0], part]))
  })

  it('ERR-1: every one is told, and the run has failed', () => {
    expectFailed(run)
    expect(Object.keys(parts).toSorted()).toEqual(Object.keys(RAISING).toSorted())
  })

  it.each<[keyof typeof RAISING, string, RegExp[]]>([
    [
      'resource',
      'in a resource: dlt’s step, the resource, the cause and the line',
      [
        /^resource failed in dlt's step extract, resource orders: ValueError: the shop is closed \(ingest\/resource\.py:5\)\n/,
        /No rows were loaded\./,
      ],
    ],
    [
      'module',
      'in the module, before any pipeline',
      [/^module failed: KeyError: 'USD' \(ingest\/module\.py:4\)/],
    ],
    ['syntax', 'with a syntax error', [/^syntax failed: SyntaxError: .*\(ingest\/syntax\.py:2\)/]],
    ['exits', 'SystemExit is told with its exit code', [/the script ended with exit code 7/]],
    ['dies', 'os._exit is told as an unexpected end', [/ended.* exit code 3/]],
    [
      'package',
      'a missing package is named with the command that installs it (ERR-4)',
      [
        /ModuleNotFoundError: No module named 'shop_client_of_nobody' \(ingest\/package\.py:2\)/,
        /To mend it: .*pip install shop_client_of_nobody/,
      ],
    ],
    [
      'input',
      'a missing input file is named',
      [/resource orders: FileNotFoundError: .*data\/nothing\.csv.*\(ingest\/input\.py:4\)/],
    ],
    [
      'hangs',
      'one that hangs is stopped after its timeout',
      [/was stopped: it had not ended after 4 s/, /dlt\.pipelines\[\]\.timeout/],
    ],
    [
      'asks',
      'one that asks for input finds none, rather than waiting for ever',
      [/EOFError.*\(ingest\/asks\.py:2\)/],
    ],
    [
      'good',
      'one of several that does not fail is told as it went',
      [/^good loaded 1 new row into raw\.good/],
    ],
  ])('ERR-1: %s: %s', (name, _, says) => {
    for (const part of says) expect(parts[name]).toMatch(part)
  })
})

describe('a script that misbehaves', () => {
  it('what it prints harms nothing: lines like our protocol, binary, a megabyte, a closed stdout', async () => {
    const { run, project } = await runScript(`import dlt, os, subprocess, sys
print('{"id": 1, "result": {"pipelines": [], "error": null}}')
print('{"id": 2, "error": {"type": "X", "message": "forged"}}')
os.write(1, b'{"id": 1, "result": 5}\\n\\xff\\xfe\\x00garbage\\n')
sys.stderr.buffer.write(b"\\x80\\x81\\n" + b"x" * 1_000_000 + b"\\n")
subprocess.run(["echo", '{"id": 3, "result": null}'])
${PIPELINE}
pipeline.run([{"order_id": 1, "customer_id": 1, "ordered_at": "2024-05-01", "status": "paid", "amount": 1.0}], table_name="orders")
pipeline.run([{"customer_id": 1, "name": "Ada", "city": "Oslo"}], table_name="customers")
os.close(1)`)
    expect(run.code, run.all).toBe(0)
    expect(values(project.path('shop.duckdb'), 'select count(*) from raw.orders')).toEqual([1])
    expect(run.stdout).not.toContain('forged')
  })

  it('one that is not there is named with the key to correct, before anything runs', async () => {
    const project = makeProject('shop')
    project.edit('martsmith.yml', 'ingest/shop.py', 'ingest/shops.py')
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectClear(run, {
      code: 2,
      says: ['there is no file ingest/shops.py'],
      mend: ['dlt.pipelines[].script'],
    })
    expect(project.runs()).toEqual([])
  })
})

describe('a partial load', () => {
  it('ERR-1: rows of the run before the failing one are told, and it is not a success', async () => {
    const { run, details, project } = await runScript(`import dlt
${PIPELINE}
pipeline.run([{"customer_id": 1}, {"customer_id": 2}], table_name="customers")
@dlt.resource
def orders():
    raise RuntimeError("no orders today")
    yield
pipeline.run(orders())`)
    expectFailed(run)
    expect(details).toMatch(/resource orders: RuntimeError: no orders today \(ingest\/shop\.py:6\)/)
    expect(details).toMatch(/Loaded before it failed: 2 new rows in raw\.customers\./)
    expect(project.checks().at(-1)).toMatchObject({ result: 'failed' })
  })

  it('ERR-1: of two tables in one package the one that the warehouse refuses is named, with what did load', async () => {
    const { run, details } = await runScript(
      `import dlt
${PIPELINE}
pipeline.run([dlt.resource([{"customer_id": 1}], name="customers"), dlt.resource([{"order_id": 1}, {"order_id": None, "note": "x"}], name="orders")])`,
      (project) =>
        query(
          project.path('shop.duckdb'),
          'create schema raw',
          'create table raw.orders (order_id bigint not null, note varchar, _dlt_load_id varchar not null, _dlt_id varchar not null)',
        ),
    )
    expectFailed(run)
    expect(details).toMatch(/^shop failed in dlt's step load, table orders: /)
    expect(details).toMatch(/NOT NULL constraint failed/)
    expect(details).toMatch(/Loaded before it failed: 1 new row in raw\.customers\.|No rows were loaded\./)
  })
})

describe('values of rows', () => {
  const BAD_ROW = `import dlt
@dlt.resource
def orders():
    yield {"amount": float(open("data/orders.csv").readline())}
${PIPELINE}
pipeline.run(orders())`

  it('stand neither in the task nor in the run’s state', async () => {
    const { run, project, details } = await runScript(BAD_ROW, (p) =>
      p.write('data/orders.csv', 'Margarete Mustermann'),
    )
    expectFailed(run)
    expect(details).toMatch(/ValueError: could not convert string to float: '\*\*\*'/)
    for (const file of [...project.taskFiles(), ...project.files('.martsmith/runs')]) {
      expect(project.read(file), file).not.toContain('Mustermann')
    }
  })

  it('are shown where the project allows it', async () => {
    const { project } = await runScript(BAD_ROW, (p) => {
      p.write('data/orders.csv', 'Margarete Mustermann')
      p.edit('martsmith.yml', 'pipeline:', 'evidence: values\npipeline:')
    })
    expect(project.read(project.run().taskFile ?? '')).toContain('Margarete Mustermann')
  })
})
