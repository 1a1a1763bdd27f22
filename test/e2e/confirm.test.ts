/** Nothing runs that was not confirmed. */
import { beforeAll, describe, expect, it } from 'vitest'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'
import { atTerminal } from '../support/terminal.ts'

let project: Project
let before: Record<string, string>
let runsBefore: number

beforeAll(() => {
  project = makeProject('shop-loaded')
  before = project.snapshot('.martsmith')
  runsBefore = project.runs().length
})

function expectNothingRan(): void {
  expect(project.snapshot('.martsmith')).toEqual(before)
  expect(project.runs()).toHaveLength(runsBefore)
}

describe('without a terminal', () => {
  it('EXEC-1: shows the scope, runs nothing and exits 3 unless --yes is given', async () => {
    const asked = await runMartsmith(project, ['Run the full pipeline'])
    expect(asked.code).toBe(3)
    expect(asked.stdout).toBe('')
    expect(asked.stderr).toMatch(/^Full Data Pipeline on shop \(target dev, duckdb\)$/m)
    expect(asked.stderr).toMatch(/dlt +shop +will be skipped: .*unchanged/)
    expect(asked.stderr).toMatch(/dbt +build --select '\+fct_orders \+dim_customers' +5 of 6 models, 6 tests/)
    expect(asked.stderr).toMatch(/Writes to shop\.duckdb \(schema analytics\)/)
    expect(asked.stderr).toMatch(/--yes/)
    expectNothingRan()
  })

  it('EXEC-1: --json says so in one object', async () => {
    const asked = await runMartsmith(project, ['pipeline', '--json'])
    expect(asked.code).toBe(3)
    expect(asked.json).toMatchObject({
      workflow: 'pipeline',
      run_id: null,
      status: 'waiting',
      steps: [],
      task_file: null,
    })
    expect(asked.json.summary).toMatch(/--yes/)
    expectNothingRan()
  })

  it('EXEC-1: --dry-run shows what would run, and runs nothing, whatever else is said', async () => {
    const dry = await runMartsmith(project, ['pipeline', '--force', '--full-refresh', '--dry-run', '--yes'])
    expect(dry.code, dry.all).toBe(0)
    expect(dry.stderr).toMatch(/will run: it was asked for \(--force\)/)
    expectNothingRan()
  })
})

describe('at a terminal', () => {
  it('EXEC-1: asks, and takes no for an answer', async () => {
    const refused = await atTerminal(project, ['Run the full pipeline'], [['Run it', 'n\r']])
    expect(refused.code, refused.screen).toBe(4)
    expect(refused.screen).toContain('Nothing was run')
    expectNothingRan()
  })

  it('EXEC-1: Ctrl-C at the question ends with 130 and runs nothing', async () => {
    const interrupted = await atTerminal(project, ['pipeline'], [['Run it', '\u0003']])
    expect(interrupted.code, interrupted.screen).toBe(130)
    expectNothingRan()
  })

  it('EXEC-1, EXEC-2: runs after a yes, with progress that moves and the report at the end', async () => {
    const agreed = await atTerminal(project, ['pipeline'], [['Run it', 'y\r']])
    expect(agreed.code, agreed.screen).toBe(0)
    expect(agreed.screen).toMatch(/2 dbt build .*█+/)
    expect(agreed.screen).toMatch(/## Workflow: Full Data Pipeline/)
    expect(project.runs()).toHaveLength(runsBefore + 1)
  })

  it('ORC-2: an unclear request is asked about; "none of these" runs nothing', async () => {
    const chosen = await atTerminal(project, ['add orders'], [['Which', '\u001b[A\r']]) // up from the first: the last
    expect(chosen.code, chosen.screen).toBe(4)
    expect(chosen.screen).toContain('none of these')
    expect(chosen.screen).toContain('Nothing was run')
    expect(project.runs()).toHaveLength(runsBefore + 1)
  })
})
