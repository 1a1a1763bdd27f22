/**
 * An incremental table keeps the rows that a fault has made; a fix of the code does not mend them. What a build from
 * the start gives otherwise is measured in a sandbox, by the builds that would be run, and offered to a person.
 */
import type { Invocation } from '../../adapters/dbt/types.ts'
import { makeChangeSet } from '../../changes/index.ts'
import type { ChangeSet } from '../../changes/types.ts'
import { isMartsmithError } from '../../core/errors.ts'
import { count, list, shellQuote } from '../../core/text.ts'
import type { ProjectGraph } from '../../project/graph.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import type { RelationDiff } from '../../sandbox/compare/types.ts'
import { compareTables } from '../../sandbox/compare-nodes.ts'
import { selectionOf } from '../../sandbox/selection.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { Rebuild } from '../dbt-runner/rerun.ts'
import type { HealOptions } from './heal.ts'
import { changedIds } from './reach.ts'
import { fromStart, isFailure, isTestId, staged } from './try.ts'
import type { Work } from './work.ts'

export type RebuildOptions = {
  /** With the changes. */
  graph: ProjectGraph | null
  /** Without it the tests fail: known already. */
  needed: string[]
  /** What runs again after the fix, by what the fix changed. */
  nodes: (graph: ProjectGraph, changed: string[]) => string[]
  /** What could not be measured, in words. */
  tell: (line: string) => void
  options: Pick<HealOptions, 'now' | 'progress' | 'log' | 'signal'>
}

/** A build from the start reads all that there is: with more rows than this in any of it, none is made to measure. */
const MOST_ROWS = 10_000_000

/** Incremental models that may be built from the start. */
export function growingIn(graph: ProjectGraph, ids: Iterable<string>): string[] {
  return [...new Set(ids)].filter((id) => {
    const config = graph.node(id)?.config
    return id.startsWith('model.') && config?.materialized === 'incremental' && config.full_refresh !== false
  })
}

/** Those of them that stand in the user's warehouse. */
export async function standingOf({ dbt }: Work, graph: ProjectGraph, ids: string[]): Promise<string[]> {
  const named = ids.flatMap((id) => {
    const relation = graph.node(id)?.relation_name
    return relation ? [{ id, relation }] : []
  })
  const found = named.length > 0 ? await dbt.columns(named.map((n) => n.relation)) : []
  return named.flatMap(({ id }, i) => (found[i] && !('error' in found[i]) ? [id] : []))
}

/** Of these and what they read, the first that holds too many rows to be built from the start for a measurement. */
export async function tooLarge({ dbt }: Work, graph: ProjectGraph, ids: string[]): Promise<string | null> {
  const read = [...new Set([...ids, ...ids.flatMap((id) => graph.parents(id))])]
  const named = read.flatMap((id) => {
    const relation = (graph.node(id) ?? graph.source(id))?.relation_name
    return relation ? [{ id, relation }] : []
  })
  const answers = await dbt.query(
    named.map((n) => `select count(*) from (select 1 as one from ${n.relation} limit ${MOST_ROWS + 1}) r`),
  )
  const rows = answers.map((a) => ('rows' in a ? Number(a.rows[0]?.[0]) : 0))
  return named.find((_, i) => (rows[i] ?? 0) > MOST_ROWS)?.id ?? null
}

