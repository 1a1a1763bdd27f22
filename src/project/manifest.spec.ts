import { expect, it } from 'vitest'
import { macroIds } from './manifest.ts'

it('a test of a name that nothing has lacks its macro, and the manifest is read all the same', () => {
  expect(macroIds.parse([null, 'macro.dbt.get_where_subquery'])).toEqual(['macro.dbt.get_where_subquery'])
  expect(macroIds.parse(null)).toEqual([])
})
