/** Another model of the project that has what is read, with one row per key: it is read instead. */
import { list } from '../../../../core/text.ts'
import { keyOfStored } from '../../../../project/sql/names.ts'
import type { Span } from '../../../../project/sql/types.ts'
import { declaredKeys } from '../../../../sandbox/compare/keys.ts'
import { type Block, blockOf, expressionAt, joinPairs, outputsOf, readOf, scopeOf } from '../block.ts'
import { repeats, repeatsStatement } from '../counts.ts'
import type { Look } from '../look.ts'
import type { Spot } from '../types.ts'
import { type Idea, type IdeaEdit, idea, rawAt, writtenColumn } from './idea.ts'

export async function sibling(look: Look, { block, source: at, outputs }: Spot): Promise<Idea[]> {
  const joined = at === null ? undefined : block.select.sources[at]
  if (at === null || !joined) return []
  const pairs = joinPairs(look, block, at)
  const keys =
    pairs.length > 0 ? pairs.map((p) => p.own.column) : outputs.flatMap((o) => o.refs.map((r) => r.column))
  const place = await nameRead(look, block, at)
  if (!place || keys.length === 0) return []
  const used = usedOf(look, block, at)
  const { graph } = look
  const below = new Set([block.scope.model.id, ...graph.descendants([block.scope.model.id])])
  const others = graph
    .children(place.id)
    .filter(
      (id) => id.startsWith('model.') && graph.isOwn(id) && !below.has(id) && id !== block.scope.model.id,
    )
  const found: Idea[] = []
  for (const id of others) {
    const columns = await columnsInstead(
      look,
      id,
      [...new Set([...keys, ...used.map((u) => u.column)])],
      place.id,
    )
    if (!columns) continue
    const relation = await look.relation(id)
    const [held = null] = relation
      ? await repeats(look, [
          repeatsStatement(
            keys.map((k) => look.quote(columns.get(k) ?? k)),
            relation,
          ),
        ])
      : []
    if (held?.keys !== 0) continue
    const isSaid = declaredKeys(graph.manifest, id).some((k) => k.length === keys.length)
    const name = graph.label(id)
    const text = place.text.replace(
      /(['"])([^'"]+)\1(\s*\)\s*\}\})$/,
      (_, q, __, end) => `${q}${name}${q}${end}`,
    )
    const edits: IdeaEdit[] = [{ file: place.file, start: place.start, end: place.end, text }]
    for (const { span, column, bare } of used) {
      const to = columns.get(column) ?? column
      const spot = to === column ? null : rawAt(look, block.scope.model.id, span)
      const written = writtenColumn(look, block, at, to)
      if (spot) edits.push({ ...spot, text: bare ? `${written} as ${column}` : written })
    }
    if (text === place.text) continue
    const because = [`${name} is made from ${graph.label(place.id)} and has one row per ${list(keys)}`]
    found.push(...idea(`Read ${name} instead of ${graph.label(place.id)}`, because, isSaid ? 76 : 73, edits))
  }
  return found
}

type NameRead = { id: string; file: string; start: number; end: number; text: string }

/** The ref that a source is, or that the CTE passes on of which it is. */
async function nameRead(look: Look, block: Block, at: number): Promise<NameRead | null> {
  const source = block.select.sources[at]
  const read = source ? readOf(look, block, source) : null
  if (!source || !read) return null
  if (read.kind === 'scope') {
    const inner = await blockOf(look, read.scope, 0)
    const all = inner?.select.items.every((i) => i.star) && inner.select.sources.length === 1
    const once = block.scope.model.outline.ctes.length === 0 || isReadOnce(block, source.name?.name ?? '')
    return inner && all && once && inner.select.where.length === 0 ? nameRead(look, inner, 0) : null
  }
  if (source.what.kind !== 'name') return null
  const first = source.item.start
  const place = rawAt(look, block.scope.model.id, { start: first, end: pathEnd(block, source.item) })
  const model = look.compiled(block.scope.model.id)
  if (!place || !model) return null
  const text = model.raw.slice(place.start, place.end)
  return /^\{\{\s*ref\(/.test(text) ? { id: read.id, ...place, text } : null
}

function pathEnd({ scope }: Block, item: Span): number {
  const text = scope.model.sql.slice(item.start, item.end)
  return item.start + (/^\S+/.exec(text)?.[0].length ?? text.length)
}

function isReadOnce({ scope }: Block, name: string): boolean {
  const word = new RegExp(`\\b(?:from|join)\\s+${name.replace(/[^\w]/g, '')}\\b`, 'gi')
  return (scope.model.sql.match(word) ?? []).length <= 1
}

type Used = { span: Span; column: string; bare: boolean }

/** The columns of a source that the select reads outside of the condition of its join. */
function usedOf(look: Look, block: Block, at: number): Used[] {
  const { select } = block
  const parts = [
    ...select.items.filter((i) => !i.star).map((i) => ({ span: i.expression, bare: i.alias === null })),
    ...select.where.map((span) => ({ span, bare: false })),
    ...select.sources.flatMap((s, i) => (s.on && i !== at ? [{ span: s.on, bare: false }] : [])),
  ]
  return parts.flatMap(({ span, bare }) => {
    const made = expressionAt(look, block, span)
    return made.refs.flatMap((r) =>
      r.source === at && r.span
        ? [
            {
              span: { start: span.start + r.span.start, end: span.start + r.span.end },
              column: r.column,
              bare: bare && made.plain,
            },
          ]
        : [],
    )
  })
}

/** What the model calls each of the columns, as they are or summed up; null where it lacks one. */
async function columnsInstead(
  look: Look,
  id: string,
  wanted: string[],
  from: string,
): Promise<Map<string, string> | null> {
  const model = await look.model(id)
  const scope = model && scopeOf(model)
  const block = scope && scope.body.arms.length === 1 ? await blockOf(look, scope, 0) : null
  const outputs = block && outputsOf(look, block)
  if (!block || !outputs) return null
  const key = (name: string) => keyOfStored(name, look.adapter)
  const found = new Map<string, string>()
  for (const column of wanted) {
    const same = outputs.find((o) => o.name !== null && key(o.name) === key(column))
    const made = outputs.filter(
      (o) =>
        /^\s*(?:sum|max|min)\s*\(/i.test(o.text) &&
        o.refs.length === 1 &&
        o.refs.every((r) => key(r.column) === key(column) && isFrom(look, block, r.source, from)),
    )
    const one = same ?? (made.length === 1 ? made[0] : undefined)
    if (!one?.name) return null
    found.set(column, one.name)
  }
  return found
}

function isFrom(look: Look, block: Block, at: number, id: string): boolean {
  const source = block.select.sources[at]
  const read = source ? readOf(look, block, source) : null
  // Of a CTE it is taken for granted: the model reads nothing else of that name.
  return read?.kind === 'scope' || read?.id === id
}
