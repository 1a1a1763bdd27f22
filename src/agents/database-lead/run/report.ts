/** The action `report`: what others have to know and do, written into the task. */
import { tableWords } from '../../../adapters/databases/types.ts'
import { FORMS } from '../../../adapters/migrations/forms.ts'
import { type Outcome, outcome } from '../../../core/outcome.ts'
import { count, list } from '../../../core/text.ts'
import { updateTask } from '../../../ledger/index.ts'
import type { ActionContext } from '../../types.ts'
import type { Analysis } from '../analysis/analysis.ts'
import type { SchemaChange } from '../order/change.ts'
import { periodSaid } from '../requests/parts-said.ts'
import type { ReviewedWork } from '../review/step.ts'

type Input = {
  analysis: Analysis | null
  reviewed: ReviewedWork | null
  ran: boolean | null
  staged: string | null
  requester: string
}

export async function report(ctx: ActionContext, input: Input): Promise<Outcome> {
  const { analysis, reviewed, ran, staged, requester } = input
  if (!analysis || !reviewed || ran === null) return outcome('skipped', 'There is nothing to hand over.')
  const sections = handOver(analysis, reviewed)
  if (ctx.taskId)
    await updateTask(
      ctx.project.root,
      ctx.taskId,
      {
        sections: sections.map(({ heading, lines }) => ({
          heading,
          markdown: ctx.safe(lines.map((l) => `- ${l}`).join('\n')),
        })),
      },
      ctx.now(),
    )
  const where = ran ? `in development${staged ? ` and on ${staged}` : ''}` : 'nowhere yet'
  return outcome(
    'success',
    `For ${requester}: ${analysis.design.title}. Run ${where}; production is as it was.`,
    {
      details: sections.flatMap(({ heading, lines }) =>
        lines.map((l) => `${heading.replace('Hand-over to ', '')}: ${l}`),
      ),
    },
  )
}

export function handOver(analysis: Analysis, reviewed: ReviewedWork): { heading: string; lines: string[] }[] {
  const { design, migrations, queries, readers, downstream, views } = analysis
  const place = (p: { file: string; line: number }) => `${p.file}:${p.line}`
  const copies = reviewed.migrations.filter((m) => /^COPY\b/.test(m.effect))
  return [
    {
      heading: 'Hand-over to backend-lead',
      lines: [
        ...design.changes.flatMap(changesFor),
        ...(readers.length > 0
          ? [`Models to be changed with it: ${list(readers.map((r) => `${r.what} ${place(r)}`))}.`]
          : []),
        ...(queries.length > 0
          ? [`Statements that name the table, and still work: ${list(queries.map(place), 8)}.`]
          : []),
        ...(views.length > 0 ? [`Views that read the table: ${list(views.map(tableWords))}.`] : []),
        ...design.later.map((l) => `To follow: ${l}`),
      ],
    },
    {
      heading: 'Hand-over to qa-lead',
      lines: [
        ...design.criteria.map((c) => `Test: ${c.words}`),
        ...design.loses.map((l) => `Lost for good: ${l}`),
        ...(downstream.length > 0
          ? [
              `Reads it further on, to be looked at after the deployment: ${list(
                downstream.map((r) => `${r.what} ${place(r)}`),
                12,
              )}.`,
            ]
          : []),
      ],
    },
    {
      heading: 'Hand-over to devops-lead',
      lines: [
        `Deploy: ${FORMS[migrations.tool].command}, ${design.gone.length > 0 ? `after the release that no longer names ${list(design.gone.map((g) => g.column ?? g.table.name))}` : 'before the release that uses it'}. ${count(reviewed.versions.length, 'migration')}: ${list(reviewed.versions)}.`,
        ...reviewed.effects,
        ...design.changes.flatMap(partsEnd),
        ...analysis.sizes.map(
          (s) =>
            `${s.table} holds about ${count(s.rows, 'row')} in development; times grow with the rows of production where rows are read.`,
        ),
        'A lock that cannot be had within 5 s makes it give up, and nothing is done: run it again.',
        `Roll back: the down of each, in the other order; tried on a scratch copy.${design.loses.length > 0 ? ' What is named as lost stays lost.' : ''}`,
        ...(copies.length > 0
          ? [
              `${list(copies.map((m) => m.name))} copies the table, and nobody writes to it meanwhile: on a large one run gh-ost (no foreign keys or triggers on it, row-based binlog) or pt-online-schema-change instead, with the same ALTER clause.`,
            ]
          : []),
        'A user that owns the tables is enough to run it; the application needs no more rights than before.',
      ],
    },
  ]
}

/** Until when there are parts: somebody has to make the next in time. */
function partsEnd(change: SchemaChange): string[] {
  if (change.kind !== 'partition-table' && change.kind !== 'add-part') return []
  const ends = change.parts.flatMap(({ bounds }) =>
    bounds.kind === 'range' && bounds.from !== null && bounds.to !== null ? [[bounds.from, bounds.to]] : [],
  )
  const [from = '', to = ''] = ends.at(-1) ?? []
  if (!/^\d{4}-\d\d-\d\d$/.test(to)) return []
  return [
    `${change.table.name} has parts up to ${to}, the last for ${periodSaid(from, to)}: let a job make the next one before that, each time: martsmith db "add a partition for <the next> to ${change.table.name}".`,
  ]
}

