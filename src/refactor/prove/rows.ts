/** The claims on rows: that they are the same, or how they differ. */
import { count, list } from '../../core/text.ts'
import { type RelationDiff, withoutValues } from '../../sandbox/compare/types.ts'
import { compareNodes, compareTables } from '../../sandbox/compare-nodes.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { Claim, ClaimProof } from '../types.ts'
import { whyNeverTwice } from './never-twice.ts'

type RowsClaim = Extract<Claim, { kind: 'same-rows' | 'shows-difference' }>

export async function rowsClaim(
  sandbox: Sandbox,
  claim: RowsClaim,
  fullRefresh: boolean,
): Promise<ClaimProof> {
  const { before, after } = claim
  const isSame = claim.kind === 'same-rows'
  const how = {
    ...(isSame && claim.renamed ? { renamed: claim.renamed } : {}),
    ...(isSame && claim.added ? { added: claim.added } : {}),
    ...(isSame && claim.read ? { read: claim.read } : {}),
  }
  const diff = await compareNodes(sandbox, before, after, how)
  const name = (await sandbox.after.graph()).label(after)
  if (!isSame) return shown(name, diff)
  const same = sameRows(name, diff, claim.added ?? [])
  if (same.holds) return same
  const moving = (await differsByItself(sandbox, before, fullRefresh)).map((c) => claim.renamed?.[c] ?? c)
  if (moving.length > 0) {
    const rest = await compareNodes(sandbox, before, after, { ...how, without: moving })
    const proof = sameRows(name, rest, claim.added ?? [])
    const line = `Not compared in ${name}: ${list(moving)}, which differs whenever it is built, without the change too.`
    if (proof.holds) return { ...proof, lines: [...proof.lines, line] }
  }
  return { ...same, lines: [...same.lines, ...(await whyNeverTwice(sandbox, after))] }
}

/**
 * Columns that are not the same when the project as it is gets built a second time from the same inputs: when it was
 * loaded, a random number. Measured, where a comparison failed.
 */
async function differsByItself(
  { before, ...sandbox }: Sandbox,
  id: string,
  fullRefresh: boolean,
): Promise<string[]> {
  const graph = await before.graph()
  const rebuilt = new Set(await before.rebuilt())
  if (!rebuilt.has(id)) return []
  const first = await before.keep(id)
  const again = await before.build([...graph.ancestors([id]).filter((a) => rebuilt.has(a)), id], {
    fullRefresh,
  })
  if (!again.ok) return []
  const second = await before.keep(id)
  return movingBetween({ before, ...sandbox }, first, second, await before.keysOf(id))
}

/** Columns in which two tables differ that were built from the same rows. */
export async function movingBetween(
  sandbox: Sandbox,
  first: string,
  second: string,
  keys: string[][],
): Promise<string[]> {
  const diff = await compareTables(sandbox, first, second, { keys })
  if (diff.sameRows || diff.key) return diff.columns.map((c) => c.name)
  // Without a key rows are not matched: each column is looked at by itself.
  const moving: string[] = []
  for (const column of diff.compared) {
    const without = diff.compared.filter((c) => c !== column)
    if (!(await compareTables(sandbox, first, second, { without })).sameRows) moving.push(column)
  }
  return moving
}

/** Also a column that is gone, or that nobody announced, is a difference; another type of equal values is told. */
function sameRows(name: string, diff: RelationDiff, added: string[]): ClaimProof {
  const extra = diff.onlyAfter.map((c) => c.name).filter((column) => !added.includes(column))
  const gone = diff.onlyBefore.map((c) => c.name)
  const holds = diff.sameRows && extra.length === 0 && gone.length === 0
  if (!holds) {
    const why = [
      ...(gone.length > 0 ? [`${list(gone, 5)} is gone`] : []),
      ...(extra.length > 0 ? [`${list(extra, 5)} is new`] : []),
      ...(diff.sameRows ? [] : [differenceWords(diff)]),
    ]
    return proof(false, `${name} is not the same: ${why.join('; ')}`, diff, [
      `Rows of ${name} differ: ${why.join('; ')}.`,
      ...perColumn(diff),
    ])
  }
  const { before, after } = diff.rows
  const text = `same rows in ${name}: ${after.toLocaleString('en-US')} of ${before.toLocaleString('en-US')}`
  const line = `${text.replace(/^s/, 'S')}, compared in ${count(diff.compared.length, 'column')}.`
  return { ...proof(true, text, diff, [line]), sameRowsIn: name }
}

function shown(name: string, diff: RelationDiff): ClaimProof {
  const columns = [...diff.onlyBefore.map((c) => `-${c.name}`), ...diff.onlyAfter.map((c) => `+${c.name}`)]
  const words = [diff.sameRows ? 'no row differs' : differenceWords(diff), ...columns].join('; ')
  return proof(true, `${name}: ${words}`, diff, [`What changes in ${name}: ${words}.`, ...perColumn(diff)])
}

function differenceWords({ rows, only, changed, uncompared }: RelationDiff): string {
  const parts = [
    ...(rows.before !== rows.after
      ? [`${rows.before.toLocaleString('en-US')} rows before, ${rows.after.toLocaleString('en-US')} after`]
      : []),
    ...(only.before > 0 ? [`${count(only.before, 'row')} only before`] : []),
    ...(only.after > 0 ? [`${count(only.after, 'row')} only after`] : []),
    ...(changed ? [`${count(changed, 'row')} with other values`] : []),
    ...(uncompared.length > 0 ? [`${list(uncompared, 4)} cannot be compared here`] : []),
  ]
  return list(parts)
}

function perColumn(diff: RelationDiff): string[] {
  return diff.columns.slice(0, 5).map((c) => `  ${c.name} differs in ${count(c.rows, 'row')}`)
}

/** Values of rows stay in the sandbox: what is proven is kept, and tasks are committed. */
function proof(holds: boolean, text: string, diff: RelationDiff, lines: string[]): ClaimProof {
  const types = diff.types.map((t) => `Type of ${t.name}: ${t.before} before, ${t.after} after.`)
  return { holds, text, lines: [...lines, ...types, ...diff.notes], data: { ...withoutValues(diff) } }
}
