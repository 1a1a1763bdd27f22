/** The claims on rows: that they are the same, or how they differ. */
import { count, list } from '../../core/text.ts'
import { type RelationDiff, withoutValues } from '../../sandbox/compare/types.ts'
import { compareNodes } from '../../sandbox/compare-nodes.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { Claim, ClaimProof } from '../types.ts'
import { whyNeverTwice } from './never-twice.ts'

type RowsClaim = Extract<Claim, { kind: 'same-rows' | 'shows-difference' }>

export async function rowsClaim(sandbox: Sandbox, claim: RowsClaim): Promise<ClaimProof> {
  const { before, after } = claim
  const isSame = claim.kind === 'same-rows'
  const diff = await compareNodes(sandbox, before, after, {
    ...(isSame && claim.renamed ? { renamed: claim.renamed } : {}),
    ...(isSame && claim.added ? { added: claim.added } : {}),
  })
  const name = (await sandbox.after.graph()).label(after)
  if (!isSame) return shown(name, diff)
  const same = sameRows(name, diff, claim.added ?? [])
  return same.holds ? same : { ...same, lines: [...same.lines, ...(await whyNeverTwice(sandbox, after))] }
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
