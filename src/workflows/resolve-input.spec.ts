import { describe, expect, it } from 'vitest'
import { fillTitle, resolveInput } from './resolve-input.ts'

const from = { params: { select: '+x', force: false }, steps: { build: { tested: ['t1'] } } }

describe('inputs of steps', () => {
  it('refer to parameters and to outputs of earlier steps', () => {
    expect(resolveInput({ select: '$params.select', proven: '$steps.build.tested', n: 3 }, from)).toEqual({
      select: '+x',
      proven: ['t1'],
      n: 3,
    })
  })

  it('are null where there is nothing, and reach no inherited property', () => {
    expect(resolveInput({ a: '$steps.gone.x', b: '$params.constructor' }, from)).toEqual({ a: null, b: null })
  })

  it('fill titles', () => {
    expect(fillTitle('dbt build{selection}', { selection: ' --select +x' })).toBe('dbt build --select +x')
  })
})
