/** All ways of finding fixes, and the candidates for a failure: the best first, none twice, none that never may be. */
import { data } from '../data/fixer.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { aliases } from './aliases.ts'
import { tooMany } from './arguments.ts'
import { bareNames } from './bare-names.ts'
import { called } from './called.ts'
import { casts } from './casts.ts'
import { column } from './column.ts'
import { contract } from './contract.ts'
import { dependency } from './dependency.ts'
import { dialectCalls } from './dialect-calls.ts'
import { dialectSyntax } from './dialect-syntax.ts'
import { entries, lostDash } from './entries.ts'
import { fixture } from './fixture.ts'
import { folders } from './folders.ts'
import { readable } from './grammar.ts'
import { grouping } from './grouping.ts'
import { guard } from './guard.ts'
import { jinja } from './jinja.ts'
import { joinCondition } from './join-condition.ts'
import { keys } from './keys.ts'
import { leftOver } from './left-over.ts'
import { loopedText } from './looped-text.ts'
import { macro } from './macro.ts'
import { mergeConflict } from './merge-conflict.ts'
import { modelVersion } from './model-version.ts'
import { names } from './names.ts'
import { nodeConfig } from './node-config.ts'
import { operands } from './operands.ts'
import { otherCall } from './other-call.ts'
import { python } from './python.ts'
import { qualify } from './qualify.ts'
import { reference } from './reference.ts'
import { relation } from './relation.ts'
import { relationAlias } from './relation-alias.ts'
import { renamedBack } from './renamed-back.ts'
import { repair } from './repair.ts'
import { retyped } from './retyped.ts'
import { revert } from './revert.ts'
import { losesNew, schemaChange } from './schema-change.ts'
import { seed } from './seed.ts'
import { seedHeader } from './seed-header.ts'
import { shapes } from './shapes.ts'
import { snapshot } from './snapshot.ts'
import { sourceMoved } from './source-moved.ts'
import { structure } from './structure.ts'
import { switchedOff } from './switched-off.ts'
import { syntax } from './syntax.ts'
import { testArguments } from './test-arguments.ts'
import { testCallers, valuesAsText } from './test-callers.ts'
import { uncalled } from './uncalled.ts'
import { undeclared } from './undeclared.ts'
import { unions } from './unions.ts'
import { upstream } from './upstream.ts'
import { values } from './values.ts'
import { windows } from './windows.ts'
import { yamlText } from './yaml-text.ts'

export const FIXERS: readonly Fixer[] = [
  ...[
    relationAlias,
    lostDash,
    bareNames,
    reference,
    otherCall,
    leftOver,
    undeclared,
    loopedText,
    names,
    keys,
    structure,
    shapes,
    entries,
    dependency,
    yamlText,
  ],
  ...[macro, tooMany, guard, jinja, syntax, repair, joinCondition, uncalled, fixture, windows],
  ...[renamedBack, modelVersion],
  ...[mergeConflict, folders, called, switchedOff, schemaChange, unions, python, snapshot],
  ...[testArguments, testCallers, valuesAsText, contract, column, nodeConfig, relation],
  ...[seed, seedHeader],
  ...[values, casts, operands, retyped, grouping, qualify, data, revert, dialectCalls, dialectSyntax],
  ...[upstream, sourceMoved, aliases],
]

export async function candidatesFor(failure: Failure, context: FixContext): Promise<Candidate[]> {
  const id = failure.class?.id ?? 'unknown'
  const fixers = FIXERS.filter((f) => f.classes.includes(id) || f.classes.includes('*'))
  const all: Candidate[] = []
  for (const fixer of fixers) all.push(...(await fixer.find(failure, context)))
  for (const one of all) {
    const why = one.takesBack === true && one.asks === undefined ? losesNew(failure, one) : null
    if (why !== null) one.asks = why
  }
  return readable(withoutCopies(all), failure, context)
}

/** The best first; two ways that lead to one text are one candidate, and speak for it. */
export function withoutCopies(all: Candidate[]): Candidate[] {
  const byHash = new Map<string, Candidate>()
  for (const one of all.sort((a, b) => b.score - a.score)) {
    const known = byHash.get(one.changes.hash)
    if (known) {
      known.score = Math.min(100, known.score + 8)
      known.because.push(...one.because.filter((b) => !known.because.includes(b)))
    } else byHash.set(one.changes.hash, one)
  }
  return [...byHash.values()].sort((a, b) => b.score - a.score)
}

/** Candidates of one cause that are tried. */
const MOST_OF_ONE = 8
/** Places among them of those that take back what was changed: they need no idea of what is wrong. */
const FOR_TAKING_BACK = 2

/** The best, and among them the best of what takes back a change: many ideas that are near would leave it no place. */
export function toTry(found: Candidate[]): Candidate[] {
  const best = found.slice(0, MOST_OF_ONE)
  const all = found.filter((c) => c.takesBack === true)
  // And one of several files at once, where there is one: each of them alone may lead nowhere.
  const wide = all.find((c) => c.changes.changes.length > 1)
  const back = [...new Set([...all.slice(0, FOR_TAKING_BACK), ...(wide ? [wide] : [])])]
  const left = back.filter((c) => !best.includes(c))
  return [...best.slice(0, MOST_OF_ONE - left.length), ...left]
}
