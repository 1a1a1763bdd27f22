/**
 * Edits of YAML in its own text: everything outside of what is meant stays byte for byte. Each edit is checked
 * by reading the result: it must say what the file said before, and the edit. Else it is refused.
 */
import { isDeepStrictEqual } from 'node:util'
import { isMap, isScalar, isSeq } from 'yaml'
import { changedData, type Planned, renamedData, type Value, valueAt, withKey } from './data.ts'
import { assertNotRepeated, assertOwn, type Found, find, shownPath, type YamlPath } from './find.ts'
import { added, keyAdded } from './insert.ts'
import { spliced } from './lines.ts'
import { moved } from './move.ts'
import { dataOf, isNothing, parseYaml, refused, startOf, type Yaml } from './parse.ts'
import { itemRemoved, pairRemoved } from './remove.ts'
import { keyRenamed, placesOf, type ReplaceString, scalarSet, stringsReplaced } from './scalars.ts'
import { isScalarValue } from './style.ts'

/** Every edit @throws MartsmithError `yaml.refused`, with line and reason, and then changes nothing. */
export type YamlEditor = {
  readonly path: string
  /** As edited so far. */
  readonly text: string
  has(where: YamlPath): boolean
  /** What stands there, aliases and merges followed; undefined where nothing does. */
  get(where: YamlPath): unknown
  lineOf(where: YamlPath): number | null
  /**
   * The value of a key. A key that is missing is made, and mappings above it too: below the first of `after`
   * that is there, else at the end.
   */
  set(where: YamlPath, value: Value, options?: { after?: string[] }): void
  /** An entry at the end of a list, which is made where it is missing. */
  add(where: YamlPath, entry: Value): void
  /** A key with its value, or an entry with the comments right above it; with the last entry its list goes too. */
  remove(where: YamlPath): void
  renameKey(where: YamlPath, name: string): void
  /** Texts below `where` for which `replace` answers another one. Answers the lines that changed. */
  replaceStrings(where: YamlPath, replace: ReplaceString): number[]
  /** Every text below `where`, as it reads. */
  strings(where: YamlPath): { keys: (string | number)[]; text: string; line: number }[]
  /** An entry, with its comments, at the end of a list of another file. */
  moveTo(where: YamlPath, target: YamlEditor, list: YamlPath): void
}

/** @throws MartsmithError `yaml.refused` where the file cannot be read. */
export function editYaml(path: string, text: string): YamlEditor {
  return editor(parseYaml(path, text))
}

type Inner = YamlEditor & { readonly yaml: Yaml; take(next: Yaml): void }

