/** Places in a YAML file, by key, by index and by the `name` of an entry; refuses where a place is not the text's own. */

import type { Document, ParsedNode } from 'yaml'
import { isAlias, isCollection, isMap, isScalar, isSeq, type Pair, visit } from 'yaml'
import { keyOf, refused, startOf, type Yaml } from './parse.ts'

/** `['models', { name: 'stg_trips' }, 'columns', { name: 'fare' }, 'description']` */
export type YamlPath = readonly (string | number | { name: string })[]

export type Found = {
  doc: number
  /** The keys and indices that lead there. */
  keys: (string | number)[]
  node: unknown
  /** The key and value, where it is a value in a mapping. */
  pair: Pair | null
  /** From the document's top to the one that holds it. */
  parents: unknown[]
}

/** null where it is not there. @throws MartsmithError `yaml.refused` where it is there twice, or through an alias. */
export function find(yaml: Yaml, where: YamlPath): Found | null {
  const all = yaml.docs.flatMap((document, doc) => {
    const found = findIn(yaml, document, doc, where)
    return found ? [found] : []
  })
  if (where.length === 0) return all[0] ?? null
  const [only, second] = all
  if (only && second) throw refused(yaml, startOf(second.node), `${shownPath(where)} is in this file twice`)
  return only ?? null
}

function findIn(yaml: Yaml, document: Document.Parsed, doc: number, where: YamlPath): Found | null {
  let at: Found = { doc, keys: [], node: document.contents, pair: null, parents: [] }
  for (const step of where) {
    const { node } = at
    if (isAlias(node))
      throw refused(
        yaml,
        startOf(node),
        `${shownPath(where)} stands elsewhere: *${node.source} repeats it here`,
      )
    const next = typeof step === 'string' ? inMap(yaml, at, step, where) : inSeq(yaml, at, step, where)
    if (next === null) return null
    at = { ...next, doc, parents: [...at.parents, node] }
  }
  return at
}

type Step = Pick<Found, 'keys' | 'node' | 'pair'>

function inMap(yaml: Yaml, { node, keys }: Found, key: string, where: YamlPath): Step | null {
  if (!isMap(node)) return null
  const pair = node.items.find((p) => keyOf(p) === key)
  if (pair) return { keys: [...keys, key], node: pair.value, pair }
  const merge = node.items.find((p) => isMerge(p))
  if (merge)
    throw refused(yaml, startOf(merge.key), `${shownPath(where)} may come from what is merged here with <<`)
  return null
}

export function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.source === '<<'
}

function inSeq(
  yaml: Yaml,
  { node, keys }: Found,
  step: number | { name: string },
  where: YamlPath,
): Step | null {
  if (!isSeq(node)) return null
  if (typeof step === 'number') {
    const item = node.items[step]
    return item === undefined ? null : { keys: [...keys, step], node: item, pair: null }
  }
  const named = [...node.items.entries()].filter(([, item]) => nameOf(item) === step.name)
  const [only, second] = named
  if (second)
    throw refused(
      yaml,
      startOf(second[1]),
      `there are two entries with the name ${step.name}: ${shownPath(where)}`,
    )
  return only ? { keys: [...keys, only[0]], node: only[1], pair: null } : null
}

/** The `name` of an entry, as it is written. */
export function nameOf(entry: unknown): string | null {
  if (!isMap(entry)) return null
  const name: unknown = entry.items.find((p) => keyOf(p) === 'name')?.value
  if (!isScalar(name)) return null
  return typeof name.value === 'string' ? name.value : (name.source ?? null)
}

export function shownPath(where: YamlPath): string {
  return where.length === 0
    ? 'the file'
    : where.map((s) => (typeof s === 'object' ? s.name : String(s))).join(' > ')
}

/** An edit inside of what an alias repeats would change other places too. */
export function assertOwn(yaml: Yaml, found: Found): void {
  const anchors = new Map<string, unknown>()
  for (const node of [...found.parents, found.node])
    if ((isCollection(node) || isScalar(node)) && node.anchor) anchors.set(node.anchor, node)
  refuseAliases(yaml, found.doc, anchors, () => false)
}

/** What is taken away must not be repeated by an alias that stays. */
export function assertNotRepeated(yaml: Yaml, { doc, node }: Found): void {
  const anchors = new Map<string, unknown>()
  const inside = new Set<unknown>()
  if (isCollection(node) || isScalar(node) || isAlias(node))
    visit(node as ParsedNode, (_, n) => {
      inside.add(n)
      if ((isCollection(n) || isScalar(n)) && n.anchor) anchors.set(n.anchor, n)
    })
  refuseAliases(yaml, doc, anchors, (alias) => inside.has(alias))
}

function refuseAliases(
  yaml: Yaml,
  doc: number,
  anchors: Map<string, unknown>,
  isFine: (alias: unknown) => boolean,
): void {
  const document = yaml.docs[doc]
  if (!document || anchors.size === 0) return
  visit(document, {
    Alias: (_, alias) => {
      const anchor = anchors.get(alias.source)
      if (anchor === undefined || isFine(alias) || alias.resolve(document) !== anchor) return
      throw refused(
        yaml,
        startOf(anchor),
        `&${alias.source} is repeated in line ${yaml.lineOf(startOf(alias))}, which would change too`,
      )
    },
  })
}
