import { expect, it } from 'vitest'
import type { ColumnProfile } from '../../../project/profile/types.ts'
import { flagDimensions, trueOrFalse } from './flags.ts'
import { column, lab, side } from './test-lab.ts'

const yes = (name: string) => column(name, 'text', { distinct: 2, form: 'yes or no', min: 'N', max: 'Y' })
const gift = column('is_gift', 'boolean', { distinct: 2 })
const color = column('color', 'text', { distinct: 2, min: 'green', max: 'yellow' })
const deleted = column('is_deleted', 'boolean', { distinct: 2 })
const flagged = (flags: ColumnProfile[]) =>
  flagDimensions(
    lab(() => [7]),
    side('stg_orders', flags),
    { from: 'events', codes: [], flags },
    [],
  )
const names = (columns: ColumnProfile[]) => columns.map((c) => c.name)

it('FACT-3: several flags are one junk dimension, a boolean in words; what marks deleted rows is none of them', async () => {
  const { dimensions, flags, codes } = await flagged([gift, yes('express'), color, deleted])
  expect(names(codes)).toEqual(['color'])
  expect(names(flags)).toEqual(['is_deleted'])
  expect(dimensions).toHaveLength(1)
  expect(dimensions[0]).toMatchObject({
    role: 'order_flag',
    each: true,
    of: 'stg_orders.is_gift,express',
    missing: {
      subject: 'order flags',
      natural: [
        { name: 'is_gift', kind: 'text' },
        { name: 'express', kind: 'text' },
      ],
    },
    nulls: 7,
  })
  expect(dimensions[0]?.columns[0]?.cast?.sql).toContain("when not {column} then 'No'")
})

it('FACT-3: one flag alone stays on the fact, and it is said', async () => {
  const { dimensions, flags, notes } = await flagged([yes('express')])
  expect(dimensions).toEqual([])
  expect(names(flags)).toEqual(['express'])
  expect(notes.join(' ')).toContain('express is the one flag of stg_orders')
})

it('FACT-3: a yes or no in letters is read as true or false, where both values say which', () => {
  const read = (min: string | null, max: string | null) =>
    trueOrFalse(column('x', 'text', { distinct: 2, form: 'yes or no', min, max }))
  expect(read('J', 'N')).toEqual({
    sql: "case when upper(trim({column})) = 'J' then true when upper(trim({column})) = 'N' then false end",
    type: 'boolean',
  })
  expect(read('no', 'yes')?.sql).toContain("= 'YES' then true")
  expect(read('Y', 'Yes'), 'both say yes').toBeNull()
  expect(read('N', null), 'who knows what the other would be').toBeNull()
  expect(trueOrFalse(color)).toBeNull()
})
