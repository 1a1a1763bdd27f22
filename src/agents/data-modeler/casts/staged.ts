/** A source that no staging model reads, as the staging model will have it that is made: what is written as text is what it means. */
import { list } from '../../../core/text.ts'
import { dialectOf, kindOf } from '../../../project/profile/sql.ts'
import { houseStyleOf } from '../../../refactor/properties.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Lab, Side } from '../fact/lab.ts'
import { foundOnce, lookedAtWithSample } from '../measure.ts'
import type { Origin, OriginColumn, Read } from '../types.ts'
import { type Casting, castSql, castsOf } from './casts.ts'
import type { Cast } from './forms.ts'

type Staging = Pick<RefactorContext, 'dbt' | 'now' | 'project' | 'graph'> & { adapter: string }

/** The origin itself where it is no such source, or nothing of it is written as something else. */
export function asStaged(context: Staging, origin: Origin): Promise<Origin> {
  if (!origin.needsStaging || !origin.stands || origin.casts) return Promise.resolve(origin)
  return foundOnce(context, `staged ${origin.id}`, origin, () => staged(context, origin))
}

async function staged(context: Staging, origin: Origin): Promise<Origin> {
  const { adapter, dbt } = context
  const dialect = dialectOf(adapter)
  const measured = dialect.derived ? await lookedAtWithSample(context, origin) : null
  if (!measured || !dialect.derived || measured.profile.rows === 0) return origin
  const casting: Casting = {
    adapter,
    dialect,
    style: await houseStyleOf(context),
    manyNumbers: async (statements) =>
      (await dbt.query(statements, 1)).map((a) => ('rows' in a ? (a.rows[0] ?? []).map(Number) : null)),
  }
  const { casts, stays } = await castsOf(casting, measured, new Set())
  if (casts.size === 0) return { ...origin, stays: [...stays].map(([column, why]) => ({ column, why })) }
  return {
    ...origin,
    relation: readAs(origin, casts, dialect),
    columns: origin.columns.map((c) => typed(c, casts.get(c.name))),
    casts: [...casts].map(([column, { sql, type, words, unit }]) => ({
      column,
      sql,
      type,
      words,
      ...(unit === undefined ? {} : { unit }),
    })),
    stays: [...stays].map(([column, why]) => ({ column, why })),
  }
}

/** The relation with its columns as these casts read them, to be selected from. */
export function readAs(
  { relation, columns }: Pick<Origin, 'relation' | 'columns'>,
  casts: ReadonlyMap<string, Pick<Cast, 'sql'>>,
  { quote, derived }: Pick<ReturnType<typeof dialectOf>, 'quote' | 'derived'>,
): string {
  if (!derived) throw new Error('no way to select from a statement is known')
  const items = columns.map(({ name }) => {
    const cast = casts.get(name)
    return cast ? `${castSql(cast, quote(name))} as ${quote(name)}` : quote(name)
  })
  return derived(`select ${items.join(', ')} from ${relation}`)
}

export function typed<C extends OriginColumn>(column: C, cast: { type: string } | undefined): C {
  return cast ? { ...column, type: cast.type, kind: kindOf(cast.type) } : column
}

/**
 * A relation that keeps its types, with what is known of its numbers once they are read: how they move and lie, what is
 * made of what. It is selected from as its casts read it.
 */
export async function asRead(
  { context, adapter, dialect }: Lab,
  side: Side,
  casts: ReadonlyMap<string, Cast>,
): Promise<Side> {
  const isNumber = ({ kind }: Cast) => kind === 'integer' || kind === 'number'
  if (!dialect.derived || ![...casts.values()].some(isNumber)) return side
  const { origin, profile } = side
  const columns = origin.columns.map((c) => typed(c, casts.get(c.name)))
  const relation = readAs(origin, casts, dialect)
  const read = await lookedAtWithSample({ ...context, adapter }, { ...origin, relation, columns })
  if (!read) return side
  const known = new Map(read.profile.columns.map((c) => [c.name, c]))
  return {
    ...side,
    sample: read.sample,
    profile: {
      ...profile,
      relation,
      formulas: read.profile.formulas,
      columns: profile.columns.map((c) => {
        const found = known.get(c.name)
        return found && casts.has(c.name)
          ? { ...c, min: found.min, max: found.max, distinct: found.distinct, behaviour: found.behaviour }
          : c
      }),
    },
  }
}

/** What a person should know of how it is read. */
export function stagedWords({ label, casts = [], stays = [] }: StagedRead): string[] {
  return [
    ...[...Map.groupBy(casts, (c) => c.words)].map(
      ([words, those]) =>
        `${list(those.map((c) => c.column))} of ${label} ${those.length === 1 ? 'is' : 'are each'} ${words}: the staging model casts ${those.length === 1 ? 'it' : 'them'}, and no value is lost, in all rows.`,
    ),
    ...stays.map(({ column, why }) => `${column} of ${label} has whole numbers and stays text: ${why}.`),
  ]
}

type StagedRead = Pick<Read, 'label' | 'casts'> & Pick<Origin, 'stays'>
