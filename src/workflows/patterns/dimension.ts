/** New Dimension Request: the mission's six steps, then a yes, and only then the files. */
import type { WorkflowDefinition } from '../types.ts'

const designed = '$steps.design.dimension'
const again = { critical: true, againFrom: 'analyse' }

export const dimension: WorkflowDefinition = {
  id: 'dimension',
  title: 'New Dimension Request',
  purpose: 'Design, build, test and review a dimension',
  triggers: ['Add a new dimension for X'],
  runPrefix: 'dim',
  taskPrefix: 'DIM',
  steps: [
    {
      id: 'analyse',
      title: 'Analyze requirements, recommend approach',
      agent: 'data-modeler',
      action: 'analyse',
      with: { wanted: '$params.wanted' },
      critical: true,
    },
    {
      id: 'stage',
      title: 'Staging model',
      agent: 'dbt-runner',
      action: 'stage-dimension',
      with: { recommendation: '$steps.analyse.recommendation' },
      ...again,
    },
    {
      id: 'design',
      title: 'Design dimension (SCD type, attributes)',
      agent: 'dim-modeler',
      action: 'design',
      with: { recommendation: '$steps.analyse.recommendation' },
      ...again,
    },
    {
      id: 'create',
      title: 'Create dimension model in the sandbox',
      agent: 'dbt-runner',
      action: 'create-dimension',
      with: { dimension: designed },
      ...again,
    },
    {
      id: 'test',
      title: 'Create tests',
      agent: 'dbt-runner',
      action: 'test-dimension',
      with: { dimension: designed, proven: '$steps.create' },
      ...again,
    },
    {
      id: 'review',
      title: 'Review implementation',
      agent: 'code-reviewer',
      action: 'dimension',
      with: { dimension: designed, proven: '$steps.create' },
      ...again,
    },
    {
      id: 'approve',
      title: 'Approve',
      agent: 'dim-modeler',
      action: 'approve',
      with: {
        wanted: '$params.wanted',
        dimension: designed,
        proof: '$steps.create.proof',
        review: '$steps.review.review',
      },
      ...again,
    },
    {
      id: 'apply',
      title: 'Write it',
      agent: 'dbt-specialist',
      action: 'apply',
      with: {
        plan: '$steps.design.dimension.plan',
        approved: '$steps.approve.approved',
        command: '$params.command',
      },
      ...again,
    },
  ],
}