/** `changes` stand in the working copy. null where nothing stands that a build from the start would make otherwise. */
export async function rebuildOf(
  work: Work,
  changes: ChangeSet,
  { graph, needed, nodes, tell, options }: RebuildOptions,
): Promise<Rebuild | null> {
  if (changes.changes.length === 0 || !graph) return null
  const changed = changedIds(graph, changes, work)
  const growing = growingIn(graph, [...changed, ...graph.descendants(changed), ...needed])
  const models = await standingOf(work, graph, growing)
  if (models.length === 0) return null
  options.progress({ kind: 'note', text: 'comparing what stands with a build from the start' })
  const large = await tooLarge(work, graph, models)
  if (large !== null) {
    const names = models.map((id) => graph.label(id))
    tell(
      `Whether ${list(names, 4)} ${names.length === 1 ? 'holds' : 'hold'} rows of before the fix was not measured: ${graph.label(large)} has over ${count(MOST_ROWS, 'row')}. ${commandFor(names)} builds from the start.`,
    )
    return null
  }
  const rounds = await work.rounds(options)
  await rounds.read()
  const again = nodes(graph, changed)
  const start = fromStart(graph, models, again)
  const all = [...new Set([...again, ...start])].filter((id) => /^(model|seed|snapshot)\./.test(id))
  const { sandbox } = await staged(rounds, graph, all)
  if (!sandbox) return null
  const mended = await measured(sandbox, models, start, options.signal)
  options.signal.throwIfAborted()
  const differs = mended?.filter((m) => !m.diff.sameRows) ?? []
  if (!mended || differs.length === 0) return null
  // What the code gave before the fixes, from the start too: where that is the same, they are not what it is about.
  const before = await asBefore(work, changes, { all, start, found: differs }, options)
  options.signal.throwIfAborted()
  const isNeeded = (id: string) => needed.includes(id)
  const told = differs.flatMap((d) => {
    const was = before?.get(d.id)
    if (!isNeeded(d.id) && (d.isUnclear || !was || was.fix.sameRows)) return []
    const lost = was ? Math.min(d.gone, was.standing.only.before) : d.gone
    return [{ ...d, lost, bad: badRows(d.diff) - lost }]
  })
  if (told.every((t) => t.bad + t.lost === 0)) return null
  const first = all.filter((id) => !start.includes(id))
  const names = models.map((id) => graph.label(id))
  return {
    models,
    first: first.length > 0 ? selectionOf(graph.manifest, first) : null,
    select: selectionOf(graph.manifest, start),
    bad: told.reduce((sum, t) => sum + t.bad, 0),
    lost: told.reduce((sum, t) => sum + t.lost, 0),
    shown: [
      ...told.map((t) => words(graph.label(t.id), t)),
      `Built from the start (--full-refresh): ${list(names, 6)}; with it what reads ${names.length === 1 ? 'it' : 'them'}: ${
        list(
          start.filter((id) => !models.includes(id)).map((id) => graph.label(id)),
          6,
        ) || 'nothing'
      }.`,
    ],
    command: commandFor(names),
  }
}

const commandFor = (names: string[]) =>
  `martsmith pipeline --select ${shellQuote(names.map((n) => `${n}+`).join(' '))} --full-refresh`

const badRows = ({ changed, only }: RelationDiff) =>
  changed === null ? Math.max(only.before, only.after) : changed + only.before + only.after

function words(
  label: string,
  { diff, bad, lost }: { diff: RelationDiff; bad: number; lost: number },
): string {
  const { rows, changed, only, columns } = diff
  const names = list(
    columns.map((c) => c.name),
    4,
  )
  const parts = [
    `${count(rows.before, 'row')} would stand, ${rows.after} from the start`,
    ...(changed ? [`${changed} differ in ${names}`] : []),
    ...(only.after > 0 ? [`${only.after} are missing`] : []),
    ...(only.before > 0 ? [`${only.before} would not be made`] : []),
  ]
  const gone =
    lost > 0
      ? ` Up to ${count(lost, 'row')} its sources do not hold any more: a build from the start loses them.`
      : ''
  return `After the re-run ${count(bad, 'row')} of ${label} ${bad === 1 ? 'is' : 'are'} still other than the mended code makes ${bad === 1 ? 'it' : 'them'} from the start: ${parts.join(', ')}.${gone}`
}

type Measured = {
  id: string
  kept: string
  anew: string
  diff: RelationDiff
  without: string[]
  /** Two builds of the same differ, and it cannot be told in which columns. */
  isUnclear: boolean
  /** At most so many rows that stand are not made again: a row that stands twice and is made once is no loss. */
  gone: number
}

