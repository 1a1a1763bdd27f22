/** The lead's actions that only think and write tasks: receive, design, delegate. */

import { tableWords } from '../../adapters/databases/types.ts'
import { MartsmithError } from '../../core/errors.ts'
import { type Outcome, outcome } from '../../core/outcome.ts'
import { count, list } from '../../core/text.ts'
import { createTask, updateTask } from '../../ledger/index.ts'
import type { ActionContext } from '../types.ts'
import type { Analysis } from './analysis/analysis.ts'
import { OPERATIONS } from './operations/index.ts'
import type { Order, Specialist } from './order/order.ts'
import type { Ask } from './requests/ask.ts'

export async function receive(
  ctx: ActionContext,
  { ask, requester }: { ask: Ask; requester: string },
): Promise<Outcome> {
  const operation = OPERATIONS.find((o) => o.op === ask.op)
  return outcome('success', `Accepted from ${requester}: one change of a database (${ask.op}).`, {
    details: [
      ctx.taskId === null ? 'No task file could be written.' : `Recorded in ${ctx.taskId}.`,
      ...(operation ? [] : [`${ask.op} is not known to this version.`]),
    ],
  })
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
      ...design.criteria.map((c) => `Must be so: ${c.words}`),
    ],
    output: { designed: true },
  })
}

/** @throws MartsmithError `database.used`: what runs now would break, so it is done in steps, or not yet. */
function assertNobodyUses({ design, queries, views }: Analysis): void {
  for (const { table, column } of design.gone) {
    const isUsed = (sql: string) =>
      new RegExp(`(?<![\\w])["\`]?${column.replace(/\W/g, '.')}["\`]?(?!\\w)`, 'i').test(sql)
    const users = queries.filter((q) => isUsed(q.sql))
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
  const criteria = design.criteria.map((c) => c.words)
  const ways = [
    'Up, down and up again on a scratch copy end with the same schema, and down with the one from before.',
    'Rows that stand keep their values, but for what the design names as lost.',
    'Statements of the application that worked before work after it.',
    'Neither squawk nor the rules of the review object.',
  ]
  if (!ctx.taskId)
    return outcome('success', `Delegated to ${specialist}; no task file could be written.`, {
      output: { order: { changes: design.changes, task: null } },
    })
  const task = await createTask(
    ctx.project.root,
    {
      prefix: 'DB',
      title: `Write the migration: ${design.title}`,
      type: 'migration',
      priority: 'medium',
      assignedTo: specialist,
      coordinator: ctx.taskId,
      parentTaskId: ctx.taskId,
      inParentFolder: true,
      onceKey: `${ctx.runId} write`,
      description: {
        goal: design.title,
        context: ctx.safe(
          [
            `Requested by ${requester}.`,
            `Server: ${analysis.server}.`,
            `Tool: ${analysis.migrations.tool}, in ${analysis.migrations.folder}.`,
            ...analysis.sizes.map((s) => `${s.table}: about ${count(s.rows, 'row')}.`),
            ...analysis.queries.map((q) => `Used at ${q.file}:${q.line}.`),
          ].join('\n'),
        ),
        scope: `${design.changes.map((c) => `${c.kind} on ${tableWords(c.table)}`).join('; ')}. Nothing else.`,
      },
      acceptanceCriteria: [...criteria, ...ways].map(ctx.safe),
      checklist: ['Write up and down', 'Pass the review'],
    },
    ctx.now(),
  )
  return outcome(
    'success',
    `Delegated to ${specialist} as ${task.id}, with ${count(criteria.length + ways.length, 'acceptance criterion', 'acceptance criteria')}.`,
    {
      output: { order: { changes: design.changes, task: task.id } },
    },
  )
}
