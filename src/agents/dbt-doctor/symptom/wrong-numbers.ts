/** What fails without an error: somebody says that the numbers are wrong. */
import type { FailureClass } from '../classes/types.ts'

export const WRONG_NUMBERS: FailureClass = {
  id: 'S01',
  title: 'numbers that are wrong, and no test that fails',
  meaning: 'Everything runs, and what it answers is not what it should be.',
  cause: 'A join, a condition or an expression on the way that loses rows, or counts them more than once.',
  look: [
    'the step that is named: whether it is meant so',
    'what else lets rows fall out on the way, in the evidence',
  ],
  signs: [],
}
