/** Parts of a union that put out different columns: what one lacks and can read is added, what one has too many goes. */
import type { Candidate, Failure, Fixer } from '../types.ts'
import { edited, sqlOnly } from '../words.ts'
import { ownFiles } from './files.ts'
import { type Proposal, propose } from './propose.ts'
import { type Item, lineOf, type SelectList, selectLists } from './select-lists.ts'

export const unions: Fixer = {
  id: 'unions',
  classes: ['D16'],
  find: async (failure, context) => {
    const found: Candidate[] = []
    for (const path of ownFiles(failure, context).filter((p) => p.endsWith('.sql'))) {
      const text = await context.read(path).catch(() => '')
      for (const { edits, takesBack, ...way } of partsIn(text).flatMap((p) => waysOf(text, p, failure))) {
        const made = await propose(context, { ...way, texts: { [path]: edited(text, edits, path) } })
        found.push(...made.map((m) => (takesBack ? { ...m, takesBack } : m)))
      }
    }
    return found
  },
}

type Way = Omit<Proposal, 'texts'> & {
  edits: { start: number; end: number; text: string }[]
  /** A column goes: where it stands by now, whether it may is for a person to say. */
  takesBack?: true
}

/** The select lists of each union, in order. */
function partsIn(text: string): SelectList[][] {
  const sql = sqlOnly(text)
  const lists = selectLists(text)
  const found: SelectList[][] = []
  for (const [i, list] of lists.entries()) {
    const [before] = lists
      .slice(0, i)
      .filter((l) => l.depth === list.depth)
      .slice(-1)
    const between = before ? sql.slice(before.span.end, list.span.start) : ''
    const open = found.at(-1)
    // Between two parts of one union stands its word, and no bracket that was open before it closes.
    const isPart = before !== undefined && /\bunion\b/i.test(between) && closesNone(between)
    if (isPart && open?.at(-1) === before) open.push(list)
    else if (isPart) found.push([before, list])
  }
  return found
}

function closesNone(text: string): boolean {
  let depth = 0
  for (const c of text) {
    if (c === '(') depth += 1
    if (c === ')') depth -= 1
    if (depth < 0) return false
  }
  return true
}

function waysOf(text: string, parts: SelectList[], failure: Failure): Way[] {
  const widths = parts.map((p) => p.items.length)
  const isStar = parts.some((p) => p.items.some((i) => /\*\s*$/.test(text.slice(i.span.start, i.span.end))))
  if (isStar || new Set(widths).size < 2) return []
  return [...added(text, parts, failure), ...removed(text, parts)]
}

const nameIn = (text: string, { name, span }: Item) =>
  (name ?? text.slice(span.start, span.end)).toLowerCase()

/** What the widest part puts out and another does not, at the same place: read there too, where it is to be had. */
function added(text: string, parts: SelectList[], { reads }: Failure): Way[] {
  const widest = parts.reduce((a, b) => (b.items.length > a.items.length ? b : a))
  const edits: Way['edits'] = []
  const names = new Set<string>()
  for (const part of parts.filter((p) => p.items.length < widest.items.length)) {
    const own = new Set(part.items.map((i) => nameIn(text, i)))
    const there = readBy(text, part, parts, reads)
    const other = widest.items.filter((i) => !own.has(nameIn(text, i)))
    const more = widest.items.length - part.items.length
    // A part may call things otherwise, or put a text in their place: then it is what it could read.
    const lacking =
      other.length === more ? other : other.filter((i) => there.has(i.name?.toLowerCase() ?? ''))
    if (lacking.length !== more) return []
    for (const [k, item] of lacking.entries()) {
      const name = item.name
      if (name === null || !there.has(name.toLowerCase())) return []
      // As many as come before it are not there yet.
      const next = part.items[widest.items.indexOf(item) - k]
      const last = part.items.at(-1)
      if (!last) return []
      names.add(name)
      const indent = /(\n\s*)\S*$/.exec(text.slice(0, last.span.start))?.[1]
      edits.push(
        next
          ? { start: next.span.start, end: next.span.start, text: `${name},${indent ?? ' '}` }
          : { start: last.span.end, end: last.span.end, text: `,${indent ?? ' '}${name}` },
      )
    }
  }
  const title = `Put ${[...names].join(', ')} out of every part of the union`
  return [{ title, because: ['what the others read has it'], score: 72, edits }]
}

/** Columns of the relations that a part names; of all that is read, where it names none. */
function readBy(text: string, part: SelectList, parts: SelectList[], reads: Failure['reads']): Set<string> {
  const end = parts[parts.indexOf(part) + 1]?.span.start ?? text.length
  const from = text.slice(part.span.end, end)
  const names = [...from.matchAll(/\b(?:ref|source)\(([^)]*)\)/g)].map(
    ([, args = '']) => [...args.matchAll(/['"]([^'"]+)['"]/g)].at(-1)?.[1],
  )
  const own = reads.filter((r) => names.includes(r.label.split('.').at(-1)))
  return new Set((own.length > 0 ? own : reads).flatMap((r) => r.columns.map((c) => c.name.toLowerCase())))
}

/** Where one part alone is wider, what only it puts out goes. */
function removed(text: string, parts: SelectList[]): Way[] {
  const least = Math.min(...parts.map((p) => p.items.length))
  const wide = parts.filter((p) => p.items.length > least)
  const narrow = parts.find((p) => p.items.length === least)
  const [only, ...others] = wide
  if (!only || !narrow || others.length > 0) return []
  const known = new Set(narrow.items.map((i) => nameIn(text, i)))
  const more = only.items.filter((i) => !known.has(nameIn(text, i)))
  if (more.length !== only.items.length - least) return []
  const edits = more.map((item) => {
    const at = only.items.indexOf(item)
    const [before, after] = [only.items[at - 1], only.items[at + 1]]
    if (after) return { start: item.span.start, end: after.span.start, text: '' }
    return { start: before?.span.end ?? item.span.start, end: item.span.end, text: '' }
  })
  const names = more.map((i) => text.slice(i.span.start, i.span.end)).join(', ')
  const line = lineOf(text, more[0]?.span.start ?? 0)
  return [
    {
      title: `Take ${names} out of the union, in line ${line}`,
      because: ['only one of its parts puts it out'],
      score: 56,
      edits,
      takesBack: true,
    },
  ]
}
