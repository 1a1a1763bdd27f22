/** A model as it stands and as its SQL says now, in rows: where the two differ, its build is what makes it so. */
import { count } from '../../../core/text.ts'
import { type Scope, scopeOf, textOf, withOf } from './block.ts'
import type { Look } from './look.ts'
import type { Trail } from './types.ts'

/** As far up as a chain of models is followed. */
const MOST_DEPTH = 40

export type Counted = {
  relation: string | null
  /** Its SQL; null of a source, and where it cannot be asked. */
  scope: Scope | null
  /** Rows of the relation; of the SQL where none stands. */
  rows: number
  /** Rows when built anew; those that stand where it cannot be told. */
  anew: number
}

export async function counted(look: Look, id: string, trail: Trail, depth: number): Promise<Counted> {
  const [relation, model] = await Promise.all([look.relation(id), look.model(id)])
  const scope = model && depth < MOST_DEPTH ? scopeOf(model) : null
  const [stands, says] = await look.numbers([
    relation ? `select count(*) from ${relation}` : 'select null',
    ...(scope ? [`${withOf(scope)}select count(*) from (${textOf(scope.model, scope.span)}) as m`] : []),
  ])
  const rows = (relation ? stands : says)?.[0] ?? 0
  trail.push(`${look.label(id)}: ${count(rows, 'row')}.`)
  return { relation, scope, rows, anew: says?.[0] ?? rows }
}
