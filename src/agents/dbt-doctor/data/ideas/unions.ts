/** A union whose parts hold the very same rows: each once. */
import { blockOf, fromUpTo, outputsOf, whereUpTo, withOf } from '../block.ts'
import type { Look } from '../look.ts'
import type { Spot } from '../types.ts'
import { type Idea, idea, replacing } from './idea.ts'

export async function onceOnly(look: Look, { block, span, isFine = false, crossed }: Spot): Promise<Idea[]> {
  const { scope } = block
  const operation = scope.body.operations[0]
  if (!span || crossed || scope.body.arms.length !== 2 || operation?.words !== 'union all') return []
  const arms = await Promise.all([0, 1].map((i) => blockOf(look, scope, i)))
  const texts = arms.flatMap((arm) => {
    const outputs = arm && outputsOf(look, arm)
    const last = (arm?.select.sources.length ?? 0) - 1
    return arm && outputs && !arm.select.group
      ? [
          `select ${outputs.map((o, i) => `${o.text} as c${i}`).join(', ')} from ${fromUpTo(arm, last)}${whereUpTo(look, arm, last)}`,
        ]
      : []
  })
  if (texts.length !== 2) return []
  const [all, once, apart] = await look.numbers([
    `${withOf(scope)}select count(*) from (${texts[0]} union all ${texts[1]}) as a`,
    `${withOf(scope)}select count(*) from (${texts[0]} union ${texts[1]}) as a`,
    `${withOf(scope)}select (select count(*) from (select distinct * from (${texts[0]}) as x) as y) + (select count(*) from (select distinct * from (${texts[1]}) as x) as y)`,
  ])
  const doubled = (all?.[0] ?? 0) - (once?.[0] ?? 0)
  // Where a part repeats rows by itself, these would go too: right only where it reads a finer grain, as then is known.
  if (doubled === 0 || (apart?.[0] !== all?.[0] && !isFine)) return []
  const written = scope.model.sql.slice(span.start, span.end)
  return idea(
    'Keep once what both parts of the union have',
    [
      isFine
        ? `its parts read a finer grain, and ${doubled} of their rows say the same again`
        : `${doubled} rows stand in both parts, and differ in nothing`,
    ],
    54,
    replacing(look, block, span, written === written.toUpperCase() ? 'UNION' : 'union'),
  )
}
