/** A generic test that is given an argument by a name that it has not, in the YAML of all who call it. */
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import { list } from '../../../core/text.ts'
import type { ManifestNode } from '../../../project/manifest.ts'
import { nearNames } from '../score.ts'
import type { Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { parametersOf } from './arguments.ts'
import { fileOf } from './files.ts'
import { propose } from './propose.ts'
import { lineOf } from './select-lists.ts'

/** What is no argument: how a test is called and configured. */
const SETTINGS = [
  'arguments',
  'config',
  'name',
  'description',
  'test_name',
  'column_name',
  'severity',
  'where',
]

export const testCallers: Fixer = {
  id: 'test-callers',
  classes: ['C04'],
  find: async (failure, context) => {
    const [, kind, wrong] =
      /macro '(?:dbt_macro__)?test_(\w+)' takes no keyword argument '([^']+)'/.exec(failure.message) ?? []
    const names = kind ? await parametersOf(`test_${kind}`, context) : null
    if (!kind || !wrong || !names) return []
    const texts: Record<string, string> = {}
    const meant = new Set<string>()
    for (const path of context.files.filter((p) => /\.ya?ml$/.test(p))) {
      const text = await context.read(path).catch(() => '')
      const edits = givenTo(kind, text).flatMap(({ given, isNested }) => {
        const pair = given.items.find((p) => isScalar(p.key) && p.key.value === wrong)
        const range = pair && isScalar(pair.key) ? pair.key.range : null
        if (!pair || !range) return []
        const to = rightName(wrong, given, names, isMap(pair.value) && !isNested)
        failure.written ??= { file: path, line: lineOf(text, range[0]) }
        if (to === null) return []
        meant.add(to)
        return [{ start: range[0], end: range[1], text: to }]
      })
      if (edits.length > 0) texts[path] = edited(text, edits, path)
    }
    const [to, other] = [...meant]
    if (to === undefined || other !== undefined) return []
    const because =
      to === 'arguments'
        ? 'what a test is given stands below that'
        : `the test ${kind} takes ${list(names)}, and misses ${to}`
    return propose(context, {
      title: `Give ${kind} its ${to === 'arguments' ? 'arguments below that word' : `${wrong} as ${to}`}`,
      because: [because],
      score: 84,
      texts,
    })
  },
}

/** Values that are written as one text are a list of letters to dbt: `values: sale, refund`. */
export const valuesAsText: Fixer = {
  id: 'values-as-text',
  classes: ['T01'],
  find: async ({ nodes }, context) => {
    const { graph, place } = context
    const tests = nodes.flatMap((id) => graph?.node(id) ?? [])
    const test = tests.find((n) => typeof valuesOf(n) === 'string')
    const kind = test?.test_metadata?.name
    const values = test ? valuesOf(test) : null
    if (!test || !kind || typeof values !== 'string') return []
    const path = fileOf(test, place)
    const text = await context.read(path).catch(() => '')
    const edits = givenTo(kind, text).flatMap(({ given }) => {
      const value = given.get('values', true)
      return isScalar(value) && value.value === values && value.range
        ? [{ start: value.range[0], end: value.range[1], text: `[${values}]` }]
        : []
    })
    return propose(context, {
      title: `Make the values of ${kind} a list`,
      because: ['they are one text, of which dbt takes each letter for a value'],
      score: 84,
      texts: edits.length > 0 ? { [path]: edited(text, edits, path) } : {},
    })
  },
}

/** Below `arguments`, or beside it. */
function valuesOf({ test_metadata: meta }: ManifestNode): unknown {
  const given = meta?.kwargs ?? {}
  const { arguments: nested = given } = given as { arguments?: unknown }
  return (nested as Record<string, unknown> | null)?.values
}

/** `arguments`, where what is nearly called so holds some; else the only name that is left of those that the test takes. */
function rightName(wrong: string, given: YAMLMap, names: string[], holds: boolean): string | null {
  if (holds && nearNames(wrong, ['arguments'], 1).length > 0) return 'arguments'
  const keys = given.items.flatMap((p) => (isScalar(p.key) ? String(p.key.value) : []))
  const unknown = keys.filter((k) => !names.includes(k) && !SETTINGS.includes(k))
  const [left, more] = names.filter((n) => !keys.includes(n))
  return left !== undefined && more === undefined && unknown.length === 1 ? left : null
}

type Given = { given: YAMLMap; isNested: boolean }

/** What each call of the test is given, below `arguments` or beside it. */
function givenTo(kind: string, text: string): Given[] {
  const { contents, errors } = parseDocument(text)
  const found: Given[] = []
  const walk = (node: unknown): void => {
    if (isSeq(node)) for (const item of node.items) walk(item)
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      const isTests = isScalar(key) && (key.value === 'tests' || key.value === 'data_tests')
      if (isTests && isSeq(value))
        for (const test of value.items) if (isMap(test)) found.push(...ofTest(test, kind))
      if (!isTests) walk(value)
    }
  }
  if (errors.length === 0) walk(contents)
  return found
}

function ofTest(test: YAMLMap, kind: string): Given[] {
  const isLong = test.get('test_name') === kind
  const own = isLong
    ? test
    : test.items.find((p) => isScalar(p.key) && String(p.key.value).split('.').at(-1) === kind)?.value
  if (!isMap(own)) return []
  const nested = own.get('arguments', true)
  return isMap(nested) ? [{ given: nested, isNested: true }] : [{ given: own, isNested: false }]
}