function editor(first: Yaml): Inner {
  let yaml = first
  const data = () => dataOf(yaml)
  const commit = (planned: Planned) => {
    yaml = checked(yaml, planned)
  }
  const mustFind = (where: YamlPath): Found => {
    const found = find(yaml, where)
    if (found) return found
    throw refused(yaml, 0, `there is no ${shownPath(where)}`)
  }

  function set(where: YamlPath, value: Value, options: { after?: string[] } = {}): void {
    const found = find(yaml, where)
    if (!found || (isNothing(found.node) && !isScalarValue(value))) make(where, value, options.after ?? [])
    else change(found, where, value)
  }

  function change(found: Found, where: YamlPath, value: Value): void {
    assertOwn(yaml, found)
    if (!isScalarValue(value) || isMap(found.node) || isSeq(found.node))
      throw refused(yaml, startOf(found.node), `${shownPath(where)} is not a single value`)
    commit(scalarSet(yaml, found, value, changedData(data(), found, value)))
  }

  /** A key that is not there, below the nearest place that is. */
  function make(where: YamlPath, value: Value, after: string[]): void {
    for (let i = where.length - 1; i >= 0; i -= 1) {
      const found = find(yaml, where.slice(0, i))
      if (!found && i > 0) continue
      const rest = where.slice(i)
      const keys = rest.filter((k) => typeof k === 'string')
      if (keys.length < rest.length) throw refused(yaml, 0, `there is no ${shownPath(where)}`)
      const parent: Found = found ?? { doc: 0, keys: [], node: null, pair: null, parents: [] }
      assertOwn(yaml, parent)
      const [key = '', ...below] = keys
      const inner = below.reduceRight<Value>((v, k) => ({ [k]: v }), value)
      commit(keyAdded(yaml, parent, key, inner, after, changedData(data(), withKey(parent, key), inner)))
      return
    }
  }

  function add(where: YamlPath, entry: Value): void {
    const found = find(yaml, where)
    if (!found || isNothing(found.node)) make(where, [entry], [])
    else append(found, where, entry)
  }

  function append(found: Found, where: YamlPath, entry: Value): void {
    assertOwn(yaml, found)
    const { node } = found
    if (!isSeq(node)) throw refused(yaml, startOf(node), `${shownPath(where)} is not a list`)
    commit(added(yaml, found, node, entry, changedData(data(), withKey(found, node.items.length), entry)))
  }

  function remove(where: YamlPath): void {
    const found = mustFind(where)
    assertNotRepeated(yaml, found)
    assertOwn(yaml, { ...found, node: null })
    const list = found.parents.at(-1)
    if (!isSeq(list)) commit(pairRemoved(yaml, found, changedData(data(), found)))
    else if (list.items.length > 1) commit(itemRemoved(yaml, found, list, changedData(data(), found)))
    else remove(found.keys.slice(0, -1))
  }

  return {
    path: yaml.path,
    get text() {
      return yaml.text
    },
    get yaml() {
      return yaml
    },
    take: (next) => {
      yaml = next
    },
    has: (where) => find(yaml, where) !== null,
    get: (where) => {
      const found = find(yaml, where)
      return found ? valueAt(data()[found.doc], found.keys) : undefined
    },
    lineOf: (where) => {
      const found = find(yaml, where)
      return found ? yaml.lineOf(startOf(found.pair?.key ?? found.node)) : null
    },
    set,
    add,
    remove,
    renameKey: (where, name) => {
      const found = mustFind(where)
      assertOwn(yaml, { ...found, node: null })
      commit(keyRenamed(yaml, found, name, renamedData(data(), found, name)))
    },
    replaceStrings: (where, replace) => {
      const found = find(yaml, where)
      if (!found) return []
      const { planned, changes } = stringsReplaced(yaml, where.length === 0 ? null : found, replace)
      const lines = changes.map((c) => yaml.lineOf(startOf(c.node)))
      const expected = changes.reduce((d, c) => changedData(d, c, c.value), data())
      if (changes.length > 0) commit({ ...planned, data: expected })
      return lines
    },
    strings: (where) => {
      const found = find(yaml, where)
      const places = found ? placesOf(yaml, where.length === 0 ? null : found) : []
      return places.flatMap(({ node, keys }) =>
        isScalar(node) && typeof node.value === 'string'
          ? [{ keys, text: node.value, line: yaml.lineOf(startOf(node)) }]
          : [],
      )
    },
    moveTo: (where, target, list) => {
      const found = mustFind(where)
      const to = target as Inner
      assertNotRepeated(yaml, found)
      const entry = valueAt(data()[found.doc], found.keys) as Value
      const arrived = moved(yaml, found, to.yaml, list, entry)
      const next = checked(to.yaml, arrived)
      remove(where)
      to.take(next)
    },
  }
}

function checked(yaml: Yaml, { at, splices, data }: Planned): Yaml {
  const next = readable(yaml.path, spliced(yaml.text, splices))
  if (next && isDeepStrictEqual(normal(dataOf(next)), normal(data))) return next
  throw refused(yaml, at, 'this place is written in a way in which it cannot be edited safely')
}

function readable(path: string, text: string): Yaml | null {
  try {
    return parseYaml(path, text)
  } catch {
    return null
  }
}

/** A file with nothing in it has no document, or one that is empty. */
function normal(data: unknown[]): unknown[] {
  return data.length === 1 && isEmpty(data[0]) ? [] : data
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || isDeepStrictEqual(value, {})
}
