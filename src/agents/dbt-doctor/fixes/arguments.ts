/** What macros take: more than that is given to one, and goes. */
import { callsInFile } from '../../../project/sql/jinja-calls.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'
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
    if (!macro) return []
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
