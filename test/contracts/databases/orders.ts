/** Orders on the database of a test, designed, reviewed and run as martsmith does it, without the command around it. */
import { expect } from 'vitest'
import type { Database, Schema } from '../../../src/adapters/databases/types.ts'
import { designFor, readRequest } from '../../../src/agents/database-lead/operations/index.ts'
import type { WrittenMigration } from '../../../src/agents/database-lead/order/order.ts'
import { onCopy, type Reviewed, review } from '../../../src/agents/database-lead/review/rounds.ts'
import { specialistFor } from '../../../src/agents/database-lead/specialists.ts'
import type { Design } from '../../../src/agents/database-lead/types.ts'

/** By the id of the question. */
export type Answers = Record<string, string>
export type Designed = { design: Design; schema: Schema }
export type Done = { design: Design; ran: WrittenMigration[] }

/** `name`: of the scratch copies. */
export function ordersOn(database: () => Database, name: string) {
  let asked = 0
  const family = () => database().server.family
  const copyName = () => `martsmith_scratch_${process.pid}_${family()}_${name}_${++asked}`

  async function designed(say: string, answers: Answers = {}): Promise<Designed> {
    const db = database()
    const schema = await db.schema()
    const design = await designFor(readRequest(say, schema), {
      db,
      schema,
      onCopy: (work) => onCopy(db, db, copyName(), (copy) => work(copy.db)),
      choose: async (id, text) => {
        const answer = answers[id]
        if (answer === undefined) throw new Error(`asked: ${text}`)
        return answer
      },
    })
    return { design, schema }
  }

  /** `spoil`: what a bad specialist makes of what was written. */
  async function reviewed(
    { design, schema }: Designed,
    spoil: (work: WrittenMigration[]) => WrittenMigration[] = (work) => work,
    rounds?: number,
  ): Promise<Reviewed> {
    const db = database()
    const specialist = specialistFor(family())
    const first = await onCopy(db, db, copyName(), (copy) =>
      specialist.write(design.changes, { schema, db: copy.db, isScratch: family() !== 'postgres' }, []),
    )
    const order = { design, schema, queries: [], first: spoil(first), scratchName: copyName() }
    return review(db, db, specialist, order, rounds)
  }

  /** Written, reviewed, and run on the database itself; `between` is done after each migration. */
  async function done(say: string, answers: Answers = {}, between = async () => {}): Promise<Done> {
    const given = await designed(say, answers)
    const result = await reviewed(given)
    expect(result.rounds.flatMap((r) => r.objections)).toEqual([])
    const ran = result.passed ?? []
    for (const m of ran) {
      await run(m.up, m.transaction)
      await between()
    }
    return { design: given.design, ran }
  }

  async function run(statements: string[], transaction: boolean): Promise<void> {
    const db = database()
    if (transaction) await db.query('start transaction')
    for (const s of statements) await db.query(s)
    if (transaction) await db.query('commit')
  }

  async function back({ ran }: Pick<Done, 'ran'>): Promise<void> {
    for (const m of [...ran].reverse()) await run(m.down, m.transaction)
  }

  return { copyName, designed, reviewed, done, run, back }
}
