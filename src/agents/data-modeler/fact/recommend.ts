/** Finds the events of a process, looks at the data, and recommends a fact table, with evidence. Reads only. */
import { MartsmithError } from '../../../core/errors.ts'
import type { RefactorContext } from '../../../refactor/types.ts'
import type { Wanted } from '../types.ts'
import type { FactRecommendation } from './types.ts'

/** @throws MartsmithError `fact.*` where it cannot be recommended, with what was found. */
export async function recommendFact(_: RefactorContext, wanted: Wanted): Promise<FactRecommendation> {
  throw new MartsmithError({
    code: 'fact.not-built',
    message: `A fact table for ${wanted.subject} cannot be designed yet. Nothing was run.`,
  })
}
