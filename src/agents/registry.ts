/** All agents. */

import { codeReviewer } from './code-reviewer/index.ts'
import { dataModeler } from './data-modeler/index.ts'
import { databaseLead } from './database-lead/index.ts'
import { databaseSpecialist } from './database-specialist/index.ts'
import { dbtDoctor } from './dbt-doctor/index.ts'
import { dbtRunner } from './dbt-runner/index.ts'
import { dbtSpecialist } from './dbt-specialist/index.ts'
import { dimModeler } from './dim-modeler/index.ts'
import { dltLoader } from './dlt-loader/index.ts'
import { mysqlSpecialist } from './mysql-specialist/index.ts'
import { powerbiModeler } from './powerbi-modeler/index.ts'
import type { Action, Agent } from './types.ts'

export const AGENTS: readonly Agent[] = [
  dbtRunner,
  dltLoader,
  dbtSpecialist,
  dbtDoctor,
  dataModeler,
  dimModeler,
  codeReviewer,
  powerbiModeler,
  databaseLead,
  databaseSpecialist,
  mysqlSpecialist,
]

export function findAction(agentId: string, actionId: string): Action | null {
  return AGENTS.find((a) => a.id === agentId)?.actions[actionId] ?? null
}

export function isBuilt(agent: Agent): boolean {
  return Object.keys(agent.actions).length > 0
}
