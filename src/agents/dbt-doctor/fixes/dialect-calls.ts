/** A call that the warehouse has not, or takes with other arguments: what it means, in the words of the warehouse. */
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly } from '../words.ts'
import { failingNodes, fileOf } from './files.ts'
import { propose } from './propose.ts'
import { type Call, rewrites, typeOf, unitOf } from './rewrites.ts'
import { lineOf } from './select-lists.ts'

/** Of the ways of one call so many are tried. */
const MOST_WAYS = 3
/** Calls in which a bare type is one: `convert(date, a)`. */
const OF_TYPES = /^convert$/i
/** Calls in which a bare unit of time is one: `datediff(day, a, b)`. */
const OF_UNITS = /^(?:(?:date|timestamp)_?(?:diff|add|sub|trunc|part)|date_part|datepart|trunc)$/i

export const dialectCalls: Fixer = {
  id: 'dialect-calls',
  classes: ['D01', 'D07', 'D08', 'D12'],
  find: async (failure, context) => {
    const isWanted = wanted(failure)
    if (!isWanted) return []
    const found: Candidate[] = []
    for (const path of await pathsOf(failure, context)) {
      const text = await context.read(path).catch(() => null)
      if (text !== null) found.push(...(await inFile(path, text, isWanted, failure, context)))
    }
    return found
  },
}

/** Which calls are meant by what the warehouse says; null where it speaks of none. */
function wanted({ class: of, thing, message }: Failure): ((call: Call) => boolean) | null {
  const name = (thing?.split('(')[0] ?? '').split('.').at(-1)?.toLowerCase() ?? ''
  if (of?.id === 'D08') return (call) => call.name.toLowerCase() === name
  if (of?.id === 'D01') {
    const column = lastName(thing ?? '').toLowerCase()
    const shape = unitOf(column) ? OF_UNITS : typeOf(column) ? OF_TYPES : null
    const isNamed = (arg: string) => arg.trim().toLowerCase() === column
    return shape ? (call) => shape.test(call.name) && call.args.some(isNamed) : null
  }
  // Postgres reads `if(` and `curdate(` as words of its own, and stops at what is in the brackets.
  const [, near = ''] = /at or near "([^"]+)"/.exec(message) ?? []
  return near === '' ? null : (call) => call.name.toLowerCase() === near.toLowerCase()
}

/** Files of what fails, and of the project's own macros that it calls. */
async function pathsOf(failure: Failure, context: FixContext): Promise<string[]> {
  const { graph, place, files } = context
  const nodes = failingNodes(failure, context).flatMap((id) => graph?.node(id) ?? [])
  const macros = nodes.flatMap((n) => n.depends_on.macros.flatMap((m) => graph?.manifest.macros[m] ?? []))
  const paths = [...nodes, ...macros].map((one) => fileOf(one, place))
  return [...new Set(paths)].filter((p) => p.endsWith('.sql') && files.includes(p))
}

type Found = Call & { start: number; end: number }

async function inFile(
  path: string,
  text: string,
  isWanted: (call: Call) => boolean,
  failure: Failure,
  context: FixContext,
): Promise<Candidate[]> {
  const calls = callsIn(text).filter(isWanted)
  const outer = calls.filter((c) => !calls.some((o) => o !== c && o.start <= c.start && c.end <= o.end))
  const at = failure.file === path ? failure.line : null
  const there = outer.filter((c) => lineOf(text, c.start) === at)
  // The others may be well, of other types: less is better where less is enough.
  const sets = there.length > 0 && there.length < outer.length ? [there, outer] : [outer]
  const found: Candidate[] = []
  for (const [i, set] of sets.entries())
    for (let way = 0; way < MOST_WAYS; way += 1)
      found.push(...(await written(path, text, set, way, 80 - way * 8 - i * 3, context)))
  return found
}

async function written(
  path: string,
  text: string,
  calls: Found[],
  way: number,
  score: number,
  context: FixContext,
): Promise<Candidate[]> {
  const edits = calls.flatMap((call) => {
    const put = rewrites(call, context.adapter)[way]
    return put === undefined ? [] : [{ start: call.start, end: call.end, text: put }]
  })
  const [[first], [one]] = [calls, edits]
  if (!first || !one || edits.length < calls.length) return []
  return propose(context, {
    title: `Write ${one.text} instead of ${text.slice(first.start, first.end)} (line ${lineOf(text, first.start)})`,
    because: [`${first.name} is of another dialect, or takes other types; ${context.adapter} says it so`],
    score,
    texts: { [path]: edited(text, edits, path) },
  })
}

/** All calls of functions, as they are written. */
export function callsIn(text: string): Found[] {
  const sql = sqlOnly(text)
  return [...sql.matchAll(/(?<![\w.$"])([A-Za-z_]\w*)\s*\(/g)].flatMap((m) => {
    const [whole, name = ''] = m
    const open = m.index + whole.length
    const cuts = [open]
    let depth = 1
    let at = open
    for (; at < sql.length && depth > 0; at += 1) {
      if (sql[at] === '(') depth += 1
      if (sql[at] === ')') depth -= 1
      if (sql[at] === ',' && depth === 1) cuts.push(at + 1)
    }
    if (depth > 0) return []
    const args = cuts.map((from, i) => text.slice(from, (cuts[i + 1] ?? at) - 1).trim())
    const [group] = /^\s*within\s+group\s*\([^()]*\)/i.exec(sql.slice(at)) ?? []
    const within = group ? text.slice(at + group.indexOf('(') + 1, at + group.length - 1).trim() : null
    const none = args.length === 1 && args[0] === ''
    return [{ name, args: none ? [] : args, within, start: m.index, end: at + (group?.length ?? 0) }]
  })
}
