import { expect, it } from 'vitest'
import { differingColumns } from './unit.ts'

it('tells the columns in which rows of a unit test differ', () => {
  const head = '\n\nactual differs from expected:\n\n@@ ,id,total,state\r\n'
  expect(differingColumns(`${head}   ,1 ,5    ,a\r\n→  ,2 ,10→20,b\r\n`)).toEqual({
    columns: ['total'],
    rows: 'changed',
  })
  expect(differingColumns(`${head}+++,2,1,a\r\n---,3,1,a\r\n`)).toEqual({
    columns: ['id', 'total', 'state'],
    rows: 'other',
  })
  expect(differingColumns(`${head}---,3,1,a\r\n`)?.rows).toBe('fewer')
  expect(differingColumns('no table')).toBeNull()
})
