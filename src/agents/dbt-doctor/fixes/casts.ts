/** A cast after which types no longer go together, or that values do not take: without it all may stay what it was. */
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lineSpan, wordsIn } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'
import { type Change, foundOf, unreadable } from './retyped.ts'
import { lineOf } from './select-lists.ts'

/** So many models above the one that fails are looked at, the nearest first. */
const MOST_ABOVE = 6
const MOST_CASTS = 4

export const casts: Fixer = {
  id: 'casts',
  classes: ['D06', 'D07', 'D08', 'D11'],
  find: async (failure, context) => {
    const { graph, place } = context
    const failing = failingNodes(failure, context)
    // What a test compares is made in the models that it reads.
    const tested = failure.nodes.flatMap((id) => graph?.parents(id) ?? [])
    const all = graph ? [...new Set([...failing, ...tested, ...graph.ancestors(failing)])] : []
    const names = await namesAt(failure, context)
    const found: Candidate[] = []
    for (const id of all.slice(0, MOST_ABOVE + failing.length)) {
      const node = graph?.node(id)
      if (node?.resource_type !== 'model' || !graph?.isOwn(id)) continue
      const path = fileOf(node, place)
      const text = await context.read(path).catch(() => null)
      if (text === null || !path.endsWith('.sql')) continue
      const isOwn = failing.includes(id)
      const at = failure.file === path ? failure.line : null
      const near = castsIn(text).filter((c) =>
        isOwn ? at === null || lineOf(text, c.start) === at : names.has(c.name.toLowerCase()),
      )
      for (const cast of near.slice(0, MOST_CASTS))
        found.push(...(await without(path, text, cast, isOwn, context)))
    }
    if (failure.class?.id === 'D06' && found.length === 0) await shownAbove(all, failure, context)
    // Nothing but what stands says that the cast is what is wrong.
    return found.map((c) => ({ ...c, guess: true as const }))
  },
}

/** A view fails where it is read: the cast of the column that is named is in one of those above. What it does not take is counted. */
async function shownAbove(ids: string[], failure: Failure, context: FixContext): Promise<void> {
  const { graph, place } = context
  const [, column] = /casting from source column "?([\w$]+)"?/.exec(failure.message) ?? []
  for (const id of column ? ids : []) {
    const node = graph?.node(id)
    if (!column || node?.resource_type !== 'model' || !graph?.isOwn(id)) continue
    const path = fileOf(node, place)
    const text = await context.read(path).catch(() => '')
    const cast = castsIn(text).find((c) => isColumn(c.inner, column))
    if (!cast) continue
    failure.written = { file: path, line: lineOf(text, cast.start) }
    const sources = graph.parents(id).flatMap((p) => graph.source(p) ?? [])
    const [source, other] = sources
    if (!source || other) return
    const change: Change = {
      source: {
        label: graph.label(source.unique_id),
        call: `{{ source('${source.source_name}', '${source.name}') }}`,
        relation: source.relation_name ?? '',
      },
      column,
      standing: {
        label: node.name,
        relation: node.relation_name ?? '',
        column: { name: cast.name, type: cast.type },
      },
      known: `${node.name} makes ${cast.type} of it`,
    }
    const bad = await unreadable(change, context)
    if (bad !== null && bad.rows > 0) failure.found = foundOf(change, bad)
    return
  }
}

const isColumn = (written: string, column: string) =>
  written.replace(/^.*\./, '').replaceAll('"', '').toLowerCase() === column.toLowerCase()

/** Names in the line that fails, and in what is tested. */
async function namesAt(
  { file, line, nodes, message }: Failure,
  { graph, read }: FixContext,
): Promise<Set<string>> {
  const text = file === null ? '' : await read(file).catch(() => '')
  const span = line === null ? null : lineSpan(text, line)
  const tests = nodes.flatMap((id) => graph?.node(id)?.raw_code ?? [])
  const [shown = ''] = /^LINE \d+: .*$/m.exec(message) ?? []
  const said = [span ? text.slice(span.start, span.end) : '', shown, ...tests]
  return new Set(said.flatMap((t) => wordsIn(t).map((w) => w.name.toLowerCase())))
}

type Cast = { start: number; end: number; inner: string; type: string; name: string }

/** `cast(a as text)` and `a::text`, with the name that the column has outside. */
export function castsIn(text: string): Cast[] {
  const found: Cast[] = []
  const code = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\}/g, (m) => m.replace(/[^\n]/g, ' '))
  for (const m of code.matchAll(/\bcast\s*\(/gi)) {
    const open = m.index + m[0].length
    const end = closing(code, open)
    const body =
      end === null
        ? null
        : /^([\s\S]*?)\s+as\s+([a-z][\w ]*(?:\([\d, ]*\))?)\s*$/i.exec(code.slice(open, end - 1))
    if (end === null || !body) continue
    found.push(named(text, { start: m.index, end, inner: (body[1] ?? '').trim(), type: body[2] ?? '' }))
  }
  for (const m of code.matchAll(/((?:[\w$"]+\.)?[\w$"]+)\s*::\s*([a-z]\w*(?:\([\d, ]*\))?)/gi))
    found.push(
      named(text, { start: m.index, end: m.index + m[0].length, inner: m[1] ?? '', type: m[2] ?? '' }),
    )
  return found
}

function named(text: string, cast: Omit<Cast, 'name'>): Cast {
  const [, alias] = /^\s+as\s+"?([\w$]+)"?/i.exec(text.slice(cast.end)) ?? []
  const bare = /^(?:[\w$"]+\.)?"?([\w$]+)"?$/.exec(cast.inner)?.[1] ?? ''
  return { ...cast, name: alias ?? bare }
}

function closing(code: string, from: number): number | null {
  let depth = 1
  for (let i = from; i < code.length; i += 1) {
    if (code[i] === '(') depth += 1
    if (code[i] === ')') depth -= 1
    if (depth === 0) return i + 1
  }
  return null
}

async function without(
  path: string,
  text: string,
  { start, end, inner, type, name }: Cast,
  isOwn: boolean,
  context: FixContext,
): Promise<Candidate[]> {
  const plain = /^"?[\w$]+"?$/.test(inner)
  const [alias = ''] = plain && inner === name ? (/^\s+as\s+"?[\w$]+"?/i.exec(text.slice(end)) ?? []) : []
  return propose(context, {
    title: `Read ${inner.replace(/\s+/g, ' ')} as it is, without the cast to ${type} (line ${lineOf(text, start)})`,
    because: [isOwn ? 'the cast is what fails' : `${name} is made another type there`],
    score: isOwn ? 68 : 66,
    texts: { [path]: edited(text, [{ start, end: end + alias.length, text: inner }], path) },
  })
}
