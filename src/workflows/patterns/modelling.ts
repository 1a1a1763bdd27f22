/** The steps that a new dimension and a new fact share: the mission's six, then a yes, and only then the files. */
import type { StepDefinition } from '../types.ts'

type Titles = Record<'analyse' | 'stage' | 'design' | 'create' | 'test' | 'review', string>

const modelled = '$steps.design.modelled'
const again = { critical: true, againFrom: 'analyse' }

export function modellingSteps(
  of: 'dimension' | 'fact',
  titles: Titles,
  staged: Record<string, string>,
): StepDefinition[] {
  return [
    {
      id: 'analyse',
      title: titles.analyse,
      agent: 'data-modeler',
      action: `analyse-${of}`,
      with: { wanted: '$params.wanted' },
      critical: true,
      onFailure: 'dbt-doctor',
    },
    {
      id: 'stage',
      title: titles.stage,
      agent: 'dbt-runner',
      action: 'stage',
      with: { reads: '$steps.analyse.recommendation.reads', ...staged },
      ...again,
    },
    {
      id: 'design',
      title: titles.design,
      agent: 'dim-modeler',
      action: `design-${of}`,
      with: { recommendation: '$steps.analyse.recommendation' },
      ...again,
    },
    {
      id: 'create',
      title: titles.create,
      agent: 'dbt-runner',
      action: 'create',
      with: { modelled },
      ...again,
    },
    {
      id: 'test',
      title: titles.test,
      agent: 'dbt-runner',
      action: 'check-tests',
      with: { modelled, proven: '$steps.create' },
      ...again,
    },
    {
      id: 'review',
      title: titles.review,
      agent: 'code-reviewer',
      action: 'modelled',
      with: { modelled, proven: '$steps.create' },
      ...again,
    },
    {
      id: 'approve',
      title: 'Approve',
      agent: 'dim-modeler',
      action: `approve-${of}`,
      with: {
        wanted: '$params.wanted',
        modelled,
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
        plan: '$steps.design.modelled.plan',
        approved: '$steps.approve.approved',
        command: '$params.command',
        branch: '$params.branch',
      },
      ...again,
    },
  ]
}
