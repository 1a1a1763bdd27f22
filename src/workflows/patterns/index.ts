/** The built-in workflows. Those without steps are known by name and not built yet: they run nothing. */
import type { WorkflowDefinition } from '../types.ts'
import { database } from './database.ts'
import { debug } from './debug.ts'
import { dimension } from './dimension.ts'
import { fact } from './fact.ts'
import { pipeline } from './pipeline.ts'
import { refactor } from './refactor.ts'

type Announced = Omit<WorkflowDefinition, 'steps'>

const announced: Announced[] = [
  {
    id: 'review',
    title: 'Architecture Review',
    purpose: 'Review code changes and architecture in one report',
    triggers: ['Review the architecture', 'Review my changes'],
    runPrefix: 'rev',
    taskPrefix: 'REV',
  },
]

export const WORKFLOWS: readonly WorkflowDefinition[] = [
  pipeline,
  refactor,
  dimension,
  fact,
  debug,
  database('database-specialist'),
  ...announced.map((w) => ({ ...w, steps: [] })),
]

export function workflowById(id: string): WorkflowDefinition | null {
  return WORKFLOWS.find((w) => w.id === id) ?? null
}
