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
import { decisionLines } from '../data/decision.ts'
import { ideasFor } from '../data/ideas/index.ts'
import { type Look, openLook } from '../data/look.ts'
import { shownEvidence } from '../data/trace.ts'
import {
  asUntreated,
  choicesOf,
  contextOf,
  type Healed,
  type HealOptions,
  type Proven,
  type Treated,
} from '../heal.ts'
import { within } from '../reach.ts'
import { rebuildOf } from '../rebuild.ts'
import { pathFrom, type Seen } from '../try.ts'
import type { Failure } from '../types.ts'
import { openWork, type Work } from '../work.ts'
import { isForPerson, isTie } from '../worth.ts'
import { tried } from './attempt.ts'
import { areUsual, withChanges } from './changed.ts'
import type { Suspect } from './drops.ts'
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
    const seenIn = await measured(look, symptom, now())
    const suspects = await withChanges(seenIn.suspects, git, work.read)
    // Conditions that let rows fall out as they were written for say nothing by themselves.
    const isUsual = suspects.length > 0 && areUsual(suspects)
    const found = { ...seenIn, suspects, words: isUsual ? null : seenIn.words }
    const label = `${graph.label(symptom.node)}${symptom.column ? `.${symptom.column}` : ''}`
    const unseen = {
      why: `It cannot be seen in the data of ${label}.`,
      details: [...found.trail, ...usualLines(isUsual ? suspects : [])],
    }
    const amount = await amountOf(look, symptom, now())
    const isAmount = ['missing', 'repeated', 'same'].includes(symptom.complaint) && amount !== null
    if (found.words === null && !isAmount && symptom.complaint !== 'other') return { unseen }
    const one =
      found.words === null
        ? ofChanges(look, symptom, sentence, label, unseen.details)
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
    const [best] = one.proven
    if (found.words === null && !best) return { unseen }
    const equal = best ? one.proven.filter((p) => p === best || isForPerson(best) || isOpen(best, p)) : []
    one.tie = best !== undefined && (isForPerson(best) || equal.length > 1)
    if (one.tie)
      one.failure.trace?.culprit.evidence.push(
        ...equal.filter((p) => p !== best).map((p) => `It is less so, too: ${p.candidate.title}.`),
      )
    if (best && !one.tie)
      one.failure.trace?.culprit.evidence.push(
        ...(best.meant ?? []).map((s) => `What is left of it may be meant: ${s}`),
      )
    const choices = one.tie ? await choicesOf(work, equal) : []
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

/** More than one change has a part in it: how much of it each is meant to mend, nobody but a person knows. */
const isOpen = (best: Proven, other: Proven) =>
  other.candidate.asks === undefined && (isTie(best, other) || `${best.amount}` !== `${other.amount}`)

const usualLines = (suspects: Suspect[]) =>
  suspects.slice(0, 4).map((s) => `As it may be meant: ${s.culprit.sentence}`)

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
  const rows = complaint === 'repeated' ? 'no row is counted twice' : 'no row falls out that should not'
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
