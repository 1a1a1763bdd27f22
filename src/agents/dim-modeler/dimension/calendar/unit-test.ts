/** The unit test of a date dimension: days at which weeks, months and fiscal years turn. */
import type { Value } from '../../../../changes/yaml/data.ts'
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import {
  type CalendarSettings,
  DAY_ZERO,
  dayParts,
  MEMBERS,
  memberParts,
} from '../../../../refactor/calendar.ts'
import type { RefactorContext } from '../../../../refactor/types.ts'
import { namesColumns } from '../../quoted-rows.ts'
import { storedName } from './sql.ts'

/** Week 53, a Sunday of the year before's week, a leap day, week 1 of the next year. */
const TURNS = ['2020-12-31', '2021-01-03', '2024-02-29', '2024-12-30']
const TOLD = [
  'date_key',
  'day_of_week',
  'day_of_week_name',
  'is_weekend',
  'week_start_date',
  'iso_week_label',
  'month_end_date',
]

type Tested = { style: HouseStyle; adapter: string; model: string; days: string; settings: CalendarSettings }

/** dbt has unit tests since 1.8. */
export function calendarTest(
  { graph }: RefactorContext,
  { style, adapter, model, days, settings }: Tested,
): { unitTests?: Value[] } {
  const day = storedName(style, 'date_day')
  if (!hasUnitTests(graph.manifest.metadata.dbt_version) || !namesColumns(graph, adapter)(day)) return {}
  const fiscal = settings.fiscal_year_starts > 1
  const asked = [...TURNS, ...(fiscal ? fiscalTurn(settings.fiscal_year_starts) : [])].sort()
  const told = [
    ...TOLD,
    ...(fiscal
      ? ['fiscal_month_of_year', 'fiscal_quarter_of_year', 'fiscal_year_number', 'fiscal_year_label']
      : []),
  ]
  const like = dayParts(DAY_ZERO, settings)
  const all = [...asked.map((d) => dayParts(d, settings)), ...MEMBERS.map((m) => memberParts(like, m))]
  return {
    unitTests: [
      {
        name: `${model}_turns_weeks_${fiscal ? 'months_and_fiscal_years' : 'and_months'}`,
        description: `Days at which weeks, months${fiscal ? ', fiscal years' : ''} and years turn.`,
        model,
        given: [{ input: `ref('${days}')`, rows: asked.map((d) => ({ [day]: d })) }],
        expect: {
          rows: all.map((parts) =>
            Object.fromEntries(told.map((name) => [storedName(style, name), parts[name] ?? ''])),
          ),
        },
      },
    ],
  }
}

/** The last day of a fiscal year, and the first of the next. */
function fiscalTurn(starts: number): string[] {
  const first = new Date(Date.UTC(2024, starts - 1, 1))
  const last = new Date(first.getTime() - 86_400_000)
  return [last, first].map((d) => d.toISOString().slice(0, 10))
}

export function hasUnitTests(dbtVersion: string): boolean {
  const [major = 0, minor = 0] = dbtVersion.split('.').map(Number)
  return major > 1 || (major === 1 && minor >= 8)
}
