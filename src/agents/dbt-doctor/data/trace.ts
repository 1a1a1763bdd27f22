/** A data test that found rows, followed to the step in which they are born, with what could mend it there. */
import type { ManifestNode } from '../../../project/manifest.ts'
import { type Asked, askedBy } from './asked.ts'
import { badIn } from './bad-rows.ts'
import type { Look } from './look.ts'
import { orphanIn } from './orphans.ts'
import { repeatedIn } from './repeated.ts'
import type { Culprit, Trail } from './types.ts'

export type Trace = {
  culprit: Omit<Culprit, 'spot'>
  trail: Trail
}

/** Null where it is not known what the test asks. */
export async function traced(
  look: Look,
  test: ManifestNode,
  compiled: () => Promise<string | null>,
): Promise<Trace | null> {
  const asked = await askedBy(look, test, compiled)
  if (!asked) return null
  const trail: Trail = []
  const culprit = await follow(look, asked, trail)
  if (!culprit) return null
  const { spot: _, ...rest } = culprit
  return { culprit: rest, trail }
}

export async function follow(look: Look, asked: Asked, trail: Trail): Promise<Culprit | null> {
  if (asked.kind === 'orphans') return orphanIn(look, asked, trail)
  if (asked.kind === 'repeats') return repeatedIn(look, asked.node, asked.columns, trail)
  return badIn(look, asked.node, asked.columns, asked.rule, trail)
}
