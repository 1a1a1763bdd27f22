/** Date dimensions that stand: whether their keys are days as numbers is asked of their rows. */
import { dialectOf } from '../../../project/profile/sql.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { FactRecommendation } from '../../data-modeler/fact/types.ts'

/** Ids of those whose key is yyyymmdd of their day, but for members that are no day. */
export async function dayNumbersOf(
  { graph, dbt }: RefactorContext,
  { dimensions }: FactRecommendation,
  adapter: string,
): Promise<Set<string>> {
  const { quote } = dialectOf(adapter)
  const calendars = dimensions.flatMap((d) => (d.kind === 'calendar' && d.dimension ? [d.dimension] : []))
  const asked = [...new Map(calendars.map((c) => [c.id, c])).values()].flatMap((c) => {
    const [day] = c.natural
    const relation = graph.node(c.id)?.relation_name
    if (c.key.kind !== 'integer' || !day || !relation) return []
    const [key, date] = [quote(c.key.name), quote(day.name)]
    const number = `extract(year from ${date}) * 10000 + extract(month from ${date}) * 100 + extract(day from ${date})`
    return [{ id: c.id, sql: `select count(*) from ${relation} where ${key} > 0 and ${key} <> ${number}` }]
  })
  const answers = asked.length > 0 ? await dbt.query(asked.map((a) => a.sql)) : []
  return new Set(
    asked.flatMap(({ id }, i) => {
      const answer = answers[i]
      return answer && 'rows' in answer && Number(answer.rows[0]?.[0]) === 0 ? [id] : []
    }),
  )
}
