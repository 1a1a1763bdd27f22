import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { detectDltPipelines } from './detect-dlt.ts'

function folder(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'martsmith-detect-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const RUNS = '\nif __name__ == "__main__":\n    run()\n'

describe('detection of dlt scripts', () => {
  it('takes scripts that import dlt, make a pipeline and run', async () => {
    const root = folder({
      'load/orders.py': `import dlt\np = dlt.pipeline("orders_api", destination="duckdb")${RUNS}`,
      'load/helpers.py': 'import dlt\n\n@dlt.resource\ndef rows(): ...\n',
      'other.py': 'print("dlt.pipeline(")\n',
      'pipelines/named.py': `import dlt\np = dlt.pipeline(\n    pipeline_name='crm',\n    destination='postgres',\n)\np.run([])\n`,
    })
    expect((await detectDltPipelines(root)).map(({ name, script }) => [name, script])).toEqual([
      ['orders_api', 'load/orders.py'],
      ['crm', 'pipelines/named.py'],
    ])
  })

  it.each([
    ['info = p.run(rows())', true],
    ['print(p.run(rows()))', true],
    ['load()', true],
    ['def load():\n    p.run(rows())', false],
    ['# p.run(rows())', false],
  ])('knows a script that runs when it is started: %s', async (text, runs) => {
    const root = folder({ 'load.py': `import dlt\np = dlt.pipeline("orders")\n${text}\n` })
    expect(await detectDltPipelines(root)).toHaveLength(runs ? 1 : 0)
  })

  it('tells scripts apart that use one name', async () => {
    const script = `import dlt\np = dlt.pipeline("shop")${RUNS}`
    const root = folder({ 'load/orders.py': script, 'load/customers.py': script })
    expect((await detectDltPipelines(root)).map((p) => p.name)).toEqual(['load/customers', 'load/orders'])
  })

  it('passes over environments and tests, and names a pipeline after its file where it has no literal name', async () => {
    const root = folder({
      '.venv/lib/x.py': `import dlt\ndlt.pipeline("x")${RUNS}`,
      'tests/test_load.py': `import dlt\ndlt.pipeline("x")${RUNS}`,
      'load.py': `import dlt\nNAME = "n"\np = dlt.pipeline(NAME)${RUNS}`,
    })
    expect((await detectDltPipelines(root)).map((p) => p.name)).toEqual(['load'])
  })

  it('proposes as inputs the data files that the script names and that exist', async () => {
    const root = folder({
      'data/a.csv': 'x',
      'ingest/local.json': '{}',
      'ingest/load.py': `import dlt\nA = "data/a.csv"\nB = 'local.json'\nC = "gone.csv"\np = dlt.pipeline("l")${RUNS}`,
    })
    expect((await detectDltPipelines(root))[0]?.inputs).toEqual(['data/a.csv', 'ingest/local.json'])
  })
})
