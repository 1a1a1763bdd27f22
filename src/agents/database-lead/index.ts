/** database-lead: plans a change of a database, delegates it, reviews it by trial, has it run, hands it over. */
import { z } from 'zod'
import { type Agent, action } from '../types.ts'
import { analyse } from './analysis/analyse.ts'
import { analysisSchema } from './analysis/analysis.ts'
import { ROLES } from './databases.ts'
import { migrationSchema, orderSchema } from './order/order.ts'
import { askSchema } from './requests/ask.ts'
import { reviewedSchema, reviewStep } from './review/step.ts'
import { report } from './run/report.ts'
import { development, staging } from './run/steps.ts'
import { delegate, designStep, receive } from './steps.ts'

const as = z.enum(ROLES).nullable()
const analysis = analysisSchema.nullable()
const reviewed = reviewedSchema.nullable()
const requester = z.string()

export const databaseLead: Agent = {
  id: 'database-lead',
  purpose: 'Plan, delegate, review and verify changes of databases',
  whenToUse: 'Schema changes on Postgres, MySQL or MariaDB',
  actions: {
    receive: action({
      purpose: 'Accept the task and record who wants it',
      input: z.strictObject({ ask: askSchema, requester }),
      run: receive,
    }),
    analyse: action({
      purpose: 'Read the live schema, migrations and code; ask what is open; tell drift',
      input: z.strictObject({ ask: askSchema, as }),
      run: analyse,
    }),
    design: action({
      purpose: 'Design the change with reasons and alternatives, and record it',
      input: z.strictObject({ analysis }),
      run: designStep,
    }),
    delegate: action({
      purpose: 'Delegate the migration to the specialist of the server, with acceptance criteria',
      input: z.strictObject({
        analysis,
        specialist: z.enum(['database-specialist', 'mysql-specialist']),
        requester,
      }),
      run: delegate,
    }),
    review: action({
      purpose: 'Review by rules and by trial on scratch copies, and send back what does not pass',
      input: z.strictObject({
        analysis,
        order: orderSchema.nullable(),
        migrations: z.array(migrationSchema).nullable(),
        as,
      }),
      run: reviewStep,
    }),
    development: action({
      purpose: 'Write the migrations and run them in development, once approved',
      input: z.strictObject({ analysis, reviewed, as, propose: z.boolean(), command: z.string() }),
      run: development,
    }),
    staging: action({
      purpose: 'Run the migrations in staging, once approved, or rehearse that on a scratch copy',
      input: z.strictObject({ analysis, reviewed, as, ran: z.boolean().nullable() }),
      run: staging,
    }),
    report: action({
      purpose: 'Write the hand-over for those who go on with it',
      input: z.strictObject({
        analysis,
        reviewed,
        ran: z.boolean().nullable(),
        staged: z.string().nullable(),
        requester,
      }),
      run: report,
    }),
  },
}
