/** A dimension that stands, in its roles: which columns hold its values, which facts have its key, and which lack it. */
import { list, shellQuote } from '../../../core/text.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import { dimensionsOf, factsOf } from '../../../project/stars.ts'
import { keyName } from '../../../refactor/add-dimension-key/role.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { nameScore, wordsOf } from '../search/names.ts'
import { originsOf, withColumns } from '../search/origins.ts'
import type { Origin, OriginColumn } from '../types.ts'

/** So much of what a column says has to be in the dimension for it to be a role of it. */
const MATCHED = 0.9
const MOST_COLUMNS = 40

export type Role = { origin: Origin; column: OriginColumn; present: number; matched: number }

type Looking = { context: RefactorContext; style: HouseStyle; adapter: string }

/** @param column its natural key. */
export async function rolesOf(
  { context, style, adapter }: Looking,
  dimension: Origin,
  column: OriginColumn,
): Promise<{ details: string[]; mend: string[] }> {
  const facts = await withColumns(
    context,
    factsOf(context.graph, style.factPrefix).map((n) => n.unique_id),
  )
  const dimensions = new Set(dimensionsOf(context.graph, style.dimensionPrefix).map((n) => n.unique_id))
  const staged = (await originsOf(context)).filter((o) => !dimensions.has(o.id))
  const roles = await heldIn({ context, adapter }, [...staged, ...facts], dimension, column)
  const key = dimension.columns.find(
    (c) => c.name.toLowerCase().endsWith(style.keySuffix.toLowerCase()) && c.name !== column.name,
  )
  const words = roles.map(
    ({ origin, column: c, present, matched }) =>
      `${origin.label}.${c.name} (${matched.toLocaleString('en-US')} of ${present.toLocaleString('en-US')})`,
  )
  const details = [
    words.length > 0 ? `Its values are in ${list(words, 8)}.` : 'No other column holds its values.',
  ]
  if (!key) return { details, mend: [] }
  const mend: string[] = []
  for (const fact of facts) {
    const said = factRoles(context, { fact, roles, style, key: key.name, natural: column.name, dimension })
    details.push(...said.details)
    mend.push(...said.mend)
  }
  return { details, mend: [...new Set(mend)] }
}

type Roles = {
  fact: Origin
  roles: Role[]
  style: HouseStyle
  key: string
  natural: string
  dimension: Origin
}

/** Roles of a fact are those of its own columns, and of the staging models that it is made of. */
function factRoles(
  { graph }: RefactorContext,
  { fact, roles, style, key, natural, dimension }: Roles,
): { details: string[]; mend: string[] } {
  const above = new Set(graph.ancestors([fact.id]))
  const nameOf = ({ column }: Role) =>
    keyName(style, { role: null, column: column.name, key, natural, isCalendar: false })
  const has = (name: string) => fact.columns.some((c) => c.name.toLowerCase() === name.toLowerCase())
  const own = roles.filter((r) => r.origin.id === fact.id)
  const its = [
    ...own,
    ...roles.filter((r) => above.has(r.origin.id) && !own.some((o) => nameOf(o) === nameOf(r))),
  ]
  const there = [...new Set(its.map(nameOf).filter(has))]
  const lacking = its.filter((r) => !has(nameOf(r)))
  return {
    details: [
      ...(there.length > 0 ? [`${fact.label} has its key as ${list(there)}.`] : []),
      ...(lacking.length > 0 ? [`${fact.label} lacks ${list([...new Set(lacking.map(nameOf))])}.`] : []),
    ],
    mend: lacking.flatMap((role) => {
      const column = role.column.name
      const carried =
        role.origin.id === fact.id
          ? []
          : [
              `martsmith refactor add-column ${shellQuote(`${role.origin.label}.${column}`)} --to ${fact.label}   first, for the key is made of it`,
            ]
      return [
        ...carried,
        `martsmith refactor add-dimension-key ${fact.label} ${dimension.label} --column ${shellQuote(column)}   adds ${nameOf(role)}`,
      ]
    }),
  }
}

/** One statement for each relation. */
async function heldIn(
  { context, adapter }: Omit<Looking, 'style'>,
  origins: Origin[],
  dimension: Origin,
  natural: OriginColumn,
): Promise<Role[]> {
  const { quote } = dialectOf(adapter)
  const fits = (c: OriginColumn) =>
    c.kind === natural.kind && (c.kind === 'text' || nameScore(wordsOf(c.name), wordsOf(natural.name)) > 0.5)
  const asked = origins
    .filter((o) => o.stands && o.id !== dimension.id)
    .map((origin) => ({ origin, columns: origin.columns.filter(fits).slice(0, MOST_COLUMNS) }))
    .filter((a) => a.columns.length > 0)
  const values = `(select ${quote(natural.name)} from ${dimension.relation} where ${quote(natural.name)} is not null)`
  const answers = await context.dbt.query(
    asked.map(({ origin, columns }) => {
      const counts = columns.flatMap(({ name }) => [
        `count(${quote(name)})`,
        `sum(case when ${quote(name)} in ${values} then 1 else 0 end)`,
      ])
      return `select ${counts.map((c, i) => `${c} as count_${i}`).join(', ')} from ${origin.relation}`
    }),
    1,
  )
  return asked.flatMap(({ origin, columns }, i) => {
    const answer = answers[i]
    const [row] = answer && 'rows' in answer ? answer.rows : []
    return columns.flatMap((column, n): Role[] => {
      const [present, matched] = [Number(row?.[2 * n] ?? 0), Number(row?.[2 * n + 1] ?? 0)]
      return present > 0 && matched >= present * MATCHED ? [{ origin, column, present, matched }] : []
    })
  })
}
