/** How a fact is kept up to date: its settings, and the rows that an incremental run reads. */

import { surrogateKeySql } from '../../../project/conventions/names.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { cast, type FactColumn, type Making } from './making.ts'
import { notDeleted } from './prepare.ts'
import { CHANGED, needsChanged } from './steps.ts'

export type Watermark = {
  name: string
  written: string
  type: string
  kind: OriginColumn['kind']
}

/** Null where it is built anew in every run. */
export function watermarkOf(making: Making): Watermark | null {
  const { recommendation, holding } = making
  const { load } = recommendation
  if (load.way === 'table' || !load.watermark) return null
  const held = holding.ofEvents(load.watermark)
  const { type, kind } = held
  return needsChanged(making)
    ? { name: CHANGED, written: CHANGED, type, kind }
    : { name: held.name, written: held.written, type, kind }
}

/** `updated_at >= (...)`: what came at the same moment is read again, so that nothing of it is lost. */
export function newRowsOf(making: Making, watermark: Watermark | null): string[] {
  if (!watermark) return []
  const { word, writing, recommendation } = making
  const { indent } = writing.style
  const { written, kind } = watermark
  const { lookbackDays } = recommendation.load
  const newest = `${word('max')}(${written})`
  const isTime = kind === 'timestamp' || kind === 'date'
  const from =
    isTime && lookbackDays > 0
      ? `{{ dbt.dateadd('day', -${lookbackDays}, '${newest.replaceAll("'", "\\'")}') }}`
      : newest
  const first = firstOf(making, watermark)
  return [
    `${written} >= (`,
    first === null
      ? `${indent}${word('select')} ${from}`
      : `${indent}${word('select coalesce')}(${from}, ${first})`,
    `${indent}${word('from')} {{ this }}`,
    ')',
  ]
}

/** What is before all: an empty table has no newest row. */
function firstOf(making: Making, { kind, type }: Watermark): string | null {
  switch (kind) {
    case 'timestamp':
    case 'date':
      return cast(making, "'1900-01-01'", type)
    case 'text':
      return "''"
    case 'integer':
    case 'number':
      return '-9223372036854775807'
    default:
      return null
  }
}

/** What its configuration says beside `materialized`. */
export function settingsOf(making: Making, key: FactColumn, keyColumns: string[]): Record<string, string> {
  const { recommendation, writing, events } = making
  const { load, deleted, grain } = recommendation
  if (load.way === 'table') return {}
  const isGone =
    deleted && grain.by === 'key'
      ? [
          `delete from {{ this }} where ${key.written} in (`,
          `select ${surrogateKeySql(writing.style, keyColumns, making.textType)} from {{ ref('${events.name}') }} where ${notDeleted(making, true)})`,
        ].join('')
      : null
  return {
    ...(load.strategy === null ? {} : { incremental_strategy: load.strategy }),
    unique_key: key.written,
    on_schema_change: 'append_new_columns',
    ...(isGone === null ? {} : { post_hook: isGone }),
  }
}
