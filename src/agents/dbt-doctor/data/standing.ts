/** Tests over several relations: what an incremental model adds up to, where that is not what its SQL gives. */
import { count, list } from '../../../core/text.ts'
import { textOf, withOf } from './block.ts'
import { counted } from './counted.ts'
import { repeatsStatement } from './counts.ts'
import type { Look } from './look.ts'
import { culpritOf } from './places.ts'
import type { Culprit, Trail } from './types.ts'

/** Of the models that a test reads and what they are made from, the first whose table is not what its SQL gives. */
export async function notAsItsSql(look: Look, test: string, trail: Trail): Promise<Culprit | null> {
  const { graph } = look
  const read = graph.parents(test)
  // What is built as a whole is what its SQL gives: it was built a moment ago.
  const models = [...new Set([...read, ...graph.ancestors(read)])].filter(
    (id) => graph.node(id)?.config?.materialized === 'incremental' && graph.isOwn(id),
  )
  for (const id of models) {
    const { relation, scope, rows, anew } = await counted(look, id, trail, 0)
    if (!relation || !scope || rows === anew) continue
    const of = `${withOf(scope)}select * from (${textOf(scope.model, scope.span)}) as m`
    const coarse = rows < anew ? await tooCoarse(look, id, `(${of}) as anew`) : null
    if (coarse) return coarse
    return rows < anew
      ? culpritOf(look, id, {
          born: 'passed over',
          sentence: `${count(anew - rows, 'row')} that its SQL gives when built anew are not in the table ${look.label(id)}: its incremental build passes them over.`,
        })
      : culpritOf(look, id, {
          born: 'build',
          sentence: `${count(rows - anew, 'row')} of the table ${look.label(id)} are not in what its SQL gives when built anew: what came again was added again, or it went from the source since.`,
        })
  }
  return null
}

/** A unique_key of which the SQL gives several rows: each pushes the others out. */
export async function tooCoarse(look: Look, id: string, from: string): Promise<Culprit | null> {
  const key = look.graph.node(id)?.config?.unique_key
  const columns = (Array.isArray(key) ? key : [key]).filter((k): k is string => typeof k === 'string')
  if (columns.length === 0) return null
  const [answer] = await look.numbers([repeatsStatement(columns.map(look.quote), from)])
  const [keys = 0, rows = 0] = answer ?? []
  if (keys === 0) return null
  const found = culpritOf(look, id, {
    born: 'build',
    sentence: `The unique_key of ${look.label(id)}, ${list(columns)}, is that of ${count(rows, 'row')} for ${keys} keys in what its SQL gives: rows that are looked at again push out the others.`,
    evidence: [
      'What was pushed out comes back with a build from the start alone: that is asked for by a person.',
    ],
  })
  const lines = (look.compiled(id)?.raw ?? '').split('\n')
  const at = lines.findIndex((l) => /\bunique_key\b/.test(l))
  return { ...found, line: at < 0 ? found.line : at + 1 }
}
