/** A Python model that names what is not there, or gives nothing back. */
import { nearNames } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'

export const python: Fixer = {
  id: 'python',
  classes: ['Y01', 'P34'],
  find: async (failure, context) => {
    const { file } = failure
    if (!file?.endsWith('.py')) return []
    const text = await context.read(file).catch(() => null)
    if (text === null) return []
    return /should return (?:only )?one|return(?:s|ed)? (?:nothing|None)|NoneType/i.test(failure.message)
      ? givesBack(text, file, context)
      : nearest(text, failure, context)
  },
}

/** Words of the message that are no name: what a library says around it. */
const SAID = [
  /Referenced column "([^"]+)"/,
  /does not have a column named "([^"]+)"/,
  /^\s*\w*(?:KeyError|ColumnNotFoundError): ['"]?([\w. ]+?)['"]?\s*$/m,
  /\['([^']+)'\] not (?:in index|found in axis)/,
  /has no attribute ['"](\w+)['"]/,
  /name '(\w+)' is not defined/,
  /UNRESOLVED_COLUMN[^\n]*?`([^`]+)`/,
]

async function nearest(text: string, failure: Failure, context: FixContext): Promise<Candidate[]> {
  const name = SAID.map((s) => s.exec(failure.message)?.[1]).find((n) => n !== undefined)
  if (!name || !failure.file) return []
  const columns = failure.reads.flatMap((r) => r.columns.map((c) => c.name))
  // A name of the code is near to another of the code, a column to a column.
  const isCode = /is not defined/.test(failure.message)
  const own = [...text.matchAll(/^[ \t]*(?:import|from\s+\S+\s+import)\s+(\w+)|(\w+)\s*=(?!=)/gm)]
  const known = isCode ? own.flatMap((m) => m[1] ?? m[2] ?? []) : columns
  const places = [...text.matchAll(new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, '\\$&')}(?![\\w$])`, 'g'))]
  const found: Candidate[] = []
  for (const near of places.length > 0 ? nearNames(name, known) : [])
    found.push(
      ...(await propose(context, {
        title: `Write ${near.name} instead of ${name}`,
        because: [
          isCode ? `the file has ${near.name}` : `what it reads has a column ${near.name}, written nearly so`,
        ],
        score: near.score,
        texts: {
          [failure.file]: edited(
            text,
            places.map((m) => ({ start: m.index, end: m.index + m[0].length, text: near.name })),
            failure.file,
          ),
        },
      })),
    )
  return found
}

/** The last thing that the model makes, which it does not give back. */
async function givesBack(text: string, file: string, context: FixContext): Promise<Candidate[]> {
  const lines = text.split('\n')
  const head = lines.findIndex((l) => /^def\s+model\s*\(/.test(l))
  if (head < 0) return []
  const after = lines.slice(head + 1).findIndex((l) => /^\S/.test(l))
  const body = lines.slice(head + 1, after < 0 ? undefined : head + 1 + after)
  if (body.some((l) => /^\s+return\b(?!\s*$)/.test(l))) return []
  const [, depth = ''] = /^(\s+)\S/.exec(body.find((l) => l.trim() !== '') ?? '') ?? []
  // Where a statement goes over several lines, its first one says what it is.
  const isOwn = (l: string) => l.startsWith(depth) && /^[\w(]/.test(l.slice(depth.length))
  const at = body.findLastIndex(isOwn)
  const last = body[at]?.slice(depth.length) ?? ''
  const [, made] = /^(\w+)\s*=(?!=)/.exec(last) ?? []
  const end = body.findLastIndex((l) => l.trim() !== '')
  if (at < 0 || depth === '' || /^(?:if|for|while|with|try|def|class|import|from|raise|pass)\b/.test(last))
    return []
  const again = made
    ? [...body.slice(0, end + 1), `${depth}return ${made}`, ...body.slice(end + 1)]
    : body.map((l, i) => (i === at ? `${depth}return ${last.replace(/^return\s*$/, '')}` : l))
  return propose(context, {
    title: made ? `Give ${made} back` : 'Give back what the last line makes',
    because: ['a model gives back one table, and this one gives back nothing'],
    score: 78,
    texts: {
      [file]: [...lines.slice(0, head + 1), ...again, ...lines.slice(head + 1 + body.length)].join('\n'),
    },
  })
}
