/** The actions `development` and `staging`: a yes that is bound to the files and the database, then the run. */
import { join } from 'node:path'
import { copyRows } from '../../../adapters/databases/scratch.ts'
import { dbmateDown } from '../../../adapters/migrations/dbmate.ts'
import { FORMS } from '../../../adapters/migrations/forms.ts'
import { applyChanges, diffSummary, diffText } from '../../../changes/index.ts'
import { MartsmithError } from '../../../core/errors.ts'
import { shortHash } from '../../../core/hash.ts'
import { type Outcome, outcome } from '../../../core/outcome.ts'
import { count } from '../../../core/text.ts'
import type { ActionContext } from '../../types.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { databasesOf, openPlace, type Role } from '../databases.ts'
import { onCopy, tablesToCopy } from '../review/rounds.ts'
import type { ReviewedWork } from '../review/step.ts'
import { clearScratch, scratchName } from '../scratch-names.ts'
import { applyTo, type Runner, verified } from './apply.ts'

type Input = {
  analysis: Analysis | null
  reviewed: ReviewedWork | null
  as: Role | null
  propose: boolean
  command: string
}

export async function development(ctx: ActionContext, input: Input): Promise<Outcome<{ ran: boolean }>> {
  const { analysis, reviewed, as } = input
  if (!analysis || !reviewed) return outcome('skipped', 'Nothing has passed a review.')
  if (input.propose)
    return outcome(
      'skipped',
      `Nothing was written and nothing was run (--dry-run): ${diffSummary(reviewed.changes)}.`,
      {
        details: reviewed.changes.changes.flatMap((c) =>
          'after' in c ? [`${c.path}\n\`\`\`\n${c.after}\`\`\``] : [],
        ),
      },
    )
  const place = databasesOf(ctx.config, ctx.env, as).development
  const { tool } = analysis.migrations
  const runs = tool === 'dbmate'
  const db = await openPlace(place)
  try {
    const given = await ctx.ask({
      kind: 'approval',
      text: runs
        ? `Write ${count(reviewed.changes.changes.length, 'file')} and run ${count(reviewed.migrations.length, 'migration')} on development`
        : `Write ${count(reviewed.changes.changes.length, 'file')}`,
      shown: [
        `${analysis.design.title}: ${db.shown}`,
        ...reviewed.evidence,
        ...reviewed.effects,
        ...analysis.design.loses.map((l) => `Lost for good: ${l}`),
      ],
      diff: diffText(reviewed.changes, { color: false }),
      binds: shortHash([reviewed.changes.hash, db.shown]),
    })
    const { record, already } = await applyChanges(ctx.project, reviewed.changes, {
      run: ctx.runId,
      now: ctx.now(),
      again: input.command,
    })
    const written = {
      changes: reviewed.changes.changes.map((c) => ({ path: c.path, kind: c.kind })),
      next: [
        {
          command: `martsmith revert ${record.id}`,
          why: 'takes the files back, once the database has been taken back',
        },
      ],
    }
    const head = `Approved by ${given.by}. ${already ? 'Written before the interruption' : 'Written'}: ${diffSummary(reviewed.changes)}.`
    if (!runs)
      return outcome('success', `${head} Not run: ${FORMS[tool].title} keeps the books here.`, {
        ...written,
        attention: ['migrations that are written and not run'],
        next: [{ command: FORMS[tool].command, why: 'runs them in development' }, ...written.next],
        output: { ran: false },
      })
    const { lines } = await applyTo(db, place.url, 'development', {
      analysis,
      reviewed,
      runner: runnerOf(ctx, analysis),
    })
    return outcome('success', head, {
      ...written,
      details: lines,
      next: [
        {
          command: `dbmate --migrations-dir ${analysis.migrations.folder} down`,
          why: `takes the latest of ${count(reviewed.migrations.length, 'migration')} back`,
        },
        ...written.next,
      ],
      output: { ran: true },
    })
  } finally {
    await db.close()
  }
}

export async function staging(
  ctx: ActionContext,
  { analysis, reviewed, ran, as }: Omit<Input, 'propose' | 'command'> & { ran: boolean | null },
): Promise<Outcome<{ staged: string }>> {
  if (!analysis || !reviewed || !ran) return outcome('skipped', 'Nothing was run in development.')
  const { staging: place } = databasesOf(ctx.config, ctx.env, as)
  if (!place) return rehearse(ctx, analysis, reviewed, as)
  const db = await openPlace(place)
  try {
    if (db.server.family !== analysis.family)
      throw new MartsmithError({
        code: 'database.other-server',
        message: `Staging is ${db.server.words}, and the migration was made for ${analysis.server}.`,
        mend: ['Let staging be the same kind of server as development.'],
        exitCode: 1,
      })
    const given = await ctx.ask({
      kind: 'approval',
      text: `Run ${count(reviewed.migrations.length, 'migration')} on staging`,
      shown: [
        `${analysis.design.title}: ${db.shown}`,
        'It has run in development, and holds there.',
        ...reviewed.effects,
      ],
      diff: '',
      binds: shortHash([reviewed.changes.hash, db.shown]),
    })
    const { lines } = await applyTo(db, place.url, 'staging', {
      analysis,
      reviewed,
      runner: runnerOf(ctx, analysis),
    })
    return outcome('success', `Approved by ${given.by}, and run on ${db.shown}.`, {
      details: lines,
      output: { staged: db.shown },
    })
  } finally {
    await db.close()
  }
}

/** No staging: a scratch copy of development goes all the way back and forth with the tool and the files as written. */
async function rehearse(
  ctx: ActionContext,
  analysis: Analysis,
  reviewed: ReviewedWork,
  as: Role | null,
): Promise<Outcome<{ staged: string }>> {
  const { development: place, scratch } = databasesOf(ctx.config, ctx.env, as)
  const live = await openPlace(place)
  const host = scratch === null || scratch === place ? live : await openPlace(scratch)
  try {
    await clearScratch(host, ctx.project.root)
    const name = scratchName(ctx.project.root, `${ctx.runId}_s`)
    const lines = await onCopy(live, host, name, async (copy) => {
      const schema = await live.schema()
      const books = schema.tables.filter((t) => t.name === 'schema_migrations')
      await copyRows(live, copy.db, schema, [...tablesToCopy(analysis.design, 'after'), ...books], 500)
      const runner = { ...runnerOf(ctx, analysis), url: copy.url }
      for (const _ of reviewed.migrations) {
        const back = await dbmateDown(runner)
        if (!back.ok)
          throw new MartsmithError({
            code: 'database.rehearsal',
            message: 'On the scratch copy, dbmate could not take the migration back.',
            details: back.said.slice(-4),
            exitCode: 1,
          })
      }
      const { lines } = await applyTo(copy.db, copy.url, 'the scratch copy', { analysis, reviewed, runner })
      return [
        ...lines,
        ...(await verified(live, analysis, reviewed)).map((l) => `In development still: ${l}`),
      ]
    })
    return outcome(
      'success',
      'There is no staging database: a scratch copy of development played its part, taken back and migrated again by dbmate.',
      {
        details: lines.slice(0, -1),
        attention: ['no staging database'],
        output: { staged: 'a scratch copy' },
      },
    )
  } finally {
    if (host !== live) await host.close()
    await live.close()
  }
}

function runnerOf(ctx: ActionContext, { migrations }: Analysis): Runner {
  return {
    folder: join(ctx.project.root, migrations.folder),
    cwd: ctx.project.root,
    env: ctx.env,
    log: ctx.log,
    signal: ctx.signal,
  }
}
