/** A macro or a name of Jinja that is not there: the nearest that is. */
import { nearNames } from '../score.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { edited, jinjaOnly, wordsNamed } from '../words.ts'
import { ownFiles } from './files.ts'
import { propose } from './propose.ts'

/** What dbt puts into Jinja, as its documentation lists it. */
const GIVEN = [
  ...[
    'ref',
    'source',
    'config',
    'var',
    'env_var',
    'this',
    'target',
    'is_incremental',
    'adapter',
    'run_query',
  ],
  ...[
    'log',
    'print',
    'return',
    'execute',
    'modules',
    'graph',
    'model',
    'exceptions',
    'dbt_version',
    'doc',
    'schema',
  ],
  ...[
    'run_started_at',
    'invocation_id',
    'flags',
    'builtins',
    'tojson',
    'fromjson',
    'toyaml',
    'fromyaml',
    'set',
    'zip',
  ],
  ...[
    'range',
    'true',
    'false',
    'none',
    'loop',
    'statement',
    'load_result',
    'api',
    'database',
    'selected_resources',
  ],
]

export const macro: Fixer = {
  id: 'macro',
  classes: ['C02', 'C06'],
  find: async (failure, context) => {
    const name = failure.thing?.split('.').at(-1)
    if (!name) return []
    const where = await macrosIn(context)
    const found: Candidate[] = []
    for (const path of ownFiles(failure, context).filter((p) => p.endsWith('.sql') || p === failure.file)) {
      const text = await context.read(path).catch(() => '')
      const words = wordsNamed(jinjaOnly(text), name)
      const inFile = [...text.matchAll(/\{%-?\s*(?:set|for)\s+(\w+)/g)].map((m) => m[1] ?? '')
      for (const near of words.length > 0 ? nearNames(name, [...where.keys(), ...GIVEN, ...inFile]) : []) {
        const edits = words.map((w) => ({ start: w.start, end: w.end, text: near.name }))
        found.push(
          ...(await propose(context, {
            title: `Call ${near.name} instead of ${name}`,
            because: [
              `${near.name} is there (${where.get(near.name) ?? 'dbt has it'}), and is written nearly so`,
            ],
            score: near.score,
            texts: { [path]: edited(text, edits, path) },
          })),
        )
      }
    }
    return found
  },
}

async function macrosIn({ files, foreign, read }: FixContext): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const paths = [...files, ...foreign].filter((p) => p.endsWith('.sql') && /(^|\/)macros\//.test(p))
  for (const path of paths)
    for (const [, name = ''] of (await read(path).catch(() => '')).matchAll(/\{%-?\s*macro\s+(\w+)/g))
      found.set(name, path)
  return found
}
