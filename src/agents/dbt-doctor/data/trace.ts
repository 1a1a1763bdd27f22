/** A data test that found rows, followed to the step in which they are born, with what could mend it there. */
import type { ManifestNode } from '../../../project/manifest.ts'
import { type Asked, askedBy } from './asked.ts'
import { badIn } from './bad-rows.ts'
import { decisionLines } from './decision.ts'
import type { Idea } from './ideas/idea.ts'
import { ideasFor } from './ideas/index.ts'
import type { Look } from './look.ts'
import { orphanIn } from './orphans.ts'
import { type Quarantine, quarantineOf } from './quarantine.ts'
import { repeatedIn } from './repeated.ts'
import { notAsItsSql } from './standing.ts'
import { type Culprit, isExample, type Trail } from './types.ts'

export type Trace = {
  culprit: Omit<Culprit, 'spot' | 'also' | 'wrong'>
  trail: Trail
  /** What could mend it where it is born. */
  ideas: Idea[]
  /** What a person can decide, where the source is wrong. */
  decision: string[]
  /** The wrong rows of a source beside its staging model: for a person to choose. */
  quarantine: Quarantine | null
}

/** Null where it is not known what the test asks, nor does what it reads tell. */
export async function traced(
  look: Look,
  test: ManifestNode,
  /** `values`: whether values of rows may be shown. */
  { compiled, values }: { compiled: () => Promise<string | null>; values: boolean },
): Promise<Trace | null> {
  const asked = await askedBy(look, test, compiled)
  const trail: Trail = []
  const culprit = asked ? await follow(look, asked, trail) : await notAsItsSql(look, test.unique_id, trail)
  if (!culprit) return null
  const ideas = await ideasFor(look, culprit)
  const { spot: _, also: __, wrong, ...rest } = culprit
  const evidence = shownEvidence(rest.evidence, values)
  const decision = wrong ? await decisionLines(look, wrong, test.name) : []
  const quarantine = wrong ? await quarantineOf(look, wrong) : null
  return { culprit: { ...rest, evidence }, trail, ideas, decision, quarantine }
}

/** `values`: whether values of rows may be shown. */
export function shownEvidence(evidence: string[], values: boolean): string[] {
  if (values) return evidence
  const kept = evidence.filter((line) => !isExample(line))
  const hidden = kept.length < evidence.length
  return hidden
    ? [...kept, 'Keys and values of rows are left out: `evidence: values` in martsmith.yml shows them.']
    : kept
}

export async function follow(look: Look, asked: Asked, trail: Trail): Promise<Culprit | null> {
  if (asked.kind === 'orphans') return orphanIn(look, asked, trail)
  if (asked.kind === 'repeats') return repeatedIn(look, asked.node, asked.columns, trail)
  return badIn(look, asked.node, asked.columns, asked.rule, trail)
}