/** What stands after a build as usual beside what a build from the start makes of each; null where one does not end well. */
async function measured(
  sandbox: Sandbox,
  models: string[],
  start: string[],
  signal: AbortSignal,
): Promise<Measured[] | null> {
  const side = sandbox.after
  const kept = new Map<string, string>()
  const anew = new Map<string, string>()
  const keep = async (into: Map<string, string>) => {
    for (const id of models) into.set(id, await side.keep(id))
  }
  if (!isWhole(await side.build(undefined, { tests: false, signal }))) return null
  await keep(kept)
  if (!isWhole(await side.build(start, { tests: false, fullRefresh: true, signal }))) return null
  await keep(anew)
  const compare = async (id: string, without: string[]): Promise<Measured> => {
    const [was, is] = [kept.get(id) ?? '', anew.get(id) ?? '']
    const diff = await compareTables(sandbox, was, is, { keys: await side.keysOf(id), examples: 0, without })
    const gone = Math.min(diff.only.before, await goneFrom(sandbox, { was, is, diff }))
    return { id, kept: was, anew: is, diff, without, isUnclear: false, gone }
  }
  const found: Measured[] = []
  for (const id of models) found.push(await compare(id, []))
  if (found.every((m) => m.diff.columns.length === 0 && m.diff.only.before + m.diff.only.after === 0))
    return found
  // A column that is another one in every build (the time of the load, say) says nothing.
  if (!isWhole(await side.build(start, { tests: false, fullRefresh: true, signal }))) return null
  return Promise.all(
    found.map(async ({ id, anew: first }) => {
      const twice = await compareTables(sandbox, first, await side.relationOf(id), {
        keys: await side.keysOf(id),
        examples: 0,
      })
      const moving = twice.columns.map((c) => c.name)
      return { ...(await compare(id, moving)), isUnclear: !twice.sameRows && moving.length === 0 }
    }),
  )
}

/** Rows of one relation that the other has not even once; all, where rows have a key, or it cannot be asked. */
async function goneFrom(
  { query, adapter }: Sandbox,
  { was, is, diff }: { was: string; is: string; diff: RelationDiff },
): Promise<number> {
  if (diff.only.before === 0 || diff.key !== null || diff.compared.length === 0) return diff.only.before
  const names = diff.compared.map(dialectOf(adapter).quote).join(', ')
  const [answer] = await query([
    `select count(*) from (select ${names} from ${was} except select ${names} from ${is}) as gone`,
  ])
  return answer && 'rows' in answer ? Number(answer.rows[0]?.[0]) : diff.only.before
}

type Before = { fix: RelationDiff; standing: RelationDiff }

/** The same by the code as it was; null where that does not build. The rows of the sandbox stay for it. */
async function asBefore(
  work: Work,
  { changes, title }: ChangeSet,
  { all, start, found }: { all: string[]; start: string[]; found: Measured[] },
  options: RebuildOptions['options'],
): Promise<Map<string, Before> | null> {
  const edits = changes.flatMap((c) =>
    c.kind === 'edit' ? [{ ...c, before: c.after, after: c.before }] : [],
  )
  if (edits.length < changes.length) return null
  const restore = await work.write(makeChangeSet(title, edits))
  try {
    const rounds = await work.rounds(options)
    const graph = await rounds.read({ rows: 'as they are' })
    const known = (ids: string[]) => ids.filter((id) => graph.node(id))
    const { sandbox } = await staged(rounds, graph, known(all))
    if (!sandbox) return null
    const side = sandbox.after
    const first = known(all).filter((id) => !start.includes(id))
    const how = { tests: false, signal: options.signal }
    if (!isWhole(await side.build(first, how))) return null
    if (!isWhole(await side.build(known(start), { ...how, fullRefresh: true }))) return null
    const answers = new Map<string, Before>()
    for (const { id, kept, anew, without } of found) {
      if (!graph.node(id)) continue
      const now = await side.relationOf(id)
      const by = { keys: await side.keysOf(id), examples: 0, without }
      answers.set(id, {
        fix: await compareTables(sandbox, now, anew, by),
        standing: await compareTables(sandbox, kept, now, by),
      })
    }
    return answers
  } catch (error) {
    if (!isMartsmithError(error)) throw error
    options.log(`debug: what the code made before its fix could not be built: ${error.message}`)
    return null
  } finally {
    await restore()
  }
}

function isWhole({ exception, results }: Invocation): boolean {
  return (
    exception === null && results.every((r) => isTestId(r.id) || (!isFailure(r) && r.status !== 'skipped'))
  )
}
