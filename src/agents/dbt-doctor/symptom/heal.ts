/**
 * Wrong numbers without a failing test: the symptom is measured in what stands, followed to the step that makes it, and
 * what could mend that is tried like any other fix. It has to make the symptom less, and every test has to pass.
 */
import { openHistory } from '../../../adapters/git/history.ts'
import type { ChangeSet } from '../../../changes/types.ts'
import { columnsOf } from '../../../project/columns.ts'
import { type ProjectGraph, projectGraph } from '../../../project/graph.ts'
import { readHistory } from '../../../project/history.ts'
import { readManifest } from '../../../project/manifest.ts'
import { openParser } from '../../../project/sql/parse.ts'
import { allowedBy } from '../allowed.ts'
import { decisionLines } from '../data/decision.ts'
import { ideasFor } from '../data/ideas/index.ts'
import { type Look, openLook } from '../data/look.ts'
import { shownEvidence } from '../data/trace.ts'
import { candidatesFor, toTry } from '../fixes/index.ts'
import {
  asUntreated,
  choicesOf,
  contextOf,
  type Healed,
  type HealOptions,
  type Proven,
  type Treated,
} from '../heal.ts'
import { whyNever } from '../never.ts'
import { changedIds, within } from '../reach.ts'
import { growingIn, rebuildOf, standingOf, tooLarge } from '../rebuild.ts'
import { isFailure, pathFrom, type Seen, see } from '../try.ts'
import type { Candidate, Failure, FixContext } from '../types.ts'
import { openWork, type Work } from '../work.ts'
import { isTie } from '../worth.ts'
import { amountOf, type Measured, measured } from './measure.ts'
import { type Named, readSymptom, type Symptom } from './read.ts'
import { WRONG_NUMBERS } from './wrong-numbers.ts'

/** `unseen`: why nothing could be followed, with what was measured. */
export type SymptomHealed = { healed: Healed } | { unseen: { why: string; details: string[] } }

/** So many of the steps that could make it are looked at for fixes. */
const MOST_SUSPECTS = 3

export async function healSymptom(options: HealOptions, sentence: string): Promise<SymptomHealed> {
  const { project, dbt, now, progress } = options
  const [git] = await Promise.all([openHistory(project.root), openParser()])
  progress({ kind: 'note', text: 'copying the project' })
  const work = await openWork(project, dbt)
  try {
    await work.dbt.parse()
    const graph = projectGraph(await readManifest(work.dbt.targetPath))
    const read = readSymptom(sentence, await namesIn(work, graph))
    if (!('symptom' in read))
      return {
        unseen: {
          why: read.why,
          details: read.choices.length > 0 ? [`There are: ${read.choices.join(', ')}.`] : [],
        },
      }
    const { symptom } = read
    const look = standing(work, graph)
    progress({ kind: 'note', text: `measuring ${graph.label(symptom.node)} and what it is made from` })
    const found = await measured(look, symptom, now())
    const label = `${graph.label(symptom.node)}${symptom.column ? `.${symptom.column}` : ''}`
    const unseen = { why: `It cannot be seen in the data of ${label}.`, details: found.trail }
    const amount = await amountOf(look, symptom, now())
    const isAmount = ['missing', 'repeated'].includes(symptom.complaint) && amount !== null
    if (found.words === null && !isAmount) return { unseen }
    const one =
      found.words === null
        ? ofChanges(look, symptom, sentence, label, found.trail)
        : await treatedOf(work, look, symptom, sentence, found)
    const seen: Seen = { unread: null, graph, results: [], failures: new Map(), data: [], leftOut: [] }
    const attempts = await tried({
      work,
      one,
      symptom,
      amount,
      options,
      context: contextOf(work, seen, git),
    })
    const [best, second] = one.proven
    if (found.words === null && !best) return { unseen }
    one.tie = best !== undefined && second !== undefined && isTie(best, second)
    const choices =
      best && one.tie
        ? await choicesOf(
            work,
            one.proven.filter((p) => p === best || isTie(best, p)),
          )
        : []
    if (best && !one.tie) await work.write(best.candidate.changes)
    const total = await work.total('Mend the numbers')
    const unmeasured: string[] = []
    const rebuild = (changes: ChangeSet, proven: Proven | undefined) =>
      rebuildOf(work, changes, {
        graph: proven?.seen.graph ?? null,
        needed: proven?.rebuild ?? [],
        nodes: (g, changed) => within(g, changed, null),
        tell: (line) => unmeasured.push(line),
        options,
      })
    for (const choice of choices) {
      const restore = await work.write(choice.candidate.changes)
      choice.rebuild = await rebuild(
        choice.changes,
        one.proven.find((p) => p.candidate === choice.candidate),
      )
      await restore()
    }
    return {
      healed: {
        treated: [one],
        changes: total.changes.length > 0 ? total : null,
        choices,
        rebuild: choices.length === 0 ? await rebuild(total, best) : null,
        unmeasured,
        last: best?.seen ?? seen,
        again: { times: 1, failures: [] },
        attempts,
        outOfBudget: false,
        history: await readHistory(project.stateDir, await dbt.target()),
      },
    }
  } finally {
    await work.close()
  }
}

