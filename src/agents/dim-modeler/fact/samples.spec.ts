import { expect, it } from 'vitest'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { sample } from './samples.ts'

it('FACT-5: made-up values are such as their types hold', () => {
  const of = (kind: OriginColumn['kind'], type: string, n: number) => sample({ kind, type }, n)
  expect(of('number', 'decimal(3, 2)', 9)).toBe(9)
  expect(of('number', 'numeric(3,2)', 10)).toBeUndefined()
  expect(of('integer', 'HUGEINT', 21)).toBe(21)
  expect(of('text', 'varchar(2)', 1)).toBe('v1')
  expect(of('text', 'character varying(1)', 12)).toBe('c')
  expect(of('text', 'character(5)', 1)).toBe('v0100')
  expect(of('text', "ENUM('calm', 'it''s wild')", 2)).toBe("it's wild")
  expect(of('text', "ENUM('calm')", 2)).toBeUndefined()
  expect(of('text', 'USER-DEFINED', 1)).toBeUndefined()
  expect(of('timestamp', 'TIMESTAMP WITH TIME ZONE', 3)).toBe('2024-01-03 10:00:00')
})
