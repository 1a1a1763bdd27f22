/** The actions of a new dimension: its staging model, the dimension built and proven in the sandbox, its tests. */
import { collectChanges, diffSummary } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import { openGraph } from '../../project/open.ts'
import { stageInto } from '../../refactor/add-staging/index.ts'
import type { TestRan } from '../../refactor/prove/builds.ts'
import { prove } from '../../refactor/prove.ts'
import type { Plan } from '../../refactor/types.ts'
import type { ActionContext } from '../types.ts'

type Reading = { origin: { id: string; label: string; needsStaging: boolean } }

export async function stage(
  ctx: ActionContext,
  { recommendation }: { recommendation: Reading | null },
): Promise<Outcome> {
  if (!recommendation) return outcome('skipped', 'There is no table to stage.')
  const { origin } = recommendation
  const graph = await openGraph(ctx.dbt)
  if (!origin.needsStaging)
    return outcome('success', `Reused: ${origin.label} (${graph.node(origin.id)?.original_file_path}).`)
  const { project, dbt, now } = ctx
  const files = collectChanges(project)
  const staged = await stageInto({ project, dbt, now, graph }, files, { table: origin.label, name: null })
  return outcome(
    'success',
    `${staged.name} will be made, for no staging model reads ${origin.label}: ${diffSummary(await files.changeSet(staged.name))}. Written with the dimension, once that is approved.`,
  )
}

type Planned = { plan: Plan; node: string; tests: { column: string; test: string }[] }

export type Proven = {
  proof: string
  tests: TestRan[]
  claims: { holds: boolean; text: string; data: unknown }[]
}

/** Built where nobody reads it; files of the project are written once it is approved. */
export async function create(
  ctx: ActionContext,
  { dimension }: { dimension: Planned | null },
): Promise<Outcome<Proven>> {
  if (!dimension) return outcome('skipped', 'There is no design.')
  const proof = await prove(dimension.plan, ctx)
  const claims = proof.claims.map(({ holds, text, data = null }) => ({ holds, text, data }))
  const evidence = claims.map(({ text, holds, data }) => ({ text, data: { holds, ...(data ?? {}) } }))
  if (!proof.holds)
    return outcome('failed', `${dimension.plan.title} is not proven; nothing was written.`, {
      details: proof.lines,
      evidence,
    })
  const ran = (proof.claims[0]?.data?.tests ?? []) as TestRan[]
  return outcome('success', proof.summary, {
    details: proof.lines,
    evidence,
    output: { proof: proof.summary, tests: ran.filter((t) => t.model === dimension.node), claims },
  })
}

/** They ran in the build of the step before, which tests what it builds: here it is held against the design. */
export async function tests(
  _: ActionContext,
  { dimension, proven }: { dimension: Planned | null; proven: Proven | null },
): Promise<Outcome> {
  if (!dimension || !proven) return outcome('skipped', 'There is no dimension that was built.')
  const passed = proven.tests.filter((t) => t.status === 'pass' || t.status === 'success')
  const same = (column: string | null) => column?.replace(/^["`]|["`]$/g, '')
  const missing = dimension.tests.filter(
    ({ column, test }) => !passed.some((t) => t.test === test && same(t.column) === column),
  )
  if (missing.length > 0)
    return outcome(
      'failed',
      `${list(missing.map((t) => `${t.test} of ${t.column}`))} did not pass in the sandbox; nothing was written.`,
    )
  return outcome('success', `${count(passed.length, 'test')} made, all passed in the sandbox's build.`, {
    details: passed.map((t) => `${t.test} of ${same(t.column)}`),
  })
}
