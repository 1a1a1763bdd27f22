/** Several columns that are called alike: by the data, the one that holds the values of all the others. */
import { dialectOf } from '../../../project/profile/sql.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Candidate, Origin, OriginColumn } from '../types.ts'

/** More of them are for a person to tell apart. */
const MOST = 5

type Placed = Candidate & { origin: Origin; column: OriginColumn }

/** Null where none holds them all, or they are not all columns of one kind that stand in the warehouse. */
export async function widestOf(
  { dbt }: Pick<RefactorContext, 'dbt'>,
  rivals: Candidate[],
): Promise<Candidate | null> {
  const placed = rivals.filter((c): c is Placed => c.column !== null && c.origin.stands)
  const kinds = new Set(placed.map((c) => c.column.kind))
  if (placed.length !== rivals.length || placed.length > MOST || kinds.size !== 1) return null
  const { quote } = dialectOf((await dbt.target()).type)
  const pairs = placed.flatMap((wide) => placed.filter((c) => c !== wide).map((other) => ({ wide, other })))
  const answers = await dbt.query(
    pairs.map(({ wide, other }) => {
      const [has, of] = [quote(wide.column.name), quote(other.column.name)]
      return (
        `select count(*) from (select distinct ${of} as v from ${other.origin.relation} where ${of} is not null) as o ` +
        `where not exists (select 1 from ${wide.origin.relation} as w where w.${has} = o.v)`
      )
    }),
    1,
  )
  const missing = (at: number) => {
    const answer = answers[at]
    return answer && 'rows' in answer ? Number(answer.rows[0]?.[0] ?? 1) : 1
  }
  const holdsAll = placed.filter((wide) => pairs.every((p, i) => p.wide !== wide || missing(i) === 0))
  return holdsAll[0] ?? null
}
