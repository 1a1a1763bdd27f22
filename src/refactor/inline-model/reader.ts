/** A reader's file with the SQL of what it reads in it, instead of a `ref`. */

import type { TextEdit } from '../../changes/edits.ts'
import { type Cte, sameStatement, type With, withOf } from '../../project/sql/ctes.ts'
import type { Span } from '../../project/sql/jinja.ts'
import { splitJinja } from '../../project/sql/jinja.ts'
import { callsInFile, refTarget } from '../../project/sql/jinja-calls.ts'
import { isPlain, keyOf, quoteName } from '../../project/sql/names.ts'
import { tokensOf } from '../../project/sql/parse.ts'
import { plainCall } from '../../project/sql/render.ts'
import { toRaw } from '../../project/sql/source-map.ts'
import type { Resolved } from '../../project/sql/types.ts'
import { isImport } from '../extract-cte/text.ts'
import { namesIn } from '../jinja-state.ts'
import { eolOf, inCaseOf, placeOf, refused, refusedAt, type SqlFile, type Version } from '../sql-file.ts'
import type { Body } from './body.ts'
import { indented } from './indent.ts'

export type Inlined = {
  edits: TextEdit[]
  /** The same with what the inlined SQL compiles to: that needs no ref of its own. */
  check: TextEdit[]
  /** What each version of the reader must compile to then. */
  expected: string[]
  /** The CTE that stands for the model. */
  cte: string
}

export type Model = { id: string; name: string; relation: string }
export type Style = { indent: string; leadingCommas: boolean }

/** @throws MartsmithError `refactor.refused`, `refactor.collision` with line and reason. */
export function inlined(
  file: SqlFile,
  model: Model,
  body: Body,
  style: Style,
  resolve: (version: Version) => Resolved | { error: string },
): Inlined {
  const [version] = file.versions
  const uses = file.versions.map((v) => usesOf(file, v, model, resolve(v)))
  const tags = distinct(uses.flat().map((u) => u.tag))
  assertAll(file, model, tags)
  const clause = withOf(version.compiled, file.adapter)
  const at = clause && tags.length === 1 ? importOf(file, version, clause, uses[0]?.[0]?.segment) : null
  const name = at?.name ?? nameFor(model, file.adapter)
  assertNoCollisions(file, version, clause, body, at, name)
  const ctes = body.ctes.filter((c) => !clause?.ctes.some((own) => own.key === c.key))
  const layout = layoutOf(file, version, clause, style)
  const write = (part: 'raw' | 'compiled'): TextEdit[] => {
    const text = (p: { raw: string; compiled: string }) =>
      part === 'raw' ? p.raw.replace(/\r?\n/g, layout.eol) : literal(p.compiled)
    const query = body.select.bracketed
      ? text(body.select)
      : `${layout.before}${indented(text(body.select), style.indent)}${layout.after}`
    const units = ctes.map((c) => text(c))
    const head = part === 'raw' ? headOf(file, version, body) : []
    const comments = part === 'raw' ? commentsOf(body, layout.eol) : ''
    if (at) {
      const nameAt = placeOf(file, version, at.nameSpan)
      const bracket = (offset: number) => placeOf(file, version, { start: offset, end: offset + 1 })
      const inside = { start: bracket(at.body.start - 1).end, end: bracket(at.end - 1).start }
      const before = units.map((u) => u + layout.between).join('')
      const above = aboveCte(file, version, nameAt.start, comments)
      return [...head, ...above, ...put(nameAt.start, before), { ...inside, text: query }]
    }
    const all = [...units, `${name} ${inCaseOf(version.compiled, 'as')} (${query})`]
    const instead = tags.map((tag) => ({ ...tag, text: name }))
    const [first] = clause?.ctes ?? []
    if (first) {
      const start = placeOf(file, version, first.nameSpan).start
      const above = aboveCte(file, version, start, comments)
      return [...head, ...above, ...put(start, all.map((u) => u + layout.between).join('')), ...instead]
    }
    const start = firstToken(file, version)
    const lead = inCaseOf(version.compiled, 'with')
    return [
      ...head,
      ...put(start, `${comments}${lead} ${all.join(layout.between)}${layout.eol}${layout.eol}`),
      ...instead,
    ]
  }
  return {
    edits: write('raw'),
    check: write('compiled'),
    cte: name,
    expected: file.versions.map((v, i) => expectedOf(v, file, { at, name, ctes, body }, uses[i] ?? [])),
  }
}

