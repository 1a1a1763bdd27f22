/**
 * Proves what a plan claims: builds before and after in a sandbox from the same frozen inputs, tests them and
 * compares. It is done for all operations here; none of them proves itself.
 */
import { dbtError } from '../adapters/dbt/explain.ts'
import type { DbtEngine, Invocation } from '../adapters/dbt/types.ts'
import type { Project } from '../config/project.ts'
import type { Progress } from '../core/events.ts'
import { count, list } from '../core/text.ts'
import { openSandbox } from '../sandbox/open.ts'
import type { FrozenInputs, Sandbox, SandboxOptions, Side } from '../sandbox/types.ts'
import { bridgeClaim } from './prove/bridge.ts'
import { buildsClaim } from './prove/builds.ts'
import { calendarClaim } from './prove/calendar.ts'
import { dimensionClaim } from './prove/dimension.ts'
import { dimensionKeyClaim } from './prove/dimension-key.ts'
import { factClaim } from './prove/fact/index.ts'
import { incrementalClaim } from './prove/incremental/equals-full.ts'
import { scenariosClaim } from './prove/incremental/scenarios.ts'
import { rowsClaim } from './prove/rows.ts'
import { versionsClaim } from './prove/versions/index.ts'
import type { Claim, ClaimProof, Plan } from './types.ts'

/** So many relations with the same rows are told one by one. */
const MOST_SAME = 3

export type Proof = { holds: boolean; summary: string; lines: string[]; claims: ClaimProof[] }

export type ProveContext = {
  project: Project
  dbt: DbtEngine
  now: () => Date
  log: (line: string) => void
  progress: (progress: Progress) => void
  signal?: AbortSignal
}

export type Built = { before: Invocation; after: Invocation }

export async function prove(plan: Plan, context: ProveContext): Promise<Proof> {
  const { project, dbt, now, progress, signal } = context
  progress({ kind: 'note', text: 'copying the project' })
  const sandbox = await openSandbox({
    project,
    dbt,
    changes: plan.changes,
    ...alsoBuilt(plan.claims),
    now,
    ...(signal ? { signal } : {}),
  })
  try {
    const built = await buildBoth(sandbox, plan.fullRefresh ?? false, context)
    const claims = await check(sandbox, plan, built, context)
    const inputs = built.after.results.length > 0 ? await sandbox.inputs() : null
    return proofOf(claims, inputs, sandbox.notes)
  } finally {
    await sandbox.close()
  }
}

/** A test that is new changes no model: the model is built all the same, so that the test runs. */
function alsoBuilt(claims: Claim[]): Pick<SandboxOptions, 'nodes' | 'downstream'> {
  const nodes = claims.flatMap((c) => (c.kind === 'builds' ? (c.nodes ?? []) : []))
  return nodes.length > 0 ? { nodes, downstream: false } : {}
}

async function buildBoth(
  sandbox: Sandbox,
  fullRefresh: boolean,
  { progress, log, signal }: ProveContext,
): Promise<Built> {
  const sides = [sandbox.before, sandbox.after]
  const nodes = (await Promise.all(sides.map((side) => side.rebuilt()))).flat().length
  const tests = (await Promise.all(sides.map(testsOf))).flat().length
  progress({ kind: 'expect', nodes, tests })
  const build = async (side: Side): Promise<Invocation> => {
    const onProgress = (event: Progress) =>
      progress(event.kind === 'node' ? { ...event, side: side.name } : event)
    const built = await side.build(undefined, {
      fullRefresh,
      onProgress,
      onMessage: (level, text) => log(`${side.name}: ${level}: ${text}`),
    })
    signal?.throwIfAborted()
    if (built.exception && built.results.length === 0) throw dbtError(built.exception)
    const left = await untested(side, built)
    if (left.length === 0) return built
    const how = { onProgress, ...(signal ? { signal } : {}) }
    const tested = await (await side.engine()).test(left, how)
    return { ...built, ok: built.ok && tested.ok, results: [...built.results, ...tested.results] }
  }
  const [before, after] = await Promise.all([build(sandbox.before), build(sandbox.after)])
  return { before, after }
}

