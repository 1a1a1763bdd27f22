/** Keys, degenerate dimensions, flags and measures: what of a fact is read as it stands, or cast. */
import { keyColumn, surrogateKeySql } from '../../../project/conventions/names.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { Measure, Placed } from '../../data-modeler/fact/types.ts'
import { freeName } from '../dimension/table/design.ts'
import { attributeWords, capital, ended, withNote } from '../document.ts'
import type { Held } from './held.ts'
import { castOf, type FactColumn, type Making } from './making.ts'
import { isKeyedBefore } from './steps.ts'

/** The column that numbers rows which nobody can tell apart. */
export const COPY = 'copy_number'

export function factKey(making: Making, columns: string[], taken: string[]): FactColumn {
  const { writing, recommendation, textType } = making
  const { grain, entity } = recommendation
  const name = freeName(keyColumn(writing.style, entity), taken)
  const of = grain.by === 'key' ? grain.columns.map((c) => c.name).join(', ') : 'all columns of the row'
  const numbered = grain.by === 'copies' && grain.copies === 0 ? ' and the number of its copy' : ''
  return {
    name,
    written: writtenName(name, writing.adapter),
    part: 'key',
    sql: (at) => {
      const written = writtenName(name, writing.adapter)
      return isKeyedBefore(making) ? at(written) : surrogateKeySql(writing.style, columns.map(at), textType)
    },
    description: ended(writing.style, `Surrogate key of the fact, made of ${of}${numbered}. Primary key`),
    tests: [{ test: 'unique' }, { test: 'not_null' }],
  }
}

export function plainColumn(making: Making, placed: Placed, part: 'degenerate' | 'flag'): FactColumn {
  const { holding, writing, said, thing, recommendation } = making
  const held = holding.of(placed)
  const isGrain =
    recommendation.grain.by === 'key' &&
    recommendation.grain.columns.some((c) => c.name === placed.column.name) &&
    held.from === 'events'
  const asSaid = placed.cast
    ? 'True or false; null where the source says neither'
    : 'Stays on the fact as it is'
  const note = part === 'flag' ? asSaid : 'Degenerate dimension'
  return {
    name: held.name,
    written: held.written,
    part,
    sql: (at) => castOf(making, placed, at(held.written)),
    description: ended(
      writing.style,
      withNote(said(held) || attributeWords(held.name, thing), isGrain ? `${note}, part of the grain` : note),
    ),
    tests: isGrain ? [{ test: 'not_null' }] : [],
  }
}

/** Amounts in several currencies add up within one of them only. */
function additivityWords({ additivity, within }: Measure): string {
  switch (additivity) {
    case 'additive':
      return within === undefined ? 'Additive' : `Additive within one ${within}`
    case 'semi-additive':
      return `Semi-additive: not to be summed over time${within === undefined ? '' : `, and within one ${within} only`}`
    case 'non-additive':
      return 'Non-additive: never to be summed'
  }
}

export function measureColumn(making: Making, measure: Measure): FactColumn {
  const { holding, writing, said, thing, header } = making
  const held = holding.of(measure)
  const { name, unit, additivity, way } = measure
  const other = way === 'product' && measure.by !== null ? byOf(making, measure) : null
  const text = said(held) || attributeWords(name, thing)
  const notes = [
    ...(unit === null || text.toLowerCase().includes(unit.toLowerCase()) ? [] : [capital(unitWords(unit))]),
    ...(way === 'allocate'
      ? [
          `The ${thing}'s share of ${held.name} of ${header?.name ?? 'its header'}, ${measure.by === null ? 'in equal parts' : `by ${measure.by}`}; shares add up to it`,
        ]
      : []),
    ...(new RegExp(additivity, 'i').test(text) ? [] : [additivityWords(measure)]),
  ]
  return {
    name,
    written: writtenName(name, writing.adapter),
    part: 'measure',
    sql: (at) => {
      if (way === 'allocate') return at(writtenName(name, writing.adapter))
      const read = castOf(making, measure, at(held.written))
      return other ? `${read} * ${castOf(making, other.placed, at(other.held.written))}` : read
    },
    description: ended(writing.style, withNote(text, notes.join('. '))),
    tests: [],
  }
}

/** The column that a measure is multiplied or shared by, cast as the measure of that column is. */
export function byOf(
  { holding, recommendation }: Making,
  { by, from }: Measure,
): { held: Held; placed: Placed } {
  const column = holding.all.find((h) => h.stored === by && (h.from === from || h.from === 'events'))
  if (!column) throw new Error(`${by} is not held`)
  const twin = recommendation.measures.find((m) => m.column.name === by && m.from === column.from)
  const { name: _, ...rest } = column
  return { held: column, placed: twin ?? { from: rest.from, column } }
}

function unitWords(unit: string): string {
  return unit.startsWith('column ') ? `in the currency or unit of ${unit.slice(7)}` : `in ${unit}`
}
