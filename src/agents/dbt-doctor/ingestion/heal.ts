/**
 * From a load that failed to a change of its script that has proven itself: the script is run in a rehearsal, has to
 * fail there too, and each candidate has to let it load. One slip may hide the next.
 */
import { relative } from 'node:path'
import type { LoadError, LoadResult } from '../../../adapters/dlt/loader.ts'
import { type GitHistory, openHistory } from '../../../adapters/git/history.ts'
import type { ChangeSet } from '../../../changes/types.ts'
import type { DltPipelineConfig } from '../../../config/schema.ts'
import { errorWords, nothingLoaded } from '../../dlt-loader/report.ts'
import type { ActionContext } from '../../types.ts'
import { allowedBy } from '../allowed.ts'
import { explainLog } from '../explain-log.ts'
import { withoutCopies } from '../fixes/index.ts'
import { revert } from '../fixes/revert.ts'
import { whyNever } from '../never.ts'
import { type Candidate, CLEAR, type Failure, type FixContext } from '../types.ts'
import { openRehearsal, type Rehearsal } from './rehearsal.ts'
import { slipsOf } from './slips.ts'

export type Tried = { candidate: Candidate; result: LoadResult }

/** One cause. */
export type LoadCause = {
  failure: Failure
  error: LoadError
  tried: number
  /** The best first. */
  proven: Tried[]
  /** After it the script goes on, until it would do what no rehearsal may. */
  unfollowed: Tried[]
  refused: { title: string; why: string[] }[]
  /** It needs a person: several are equal, or the one that there is takes back work or decides about data. */
  isChoice: boolean
}

export type LoadHealed = {
  pipeline: DltPipelineConfig
  causes: LoadCause[]
  /** `mended`: it loads in the rehearsal; `well`: it did before anything was changed; `held`: it would leave it. */
  state: 'mended' | 'well' | 'choice' | 'failing' | 'held'
  /** What a rehearsal of it was held back from, in words; null where from nothing. */
  held: string | null
  /** Packages that the failed load left are in the way of every later one, and nothing of them was loaded. */
  giveUp: boolean
}

export type LoadsHealed = {
  healed: LoadHealed[]
  changes: ChangeSet | null
  /** For the first pipeline that needs one, where nothing else is left to be written. */
  choices: { tried: Tried; changes: ChangeSet }[]
}

const MOST_CAUSES = 4
const MOST_CANDIDATES = 6
/** A change after which it only fails elsewhere has to speak for itself as much as this. */
const LEADS_ON = 60

/** null where the project is too large to be copied. */
export async function healLoads(
  ctx: ActionContext,
  pipelines: DltPipelineConfig[],
): Promise<LoadsHealed | null> {
  ctx.progress({ kind: 'note', text: 'copying the project' })
  const [rehearsal, git] = await Promise.all([openRehearsal(ctx), openHistory(ctx.project.root)])
  if (!rehearsal) return null
  try {
    const healed: LoadHealed[] = []
    for (const pipeline of pipelines) {
      ctx.progress({ kind: 'note', text: `running ${pipeline.name} in a copy` })
      const now = await rehearsal.run(pipeline, false)
      healed.push(await healOne(ctx, rehearsal, { pipeline, git, now }))
    }
    const total = await rehearsal.total('Mend what failed')
    const changes = total.changes.length > 0 ? total : null
    const asked = changes ? undefined : healed.find((h) => h.state === 'choice')
    return { healed, changes, choices: await choicesOf(rehearsal, asked?.causes.at(-1)) }
  } finally {
    await rehearsal.close()
  }
}

/** What it writes into the copy stays there where it loads after it, and else goes again. */
async function healOne(
  ctx: ActionContext,
  rehearsal: Rehearsal,
  { pipeline, git, now: first }: { pipeline: DltPipelineConfig; git: GitHistory | null; now: LoadResult },
): Promise<LoadHealed> {
  const causes: LoadCause[] = []
  const held = first.refused
  if (held !== null) return { pipeline, causes, state: 'held', giveUp: false, held }
  const answer = (state: LoadHealed['state']) => ({ pipeline, causes, state, giveUp, held })
  // What a load left after it had read its rows is finished first, and fails again, whatever the script says by now.
  const cleared = leavesPackages(first.error) ? await rehearsal.run(pipeline, true) : null
  const giveUp = cleared !== null && cleared.error?.draining !== true
  let now = giveUp ? cleared : first
  if (isWell(now)) return answer('well')
  const written: (() => Promise<void>)[] = []
  while (now.error && causes.length < MOST_CAUSES) {
    const cause = await tryAll(ctx, rehearsal, { pipeline, git, error: now.error, giveUp })
    causes.push(cause)
    const [best] = cause.proven
    if (!best || cause.isChoice) break
    written.push(await rehearsal.write(best.candidate.changes))
    now = best.result
  }
  if (loads(now)) return answer('mended')
  if (causes.at(-1)?.isChoice && written.length === 0) return answer('choice')
  for (const restore of written.reverse()) await restore()
  return answer('failing')
}

const leavesPackages = (error: LoadError | null) =>
  error !== null && (error.draining || (error.step !== null && error.step !== 'extract'))

type About = { pipeline: DltPipelineConfig; git: GitHistory | null; error: LoadError; giveUp: boolean }

