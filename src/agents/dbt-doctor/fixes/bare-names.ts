/** A name without its quotes in a call that takes names: Jinja reads a variable there, and nobody has set one. */
import { callsInFile } from '../../../project/sql/jinja-calls.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'

const TAKE_NAMES = ['var', 'env_var', 'ref', 'source', 'doc']

export const bareNames: Fixer = {
  id: 'bare-names',
  classes: ['P10', 'P12', 'P17', 'C02'],
  find: async (_, context) => {
    const found: Candidate[] = []
    for (const path of context.files.filter((p) => p.endsWith('.sql'))) {
      const text = await context.read(path).catch(() => '')
      const known = variablesIn(text)
      const calls = callsInFile(text, TAKE_NAMES) ?? []
      const edits = calls.flatMap((call) =>
        (call.name === 'var' || call.name === 'env_var' ? call.arguments.slice(0, 1) : call.arguments)
          .filter((a) => a.name === null && a.literal === null)
          .flatMap(({ value: { start, end } }) => {
            const name = text.slice(start, end)
            return /^[A-Za-z_]\w*$/.test(name) && !known.has(name) ? [{ start, end, text: `'${name}'` }] : []
          }),
      )
      found.push(
        ...(await propose(context, {
          title: `Put ${edits.map((e) => e.text).join(', ')} in quotes`,
          because: ['a name in such a call is a text; no variable is called so there'],
          score: 86,
          texts: edits.length > 0 ? { [path]: edited(text, edits, path) } : {},
        })),
      )
    }
    return found
  },
}

/** Names that a file sets, goes through, or is given. */
function variablesIn(text: string): Set<string> {
  const given = [...text.matchAll(/\{%-?\s*(?:macro|test|data_test|call|materialization)\b([^%]*)%\}/g)]
  const made = [...text.matchAll(/\{%-?\s*(?:set|for)\s+([\w\s,]+?)\s*(?:=|\bin\b|-?%\})/g)]
  return new Set([...given, ...made].flatMap((m) => (m[1] ?? '').match(/[A-Za-z_]\w*/g) ?? []))
}
