/** What an analysis of a fact asks the warehouse. Each relation is measured once. */
import { MartsmithError } from '../../../core/errors.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import type { Measured } from '../../../project/profile/inclusion.ts'
import { type Dialect, dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { houseStyleOf } from '../../../refactor/properties.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { asStaged } from '../casts/staged.ts'
import { type Asking, measuredWithSample, profiled } from '../measure.ts'
import type { Origin, OriginColumn } from '../types.ts'

/** A relation that was measured, with what is known of it in the project. */
export type Side = Measured & { origin: Origin }

export type Lab = {
  context: RefactorContext
  style: HouseStyle
  adapter: string
  dialect: Dialect
  /** @throws MartsmithError where it is not there or empty. */
  measure(origin: Origin): Promise<Side>
  /** Null where it is not in the warehouse, or cannot be read: it is a bystander. */
  look(origin: Origin): Promise<Side | null>
  /** The numbers of a statement with one row; null where the warehouse refuses it. */
  numbers(statement: string): Promise<number[] | null>
  /** The same, each answered on its own. */
  manyNumbers(statements: string[]): Promise<(number[] | null)[]>
  rows(statement: string, limit: number): Promise<unknown[][] | null>
}

export async function openLab(context: RefactorContext): Promise<Lab> {
  const { dbt } = context
  const adapter = (await dbt.target()).type
  const asking: Asking = { ...context, adapter }
  const known = new Map<string, Promise<Side>>()
  const once = (named: Origin, ask: (origin: Origin) => Promise<Measured>) => {
    const found =
      known.get(named.id) ??
      asStaged({ ...context, adapter }, named).then(async (origin) => ({ ...(await ask(origin)), origin }))
    known.set(named.id, found)
    return found
  }
  const manyNumbers = async (statements: string[]) => {
    if (statements.length === 0) return []
    const answers = await dbt.query(statements, 1)
    return answers.map((a) => ('rows' in a ? (a.rows[0] ?? []).map(Number) : null))
  }
  return {
    context,
    style: await houseStyleOf(context),
    adapter,
    dialect: dialectOf(adapter),
    measure: (origin) => once(origin, (o) => measuredWithSample(asking, o, 'fact')),
    look: (origin) =>
      origin.stands
        ? once(origin, (o) => profiled(asking, o)).catch((error: unknown) => {
            if (error instanceof MartsmithError) return null
            throw error
          })
        : Promise.resolve(null),
    manyNumbers,
    numbers: async (statement) => (await manyNumbers([statement]))[0] ?? null,
    rows: async (statement, limit) => {
      const [answer] = await dbt.query([statement], limit)
      return answer && 'rows' in answer ? answer.rows : null
    },
  }
}

export function columnOf({ profile }: Measured, name: string): ColumnProfile | undefined {
  return profile.columns.find((c) => c.name === name)
}

export function plain({ name, type, kind }: OriginColumn): OriginColumn {
  return { name, type, kind }
}
