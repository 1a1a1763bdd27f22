/** Where rows are overwritten: type 1, and what it takes to keep history from today on. */
import { MartsmithError } from '../../../../core/errors.ts'
import { list } from '../../../../core/text.ts'
import type { ColumnProfile, RelationProfile } from '../../../../project/profile/types.ts'
import type { Origin, OriginColumn, Wanted } from '../../types.ts'
import type { Judged } from '../found.ts'
import { tellsOfWriting } from './names.ts'
import { metaColumns } from './snapshots.ts'
import type { JudgedVersions } from './types.ts'

/** The column that says when a row was written last: never null, so that every change is seen by it. */
export function writtenAt(profile: RelationProfile): ColumnProfile | null {
  const times = profile.columns.filter((c) => c.kind === 'timestamp' || c.kind === 'date')
  return times.find((c) => tellsOfWriting(c) && c.nulls === 0) ?? null
}

/**
 * Type 1, with the offer of history said; with `--history`, type 2 over a snapshot that is made with it.
 * @throws MartsmithError `dimension.history` where there is nothing that a snapshot could be of.
 */
export function withoutHistory(
  wanted: Wanted,
  origin: Origin,
  profile: RelationProfile,
  table: Judged,
): Judged | JudgedVersions {
  const isAsked = wanted.flags.includes('history')
  if (table.way !== 'entity') {
    if (isAsked) throw cannotSnapshot(origin)
    return table
  }
  if (!isAsked) return { ...table, notes: [...table.notes, offerWords(wanted, origin, profile)] }
  return overSnapshot(origin, profile, table)
}

function offerWords(wanted: Wanted, origin: Origin, profile: RelationProfile): string {
  const at = writtenAt(profile)
  const from = wanted.from === null ? '' : ` --from ${wanted.from}`
  return (
    `${at ? `${at.name} tells that rows of ${origin.label} are overwritten` : `Nothing in ${origin.label} tells of earlier versions`}: what was before is gone. ` +
    `martsmith dimension "${wanted.subject}"${from} --history makes a snapshot, which keeps history from its first run on, and a type 2 dimension of it.`
  )
}

function overSnapshot(origin: Origin, profile: RelationProfile, table: Judged): JudgedVersions {
  const at = writtenAt(profile)
  const meta = metaColumns(undefined)
  const time = (name: string): OriginColumn => ({
    name,
    type: at?.type ?? 'timestamp',
    kind: at?.kind ?? 'timestamp',
  })
  const { subject, entity, reads, natural, attributes, parents, rows, values, because, rejected, notes } =
    table
  const key = list(natural.map((n) => n.column.name))
  return {
    way: 'versions',
    subject,
    entity,
    reads: reads.slice(0, 1),
    natural,
    attributes: attributes.filter((a) => a.name !== at?.name),
    history: {
      by: 'intervals',
      from: time(meta.dbt_valid_from),
      to: time(meta.dbt_valid_to),
      inclusive: null,
      deleted: null,
    },
    renamed: {},
    snapshot: { updatedAt: at && { name: at.name, type: at.type, kind: at.kind } },
    rows,
    values,
    because: [
      ...because,
      `type 2 by a snapshot, as --history asks: ${origin.label} has one row per ${key} and keeps no history itself`,
      at
        ? `strategy timestamp: ${at.name} is never null, and says when a row was written`
        : 'strategy check: no column says in all rows when they were written, so all attributes are compared',
    ],
    rejected: [
      ...rejected.filter((r) => !r.startsWith('type 2')),
      'type 1: it would overwrite what facts of earlier times need',
    ],
    notes: [
      ...notes,
      ...(parents.length > 0
        ? [
            `Not joined in: ${list(parents.map((p) => p.role))}. What is joined changes without a version of its own.`,
          ]
        : []),
      'History starts with the first run of the snapshot: what was before is not known, and the first version holds since ever.',
      'A change that is overwritten again between two runs is never seen: run the snapshot as often as changes matter.',
    ],
  }
}

function cannotSnapshot(origin: Origin): MartsmithError {
  return new MartsmithError({
    code: 'dimension.history',
    message: `No history can be kept of it: --history takes a snapshot of the thing's own table, and this dimension is promoted from a column of ${origin.label}. Nothing was run.`,
  })
}
