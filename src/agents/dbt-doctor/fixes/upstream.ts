/**
 * A column that is missed here, because of a slip in what is read: a comma that was forgotten made the next name its
 * alias, or its alias was misspelt, or put in quotes with its capitals.
 */
import { distanceScore } from '../score.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, type Word, wordsNamed } from '../words.ts'
import { fileOf } from './files.ts'
import { propose } from './propose.ts'
import { type Item, lineOf, selectLists } from './select-lists.ts'

/** A name that so many other files of SQL say is what it is called. */
const FEWEST_FILES = 2
/** So near a name has to be: one slip. */
export const SLIP = 60

export const upstream: Fixer = {
  id: 'upstream',
  classes: ['D01'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const read of await modelsRead(failure, context))
      found.push(...(await forgotten(read, context)), ...(await mended(read, failure, context)))
    return found
  },
}

/** Names that slips have put in the place of a column: nobody who reads it follows them. */
export async function slipsFor(failure: Failure, context: FixContext): Promise<string[]> {
  const found: string[] = []
  for (const read of await modelsRead(failure, context)) {
    for (const slip of await misspelt(read, failure, context)) found.push(slip.alias)
  }
  return found
}

async function modelsRead({ thing, reads }: Failure, context: FixContext): Promise<Made[]> {
  const name = thing === null ? '' : lastName(thing)
  const found: Made[] = []
  for (const { id } of reads) {
    const node = context.graph?.node(id)
    const path = node?.resource_type === 'model' ? fileOf(node, context.place) : ''
    if (!node || name === '' || !path.endsWith('.sql') || !context.files.includes(path)) continue
    const text = await context.read(path).catch(() => null)
    if (text !== null) found.push({ path, text, name, label: node.name })
  }
  return found
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

type Slip = { alias: string; start: number; end: number; saying: number }

/** Aliases that are nearly the name under which others know it, and that nobody else says. */
async function misspelt(
  { path, text, name }: Made,
  { reads }: Failure,
  context: FixContext,
): Promise<Slip[]> {
  const items = selectLists(text).flatMap((l) => l.items)
  const found: Slip[] = []
  for (const { name: alias, expression, span } of items) {
    if (alias === null || expression.end === span.end) continue
    if (!reads.some((r) => r.columns.some((c) => c.name.toLowerCase() === alias.toLowerCase()))) continue
    const isQuoted = text[span.end - 1] === '"'
    if (isQuoted && alias !== name && alias.toLowerCase() === name.toLowerCase()) {
      // In quotes it keeps its capitals: nobody finds it who writes it without.
      const plain = await filesSaying(name, path, context, (w) => !w.quoted)
      const others = await filesSaying(name, path, context, (w) => w.quoted && w.name === alias)
      if (plain >= FEWEST_FILES && others === 0)
        found.push({ alias, start: span.end - alias.length - 2, end: span.end, saying: plain })
      continue
    }
    const parts = slipIn(name, alias)
    // What is quoted was written with care.
    if (parts === null || isQuoted) continue
    const [saying, others] = await Promise.all([
      filesSaying(name, path, context),
      filesSaying(alias, path, context),
    ])
    if (saying < FEWEST_FILES || others > 0) continue
    // A name that was misspelt everywhere may have been put right here: then only the other one is a word of the project.
    const words = (await wordsOf(context)).filter(
      (w) => w !== name.toLowerCase() && w !== alias.toLowerCase(),
    )
    if (!words.some((w) => w.includes(parts.meant)) || words.some((w) => w.includes(parts.written))) continue
    found.push({ alias, start: span.end - alias.length, end: span.end, saying })
  }
  return found
}

async function mended(made: Made, failure: Failure, context: FixContext): Promise<Candidate[]> {
  const { path, text, name, label } = made
  const found: Candidate[] = []
  for (const { alias, start, end, saying } of await misspelt(made, failure, context))
    found.push(
      ...(await propose(context, {
        title: `Call it ${name} in ${label}, not ${alias}`,
        because: [
          alias.toLowerCase() === name.toLowerCase()
            ? `${label} alone says "${alias}" in quotes, which keep its capitals; ${saying} other files say ${name}`
            : `${label} alone says ${alias}, which is nearly ${name}; ${saying} other files say ${name}`,
        ],
        score: 96,
        texts: { [path]: edited(text, [{ start, end, text: name }], path) },
      })),
    )
  return found
}

/**
 * Other letters in one word of a name. `order_date` for `date` is none, nor `orderid` for `order_id`, nor a plural: that
 * is meant.
 */
export function slipIn(name: string, alias: string): { meant: string; written: string } | null {
  const parts = (of: string) =>
    of
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .split('_')
  const [a, b] = [parts(name), parts(alias)]
  const at = a.findIndex((word, i) => word !== b[i])
  const [meant = '', written = ''] = [a[at], b[at]]
  const isOne = a.length === b.length && a.every((word, i) => i === at || word === b[i])
  const isEnding = meant.startsWith(written) || written.startsWith(meant)
  return isOne && !isEnding && distanceScore(name, alias) >= SLIP ? { meant, written } : null
}

/** All words of the project's SQL and YAML, names of files among them. */
async function wordsOf({ files, read }: FixContext): Promise<string[]> {
  const paths = files.filter((p) => /\.(?:sql|ya?ml)$/.test(p))
  const texts = await Promise.all(paths.map((path) => read(path).catch(() => '')))
  const all = [...paths, ...texts].flatMap(
    (text) => text.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [],
  )
  return [...new Set(all)]
}

export async function filesSaying(
  name: string,
  but: string,
  { files, read }: FixContext,
  isMeant: (word: Word) => boolean = () => true,
): Promise<number> {
  const paths = files.filter((p) => p.endsWith('.sql') && p !== but)
  const texts = await Promise.all(paths.map((path) => read(path).catch(() => '')))
  return texts.filter((text) => wordsNamed(sqlOnly(text), name).some(isMeant)).length
}
