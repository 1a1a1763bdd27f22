import { expect, it } from 'vitest'
import { settle } from '../../project/conventions/types.ts'
import { styleReview } from './style.ts'

const usual = (id: 'keywords' | 'commas', choice: string) => {
  const found = settle({ id, votes: [{ place: 'a', choice }] })
  return found ? [found] : []
}
const file = { path: 'models/a.sql', text: 'select\n    a,\n    b\nfrom {{ ref("x") }}\nwhere a > 1\n' }

it('DIM-6: a file is held against what is usual in the project, and what martsmith.yml says goes first', () => {
  const conventions = [...usual('keywords', 'upper'), ...usual('commas', 'trailing')]
  const review = styleReview(file, '', { conventions, config: {} })
  expect(review.held).toEqual(['commas'])
  expect(review.broken.join()).toMatch(/keywords: .*lower.* here, .*upper.* in the project/i)
  expect(styleReview(file, '', { conventions, config: { keywords: 'lower' } }).broken).toEqual([])
})
