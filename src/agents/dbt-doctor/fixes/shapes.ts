/**
 * A list, a mapping or a value where dbt wants another of them. The message names the entry and the way to the place;
 * what stands there is written in the shape that is asked for, and says the same.
 */
import { isMap, isScalar, isSeq, type Node, parseDocument, visit, type YAMLMap } from 'yaml'
import type { TextEdit } from '../../../changes/index.ts'
import type { Candidate, Failure, FixContext, Fixer } from '../types.ts'
import { edited } from '../words.ts'
import { propose } from './propose.ts'
import { lineOf } from './select-lists.ts'

/** `... @ models: {'name': 'a', ...} - at path ['columns'][0]['data_tests']: ... is not of type 'array'`. */
const REFUSED =
  /@ (\w+): \{'name': '([^']+)'[\s\S]* - at path ((?:\[[^\]]+\])+): [\s\S]* is not (?:of type '(array|object)'|valid under)/

const TWO_KEYS =
  /test definition dictionary must have exactly one key, got \[\('([^']+)', None\), \('([^']+)'/

export const shapes: Fixer = {
  id: 'shapes',
  classes: ['P02'],
  find: async (failure, context) => {
    if (TWO_KEYS.test(failure.message)) return slippedLeft(failure, context)
    const [, section = '', name = '', path = '', type] = REFUSED.exec(failure.message) ?? []
    if (!section) return []
    const keys = [...path.matchAll(/\[(?:'([^']*)'|(\d+))\]/g)].map((m) => m[1] ?? Number(m[2]))
    for (const file of context.files.filter((p) => /\.ya?ml$/.test(p))) {
      const text = await context.read(file).catch(() => '')
      const node = nodeAt(text, section, name, keys)
      if (!node?.range) continue
      const wanted = type ?? (isSeq(node) ? 'object' : 'array')
      const meant = wanted === 'array' ? asList(text, node, keys.at(-1)) : asMapping(text, node, keys.at(-1))
      if (meant === null) continue
      const line = lineOf(text, node.range[0])
      failure.written = { file, line }
      return propose(context, {
        title: `Write ${keys.at(-1)} of ${name} as a ${wanted === 'array' ? 'list' : 'mapping'}`,
        because: [`dbt wants a ${wanted === 'array' ? 'list' : 'mapping'} in line ${line}; it says the same`],
        score: 80,
        texts: { [file]: text.slice(0, node.range[0]) + meant + text.slice(node.range[1]) },
      })
    }
    return []
  },
}

/** What a test is given stands beside its name and not below it: all such places are refused alike. */
async function slippedLeft(failure: Failure, context: FixContext): Promise<Candidate[]> {
  const [, test = '', next = ''] = TWO_KEYS.exec(failure.message) ?? []
  const found: Candidate[] = []
  for (const file of context.files.filter((p) => failure.message.includes(p))) {
    const text = await context.read(file).catch(() => '')
    const edits: TextEdit[] = []
    visit(parseDocument(text), {
      Map: (_, { items, range, flow }) => {
        const [first, second] = items.map(({ key }) => (isScalar(key) ? key : null))
        if (flow || first?.value !== test || second?.value !== next || !second.range || !range) return
        const begin = text.lastIndexOf('\n', second.range[0]) + 1
        const moved = text.slice(begin, range[1]).replace(/^(?=[ ]*\S)/gm, '  ')
        failure.written ??= { file, line: lineOf(text, begin) }
        edits.push({ start: begin, end: range[1], text: moved })
      },
    })
    found.push(
      ...(await propose(context, {
        title: `Put what ${test} is given below it`,
        because: [`${next} stands beside ${test}, which is given nothing so`],
        score: 84,
        texts: { [file]: edited(text, edits, file) },
      })),
    )
  }
  return found
}

/** By the name of its entry: the message counts from there. */
function nodeAt(text: string, section: string, name: string, keys: (string | number)[]): Node | null {
  const document = parseDocument(text)
  if (document.errors.length > 0 || !isMap(document.contents)) return null
  const list = document.contents.get(section, true)
  const entry = isSeq(list) ? list.items.find((i) => isMap(i) && i.get('name') === name) : null
  return isMap(entry) ? ((entry.getIn(keys, true) as Node | undefined) ?? null) : null
}

/** Words after each other, one entry without its dash, or entries by their names. */
function asList(text: string, node: Node, key: string | number | undefined): string | null {
  const source = sourceOf(text, node)
  if (isScalar(node)) {
    const words = String(node.value).split(/\s*,\s*/)
    const isPlain = words.every((w) => /^[\w.]+$/.test(w))
    return `[${isPlain ? words.join(', ') : source.trim()}]`
  }
  if (!isMap(node)) return null
  if (node.flow) return `[${source.trim()}]`
  const named = node.has('name') ? null : byNames(text, node, key === 'given' ? 'input' : 'name')
  return named ?? `- ${source.replace(/\n(?=[ ]*\S)/g, '\n  ')}`
}

/** `a:` with what is below it becomes `- name: a`; null where something stands there that has no name of its own. */
function byNames(text: string, node: YAMLMap, word: string): string | null {
  const entries = node.items.map(({ key, value }) => {
    const isNull = value === null || (isScalar(value) && value.value === null)
    return isScalar(key) && key.range && (isNull || (isMap(value) && !value.flow))
      ? { key, at: key.range, value: isNull ? null : (value as YAMLMap) }
      : null
  })
  if (entries.some((e) => e === null) || !node.range) return null
  let meant = ''
  let done = node.range[0]
  for (const entry of entries.flatMap((e) => e ?? [])) {
    const { key, at, value } = entry
    const depth = columnOf(text, at[0])
    // What is said of the entry stands where its name does.
    const inner = value?.range ? columnOf(text, value.range[0]) - depth : 2
    const behind = text.indexOf(':', at[1] - 1 + (key.type === 'PLAIN' ? 0 : 1)) + 1
    meant += `${text.slice(done, at[0])}-${' '.repeat(Math.max(1, inner - 1))}${word}: ${text.slice(at[0], at[1])}`
    done = behind
  }
  return meant + text.slice(done, node.range[1])
}

/** Entries of which each says one thing become one that says all; of whom something is, a name or an address. */
function asMapping(text: string, node: Node, key: string | number | undefined): string | null {
  const source = sourceOf(text, node)
  if (isScalar(node) && key === 'owner')
    return `{${String(node.value).includes('@') ? 'email' : 'name'}: ${source.trim()}}`
  if (!isSeq(node) || node.flow || !node.items.every((i) => isMap(i) && !i.flow)) return null
  const all = node.items.flatMap((i) => (isMap(i) ? i.items.map((p) => String(p.key)) : []))
  if (new Set(all).size < all.length) return null
  const depth = columnOf(text, node.range?.[0] ?? 0)
  const dash = new RegExp(`(^|\\n {${depth}})-(?= )`, 'g')
  return source.replace(dash, '$1 ')
}

const sourceOf = (text: string, { range }: Node) => text.slice(range?.[0] ?? 0, range?.[1] ?? 0)
const columnOf = (text: string, at: number) => at - (text.lastIndexOf('\n', at - 1) + 1)
