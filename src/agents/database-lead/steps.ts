/** The lead's actions that only think and write tasks: receive, design, delegate. */

import { tableWords } from '../../adapters/databases/types.ts'
import { MartsmithError } from '../../core/errors.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import { createTask, updateTask } from '../../ledger/index.ts'
import type { ActionContext } from '../types.ts'
import type { Analysis } from './analysis/analysis.ts'
import { uses } from './operations/columns.ts'
import type { SchemaChange } from './order/change.ts'
import type { Order, Specialist } from './order/order.ts'
import type { Ask } from './requests/ask.ts'

export async function receive(
  ctx: ActionContext,
  { ask, requester }: { ask: Ask; requester: string },
): Promise<Outcome> {
  const asks = ask.op === 'several' ? ask.asks : [ask]
  const ops = list([...new Set(asks.map((a) => a.op))])
  return outcome(
    'success',
    `Accepted from ${requester}: ${count(asks.length, 'change')} of a database (${ops}).`,
    {
      details: [ctx.taskId === null ? 'No task file could be written.' : `Recorded in ${ctx.taskId}.`],
    },
  )
}

/** Words that tell where a change would break what runs, before anything is written. */
export async function designStep(
  ctx: ActionContext,
  { analysis }: { analysis: Analysis | null },
): Promise<Outcome<{ designed: true }>> {
  if (!analysis) return outcome('skipped', 'There is nothing to design for.')
  const { design } = analysis
  assertNobodyUses(analysis)
  const markdown = [
    `**${design.title}**, on ${analysis.server}.`,
    '',
    ...design.because.map((b) => `- ${b}`),
    '',
    'Weighed and not taken:',
    '',
    ...(design.alternatives.length > 0 ? design.alternatives : ['nothing else does it']).map((a) => `- ${a}`),
    ...(design.loses.length > 0 ? ['', 'Lost for good:', '', ...design.loses.map((l) => `- ${l}`)] : []),
    ...(design.later.length > 0 ? ['', 'To follow:', '', ...design.later.map((l) => `- ${l}`)] : []),
  ].join('\n')
  const criteria = design.criteria.map((c) => `- ${c.words}`).join('\n')
  if (ctx.taskId)
    await updateTask(
      ctx.project.root,
      ctx.taskId,
      {
        sections: [
          { heading: 'Design', markdown: ctx.safe(markdown) },
          { heading: 'What must be so', markdown: ctx.safe(criteria) },
        ],
      },
      ctx.now(),
    )
  return outcome('success', `${design.title}.`, {
    details: [
      ...design.because,
      ...design.alternatives.map((a) => `Not taken: ${a}`),
      ...design.loses.map((l) => `Lost for good: ${l}`),
      ...design.later.map((l) => `To follow: ${l}`),
      ...design.criteria.map((c) => `Must be so: ${c.words}`),
    ],
    output: { designed: true },
  })
}

/** @throws MartsmithError `database.used`: what runs now would break, so it is done in steps, or not yet. */
function assertNobodyUses({ design, queries, views }: Analysis): void {
  for (const { table, column, now } of design.gone) {
    if (column === null) continue // whoever says the table's name was asked before it was designed
    const users = queries.filter((q) => uses(q.sql, column) && !(now && uses(q.sql, now.name)))
    if (users.length === 0) continue
    const to = design.changes.flatMap((c) => (c.kind === 'rename-column' ? [c.to] : []))[0]
    const where = `${tableWords(table)}.${column}`
    throw new MartsmithError({
      code: 'database.used',
      message: `${where} is used by ${count(users.length, 'statement')} of the application: without it they break while the migration and the new release are apart.`,
      details: [
        ...users.slice(0, 8).map((u) => `${u.file}:${u.line}`),
        ...(views.length > 0 ? [`views that read the table: ${list(views.map(tableWords))}`] : []),
      ],
      mend:
        to === undefined
          ? ['Take it out of the application and release that; then ask again.']
          : [
              `1. Add a column ${to} beside it:  martsmith db "add ${to} to ${table.name}"`,
              `2. Release an application that writes both, fill ${to} in batches, then one that reads ${to} only.`,
              `3. Drop the old one:  martsmith db "drop ${column} from ${table.name}"`,
            ],
      exitCode: 1,
    })
  }
}

export async function delegate(
  ctx: ActionContext,
  {
    analysis,
    specialist,
    requester,
  }: { analysis: Analysis | null; specialist: Specialist['id']; requester: string },
): Promise<Outcome<{ order: Order }>> {
  if (!analysis) return outcome('skipped', 'There is nothing to delegate.')
  const { design } = analysis
  const ways = [
    'Up, down and up again on a scratch copy end with the same schema, and down with the one from before.',
    'Rows that stand keep their values, but for what the design names as lost.',
    'Statements of the application that worked before work after it.',
    'Neither squawk nor the rules of the review object.',
  ]
  const tables = [...Map.groupBy(design.changes, (c) => tableWords(c.table))]
  const order = (tasks: Order['tasks']) => ({ order: { changes: design.changes, tasks } })
  if (!ctx.taskId)
    return outcome('success', `Delegated to ${specialist}; no task file could be written.`, {
      output: order([]),
    })
  const tasks: Order['tasks'] = []
  for (const [table, changes] of tables) {
    const criteria = design.criteria
      .filter((c) => tables.length === 1 || tableWords(c.check.table) === table)
      .map((c) => c.words)
    const title =
      tables.length === 1 ? design.title : `${table}: ${list([...new Set(changes.map(orderWords))])}`
    const task = await createTask(
      ctx.project.root,
      {
        prefix: 'DB',
        title: `Write the migration: ${title}`,
        type: 'migration',
        priority: 'medium',
        assignedTo: specialist,
        coordinator: ctx.taskId,
        parentTaskId: ctx.taskId,
        inParentFolder: true,
        onceKey: `${ctx.runId} write${tables.length === 1 ? '' : ` ${table}`}`,
        description: {
          goal: title,
          context: ctx.safe(
            [
              `Requested by ${requester}.`,
              `Server: ${analysis.server}.`,
              `Tool: ${analysis.migrations.tool}, in ${analysis.migrations.folder}.`,
              ...(tables.length > 1 ? [`Part of one order on ${list(tables.map(([t]) => t))}.`] : []),
              ...analysis.sizes
                .filter((s) => s.table === table)
                .map((s) => `${s.table}: about ${count(s.rows, 'row')}.`),
              ...analysis.queries.map((q) => `Used at ${q.file}:${q.line}.`),
            ].join('\n'),
          ),
          scope: `${list(changes.map(orderWords))}. Nothing else.`,
        },
        acceptanceCriteria: [...criteria, ...ways].map(ctx.safe),
        checklist: ['Write up and down', 'Pass the review'],
      },
      ctx.now(),
    )
    tasks.push({ table, id: task.id })
  }
  return outcome(
    'success',
    `Delegated to ${specialist} as ${list(tasks.map((t) => t.id))}, with ${count(design.criteria.length + ways.length, 'acceptance criterion', 'acceptance criteria')}.`,
    { output: order(tasks) },
  )
}

function orderWords(change: SchemaChange): string {
  return `${change.kind} on ${tableWords(change.table)}`
}
