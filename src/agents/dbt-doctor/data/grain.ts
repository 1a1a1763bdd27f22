/** Of what a relation has one row: what its project says of it, where the data holds it; else what the data shows. */
import { declaredKeys } from '../../../sandbox/compare/keys.ts'
import { repeats, repeatsStatement } from './counts.ts'
import type { Look } from './look.ts'

/** `broken`: it should have one row of the columns that were asked about. `key`: another grain, which it has rightly. */
export type Grain = { broken: boolean; key: string[] | null }

/** A part of keys that repeat: from here on it is no exception, but how the data is. */
const USUAL = 0.2
/** What a person keeps in a file is short: two of five codes that stand there twice are still a slip. */
const USUAL_IN_SEEDS = 0.5
export const KEY_NAME =
  /(?:^|_)(?:id|key|uuid|guid|no|nr|num|number|code)$|[a-z](?:Id|ID|Key|Uuid|Guid|No|Nr|Number|Code)$/

/** Whether the project says that a node has one row of these. */
export function isDeclared(look: Look, id: string, columns: string[]): boolean {
  const same = (a: string[]) =>
    a.length === columns.length && a.every((c) => columns.some((o) => equal(o, c)))
  return declaredKeys(look.graph.manifest, id).some(same)
}

export async function grainOf(look: Look, id: string, columns: string[]): Promise<Grain> {
  const declared = declaredKeys(look.graph.manifest, id)
  if (isDeclared(look, id, columns)) return { broken: true, key: null }
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
  return byData(look, relation, columns, id.startsWith('seed.') ? USUAL_IN_SEEDS : USUAL)
}

async function byData(look: Look, relation: string, columns: string[], usual: number): Promise<Grain> {
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
  const isUsual = all > 0 && repeated / all >= usual
  const unique = rest.filter((_, i) => counted[i] && counted[i]?.[0] === counted[i]?.[1])
  // Rows that differ in nothing are no grain of anything.
  if (unique.length === 0 && (copies?.[0] ?? 0) > 0) return { broken: true, key: null }
  const together = unique.length > 0 ? null : await withAnother(look, relation, columns, rest)
  if (together) return { broken: false, key: together }
  const key = unique.find((c) => KEY_NAME.test(c)) ?? (isUsual ? unique[0] : undefined)
  return key === undefined ? { broken: !isUsual, key: null } : { broken: false, key: [key] }
}

/** So many columns are tried beside the ones that were asked about. */
const MOST_OTHERS = 20

/** One column more, and no row repeats; a thing that is counted or priced is no part of a key. */
async function withAnother(
  look: Look,
  relation: string,
  columns: string[],
  rest: string[],
): Promise<string[] | null> {
  const tried = rest.slice(0, MOST_OTHERS)
  const held = await repeats(
    look,
    tried.map((c) => repeatsStatement([...columns, c].map(look.quote), relation)),
  )
  const fits = tried.filter((_, i) => held[i]?.keys === 0)
  const found = fits.find((c) => KEY_NAME.test(c)) ?? fits[0]
  return found === undefined ? null : [...columns, found]
}

const equal = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
