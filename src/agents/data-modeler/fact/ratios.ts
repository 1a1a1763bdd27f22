/** Numbers that are the quotient of two others: found in the sample, proven on all rows. Their parts add up, they do not. */
import { numberOf } from '../../../project/profile/arithmetic.ts'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import type { Lab, Side } from './lab.ts'

export type Ratio = { of: string; per: string; percent: boolean; rows: number }

const MOST_COLUMNS = 12
const MOST_SAMPLE = 500
/** Fewer rows agree by chance. */
const FEWEST_ROWS = 10

type Numbers = { column: ColumnProfile; values: number[] }
type Candidate = Omit<Ratio, 'rows'> & { column: string; within: number }

export async function ratiosOf(
  lab: Lab,
  side: Side,
  columns: ColumnProfile[],
): Promise<ReadonlyMap<string, Ratio>> {
  const { profile, sample } = side
  const numbers = columns.slice(0, MOST_COLUMNS).map((column): Numbers => {
    const at = profile.columns.findIndex((c) => c.name === column.name)
    return { column, values: sample.slice(0, MOST_SAMPLE).map((row) => numberOf(row[at])) }
  })
  const known = (names: string[]) =>
    profile.formulas.some((f) => names.every((n) => n === f.whole || f.parts.includes(n)))
  const candidates = numbers.flatMap((ratio) => {
    for (const of of numbers)
      for (const per of numbers) {
        if (ratio === of || of === per || ratio === per) continue
        if (known([ratio.column.name, of.column.name, per.column.name])) continue
        const found = quotient(ratio, of, per)
        if (found) return [found]
      }
    return []
  })
  const answers = await lab.manyNumbers(candidates.map((c) => statement(lab, side, c)))
  return new Map(
    candidates.flatMap(({ column, of, per, percent }, i): [string, Ratio][] => {
      const [rows = 0, wrong] = answers[i] ?? []
      return rows >= FEWEST_ROWS && wrong === 0 ? [[column, { of, per, percent, rows }]] : []
    }),
  )
}

function quotient(ratio: Numbers, of: Numbers, per: Numbers): Candidate | null {
  if (new Set(per.values.filter(Number.isFinite)).size < 3) return null
  const within = 0.5 * 10 ** -decimalsOf(ratio.values) + 1e-9
  for (const percent of [false, true]) {
    // A whole number is a quotient by rounding only: what counts pieces would be one of amount and price.
    if (ratio.column.kind === 'integer' && !percent) continue
    const seen = new Set<number>()
    const holds = ratio.values.every((r, i) => {
      const [a, b] = [of.values[i] ?? Number.NaN, per.values[i] ?? Number.NaN]
      if (!Number.isFinite(r + a + b) || b === 0) return true
      if (Math.abs(r - ((percent ? 100 : 1) * a) / b) > within) return false
      if (a !== 0 && Math.abs(b) !== 1) seen.add(r)
      return true
    })
    if (holds && seen.size >= Math.min(FEWEST_ROWS, 5))
      return { column: ratio.column.name, of: of.column.name, per: per.column.name, percent, within }
  }
  return null
}

/** As it is stored: a quotient is rounded to them. Floats keep all that they can. */
function decimalsOf(values: number[]): number {
  const digits = values.filter(Number.isFinite).map((v) => (String(v).split('.')[1] ?? '').length)
  return Math.min(9, Math.max(0, ...digits))
}

function statement({ dialect: { quote } }: Lab, { profile }: Side, c: Candidate): string {
  const double = (name: string) => `cast(${quote(name)} as double precision)`
  const made = `${c.percent ? '100 * ' : ''}${double(c.of)} / nullif(${double(c.per)}, 0)`
  const off = `abs(${double(c.column)} - ${made})`
  return `select count(${off}), count(case when ${off} > ${c.within * 1.0001} then 1 end) from ${profile.relation}`
}
