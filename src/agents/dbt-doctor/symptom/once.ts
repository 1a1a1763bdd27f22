/** A sum that takes equal values once: less than what its rows add up to. */
import { keyOfStored } from '../../../project/sql/names.ts'
import {
  type Block,
  blockOf,
  fromUpTo,
  outputsOf,
  readOf,
  type Scope,
  scopeOf,
  whereUpTo,
  withOf,
} from '../data/block.ts'
import { DISTINCT_SUM } from '../data/ideas/expressions.ts'
import type { Look } from '../data/look.ts'
import { culpritIn, stepWords } from '../data/places.ts'
import type { Suspect } from './drops.ts'

const MOST_DEPTH = 40

/** On the way of a column up to its sources: sums of distinct values that are not the sums of all. */
export async function addedOnce(look: Look, id: string, column: string, depth = 0): Promise<Suspect[]> {
  const model = depth < MOST_DEPTH ? await look.model(id) : null
  const scope = model && scopeOf(model)
  return scope ? ofScope(look, scope, column, depth) : []
}

async function ofScope(look: Look, scope: Scope, column: string, depth: number): Promise<Suspect[]> {
  const block = scope.body.arms.length === 1 ? await blockOf(look, scope, 0) : null
  const key = (name: string) => keyOfStored(name, look.adapter)
  const output = block
    ? outputsOf(look, block)?.find((o) => o.name !== null && key(o.name) === key(column))
    : undefined
  if (!block || !output) return []
  const found: Suspect[] = []
  if (DISTINCT_SUM.test(output.text) && (await isLess(look, block, output.text)))
    found.push({
      weight: 84,
      culprit: culpritIn(
        look,
        block,
        output.at,
        {
          born: 'expression',
          sentence: `${stepWords(look, block, output.at)} adds equal values once: ${output.text.replace(/\s+/g, ' ')}.`,
        },
        { outputs: [output] },
      ),
    })
  for (const ref of output.refs) {
    const source = block.select.sources[ref.source]
    const read = source ? readOf(look, block, source) : null
    if (read?.kind === 'node') found.push(...(await addedOnce(look, read.id, ref.column, depth + 1)))
    if (read?.kind === 'scope') found.push(...(await ofScope(look, read.scope, ref.column, depth + 1)))
  }
  return found
}

async function isLess(look: Look, block: Block, text: string): Promise<boolean> {
  const last = block.select.sources.length - 1
  const from = `${fromUpTo(block, last)}${whereUpTo(look, block, last)}`
  const [answer] = await look.numbers([
    `${withOf(block.scope)}select ${text}, ${text.replace(DISTINCT_SUM, (whole, word: string) => whole.slice(0, -word.length))} from ${from}`,
  ])
  const [once = 0, all = 0] = answer ?? []
  return Math.abs(once) < Math.abs(all)
}
