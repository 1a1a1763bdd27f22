import { describe, expect, it } from 'vitest'
import { failureLines } from './builds.ts'

describe('what a failure says', () => {
  it('has the two first lines, and of a unit test the rows that differ', () => {
    expect(failureLines('Fails now: a', null)).toEqual(['Fails now: a'])
    expect(failureLines('Fails now: a', 'Binder Error:\n  no column x\nLINE 1')).toEqual([
      'Fails now: a: Binder Error: no column x',
    ])
    const message = '\n\nactual differs from expected:\n\n@@ ,id,total\r\n   ,1 ,5    \r\n→  ,2 ,10→20\r\n'
    expect(failureLines('Fails now: t', message)).toEqual([
      'Fails now: t: actual differs from expected',
      '  @@ ,id,total',
      '  →  ,2 ,10→20',
    ])
    const many = `differs:\n@@ ,id\n${Array.from({ length: 9 }, (_, i) => `+++,${i}`).join('\n')}`
    expect(failureLines('t', many).at(-1)).toBe('  and 3 more rows')
  })
})
