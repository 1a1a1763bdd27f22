/**
 * Wrong numbers without a failing test: the symptom is measured in what stands, followed to the step that makes it, and
 * what could mend that is tried like any other fix. It has to make the symptom less, and every test has to pass.
 */
import { openHistory } from '../../../adapters/git/history.ts'
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
import { candidatesFor } from '../fixes/index.ts'
import {
  asUntreated,
  choicesOf,
  contextOf,
  type Healed,
  type HealOptions,
  MOST_OF_ONE,
  type Treated,
} from '../heal.ts'
import { whyNever } from '../never.ts'
import { changedIds, within } from '../reach.ts'
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
    if (found.words === null)
      return {
        unseen: {
          why: `It cannot be seen in the data of ${graph.label(symptom.node)}${symptom.column ? `.${symptom.column}` : ''}.`,
          details: found.trail,
        },
      }
    const amount = await amountOf(look, symptom, now())
    const one = await treatedOf(work, look, symptom, sentence, found)
    const seen: Seen = { unread: null, graph, results: [], failures: new Map(), data: [], leftOut: [] }
    const attempts = await tried({
      work,
      one,
      seen,
      symptom,
      amount,
      options,
      context: contextOf(work, seen, git),
    })
    const [best, second] = one.proven
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
    return {
      healed: {
        treated: [one],
        changes: total.changes.length > 0 ? total : null,
        choices,
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

type Trying = {
  work: Work
  one: Treated
  seen: Seen
  symptom: Symptom
  amount: number | null
  options: HealOptions
  context: FixContext
}

async function tried({ work, one, seen, symptom, amount, options, context }: Trying): Promise<number> {
  const { failure } = one
  const found = await candidatesFor(failure, context)
  let attempts = 0
  for (const candidate of found.slice(0, MOST_OF_ONE)) {
    const why = whyNever(candidate.changes, await allowedBy(failure, candidate, context))
    if (why.length > 0) {
      one.refused.push({ title: candidate.title, why })
      continue
    }
    attempts += 1
    one.tried += 1
    options.progress({ kind: 'note', text: `attempt ${attempts}: ${candidate.title}` })
    const after = await attempt(work, candidate, { seen, symptom, amount, options })
    if (after) one.proven.push({ candidate, seen: after, next: [] })
    one.proven.sort((a, b) => b.candidate.score - a.candidate.score)
  }
  return attempts
}

type Trial = Pick<Trying, 'seen' | 'symptom' | 'amount' | 'options'>

/** null where the symptom is no less after it, or something fails. */
async function attempt(
  work: Work,
  candidate: Candidate,
  { symptom, amount, options }: Trial,
): Promise<Seen | null> {
  const restore = await work.write(candidate.changes)
  try {
    const changed = new Set<string>()
    let after: number | null = null
    const seen = await see(work, {
      ...options,
      nodes: (graph) => {
        const own = changedIds(graph, candidate.changes, work)
        for (const id of within(graph, own, null)) changed.add(id)
        return [...changed]
      },
      compare: (id) => changed.has(id),
      ask: async (look) => {
        after = await amountOf(look, symptom, options.now())
      },
    })
    const isLess = amount !== null && after !== null && after < amount
    return isLess && changed.has(symptom.node) && !seen.unread && !seen.results.some(isFailure) ? seen : null
  } finally {
    await restore()
  }
}
