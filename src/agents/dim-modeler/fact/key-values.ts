/** The keys that made-up rows must get: hashes are asked of the warehouse, by the house's own way to make them. */
import type { Value } from '../../../changes/yaml/index.ts'
import type { ForeignKey } from './foreign-keys.ts'
import { defaultUnknown, keySql, unknownKey } from './foreign-keys.ts'
import type { Held } from './held.ts'
import type { Making } from './making.ts'
import { knownKey, type Scalar, sample } from './samples.ts'
import { isDay, NOT_YET, UNKNOWN_DATE } from './times.ts'

export type KeyValues = {
  /** The key of a row with these values; of one without any where `values` is null. Undefined where it is not known. */
  of(key: ForeignKey, values: Map<Held, Scalar | null> | null): Value | undefined
}

type Asked = { key: ForeignKey; known: string | null; unknown: string }

export async function keyValues(making: Making, keys: ForeignKey[]): Promise<KeyValues> {
  const asked = keys.filter((k) => k.dimension && k.way !== 'day').map((key) => asking(making, key))
  const statements = asked.flatMap((a) => [a.known ?? a.unknown, a.unknown])
  const answers = await answered(making, statements)
  const { recommendation } = making
  const found = new Map(
    asked.map((a, i) => [
      a.key,
      { known: a.known === null ? undefined : answers[2 * i], unknown: answers[2 * i + 1] },
    ]),
  )
  return {
    of: (key, values) => {
      if (key.way === 'day') return dayOf(making, key, values)
      const two = found.get(key)
      if (values === null) return two?.unknown
      const day = recommendation.times.find((t) => `${t.role}_date` === key.role)
      if (key.way === 'join' && key.dimension?.kind === 'calendar' && !day?.main) return undefined
      if (key.way === 'join') return key.dimension?.dimension ? knownKey(key.dimension.dimension) : undefined
      return key.dimension?.columns.some((c) => c.cast && c.column.kind !== 'boolean')
        ? two?.unknown
        : two?.known
    },
  }
}

/** Of the first sample of each column, and of the unknown member. */
function asking(making: Making, key: ForeignKey): Asked {
  const { holding, textType } = making
  const { dimension } = key
  const standing = dimension?.dimension ?? null
  const held = (dimension?.columns ?? []).map((c) => holding.of(c))
  const types = held.map((h, i) => standing?.natural[i] ?? dimension?.missing?.natural[i] ?? h)
  const hash = (values: string[]) => {
    const names = values.map((_, i) => `part_${i}`)
    const parts = values.map((v, i) => `cast(${v} as ${types[i]?.type ?? textType}) as part_${i}`)
    return `select ${keySql(making, standing, names)} as k from (select ${parts.join(', ')}) as asked`
  }
  if (key.way === 'join' && standing)
    return { key, known: null, unknown: `select ${unknownKey(making, standing)} as k` }
  const samples = held.map((h) => (h.kind === 'boolean' ? 'Yes' : sample(h, 1)))
  const known = samples.every((s) => s !== undefined)
    ? hash(samples.map((s) => (typeof s === 'string' ? `'${s.replaceAll("'", "''")}'` : String(s))))
    : null
  const unknown = hash(types.map((t, i) => standing?.unknown?.natural[i] ?? defaultUnknown(t)))
  return { key, known, unknown }
}

/** In dbt's own words first, for a macro may make the key. What cannot be asked is not tested. */
async function answered({ writing }: Making, statements: string[]): Promise<(Value | undefined)[]> {
  const { graph, dbt } = writing.context
  const model = Object.values(graph.manifest.nodes).find(
    (n) => n.resource_type === 'model' && graph.isOwn(n.unique_id),
  )
  if (!model || statements.length === 0) return statements.map(() => undefined)
  const compiled = await dbt.compile(
    statements.map((rawCode) => ({ id: model.unique_id, rawCode, mode: 'full' })),
  )
  const ready = compiled.map((c) => ('error' in c ? null : c.compiled))
  const answers = await dbt.query(ready.map((sql) => sql ?? 'select null'))
  return answers.map((answer, i) => {
    if (ready[i] === null || 'error' in answer) return undefined
    const value = answer.rows[0]?.[0]
    return typeof value === 'string' || typeof value === 'number' ? value : undefined
  })
}

function dayOf(
  { recommendation, holding, writing }: Making,
  key: ForeignKey,
  values: Map<Held, Scalar | null> | null,
): Value | undefined {
  const time = recommendation.times.find((t) => `${t.role}_date` === key.role)
  if (!time) return undefined
  const value = values?.get(holding.of(time)) ?? null
  if (value === null)
    return recommendation.kind === 'accumulating snapshot' && !time.main ? NOT_YET : UNKNOWN_DATE
  // A day in another zone may be another day; the value of a column that is cast says nothing of the day.
  const isElsewhere = !isDay(time) && writing.context.project.config.modeling.time_zone !== undefined
  return typeof value === 'string' && !time.cast && !isElsewhere
    ? Number(value.slice(0, 10).replaceAll('-', ''))
    : undefined
}