/** What stands in the user's warehouse: nothing is built for it. */
function standing(work: Work, graph: ProjectGraph): Look {
  return openLook({
    adapter: work.adapter,
    graph,
    dbtDir: work.project.dbtDir,
    compile: (nodes) => work.dbt.compile(nodes),
    query: (statements, limit) => work.dbt.query(statements, limit),
    relationOf: async (id) => {
      const name = (graph.node(id) ?? graph.source(id))?.relation_name
      if (name) return name
      throw new Error(`${id} has no relation`)
    },
    fromRoot: pathFrom(work),
  })
}

async function namesIn({ dbt }: Work, graph: ProjectGraph): Promise<Named[]> {
  const ids = Object.keys(graph.manifest.nodes).filter(
    (id) => /^(?:model|snapshot|seed)\./.test(id) && graph.isOwn(id),
  )
  const { byId } = await columnsOf(graph, ids, dbt)
  return ids.map((id) => ({
    id,
    label: graph.label(id),
    columns: (byId.get(id)?.columns ?? []).map((c) => c.name),
    readers: graph.descendants([id]).filter((d) => d.startsWith('model.')).length,
  }))
}

async function treatedOf(
  work: Work,
  look: Look,
  { node }: Symptom,
  sentence: string,
  { words, suspects, trail }: Measured,
): Promise<Treated> {
  const [first, ...others] = suspects
  if (!first) throw new Error('a symptom that is seen has a step that makes it')
  const top = suspects.slice(0, MOST_SUSPECTS)
  const ideas = (await Promise.all(top.map((s) => ideasFor(look, s.culprit)))).flat()
  const { spot: _, also: __, wrong, ...culprit } = first.culprit
  const also = others.slice(0, 5).map((s) => `Also on the way: ${s.culprit.sentence}`)
  const failure: Failure = {
    class: WRONG_NUMBERS,
    thing: look.label(node),
    message: `${sentence}: ${words}`,
    stage: 'build',
    nodes: [node],
    file: culprit.file,
    line: culprit.line,
    reads: [],
    trace: {
      culprit: {
        ...culprit,
        evidence: [...shownEvidence(culprit.evidence, work.project.config.evidence === 'values'), ...also],
      },
      trail,
      ideas,
      decision: wrong ? await decisionLines(look, wrong, 'a test of your own') : [],
      quarantine: null,
    },
  }
  return { ...asUntreated(failure), graph: look.graph }
}

/**
 * No row falls out and none is counted twice: then it is in how values are made. What was changed lately on the way is
 * tried without that change, and stays suspected where the numbers are less wrong then.
 */
