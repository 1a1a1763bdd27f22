/** From a recommendation to the files of a date or a time dimension and what must be so of it. Reads only. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { modelCalled } from '../../../../project/conventions/names.ts'
import { dialectOf } from '../../../../project/profile/sql.ts'
import { dimensionsOf } from '../../../../project/stars.ts'
import { localTimeSql } from '../../../../refactor/business-time.ts'
import {
  type CalendarSettings,
  DAY_ZERO,
  dayParts,
  FIRST_DAY,
  LAST_DAY,
} from '../../../../refactor/calendar.ts'
import type { Claim, Plan, RefactorContext } from '../../../../refactor/types.ts'
import { writtenName } from '../../../../refactor/written.ts'
import { castSql } from '../../../data-modeler/casts/casts.ts'
import { dimensionName } from '../../../data-modeler/dimension/conformed.ts'
import type { CalendarRecommendation, ClockRecommendation } from '../../../data-modeler/dimension/types.ts'
import type { OriginColumn } from '../../../data-modeler/types.ts'
import { type Documentation, ended } from '../../document.ts'
import type { Made, Modelled } from '../../modelled.ts'
import { folderOf, openWriting, readsOf, type Writing, writeModel } from '../../writing.ts'
import { dateParts, type Part, timeParts } from './columns.ts'
import { type DayRead, dateSql, daysSql, storedName, timeSql, writer } from './sql.ts'
import { calendarTest } from './unit-test.ts'

const KEY_TESTS = [{ test: 'unique' }, { test: 'not_null' }]

export async function planCalendar(
  context: RefactorContext,
  recommendation: CalendarRecommendation,
  open?: Writing,
): Promise<Modelled> {
  const writing = open ?? (await openWriting(context))
  const { style, adapter } = writing
  const { modeling } = context.project.config
  const model = dimensionName(context.graph, style, recommendation.entity)
  const { reads, staged } = await dayReads(writing, recommendation)
  const days = await writeDays(writing, recommendation, reads)
  const folder = dimensionFolder(writing)
  const parts = dateParts(modeling, writer(writing), '')
  const made = await writeModel(writing, {
    name: model,
    folder,
    sql: (materialized) => dateSql(modeling, days.name, { style, folder, adapter, materialized }),
    documentation: {
      ...documentationOf(
        writing,
        parts,
        ['date_key', 'date_day'],
        `Date dimension (SCD type 0). One row per day of ${days.name}, and two for what is unknown (-1) and not applicable (-2)`,
      ),
      ...calendarTest(context, { style, adapter, model, days: days.name, settings: modeling }),
    },
  })
  return {
    made: [made, days.made],
    words: calendarWords(recommendation, { model, days: days.name, style, settings: modeling }),
    plan: await planOf(writing, model, recommendation, [
      ...staged,
      {
        kind: 'calendar',
        of: 'days',
        node: made.node,
        columns: columnsOf(style, parts),
        settings: settingsOf(modeling),
        covers: recommendation.covers.map((c) => ({
          node: c.id,
          column: c.column.name,
          day: dayOf(
            writing,
            c.column,
            castSql({ sql: c.cast ?? '{column}' }, dialectOf(adapter).quote(c.column.name)),
          ),
          from: c.from,
          to: c.to,
        })),
      },
    ]),
  }
}

export async function planClock(
  context: RefactorContext,
  recommendation: ClockRecommendation,
  open?: Writing,
): Promise<Modelled> {
  const writing = open ?? (await openWriting(context))
  const { style, adapter } = writing
  const model = dimensionName(context.graph, style, recommendation.entity)
  const folder = dimensionFolder(writing)
  const parts = timeParts(writer(writing), '')
  const made = await writeModel(writing, {
    name: model,
    folder,
    sql: (materialized) => timeSql({ style, folder, adapter, materialized }),
    documentation: documentationOf(
      writing,
      parts,
      ['time_key', 'time_label'],
      'Time dimension (SCD type 0). One row per minute of a day, and two for what is unknown (-1) and not applicable (-2)',
    ),
  })
  return {
    made: [made],
    words: [
      `${model}, one row per minute: 1,440; natural key ${storedName(style, 'time_label')} (13:05), key ${storedName(style, 'time_key')} as hhmm, which a fact works out of its time without a join.`,
      `Attributes: ${attributesOf(style, parts)}.`,
      'Type 0: a day never changes.',
      'Members Unknown (-1), for what has no time, and Not applicable (-2), for what has only a day; no attribute of them is null.',
    ],
    plan: await planOf(writing, model, recommendation, [
      {
        kind: 'calendar',
        of: 'minutes',
        node: made.node,
        columns: columnsOf(style, parts),
        settings: settingsOf(context.project.config.modeling),
        covers: [],
      },
    ]),
  }
}

async function planOf(
  { files }: Writing,
  model: string,
  { notes }: { notes: string[] },
  claims: Claim[],
): Promise<Plan> {
  const title = `Add dimension ${model}`
  return {
    title,
    changes: await files.changeSet(title),
    claims: [{ kind: 'builds' }, ...claims],
    notes,
    next: [{ command: `martsmith pipeline --select +${model}`, why: 'builds it in the warehouse' }],
  }
}

async function dayReads(
  writing: Writing,
  { reads, bounds }: CalendarRecommendation,
): Promise<{ reads: DayRead[]; staged: Claim[] }> {
  const models = new Map<string, Awaited<ReturnType<typeof readsOf>>>()
  for (const read of reads) models.set(read.id, await readsOf(writing, read))
  return {
    reads: bounds.flatMap(({ read, column, from, to }) => {
      const model = models.get(read)
      if (!model) return []
      const written = writtenName(model.renamed.get(column.name) ?? column.name, writing.adapter)
      const inside = from === FIRST_DAY && to === LAST_DAY ? null : { from, to }
      return [{ model: model.name, day: dayOf(writing, column, written), inside }]
    }),
    staged: [...models.values()].flatMap((m) => m.claims),
  }
}

function dayOf({ context, style, adapter }: Writing, { type }: OriginColumn, sql: string): string {
  return localTimeSql(sql, { type, zones: context.project.config.modeling, style, adapter })
}

async function writeDays(
  writing: Writing,
  { yearsAhead }: CalendarRecommendation,
  reads: DayRead[],
): Promise<{ name: string; made: Made }> {
  const { context, style, adapter } = writing
  const between = Object.values(context.graph.manifest.nodes).filter(
    (n) => n.resource_type === 'model' && /^(int|prep)(_|(?=\p{Lu}))/iu.test(n.name),
  )
  const isLayered = /^marts?\b/i.test(style.martsFolder)
  const folder =
    between.length > 0 || !isLayered
      ? folderOf(writing, between.length > 0 ? between : dimensionsIn(writing))
      : 'intermediate'
  const prefix =
    /^(int|prep)(_|(?=\p{Lu}))/iu.exec(between[0]?.name ?? '')?.[0] ?? style.folder(folder).prefix ?? 'int_'
  const name = modelCalled(style, prefix, 'calendar_days')
  const day = storedName(style, 'date_day')
  const said = (text: string) => ended(style, text)
  const made = await writeModel(writing, {
    name,
    folder,
    sql: (materialized) => daysSql({ reads, yearsAhead }, { style, folder, adapter, materialized }),
    documentation: {
      model: said(
        `Every day from the first year that the data has to ${yearsAhead} years after the last. One row per day; it grows with the data, and asks no clock`,
      ),
      columns: [
        {
          column: day,
          quoted: writtenName(day, adapter) !== day,
          description: said('The day. Primary key'),
          tests: KEY_TESTS,
        },
      ],
    },
  })
  return { name, made }
}

function documentationOf(
  { style, adapter }: Writing,
  parts: Part[],
  keys: string[],
  model: string,
): Documentation {
  return {
    model: ended(style, model),
    columns: parts.map(({ name, description }) => {
      const column = storedName(style, name)
      return {
        column,
        quoted: writtenName(column, adapter) !== column,
        description: ended(style, description),
        tests: keys.includes(name) ? KEY_TESTS : [],
      }
    }),
  }
}

function dimensionFolder(writing: Writing): string {
  return folderOf(writing, dimensionsIn(writing))
}

function dimensionsIn({ context, style }: Writing) {
  return dimensionsOf(context.graph, style.dimensionPrefix)
}

function columnsOf(style: HouseStyle, parts: Part[]): Record<string, string> {
  return Object.fromEntries(parts.map(({ name }) => [name, storedName(style, name)]))
}

function attributesOf(style: HouseStyle, parts: Part[]): string {
  return parts
    .slice(2)
    .map(({ name }) => storedName(style, name))
    .join(', ')
}

function settingsOf(settings: CalendarSettings): CalendarSettings {
  const { fiscal_year_starts, fiscal_year_named, week_starts } = settings
  return { fiscal_year_starts, fiscal_year_named, week_starts }
}

function calendarWords(
  { first, last, yearsAhead }: CalendarRecommendation,
  {
    model,
    days,
    style,
    settings,
  }: { model: string; days: string; style: HouseStyle; settings: CalendarSettings },
): string[] {
  const count = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1
  const parts = Object.keys(dayParts(DAY_ZERO, settings)).map((name) => ({ name, sql: '', description: '' }))
  const fiscal = parts.find((p) => p.name === 'fiscal_year_number')
  return [
    `${model}, one row per day, ${first} to ${last} today: ${count.toLocaleString('en-US')}; natural key ${storedName(style, 'date_day')}, key ${storedName(style, 'date_key')} as yyyymmdd, which a fact works out of its date without a join.`,
    `Its days are those of ${days}: whole years of the data, and ${yearsAhead} more for plans and due dates. They grow with the data; no clock is asked, so that the same data always give the same days.`,
    `Attributes: ${attributesOf(style, parts)}.`,
    fiscal
      ? `Fiscal years by martsmith.yml: from month ${settings.fiscal_year_starts} on, named by the year they ${settings.fiscal_year_named} in.`
      : 'No fiscal year: modeling.fiscal_year_starts in martsmith.yml says when one begins.',
    'Type 0: a day never changes.',
    'Members Unknown (-1), for what has no date, and Not applicable (-2), for what has not happened yet; no attribute of them is null.',
  ]
}
