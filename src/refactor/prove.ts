/**
 * Proves what a plan claims: builds before and after in a sandbox from the same frozen inputs, tests them and
 * compares. It is done for all operations here; none of them proves itself.
 */
import { dbtError } from '../adapters/dbt/explain.ts'
import type { DbtEngine, Invocation } from '../adapters/dbt/types.ts'
import type { Project } from '../config/project.ts'
import type { Progress } from '../core/events.ts'
import { openSandbox } from '../sandbox/open.ts'
import type { Sandbox, SandboxOptions, Side } from '../sandbox/types.ts'
import { buildsClaim } from './prove/builds.ts'
import { incrementalClaim } from './prove/incremental.ts'
import { rowsClaim } from './prove/rows.ts'
import type { Claim, ClaimProof, Plan } from './types.ts'

export type Proof = { holds: boolean; summary: string; lines: string[]; claims: ClaimProof[] }

export type ProveContext = {
  project: Project
  dbt: DbtEngine
  openEngine: SandboxOptions['openEngine']
  now: () => Date
  log: (line: string) => void
  progress: (progress: Progress) => void
  signal?: AbortSignal
}

export type Built = { before: Invocation; after: Invocation }

export async function prove(plan: Plan, context: ProveContext): Promise<Proof> {
  const { project, dbt, openEngine, now, progress, signal } = context
  progress({ kind: 'note', text: 'copying the project' })
  const sandbox = await openSandbox({
    project,
    dbt,
    openEngine,
    changes: plan.changes,
    ...alsoBuilt(plan.claims),
    now,
    ...(signal ? { signal } : {}),
  })
  try {
    const built = await buildBoth(sandbox, context)
    const claims = await check(sandbox, plan.claims, built, progress)
    return proofOf(claims, await sandbox.inputs(), sandbox.notes)
  } finally {
    await sandbox.close()
  }
}

/** A test that is new changes no model: the model is built all the same, so that the test runs. */
function alsoBuilt(claims: Claim[]): Pick<SandboxOptions, 'nodes' | 'downstream'> {
  const nodes = claims.flatMap((c) => (c.kind === 'builds' ? (c.nodes ?? []) : []))
  return nodes.length > 0 ? { nodes, downstream: false } : {}
}

async function buildBoth(sandbox: Sandbox, { progress, log }: ProveContext): Promise<Built> {
  const sides = [sandbox.before, sandbox.after]
  const nodes = (await Promise.all(sides.map((side) => side.rebuilt()))).flat().length
  const tests = (await Promise.all(sides.map(testsOf))).reduce((sum, n) => sum + n, 0)
  progress({ kind: 'expect', nodes, tests })
  const build = async (side: Side) => {
    const built = await side.build(undefined, {
      onProgress: progress,
      onMessage: (level, text) => log(`${side.name}: ${level}: ${text}`),
    })
    if (built.exception && built.results.length === 0) throw dbtError(built.exception)
    return built
  }
  return { before: await build(sandbox.before), after: await build(sandbox.after) }
}

async function testsOf(side: Side): Promise<number> {
  const graph = await side.graph()
  const built = new Set(await side.rebuilt())
  const tests = [...built].flatMap((id) => graph.children(id)).filter((id) => /^(unit_)?test\./.test(id))
  return new Set(tests).size
}

async function check(
  sandbox: Sandbox,
  claims: Claim[],
  built: Built,
  progress: ProveContext['progress'],
): Promise<ClaimProof[]> {
  const proofs: ClaimProof[] = []
  for (const claim of claims) {
    progress({ kind: 'note', text: claim.kind === 'builds' ? 'reading the tests' : 'comparing rows' })
    proofs.push(await checkOne(sandbox, claim, built))
    // What did not build has no rows to compare.
    if (claim.kind === 'builds' && !proofs.at(-1)?.holds) break
  }
  return proofs
}

function checkOne(sandbox: Sandbox, claim: Claim, built: Built): Promise<ClaimProof> {
  switch (claim.kind) {
    case 'builds':
      return buildsClaim(sandbox, built)
    case 'same-rows':
    case 'shows-difference':
      return rowsClaim(sandbox, claim)
    case 'incremental-equals-full':
      return incrementalClaim(sandbox, claim)
  }
}

function proofOf(claims: ClaimProof[], inputs: { words: string }, notes: string[]): Proof {
  const failed = claims.filter((c) => !c.holds)
  const shown = failed.length > 0 ? failed : claims
  return {
    holds: failed.length === 0,
    summary: `${failed.length === 0 ? 'Proven' : 'Not proven'}: ${shown.map((c) => c.text).join('; ')}${failed.length === 0 ? ", on today's data" : ''}.`,
    lines: [...claims.flatMap((c) => c.lines), ...notes.map((note) => `Note: ${note}`), inputs.words],
    claims,
  }
}
