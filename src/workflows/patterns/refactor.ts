/** A refactoring: planned, proven where nobody reads it, approved, and only then written. */
import type { WorkflowDefinition } from '../types.ts'

const asked = { operation: '$params.operation', input: '$params.input', command: '$params.command' }

export const refactor: WorkflowDefinition = {
  id: 'refactor',
  title: 'Refactoring',
  purpose: 'Change the dbt project by an operation whose effect is proven first',
  triggers: [],
  runPrefix: 'ref',
  taskPrefix: 'DBT',
  steps: [
    {
      id: 'plan',
      title: 'Plan the change',
      agent: 'dbt-specialist',
      action: 'plan',
      with: asked,
      critical: true,
    },
    {
      id: 'prove',
      title: 'Prove it in the sandbox',
      agent: 'dbt-specialist',
      action: 'prove',
      with: { plan: '$steps.plan.plan' },
      critical: true,
      againFrom: 'plan',
    },
    {
      id: 'approve',
      title: 'Approve',
      agent: 'dbt-specialist',
      action: 'approve',
      with: { ...asked, plan: '$steps.plan.plan', proof: '$steps.prove.proof' },
      critical: true,
      againFrom: 'plan',
    },
    {
      id: 'apply',
      title: 'Apply',
      agent: 'dbt-specialist',
      action: 'apply',
      with: {
        plan: '$steps.plan.plan',
        approved: '$steps.approve.approved',
        command: '$params.command',
        branch: '$params.branch',
      },
      critical: true,
      againFrom: 'plan',
    },
  ],
}
