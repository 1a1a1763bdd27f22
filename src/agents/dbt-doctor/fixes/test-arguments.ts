/** Arguments of generic tests that stand beside them, as older dbt took it: they go below `arguments`. */
import { isMap, isScalar, isSeq, type Pair, parseDocument } from 'yaml'
import type { Fixer } from '../types.ts'
import { propose } from './propose.ts'

/** What is no argument: how a test is called and configured. */
const OWN = new Set([
  ...['name', 'description', 'config', 'arguments', 'column_name', 'test_name', 'meta', 'tags', 'docs'],
  ...['severity', 'where', 'limit', 'warn_if', 'error_if', 'enabled', 'store_failures', 'fail_calc'],
  ...['store_failures_as', 'schema', 'database', 'alias'],
])

export const testArguments: Fixer = {
  id: 'test-arguments',
  classes: ['W01'],
  find: async ({ message }, context) => {
    if (!/MissingArgumentsProperty/.test(message)) return []
    const texts: Record<string, string> = {}
    // Each file in which one stands so would fail next.
    for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
      const text = await context.read(path).catch(() => '')
      const after = nested(text)
      if (after !== text) texts[path] = after
    }
    return propose(context, {
      title: 'Put the arguments of tests below `arguments`',
      because: ['dbt asks for it; each test says what it said'],
      score: 84,
      texts,
    })
  },
}

type Own = { key: string; start: number; end: number; isFlow: boolean }

export function nested(text: string): string {
  const document = parseDocument(text, { keepSourceTokens: true })
  if (document.errors.length > 0) return text
  const places: Own[][] = []
  const walk = (node: unknown): void => {
    if (isSeq(node)) for (const item of node.items) walk(item)
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      const isTests = isScalar(key) && (key.value === 'tests' || key.value === 'data_tests')
      if (!isTests || !isSeq(value)) walk(value)
      else for (const item of value.items) if (isMap(item)) places.push(...ofTest(item.items, text))
    }
  }
  walk(document.contents)
  return places
    .sort((a, b) => (b[0]?.start ?? 0) - (a[0]?.start ?? 0))
    .reduce((now, own) => below(now, own), text)
}

/** The arguments of one test, in pieces that stand one after the other; none where they are nested already. */
function ofTest(pairs: Pair[], text: string): Own[][] {
  const [test] = pairs
  // `- test_name: unique` has its arguments beside it too.
  const isLong = pairs.some(({ key }) => isScalar(key) && key.value === 'test_name')
  const holder = isLong ? null : test?.value
  const own = isLong ? pairs : isMap(holder) ? holder.items : []
  if (own.some(({ key }) => isScalar(key) && key.value === 'arguments')) return []
  const isFlow = !isLong && isMap(holder) && holder.flow === true
  const found = own.flatMap(({ key, value }): Own[] => {
    if (!isScalar(key) || !key.range || OWN.has(String(key.value))) return []
    const range = (value as { range?: [number, number, number] | null } | null)?.range
    if (!range) return []
    const end = isFlow ? range[1] : endOfLine(text, Math.max(range[1], range[2] - 1))
    return [{ key: String(key.value), start: key.range[0], end, isFlow }]
  })
  const pieces: Own[][] = []
  for (const one of found) {
    const last = pieces.at(-1)?.at(-1)
    const between = last ? text.slice(last.end, one.start) : null
    if (between !== null && /^[\s,]*$/.test(between)) pieces.at(-1)?.push(one)
    else pieces.push([one])
  }
  // Arguments on both sides of a setting would make two of one key: such a test is left to a person.
  return pieces.length === 1 ? pieces : []
}

/** Where the last line of a value ends, without its line break. */
function endOfLine(text: string, at: number): number {
  const back = text.slice(0, at).trimEnd().length
  const end = text.indexOf('\n', back)
  return end < 0 ? text.length : end
}

function below(text: string, own: Own[]): string {
  const [first, last] = [own[0], own.at(-1)]
  if (!first || !last) return text
  const [before, inner, after] = [
    text.slice(0, first.start),
    text.slice(first.start, last.end),
    text.slice(last.end),
  ]
  if (first.isFlow) return `${before}arguments: {${inner}}${after}`
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const depth = ' '.repeat(line.length)
  const deeper = inner
    .split('\n')
    .map((l, i) => (i === 0 || l.trim() === '' ? l : `  ${l}`))
    .join('\n')
  return `${before}arguments:\n${depth}  ${deeper}${after}`
}
