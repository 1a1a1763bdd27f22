/** A warehouse or a state that cannot be used: told, and nothing is lost. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { expectClear, expectNoStack } from '../support/expect-clear.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject } from '../support/project.ts'
import { refuses } from '../support/refuses.ts'
import { parseReport, statuses } from '../support/report.ts'
import { holdOpen, values } from '../support/warehouse.ts'

describe('the warehouse', () => {
  it('locked by another program: told before anything runs, with its process; then a store of runs that cannot be read: told with the way out; then it works', async () => {
    const project = makeProject('shop-loaded')
    const before = project.snapshot('.martsmith')
    const holder = await holdOpen(project, 'shop.duckdb')
    const refused = await runMartsmith(project, ['pipeline', '--yes'])
    expectClear(refused, {
      code: 2,
      says: ['Could not set lock on file', `PID ${holder.pid}`, project.path('shop.duckdb')],
      mend: [String(holder.pid)],
    })
    await holder.release()

    project.write('.martsmith/db/pglite/PG_VERSION', 'nonsense')
    project.write('.martsmith/db/pglite/global/pg_control', 'nonsense')
    const unreadable = await runMartsmith(project, ['pipeline', '--yes'])
    expectClear(unreadable, { code: 2, says: ['.martsmith/db'], mend: [/mv .*\.martsmith\/db/] })
    const mend = /-> .*?(mv \S+ \S+)/.exec(unreadable.stderr)?.[1] ?? ''
    execFileSync('sh', ['-c', mend], { cwd: project.dir })
    expect(project.snapshot('.martsmith')).toEqual(before)
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expect(run.code, run.all).toBe(0)
  })

  it('locked while dlt loads: the step fails with the holder named, and can be resumed', async () => {
    const project = makeProject('shop-loaded')
    const holds = `import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import duckdb, time; db = duckdb.connect('shop.duckdb'); open('held', 'w').close(); time.sleep(600)"])
while not __import__("os").path.exists("held"): time.sleep(0.05)
`
    const script = project.read('ingest/shop.py')
    project.write('ingest/shop.py', `${holds}${script}`)
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectNoStack(run)
    expect(run.code, run.all).toBe(1)
    expect(parseReport(run.stdout).steps[0]?.details).toMatch(/Could not set lock on file/)
    project.write('ingest/shop.py', script)
    const resumed = await runMartsmith(project, ['resume'])
    expect(resumed.code, resumed.all).toBe(0)
  })

  it('read-only: the build fails clearly, and the data stay', async () => {
    const project = makeProject('shop-loaded')
    project.edit(
      'profiles.yml',
      'path: shop.duckdb',
      'path: shop.duckdb\n      config_options: {access_mode: READ_ONLY}',
    )
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectNoStack(run)
    expect(run.code, run.all).toBe(1)
    expect(run.stdout).toMatch(/warehouse.*read-only/is)
    expect(run.stdout).toMatch(/To mend it: .*(profiles\.yml|--target)/)
    expect(values(project.path('shop.duckdb'), 'select count(*) from analytics.fct_orders')).toEqual([6])
  })

  it('in a folder that is not there: the file and what to do about it', async () => {
    const project = makeProject('shop-loaded')
    project.edit('profiles.yml', 'path: shop.duckdb', 'path: nowhere/shop.duckdb')
    const run = await runMartsmith(project, ['pipeline', '--yes'])
    expectNoStack(run)
    expect([1, 2], run.all).toContain(run.code)
    expect(run.all).toContain('nowhere/shop.duckdb')
    expect(run.all).toMatch(/(To mend it:|->) .*(mkdir|folder)/)
  })

  it('a file that is no database', () =>
    refuses(
      { code: 2, says: [/shop\.duckdb/, /not a valid DuckDB database file/] },
      {
        change: (p) =>
          p.write('shop.duckdb', 'not a database at all, but long enough to be read as one\n'.repeat(100)),
      },
    ))
})

describe('the state', () => {
  it('a task that a person edited keeps what they wrote; a corrupted one is told, and left alone: the run goes on', async () => {
    const project = makeProject('shop-loaded')
    project.edit('models/marts/fct_orders.sql', 'amount + tax', 'amount + taxes')
    const failed = await runMartsmith(project, ['pipeline', '--yes'])
    expect(failed.code, failed.all).toBe(1)
    const file = project.run().taskFile ?? ''
    project.edit(file, '## Checklist\n', '## Checklist\n\n- [x] asked finance (Ada)\n')
    project.edit(file, /^priority = .*$/m, 'priority = "very high" # from Ada')
    const edited = project.read(file)
    expect((await runMartsmith(project, ['resume'])).code).toBe(1)
    expect(project.read(file)).not.toBe(edited)
    expect(project.read(file)).toContain('- [x] asked finance (Ada)\n')
    expect(project.read(file)).toContain('priority = "very high" # from Ada\n')

    project.edit('models/marts/fct_orders.sql', 'amount + taxes', 'amount + tax')
    project.write(file, '+++\nid = "broken\n<<<<<<< HEAD\n')
    const resumed = await runMartsmith(project, ['resume'])
    expectNoStack(resumed)
    expect(resumed.code, resumed.all).toBe(0)
    expect(statuses(resumed.stdout)).toBe('Skipped Success Success Skipped')
    expect(resumed.stderr).toContain(file)
    expect(project.read(file)).toBe('+++\nid = "broken\n<<<<<<< HEAD\n')
  })
})
