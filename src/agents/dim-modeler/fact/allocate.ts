/**
 * Amounts of a header shared among its lines, so that they can be summed: each line gets what the running share is
 * more than that before it, and the last what is left, so that shares add up to the amount to the cent.
 */
import { named, selectLines } from '../../../refactor/house-sql.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { Measure } from '../../data-modeler/fact/types.ts'
import { cast, castOf, type Making } from './making.ts'
import { byOf } from './measures.ts'
import { CHANGED, type Cte, needsChanged, whereLines } from './steps.ts'

type Shared = { measure: Measure; written: string }

export function allocated({ recommendation, writing }: Making): Shared[] {
  return recommendation.measures
    .filter((m) => m.way === 'allocate')
    .map((measure) => ({ measure, written: writtenName(measure.name, writing.adapter) }))
}

const POSITION = 'share_position'
const PARTS = 'share_count'

export function allocateSteps(
  making: Making,
  { from, conditions, free }: { from: string; conditions: string[]; free: (...names: string[]) => string },
): Cte[] {
  const { writing, holding, word } = making
  const { style } = writing
  const shared = allocated(making)
  const columns = holding.all.map((h) => h.written)
  const changed = needsChanged(making) ? [CHANGED] : []
  if (shared.length === 0)
    return conditions.length === 0
      ? []
      : [
          {
            name: free('standing', 'not_deleted'),
            lines: [
              ...selectLines(
                style,
                [...holding.all.filter((h) => h.kept).map((h) => h.written), ...changed],
                from,
              ),
              ...whereLines(word, conditions, []),
            ],
          },
        ]
  const weighed = free('weighed', 'weighed_lines')
  const kept = holding.all.filter((h) => h.kept).map((h) => h.written)
  return [
    {
      name: weighed,
      lines: [
        ...selectLines(style, [...columns, ...changed, ...weights(making)], from),
        ...whereLines(word, conditions, []),
      ],
    },
    {
      name: free('allocated', 'allocated_lines'),
      lines: selectLines(
        style,
        [...kept, ...shared.map((s) => named(style, shareSql(making, s), s.written)), ...changed],
        weighed,
      ),
    },
  ]
}

/** The names of the running and the whole weight of what is gone by. */
function weightNames(making: Making, measure: Measure): { until: string; total: string; weight: string } {
  const { held, placed } = byOf(making, measure)
  const name = (end: string) => writtenName(`${held.name}_${end}`, making.writing.adapter)
  const weight = `${making.word('coalesce')}(${castOf(making, placed, held.written)}, 0)`
  return { until: name('until_here'), total: name('of_all'), weight }
}

function weights(making: Making): string[] {
  const { writing, holding, recommendation, word } = making
  const { style } = writing
  const keys = (recommendation.header?.on ?? []).map((o) => holding.ofEvents(o.events).written).join(', ')
  const order = recommendation.grain.columns.map((c) => holding.ofEvents(c).written).join(', ')
  const whole = `${word('over')} (${word('partition by')} ${keys})`
  const running = (rows: string) =>
    `${word('over')} (${word('partition by')} ${keys} ${word('order by')} ${order}${rows})`
  const by = [
    ...new Map(
      allocated(making).flatMap(({ measure }) =>
        measure.by === null ? [] : [[measure.by, weightNames(making, measure)] as const],
      ),
    ).values(),
  ]
  return [
    named(style, `${word('row_number')}() ${running('')}`, POSITION),
    named(style, `${word('count')}(*) ${whole}`, PARTS),
    ...by.flatMap(({ until, total, weight }) => [
      named(
        style,
        `${word('sum')}(${weight}) ${running(` ${word('rows between unbounded preceding and current row')}`)}`,
        until,
      ),
      named(style, `${word('sum')}(${weight}) ${whole}`, total),
    ]),
  ]
}

function shareSql(making: Making, { measure }: Shared): string {
  const { holding, word } = making
  const { indent } = making.writing.style
  const held = holding.of(measure)
  const amount = castOf(making, measure, held.written)
  const type = measure.cast?.type ?? held.type
  const scale = scaleOf(type)
  const double = doubleType(making.writing.adapter)
  const w = measure.by === null ? null : weightNames(making, measure)
  const part = (of: string, all: string) =>
    `${word('round')}(${cast(making, `${amount} * (${cast(making, of, double)} / ${all})`, '{{ dbt.type_numeric() }}')}, ${scale})`
  const upTo = (end: string, until: string, position: string) =>
    [
      word('case'),
      ...[end, ...(w ? [`${word('when')} ${w.total} <> 0 ${word('then')} ${part(until, w.total)}`] : [])],
      `${word('else')} ${part(position, PARTS)}`,
    ]
      .map((line, i) => (i === 0 ? line : indent + line))
      .concat(word('end'))
  const here = upTo(
    `${word('when')} ${POSITION} = ${PARTS} ${word('then')} ${amount}`,
    w?.until ?? '',
    POSITION,
  )
  const before = upTo(
    `${word('when')} ${POSITION} = 1 ${word('then')} 0`,
    w ? `(${w.until} - ${w.weight})` : '',
    `(${POSITION} - 1)`,
  )
  const [first = '', ...rest] = before
  const lines = [...here, `- ${first}`, ...rest].map((line) => indent + line)
  return [
    `${word('cast')}(`,
    ...lines,
    `${indent}${word('as')} ${/["'`{]/.test(type) ? type : word(type.toLowerCase())}`,
    ')',
  ].join('\n')
}

/** Digits behind the point of the amount; cents where its type does not say. */
function scaleOf(type: string): number {
  const [, scale] = /\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(type) ?? []
  if (scale !== undefined) return Number(scale)
  return /int/i.test(type) ? 0 : 2
}

function doubleType(adapter: string): string {
  if (adapter === 'bigquery') return 'float64'
  return adapter === 'databricks' || adapter === 'spark' ? 'double' : 'double precision'
}