async function testsOf(side: Side): Promise<string[]> {
  const graph = await side.graph()
  const built = await side.rebuilt()
  const tests = built.flatMap((id) => graph.children(id)).filter((id) => /^(unit_)?test\./.test(id))
  return [...new Set(tests)]
}

/** A build leaves out tests that also read what it does not build; here that stands, and is read. */
async function untested(side: Side, { results }: Invocation): Promise<string[]> {
  const seen = new Map(results.map((r) => [r.id, r.status]))
  const graph = await side.graph()
  const isBroken = (id: string) => ['error', 'skipped'].includes(seen.get(id) ?? '')
  return (await testsOf(side)).filter((id) => !seen.has(id) && !graph.parents(id).some(isBroken))
}

async function check(
  sandbox: Sandbox,
  { claims, fullRefresh = false }: Plan,
  built: Built,
  { progress, signal }: ProveContext,
): Promise<ClaimProof[]> {
  const graph = await sandbox.after.graph()
  const proofs: ClaimProof[] = []
  for (const claim of inOrder(claims)) {
    signal?.throwIfAborted()
    if (claim.kind !== 'builds') {
      const of = 'after' in claim ? claim.after : claim.node
      progress({ kind: 'note', text: `comparing the rows of ${graph.label(of)}` })
    }
    proofs.push(await checkOne(sandbox, claim, built, fullRefresh))
    // What did not build has no rows to compare.
    if (claim.kind === 'builds' && !proofs.at(-1)?.holds) break
  }
  return proofs
}

/** What writes into the sandbox comes last: the others look at what was built. */
function inOrder(claims: Claim[]): Claim[] {
  const writes = ({ kind }: Claim) => kind === 'incremental-equals-full' || kind === 'incremental-scenarios'
  return [...claims.filter((c) => !writes(c)), ...claims.filter(writes)]
}

function checkOne(sandbox: Sandbox, claim: Claim, built: Built, fullRefresh: boolean): Promise<ClaimProof> {
  switch (claim.kind) {
    case 'builds':
      return buildsClaim(sandbox, built)
    case 'same-rows':
    case 'shows-difference':
      return rowsClaim(sandbox, claim, fullRefresh)
    case 'incremental-equals-full':
      return incrementalClaim(sandbox, claim)
    case 'dimension':
      return dimensionClaim(sandbox, claim)
    case 'bridge':
      return bridgeClaim(sandbox, claim)
    case 'versions':
      return versionsClaim(sandbox, claim)
    case 'dimension-key':
      return dimensionKeyClaim(sandbox, claim)
    case 'calendar':
      return calendarClaim(sandbox, claim)
    case 'fact':
      return factClaim(sandbox, claim)
    case 'incremental-scenarios':
      return scenariosClaim(sandbox, claim)
  }
}

/** `inputs` is null where nothing was built, and so no data was looked at. */
function proofOf(claims: ClaimProof[], inputs: FrozenInputs | null, notes: string[]): Proof {
  const failed = claims.filter((c) => !c.holds)
  const holds = failed.length === 0
  const words = inShort(holds ? claims : failed).join('; ')
  return {
    holds,
    summary: `${holds ? 'Proven' : 'Not proven'}: ${words}${holds && inputs ? ", on today's data" : ''}.${holds ? '' : movedMeanwhile(inputs)}`,
    lines: [
      ...claims.flatMap((c) => c.lines),
      ...notes.map((note) => `Note: ${note}`),
      ...(inputs ? [inputs.words] : []),
    ],
    claims,
  }
}

/** What failed on data that stood still failed by the change; where it did not stand still, nobody knows. */
function movedMeanwhile(inputs: FrozenInputs | null): string {
  if (!inputs || inputs.moved.length === 0) return ''
  return ` ${list(inputs.moved, 4)} changed while this was built: what differs may come from that. Run it again when nothing loads.`
}

/** Many relations that came out the same are one fact; each has its line below. */
function inShort(claims: ClaimProof[]): string[] {
  const same = claims.flatMap((c) => c.sameRowsIn ?? [])
  if (same.length <= MOST_SAME) return claims.map((c) => c.text)
  const others = claims.filter((c) => c.sameRowsIn === undefined).map((c) => c.text)
  return [...others, `same rows in ${count(same.length, 'relation')}: ${list(same, MOST_SAME)}`]
}
