/** dbt's structured events, read once for both drivers: they have the same shape. */
import { z } from 'zod'
import type { NodeProgress, NodeState } from '../../core/events.ts'

const nodeInfo = z.object({
  unique_id: z.string(),
  node_name: z.string(),
  resource_type: z.string(),
  node_status: z.string().default(''),
  materialized: z.string().nullish(),
})

export const dbtEvent = z.object({
  info: z.object({
    name: z.string(),
    level: z.string(),
    msg: z.string().default(''),
    invocation_id: z.string().default(''),
  }),
  data: z
    .object({
      node_info: nodeInfo.optional().catch(undefined),
      run_result: z
        .object({ execution_time: z.number().default(0), status: z.string().default('') })
        .optional()
        .catch(undefined),
      exc: z.string().optional().catch(undefined),
      msg: z.string().optional().catch(undefined),
    })
    .default({}),
})

export type DbtEvent = z.output<typeof dbtEvent>

export function parseEvent(value: unknown): DbtEvent | null {
  const parsed = dbtEvent.safeParse(value)
  return parsed.success ? parsed.data : null
}

const STATES: Record<string, NodeState> = {
  success: 'success',
  pass: 'success',
  'no-op': 'success',
  warn: 'warn',
  fail: 'fail',
  error: 'error',
  'runtime error': 'error',
  'partial success': 'error',
  skipped: 'skipped',
}

/** What a person waits for: an ephemeral model is never built, so it makes no progress. */
export function nodeProgress(event: DbtEvent): NodeProgress | null {
  const node = event.data.node_info
  const { name } = event.info
  if (
    !node ||
    (name !== 'NodeStart' && name !== 'NodeFinished') ||
    node.materialized === 'ephemeral' ||
    node.resource_type === 'exposure'
  )
    return null
  const about = {
    kind: 'node' as const,
    id: node.unique_id,
    name: nodeName(node),
    resourceType: node.resource_type,
  }
  if (name === 'NodeStart') return { ...about, state: 'started' }
  const status = event.data.run_result?.status || node.node_status
  return {
    ...about,
    state: STATES[status.toLowerCase()] ?? 'error',
    seconds: event.data.run_result?.execution_time ?? 0,
  }
}

/** `customers.v2`: versions of a model share its name. */
function nodeName(node: z.output<typeof nodeInfo>): string {
  const version = node.resource_type === 'model' ? node.unique_id.split('.')[3] : undefined
  return version ? `${node.node_name}.${version}` : node.node_name
}

/** A line of JSON, or null where it is something else: user code prints too. */
export function asJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
