/** Everything a script can do wrong ends as a Failed step that says where and why; never as a success. */
import { describe, expect, it } from 'vitest'
import { expectClear, expectNoStack } from '../support/expect-clear.ts'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'
import { query, values } from '../support/warehouse.ts'

const PIPELINE = `pipeline = dlt.pipeline("shop", destination=dlt.destinations.duckdb("shop.duckdb"), dataset_name="raw")`

/** A project whose script is `lines`, and its run. */
async function runScript(
  lines: string,
  change: (project: Project) => void = () => undefined,
): Promise<{ project: Project; run: Result; details: string }> {
  const project = makeProject('shop')
  project.write('ingest/shop.py', `${lines}\n`)
  change(project)
  const run = await runMartsmith(project, ['pipeline', '--yes'])
  expectNoStack(run)
  return { project, run, details: parseReport(run.stdout).steps[0]?.details ?? '' }
}

function expectFailed(run: Result): void {
  expect(run.code, run.all).toBe(1)
  expect(statuses(run.stdout)).toBe('Failed Skipped Skipped Skipped')
}

describe('a script that raises', () => {
  it('ERR-1: in a resource: dlt’s step, the resource, the cause and the line', async () => {
    const { run, details } = await runScript(`import dlt
@dlt.resource
def orders():
    yield {"id": 1}
    raise ValueError("the shop is closed")
${PIPELINE}
pipeline.run(orders())`)
    expectFailed(run)
    expect(details).toMatch(
      /^shop failed in dlt's step extract, resource orders: ValueError: the shop is closed \(ingest\/shop\.py:5\)\n/,
    )
    expect(details).toMatch(/No rows were loaded\./)
  })

  it('ERR-1: in the module, before any pipeline', async () => {
    const { run, details } = await runScript('import dlt\n\nrates = {"EUR": 1}\nprint(rates["USD"])')
    expectFailed(run)
    expect(details).toMatch(/^shop failed: KeyError: 'USD' \(ingest\/shop\.py:4\)/)
  })

  it('ERR-1: with a syntax error', async () => {
    const { run, details } = await runScript('import dlt\nfor order in\n')
    expectFailed(run)
    expect(details).toMatch(/^shop failed: SyntaxError: .*\(ingest\/shop\.py:2\)/)
  })

  it('ERR-1: SystemExit is told with its exit code, os._exit as an unexpected end', async () => {
    const exits = await runScript('import dlt, sys\nsys.exit(7)')
    expectFailed(exits.run)
    expect(exits.details).toMatch(/the script ended with exit code 7/)
    const dies = await runScript('import dlt, os\nos._exit(3)')
    expectFailed(dies.run)
    expect(dies.details).toMatch(/ended.* exit code 3/)
  })

  it('ERR-1, ERR-4: a missing package is named with the command that installs it', async () => {
    const { run, details } = await runScript('import dlt\nimport shop_client_of_nobody')
    expectFailed(run)
    expect(details).toMatch(
      /ModuleNotFoundError: No module named 'shop_client_of_nobody' \(ingest\/shop\.py:2\)/,
    )
    expect(details).toMatch(/To mend it: .*pip install shop_client_of_nobody/)
  })

  it('ERR-1: a missing input file is named', async () => {
    const { run, details } = await runScript(`import dlt
@dlt.resource
def orders():
    yield from open("data/nothing.csv")
${PIPELINE}
pipeline.run(orders())`)
    expectFailed(run)
    expect(details).toMatch(
      /resource orders: FileNotFoundError: .*data\/nothing\.csv.*\(ingest\/shop\.py:4\)/,
    )
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

  it('one that hangs is stopped after its timeout, and nothing of it lives on', async () => {
    const { run, details } = await runScript('import dlt, time\ntime.sleep(600)', (project) =>
      project.edit('martsmith.yml', 'freshness: 24h', 'timeout: 4s'),
    )
    expectFailed(run)
    expect(details).toMatch(/was stopped: it had not ended after 4 s/)
    expect(details).toMatch(/dlt\.pipelines\[\]\.timeout/)
  })

  it('one that asks for input finds none, rather than waiting for ever', async () => {
    const { run, details } = await runScript('import dlt\nanswer = input("Load it? ")', (project) =>
      project.edit('martsmith.yml', 'freshness: 24h', 'timeout: 20s'),
    )
    expectFailed(run)
    expect(details).toMatch(/EOFError.*\(ingest\/shop\.py:2\)/)
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

  it('ERR-1: when one of several pipelines fails the others are told as they went', async () => {
    const { run, details } = await runScript('import dlt\nraise RuntimeError("no")', (project) => {
      project.write(
        'ingest/good.py',
        `import dlt\n${PIPELINE.replace('"shop"', '"good"')}\npipeline.run([{"id": 1}], table_name="good")`,
      )
      project.write(
        'martsmith.yml',
        'dlt:\n  pipelines:\n    - {name: shop, script: ingest/shop.py}\n    - {name: good, script: ingest/good.py}\n',
      )
    })
    expectFailed(run)
    expect(details).toMatch(/^shop failed: RuntimeError: no/)
    expect(details).toMatch(/^good loaded 1 new row into raw\.good/m)
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
