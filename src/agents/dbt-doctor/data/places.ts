/** A culprit at its place, with its examples. */
import type { Span } from '../../../project/sql/types.ts'
import { type Block, type Output, textOf } from './block.ts'
import type { Wrong } from './decision.ts'
import type { Look } from './look.ts'
import { type Born, type Culprit, example, type Spot } from './types.ts'

type Said = { born: Born; sentence: string; evidence?: string[] }

export function culpritIn(
  look: Look,
  block: Block,
  at: Span | null,
  { born, sentence, evidence = [] }: Said,
  spot: Partial<Omit<Spot, 'block'>> = {},
): Culprit {
  const { id } = block.scope.model
  const place = at ? look.place(id, at) : null
  return {
    born,
    node: id,
    file: place?.file ?? look.fileOf(id),
    line: place?.line ?? null,
    sentence,
    evidence,
    spot: { block, source: null, span: at, outputs: [], ...spot },
  }
}

export function culpritOf(
  look: Look,
  id: string,
  { born, sentence, evidence = [], wrong }: Said & { wrong?: Wrong },
): Culprit {
  const rest = wrong ? { wrong } : {}
  const line = born === 'build' || born === 'passed over' ? incrementalLine(look, id) : look.lineOf(id)
  return { born, node: id, file: look.fileOf(id), line, sentence, evidence, spot: null, ...rest }
}

/** `int_orders line 23`, where the file is named beside it. */
export function stepWords(look: Look, block: Block, at: Span | null): string {
  const { id } = block.scope.model
  const place = at ? look.place(id, at) : null
  return place ? `${look.label(id)} line ${place.line}` : look.label(id)
}

const MOST_EXAMPLES = 3

export async function examplesOf(look: Look, columns: string[], statement: string): Promise<string[]> {
  const found = await look.rows(statement, MOST_EXAMPLES)
  return (found?.rows ?? []).map((row) => example(columns, row.slice(0, columns.length)))
}

/** A join from its words to what is joined, without the condition. */
export function joinPlace({ select }: Block, at: number): Span | null {
  const source = select.sources[at]
  return source ? { start: source.words.start, end: source.item.end } : null
}

/** What a source of a block is called. */
export function sourceWords(look: Look, { select, scope }: Block, at: number): string {
  const source = select.sources[at]
  if (!source) return 'it'
  if (source.what.kind !== 'name') return source.name?.name ?? 'a subquery'
  const id = look.nodeOf(scope.model, source.what.path)
  return id ? look.label(id) : (source.what.path.at(-1)?.name ?? 'it')
}

/** Rows of one source of a block alone. */
export function sourceText({ select, scope }: Block, at: number): string {
  const source = select.sources[at]
  return source ? textOf(scope.model, source.item) : ''
}

export const named = (output: Output) => output.name ?? output.text

/** The variables that have a say in what a model takes of what is new, in words. */
export function incrementalVars(look: Look, id: string): string[] {
  const raw = look.compiled(id)?.raw ?? ''
  const blocks = raw.match(/\{%-?\s*if\s[^%]*\bis_incremental\s*\([\s\S]*?\{%-?\s*end\s*if\b/g) ?? []
  const names = blocks.flatMap((b) => [...b.matchAll(/\bvar\s*\(\s*['"](\w+)['"]/g)].map((m) => m[1] ?? ''))
  return [...new Set(names)].map((name) => `What it takes of what is new is set by the variable ${name}.`)
}

/** Where a model says what it takes of what is new: the line that looks at the table itself, else the block's first. */
function incrementalLine(look: Look, id: string): number | null {
  const lines = (look.compiled(id)?.raw ?? '').split('\n')
  const begin = lines.findIndex((l) => /\bis_incremental\s*\(/.test(l))
  if (begin < 0) return null
  const end = lines.findIndex((l, i) => i > begin && /\bendif\b/.test(l))
  const at = lines.findIndex((l, i) => i >= begin && (end < 0 || i <= end) && /\{\{-?\s*this\b/.test(l))
  return (at < 0 ? begin : at) + 1
}
