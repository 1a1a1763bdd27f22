/**
 * A project whose configuration dbt cannot read: it has no target yet, so nothing can be built, and a fix proves itself
 * by dbt reading on. Where a build would go is known after that: what fails then is looked for as ever, but on a target
 * that looks like production, for which a yes of its own is needed before anything is built beside it.
 */
import type { DbtEngine, DbtException } from '../../adapters/dbt/types.ts'
import { openHistory } from '../../adapters/git/history.ts'
import { needsApproval } from '../../config/production.ts'
import { DBT_FILE } from '../../config/project.ts'
import { allowedBy } from './allowed.ts'
import { unreadable } from './failures.ts'
import { fileOf } from './fixes/files.ts'
import { candidatesFor, toTry } from './fixes/index.ts'
import { asUntreated, choicesOf, type Healed, type HealOptions, type Treated } from './heal.ts'
import { whyNever } from './never.ts'
import { raisedOr, type Seen } from './try.ts'
import { CLEAR, type Failure, type FixContext } from './types.ts'
import { type Copy, engineOf, openCopy } from './work.ts'

/** So many causes are mended one after the other. */
const MOST_CAUSES = 5

/** What dbt raises instead of saying the target; null where it says it. @throws what is no word of dbt. */
export async function unreadConfiguration(dbt: DbtEngine): Promise<DbtException | null> {
  try {
    await dbt.target()
    return null
  } catch (error) {
    return raisedOr(error)
  }
}

/** `readable`: whether dbt reads the configuration with these changes, and what is built with them may be built unasked. */
export async function mendConfiguration(
  { project, dbt, progress }: HealOptions,
  first: DbtException,
): Promise<Healed & { readable: boolean }> {
  const [git, copy] = await Promise.all([openHistory(project.root), openCopy(project)])
  const engine = engineOf(copy, dbt)
  const context = contextOf(copy, engine, git)
  const treated: Treated[] = []
  let attempts = 0
  let raised: DbtException | null = first
  try {
    while (raised && treated.length < MOST_CAUSES) {
      const failure = await failureOf(raised, copy)
      const one = asUntreated(failure)
      treated.push(one)
      for (const candidate of toTry(await candidatesFor(failure, context))) {
        const [best] = one.proven
        if (best && candidate.score < best.candidate.score - CLEAR) break
        const why = whyNever(candidate.changes, await allowedBy(failure, candidate, context))
        if (why.length > 0) {
          one.refused.push({ title: candidate.title, why })
          continue
        }
        attempts += 1
        one.tried += 1
        progress({ kind: 'note', text: `attempt ${attempts}: ${candidate.title}` })
        const restore = await copy.write(candidate.changes)
        const after = await unreadConfiguration(engine)
        await restore()
        const next = after ? await failureOf(after, copy) : null
        if (next === null || isOther(next, failure))
          one.proven.push({ candidate, seen: nothingSeen(after), next: next ? [next] : [] })
      }
      one.proven.sort((a, b) => a.next.length - b.next.length || b.candidate.score - a.candidate.score)
      one.offered = one.proven.filter((p) => p.candidate.asks !== undefined)
      one.proven = one.proven.filter((p) => p.candidate.asks === undefined)
      const [best] = one.proven
      if (!best) break
      await copy.write(best.candidate.changes)
      raised = best.seen.unread
    }
    const total = await copy.total('Mend what failed')
    const asked = treated.find((t) => t.proven.length === 0 && t.offered.length > 0)
    let choices: Healed['choices'] = []
    if (asked && total.changes.length === 0) {
      asked.proven = asked.offered
      asked.tie = true
      choices = await choicesOf(copy, asked.proven)
    }
    return {
      readable: raised === null && !needsApproval(await engine.target(), project),
      treated,
      changes: total.changes.length > 0 ? total : null,
      choices,
      last: nothingSeen(raised),
      again: { times: 0, failures: [] },
      attempts,
      outOfBudget: false,
      history: {},
    }
  } finally {
    await copy.close()
  }
}

const nothingSeen = (unread: DbtException | null): Seen => ({
  unread,
  graph: null,
  results: [],
  failures: new Map(),
  data: [],
  leftOut: [],
})

/** It is written in dbt_project.yml, in selectors.yml, or in profiles.yml, which is the user's own and no file of the project. */
async function failureOf({ message }: DbtException, { place, files, read }: Copy): Promise<Failure> {
  const failure = unreadable(message, { place, files })
  const named = (name: string) => fileOf({ original_file_path: name }, place)
  const isProfile = /^P0[3789]$/.test(failure.class?.id ?? '')
  const isSelector =
    failure.class?.id === 'P38' ||
    (failure.class?.id === 'P01' && isShown(message, await read(named('selectors.yml')).catch(() => '')))
  // The file is told, and it is the copy's.
  const said = failure.message.replace(/\s*^Error encountered in [^\n]*$/m, '')
  const file = isProfile ? null : named(isSelector ? 'selectors.yml' : DBT_FILE)
  return { ...failure, message: said, file }
}

/** Of YAML that it cannot read dbt shows lines with their numbers, and of these files not which it is. */
function isShown(message: string, text: string): boolean {
  const lines = text.split('\n')
  const shown = [...message.matchAll(/^\s*(\d+)\s*\| ?(.*)$/gm)]
  return (
    shown.length > 0 && shown.every(([, n, line = '']) => (lines[Number(n) - 1] ?? '').trim() === line.trim())
  )
}

function isOther(now: Failure, before: Failure): boolean {
  // What dbt shows of the file around a line is other for every edit.
  if (now.class?.id === 'P01' && before.class?.id === 'P01') return (now.line ?? 0) > (before.line ?? 0)
  return now.class?.id !== before.class?.id || now.thing !== before.thing || now.message !== before.message
}

function contextOf({ place, files }: Copy, dbt: DbtEngine, git: FixContext['git']): FixContext {
  const { own, foreign, read } = files
  return { place, files: own, foreign, graph: null, adapter: 'unknown', dbt, git, read }
}
