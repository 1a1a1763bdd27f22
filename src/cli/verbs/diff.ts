/** `martsmith diff fct_orders`: what the model would change in the warehouse. Writes in a sandbox only. */
import { dbtError, isAbsent, warehouseError } from '../../adapters/dbt/explain.ts'
import type { DbtEngine, Invocation } from '../../adapters/dbt/types.ts'
import { describeFailure } from '../../agents/dbt-runner/failure.ts'
import type { Project } from '../../config/project.ts'
import { type ExitCode, MartsmithError } from '../../core/errors.ts'
import { count, nearest } from '../../core/text.ts'
import { type ProjectGraph, projectGraph } from '../../project/graph.ts'
import { readManifest } from '../../project/manifest.ts'
import { diffReport, isSame } from '../../reports/diff.ts'
import { compareNodes } from '../../sandbox/compare-nodes.ts'
import { openSandbox } from '../../sandbox/open.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import { printJson } from '../fail.ts'
import { interruptible } from '../interruptible.ts'
import type { Options } from '../options.ts'
import type { Verb } from '../verb.ts'
import { withDbt } from '../with-dbt.ts'

export const diffVerb: Verb = ([name = ''], options, terminal) =>
  withDbt(options, terminal, async (dbt, project) => {
    await dbt.list({})
    const graph = projectGraph(await readManifest(dbt.targetPath))
    const id = modelCalled(graph, name)
    await assertStands(dbt, graph, id)
    const nodes = await whatToBuild(dbt, graph, id, options)
    if (options.dryRun) {
      terminal.say(`Would build ${nodes.map(graph.label).join(', ')} in a sandbox, and compare ${name}.`)
      return 0
    }
    terminal.say(`Building ${count(nodes.length, 'node')} in a sandbox ...`)
    return interruptible(terminal, async (signal) => {
      const sandbox = await openSandbox({
        project,
        dbt,
        nodes,
        downstream: false,
        freeze: false,
        now: () => new Date(),
        signal,
      })
      try {
        return await buildAndCompare(sandbox, id, project, options, signal)
      } finally {
        await sandbox.close()
      }
    })
  })

async function buildAndCompare(
  sandbox: Sandbox,
  id: string,
  project: Project,
  options: Options,
  signal: AbortSignal,
): Promise<ExitCode> {
  const built = await sandbox.after.build(undefined, { signal, fullRefresh: options.fullRefresh ?? false })
  signal.throwIfAborted()
  await assertBuilt(sandbox, project, id, built)
  const diff = await compareNodes(sandbox, id, id)
  const label = (await sandbox.after.graph()).label(id)
  const tests = built.results.filter((r) => r.status === 'fail').map((r) => r.id)
  const inputs = await sandbox.inputs()
  const notes = [
    ...sandbox.notes,
    ...tests.map((t) => `The test ${t.split('.')[2] ?? t} fails on what the sandbox built.`),
    inputs.words,
  ]
  if (options.json)
    printJson({
      model: label,
      same: isSame(diff),
      ...diff,
      failedTests: tests,
      inputs,
      notes: [...diff.notes, ...notes],
    })
  else process.stdout.write(`${diffReport(label, diff)}${notes.map((n) => `${n}\n`).join('')}`)
  return 0
}

/** A model, seed or snapshot by its name, `name.v2` for a version, or its unique id. */
function modelCalled(graph: ProjectGraph, name: string): string {
  const { nodes } = graph.manifest
  const known = Object.values(nodes).filter((n) => ['model', 'seed', 'snapshot'].includes(n.resource_type))
  const found = known.filter((n) => [n.name, graph.label(n.unique_id), n.unique_id].includes(name))
  const [only] = found
  if (only && found.length === 1) {
    if (graph.isBuilt(only.unique_id)) return only.unique_id
    throw new MartsmithError({
      code: 'diff.ephemeral',
      message: `${name} is ephemeral: it has no table or view of its own, so nothing of it stands.`,
      mend: graph
        .children(only.unique_id)
        .filter(graph.isBuilt)
        .slice(0, 3)
        .map((c) => `martsmith diff ${graph.label(c)}`),
    })
  }
  if (found.length > 1)
    throw new MartsmithError({
      code: 'diff.several',
      message: `${name} is the name of ${found.length} nodes.`,
      mend: found.map((n) => `martsmith diff ${n.unique_id}`),
    })
  const near = nearest(
    name,
    known.filter((n) => graph.isBuilt(n.unique_id)).map((n) => graph.label(n.unique_id)),
  )
  throw new MartsmithError({
    code: 'diff.unknown',
    message: `There is no model ${name} in this project.`,
    mend:
      near.length > 0
        ? near.map((n) => `martsmith diff ${n}`)
        : ['dbt ls --resource-type model   lists them'],
  })
}

async function assertStands(dbt: DbtEngine, graph: ProjectGraph, id: string): Promise<void> {
  const relation = graph.node(id)?.relation_name ?? ''
  const [found] = await dbt.columns([relation])
  if (found && !('error' in found)) return
  if (found && !isAbsent(found)) throw warehouseError(found.error)
  throw new MartsmithError({
    code: 'diff.not-there',
    message: `${graph.label(id)} does not stand in the warehouse yet: there is no ${relation} to compare with.`,
    mend: [`martsmith pipeline --select +${graph.label(id)}   builds it`],
    exitCode: 1,
  })
}

/** The model alone; with `--select`, what that selects is built too, before it. */
async function whatToBuild(
  dbt: DbtEngine,
  graph: ProjectGraph,
  id: string,
  { select, exclude }: Options,
): Promise<string[]> {
  if (select === undefined) return [id]
  const listed = await dbt.list({ select, ...(exclude === undefined ? {} : { exclude }) })
  return [...new Set([...listed.map((n) => n.id).filter(graph.isBuilt), id])]
}

async function assertBuilt(sandbox: Sandbox, project: Project, id: string, built: Invocation): Promise<void> {
  const result = built.results.find((r) => r.id === id)
  if (result?.status === 'success') return
  const failed = built.results.filter((r) => r.status === 'error')
  if (failed.length === 0 && built.exception) throw dbtError(built.exception)
  const graph = await sandbox.after.graph()
  const engine = await sandbox.after.engine()
  const told = await Promise.all(
    failed.slice(0, 3).map((r) => describeFailure({ project, dbt: engine, runDir: null }, graph, r)),
  )
  throw new MartsmithError({
    code: 'diff.build',
    message: `${graph.label(id)} does not build: nothing can be compared.`,
    details: told.flatMap((t) => t.text.split('\n')),
    mend: ['What stands in the warehouse is untouched. Mend the model, then run the command again.'],
    exitCode: 1,
  })
}
