/** The action `diagnose`: what fails, because of what, and what mends it, tried in a sandbox. Nothing is written. */
import { basename } from 'node:path'
import { diffSummary, makeChangeSet } from '../../changes/index.ts'
import { DBT_FILE, type Project } from '../../config/project.ts'
import { isMartsmithError } from '../../core/errors.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { selectionOf } from '../../sandbox/selection.ts'
import type { ActionContext } from '../types.ts'
import { explainLog, findingOf as findingOfLog } from './explain-log.ts'
import { diagnoseFreshness } from './freshness.ts'
import { asUntreated, type Healed, type HealOptions, heal } from './heal.ts'
import type { Point } from './identify.ts'
import { diagnoseLoad } from './ingestion/diagnose.ts'
import { NOTHING, type Proposal } from './proposal.ts'
import { changedIds, isOfAll, staleAbove, withCascade, within } from './reach.ts'
import { choiceWords, diagnosisLines, explainedLines, field, findingOf, sentenceOf } from './report.ts'
import { healSymptom } from './symptom/heal.ts'
import { isFailure, isTestId } from './try.ts'
import type { Candidate } from './types.ts'

export async function diagnose(
  ctx: ActionContext,
  { point }: { point: Point },
): Promise<Outcome<{ proposal: Proposal }>> {
  const { project, dbt, now, progress, log, signal } = ctx
  if (point.tool === 'dlt') return diagnoseLoad(ctx, point)
  if (point.freshness && point.symptom === undefined && point.only === null) {
    const stale = await diagnoseFreshness(ctx)
    if (stale) return stale
  }
  const options = { project, dbt, ran: point.ran, only: point.only, now, progress, log, signal }
  const found =
    point.symptom === undefined ? { healed: await heal(options).catch(stopped) } : await both(options, point)
  const { healed, later = [] } = found
  if ('status' in healed) return healed
  const { treated } = healed
  if (treated.length === 0) return nothingFails(point, healed)
  const open = treated.filter((t) => !t.along && (t.proven.length === 0 || t.tie))
  const mended = treated.length - open.length
  const details = treated.flatMap((t, i) => diagnosisLines(t, i + 1))
  const proposal = proposalOf(healed, point, project, later)
  const [only, ...more] = proposal?.choices ?? []
  if (only?.rebuild && more.length === 0) details.push(field('WHAT STANDS', only.rebuild.shown))
  details.push(...new Set(healed.unmeasured ?? []), ...leftOutLines(healed.last), ...later)
  if (healed.outOfBudget) details.push('The budget of attempts is used up: there may be more.')
  const summary = `${count(treated.length, 'cause')}: ${mended} with a proven fix${open.length > 0 ? `, ${open.length} for a person` : ''}; ${count(healed.attempts, 'attempt')} in a sandbox, nothing written.`
  const rest = {
    details,
    findings: treated.flatMap((t) => [
      findingOf(t),
      ...(t.behind ?? []).map((f) => findingOf({ ...asUntreated(f), graph: t.graph })),
    ]),
    evidence: treated.map((t) => ({
      text: sentenceOf(t),
      data: { rule: t.failure.class?.id ?? 'unknown', file: t.failure.file, line: t.failure.line },
    })),
  }
  if (!proposal) return outcome('failed', `${summary} No fix could be proven.`, rest)
  return outcome('success', summary, { ...rest, output: { proposal } })
}

/** `later`: what is left to look at, in words. */
type Found = { healed: Healed | Outcome<{ proposal: Proposal }>; later?: string[] }

/**
 * Numbers that are wrong, and of what failed in the run that is on record too: who asks for the one would not like to
 * hear that all is well where the other is as it was.
 */
