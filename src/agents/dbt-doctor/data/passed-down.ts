/** A question about rows of a relation, put to what it is made from, as far as the columns that it asks for pass through. */
import type { Span } from '../../../project/sql/types.ts'
import {
  type Block,
  blockOf,
  columnText,
  expressionAt,
  type Output,
  outputsOf,
  type Read,
  readOf,
  scopeOf,
} from './block.ts'
import type { Look } from './look.ts'

/** An expression over columns of one relation. */
export type Made = { columns: string[]; text(names: string[]): string }

export type Filter = { made: Made; block: Block; at: Span }

/** What is asked of a relation: expressions over its columns, of the rows that the filters leave. */
export type Rows = { columns: Made[]; filters: Filter[] }

export type Lowest = {
  /** The last relation that has it. */
  last: { id: string; rows: Rows } | null
  /** It comes about in this select, and not in what that reads; null where what has it is made of nothing. */
  stopped: {
    block: Block | null
    /** Of the relation below, which does not have it. */
    below: { id: string; rows: Rows } | null
    /** `lost`: rows below fall out, or others come; `expression`: by what is done to a column. */
    why: 'lost' | 'expression' | 'shape'
  } | null
}

export type Asks = {
  /** How much of it a relation has; null where it cannot be asked. */
  has(id: string, rows: Rows): Promise<number | null>
  /** Rows that a filter on the way leaves out have no part in it. */
  filtered: boolean
}

const MOST_DEPTH = 60

export async function lowestOf(look: Look, first: Read, rows: Rows, asks: Asks): Promise<Lowest> {
  let read = first
  let here = rows
  /** The same without what is done to the columns since the last relation. */
  let bare = rows
  let last: Lowest['last'] = null
  let blocks: Block[] = []
  const ends = (why: 'lost' | 'expression' | 'shape', below: Lowest['last'] = null): Lowest => ({
    last,
    stopped: { block: blocks.find(doesSomething) ?? blocks[0] ?? null, below, why },
  })
  for (let depth = 0; read && depth < MOST_DEPTH; depth += 1) {
    if (read.kind === 'node') {
      const { id } = read
      const found = await asks.has(id, here)
      if (found === 0) return ends('lost', { id, rows: here })
      const isChanged = here.columns.some((c, i) => c !== bare.columns[i])
      if (found !== null && isChanged && (await asks.has(id, bare)) === 0)
        return ends('expression', { id, rows: here })
      const model = await look.model(id)
      if (found !== null) {
        if (!asks.filtered) here = { ...here, filters: [] }
        last = { id, rows: here }
        bare = here
        blocks = []
      }
      const scope = model && scopeOf(model)
      if (!model) return { last, stopped: null }
      if (!scope) return ends('shape')
      read = { kind: 'scope', scope }
      continue
    }
    const block: Block | null = read.scope.body.arms.length === 1 ? await blockOf(look, read.scope, 0) : null
    if (block) blocks.push(block)
    const next: { source: number; rows: Rows; bare: Rows } | null = block && through(look, block, here, bare)
    const source = next && block?.select.sources[next.source]
    if (!block || !next || !source) return ends('shape')
    here = next.rows
    bare = next.bare
    read = readOf(look, block, source)
  }
  return ends('shape')
}

const doesSomething = ({ select }: Block) =>
  select.where.length > 0 || select.sources.length > 1 || select.items.some((i) => !i.star)

/** The same question to the source of a select; null where it has other rows, or its columns are made of several. */
function through(
  look: Look,
  block: Block,
  rows: Rows,
  bare: Rows,
): { source: number; rows: Rows; bare: Rows } | null {
  const { group, distinct, having, qualify, limited, where } = block.select
  const outputs = outputsOf(look, block)
  if (group || distinct || having || qualify || limited || !outputs) return null
  const known = new Map(outputs.map((o) => [o.name, o]))
  const asked = [...rows.columns, ...rows.filters.map((f) => f.made), ...bare.columns]
  const names = [...new Set(asked.flatMap((m) => m.columns))]
  const used = names.map((n) => known.get(n))
  const sources = new Set(used.flatMap((o) => o?.refs.map((r) => r.source) ?? []))
  const [source] = sources
  if (source === undefined || sources.size > 1) return null
  const made = new Map(names.map((n, i) => [n, used[i] ? madeOf(look, block, used[i]) : null]))
  const own = where.map((at) => ({ at, output: expressionAt(look, block, at) }))
  const filters = own.map(({ at, output }) => {
    const isOfIt = output.refs.every((r) => r.source === source)
    const filter = isOfIt ? madeOf(look, block, output) : null
    return filter && { made: filter, block, at }
  })
  const over = (m: Made) => composed(m, made)
  const overBare = (m: Made) => composed(m, made, true)
  const columns = rows.columns.map(over)
  const bareColumns = bare.columns.map((m, i) => {
    const isPlain = m.columns.every((c) => known.get(c)?.plain)
    return isPlain && m === rows.columns[i] ? (columns[i] ?? null) : overBare(m)
  })
  const above = rows.filters.map((f) => {
    const moved = over(f.made)
    return moved && { ...f, made: moved }
  })
  const [all, alsoBare, left] = [columns, bareColumns, [...above, ...filters]]
  if (!isWhole(all) || !isWhole(alsoBare) || !isWhole(left)) return null
  return { source, rows: { columns: all, filters: left }, bare: { columns: alsoBare, filters: left } }
}

const isWhole = <T>(items: (T | null)[]): items is T[] => items.every((i) => i !== null)

function composed(made: Made, of: Map<string, Made | null>, bare = false): Made | null {
  const parts = made.columns.map((c) => {
    const part = of.get(c) ?? null
    const [only, ...more] = [...new Set(part?.columns ?? [])]
    return bare && only !== undefined && more.length === 0 ? columnMade(only) : part
  })
  if (!isWhole(parts)) return null
  return {
    columns: parts.flatMap((p) => p.columns),
    text: (names) => {
      let at = 0
      return made.text(
        parts.map((p) => {
          const own = names.slice(at, at + p.columns.length)
          at += p.columns.length
          return p.text(own)
        }),
      )
    },
  }
}

export const columnMade = (column: string): Made => ({ columns: [column], text: ([name = '']) => name })

/** Null where it depends on other rows, or cannot be taken apart. */
export function madeOf(look: Look, block: Block, { text, refs, plain }: Output): Made | null {
  const [first] = refs
  if (plain && first) return columnMade(first.column)
  if (refs.length === 0 || /\bover\s*\(|\bselect\b/i.test(text)) return null
  const pieces: string[] = []
  let at = 0
  for (const ref of refs) {
    const written = ref.span ? text.slice(ref.span.start, ref.span.end) : ''
    const isIt = [columnText(look, block, ref), ref.column].some(
      (n) => n.replaceAll('"', '').toLowerCase() === written.replaceAll('"', '').toLowerCase(),
    )
    if (!ref.span || !isIt) return null
    pieces.push(text.slice(at, ref.span.start))
    at = ref.span.end
  }
  return {
    columns: refs.map((r) => r.column),
    text: (names) => `(${pieces.map((p, i) => `${p}${names[i] ?? ''}`).join('')}${text.slice(at)})`,
  }
}

/** As SQL over a relation that stands alone. */
export const madeText = (look: Look, made: Made) => made.text(made.columns.map(look.quote))
