/** Whether ingestion is due, from evidence; the reason stands in the scope and in the report. */
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { isAbsent } from '../../adapters/dbt/explain.ts'
import type { DbtEngine, Target } from '../../adapters/dbt/types.ts'
import type { Project } from '../../config/project.ts'
import { type DltPipelineConfig, durationSeconds } from '../../config/schema.ts'
import { ago, list, seconds } from '../../core/text.ts'
import type { Manifest } from '../../project/manifest.ts'
import { type Check, type InputState, readChecks } from './checks.ts'
import { inputChanges, inputState } from './inputs.ts'

export type Decision = {
  pipeline: DltPipelineConfig
  due: boolean
  reason: string
  inputs: InputState
  lastCheck: Check | null
  /** Tables that dlt has made and that are gone: it does not make them again by itself. */
  missing: string[]
}

export type DecideContext = {
  project: Project
  dbt: DbtEngine
  /** null where dbt could not read the project: then the warehouse is not asked. */
  manifest: Manifest | null
  target: Target | null
  now: Date
  force: boolean
}

export async function decide(pipeline: DltPipelineConfig, ctx: DecideContext): Promise<Decision> {
  const checks = await readChecks(ctx.project.stateDir, pipeline.name)
  const lastCheck = checks.findLast((c) => c.result === 'loaded') ?? null
  const inputs = await inputState(ctx.project.root, [...pipeline.inputs, pipeline.script], lastCheck?.inputs)
  const answer = (due: boolean, reason: string, missing: string[] = []): Decision => ({
    pipeline,
    due,
    reason,
    inputs,
    lastCheck,
    missing,
  })

  if (ctx.force) return answer(true, 'it was asked for (--force)')
  const lastTry = checks.at(-1)
  if (!lastCheck)
    return answer(
      true,
      lastTry ? 'it has never been loaded completely from here' : 'it has never been loaded from here',
    )
  if (lastTry?.result !== 'loaded')
    return answer(true, `the last load, ${ago(new Date(lastTry?.at ?? 0), ctx.now)}, did not end well`)

  const age = ago(new Date(lastCheck.at), ctx.now)
  const missing = await missingTables(lastCheck, ctx)
  if (missing.length > 0)
    return answer(
      true,
      `${list(missing, 3)} ${missing.length === 1 ? 'is' : 'are'} not in the warehouse any more (loaded ${age})`,
      missing,
    )
  const changes = inputChanges(lastCheck.inputs, inputs)
  if (changes.length > 0) return answer(true, `${list(changes, 3)} since the last load, ${age}`)
  return byAge(pipeline, lastCheck, ctx.now, age, answer)
}

function byAge(
  pipeline: DltPipelineConfig,
  lastCheck: Check,
  now: Date,
  age: string,
  answer: (due: boolean, reason: string) => Decision,
): Decision {
  const { freshness, inputs } = pipeline
  const unchanged =
    inputs.length > 0
      ? `${list(inputs, 3)} ${inputs.length === 1 ? 'is' : 'are'} unchanged since`
      : 'the script is unchanged since'
  if (freshness === undefined) {
    if (inputs.length > 0) return answer(false, `${unchanged} the last load, ${age}`)
    return answer(
      true,
      'neither inputs nor freshness is configured, so only a load can tell whether there is something new',
    )
  }
  const left = durationSeconds(freshness) - (now.getTime() - new Date(lastCheck.at).getTime()) / 1000
  if (left <= 0) return answer(true, `the last check was ${age}, and freshness is ${freshness}`)
  return answer(
    false,
    `${unchanged} the last check, ${age}; the next one is due in ${seconds(Math.round(left))} (freshness ${freshness})`,
  )
}

/**
 * Tables that the last load left and that dbt reads as sources, but that the warehouse does not have.
 * Tables outside of dbt's sources are not asked for: dlt may load into another database.
 */
async function missingTables(
  check: Check,
  { project, dbt, manifest, target }: DecideContext,
): Promise<string[]> {
  const relations = (check.loaded ?? []).flatMap((p) =>
    p.tables.flatMap((t) => {
      const source = Object.values(manifest?.sources ?? {}).find(
        (s) => same(s.schema, p.dataset) && same(s.identifier, t.name),
      )
      return source?.relation_name ? [{ name: `${p.dataset}.${t.name}`, relation: source.relation_name }] : []
    }),
  )
  if (relations.length === 0) return []
  if (target && databaseFileMissing(target, project.dbtDir)) return relations.map((r) => r.name)
  const answers = await dbt.query(relations.map((r) => `select 1 as found from ${r.relation} where 1 = 0`))
  return relations.filter((_, i) => isAbsent(answers[i])).map((r) => r.name)
}

/** Opening a DuckDB file that is not there would make an empty one. */
export function databaseFileMissing(target: Target, dbtDir: string): boolean {
  const path = target.type === 'duckdb' ? target.shown.path : undefined
  if (!path || path === ':memory:' || /^[a-z]+:/.test(path)) return false
  const file = resolve(dbtDir, path)
  return !existsSync(file) || statSync(file).size === 0
}

function same(a: string, b: string | null): boolean {
  return a.toLowerCase() === b?.toLowerCase()
}
