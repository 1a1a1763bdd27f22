/** Full Data Pipeline: ingestion to semantic model, the first of the mission's workflows. */
import type { WorkflowDefinition } from '../types.ts'

export const pipeline: WorkflowDefinition = {
  id: 'pipeline',
  title: 'Full Data Pipeline',
  purpose: 'Load new data, build and test the models, update the semantic model',
  triggers: ['Run the full pipeline', 'Update everything'],
  runPrefix: 'pipe',
  taskPrefix: 'PIPE',
  steps: [
    {
      id: 'ingest',
      title: 'Run dlt ingestion',
      agent: 'dlt-loader',
      action: 'load',
      with: { pipelines: '$params.pipelines', force: '$params.force' },
      critical: true,
      onFailure: 'dbt-doctor',
    },
    {
      id: 'build',
      title: 'dbt build{selection}',
      agent: 'dbt-runner',
      action: 'build',
      with: { select: '$params.select', exclude: '$params.exclude', fullRefresh: '$params.fullRefresh' },
      critical: true,
      onFailure: 'dbt-doctor',
    },
    {
      id: 'test',
      title: 'Validate with dbt test',
      agent: 'dbt-runner',
      action: 'test',
      with: {
        select: '$params.select',
        exclude: '$params.exclude',
        proven: '$steps.build.tested',
        retest: '$params.retest',
      },
      critical: false,
      onFailure: 'dbt-doctor',
    },
    {
      id: 'powerbi',
      title: 'Update Power BI model',
      agent: 'powerbi-modeler',
      action: 'update',
      with: {},
      critical: false,
    },
  ],
}
