/**
 * The claim that an incremental model holds the same rows whichever way it is built. Its newest rows are taken
 * away, as if they had not come yet, and it is built on top of the rest; then it is built anew.
 */
import { count, list } from '../../core/text.ts'
import type { RelationDiff } from '../../sandbox/compare/types.ts'
import { compareTables } from '../../sandbox/compare-nodes.ts'
import type { Sandbox } from '../../sandbox/types.ts'
import type { Claim, ClaimProof } from '../types.ts'

type IncrementalClaim = Extract<Claim, { kind: 'incremental-equals-full' }>

export async function incrementalClaim(
  sandbox: Sandbox,
  { node, watermark }: IncrementalClaim,
): Promise<ClaimProof> {
  const { after } = sandbox
  const name = (await after.graph()).label(node)
  const held = await holdBack(sandbox, node, watermark)
  if (held === 0)
    return {
      holds: false,
      text: `${name} cannot be proven incremental: all of its rows have the same ${watermark}`,
      lines: [`No row of ${name} has a ${watermark} behind that of the others, so none could be held back.`],
    }
  const grown = await after.build([node])
  if (!grown.ok) return failed(name, 'built on top of what stands', grown.results)
  const incremental = await after.keep(node)
  const anew = await after.build([node], { fullRefresh: true })
  if (!anew.ok) return failed(name, 'built anew', anew.results)
  const full = await after.keep(node)
  const diff = await compareTables(sandbox, full, incremental, { keys: await after.keysOf(node) })
  const rows = diff.rows.before.toLocaleString('en-US')
  const how = `built on top of all but the newest ${held.toLocaleString('en-US')} of ${rows}`
  return diff.sameRows
    ? {
        holds: true,
        text: `incremental equals full refresh in ${name}: ${rows} rows`,
        lines: [`${name} has the same ${rows} rows, ${how}, and built anew.`],
        data: { rows: diff.rows.before, held_back: held },
      }
    : {
        holds: false,
        text: `${name} is not the same when it is built incrementally`,
        lines: [`${name}, ${how}, has ${apart(diff)}.`],
        data: { rows: diff.rows, held_back: held },
      }
}

/** `diff` is from built anew to built incrementally. */
function apart({ only, changed }: RelationDiff): string {
  return list([
    ...(only.before > 0 ? [`${count(only.before, 'row')} less than built anew`] : []),
    ...(only.after > 0 ? [`${count(only.after, 'row')} that it has not when built anew`] : []),
    ...(changed ? [`${count(changed, 'row')} with other values`] : []),
  ])
}

/** Deletes about the newer half of the rows from the sandbox's relation; answers how many. */
async function holdBack({ after }: Sandbox, node: string, watermark: string): Promise<number> {
  const engine = await after.engine()
  const relation = (await after.graph()).node(node)?.relation_name
  if (!relation) throw new Error(`${node} has no relation in the sandbox`)
  const rows = async (where = '') => {
    const [answer] = await engine.query([`select count(*) from ${relation}${where}`])
    if (!answer || 'error' in answer) throw new Error(answer?.error ?? 'no answer')
    return Number(answer.rows[0]?.[0] ?? 0)
  }
  const known = await rows(` where ${watermark} is not null`)
  const middle = Math.max(0, Math.floor(known / 2) - 1)
  const before = await rows()
  await engine.tools.execute([
    `delete from ${relation} where ${watermark} > (select ${watermark} from (select ${watermark} from ${relation}` +
      ` where ${watermark} is not null order by ${watermark} limit 1 offset ${middle}) as cut)`,
  ])
  return before - (await rows())
}

function failed(
  name: string,
  how: string,
  results: { id: string; status: string; message: string | null }[],
): ClaimProof {
  const why = results.find((r) => r.status === 'error' || r.status === 'fail')
  return {
    holds: false,
    text: `${name} fails when it is ${how}`,
    lines: [
      `${why?.id ?? name}: ${why?.message?.trim().split('\n').slice(0, 2).join(' ') ?? 'no reason given'}`,
    ],
  }
}