function commentsOf({ comments }: Body, eol: string): string {
  return comments === '' ? '' : `${comments.replaceAll('\n', eol)}${eol}`
}

/** Comments need a line of their own: where the CTE has none, they go above the statement. */
function aboveCte(file: SqlFile, version: Version, start: number, comments: string): TextEdit[] {
  const before = file.raw.slice(file.raw.lastIndexOf('\n', start - 1) + 1, start)
  return put(before.trim() === '' ? start : firstToken(file, version), comments)
}

function put(start: number, text: string): TextEdit[] {
  return text === '' ? [] : [{ start, end: start, text }]
}

type Use = { tag: Span; segment: Span }

/** Where the model is read, as the tag in the file and as what that became. */
function usesOf(
  file: SqlFile,
  { map }: Version,
  model: Model,
  resolved: Resolved | { error: string },
): Use[] {
  if ('error' in resolved) throw refused(file.path, null, `its SQL cannot be read: ${resolved.error}`)
  const found = resolved.tables.filter((t) => t.table.id === model.id)
  return found.map(({ span }) => {
    const place = span && toRaw(map, span.start, span.end)
    const segment = span && map.find((s) => s.start <= span.start && s.end >= span.end)
    if (!place || !segment || !('jinja' in place))
      throw refused(file.path, null, `${model.name} is read in a way that is not a ref`)
    const { start, end } = place.jinja
    const code = file.raw.slice(start, end).replace(/^\{\{[-+]?|[-+]?\}\}$/g, '')
    if (plainCall(code)?.kind !== 'ref')
      throw refusedAt(file, start, `${model.name} is read through Jinja that is no plain ref`)
    return { tag: { start, end }, segment: { start: segment.start, end: segment.end } }
  })
}

/** Every mention of the model must be one of those places: a hook or a comment may need its relation. */
function assertAll(file: SqlFile, { name }: Model, tags: Span[]): void {
  if (tags.length === 0) throw refused(file.path, null, `where it reads ${name} cannot be found in it`)
  for (const call of callsInFile(file.raw, ['ref']) ?? []) {
    if (refTarget(call)?.name !== name) continue
    if (!tags.some((t) => t.start <= call.span.start && t.end >= call.span.end))
      throw refusedAt(file, call.span.start, `${name} is named here, and not as a relation that is read`)
  }
}

/** The CTE that is nothing but `select * from` the model. */
function importOf(file: SqlFile, version: Version, clause: With, segment: Span | undefined): Cte | null {
  const cte = clause.ctes.find((c) => segment && segment.start >= c.body.start && segment.end <= c.body.end)
  if (!cte || !isImport(version.compiled.slice(cte.body.start, cte.body.end), file.adapter)) return null
  const bracket = (offset: number) => placeOf(file, version, { start: offset, end: offset + 1 })
  const raw = file.raw.slice(bracket(cte.body.start - 1).end, bracket(cte.end - 1).start)
  const tags = splitJinja(raw)
  return !('unclosed' in tags) && tags.filter((t) => t.kind !== 'text').length === 1 ? cte : null
}

/** Unquoted where that means the same. */
function nameFor({ relation }: Model, adapter: string): string {
  return isPlain(relation, adapter) ? relation : quoteName(relation, adapter)
}

