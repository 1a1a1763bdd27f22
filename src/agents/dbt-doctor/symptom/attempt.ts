/** A fix of numbers that are wrong, in the working copy: it has to make the symptom less, and every test has to pass. */
import type { ProjectGraph } from '../../../project/graph.ts'
import { allowedBy } from '../allowed.ts'
import { ideasFor } from '../data/ideas/index.ts'
import { candidatesFor, toTry } from '../fixes/index.ts'
import { growsWell } from '../grows.ts'
import type { HealOptions, Proven, Treated } from '../heal.ts'
import { whyNever } from '../never.ts'
import { changedIds, within } from '../reach.ts'
import { growingIn, standingOf, tooLarge } from '../rebuild.ts'
import { AS_IT_STANDS, isFailure, type Seen, see } from '../try.ts'
import type { Candidate, FixContext } from '../types.ts'
import type { Work } from '../work.ts'
import type { Suspect } from './drops.ts'
import { type Amount, amountOf, isLess, measured } from './measure.ts'
import type { Symptom } from './read.ts'

/** A step of which so much says that it makes the numbers wrong is not left without a word. */
const STRONG = 75

export type Trying = {
  work: Work
  one: Treated
  symptom: Symptom
  amount: Amount | null
  options: HealOptions
  context: FixContext
}

/** Fixes that prove themselves go into `one`, the best first. Answers how many were tried. */
export async function tried({ work, one, symptom, amount, options, context }: Trying): Promise<number> {
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
    const after = await attempt(work, asked(candidate, symptom), { symptom, amount, options })
    if (after) one.proven.push({ ...after, next: [] })
    one.proven.sort((a, b) => b.candidate.score - a.candidate.score)
  }
  return attempts
}

/** What nothing can measure is for a person to see in the data. */
const asked = (candidate: Candidate, { complaint }: Symptom): Candidate =>
  complaint === 'other'
    ? {
        ...candidate,
        asks: 'The sentence does not say in which way the numbers are wrong. Whether they are right then is for you to say:',
      }
    : candidate

type Trial = Pick<Trying, 'symptom' | 'amount' | 'options'>

/** null where the symptom is no less after it, or something fails. */
async function attempt(work: Work, candidate: Candidate, trial: Trial): Promise<Omit<Proven, 'next'> | null> {
  const reached = (graph: ProjectGraph) => within(graph, changedIds(graph, candidate.changes, work), null)
  const grows = (written: boolean) =>
    growsWell(work, { changes: candidate.changes, written, nodes: reached }, trial.options)
  const restore = await work.write(candidate.changes)
  let growing: string[] = []
  let anew: Built | null = null
  try {
    const usual = await built(work, trial, { reached, anew: [] })
    if (usual.isWell && isMended(usual, trial)) {
      // What incremental tables hold of before is asked for by itself: what is left is what is made so still.
      const old = usual.left.length === 0 ? [] : await growingBelow(work, usual.seen.graph, reached)
      const fresh = old.length === 0 ? usual : await built(work, trial, { reached, anew: old })
      const { left, meant } = fresh.isWell ? fresh : usual
      // Who writes for the first time what is taken of what is new has to show that it is.
      const isKnown = candidate.takesBack === true || (await grows(true)) !== false
      return isKnown ? { candidate, ...seenIn(usual), left, meant } : null
    }
    const { graph } = usual.seen
    if (trial.symptom.complaint === 'other') return null
    growing = usual.isWell ? await growingBelow(work, graph, reached) : []
    if (!graph || growing.length === 0) return null
    // Rows that an incremental table has passed over come with a build from the start alone.
    anew = await built(work, trial, { reached, anew: growing })
  } finally {
    await restore()
  }
  if (!anew.isWell || !isLess(anew.amount, trial.amount)) return null
  // Where that does without the candidate too, it proves nothing of it, unless the table grows well by it alone.
  const without = await built(work, trial, { reached, anew: growing })
  const isBetter = isLess(anew.amount, without.amount)
  if (isLess(without.amount, anew.amount)) return null
  if (isBetter && candidate.takesBack) return { candidate, ...seenIn(anew), rebuild: growing }
  const well = await grows(true)
  const isProof = isBetter ? well !== false : well === true && (await grows(false)) === false
  return isProof ? { candidate, ...seenIn(anew), rebuild: growing } : null
}

const seenIn = ({ seen, amount, left, meant }: Built) => ({ seen, amount, left, meant })

/** Incremental tables that stand and can be built from the start in the sandbox. */
async function growingBelow(
  work: Work,
  graph: ProjectGraph | null,
  reached: (graph: ProjectGraph) => string[],
): Promise<string[]> {
  if (!graph) return []
  const growing = await standingOf(work, graph, growingIn(graph, reached(graph)))
  return growing.length > 0 && (await tooLarge(work, graph, growing)) === null ? growing : []
}

/** What a sentence without a direction is about has to change at least. */
const isMended = ({ amount, seen }: Built, { symptom, amount: before }: Trial) =>
  symptom.complaint === 'other'
    ? seen.data.some((d) => d.node === symptom.node && d.print !== null && d.print !== AS_IT_STANDS)
    : isLess(amount, before)

type Built = { seen: Seen; amount: Amount | null; left: string[]; meant: string[]; isWell: boolean }

/** What is built and tested of what the candidate reaches, as the files are, and how much of the symptom is left. */
async function built(
  work: Work,
  { symptom, options }: Trial,
  { reached, anew }: { reached: (graph: ProjectGraph) => string[]; anew: string[] },
): Promise<Built> {
  const changed = new Set<string>()
  let amount: Amount | null = null
  let left: string[] = []
  let meant: string[] = []
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
      const strong = (await measured(look, symptom, options.now())).suspects
        // Rows that stand from before are asked for by themselves.
        .filter((s) => s.weight >= STRONG && !['build', 'passed over'].includes(s.culprit.born))
      // What was said of some rows may rightly be so in others: only what looks like a slip is left then.
      const isSlip = async ({ culprit }: Suspect) =>
        symptom.some !== true || (await ideasFor(look, culprit)).length > 0
      const slips = await Promise.all(strong.map(isSlip))
      left = strong.filter((_, i) => slips[i]).map((s) => s.culprit.sentence)
      meant = strong.filter((_, i) => !slips[i]).map((s) => s.culprit.sentence)
    },
  })
  return {
    seen,
    amount,
    left,
    meant,
    isWell: changed.has(symptom.node) && !seen.unread && !seen.results.some(isFailure),
  }
}
