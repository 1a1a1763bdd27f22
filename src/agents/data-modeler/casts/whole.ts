/**
 * Whole numbers that are written as text: amounts, or names of things? Storing them as text is a hint where the source has
 * columns for numbers too; in one where all is text it says nothing. What is known of the rows decides.
 */
import { count } from '../../../core/text.ts'
import { formulaCandidates } from '../../../project/profile/arithmetic.ts'
import type { Measured } from '../../../project/profile/inclusion.ts'
import type { Column, ColumnProfile } from '../../../project/profile/types.ts'
import { isCalled } from '../fact/names.ts'
import { unitInName } from '../fact/units.ts'

/** Fewer values are as well a list of codes. */
const FEW_VALUES = 20
const TELLING_ROWS = 10

export function isWhole(values: string[]): boolean {
  return values.every((v) => /^\s*-?\d+\s*$/.test(v))
}

/** Answers why a column is no amount; null where it is one. What all columns together say is found once. */
export function openWholes(side: Measured): (column: ColumnProfile, values: string[]) => string | null {
  const { profile } = side
  const isUntyped = profile.columns.every((c) => c.kind === 'text' || c.name.startsWith('_'))
  let calculated: ReadonlySet<string> | null = null
  return (column, values) => {
    const { name, distinct, nulls } = column
    const isAmountByName = isCalled('QUANTITY', name) || isCalled('MONEY', name) || unitInName(name) !== null
    if (isAmountByName || values.some((v) => Number(v) < -1)) return null
    calculated ??= calculatedIn(side)
    if (calculated.has(name)) return null
    const widths = new Set(values.map((v) => v.trim().length))
    if (widths.size === 1) return `all have ${count([...widths][0] ?? 0, 'digit')}, as codes do`
    const present = profile.rows - nulls - (column.blank ?? 0)
    if (distinct >= present && present >= TELLING_ROWS) return 'no value is repeated, so that they name rows'
    const named = profile.dependencies.find(
      (d) => d.from === name && d.proven && isWords(profile.columns.find((c) => c.name === d.to)),
    )
    if (named) return `each of them has one ${named.to}`
    if (distinct <= FEW_VALUES) return `they are ${distinct} values, as codes are few`
    return isUntyped ? null : 'other columns of the table are stored as numbers, and this one is not'
  }
}

function isWords(column: ColumnProfile | undefined): boolean {
  return column?.kind === 'text' && column.form !== 'whole number' && column.form !== 'number'
}

/** Columns that others are calculated from, or that are calculated of others: these are amounts. */
function calculatedIn({ profile, sample }: Measured): ReadonlySet<string> {
  const isNumeric = (at: number) => {
    const values = sample.flatMap((row) => (row[at] === null || row[at] === '' ? [] : [String(row[at])]))
    return values.length > 0 && values.every((v) => /^\s*-?\d+(\.\d+)?\s*$/.test(v))
  }
  const columns = profile.columns.map(
    (c, at): Column => (c.kind === 'text' && isNumeric(at) ? { ...c, kind: 'number' } : c),
  )
  return new Set(formulaCandidates(columns, sample).flatMap((f) => [f.whole, ...f.parts]))
}
