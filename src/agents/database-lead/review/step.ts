/** The action `review`: rounds with the specialist, then the files as the repository's tool wants them. */
import { z } from 'zod'
import { FORMS } from '../../../adapters/migrations/forms.ts'
import { changeSetSchema, makeChangeSet } from '../../../changes/index.ts'
import { type Outcome, outcome } from '../../../core/outcome.ts'
import { count, list } from '../../../core/text.ts'
import { updateTask } from '../../../ledger/index.ts'
import type { ActionContext } from '../../types.ts'
import { factsOf } from '../analysis/analyse.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { databasesOf, openPlace, type Role } from '../databases.ts'
import { migrationSchema, type Objection, type Order, type WrittenMigration } from '../order/order.ts'
import { clearScratch, scratchName } from '../scratch-names.ts'
import { specialistFor } from '../specialists.ts'
import { describe } from '../write.ts'
import { MOST_ROUNDS, type Reviewed, review } from './rounds.ts'
import type { Seen } from './trial.ts'

export const reviewedSchema = z.strictObject({
  migrations: z.array(migrationSchema),
  changes: changeSetSchema,
  /** The version of each migration. */
  versions: z.array(z.string()),
  /** Facts of the tables concerned after each migration. */
  after: z.array(z.array(z.string())),
  evidence: z.array(z.string()),
  /** What to know of each migration before it is deployed. */
  effects: z.array(z.string()),
})

export type ReviewedWork = z.output<typeof reviewedSchema>

type Input = {
  analysis: Analysis | null
  order: Order | null
  migrations: WrittenMigration[] | null
  as: Role | null
}

export async function reviewStep(
  ctx: ActionContext,
  { analysis, order, migrations, as }: Input,
): Promise<Outcome<{ reviewed: ReviewedWork }>> {
  if (!analysis || !migrations || !order) return outcome('skipped', 'There is nothing to review.')
  const { development, scratch } = databasesOf(ctx.config, ctx.env, as)
  if (scratch === null)
    return outcome(
      'skipped',
      'Not reviewed: a review needs scratch copies, and nobody has said that DATABASE_URL is a development database.',
      {
        details: migrations.flatMap((m) => m.up.map((s) => `${m.name}: ${s}`)),
        next: [
          {
            command: `martsmith db ${JSON.stringify(analysis.design.title)} --as development`,
            why: 'reviews it on scratch copies, and asks before it runs',
          },
        ],
      },
    )
  const live = await openPlace(development)
  const host = scratch === development ? live : await openPlace(scratch)
  try {
    await clearScratch(host, ctx.project.root)
    const reviewed = await review(live, host, specialistFor(analysis.family), {
      design: analysis.design,
      schema: await live.schema(),
      queries: analysis.queries,
      first: migrations,
      scratchName: scratchName(ctx.project.root, ctx.runId),
    })
    await record(ctx, order, reviewed)
    return verdict(ctx, analysis, reviewed)
  } finally {
    if (host !== live) await host.close()
    await live.close()
  }
}

function verdict(
  ctx: ActionContext,
  analysis: Analysis,
  { rounds, passed, trial }: Reviewed,
): Outcome<{ reviewed: ReviewedWork }> {
  const told = rounds.flatMap((r, i) => r.objections.map((o) => `Round ${i + 1}: ${objectionWords(o)}`))
  if (!passed || !trial)
    return outcome(
      'failed',
      `The specialist's work did not pass the review in ${count(rounds.length, 'round')}; it needs a person. Nothing was written.`,
      { details: told },
    )
  const write = FORMS[analysis.migrations.tool].write
  if (!write) return outcome('failed', 'This tool writes its migrations itself.')
  const files = write(passed, analysis.migrations, ctx.now())
  const changes = makeChangeSet(
    analysis.design.title,
    files.map(({ path, text }) => ({ kind: 'create' as const, path, after: text })),
  )
  const effects = passed.map((m, i) => `${m.name}: ${m.effect}${seenWords(trial.seen[i])}.`)
  return outcome(
    'success',
    `Passed in round ${rounds.length} of at most ${MOST_ROUNDS}: ${list(describeFiles(files.map((f) => f.path)))}.`,
    {
      details: [...told, ...trial.evidence, ...effects],
      output: {
        reviewed: {
          migrations: passed,
          changes,
          versions: [...new Set(files.map((f) => f.version))],
          after: trial.after.map((schema) => factsOf(schema, analysis.design)),
          evidence: trial.evidence,
          effects,
        },
      },
    },
  )
}

function describeFiles(paths: string[]): string[] {
  return paths.length > 4 ? [...paths.slice(0, 3), `${paths.length - 3} more`] : paths
}

function seenWords(seen: Seen | undefined): string {
  if (!seen) return ''
  const rewrites = seen.rewrites.length > 0 ? `, ${list(seen.rewrites, 6)} written anew` : ''
  return ` (on the copy: ${seen.ms} ms${seen.locks.length > 0 ? `, ${list(seen.locks, 6)}` : ''}${rewrites})`
}

function objectionWords({ rule, file, message }: Objection): string {
  return `${rule}${file === null ? '' : ` in ${file}`}: ${message}`
}

async function record(ctx: ActionContext, order: Order, { rounds, passed }: Reviewed): Promise<void> {
  for (const { table, id } of order.tasks)
    await updateTask(
      ctx.project.root,
      id,
      {
        status: passed ? 'done' : 'blocked',
        ...(passed ? { check: ['Pass the review'] } : {}),
        log: rounds.map((r, i) => ({
          who: 'database-lead',
          at: ctx.now(),
          text: ctx.safe(
            r.objections.length === 0
              ? `Round ${i + 1}: passed.\n${describe(r.migrations.filter((m) => m.table === table)).join('\n')}`
              : `Round ${i + 1}: sent back.\n${r.objections.map(objectionWords).join('\n')}`,
          ),
        })),
        once: `${ctx.runId} reviewed`,
      },
      ctx.now(),
    )
}
