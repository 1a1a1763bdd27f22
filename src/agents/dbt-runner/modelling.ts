/** The actions of a new dimension or fact: staging models, what is built and proven in the sandbox, its tests. */
import { collectChanges, diffSummary } from '../../changes/index.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import { openGraph } from '../../project/open.ts'
import { stageRead } from '../../refactor/add-staging/read.ts'
import type { TestRan } from '../../refactor/prove/builds.ts'
import { prove } from '../../refactor/prove.ts'
import type { Read } from '../data-modeler/types.ts'
import type { Modelled } from '../dim-modeler/modelled.ts'
import type { ActionContext } from '../types.ts'

export async function stage(
  ctx: ActionContext,
  { reads, intermediate }: { reads: Read[] | null; intermediate: string | null },
): Promise<Outcome> {
  if (!reads || reads.length === 0) return outcome('skipped', 'It is made from no table of the project.')
  const { project, dbt, now } = ctx
  const graph = await openGraph(dbt)
  const files = collectChanges(project)
  const lines: string[] = []
  for (const read of reads) {
    const { id, label, needsStaging, declare, seed } = read
    if (seed)
      lines.push(
        `${label} will be made: a seed of ${count(seed.rows.length, 'code')} from the description of ${seed.from}.`,
      )
    else if (needsStaging) {
      const { name } = await stageRead({ project, dbt, now, graph }, files, read)
      if (declare) lines.push(`${label} will be declared as a source.`)
      lines.push(`${name} will be made, for no staging model reads ${label}.`)
    } else lines.push(`Reused: ${label} (${graph.node(id)?.original_file_path}).`)
  }
  if (intermediate) lines.push(`An intermediate model will be made: ${intermediate}.`)
  const changes = await files.changeSet('staging')
  const [first = '', ...more] = lines
  return outcome('success', first, {
    details: [
      ...more,
      ...(changes.changes.length > 0
        ? [`${diffSummary(changes)}; written with the rest, once that is approved.`]
        : []),
    ],
  })
}

export type Proven = {
  proof: string
  tests: TestRan[]
  claims: { holds: boolean; text: string; data: unknown }[]
}

/** Built where nobody reads it; files of the project are written once it is approved. */
export async function create(
  ctx: ActionContext,
  { modelled }: { modelled: Modelled | null },
): Promise<Outcome<Proven>> {
  if (!modelled) return outcome('skipped', 'There is no design.')
  const { plan, made } = modelled
  const proof = await prove(plan, ctx)
  const claims = proof.claims.map(({ holds, text, data = null }) => ({ holds, text, data }))
  const evidence = claims.map(({ text, holds, data }) => ({ text, data: { holds, ...(data ?? {}) } }))
  if (!proof.holds)
    return outcome('failed', `${plan.title} is not proven; nothing was written.`, {
      details: proof.lines,
      evidence,
    })
  const ran = (proof.claims[0]?.data?.tests ?? []) as TestRan[]
  return outcome('success', proof.summary, {
    details: proof.lines,
    evidence,
    output: { proof: proof.summary, tests: ran.filter((t) => made.some((m) => m.node === t.model)), claims },
  })
}

/** They ran in the build of the step before, which tests what it builds: here it is held against the design. */
export async function tests(
  _: ActionContext,
  { modelled, proven }: { modelled: Modelled | null; proven: Proven | null },
): Promise<Outcome> {
  if (!modelled || !proven) return outcome('skipped', 'There is nothing that was built.')
  const passed = proven.tests.filter((t) => t.status === 'pass' || t.status === 'success')
  const same = (column: string | null) => column?.replace(/^["`]|["`]$/g, '') ?? null
  const missing = modelled.made.flatMap(({ node, tests }) =>
    tests.filter(
      ({ column, test }) =>
        !passed.some((t) => t.model === node && t.test === test && same(t.column) === column),
    ),
  )
  const words = ({ test, column }: { test: string; column: string | null }) =>
    column === null ? test : `${test} of ${same(column)}`
  if (missing.length > 0)
    return outcome('failed', `${list(missing.map(words))} did not pass in the sandbox; nothing was written.`)
  return outcome('success', `${count(passed.length, 'test')} made, all passed in the sandbox's build.`, {
    details: passed.map((t) => {
      const of = modelled.made.length > 1 ? ` in ${t.model?.split('.').at(-1)}` : ''
      return `${words(t)}${of}`
    }),
  })
}
