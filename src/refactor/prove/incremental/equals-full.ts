/**
 * The claim that an incremental model holds the same rows whichever way it is built. Its newest rows are taken
 * away, as if they had not come yet, and it is built on top of the rest; then it is built anew.
 */
import type { Sandbox } from '../../../sandbox/types.ts'
import type { Claim, ClaimProof } from '../../types.ts'
import { apart, brokenProof, builderOf, movingLines } from './grown.ts'

type IncrementalClaim = Extract<Claim, { kind: 'incremental-equals-full' }>

export async function incrementalClaim(
  sandbox: Sandbox,
  { node, watermark }: IncrementalClaim,
): Promise<ClaimProof> {
  const builder = await builderOf(sandbox, node)
  const { name } = builder
  const held = await holdBack(sandbox, node, watermark)
  if (held === 0)
    return {
      holds: false,
      text: `${name} cannot be proven incremental: all of its rows have the same ${watermark}`,
      lines: [`No row of ${name} has a ${watermark} behind that of the others, so none could be held back.`],
    }
  const incremental = await builder.onTop()
  if (typeof incremental !== 'string') return brokenProof(name, incremental)
  const full = await builder.anew()
  if (typeof full !== 'string') return brokenProof(name, full)
  const compared = await builder.compare(full, incremental)
  const rows = compared.rows.toLocaleString('en-US')
  const how = `built on top of all but the newest ${held.toLocaleString('en-US')} of ${rows}`
  return compared.diff === null
    ? {
        holds: true,
        text: `incremental equals full refresh in ${name}: ${rows} rows`,
        lines: [`${name} has the same ${rows} rows, ${how}, and built anew.`, ...movingLines(builder)],
        data: { rows: compared.rows, held_back: held },
      }
    : {
        holds: false,
        text: `${name} is not the same when it is built incrementally`,
        lines: [`${name}, ${how}, has ${apart(compared.diff)}.`, ...movingLines(builder)],
        data: { rows: compared.diff.rows, held_back: held },
      }
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
