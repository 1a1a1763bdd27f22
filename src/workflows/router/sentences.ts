/** The sentences that the router must get right, in groups: what each is run as, or that it is not run. */
import type { RouteParams, Vocabulary, WorkflowId } from './types.ts'

export { negative } from './sentences/negative.ts'
export { positive } from './sentences/positive.ts'

/** A match, with exactly these parameters: those of the group, unless a sentence brings its own. */
export type Positive = {
  vocabulary: Vocabulary
  workflow: WorkflowId
  params?: RouteParams
  sentences: (string | [sentence: string, params: RouteParams])[]
}

/** Never a match. `offers` are the commands that the answer names: exactly these, in this order. */
export type Negative = {
  vocabulary: Vocabulary
  kind?: 'unclear' | 'outside'
  offers?: string[]
  sentences: (string | [sentence: string, offers: string[]])[]
}