function changesFor(change: SchemaChange): string[] {
  const table = tableWords(change.table)
  switch (change.kind) {
    case 'add-column':
      return [
        `${table}.${change.column.name} (${change.column.type}) is there to be read and written${change.column.nullable ? '' : '; inserts that do not name it get its default'}.`,
      ]
    case 'drop-column':
      return [`${table}.${change.column} is gone: no statement may name it.`]
    case 'rename-column':
      return [
        `${table}.${change.column} is called ${change.to}: deploy the application together with the migration.`,
      ]
    case 'change-type':
      return [
        `${table}.${change.column} is ${change.type}: drivers may hand it over as another type than before.`,
      ]
    case 'set-nullable':
      return [
        `${table}.${change.column} ${change.nullable ? 'may be null: readers have to expect that' : 'is required: writers have to give it'}.`,
      ]
    case 'set-default':
      return [
        `Inserts that do not name ${table}.${change.column} get ${change.default === null ? 'null' : 'its default'}.`,
      ]
    case 'add-check':
      return [`Writes to ${table}.${change.column} outside of the rule are refused: handle the error.`]
    case 'add-unique':
      return [
        `A second row with the same ${change.key.columns.join(', ')} in ${table} is refused: handle the error.`,
      ]
    case 'add-foreign-key':
      return [
        `${table}.${change.reference.columns.join(', ')} has to be there in ${tableWords(change.reference.references)}; deleting what is referred to is refused.`,
      ]
    case 'add-index':
      return [
        `Nothing to change: queries on ${change.key.columns.join(', ')} of ${table} can use ${change.key.name}.`,
      ]
    case 'drop-index':
      return [`Nothing to change: ${change.name} of ${table} is gone, no statement names it.`]
    case 'add-statistics':
      return [
        `Nothing to change: the planner knows more of ${change.key.columns.join(', ')} of ${table}, so that other plans may be taken.`,
      ]
    case 'create-table':
      return [`There is a table ${table} with ${change.columns.map((c) => c.name).join(', ')}.`]
    case 'keep-same':
      return [
        `${table}.${change.column} and ${change.to} hold the same: whoever writes one writes both. A statement that names both means ${change.to}.`,
      ]
    case 'keep-history':
      return [
        `Nothing to change: each row of ${table} that is changed or deleted stands in ${tableWords(change.to)} as it was.`,
      ]
    case 'stop-same':
      return [`${table}.${change.to} is written by itself from now on.`]
    case 'swap-same':
      return [
        `${table}.${change.column} is what ${change.to} was: drivers may hand it over as another type than before.`,
      ]
    case 'fill':
      return [`${table}.${change.column} is filled where it was to be: readers may count on it.`]
    case 'copy-check':
      return [`Writes to ${table}.${change.to} outside of the rule of ${change.column} are refused.`]
    case 'set-values':
      return [
        `${table}.${change.column} takes ${list(change.values)}: whoever reads it has to know them all.`,
      ]
    case 'rename-table':
      return [
        change.bridge
          ? `${table} is called ${change.to}, and both names work: say ${change.to} from now on.`
          : `${table} is called ${change.to}: deploy the application together with the migration.`,
      ]
    case 'drop-bridge':
      return [`${tableWords(change.view)} is gone: only ${table} is there.`]
    case 'read-other':
    case 'read-parts':
    case 'read-renamed':
      return [`Nothing to change: the view ${tableWords(change.view)} gives what it gave before.`]
    case 'keep-beside':
      return [
        `${list(change.columns.map((c) => c.own))} of ${table} and ${list(change.columns.map((c) => c.other))} of ${tableWords(change.to)} hold the same: whoever writes one writes both.`,
      ]
    case 'stop-beside':
      return [`${table} and ${tableWords(change.to)} are written by themselves from now on.`]
    case 'fill-beside':
      return [
        `${tableWords(change.into === 'own' ? change.table : change.to)} is filled from the other table.`,
      ]
    case 'keep-parts':
      return [
        `${table}.${change.whole} and its parts ${change.parts.join(' and ')} tell the same: whoever writes one side writes both. A statement that writes both means ${change.stands === 'whole' ? 'the parts' : change.whole}.`,
      ]
    case 'stop-parts':
      return [
        `${table}.${change.whole} and ${change.parts.join(' and ')} are written by themselves from now on.`,
      ]
    case 'fill-parts':
      return [
        `${change.stands === 'whole' ? change.parts.join(' and ') : change.whole} of ${table} may be read: each row that stands has it.`,
      ]
    case 'partition-table':
      return [
        `${table} lies in parts by ${change.column}: statements go on as they are, and those that say ${change.column} in their WHERE read only the parts they need.`,
        ...change.keys.map(
          (k) =>
            `${k.name} is (${k.columns.join(', ')}): ON CONFLICT and lookups by less than that find no such key.`,
        ),
      ]
    case 'drop-before':
      return [`${tableWords(change.old)} is gone: no statement may name it.`]
    case 'add-part':
      return [
        `Nothing to change: rows of ${table} find their way to ${list(change.parts.map((p) => p.name))}.`,
      ]
    case 'drop-part':
      return [
        change.keep
          ? `Rows of ${tableWords(change.part)} are no longer found in ${table}: it is a table by itself.`
          : `Rows of ${table} that lay in ${change.part.name} are gone.`,
      ]
    case 'drop-table':
      return [`${table} is gone: no statement may name it.`]
    case 'take-check':
      return [`${table} refuses what the check ${change.check} of ${tableWords(change.from)} refuses.`]
    case 'prove-parts':
    case 'prove-beside':
    case 'prove-same':
      return []
  }
}
