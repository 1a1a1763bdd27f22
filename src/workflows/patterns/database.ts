/** Database Change: the eight steps of a database lead, its specialist being the one for the server. */
import type { WorkflowDefinition } from '../types.ts'

const analysis = '$steps.analyse.analysis'
const reviewed = '$steps.review.reviewed'
const order = '$steps.delegate.order'
const as = '$params.as'
const again = { critical: true, againFrom: 'analyse' }

export function database(specialist: 'database-specialist' | 'mysql-specialist'): WorkflowDefinition {
  return {
    id: 'db',
    title: 'Database Change',
    purpose: 'Plan, delegate, review and verify a change of a Postgres or MySQL schema',
    triggers: [],
    runPrefix: 'db',
    taskPrefix: 'DB',
    usesDbt: false,
    steps: [
      {
        id: 'receive',
        title: 'Receive the task',
        agent: 'database-lead',
        action: 'receive',
        with: { ask: '$params.ask', requester: '$params.requester' },
        critical: true,
      },
      {
        id: 'analyse',
        title: 'Analyze and clarify',
        agent: 'database-lead',
        action: 'analyse',
        with: { ask: '$params.ask', as },
        critical: true,
      },
      {
        id: 'design',
        title: 'Plan and design',
        agent: 'database-lead',
        action: 'design',
        with: { analysis },
        ...again,
      },
      {
        id: 'delegate',
        title: 'Decompose and delegate',
        agent: 'database-lead',
        action: 'delegate',
        with: { analysis, specialist, requester: '$params.requester' },
        ...again,
      },
      {
        id: 'write',
        title: 'Write the migration',
        agent: specialist,
        action: 'write',
        with: { order, as },
        ...again,
      },
      {
        id: 'review',
        title: 'Review and iterate',
        agent: 'database-lead',
        action: 'review',
        with: { analysis, order, migrations: '$steps.write.migrations', as },
        ...again,
      },
      {
        id: 'development',
        title: 'Run in development, and verify',
        agent: 'database-lead',
        action: 'development',
        with: { analysis, reviewed, as, propose: '$params.propose', command: '$params.command' },
        critical: true,
      },
      {
        id: 'staging',
        title: 'Run in staging, and verify',
        agent: 'database-lead',
        action: 'staging',
        with: { analysis, reviewed, as, ran: '$steps.development.ran' },
        critical: true,
      },
      {
        id: 'report',
        title: 'Report and hand over',
        agent: 'database-lead',
        action: 'report',
        with: {
          analysis,
          reviewed,
          ran: '$steps.development.ran',
          staged: '$steps.staging.staged',
          requester: '$params.requester',
        },
        critical: false,
      },
    ],
  }
}