async function tryAll(ctx: ActionContext, rehearsal: Rehearsal, about: About): Promise<LoadCause> {
  const { pipeline, git, error, giveUp } = about
  const { place, files, read } = rehearsal
  const failure = failureOf(error, ctx.project.root)
  const cause: LoadCause = {
    failure,
    error,
    tried: 0,
    proven: [],
    unfollowed: [],
    refused: [],
    isChoice: false,
  }
  const context: FixContext = {
    ...{ place, files: files.own, foreign: [], graph: null, adapter: 'dlt' },
    ...{ dbt: ctx.dbt, git, read },
  }
  const all = [
    ...(await slipsOf(error, failure, context, ctx.project.root)),
    ...(await revert.find(failure, context)),
  ]
  const onward: Tried[] = []
  for (const one of withoutCopies(all).slice(0, MOST_CANDIDATES)) {
    const [best] = cause.proven
    if (best && !needsPerson(best.candidate) && best.candidate.score - one.score >= CLEAR) break
    const candidate = { ...one, ...asked(one, failure) }
    const why = whyNever(candidate.changes, await allowedBy(failure, candidate, context))
    if (why.length > 0) {
      cause.refused.push({ title: candidate.title, why })
      continue
    }
    cause.tried += 1
    ctx.progress({ kind: 'note', text: `attempt ${cause.tried}: ${candidate.title}` })
    const restore = await rehearsal.write(candidate.changes)
    const result = await rehearsal.run(pipeline, giveUp)
    await restore()
    if (result.refused) cause.unfollowed.push({ candidate, result })
    else if (loads(result)) cause.proven.push({ candidate, result })
    else if (result.error && isFurther(result.error, error) && !needsPerson(candidate))
      onward.push({ candidate, result })
  }
  cause.proven.sort(
    (a, b) =>
      Number(needsPerson(a.candidate)) - Number(needsPerson(b.candidate)) ||
      b.candidate.score - a.candidate.score,
  )
  const [step] = onward.sort((a, b) => b.candidate.score - a.candidate.score)
  if (cause.proven.length === 0 && step && step.candidate.score >= LEADS_ON) cause.proven.push(step)
  const [best, second] = cause.proven
  if (best)
    cause.isChoice =
      needsPerson(best.candidate) ||
      (second !== undefined &&
        !needsPerson(second.candidate) &&
        best.candidate.score - second.candidate.score < CLEAR &&
        loadedBy(best) !== loadedBy(second))
  return cause
}

/** What arrives: two that bring the same to the same tables are no choice. */
const loadedBy = ({ result }: Tried) =>
  JSON.stringify(result.pipelines.map(({ name, tables, schemaChanges }) => ({ name, tables, schemaChanges })))

function isWell({ error, refused, pipelines }: LoadResult): boolean {
  return error === null && refused === null && pipelines.every((p) => p.failedJobs.length === 0)
}

/** It is well, and something was loaded: a script that does nothing proves nothing. */
const loads = (result: LoadResult) => isWell(result) && !nothingLoaded(result.pipelines)

/** The same line of the same file says the same thing. */
function isFurther(now: LoadError, before: LoadError): boolean {
  return now.type !== before.type || now.message !== before.message || now.where !== before.where
}

const needsPerson = ({ asks }: Candidate) => asks !== undefined

/** Words of a script that decide which rows stay, and which columns are let in. */
const DECIDES =
  /\b(?:write_disposition|schema_contract|evolve|freeze|discard_\w+|refresh|dev_mode|full_refresh|drop\w*|(?:primary|merge)_key)\b[^\n]*/g

/** What the contract refuses, and what takes such a change back, is for a person to say. */
function asked({ changes, takesBack, asks }: Candidate, { class: of }: Failure): Pick<Candidate, 'asks'> {
  if (of?.id === 'L02')
    return { asks: 'What is sent and the contract disagree. Which of them is right is for you to say:' }
  const words = (text: string) => (text.match(DECIDES) ?? []).join('\n')
  const isOther = changes.changes.some((c) => c.kind === 'edit' && words(c.before) !== words(c.after))
  if (asks !== undefined || !takesBack || !isOther) return asks === undefined ? {} : { asks }
  return {
    asks: 'It treats rows or columns otherwise than the script does now. Whether it should is for you to say:',
  }
}

function failureOf(error: LoadError, root: string): Failure {
  const [, path, line] = /^(.*):(\d+)$/.exec(error.where ?? '') ?? []
  const message = `load failed${errorWords(error, root)}`
  const [explained] = explainLog(message)
  return {
    class: explained?.class ?? null,
    thing: error.meant?.wrong ?? explained?.thing ?? null,
    message,
    stage: 'build',
    nodes: [],
    file: path === undefined ? null : relative(root, path),
    line: line === undefined ? null : Number(line),
    reads: [],
    trace: null,
  }
}

async function choicesOf(
  rehearsal: Rehearsal,
  cause: LoadCause | undefined,
): Promise<LoadsHealed['choices']> {
  const choices: LoadsHealed['choices'] = []
  for (const tried of cause?.proven ?? []) {
    const restore = await rehearsal.write(tried.candidate.changes)
    choices.push({ tried, changes: await rehearsal.total(tried.candidate.title) })
    await restore()
  }
  return choices
}
