/** A macro or a name of Jinja that is not there: the nearest that is. */
import { collectChanges } from '../../../changes/index.ts'
import { nearNames } from '../score.ts'
import type { Candidate, FixContext, Fixer } from '../types.ts'
import { edited, jinjaOnly, wordsNamed } from '../words.ts'

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
  find: async ({ thing, file }, context) => {
    const name = thing?.split('.').at(-1)
    if (!name || !file) return []
    const text = await context.read(file).catch(() => null)
    if (text === null) return []
    const where = await macrosIn(context)
    const inFile = [...text.matchAll(/\{%-?\s*(?:set|for)\s+(\w+)/g)].map((m) => m[1] ?? '')
    const found: Candidate[] = []
    for (const near of nearNames(name, [...where.keys(), ...GIVEN, ...inFile])) {
      const words = wordsNamed(jinjaOnly(text), name)
      if (words.length === 0) continue
      const files = collectChanges(context.place)
      const edits = words.map((w) => ({ start: w.start, end: w.end, text: near.name }))
      await files.write(file, edited(text, edits, file))
      const changes = await files.changeSet(`Call ${near.name} instead of ${name}`)
      const because = [
        `${near.name} is there (${where.get(near.name) ?? 'dbt has it'}), and is written nearly so`,
      ]
      if (changes.changes.length > 0)
        found.push({ title: changes.title, because, score: near.score, changes })
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