function ofChanges(
  look: Look,
  { node, complaint }: Symptom,
  sentence: string,
  label: string,
  trail: string[],
): Treated {
  const rows = complaint === 'missing' ? 'no row falls out' : 'no row is counted twice'
  const failure: Failure = {
    class: WRONG_NUMBERS,
    thing: look.label(node),
    message: sentence,
    stage: 'build',
    nodes: [node],
    file: null,
    line: null,
    reads: [],
    trace: {
      culprit: {
        ...{ born: 'unknown', node, file: null, line: null, evidence: [], spot: null },
        sentence: `${rows} on the way to ${label}, so it is in how values are made; a change on that way makes them so.`,
      },
      trail,
      ideas: [],
      decision: [],
      quarantine: null,
    },
  }
  return { ...asUntreated(failure), graph: look.graph }
}

type Trying = {
  work: Work
  one: Treated
  symptom: Symptom
  amount: number | null
  options: HealOptions
  context: FixContext
}

async function tried({ work, one, symptom, amount, options, context }: Trying): Promise<number> {
  const { failure } = one
  let attempts = 0
  for (const candidate of toTry(await candidatesFor(failure, context))) {
    const why = whyNever(candidate.changes, await allowedBy(failure, candidate, context))
    if (why.length > 0) {
      one.refused.push({ title: candidate.title, why })
      continue
    }
    attempts += 1
    one.tried += 1
    options.progress({ kind: 'note', text: `attempt ${attempts}: ${candidate.title}` })
    const after = await attempt(work, candidate, { symptom, amount, options })
    if (after) one.proven.push({ ...after, next: [] })
    one.proven.sort((a, b) => b.candidate.score - a.candidate.score)
  }
  return attempts
}

type Trial = Pick<Trying, 'symptom' | 'amount' | 'options'>

/** null where the symptom is no less after it, or something fails. */
async function attempt(work: Work, candidate: Candidate, trial: Trial): Promise<Omit<Proven, 'next'> | null> {
  const reached = (graph: ProjectGraph) => within(graph, changedIds(graph, candidate.changes, work), null)
  const restore = await work.write(candidate.changes)
  let growing: string[] = []
  let anew: Built | null = null
  try {
    const usual = await built(work, trial, { reached, anew: [] })
    if (usual.isWell && isLess(usual.amount, trial.amount)) return { candidate, seen: usual.seen }
    const { graph } = usual.seen
    growing = graph && usual.isWell ? await standingOf(work, graph, growingIn(graph, reached(graph))) : []
    if (!graph || growing.length === 0 || (await tooLarge(work, graph, growing)) !== null) return null
    // Rows that an incremental table has passed over come with a build from the start alone.
    anew = await built(work, trial, { reached, anew: growing })
  } finally {
    await restore()
  }
  if (!anew.isWell || !isLess(anew.amount, trial.amount)) return null
  // Where that does without the candidate too, it proves nothing of it.
  const without = await built(work, trial, { reached, anew: growing })
  return isLess(anew.amount, without.amount) ? { candidate, seen: anew.seen, rebuild: growing } : null
}

type Built = { seen: Seen; amount: number | null; isWell: boolean }

/** What is built and tested of what the candidate reaches, as the files are, and how much of the symptom is left. */
async function built(
  work: Work,
  { symptom, options }: Trial,
  { reached, anew }: { reached: (graph: ProjectGraph) => string[]; anew: string[] },
): Promise<Built> {
  const changed = new Set<string>()
  let amount: number | null = null
  const seen = await see(work, {
    ...options,
    anew,
    nodes: (graph) => {
      for (const id of reached(graph)) changed.add(id)
      return [...changed]
    },
    compare: (id) => changed.has(id),
    ask: async (look) => {
      amount = await amountOf(look, symptom, options.now())
    },
  })
  return { seen, amount, isWell: changed.has(symptom.node) && !seen.unread && !seen.results.some(isFailure) }
}

const isLess = (after: number | null, before: number | null) =>
  after !== null && before !== null && after < before
