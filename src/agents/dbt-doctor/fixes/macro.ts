/** A macro or a name of Jinja that is not there: the nearest that is. */
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, jinjaOnly, wordsNamed } from '../words.ts'
import { ownFiles } from './files.ts'
import { propose } from './propose.ts'
import { earlierTexts } from './versions.ts'

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
  classes: ['C02', 'C05', 'C06'],
  find: async (failure, context) => {
    if (failure.class?.id === 'C05') return ownCalls(failure, context)
    const name = failure.thing?.split('.').at(-1)
    if (!name) return []
    const where = await macrosIn(context)
    const found: Candidate[] = await renamed(name, context)
    const own = ownFiles(failure, context).filter(
      (p) => /(?:\.sql|dbt_project\.yml)$/.test(p) || p === failure.file,
    )
    const texts = await Promise.all(own.map((p) => context.read(p).catch(() => '')))
    // A macro that a model calls may be the one that calls it.
    const isCalled = texts.some((t) => wordsNamed(jinjaOnly(t), name).length > 0)
    for (const path of isCalled ? own : context.files.filter((p) => p.endsWith('.sql'))) {
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

/** By git a macro of that name stood in a file that has another one now: all who call it by the old name. */
async function renamed(name: string, context: FixContext): Promise<Candidate[]> {
  const { files, read } = context
  const definesIn = (text: string) => [...text.matchAll(/\{%-?\s*macro\s+(\w+)/g)].map((m) => m[1] ?? '')
  for (const path of files.filter((p) => p.endsWith('.sql'))) {
    const now = definesIn(await read(path).catch(() => ''))
    if (now.length === 0) continue
    for (const { text, when } of await earlierTexts(path, context)) {
      const was = definesIn(text)
      const [to, other] = now.filter((n) => !was.includes(n))
      if (!was.includes(name) || to === undefined || other !== undefined) continue
      const texts: Record<string, string> = {}
      for (const file of files.filter((p) => /\.sql$|\.ya?ml$/.test(p))) {
        const caller = await read(file).catch(() => '')
        const edits = wordsNamed(jinjaOnly(caller), name)
          .filter((w) => /^\s*\(/.test(caller.slice(w.end)))
          .map((w) => ({ start: w.start, end: w.end, text: to }))
        if (edits.length > 0) texts[file] = edited(caller, edits, file)
      }
      const because = [`git: ${path} has ${to} in place of ${name} since the change ${when}`]
      return propose(context, { title: `Call ${to} instead of ${name}`, because, score: 92, texts })
    }
  }
  return []
}

/** A macro that calls itself by its plain name: what it overrides is dbt's own of that name, or its default. */
async function ownCalls({ message }: Failure, context: FixContext): Promise<Candidate[]> {
  const found: Candidate[] = []
  const { files, foreign, read } = context
  for (const path of files.filter((p) => p.endsWith('.sql'))) {
    const text = await read(path).catch(() => '')
    for (const m of text.matchAll(BODY)) {
      const [, head = '', name = '', , body = ''] = m
      const calls = wordsNamed(jinjaOnly(body), name).filter(
        (w) => /^\s*\(/.test(body.slice(w.end)) && !/[.\w]$/.test(body.slice(0, w.start)),
      )
      if (calls.length === 0) continue
      const at = m.index + head.length
      const packages = await packagesWith(name, { foreign, read })
      for (const of of ['dbt', ...packages])
        found.push(
          ...(await propose(context, {
            title: `Call ${of}.${name} in ${name}, and not itself`,
            because: [`${name} is called in its own body, by its plain name`],
            score: (message.includes(name) ? 78 : 66) - (of === 'dbt' ? 0 : 6),
            texts: {
              [path]: edited(
                text,
                calls.map((w) => ({ start: at + w.start, end: at + w.start, text: `${of}.` })),
                path,
              ),
            },
          })),
        )
    }
  }
  return found
}

/** Head with its arguments, name, arguments, body. */
const BODY = /(\{%-?\s*macro\s+(\w+)\s*(\([^%]*?\))\s*-?%\})([\s\S]*?)\{%-?\s*endmacro/g

/** Packages that bring a macro of this name, as a call is led to them. */
async function packagesWith(name: string, { foreign, read }: Pick<FixContext, 'foreign' | 'read'>) {
  const holders = new Set<string>()
  for (const path of foreign.filter((p) => p.endsWith('.sql')))
    if (new RegExp(`\\bmacro\\s+(?:default__)?${name}\\s*\\(`).test(await read(path).catch(() => '')))
      holders.add(/dbt_packages\/([^/]+)\//.exec(path)?.[1] ?? '')
  return [...holders].filter((h) => h !== '')
}

async function macrosIn({ files, foreign, read }: FixContext): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const paths = [...files, ...foreign].filter((p) => p.endsWith('.sql') && /(^|\/)macros\//.test(p))
  for (const path of paths)
    for (const [, name = ''] of (await read(path).catch(() => '')).matchAll(/\{%-?\s*macro\s+(\w+)/g))
      found.set(name, path)
  return found
}
