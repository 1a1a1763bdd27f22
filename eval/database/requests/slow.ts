/** Queries that take too long. */
import type { Request } from '../types.ts'

const family = 'slow queries' as const

export const slow: Request[] = [
  {
    name: 'tracks-by-composer',
    house: 'chinook',
    family,
    ask: "This query is slow: select [track id], [name] from [track] where [composer] = 'AC/DC', must be under 20 ms",
    wanted: { kind: 'done', checks: [{ index: ['track', ['composer']] }], touches: ['track'] },
  },
  {
    name: 'latest-results',
    house: 'clinic',
    family,
    ask: "select [value] from [lab result] where [analyte] = 'glucose' and [taken at] > '2025-05-01' order by [taken at] takes far too long, it should need less than 50 ms",
    wanted: {
      kind: 'done',
      checks: [{ index: ['lab result', ['analyte', 'taken at']] }],
      touches: ['lab result'],
    },
  },
  {
    name: 'report-in-a-file',
    house: 'group',
    family,
    ask: 'This query is slow: reports/open.sql, must be under 30 ms',
    files: {
      'reports/open.sql':
        "-- what is still open\nselect [id], [amount] from [sal_order_lines] where [code] = 'SAL-77' and [status] = 'open';\n",
    },
    wanted: {
      kind: 'done',
      checks: [{ index: ['sal_order_lines', ['code']] }],
      touches: ['sal_order_lines'],
    },
  },
]
