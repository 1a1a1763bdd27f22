/** What all ways of making a dimension share: where it was found, the refusals, the parts of a recommendation. */
import { MartsmithError } from '../../../core/errors.ts'
import { count, list } from '../../../core/text.ts'
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import type { ColumnProfile, RelationProfile } from '../../../project/profile/types.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import { freeValue } from '../measure.ts'
import { placeOf } from '../search/find.ts'
import type { Origin, OriginColumn, Read, Wanted } from '../types.ts'
import { conformedTo, conformedTogether } from './conformed.ts'
import { deletedWords, textFormWords } from './judge.ts'
import { rolesOf } from './roles.ts'
import type { Bridge, Parent, TableRecommendation } from './types.ts'

export type Found = {
  context: RefactorContext
  style: HouseStyle
  adapter: string
  wanted: Wanted
  entity: string
}

/** A recommendation without what was looked at and chosen. */
export type Judged = Omit<TableRecommendation, 'looked' | 'chosen'>

export const REUSED = 'no dimension of the project is called like it or holds its values'

export function refused(
  place: string,
  why: string,
  mend: string[] = [],
  details: string[] = [],
): MartsmithError {
  return new MartsmithError({
    code: 'dimension.refused',
    message: `No dimension is made of ${place}: ${why}. Nothing was run.`,
    details,
    mend,
  })
}

export function plain({ name, type, kind }: OriginColumn): OriginColumn {
  return { name, type, kind }
}

export function readOf({ id, label, needsStaging, declare, casts }: Origin): Read {
  return { id, label, needsStaging, ...(declare ? { declare } : {}), ...(casts ? { casts } : {}) }
}

/** Answers what could not be compared. @throws MartsmithError `dimension.conformed` */
export async function assertNew(
  { context, style, adapter }: Found,
  origin: Origin,
  column: OriginColumn,
): Promise<string[]> {
  const { same, unseen } = await conformedTo(context, { style, origin, column, adapter })
  if (!same)
    return unseen.length === 0
      ? []
      : [`Not in the warehouse, so their values were not compared: ${list(unseen, 6)}.`]
  const roles = await rolesOf({ context, style, adapter }, same.dimension, same.column)
  throw new MartsmithError({
    code: 'dimension.conformed',
    message: `${same.dimension.label} holds all values of ${placeOf({ origin, column })} already (as ${same.column.name}): a fact joins to it in one more role, and a second dimension is never made. Nothing was run.`,
    ...roles,
    exitCode: 0,
  })
}

/** The same of a key of several columns. @throws MartsmithError `dimension.conformed` */
export async function assertNewTogether(
  { context, style, adapter }: Found,
  origin: Origin,
  columns: OriginColumn[],
): Promise<void> {
  const same = await conformedTogether(context, { style, origin, columns, adapter })
  if (!same) return
  throw new MartsmithError({
    code: 'dimension.conformed',
    message: `${same.label} holds all of ${list(columns.map((c) => c.name))} of ${origin.label} already, one row each: a second dimension for the same thing is never made. Nothing was run.`,
    mend: [`martsmith lineage ${same.label}   says what it is made of`],
    exitCode: 0,
  })
}

type Parts = Pick<Judged, 'way' | 'because' | 'rejected' | 'notes'> & {
  key: ColumnProfile[]
  attributes: ColumnProfile[]
  values: number
  without: number
  copies?: number
  parents?: Parent[]
  /** What parents and a bridge are read from, in the order of their numbers. */
  more?: Read[]
  bridge?: Bridge | null
}

export async function assembled(
  { context, adapter, wanted, entity }: Found,
  origin: Origin,
  profile: RelationProfile,
  parts: Parts,
): Promise<Judged> {
  const { key, attributes, copies = 0, parents = [], more = [], way, values, without } = parts
  const asking = { ...context, adapter }
  const natural = await Promise.all(
    key.map(async (column) => ({
      column: plain(column),
      unknown: column.kind === 'boolean' ? 'Unknown' : await freeValue(asking, origin, column),
    })),
  )
  const [first] = key
  const blank = key.filter((k) => (k.blank ?? 0) > 0)
  return {
    way,
    because: parts.because,
    rejected: parts.rejected,
    subject: wanted.subject,
    entity,
    reads: [readOf(origin), ...more],
    natural,
    attributes: attributes.map(plain),
    parents,
    rows: profile.rows,
    values,
    without,
    copies,
    bridge: parts.bridge ?? null,
    closedList:
      key.length === 1 && first?.kind === 'text' ? closedList(context, origin.id, first.name) : null,
    notes: [
      ...parts.notes,
      ...blank.map(
        (k) =>
          `${k.name} is blank in ${count(k.blank ?? 0, 'row')}: a member of its own, not the unknown one.`,
      ),
      ...deletedWords(profile, attributes),
      ...textFormWords(attributes),
    ],
  }
}

/** What `accepted_values` says in the project: a person closed the list there. */
function closedList({ graph }: RefactorContext, origin: string, column: string): string[] | null {
  const test = graph
    .children(origin)
    .map((id) => graph.node(id))
    .find(
      (n) =>
        n?.test_metadata?.name === 'accepted_values' &&
        n.attached_node === origin &&
        n.column_name?.replace(/^["`]|["`]$/g, '') === column,
    )
  const values: unknown = test?.test_metadata?.kwargs.values
  return Array.isArray(values) && values.every((v) => typeof v === 'string') ? (values as string[]) : null
}
