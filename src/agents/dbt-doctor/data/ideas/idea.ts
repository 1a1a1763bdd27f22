/** What could mend a culprit at its place: edits of the user's files, told while the warehouse can still be asked. */
import { toRaw } from '../../../../project/sql/source-map.ts'
import type { Span } from '../../../../project/sql/types.ts'
import { writtenName } from '../../../../refactor/written.ts'
import type { Block } from '../block.ts'
import type { Look } from '../look.ts'

export type IdeaEdit = { file: string; start: number; end: number; text: string }

export type Idea = {
  title: string
  because: string[]
  score: number
  edits: IdeaEdit[]
  /** Why a person has to choose it, however well it proves itself. */
  asks?: string
}

/** A span of compiled SQL in the user's file, where nothing but it stands there; else null. */
export function rawAt(
  look: Look,
  id: string,
  span: Span,
): { file: string; start: number; end: number } | null {
  const model = look.compiled(id)
  const file = look.fileOf(id)
  if (!model || 'error' in model || model.path === null || 'noMap' in model.map || !file) return null
  const found = toRaw(model.map, span.start, span.end)
  if (!found) return null
  if ('jinja' in found) return { file, start: found.jinja.start, end: found.jinja.end }
  return { file, start: found.start, end: found.end }
}

export function replacing(look: Look, { scope }: Block, span: Span, text: string): IdeaEdit[] | null {
  const at = rawAt(look, scope.model.id, span)
  return at && [{ ...at, text }]
}

/** Text behind a span. */
export function behind(look: Look, { scope }: Block, span: Span, text: string): IdeaEdit[] | null {
  const last = rawAt(look, scope.model.id, { start: span.end - 1, end: span.end })
  return last && [{ ...last, start: last.end, text }]
}

/** A column of a source as the file would write it. */
export function writtenColumn(look: Look, { select }: Block, source: number, column: string): string {
  const name = select.sources[source]?.name
  const of = name ? `${name.quoted ? look.quote(name.name) : name.name}.` : ''
  return `${of}${writtenName(column, look.adapter)}`
}

export function idea(title: string, because: string[], score: number, edits: IdeaEdit[] | null): Idea[] {
  return edits && edits.length > 0 ? [{ title, because, score, edits }] : []
}
