/**
 * A column that has another name where it is made, and nowhere else: its own YAML and those who read it say the old one.
 * That was not finished, or not meant; where it is made it gets its name back. Git says that it is new, or what is read
 * there has the old name too.
 */
import { hunksBetween } from '../../../changes/diff.ts'
import type { TextEdit } from '../../../changes/index.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, wordsNamed } from '../words.ts'
import { fileOf } from './files.ts'
import { propose } from './propose.ts'
import { selectLists } from './select-lists.ts'
import { filesSaying } from './upstream.ts'
import { earlierTexts } from './versions.ts'

/** So many other files of SQL have to read it by its old name: a single one follows more easily. */
const FEWEST_READERS = 2

export const renamedBack: Fixer = {
  id: 'renamed-back',
  classes: ['D01'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const { path, text, alias, name, label, put, readers, when } of await renamed(failure, context)) {
      found.push(
        ...(await propose(context, {
          title: `Call it ${name} in ${label} again, not ${alias}`,
          because: [
            `${when === null ? `${label} alone says ${alias}` : `git: ${path} calls it ${alias} ${when}`}; its YAML and ${readers} other files say ${name}`,
          ],
          score: when === null ? 94 : 97,
          texts: { [path]: edited(text, [put], path) },
        })),
      )
    }
    return found
  },
}

/** The new names: nobody who reads them follows. */
export async function unfinishedNames(failure: Failure, context: FixContext): Promise<string[]> {
  return (await renamed(failure, context)).map((r) => r.alias)
}

type Renamed = {
  path: string
  text: string
  label: string
  name: string
  alias: string
  put: TextEdit
  readers: number
  when: string | null
}

async function renamed({ thing, nodes, reads }: Failure, context: FixContext): Promise<Renamed[]> {
  const { graph, files, read, place } = context
  const name = thing === null ? '' : lastName(thing)
  const same = (other: string | null) => other?.toLowerCase() === name.toLowerCase()
  const made = new Set([
    ...reads.map((r) => r.id),
    ...nodes.flatMap((id) => graph?.node(id)?.attached_node ?? []),
  ])
  const found: Renamed[] = []
  for (const id of name === '' ? [] : made) {
    const node = graph?.node(id)
    const path = node?.resource_type === 'model' ? fileOf(node, place) : ''
    const columns = Object.values(node?.columns ?? {}).map((c) => c.name)
    if (!node || !path.endsWith('.sql') || !files.includes(path) || !columns.some(same)) continue
    const text = await read(path).catch(() => '')
    const readers = await filesSaying(name, path, context)
    if (readers < FEWEST_READERS) continue
    // Where the same list still gives the old name, the new one is a column more.
    const lists = selectLists(text).filter((l) => !l.items.some((i) => same(i.name)))
    for (const { name: alias, expression, span } of lists.flatMap((l) => l.items)) {
      const isAlias =
        alias !== null && !same(alias) && expression.end < span.end && text[span.end - 1] !== '"'
      if (!isAlias || columns.includes(alias) || (await filesSaying(alias, path, context)) > 0) continue
      const line = text.slice(0, span.end).split('\n').length
      const when = await since(path, text, { line, alias, name }, context)
      const written = text.slice(expression.start, expression.end)
      // What is called so by itself needs no other name.
      const isPlain = /^[\w.]+$/.test(written) && same(lastName(written))
      if (when === null && !isPlain) continue
      const put = isPlain
        ? { start: expression.end, end: span.end, text: '' }
        : { start: span.end - alias.length, end: span.end, text: name }
      found.push({ path, text, label: node.name, name, alias, put, readers, when })
    }
  }
  return found
}

/** When the line got the one name in place of the other; null where it did not, of the last changes. */
async function since(
  path: string,
  now: string,
  { line, alias, name }: { line: number; alias: string; name: string },
  context: FixContext,
): Promise<string | null> {
  for (const { text, when } of await earlierTexts(path, context))
    for (const { newStart, newLines, lines } of hunksBetween(text, now, 0)) {
      const says = (sign: string, word: string) =>
        lines.some((l) => l.startsWith(sign) && wordsNamed(sqlOnly(l.slice(1)), word).length > 0)
      const isHere = line >= newStart && line < newStart + newLines
      const isNew = wordsNamed(sqlOnly(text), alias).length === 0
      if (isHere && isNew && says('-', name) && says('+', alias)) return when
    }
  return null
}
