/** Of what a relation has one row: what its project says of it, where the data holds it; else what the data shows. */
import { declaredKeys } from '../../../sandbox/compare/keys.ts'
import { repeats, repeatsStatement } from './counts.ts'
import type { Look } from './look.ts'

/** `broken`: it should have one row of the columns that were asked about. `key`: another grain, which it has rightly. */
export type Grain = { broken: boolean; key: string[] | null }

/** A part of keys that repeat: from here on it is no exception, but how the data is. */
const USUAL = 0.2
const KEY_NAME =
  /(?:^|_)(?:id|key|uuid|guid|no|nr|num|number|code)$|[a-z](?:Id|ID|Key|Uuid|Guid|No|Nr|Number|Code)$/

export async function grainOf(look: Look, id: string, columns: string[]): Promise<Grain> {
  const same = (a: string[]) =>
    a.length === columns.length && a.every((c) => columns.some((o) => equal(o, c)))
  const declared = declaredKeys(look.graph.manifest, id)
  if (declared.some(same)) return { broken: true, key: null }
  const relation = await look.relation(id)
  if (!relation) return { broken: true, key: null }
  const others = declared.filter((k) => !k.every((c) => columns.some((o) => equal(o, c))))
  const held = await repeats(
    look,
    others.map((k) => repeatsStatement(k.map(look.quote), relation)),
  )
  const holds = others.find((_, i) => held[i]?.keys === 0)
  if (holds) return { broken: false, key: holds }
  if (others.length > 0) return { broken: true, key: null }
  return byData(look, relation, columns)
}

async function byData(look: Look, relation: string, columns: string[]): Promise<Grain> {
  const [names = null] = await look.columns([`select * from ${relation} limit 0`])
  // What a loader adds is another one in each row, whatever the row holds.
  const rest = (names ?? []).filter((c) => !c.startsWith('_') && !columns.some((o) => equal(o, c)))
  const keys = columns.map(look.quote).join(', ')
  const every = [...columns, ...rest].map(look.quote).join(', ')
  const [asked, copies, ...counted] = await look.numbers([
    `select count(*), coalesce(sum(case when n > 1 then 1 else 0 end), 0) from (select count(*) as n from ${relation} group by ${keys}) as g`,
    `select coalesce(sum(n - 1), 0) from (select count(*) as n from ${relation} group by ${every}) as g`,
    ...rest.map((c) => `select count(*), count(distinct ${look.quote(c)}) from ${relation}`),
  ])
  const [all = 0, repeated = 0] = asked ?? []
  const isUsual = all > 0 && repeated / all >= USUAL
  const unique = rest.filter((_, i) => counted[i] && counted[i]?.[0] === counted[i]?.[1])
  // Rows that differ in nothing are no grain of anything.
  if (unique.length === 0 && (copies?.[0] ?? 0) > 0) return { broken: true, key: null }
  const key = unique.find((c) => KEY_NAME.test(c)) ?? (isUsual ? unique[0] : undefined)
  return key === undefined ? { broken: !isUsual, key: null } : { broken: false, key: [key] }
}

const equal = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
