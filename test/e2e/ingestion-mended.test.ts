/** Load scripts that fail, each in its own way: what proves itself in a copy of the project is written, and loads. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectNoStack } from '../support/expect-clear.ts'
import { type Result, runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { parseReport, statuses } from '../support/report.ts'
import { values } from '../support/warehouse.ts'

/** Loads two rows of a file into a table that is called after the pipeline. */
const script = (
  name: string,
  { read = 'row["total"]', key = '"id"', file = `${name}.csv`, before = '' } = {},
) => `import csv
from pathlib import Path

import dlt

HERE = Path(__file__).parent


@dlt.resource(name="${name}", primary_key=${key}, write_disposition="merge")
def rows():
    ${before}
    with open(HERE / "${file}") as lines:
        for row in csv.DictReader(lines):
            yield {"id": int(row["id"]), "total": float(${read})}


dlt.pipeline(
    "${name}", destination=dlt.destinations.duckdb(str(HERE.parent / "shop.duckdb")), dataset_name="raw"
).run(rows())
`

const OUTSIDE = 'outside-of-the-project.txt'

const SCRIPTS: Record<string, (dir: string) => string> = {
  slip: () => script('slip', { read: 'row["totl"]' }),
  colon: () => script('colon').replace('csv.DictReader(lines):', 'csv.DictReader(lines)'),
  pending: () => script('pending', { key: '"idd"' }),
  moved: () => script('moved', { file: 'move.csv' }),
  month: () => script('month', { file: 'month-05.csv' }),
  two: () => script('two', { read: 'row["totl"]', before: 'print(HER)' }),
  remote: () =>
    script('remote', { before: '__import__("urllib.request").request.urlopen("http://127.0.0.1:9/")' }),
  writes: (dir) =>
    script('writes', { before: `open("${join(dir, '..', OUTSIDE)}", "w"); row = {}; row["gone"]` }),
}

const MENDED = ['slip', 'colon', 'pending', 'moved', 'two']

describe('scripts that fail, each in its own way', () => {
  let project: Project
  let run: Result

  beforeAll(async () => {
    project = makeProject('shop')
    const pipelines = Object.entries(SCRIPTS).map(([name, text]) => {
      project.write(`ingest/${name}.py`, text(project.dir))
      project.write(`ingest/${name === 'month' ? 'month-04' : name}.csv`, 'id,total\n1,10\n2,20\n')
      return `    - {name: ${name}, script: ingest/${name}.py}\n`
    })
    project.write('martsmith.yml', `dlt:\n  pipelines:\n${pipelines.join('')}`)
    const failed = await runMartsmith(project, ['pipeline', '--yes'])
    expect(statuses(failed.stdout)).toBe('Failed Skipped Skipped Skipped')
    project.remove(`../${OUTSIDE}`)
    run = await runMartsmith(project, ['debug', '--yes'])
    expectNoStack(run)
  })

  it('ERR-1 ERR-3: what proves itself in a copy is written, loads, and the rest is left to a person', () => {
    expect(run.code, run.all).toBe(1)
    for (const name of MENDED)
      expect(values(project.path('shop.duckdb'), `select sum(total) from raw.${name}`), name).toEqual([30])
    const { steps } = parseReport(run.stdout)
    expect(steps[2]?.details).toContain('5 files')
    expect(steps[4]?.details).toMatch(/month fails still\. remote fails still\. writes fails still\./)
  })

  it('only the slip is mended: the rest of the script is what it was', () => {
    for (const name of MENDED)
      expect(project.read(`ingest/${name}.py`).split('\n').length).toBe(script(name).split('\n').length)
    expect(project.read('ingest/slip.py')).toBe(script('slip'))
    expect(project.read('ingest/colon.py')).toBe(script('colon'))
    expect(project.read('ingest/pending.py')).toBe(script('pending'))
    expect(project.read('ingest/moved.py')).toBe(script('moved'))
  })

  it('what the failed load left, and nothing was loaded of, is given up and said', () => {
    expect(run.stdout).toMatch(
      /pending: 1 package of an earlier load, of which nothing was loaded, was given up/,
    )
  })

  it('another delivery is a choice of a person, and no slip', () => {
    expect(project.read('ingest/month.py')).toContain('month-05.csv')
    expect(run.stdout).toContain('Another file brings other rows')
  })

  it('a copy reaches no server and writes nothing outside: such a script is explained, and not tried', () => {
    expect(run.stdout).toMatch(
      /remote was not tried: in a copy of the project it would reach the network \(127\.0\.0\.1\)/,
    )
    expect(run.stdout).toMatch(
      /writes was not tried: in a copy of the project it would write \S+, which lies outside/,
    )
    expect(existsSync(join(project.dir, '..', OUTSIDE))).toBe(false)
  })
})
