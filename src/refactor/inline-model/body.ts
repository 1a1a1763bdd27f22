/** A model's SQL as it can stand inside another statement: its CTEs, and the select that is left. */
import { type Cte, identifierOf, type With, withOf } from '../../project/sql/ctes.ts'
import { type Span, splitJinja } from '../../project/sql/jinja.ts'
import { callsInFile } from '../../project/sql/jinja-calls.ts'
import { keyOf } from '../../project/sql/names.ts'
import { tokensOf } from '../../project/sql/parse.ts'
import { toRaw } from '../../project/sql/source-map.ts'
import { carriedState } from '../extract-cte/carry.ts'
import { isImport } from '../extract-cte/text.ts'
import { jinjaState } from '../jinja-state.ts'
import { placeOf, refused, refusedAt, type SqlFile } from '../sql-file.ts'

/** A text as it stands in the file, and what it compiles to. */
export type Part = { raw: string; compiled: string }

export type Body = {
  /** `set` and `macro` statements that it needs, and the comments above it. */
  statements: string[]
  names: string[]
  comments: string
  /** `name as (...)`, each with its key, in order. */
  ctes: (Part & { name: string; key: string; body: string })[]
  /** What stands for the model: between brackets it is a query. `bracketed`: with the blanks it had between its own. */
  select: Part & { bracketed: boolean }
}

/** @param nested leave its CTEs inside of the query. @throws MartsmithError `refactor.refused` */
export function bodyOf(file: SqlFile, nested: boolean, tiedMacro: (name: string) => string | null): Body {
  const [version] = file.versions
  const { compiled } = version
  const tokens = tokensOf(compiled, file.adapter)
  const [first, last] = [tokens?.[0], tokens?.at(-1)]
  if (!first || !last) throw refused(file.path, null, 'its SQL cannot be read')
  if (last.type === 'SEMICOLON') throw refused(file.path, null, 'its SQL ends with a semicolon')
  const whole = { start: first.span.start, end: last.span.end }
  const place = statementIn(file, whole)
  const carried = carriedState(file, [place], tiedMacro)
  const head = {
    statements: carried.statements.map((s) => file.raw.slice(s.start, s.end)),
    names: carried.statements.flatMap((s) => s.names),
    comments: commentsAbove(file, place.start),
  }
  const clause = nested ? null : withOf(compiled, file.adapter)
  if (!clause) {
    if (first.type === 'WITH' && !nested) throw refused(file.path, null, 'its WITH cannot be read')
    const select = {
      raw: file.raw.slice(place.start, place.end),
      compiled: compiled.slice(whole.start, whole.end),
    }
    return { ...head, ctes: [], select: { ...select, bracketed: false } }
  }
  if (clause.recursive) throw refusedAt(file, place.start, 'its WITH is recursive')
  return { ...head, ...apart(file, clause, whole, place) }
}

function apart(file: SqlFile, clause: With, whole: Span, place: Span): Pick<Body, 'ctes' | 'select'> {
  const [version] = file.versions
  const { compiled } = version
  const last = clause.ctes.at(-1)
  const rest = compiled.slice(clause.rest, whole.end)
  const isLast = last !== undefined && last.columns === null && readsOnly(rest, last, file.adapter)
  const char = (at: number) => placeOf(file, version, { start: at, end: at + 1 })
  const own = isLast ? clause.ctes.slice(0, -1) : clause.ctes
  const ctes = own.map((cte) => ({
    name: cte.name,
    key: cte.key,
    raw: file.raw.slice(placeOf(file, version, cte.nameSpan).start, char(cte.end - 1).end),
    compiled: compiled.slice(cte.nameSpan.start, cte.end),
    body: compiled.slice(cte.body.start, cte.body.end),
  }))
  if (isLast) {
    const raw = file.raw.slice(char(last.body.start - 1).end, char(last.end - 1).start)
    return {
      ctes,
      select: { raw, compiled: compiled.slice(last.body.start, last.body.end), bracketed: true },
    }
  }
  const start = toRaw(version.map, clause.rest, whole.end)
  if (!start) throw refusedAt(file, place.start, 'its last select is made by Jinja')
  const from = 'jinja' in start ? start.jinja.start : start.start
  return { ctes, select: { raw: file.raw.slice(from, place.end), compiled: rest, bracketed: false } }
}

/** `select * from last_cte` */
function readsOnly(sql: string, cte: Cte, adapter: string): boolean {
  if (!isImport(sql, adapter)) return false
  const tokens = tokensOf(sql, adapter) ?? []
  const name = tokens[3]
  return (
    tokens.length === 4 &&
    name !== undefined &&
    keyOf(identifierOf(sql.slice(name.span.start, name.span.end)), adapter) === cte.key
  )
}

/** The statement in the file, with blocks of Jinja that reach into it as a whole. */
function statementIn(file: SqlFile, whole: Span): Span {
  const [version] = file.versions
  const found = toRaw(version.map, whole.start, whole.end)
  const state = jinjaState(file.raw)
  if (!found || !state) throw refused(file.path, null, 'its SQL cannot be led back to the file as one piece')
  let { start, end } = 'jinja' in found ? found.jinja : found
  for (const block of state.blocks) {
    if (block.start < end && block.end > start) {
      start = Math.min(start, block.start)
      end = Math.max(end, block.end)
    }
  }
  return { start, end }
}

/** Comments in front of the statement; `config(...)` says how the model is kept, and goes with it. */
function commentsAbove(file: SqlFile, end: number): string {
  const head = file.raw.slice(0, end)
  const state = jinjaState(head)
  const segments = splitJinja(head)
  if ('unclosed' in segments || !state) throw refused(file.path, null, 'a tag reaches into its SQL')
  const gone: Span[] = [
    ...(callsInFile(head, ['config']) ?? []).flatMap(({ span }) => {
      const tag = segments.find((s) => s.start < span.start && s.end > span.end)
      return tag ? [tag] : []
    }),
    ...state.assignments,
  ]
  const kept = gone
    .sort((a, b) => b.start - a.start)
    .reduce((text, s) => text.slice(0, s.start) + text.slice(s.end), head)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  const other = kept.find((line) => !/^\s*(--|\/\*|\*|\{#)/.test(line))
  if (other !== undefined)
    throw refused(file.path, null, `what stands in front of its SQL is not understood: ${other.trim()}`)
  return kept.join('\n')
}
