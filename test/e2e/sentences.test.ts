/** From what people say to what runs; nothing is written because of a misreading. */
import { beforeAll, describe, expect, it } from 'vitest'
import { expectNoStack } from '../support/expect-clear.ts'
import { runMartsmith } from '../support/martsmith.ts'
import { makeProject, type Project } from '../support/project.ts'

let project: Project
let before: Record<string, string>

beforeAll(() => {
  project = makeProject('shop-loaded')
  before = project.snapshot('.martsmith')
})

/** The scope as it would be confirmed. */
async function scopeOf(...words: string[]): Promise<string> {
  const dry = await runMartsmith(project, [...words, '--dry-run', '--json'])
  expect(dry.code, dry.all).toBe(0)
  return dry.json.summary.replace(/\d+ min ago|just now/g, 'AGO').replace(/due in .*/g, '')
}

describe('sentences and verbs', () => {
  it('ORC-2: an everyday variant of "Run the full pipeline" is the run that `martsmith pipeline` is', async () => {
    const verb = await scopeOf('pipeline')
    expect(verb).toContain(`build --select '+fct_orders +dim_customers'`)
    const sentence = 'please run the whole data pipeline now'
    expect(await scopeOf(sentence), sentence).toBe(verb)
  })

  it('ORC-2: "Update everything" is the whole project', async () => {
    expect(await scopeOf('Update everything')).toMatch(/build {3}6 models, 7 tests/)
  })

  it('ORC-2: "refresh X and everything above it" selects X with its parents', async () => {
    expect(await scopeOf('refresh fct_orders and everything above it')).toMatch(
      /build --select \+fct_orders {3}3 of 6 models/,
    )
  })

  it('ORC-2: what is unclear is asked with the likely readings, exit 3', async () => {
    const unclear = await runMartsmith(project, ['add orders'])
    expect(unclear.code, unclear.all).toBe(3)
    expect(unclear.stderr).toMatch(/1 .*martsmith fact orders/s)
    expect(unclear.stderr).toContain('Nothing was run')
    const asJson = await runMartsmith(project, ['add orders', '--json'])
    expect(asJson.json).toMatchObject({ status: 'waiting', steps: [], run_id: null })
    expect(asJson.json.next_steps.length).toBeGreaterThan(1)
  })

  it('ORC-2: what is outside gets a plain no with what is possible', async () => {
    const outside = await runMartsmith(project, ['book a table for two'])
    expect(outside.code, outside.all).toBe(2)
    expect(outside.stderr).toMatch(/Possible is:\n +1 /)
  })

  // The tables of the router hold the other sentences.
  it.each(['Review my changes'])(
    'ORC-2: "%s" is understood, says that it is not built yet, and runs nothing',
    async (trigger) => {
      const answer = await runMartsmith(project, [trigger, '--yes'])
      expectNoStack(answer)
      expect(answer.code, answer.all).toBe(2)
      expect(answer.stderr).toMatch(/cannot do ".+" yet; nothing was run/)
    },
  )

  it.each(["don't run the full pipeline", 'how do I run the full pipeline?'])(
    'ORC-2: "%s" runs nothing, even with --yes',
    async (sentence) => {
      const answer = await runMartsmith(project, [sentence, '--yes'])
      expectNoStack(answer)
      expect([2, 3], answer.all).toContain(answer.code)
      expect(project.snapshot('.martsmith')).toEqual(before)
    },
  )

  it('ORC-2: a sentence that contradicts its flags is refused', async () => {
    const answer = await runMartsmith(project, ['refresh fct_orders', '--select', 'dim_customers', '--yes'])
    expect(answer.code, answer.all).toBe(2)
    expect(answer.stderr).toMatch(/fct_orders.*dim_customers.*Nothing was run/)
  })

  it('ORC-1: the agents and the workflows are listed with purpose and when to use', async () => {
    const agents = await runMartsmith(project, ['agents'])
    for (const name of [
      'dbt-runner',
      'dbt-doctor',
      'data-modeler',
      'dim-modeler',
      'code-reviewer',
      'powerbi-modeler',
    ]) {
      expect(agents.stdout).toMatch(new RegExp(`^\\| ${name} +\\| [A-Z].+\\| [A-Z].+\\|`, 'm'))
    }
    const workflows = await runMartsmith(project, ['workflows'])
    expect(workflows.stdout).toMatch(
      /^Full Data Pipeline: .+\n {2}Say: "Run the full pipeline" or "Update everything"\n {2}1\. Run dlt ingestion/m,
    )
  })
})
