/** The specialists' action: from the order to migrations, tried out on a scratch copy where one may be made. */

import { type Outcome, outcome } from '../../core/outcome.ts'
import { count } from '../../core/text.ts'
import { updateTask } from '../../ledger/index.ts'
import type { ActionContext } from '../types.ts'
import { databasesOf, openPlace, type Role } from './databases.ts'
import type { Order, Specialist, WrittenMigration } from './order/order.ts'
import { onCopy } from './review/rounds.ts'
import { clearScratch, scratchName } from './scratch-names.ts'

export type WriteInput = { order: Order | null; as: Role | null }

export function writeWith(specialist: Specialist) {
  return async (
    ctx: ActionContext,
    { order, as }: WriteInput,
  ): Promise<Outcome<{ migrations: WrittenMigration[] }>> => {
    if (!order) return outcome('skipped', 'Nothing was delegated.')
    const { development, scratch } = databasesOf(ctx.config, ctx.env, as)
    const db = await openPlace(development)
    const host = scratch === null ? null : scratch === development ? db : await openPlace(scratch)
    try {
      const schema = await db.schema()
      if (host) await clearScratch(host, ctx.project.root)
      const migrations =
        host && db.capabilities.algorithms.length > 0
          ? await onCopy(db, host, scratchName(ctx.project.root, `${ctx.runId}_w`), (copy) =>
              specialist.write(order.changes, { schema, db: copy.db, isScratch: true }, []),
            )
          : await specialist.write(order.changes, { schema, db, isScratch: false }, [])
      for (const { table, id } of order.tasks)
        await updateTask(
          ctx.project.root,
          id,
          {
            status: 'review',
            check: ['Write up and down'],
            log: [
              {
                who: specialist.id,
                at: ctx.now(),
                text: describe(migrations.filter((m) => m.table === table)).join('\n'),
              },
            ],
            once: `${ctx.runId} written`,
          },
          ctx.now(),
        )
      return outcome('success', `${count(migrations.length, 'migration')} written, each with its way back.`, {
        details: describe(migrations),
        output: { migrations },
      })
    } finally {
      if (host && host !== db) await host.close()
      await db.close()
    }
  }
}

export function describe(migrations: WrittenMigration[]): string[] {
  return migrations.map((m) => `${m.name}: ${m.effect}.`)
}