function assertNoCollisions(
  file: SqlFile,
  version: Version,
  clause: With | null,
  body: Body,
  at: Cte | null,
  name: string,
): void {
  const own = clause?.ctes ?? []
  const insertAt = at ? own.indexOf(at) : 0
  const clash = (cte: string) =>
    refused(file.path, null, `it has a CTE ${cte}, and so has what would come into it`, [
      'Add --nested: the CTEs then stay inside of the one that takes the place of the model.',
      'Or rename one of the two.',
    ])
  for (const cte of body.ctes) {
    const other = own.findIndex((o) => o.key === cte.key)
    const there = own[other]
    if (!there) continue
    // Both read the same relation, and nothing else: one is enough, if it comes before what needs it.
    const same =
      isImport(cte.body, file.adapter) &&
      sameStatement(cte.body, version.compiled.slice(there.body.start, there.body.end), file.adapter)
    if (!same || other >= insertAt || there === at) throw clash(cte.name)
  }
  const key = keyOf({ name: name.replace(/^["`[]|["`\]]$/g, ''), quoted: /^["`[]/.test(name) }, file.adapter)
  if (!at && (own.some((o) => o.key === key) || body.ctes.some((c) => c.key === key))) throw clash(name)
}

type Layout = { before: string; after: string; between: string; eol: string }

/** Blanks inside the brackets of CTEs and between them, as they are in this file. */
function layoutOf(file: SqlFile, version: Version, clause: With | null, style: Style): Layout {
  const { compiled } = version
  const eol = eolOf(file.raw)
  const ctes = clause?.ctes ?? []
  const bodies = ctes.map((c) => compiled.slice(c.body.start, c.body.end)).filter((b) => b.includes('\n'))
  const before = /^[^\S\n]*\n(?:[^\S\n]*\n)*/.exec(bodies[0] ?? '')?.[0] ?? '\n'
  const after = /\n\s*$/.exec(bodies[0] ?? '')?.[0] ?? '\n'
  const gaps = ctes.slice(1).map((c, i) => compiled.slice(ctes[i]?.end ?? 0, c.nameSpan.start))
  const plain = gaps.find((g) => /^\s*,\s*$/.test(g))
  const between = plain ?? (style.leadingCommas ? '\n\n, ' : ',\n\n')
  const native = (text: string) => text.replace(/\r?\n/g, eol)
  return { before: native(before), after: native(after), between: native(between), eol }
}

/** Statements that set names go to the top of the file, behind its config. */
function headOf(file: SqlFile, version: Version, { statements, names }: Body): TextEdit[] {
  if (statements.length === 0) return []
  const taken = namesIn(file.raw, { start: 0, end: file.raw.length })
  const clash = names.find((n) => taken.has(n))
  if (clash !== undefined)
    throw refused(file.path, null, `its Jinja uses the name ${clash}, which the inlined SQL sets`)
  const eol = eolOf(file.raw)
  const start = firstToken(file, version)
  return put(start, `${statements.join(eol).replace(/\r?\n/g, eol)}${eol}${eol}`)
}

function firstToken(file: SqlFile, version: Version): number {
  const first = tokensOf(version.compiled, file.adapter)?.[0]
  if (!first) throw refused(file.path, null, 'its SQL cannot be read')
  return placeOf(file, version, first.span).start
}

/** Compiled SQL as text that Jinja leaves alone. */
function literal(sql: string): string {
  return /\{[{%#]/.test(sql) ? `{% raw %}${sql}{% endraw %}` : sql
}

type Planned = { at: Cte | null; name: string; ctes: Body['ctes']; body: Body }

/** The same change on the compiled SQL, made without looking at the file. */
function expectedOf(version: Version, file: SqlFile, { at, name, ctes, body }: Planned, uses: Use[]): string {
  const { compiled } = version
  const clause = withOf(compiled, file.adapter)
  const units = ctes.map((c) => c.compiled)
  const edits: TextEdit[] = []
  if (at) {
    const own = clause?.ctes.find((c) => c.key === at.key)
    if (!own) throw refused(file.path, null, `${at.name} is not in every version of its SQL`)
    edits.push(...put(own.nameSpan.start, units.map((u) => `${u}, `).join('')), {
      ...own.body,
      text: ` ${body.select.compiled} `,
    })
  } else {
    const all = [...units, `${name} ${inCaseOf(compiled, 'as')} ( ${body.select.compiled} )`]
    const first = clause?.ctes[0]
    if (first) edits.push(...put(first.nameSpan.start, all.map((u) => `${u}, `).join('')))
    else
      edits.push(
        ...put(
          tokensOf(compiled, file.adapter)?.[0]?.span.start ?? 0,
          `${inCaseOf(compiled, 'with')} ${all.join(', ')} `,
        ),
      )
    edits.push(...uses.map((u) => ({ ...u.segment, text: name })))
  }
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((sql, e) => sql.slice(0, e.start) + e.text + sql.slice(e.end), compiled)
}

function distinct(spans: Span[]): Span[] {
  return [...new Map(spans.map((s) => [s.start, s])).values()].sort((a, b) => a.start - b.start)
}
