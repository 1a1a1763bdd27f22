/**
 * A column that is missed here, because of a slip in what is read: a comma that was forgotten made the next name its
 * alias, or its alias was misspelt.
 */
import { distanceScore } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, wordsNamed } from '../words.ts'
import { fileOf } from './files.ts'
import { propose } from './propose.ts'
import { type Item, lineOf, selectLists } from './select-lists.ts'

/** A name that so many other files of SQL say is what it is called. */
const FEWEST_FILES = 2
/** So near a name has to be: one slip. */
const SLIP = 60

export const upstream: Fixer = {
  id: 'upstream',
  classes: ['D01'],
  find: async (failure, context) => {
    const name = failure.thing === null ? '' : lastName(failure.thing)
    const found: Candidate[] = []
    for (const { id } of failure.reads) {
      const node = context.graph?.node(id)
      const path = node?.resource_type === 'model' ? fileOf(node, context.place) : ''
      if (!node || name === '' || !path.endsWith('.sql') || !context.files.includes(path)) continue
      const text = await context.read(path).catch(() => null)
      if (text === null) continue
      const made = { path, text, name, label: node.name }
      found.push(...(await forgotten(made, context)), ...(await misspelt(made, failure, context)))
    }
    return found
  },
}

type Made = { path: string; text: string; name: string; label: string }

/** `due_on` over `returned_at` without a comma reads `due_on as returned_at`. */
async function forgotten({ path, text, name, label }: Made, context: FixContext): Promise<Candidate[]> {
  const items = selectLists(text).flatMap((l) => l.items)
  const found: Candidate[] = []
  for (const { expression, span } of items) {
    const alias = text.slice(expression.end, span.end)
    if (!says(text, expression, name) || !/^\s*\n/.test(alias) || /\bas\b/i.test(alias)) continue
    const line = lineOf(text, expression.end)
    found.push(
      ...(await propose(context, {
        title: `Put a comma behind line ${line} of ${label}`,
        because: [
          `${label} reads ${name} and calls it ${alias.trim()}, the name in the next line: the comma between them was forgotten`,
        ],
        score: 90,
        texts: { [path]: edited(text, [{ start: expression.end, end: expression.end, text: ',' }], path) },
      })),
    )
  }
  return found
}

/** The expression is the column, whatever stands before its dot. */
const says = (text: string, { start, end }: Item['expression'], name: string) =>
  /^[\w".$]+$/.test(text.slice(start, end)) &&
  lastName(text.slice(start, end)).toLowerCase() === name.toLowerCase()

/** An alias that is nearly the name under which others know it, and that nobody else says. */
async function misspelt(
  { path, text, name, label }: Made,
  { reads }: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const items = selectLists(text).flatMap((l) => l.items)
  const found: Candidate[] = []
  for (const { name: alias, expression, span } of items) {
    if (alias === null || expression.end === span.end || !isSlip(name, alias)) continue
    // What is quoted was written with care.
    if (text[span.end - 1] === '"') continue
    if (!reads.some((r) => r.columns.some((c) => c.name.toLowerCase() === alias.toLowerCase()))) continue
    const [saying, others] = await Promise.all([
      filesSaying(name, path, context),
      filesSaying(alias, path, context),
    ])
    if (saying.length < FEWEST_FILES || others.length > 0) continue
    const start = span.end - alias.length
    found.push(
      ...(await propose(context, {
        title: `Call it ${name} in ${label}, not ${alias}`,
        because: [
          `${label} alone says ${alias}, which is nearly ${name}; ${saying.length} other files say ${name}`,
        ],
        // More than following a name that was changed: nobody means to change one into a slip.
        score: 96,
        texts: { [path]: edited(text, [{ start, end: span.end, text: name }], path) },
      })),
    )
  }
  return found
}

/** Other letters in one word: `order_date` for `date` is no slip, nor is `orderid` for `order_id`. */
function isSlip(name: string, alias: string): boolean {
  const parts = (of: string) => of.toLowerCase().split('_')
  const [a, b] = [parts(name), parts(alias)]
  const differing = a.filter((word, i) => word !== b[i])
  return a.length === b.length && differing.length === 1 && distanceScore(name, alias) >= SLIP
}

async function filesSaying(name: string, but: string, { files, read }: FixContext): Promise<string[]> {
  const found: string[] = []
  for (const path of files.filter((p) => p.endsWith('.sql') && p !== but)) {
    const text = await read(path).catch(() => '')
    if (wordsNamed(sqlOnly(text), name).length > 0) found.push(path)
  }
  return found
}
