/** Debug Pipeline Failure: where, why, what mends it, and that it did. */
import type { WorkflowDefinition } from '../types.ts'

const proposal = '$steps.diagnose.proposal'

export const debug: WorkflowDefinition = {
  id: 'debug',
  title: 'Debug Pipeline Failure',
  purpose: 'Find the failure point, diagnose, fix, run again what failed',
  triggers: ['Pipeline failed', 'dbt build failed'],
  runPrefix: 'debug',
  taskPrefix: 'DEBUG',
  steps: [
    {
      id: 'identify',
      title: 'Identify failure point (dlt vs dbt)',
      agent: 'dbt-doctor',
      action: 'identify',
      with: { point: '$params.point' },
      critical: true,
    },
    {
      id: 'diagnose',
      title: 'Diagnose',
      agent: 'dbt-doctor',
      action: 'diagnose',
      with: { point: '$params.point' },
      critical: true,
    },
    {
      id: 'fix',
      title: 'Fix identified issues',
      agent: 'dbt-doctor',
      action: 'fix',
      with: { proposal, propose: '$params.propose', command: '$params.command' },
      critical: true,
      againFrom: 'diagnose',
    },
    {
      id: 'rerun',
      title: 'Re-run failed models',
      agent: 'dbt-runner',
      action: 'rerun',
      with: {
        select: '$steps.fix.select',
        load: '$steps.fix.load',
        giveUp: '$steps.fix.giveUp',
        expected: '$steps.diagnose.proposal.expected',
        rebuild: '$steps.fix.rebuild',
      },
      critical: true,
    },
    {
      id: 'verify',
      title: 'Verify success',
      agent: 'dbt-doctor',
      action: 'verify',
      with: {
        proposal,
        built: '$steps.rerun.built',
        tested: '$steps.rerun.tested',
        failed: '$steps.rerun.failed',
        loaded: '$steps.rerun.loaded',
        left: '$steps.rerun.left',
        resume: '$params.point.resume',
      },
      critical: true,
      againFrom: 'rerun',
    },
  ],
}
