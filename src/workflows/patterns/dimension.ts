/** New Dimension Request. */
import type { WorkflowDefinition } from '../types.ts'
import { modellingSteps } from './modelling.ts'

export const dimension: WorkflowDefinition = {
  id: 'dimension',
  title: 'New Dimension Request',
  purpose: 'Design, build, test and review a dimension',
  triggers: ['Add a new dimension for X'],
  runPrefix: 'dim',
  taskPrefix: 'DIM',
  steps: modellingSteps(
    'dimension',
    {
      analyse: 'Analyze requirements, recommend approach',
      stage: 'Staging model',
      design: 'Design dimension (SCD type, attributes)',
      create: 'Create dimension model in the sandbox',
      test: 'Create tests',
      review: 'Review implementation',
    },
    {},
  ),
}
