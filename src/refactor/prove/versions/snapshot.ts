/**
 * A snapshot, played in the sandbox: what it reads is replaced by a table there, nothing changes, a row changes, a row
 * is deleted; after each the snapshot is run again, and the dimension on top of it is asked.
 */
import { isMartsmithError } from '../../../core/errors.ts'
import { dialectOf, literal } from '../../../project/profile/sql.ts'
import type { Sandbox } from '../../../sandbox/types.ts'
import { NO_END } from '../../interval-sql.ts'
import type { ClaimProof } from '../../types.ts'
import type { VersionsClaim } from './sql.ts'

type Snapshot = NonNullable<VersionsClaim['snapshot']>
type Proving = () => Promise<ClaimProof>

export async function playSnapshot(
  sandbox: Sandbox,
  claim: VersionsClaim,
  snapshot: Snapshot,
  prove: Proving,
): Promise<ClaimProof> {
  try {
    return await played(sandbox, claim, snapshot, prove)
  } catch (error) {
    if (!isMartsmithError(error) || error.code !== 'sandbox.not-replaced') throw error
    const text = 'the snapshot was not run a second time'
    return { holds: true, text, lines: [`Not played: ${error.message}`] }
  }
}

async function played(
  { after, adapter }: Sandbox,
  claim: VersionsClaim,
  { node, reads, key, updatedAt }: Snapshot,
  prove: Proving,
): Promise<ClaimProof> {
  const { quote } = dialectOf(adapter)
  const engine = await after.engine()
  const name = (await after.graph()).label(node)
  const kept = await after.keep(reads)
  const table = await after.replace(reads, `select * from ${kept}`)
  const one = async (statement: string) => {
    const [answer] = await engine.query([statement])
    if (!answer || 'error' in answer) throw new Error(answer?.error ?? 'no answer')
    return answer.rows[0] ?? []
  }
  const versions = async () =>
    Number((await one(`select count(*) from ${await after.relationOf(claim.node)}`))[0])
  const again = async () => {
    for (const id of [node, claim.node]) {
      const built = await after.build([id], { tests: false })
      if (!built.ok) {
        const why = built.results.find((r) => r.status === 'error')
        throw new Error(`${name} could not be run again: ${why?.message ?? 'no reason given'}`)
      }
    }
    return versions()
  }
  const first = await versions()
  const unchanged = await again()
  if (unchanged !== first)
    return fails(name, `run again with nothing changed it has ${unchanged - first} versions more`)
  const keys = key.map(quote)
  const pick = async (from: 'asc' | 'desc') =>
    (await one(
      `select ${keys.join(', ')} from ${table} order by ${keys.map((k) => `${k} ${from}`).join(', ')} limit 1`,
    )) as (string | number)[]
  const isKey = (values: (string | number)[], columns: string[]) =>
    columns.map((k, i) => `${k} = ${literal(values[i] ?? '')}`).join(' and ')
  const [changing, leaving] = [await pick('asc'), await pick('desc')]
  const attribute = claim.attributes.find((a) => a.isText && !a.asText)
  if (!attribute)
    return {
      holds: true,
      text: 'run again it adds nothing',
      lines: [
        `${name}, run again with nothing changed, adds nothing. No attribute is text: no change was played.`,
      ],
    }
  const said = 'martsmith changed this'
  const moved =
    updatedAt === null
      ? []
      : [`${quote(updatedAt)} = (select max(${quote(updatedAt)}) from ${table}) + interval '1 day'`]
  await engine.tools.execute([
    `update ${table} set ${[`${quote(attribute.from)} = '${said}'`, ...moved].join(', ')} where ${isKey(changing, keys)}`,
  ])
  const changed = await again()
  const naturals = claim.natural.map((n) => quote(n.column))
  const dimension = await after.relationOf(claim.node)
  const noEnd = `${quote(claim.to)} >= cast('${NO_END}' as timestamp)`
  const rows = async (values: (string | number)[], condition: string) =>
    Number(
      (await one(`select count(*) from ${dimension} where ${isKey(values, naturals)} and ${condition}`))[0],
    )
  const isNew = await rows(
    changing,
    `${quote(attribute.column)} = '${said}' and ${quote(claim.current)} and ${noEnd}`,
  )
  const isClosed = await rows(changing, `not ${quote(claim.current)}`)
  if (changed !== first + 1 || isNew !== 1 || isClosed !== 1)
    return fails(
      name,
      `a row that changed made ${changed - first} versions more, ${isNew} of them current, and closed ${isClosed}`,
    )
  await engine.tools.execute([`delete from ${table} where ${isKey(leaving, keys)}`])
  const deleted = await again()
  const isCurrent = await rows(leaving, quote(claim.current))
  if (deleted !== changed || isCurrent !== 0)
    return fails(name, `a row that was deleted left ${isCurrent} current versions`)
  const proof = await prove()
  if (!proof.holds) return proof
  return {
    holds: true,
    text: 'run again it adds nothing, a changed row makes a version, a deleted row ends',
    lines: [
      `${name}, run again with nothing changed, adds nothing; a row that changed closed its version and opened one; a row that was deleted ended, without a current version. Played in the sandbox.`,
    ],
    data: { first, unchanged, changed, deleted },
  }
}

function fails(name: string, why: string): ClaimProof {
  return { holds: false, text: `${name} keeps no versions: ${why}`, lines: [`Not so in ${name}: ${why}.`] }
}
