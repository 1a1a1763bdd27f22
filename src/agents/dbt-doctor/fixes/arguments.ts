/** What macros take: more than that is given to one, and goes. */

import { list } from '../../../core/text.ts'
import { callsInFile } from '../../../project/sql/jinja-calls.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { ownFiles } from './files.ts'
import { propose } from './propose.ts'

/** dbt's own generic tests, which lie in no file of the project. */
const OWN: Record<string, string[]> = {
  test_unique: [],
  test_not_null: [],
  test_accepted_values: ['values', 'quote'],
  test_relationships: ['to', 'field'],
}

/** Names of the parameters, in order; null for a macro that is in no file. */
export async function parametersOf(
  macro: string,
  { files, foreign, read }: Pick<FixContext, 'files' | 'foreign' | 'read'>,
): Promise<string[] | null> {
  const [, test] = /^test_(\w+)$/.exec(macro) ?? []
  const head = new RegExp(
    `\\{%-?\\s*(?:macro\\s+${macro}${test ? `|test\\s+${test}` : ''})\\s*\\(([\\s\\S]*?)\\)\\s*-?%\\}`,
  )
  for (const path of [...files, ...foreign].filter((p) => p.endsWith('.sql'))) {
    const [, list] = head.exec(await read(path).catch(() => '')) ?? []
    if (list === undefined) continue
    const names = list.split(',').flatMap((p) => p.split('=')[0]?.trim() || [])
    // dbt fills these in for a test.
    return test ? names.filter((p) => !['model', 'column_name'].includes(p)) : names
  }
  return OWN[macro] ?? null
}

export const tooMany: Fixer = {
  id: 'arguments',
  classes: ['C04'],
  find: async (failure, context) => {
    const [, macro, most] =
      /macro '(?:dbt_macro__)?(\w+)' takes not more than (\d+) argument/.exec(failure.message) ?? []
    if (!macro) return otherwiseNamed(failure, context)
    const found: Candidate[] = []
    for (const path of ownFiles(failure, context).filter((p) => p.endsWith('.sql'))) {
      const text = await context.read(path).catch(() => '')
      const edits = (callsInFile(text, [macro]) ?? []).flatMap(({ arguments: given }) => {
        const [last, end] = [given[Number(most) - 1], given.at(-1)]
        return last && end && last !== end ? [{ start: last.span.end, end: end.span.end, text: '' }] : []
      })
      found.push(
        ...(await propose(context, {
          title: `Give ${macro} no more than it takes`,
          because: [`it takes ${most}, and nothing reads the rest`],
          score: 60,
          texts: edits.length > 0 ? { [path]: edited(text, edits, path) } : {},
        })),
      )
    }
    return found
  },
}

/** An argument by a name that the macro has not, and none that is like it: one of those that the call leaves out, or none. */
async function otherwiseNamed(failure: Failure, context: FixContext): Promise<Candidate[]> {
  const [, macro, wrong] =
    /macro '(?:dbt_macro__)?(\w+)' takes no keyword argument '([^']+)'/.exec(failure.message) ?? []
  const names = macro ? await parametersOf(macro, context) : null
  if (!macro || !wrong || !names) return []
  const found: Candidate[] = []
  const of = `${macro} takes ${names.length > 0 ? list(names) : 'none'}`
  for (const path of ownFiles(failure, context).filter((p) => p.endsWith('.sql'))) {
    const text = await context.read(path).catch(() => '')
    const calls = (callsInFile(text, [macro]) ?? []).filter((c) => c.arguments.some((a) => a.name === wrong))
    if (calls.length === 0) continue
    const places = calls.flatMap(({ arguments: given }) => given.filter((a) => a.name === wrong))
    const taken = calls.flatMap(({ arguments: given }) => [
      ...given.flatMap((a) => a.name ?? []),
      ...names.slice(0, given.filter((a) => a.name === null).length),
    ])
    const ways = names
      .filter((n) => !taken.includes(n))
      .map((name) => ({
        title: `Give it to ${macro} as ${name}`,
        score: 58,
        edits: places.map((a) => ({ start: a.span.start, end: a.span.start + wrong.length, text: name })),
      }))
    const without = calls.map(({ inner, arguments: given }) => {
      const at = given.findIndex((a) => a.name === wrong)
      const [before, own, next] = [given[at - 1], given[at], given[at + 1]]
      const start = before ? before.span.end : (own?.span.start ?? inner.start)
      return { start, end: before || !next ? (own?.span.end ?? inner.end) : next.span.start, text: '' }
    })
    const all = [...ways, { title: `Do not give ${macro} ${wrong}`, score: 48, edits: without }]
    for (const { title, score, edits } of all)
      found.push(
        ...(await propose(context, {
          title,
          because: [of],
          score,
          texts: { [path]: edited(text, edits, path) },
        })),
      )
  }
  // No name speaks for it: the rows do.
  return found.map((f) => ({ ...f, guess: true as const }))
}
