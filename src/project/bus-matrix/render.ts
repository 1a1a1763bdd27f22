/** The bus matrix as a Markdown table: one line per fact, one column per dimension, roles where there are several. */
import { markdownTable } from 'markdown-table'
import type { BusMatrix, Use } from './matrix.ts'

/** Where a project keeps it, below its dbt folder. */
export const BUS_MATRIX_FILE = 'docs/bus-matrix.md'

/** Only a file with it is written again. */
export const MATRIX_MARK = 'Written by `martsmith bus-matrix`'

export function matrixTable({
  facts,
  dimensions,
  uses,
}: Pick<BusMatrix, 'facts' | 'dimensions' | 'uses'>): string {
  const used = dimensions.filter((d) => uses.some((u) => u.dimension === d))
  const unused = dimensions.filter((d) => !used.includes(d))
  const columns = [...used, ...unused]
  const rows = facts.map((fact) => [
    fact,
    ...columns.map((d) => cell(uses.filter((u) => u.fact === fact && u.dimension === d))),
  ])
  return markdownTable([['Fact', ...columns], ...rows], { stringLength: (text) => [...text].length })
}

export function matrixFile(matrix: Pick<BusMatrix, 'facts' | 'dimensions' | 'uses'>): string {
  return [
    '# Bus matrix',
    '',
    'Which dimension each fact table has; where it has one in other roles than its own, their names.',
    `${MATRIX_MARK}, and again with each new fact table: edits are overwritten.`,
    '',
    matrixTable(matrix),
    '',
  ].join('\n')
}

/** `x` for the dimension under its own name, else its roles. */
function cell(uses: Use[]): string {
  const roles = uses.map(({ column, key }) => {
    const end = column.toLowerCase().lastIndexOf(key.toLowerCase())
    return end > 0 ? column.slice(0, end).replace(/[^\p{L}\p{N}]+$/u, '') : ''
  })
  const named = [...new Set(roles.map((r) => r || 'x'))]
  return named.join(', ')
}
