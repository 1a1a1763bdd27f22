/** A thing that belongs to another of its kind: an employee to a manager. One step is joined; depth is measured. */
import { count, list } from '../../../core/text.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import { type Asking, oneRow } from '../measure.ts'
import { bareWords, wordsOf } from '../search/names.ts'
import type { Origin } from '../types.ts'
import { type Found, plain } from './found.ts'
import { describing } from './judge.ts'
import type { Parent } from './types.ts'

/** Whole numbers are in each other by chance: a name has to tell too. */
const ABOVE =
  /^(parent|manager|supervisor|superior|boss|chief|leader|report|mentor|referrer|master|predecessor|replaced|group)$/
/** Steps that are followed. */
const MOST_DEPTH = 12
const MOST_ORPHANS = 0.05
const LABELS = new Set(['name', 'title', 'label'])

export async function selfOf(
  { style, entity }: Found,
  asking: Asking,
  { origin, profile, key }: { origin: Origin; profile: RelationProfile; key: string },
): Promise<{ parents: Parent[]; notes: string[] }> {
  const own = profile.columns.find((c) => c.name === key)
  const parents: Parent[] = []
  const notes: string[] = []
  for (const column of profile.columns) {
    if (!own || !mayPoint(column, own, entity)) continue
    const numbers = await oneRow(asking, depthStatement(origin.relation, key, column.name, asking.adapter))
    const [orphans = 0, selves = 0, circles = 0, ...levels] = numbers
    const present = profile.rows - column.nulls
    if (present === 0 || orphans > present * MOST_ORPHANS) continue
    const attributes = labelsOf(describing(profile, [key]).attributes)
    if (attributes.length === 0) continue
    const bare = bareWords(column.name)
    const role = bare.length < wordsOf(column.name).length ? bare.join('_') : column.name
    parents.push({
      read: 0,
      by: null,
      column: plain(column),
      key: plain(own),
      role: style.columnNames === 'SNAKE_CASE' ? role.toUpperCase() : role,
      attributes: attributes.map(plain),
      nulls: column.nulls,
      unmatched: orphans,
    })
    notes.push(selfWords(origin, column, { orphans, selves, circles, levels }))
  }
  return { parents, notes }
}

function mayPoint(column: ColumnProfile, own: ColumnProfile, entity: string): boolean {
  if (column === own || column.kind !== own.kind) return false
  const words = wordsOf(column.name)
  const thing = wordsOf(entity)
  return (
    words.some((w) => ABOVE.test(w)) ||
    (words.length > thing.length + 1 && thing.every((t) => words.includes(t)))
  )
}

function labelsOf(attributes: ColumnProfile[]): ColumnProfile[] {
  const texts = attributes.filter((a) => a.kind === 'text')
  const labels = texts.filter((a) => LABELS.has(wordsOf(a.name).at(-1) ?? ''))
  return labels.length > 0 ? labels.slice(0, 3) : texts.slice(0, 1)
}

/** Rows without the one they name, rows that name themselves, rows that come back to themselves, rows by their depth. */
export function depthStatement(relation: string, key: string, column: string, adapter: string): string {
  const { quote } = dialectOf(adapter)
  const [k, p] = [quote(key), quote(column)]
  const steps = Array.from({ length: MOST_DEPTH }, (_, i) => i + 1)
  const back = steps.slice(1).map((i) => `e${i}.${k} = e0.${k}`)
  return [
    `select count(case when e0.${p} is not null and e1.${k} is null then 1 end) as orphans,`,
    `count(case when e0.${p} = e0.${k} then 1 end) as selves,`,
    `count(case when e0.${p} <> e0.${k} and (${back.join(' or ')}) then 1 end) as circles,`,
    steps.map((i) => `count(case when e${i}.${k} <> e${i - 1}.${k} then 1 end) as level_${i}`).join(', '),
    `from ${relation} as e0`,
    ...steps.map((i) => `left join ${relation} as e${i} on e${i - 1}.${p} = e${i}.${k}`),
  ].join('\n')
}

function selfWords(
  origin: Origin,
  { name, nulls }: ColumnProfile,
  {
    orphans,
    selves,
    circles,
    levels,
  }: { orphans: number; selves: number; circles: number; levels: number[] },
): string {
  const depth = levels.findLastIndex((n) => n > 0) + 1
  const parts = [
    circles > 0
      ? `${count(circles, 'row')} come back to themselves: a circle, which nobody can walk to its end`
      : depth === levels.length
        ? `it is more than ${levels.length - 1} steps deep`
        : `${count(depth, 'step')} deep`,
    ...(nulls > 0 ? [`${count(nulls, 'row')} at the top`] : []),
    ...(selves > 0 ? [`${count(selves, 'row')} name themselves`] : []),
    ...(orphans > 0 ? [`${count(orphans, 'row')} name one that is not there`] : []),
  ]
  return `${name} names another row of ${origin.label} (${list(parts)}): its name stands beside, one step up; no recursion.`
}
