/** What a dimension or a fact is made from, measured: its profile, what depends on a column, values that are free. */
import { warehouseError } from '../../adapters/dbt/explain.ts'
import { isMartsmithError, MartsmithError } from '../../core/errors.ts'
import type { Measured } from '../../project/profile/inclusion.ts'
import { profileRelation } from '../../project/profile/profile.ts'
import { dialectOf } from '../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../project/profile/types.ts'
import type { RefactorContext } from '../../refactor/types.ts'
import { dependentOf, dependsStatement, mayDepend } from './depends.ts'
import type { Origin, OriginColumn } from './types.ts'

export type Asking = Pick<RefactorContext, 'dbt' | 'now'> & { adapter: string }

/** Of the words for what is not known, the first that no row has. */
export const UNKNOWN = {
  text: ['Unknown', '(unknown)', '(not known)', '__unknown__'],
  integer: [-1, -2, -9, -99, -9999],
  number: [-1, -2, -9, -99, -9999],
  date: ['9999-12-31', '9999-01-01', '1800-01-01'],
}

/** @throws MartsmithError where there is no such relation, or it has no rows. */
export async function measured(
  asking: Asking,
  origin: Origin,
  { of = 'dimension', emptyToo = false }: { of?: 'dimension' | 'fact'; emptyToo?: boolean } = {},
): Promise<RelationProfile> {
  assertStands(origin, of)
  const { profile } = await profiled(asking, origin)
  if (profile.rows === 0 && !emptyToo) throw emptyError(origin, of)
  return profile
}

export async function measuredWithSample(
  asking: Asking,
  origin: Origin,
  of: 'dimension' | 'fact',
): Promise<Measured> {
  assertStands(origin, of)
  const found = await profiled(asking, origin)
  if (found.profile.rows === 0) throw emptyError(origin, of)
  return found
}

function assertStands(origin: Origin, of: 'dimension' | 'fact'): void {
  const made = of === 'fact' ? 'a fact table' : 'a dimension'
  if (!origin.stands)
    throw new MartsmithError({
      code: `${of}.not-built`,
      message: `${origin.label} is not in the warehouse, so ${made} cannot be designed from its data. Nothing was run.`,
      mend: ['martsmith pipeline   loads and builds what is not there yet'],
      exitCode: 1,
    })
}

export function emptyError(origin: Origin, of: 'dimension' | 'fact' = 'dimension'): MartsmithError {
  return new MartsmithError({
    code: `${of}.empty`,
    message: `${origin.label} has no rows: nothing can be proven of it. Nothing was run.`,
    mend: ['martsmith pipeline   loads what is not there yet'],
    exitCode: 1,
  })
}

/** What may be looked at beside the origin; null where the warehouse does not let it. */
export async function lookedAt(asking: Asking, origin: Origin): Promise<RelationProfile | null> {
  return (await lookedAtWithSample(asking, origin))?.profile ?? null
}

export async function lookedAtWithSample(asking: Asking, origin: Origin): Promise<Measured | null> {
  try {
    return await profiled(asking, origin)
  } catch (error) {
    if (isMartsmithError(error)) return null
    throw error
  }
}

/**
 * What was measured a moment ago by the same command: its scope, its analysis and its approval ask the same. A run
 * that waits goes on in another process, and measures anew.
 */
const KEPT_MS = 5 * 60_000
const kept = new WeakMap<object, Map<string, { at: number; found: Promise<unknown> }>>()

/** What was found of a relation a moment ago, or is found now. `what` tells it from other things that are found of it. */
export function foundOnce<T>(
  { dbt, now }: Pick<Asking, 'dbt' | 'now'>,
  what: string,
  { relation, columns }: Pick<Origin, 'relation' | 'columns'>,
  find: () => Promise<T>,
): Promise<T> {
  const known = kept.get(dbt) ?? new Map<string, { at: number; found: Promise<unknown> }>()
  kept.set(dbt, known)
  const key = JSON.stringify([what, relation, columns.map((c) => c.name)])
  const at = now().getTime()
  const fresh = known.get(key)
  if (fresh && at - fresh.at < KEPT_MS) return fresh.found as Promise<T>
  const found = find()
  known.set(key, { at, found })
  // A warehouse that could not be asked may answer the next time.
  found.catch(() => known.delete(key))
  return found
}

/** A relation that may be empty. */
export function profiled(asking: Asking, origin: Origin): Promise<Measured> {
  return foundOnce(asking, 'profile', origin, () => profileNow(asking, origin))
}

async function profileNow({ dbt, now, adapter }: Asking, origin: Origin): Promise<Measured> {
  const found = await profileRelation({
    relation: origin.relation,
    columns: origin.columns,
    adapter,
    today: now().toISOString().slice(0, 10),
    ask: (statements, limit) => dbt.query(statements, limit),
    brief: true,
  })
  return { name: origin.label, ...found }
}

export async function dependents(
  asking: Asking,
  origin: Origin,
  profile: RelationProfile,
  code: ColumnProfile,
): Promise<{ sure: ColumnProfile[]; unsure: ColumnProfile[] }> {
  const others = mayDepend(profile.columns, [code.name])
  if (others.length === 0) return { sure: [], unsure: [] }
  const names = others.map((c) => c.name)
  const numbers = await oneRow(asking, dependsStatement(origin.relation, [code.name], names, asking.adapter))
  return dependentOf(code.name, others, numbers, profile.rows - code.nulls)
}

export async function freeValue(asking: Asking, origin: Origin, key: OriginColumn): Promise<string | number> {
  const { quote, asText } = dialectOf(asking.adapter)
  const column = quote(key.name)
  const kind = key.kind as keyof typeof UNKNOWN
  const values: (string | number)[] = UNKNOWN[kind] ?? UNKNOWN.text
  const tests = values.map((value, i) => {
    const is =
      typeof value === 'number'
        ? `${column} = ${value}`
        : `lower(${asText(column)}) = '${value.toLowerCase()}'`
    return `count(case when ${is} then 1 end) as used_${i}`
  })
  const used = await oneRow(asking, `select ${tests.join(', ')} from ${origin.relation}`)
  const free = values.find((_, i) => used[i] === 0)
  if (free !== undefined) return free
  throw new MartsmithError({
    code: 'dimension.no-unknown',
    message: `${origin.label}.${key.name} has all values that could stand for the unknown member: ${values.join(', ')}. Nothing was run.`,
  })
}

/** The numbers of a statement with one row. @throws MartsmithError with the warehouse's words. */
export async function oneRow({ dbt }: Pick<Asking, 'dbt'>, statement: string): Promise<number[]> {
  const [answer] = await dbt.query([statement], 1)
  if (!answer || 'error' in answer) throw warehouseError(answer?.error ?? 'no answer')
  return (answer.rows[0] ?? []).map(Number)
}
