/** A selection as dbt understands it, from an action's input. */

import { dbtError } from '../../adapters/dbt/explain.ts'
import type { InvokeOptions, ListedNode, Selection } from '../../adapters/dbt/types.ts'
import { isMartsmithError } from '../../core/errors.ts'
import type { ActionContext } from '../types.ts'

export function selectionOf(input: { select: string | null; exclude: string | null }): Selection {
  return {
    ...(input.select ? { select: input.select } : {}),
    ...(input.exclude ? { exclude: input.exclude } : {}),
  }
}

/** Types that `dbt build` runs. */
export const BUILT_TYPES = ['model', 'seed', 'snapshot', 'test', 'unit_test', 'saved_query', 'function']
export const TEST_TYPES = ['test', 'unit_test']

export function isTest(resourceType: string): boolean {
  return TEST_TYPES.includes(resourceType)
}

/** Lists a selection; installs packages first where dbt says that some are missing. */
export async function listWithPackages(
  ctx: ActionContext,
  selection: Selection,
): Promise<{ nodes: ListedNode[]; installed: boolean }> {
  try {
    return { nodes: await ctx.dbt.list(selection), installed: false }
  } catch (error) {
    if (!isMartsmithError(error) || error.code !== 'dbt.packages') throw error
    ctx.progress({ kind: 'note', text: 'dbt deps: packages are missing' })
    const deps = await ctx.dbt.deps(invokeOptions(ctx))
    if (deps.exception) throw dbtError(deps.exception)
    return { nodes: await ctx.dbt.list(selection), installed: true }
  }
}

export function invokeOptions(ctx: ActionContext): InvokeOptions {
  return {
    signal: ctx.signal,
    onProgress: ctx.progress,
    onMessage: (level, text) => ctx.log(`${level}: ${text}`),
  }
}
