/** New Fact Table Request. */
import type { WorkflowDefinition } from '../types.ts'
import { modellingSteps } from './modelling.ts'

export const fact: WorkflowDefinition = {
  id: 'fact',
  title: 'New Fact Table Request',
  purpose: 'Declare the grain, build an incremental fact table, test and review it',
  triggers: ['Add fact table for X process'],
  runPrefix: 'fact',
  taskPrefix: 'FACT',
  steps: modellingSteps(
    'fact',
    {
      analyse: 'Define grain, identify dimensions',
      stage: 'Staging and intermediate models',
      design: 'Design fact table (additive facts, foreign keys)',
      create: 'Create fact model in the sandbox',
      test: 'Run and test',
      review: 'Review implementation',
    },
    { intermediate: '$steps.analyse.recommendation.intermediate' },
  ),
}