async function both(options: HealOptions, point: Point): Promise<Found> {
  const seen = await healSymptom(options, point.symptom ?? '')
  const { failed = null } = point
  const rest = (mended?: Healed) => heal({ ...options, ran: failed }, mended).catch(stopped)
  if ('unseen' in seen) {
    const { why, details } = seen.unseen
    const unseen = outcome<{ proposal: Proposal }>('failed', why, { details })
    const healed = failed ? await rest() : unseen
    // What stands is of before the run that failed: the numbers can be looked at when that is mended.
    if ('status' in healed || healed.treated.length === 0) return { healed: unseen }
    return {
      healed,
      later: [`${why} What failed is looked at first: ask for the numbers again when it has run.`],
    }
  }
  const { healed } = seen
  if (!failed) return { healed }
  const isMended = healed.choices.length === 0 && healed.treated.every((t) => t.proven.length > 0)
  if (isMended) return { healed: await rest(healed) }
  return { healed, later: [`${failed.words}: that was not looked at; martsmith debug does.`] }
}

/** What keeps the diagnosis from building at all, the warehouse above all, is a failure with a class too. */
function stopped(error: unknown): Outcome<{ proposal: Proposal }> {
  if (!isMartsmithError(error)) throw error
  const said = [error.message, ...error.details]
  const explained = explainLog(said.join('\n')).filter((e) => e.class !== null)
  if (explained.length === 0) throw error
  return outcome('failed', error.message, {
    details: [
      ...error.details,
      ...explained.flatMap(explainedLines),
      ...error.mend.map((m) => `To mend it: ${m}`),
    ],
    findings: explained.map(findingOfLog),
  })
}

function nothingFails(point: Point, { last, again }: Healed): Outcome<{ proposal: Proposal }> {
  const { graph } = last
  const broken = point.ran?.broken ?? []
  const built = count(last.results.length, 'node or test', 'nodes and tests')
  const unseen = leftOutLines(last)
  if (broken.some((id) => last.leftOut.includes(id)))
    return outcome('failed', 'What failed cannot be looked at in a sandbox.', { details: unseen })
  if (again.failures.length > 0) return comesAndGoes(again, last)
  if (broken.length === 0 || !graph)
    return outcome('success', `Nothing fails: ${built} ran in a sandbox, and all are well.`, {
      details: [
        ...unseen,
        ...(point.last.length > 0 ? ['The last runs:', ...point.last.map((l) => `  ${l}`)] : []),
      ],
      output: { proposal: null },
    })
  const ids = within(
    graph,
    broken.filter((id) => graph.node(id) && !isTestId(id)),
    point.ran,
  )
  return outcome('success', `What failed then passes now: ${built} ran in a sandbox, and all are well.`, {
    details: ['It was mended since, or it comes and goes: what failed and was skipped has to run again.'],
    output: {
      proposal: {
        title: 'Run again what failed',
        choices: [],
        proof: [`${built} ran in a sandbox, and all are well.`],
        select: selectionOf(graph.manifest, ids),
        load: [],
        giveUp: false,
        expected: expectedOf(graph, ids, last),
        open: [],
      },
    },
  })
}

/** No fix is tried: one would pass at times, and prove nothing. */
function comesAndGoes({ times, failures }: Healed['again'], { graph }: Healed['last']) {
  const found = failures.map((failure) => ({ ...asUntreated(failure), graph }))
  return outcome<{ proposal: Proposal }>(
    'failed',
    `It comes and goes: 1 of ${times} builds of the same files in a sandbox failed. No fix can be proven of that.`,
    { details: found.flatMap((t, i) => diagnosisLines(t, i + 1)), findings: found.map(findingOf) },
  )
}

function leftOutLines({ leftOut, graph }: Healed['last']): string[] {
  if (leftOut.length === 0) return []
  const names = list(
    leftOut.map((id) => graph?.label(id) ?? id),
    6,
  )
  return [`Not looked at: ${names}. A build of it would write outside of the sandbox.`]
}

