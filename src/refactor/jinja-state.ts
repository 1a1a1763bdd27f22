/** What a file's Jinja remembers: the names it sets, where they are used, and which blocks stand around a place. */
import { type Span, splitJinja, withoutStrings } from '../project/sql/jinja.ts'
import { blockWord } from '../project/sql/statements.ts'

/** `{% set x = ... %}`, `{% set x %}...{% endset %}`, `{% macro x() %}...{% endmacro %}`: all of it. */
export type Assignment = Span & { names: string[]; uses: Set<string>; insideOf: Block | null }
/** A block with all that stands in it, from its first tag to the end of its last. */
export type Block = Span & { word: string }
export type JinjaState = {
  assignments: Assignment[]
  /** Statements that may change what a name holds: `{% do x.append(1) %}`, `{% set ns.x = 1 %}`. */
  changing: (Span & { uses: Set<string> })[]
  blocks: Block[]
}

const OPENS = new Set(['if', 'for', 'set', 'macro', 'call', 'filter', 'with'])
const WORDS = new Set([
  ...['if', 'elif', 'else', 'endif', 'for', 'endfor', 'in', 'is', 'not', 'and', 'or', 'set', 'endset', 'do'],
  ...['macro', 'endmacro', 'call', 'endcall', 'filter', 'endfilter', 'with', 'endwith', 'recursive'],
  ...['true', 'false', 'none', 'True', 'False', 'None', 'break', 'continue', 'loop'],
])

/** null where a tag or a block has no end. */
export function jinjaState(text: string): JinjaState | null {
  const segments = splitJinja(text)
  if ('unclosed' in segments) return null
  const state: JinjaState = { assignments: [], changing: [], blocks: [] }
  const open: Block[] = []
  for (const { kind, start, end, ...segment } of segments) {
    if (kind !== 'statement' || !('inner' in segment)) continue
    const code = text.slice(segment.inner.start, segment.inner.end)
    const word = blockWord(code)
    if (word === '=') assign(state, text, { start, end }, code, open.at(-1) ?? null)
    else if (word === 'do') state.changing.push({ start, end, uses: namesInCode(code) })
    else if (OPENS.has(word)) open.push({ word, start, end })
    else if (word.startsWith('end')) {
      const block = open.pop()
      if (block?.word !== word.slice(3)) return null
      const whole = { ...block, end }
      state.blocks.push(whole)
      if (block.word === 'set' || block.word === 'macro') {
        const first = text.slice(block.start, block.end).replace(/^\{%[-+]?|[-+]?%\}$/g, '')
        assign(state, text, whole, first, open.at(-1) ?? null)
      }
    }
  }
  return open.length === 0 ? state : null
}

function assign(state: JinjaState, text: string, span: Span, code: string, insideOf: Block | null): void {
  const target = /^\s*(?:set|macro)\s+([\w\s,.]+)/.exec(code)?.[1] ?? ''
  const uses = namesIn(text, span)
  if (target.includes('.')) state.changing.push({ ...span, uses })
  else state.assignments.push({ ...span, names: target.split(',').map((n) => n.trim()), uses, insideOf })
}

/** Names that the tags in a span use, of variables, macros and functions; one too many rather than one too few. */
export function namesIn(text: string, { start, end }: Span): Set<string> {
  const segments = splitJinja(text.slice(start, end))
  if ('unclosed' in segments) return new Set()
  const names = new Set<string>()
  for (const segment of segments) {
    if (segment.kind !== 'expression' && segment.kind !== 'statement') continue
    const { inner } = segment
    for (const name of namesInCode(text.slice(start + inner.start, start + inner.end))) names.add(name)
  }
  return names
}

/** Without attributes (`x.name`), names of arguments (`name=`) and the words of Jinja itself. */
function namesInCode(code: string): Set<string> {
  const bare = withoutStrings(code)
  const found = [...bare.matchAll(/(?<![\w.])([A-Za-z_]\w*)(?!\w)(\s*=(?!=))?/g)]
  const isSet = /^\s*set\b/.test(bare)
  return new Set(
    found.flatMap(([, name = '', named]) => (WORDS.has(name) || (named && !isSet) ? [] : [name])),
  )
}

/** The innermost block that a place stands in. */
export function blockAround({ blocks }: JinjaState, { start, end }: Span): Block | null {
  const around = blocks.filter((b) => b.start < end && b.end > start && !(b.start >= start && b.end <= end))
  return around.sort((a, b) => b.start - a.start)[0] ?? null
}
