/** YAML with its places: nodes know where they stand in the text, so that edits can be made in the text itself. */

import type { Document } from 'yaml'
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
} from 'yaml'
import { MartsmithError } from '../../core/errors.ts'

export type Yaml = { path: string; text: string; docs: Document.Parsed[]; lineOf(offset: number): number }

/** dbt merges `<<`, as YAML 1.1 says. */
const OPTIONS = { merge: true, logLevel: 'silent' } as const
const MOST_ALIASES = 10_000

/** @throws MartsmithError `yaml.refused` with the line, where it cannot be read. */
export function parseYaml(path: string, text: string): Yaml {
  const lines = new LineCounter()
  // A block that ends with the file may or may not have a line break there: both are the same to us.
  const parsed = parseAllDocuments(text.endsWith('\n') ? text : `${text}\n`, {
    ...OPTIONS,
    lineCounter: lines,
  })
  const docs = Array.isArray(parsed) ? parsed : []
  const yaml: Yaml = { path, text, docs, lineOf: (offset) => lines.linePos(offset).line }
  const error = docs.flatMap((d) => d.errors)[0]
  if (error) throw refused(yaml, error.pos[0], `not valid YAML: ${error.message.split(/ at line |\n/)[0]}`)
  return yaml
}

export function refused(yaml: Pick<Yaml, 'path' | 'lineOf'>, offset: number, why: string): MartsmithError {
  return new MartsmithError({ code: 'yaml.refused', message: `${yaml.path}:${yaml.lineOf(offset)}: ${why}` })
}

/** What the documents say, one value each. */
export function dataOf(yaml: Yaml): unknown[] {
  return yaml.docs.map((d) => d.toJS({ maxAliasCount: MOST_ALIASES }) as unknown)
}

export function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}

/** The offset after the last character that a node says something with; comments and blank lines are not in it. */
export function endOf(text: string, node: unknown): number {
  if (isPair(node)) return pairEnd(text, node)
  if (isMap(node) || isSeq(node)) {
    const last: unknown = node.flow ? undefined : node.items.at(-1)
    return last === undefined ? (node.range?.[1] ?? 0) : endOf(text, last)
  }
  if (!isScalar(node) && !isAlias(node)) return 0
  const [start = 0, end = 0] = node.range ?? []
  const source = text.slice(start, end)
  // With `+` the blank lines at the end belong to the text.
  if (isScalar(node) && node.type?.startsWith('BLOCK') && /^[|>]\d?\+/.test(source)) return end
  return start + source.trimEnd().length
}

function pairEnd(text: string, pair: Pair): number {
  const key = endOf(text, pair.key)
  // A key with nothing behind it: its colon is the end.
  const colon = text.indexOf(':', key) + 1
  return Math.max(colon, endOf(text, pair.value))
}

/** The name of a key, as dbt reads it. */
export function keyOf(pair: Pair): string {
  if (!isScalar(pair.key)) return ''
  return typeof pair.key.value === 'string' ? pair.key.value : (pair.key.source ?? String(pair.key.value))
}

/** A key, or a file, with nothing behind it. */
export function isNothing(node: unknown): boolean {
  return (
    node === null ||
    node === undefined ||
    (isScalar(node) && node.value === null && (node.source ?? '') === '')
  )
}

export function isInFlow(parents: unknown[]): boolean {
  return parents.some((p) => (isMap(p) || isSeq(p)) && p.flow === true)
}
