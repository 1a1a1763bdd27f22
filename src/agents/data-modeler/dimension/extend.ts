/** What a dimension that stands lacks: what depends on its key where it comes from, and roles that a fact has not. */
import { isMartsmithError, MartsmithError } from '../../../core/errors.ts'
import { list, shellQuote } from '../../../core/text.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { planRefactoring } from '../../../refactor/plan.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { isLoading } from '../fact/names.ts'
import { dependents, profiled } from '../measure.ts'
import { originsOf, withColumns } from '../search/origins.ts'
import type { Origin, OriginColumn } from '../types.ts'
import { describing } from './judge.ts'
import { rolesOf } from './roles.ts'

type Looking = { context: RefactorContext; style: HouseStyle; adapter: string }
type Lacking = { origin: Origin; key: string; columns: ColumnProfile[] }

/** `dimension.exists`, with what can be added to it. Reads only. */
export async function standing(looking: Looking, there: ManifestNode): Promise<MartsmithError> {
  const { context } = looking
  const [dimension] = await withColumns(context, [there.unique_id])
  const natural = dimension?.stands ? await naturalOf(looking, dimension) : null
  const lacking = dimension && natural ? await lackingIn(looking, dimension, natural) : null
  const offered = lacking ? await offers(context, there.name, lacking) : { details: [], mend: [] }
  const roles = dimension && natural ? await rolesOf(looking, dimension, natural) : { details: [], mend: [] }
  const measured = dimension?.stands
    ? lacking
      ? []
      : [
          natural
            ? `No staging model that it is made of has ${natural.name}, so what it lacks was not measured.`
            : 'No column of it alone is its natural key, so what it lacks was not measured.',
        ]
    : [`${there.name} is not in the warehouse, so what it lacks was not measured.`]
  return new MartsmithError({
    code: 'dimension.exists',
    message: `${there.name} is there already (${there.original_file_path}): a second dimension for the same thing is never made. Nothing was run.`,
    details: [...measured, ...offered.details, ...roles.details],
    mend: [...offered.mend, ...roles.mend, `martsmith lineage ${there.name}   says what it is made of`],
    exitCode: 0,
  })
}

/** Of the columns that repeat nothing, the one that is no surrogate key; of several the first. */
async function naturalOf(
  { context, style, adapter }: Looking,
  { relation, columns }: Origin,
): Promise<OriginColumn | null> {
  const { quote } = dialectOf(adapter)
  const plain = columns.filter((c) => c.kind === 'text' || c.kind === 'integer')
  if (plain.length === 0) return null
  const [answer] = await context.dbt.query(
    [`select count(*), ${plain.map((c) => `count(distinct ${quote(c.name)})`).join(', ')} from ${relation}`],
    1,
  )
  const [rows = 0, ...distinct] = (answer && 'rows' in answer ? (answer.rows[0] ?? []) : []).map(Number)
  const unique = plain.filter((_, i) => rows > 0 && distinct[i] === rows)
  const isKey = ({ name }: OriginColumn) =>
    style.keySuffix !== '' && name.toLowerCase().endsWith(style.keySuffix.toLowerCase())
  const own = unique.find((c) => !isKey(c))
  // A hash that is the one thing that repeats nothing is made of several columns.
  return own ?? unique.find((c) => c.kind !== 'text') ?? null
}

/** In the staging model that it is made of and that has its natural key; null where there is none. */
async function lackingIn(
  { context, adapter }: Looking,
  dimension: Origin,
  natural: OriginColumn,
): Promise<Lacking | null> {
  const above = new Set(context.graph.ancestors([dimension.id]))
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  const origin = (await originsOf(context)).find(
    (o) => above.has(o.id) && o.stands && o.columns.some((c) => same(c.name, natural.name)),
  )
  if (!origin) return null
  const { profile } = await profiled({ ...context, adapter }, origin)
  const code = profile.columns.find((c) => same(c.name, natural.name))
  if (!code || profile.rows === 0) return null
  const isKey = profile.keys.some((k) => k.proven && k.columns.length === 1 && k.columns[0] === code.name)
  const depending = isKey
    ? describing(profile, [code.name]).attributes
    : (await dependents({ ...context, adapter }, origin, profile, code)).sure
  const candidates = depending.filter(
    (c) => !isLoading(c.name) && !dimension.columns.some((d) => same(d.name, c.name)),
  )
  const columns = await notThere({ context, adapter }, { dimension, origin, natural, code }, candidates)
  return { origin, key: code.name, columns }
}

/** Without those that it has under another name: the same value for each of its keys. */
async function notThere(
  { context, adapter }: Pick<Looking, 'context' | 'adapter'>,
  {
    dimension,
    origin,
    natural,
    code,
  }: { dimension: Origin; origin: Origin; natural: OriginColumn; code: ColumnProfile },
  candidates: ColumnProfile[],
): Promise<ColumnProfile[]> {
  const { quote } = dialectOf(adapter)
  const pairs = candidates.flatMap((c) =>
    dimension.columns.filter((d) => d.kind === c.kind && d.name !== natural.name).map((d) => ({ c, d })),
  )
  if (pairs.length === 0) return candidates
  const equal = pairs.map(
    ({ c, d }) =>
      `count(case when o.${quote(c.name)} = d.${quote(d.name)} or o.${quote(c.name)} is null then 1 end)`,
  )
  const [answer] = await context.dbt.query(
    [
      `select count(*), ${equal.map((e, i) => `${e} as equal_${i}`).join(', ')} from ${origin.relation} as o join ${dimension.relation} as d on o.${quote(code.name)} = d.${quote(natural.name)}`,
    ],
    1,
  )
  const [rows, ...same] = (answer && 'rows' in answer ? (answer.rows[0] ?? []) : []).map(Number)
  const has = new Set(pairs.filter((_, i) => rows && same[i] === rows).map(({ c }) => c.name))
  return candidates.filter((c) => !has.has(c.name))
}

/** Only what can be done is offered: each column is planned, and what is refused is said with its reason. */
async function offers(
  context: RefactorContext,
  dimension: string,
  { origin, key, columns }: Lacking,
): Promise<{ details: string[]; mend: string[] }> {
  if (columns.length === 0)
    return {
      details: [`It has all that depends on ${key} in ${origin.label}: there is nothing to add.`],
      mend: [],
    }
  const details = [
    `${origin.label} has for each ${key} what it lacks: ${list(
      columns.map((c) => c.name),
      12,
    )}.`,
  ]
  const mend: string[] = []
  const { project, dbt, now } = context
  for (const { name } of columns) {
    const column = `${origin.label}.${name}`
    try {
      const input = { column, to: dimension, as: null, through: [] }
      await planRefactoring({ project, dbt, now }, 'add-column', input)
      mend.push(`martsmith refactor add-column ${shellQuote(column)} --to ${dimension}`)
    } catch (error) {
      if (!isMartsmithError(error)) throw error
      details.push(
        `${name} cannot be carried there as it stands: ${error.message.replace(' Nothing was changed.', '')}`,
      )
    }
  }
  return { details, mend }
}
