/** run_results.json and sources.json: what dbt did, in numbers. */
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../../core/files.ts'
import type { NodeResult, NodeStatus, SourceFreshness } from './types.ts'

const runResults = z.object({
  metadata: z.object({ invocation_id: z.string().nullish() }),
  results: z.array(
    z.object({
      unique_id: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      execution_time: z.number().default(0),
    }),
  ),
})

const sources = z.object({
  metadata: z.object({ invocation_id: z.string().nullish() }),
  results: z.array(
    z.object({
      unique_id: z.string(),
      status: z.string(),
      max_loaded_at: z.string().nullish(),
      error: z.string().nullish(),
    }),
  ),
})

const STATUSES: Record<string, NodeStatus> = {
  success: 'success',
  pass: 'pass',
  warn: 'warn',
  error: 'error',
  fail: 'fail',
  skipped: 'skipped',
  'no-op': 'success',
  'runtime error': 'error',
  'partial success': 'error',
}

/**
 * The results of one invocation. A command that ends early leaves the file of the one before it, so the
 * invocation must match; then there are no results.
 */
export async function readRunResults(targetPath: string, invocationId: string): Promise<NodeResult[]> {
  const parsed = runResults.safeParse(await readJson(join(targetPath, 'run_results.json')))
  if (!parsed.success || parsed.data.metadata.invocation_id !== invocationId) return []
  return parsed.data.results.map((r) => ({
    id: r.unique_id,
    status: STATUSES[r.status] ?? 'error',
    message: r.message ?? null,
    seconds: r.execution_time,
  }))
}

export async function readSources(targetPath: string, invocationId: string): Promise<SourceFreshness[]> {
  const parsed = sources.safeParse(await readJson(join(targetPath, 'sources.json')))
  if (!parsed.success || parsed.data.metadata.invocation_id !== invocationId) return []
  return parsed.data.results.map((r) => ({
    id: r.unique_id,
    status: r.status as SourceFreshness['status'],
    loadedAt: r.max_loaded_at ?? null,
    message: r.error ?? null,
  }))
}
