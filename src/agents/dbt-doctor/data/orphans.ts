/** Keys without a parent: the parent fell out on its way, the key was changed on its way, or the source has none. */
import { count, list } from '../../../core/text.ts'
import { badIn, notIn } from './bad-rows.ts'
import type { Look } from './look.ts'
import { keysIn, lostOn } from './lost.ts'
import { examplesOf } from './places.ts'
import type { Culprit, Trail } from './types.ts'

export type Orphans = { child: string; column: string; parent: string; key: string }

export async function orphanIn(look: Look, asked: Orphans, trail: Trail): Promise<Culprit | null> {
  const { child, column, parent, key } = asked
  const [from, to] = await Promise.all([look.relation(child), look.relation(parent)])
  if (!from || !to) return null
  const [c, k] = [look.quote(column), look.quote(key)]
  const orphans = `select distinct ${c} from ${from} where ${c} is not null and ${c} not in (select ${k} from ${to} where ${k} is not null)`
  const keys = await keysIn(look, orphans)
  if (keys.length === 0) return null
  const [label, other] = [look.label(child), look.label(parent)]
  trail.push(`${label}: ${count(keys.length, 'value')} of ${column} that ${other} does not have.`)
  const lost = await lostOn(look, parent, key, keys, trail)
  if (lost) return lost
  trail.push(`Nothing that ${other} is made from has them.`)
  const rule = notIn(other, `select ${k} from ${to}`, k)
  const found = await badIn(look, child, [column], rule, trail)
  if (found.born !== 'source') return found
  const sources = [...look.graph.ancestors([parent])]
    .filter((id) => look.graph.source(id) || id.startsWith('seed.'))
    .map(look.label)
  return {
    ...found,
    sentence: `${found.sentence.replace(/\.$/, '')}, nor in what that is made from (${list(sources.length > 0 ? sources : [other], 4)}).`,
    evidence: [
      ...found.evidence,
      ...(found.evidence.length > 0 ? [] : await examplesOf(look, [column], orphans)),
    ],
  }
}
