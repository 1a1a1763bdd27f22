/** What a code stands for, where the project's own description of its column lists it: it becomes a seed, joined in. */
import { count, list } from '../../../core/text.ts'
import { columnName, modelCalled } from '../../../project/conventions/names.ts'
import type { ProjectGraph } from '../../../project/graph.ts'
import { dialectOf } from '../../../project/profile/sql.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { bareWords, nameScore } from '../search/names.ts'
import type { Origin, OriginColumn, Read } from '../types.ts'
import type { Found } from './found.ts'
import { listedIn } from './listed.ts'
import type { Parent } from './types.ts'

/** More codes than these nobody lists in a description. */
export const MOST_CODES = 200
/** A label that is longer describes more than it names. */
const LONGEST_NAME = 40
const NAMED = 0.8
/** Where more rows than this part have a code that is not in the list, it is another list. */
const MOST_OPEN = 0.2

export type Labels = { parents: Parent[]; more: Read[]; because: string[]; notes: string[] }

const NONE: Labels = { parents: [], more: [], because: [], notes: [] }

export async function labelsOf(
  { context, adapter, style, entity }: Found,
  origin: Origin,
  key: ColumnProfile,
): Promise<Labels> {
  if ((key.kind !== 'integer' && key.kind !== 'text') || key.distinct > MOST_CODES) return NONE
  const texts = descriptionsOf(context.graph, origin, key.name)
  if (texts.length === 0) return NONE
  const { quote, asText } = dialectOf(adapter)
  const column = quote(key.name)
  const [answer] = await context.dbt.query(
    [
      `select ${asText(column)}, count(*) from ${origin.relation} where ${column} is not null group by 1 order by 1`,
    ],
    MOST_CODES,
  )
  if (!answer || 'error' in answer) return NONE
  const rows = answer.rows.map(([value, times]) => ({ value: String(value), times: Number(times) }))
  const found = texts
    .map(({ place, description }) => {
      const listed = listedIn(
        description,
        rows.map((r) => r.value),
      )
      return { place, listed, open: rows.filter((r) => !listed.some((l) => l.code === r.value)) }
    })
    .find(({ listed, open }) => listed.length > 0 && timesOf(open) <= timesOf(rows) * MOST_OPEN)
  if (!found) return NONE
  const { listed, place, open } = found
  const unmatched = timesOf(open)
  const isNamed = listed.every((l) => l.label.length <= LONGEST_NAME)
  const label = columnName(style, `${entity} ${isNamed ? 'name' : 'description'}`)
  const seed = modelCalled(style, '', columnName({ ...style, columnNames: 'snake_case' }, `${entity} labels`))
  const own: OriginColumn = { name: key.name, type: key.type, kind: key.kind }
  const told: OriginColumn = { name: label, type: 'varchar', kind: 'text' }
  const project = context.graph.manifest.metadata.project_name
  return {
    parents: [
      {
        read: 1,
        by: null,
        column: own,
        key: own,
        role: entity,
        attributes: [told],
        nulls: key.nulls,
        unmatched,
      },
    ],
    more: [
      {
        id: `seed.${project}.${seed}`,
        label: seed,
        needsStaging: false,
        seed: { columns: [own, told], rows: listed.map((l) => [l.code, l.label]), from: place },
      },
    ],
    because: [
      `the description of ${place} lists what ${count(listed.length, 'code')} stand for: they become the seed ${seed}`,
    ],
    notes:
      open.length > 0
        ? [
            `Not in that list: ${list(
              open.map((o) => o.value),
              6,
            )} (${count(unmatched, 'row')}); ${label} says Unknown there. Add them to the seed.`,
          ]
        : [],
  }
}

function timesOf(rows: { times: number }[]): number {
  return rows.reduce((sum, { times }) => sum + times, 0)
}

/** Of the column, and of columns that are called like it where its relation comes from; the nearest first. */
export function descriptionsOf(
  graph: ProjectGraph,
  origin: Origin,
  column: string,
): { place: string; description: string }[] {
  return [origin.id, ...graph.ancestors([origin.id]).toReversed()].flatMap((id) =>
    Object.values((graph.node(id) ?? graph.source(id))?.columns ?? {})
      .filter((c) => isCalledLike(c.name, column))
      .flatMap(({ name, description }) =>
        description ? [{ place: `${graph.label(id)}.${name}`, description }] : [],
      ),
  )
}

function isCalledLike(name: string, column: string): boolean {
  return nameScore(bareWords(column), bareWords(name)) >= NAMED
}