function proposalOf(healed: Healed, point: Point, project: Project, later: string[]): Proposal {
  const { changes, choices, treated, last } = healed
  const [first] = treated.filter((t) => t.proven.length > 0)
  if (!first || (!changes && choices.length === 0)) return null
  const open = [
    ...treated.filter((t) => t.proven.length === 0 && !t.along).map(sentenceOf),
    ...treated.flatMap((t) => (t.tie ? [] : (t.proven[0]?.left ?? []))),
    ...later,
  ]
  const tied = treated.find((t) => t.tie)
  const graph = tied?.proven[0]?.seen.graph ?? last.graph
  // Where dbt still cannot read the project, nothing can run again.
  const ids = graph ? rerunIds(graph, healed, point, project) : []
  const choice = tied
    ? [
        ...choices.map((c, i) => ({
          id: `fix-${i + 1}`,
          label: labelOf(tied, c.candidate),
          changes: c.changes,
          rebuild: c.rebuild ?? null,
        })),
        // One alone is a choice too; so is leaving it, where it is no slip that is mended.
        ...(choices.length === 1 || choices.some((c) => c.candidate.asks !== undefined)
          ? [{ ...NOTHING, changes: makeChangeSet(NOTHING.label, []), rebuild: null }]
          : []),
      ]
    : changes
      ? [{ id: 'fix-1', label: diffSummary(changes), changes, rebuild: healed.rebuild ?? null }]
      : []
  return {
    title: tied
      ? `Which fix: ${sentenceOf(tied)}`
      : `Mend ${count(treated.filter((t) => t.proven.length > 0).length, 'cause')}`,
    choices: choice,
    proof: proofOf(healed),
    select: graph && ids.length > 0 ? selectionOf(graph.manifest, ids) : null,
    load: [],
    giveUp: false,
    expected: graph ? expectedOf(graph, ids, tied?.proven[0]?.seen ?? last) : [],
    open,
  }
}

function labelOf({ proven }: Healed['treated'][number], candidate: Candidate): string {
  const one = proven.find((p) => p.candidate === candidate)
  return one ? choiceWords(one) : ''
}

function proofOf({ last, treated }: Healed): string[] {
  const well = last.results.filter((r) => !isFailure(r) && r.status !== 'skipped').length
  return [
    ...treated.flatMap((t) => (t.proven[0] && !t.tie ? [`${t.proven[0].candidate.title}.`] : [])),
    `After it, ${count(well, 'node or test', 'nodes and tests')} ran well in a sandbox.`,
  ]
}

function rerunIds(
  graph: ProjectGraph,
  { changes, choices, treated, history }: Healed,
  point: Point,
  project: Project,
): string[] {
  const sets = [...(changes ? [changes] : []), ...choices.map((c) => c.changes)]
  const changed = sets.flatMap((s) => changedIds(graph, s, { place: project }))
  const failed = [...treated.flatMap((t) => t.failure.nodes), ...(point.ran?.broken ?? [])]
  const models = failed
    .flatMap((id) => (isTestId(id) ? graph.parents(id) : [id]))
    .filter((id) => graph.node(id))
  // What dbt could not read kept everything from being built; settings reach more than what a file is about.
  const isWhole =
    sets.some((s) => s.changes.some((c) => basename(c.path) === DBT_FILE)) ||
    failed.some(isOfAll) ||
    (treated.some((t) => t.failure.stage === 'parse' && t.proven.length > 0) &&
      changed.length + models.length === 0)
  const whole = isWhole ? (point.ran?.all ?? Object.keys(graph.manifest.nodes)) : []
  const start = [...changed, ...models, ...whole.filter((id) => graph.isBuilt(id))]
  const all = [...staleAbove(graph, start, history, point.ran), ...within(graph, start, point.ran)]
  return withCascade(
    graph,
    all.filter((id) => /^(model|seed|snapshot)\./.test(id)),
  )
}

/** What has to have run: the nodes, and those of their tests that passed in the sandbox. */
function expectedOf(graph: ProjectGraph, ids: string[], seen: Healed['last']): string[] {
  const well = new Set(seen.results.filter((r) => !isFailure(r) && r.status !== 'skipped').map((r) => r.id))
  const tests = ids.flatMap((id) => graph.children(id)).filter((id) => isTestId(id) && well.has(id))
  return [...new Set([...ids.filter((id) => graph.isBuilt(id) && well.has(id)), ...tests])]
}
