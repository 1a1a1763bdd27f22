/** The CTE with all that it needs as the text of a new model, and what stands in the old one instead. */

import { MartsmithError } from '../../core/errors.ts'
import { list, nearest } from '../../core/text.ts'
import { type Cte, identifierOf, type With, withOf } from '../../project/sql/ctes.ts'
import { type Span, splitJinja } from '../../project/sql/jinja.ts'
import { keyOf } from '../../project/sql/names.ts'
import { tokensOf } from '../../project/sql/parse.ts'
import { plainCall } from '../../project/sql/render.ts'
import {
  eolOf,
  inCaseOf,
  placeOf,
  refused,
  refusedAt,
  type SqlFile,
  type TextEdit,
  type Version,
} from '../sql-file.ts'
import { carriedState } from './carry.ts'

export type Extracted = {
  /** Edits of the old model's file. */
  edits: TextEdit[]
  /** The new model's text, without a config(). */
  text: string
  /** What stands in the old model, for the check: edits with a word in place of the ref. */
  check: TextEdit[]
  /** Names of CTEs that went along, and of those that both models have now. */
  moved: string[]
  copied: string[]
}

/** A CTE in the file: the same places as in the compiled SQL. */
type Unit = { cte: Cte; name: Span; body: Span; start: number; end: number }

export const STAND_IN = 'martsmith_new_model'

/** @throws MartsmithError `refactor.no-cte`, `refactor.refused` with line and reason. */
export function extracted(
  file: SqlFile,
  cte: string,
  model: string,
  tiedMacro: (name: string) => string | null,
): Extracted {
  const [version] = file.versions
  const clause = withOf(version.compiled, file.adapter)
  if (!clause) throw refused(file.path, null, 'its SQL does not begin with a WITH that can be read')
  const target = indexOf(clause, cte, file)
  const needed = closure(clause, target)
  const stays = staying(clause, needed, target)
  const units = clause.ctes.map((c, i) => (needed.has(i) || stays.has(i) ? unitOf(file, version, c) : null))
  const unit = units[target]
  if (!unit) throw refused(file.path, null, `${cte} cannot be found in the file`)
  for (const i of stays) assertImport(file, version, units[i], clause.ctes[target]?.name ?? cte)
  const order = [...needed].sort((a, b) => a - b)
  const spans = order.flatMap((i) => units[i] ?? [])
  const carried = carriedState(file, spans, tiedMacro)
  assertWorth(file, version, unit)
  const gaps = gapsOf(file, version, clause)
  const gone = order.filter((i) => i !== target && !stays.has(i))
  const head = carried.statements.map((s) => file.raw.slice(s.start, s.end) + eolOf(file.raw)).join('')
  const cuts = [...removals(gaps, clause, gone), ...carried.unused.map((s) => wholeLines(file.raw, s))]
  return {
    edits: [...cuts, instead(file, unit, `{{ ref(${quoted(file.raw, model)}) }}`)],
    check: [...cuts, instead(file, unit, STAND_IN)],
    text: `${head === '' ? '' : head + eolOf(file.raw)}${newText(file, version, clause, gaps, order, unit)}`,
    moved: gone.map((i) => clause.ctes[i]?.name ?? ''),
    copied: [...stays].map((i) => clause.ctes[i]?.name ?? ''),
  }
}

function indexOf(clause: With, wanted: string, file: SqlFile): number {
  const key = keyOf(identifierOf(wanted), file.adapter)
  const names = clause.ctes.map((c) => c.name)
  const exact = clause.ctes.findIndex((c) => c.key === key || c.name === wanted)
  if (exact !== -1) return exact
  const near = nearest(wanted, names)
  throw new MartsmithError({
    code: 'refactor.no-cte',
    message: `${file.path} has no CTE ${wanted}${near[0] ? `; did you mean ${list(near)}?` : '.'} Nothing was changed.`,
    details: [`Its CTEs: ${list(names)}`],
  })
}

/** The CTE and all that it reads, near or far. */
function closure({ ctes }: With, target: number): Set<number> {
  const found = new Set([target])
  for (const i of found) for (const read of ctes[i]?.reads ?? []) found.add(read)
  return found
}

/** Of those, the ones that what is left of the old model reads too. */
function staying({ ctes, readByRest }: With, needed: Set<number>, target: number): Set<number> {
  const stays = new Set<number>()
  for (let before = -1; before < stays.size; ) {
    before = stays.size
    for (const i of needed) {
      if (i === target) continue
      const byOthers = ctes.some((c, j) => c.reads.has(i) && i !== j && (!needed.has(j) || stays.has(j)))
      if (readByRest.has(i) || byOthers) stays.add(i)
    }
    if (before === stays.size) break
  }
  return stays
}

function unitOf(file: SqlFile, version: Version, cte: Cte): Unit {
  const char = (at: number) => placeOf(file, version, { start: at, end: at + 1 })
  const name = placeOf(file, version, cte.nameSpan)
  const body = { start: char(cte.body.start - 1).end, end: char(cte.end - 1).start }
  if (body.start > body.end || name.start > body.start)
    throw refusedAt(file, name.start, `${cte.name} goes back and forth in the file`)
  return { cte, name, body, start: name.start, end: body.end + 1 }
}

function assertWorth(file: SqlFile, version: Version, { cte, start }: Unit): void {
  if (isImport(version.compiled.slice(cte.body.start, cte.body.end), file.adapter))
    throw refusedAt(
      file,
      start,
      `${cte.name} only reads one relation, so a model of its own would hold nothing new`,
    )
}

function assertImport(file: SqlFile, version: Version, unit: Unit | null | undefined, target: string): void {
  if (!unit) return
  const { cte, start, body } = unit
  const raw = file.raw.slice(body.start, body.end)
  const tags = splitJinja(raw)
  const [tag, ...more] =
    'unclosed' in tags ? [] : tags.filter((t) => t.kind !== 'text' && t.kind !== 'comment')
  const call =
    tag && 'inner' in tag && tag.kind === 'expression'
      ? plainCall(raw.slice(tag.inner.start, tag.inner.end))
      : null
  const reads = call?.kind === 'ref' || call?.kind === 'source'
  if (
    reads &&
    more.length === 0 &&
    isImport(version.compiled.slice(cte.body.start, cte.body.end), file.adapter)
  )
    return
  throw refusedAt(
    file,
    start,
    `${target} reads the CTE ${cte.name}, and so does the rest of the model: it would stand in both`,
    [`Extract it first: martsmith refactor extract-cte <model> ${cte.name}`],
  )
}

/** `select * from relation`, and nothing more. */
export function isImport(body: string, adapter: string): boolean {
  const types = tokensOf(body, adapter)?.map((t) => t.type) ?? []
  const [select, star, from, ...path] = types
  if (select !== 'SELECT' || star !== 'STAR' || from !== 'FROM') return false
  return path.length % 2 === 1 && path.every((type, i) => (type === 'DOT') === (i % 2 === 1))
}

/** What stands in front of each CTE, from the bracket (or the word `with`) before it; in the file. */
type Gap = Span & { text: string; comma: number | null; comment: number | null }

function gapsOf(file: SqlFile, version: Version, clause: With): (Gap | null)[] {
  return clause.ctes.map((cte, i) => {
    const before = clause.ctes[i - 1]
    const from = before ? before.end - 1 : clause.head - 1
    try {
      const start = placeOf(file, version, { start: from, end: from + 1 }).end
      const end = placeOf(file, version, cte.nameSpan).start
      return gapOf(file.raw, start, end)
    } catch {
      return null
    }
  })
}

const COMMENTS = /--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\}/g

/** null where Jinja that does something stands there. */
function gapOf(raw: string, start: number, end: number): Gap | null {
  const text = raw.slice(start, end)
  const segments = splitJinja(text)
  if ('unclosed' in segments || segments.some((s) => s.kind !== 'text' && s.kind !== 'comment')) return null
  const bare = text.replace(COMMENTS, (c) => ' '.repeat(c.length))
  const comma = bare.indexOf(',')
  // A comment on the line of the bracket is about what stands before it.
  const own = [...text.matchAll(COMMENTS)].find((c) => text.slice(0, c.index).includes('\n') || start === 0)
  return { start, end, text, comma: comma < 0 ? null : comma, comment: own?.index ?? null }
}

function hasOther({ text, comment }: Gap): boolean {
  const first = text.search(/--|\/\*|\{#/)
  return first !== -1 && first !== comment
}

/** Takes CTEs out of the list, each with the comments above it. */
function removals(gaps: (Gap | null)[], clause: With, gone: number[]): TextEdit[] {
  const leading = gone.filter((i) => [...Array(i).keys()].every((k) => gone.includes(k)))
  return [
    ...gone.filter((i) => !leading.includes(i)).map((i) => removed(gaps, clause, i)),
    ...removedFirst(gaps, leading),
  ]
}

function removed(gaps: (Gap | null)[], clause: With, i: number): TextEdit {
  const [gap, next] = [gaps[i], gaps[i + 1]]
  if (!gap || !next || hasOther(gap)) throw new UnclearGap(clause.ctes[i]?.name ?? '')
  return { start: gap.start, end: next.start, text: '' }
}

function removedFirst(gaps: (Gap | null)[], leading: number[]): TextEdit[] {
  const last = leading.at(-1)
  if (last === undefined) return []
  const [first, next] = [gaps[0], gaps[last + 1]]
  if (!first || !next || next.comma === null) throw new UnclearGap('the first of them')
  const from = first.start + (first.comment ?? first.text.length)
  if (next.comment === null) return [{ start: from, end: next.end, text: '' }]
  const to = next.start + next.comment
  if (next.comma < next.comment) return [{ start: from, end: to, text: '' }]
  const comma = next.start + next.comma
  const blanks = /^,[ \t]*/.exec(next.text.slice(next.comma))?.[0].length ?? 1
  return [
    { start: from, end: to, text: '' },
    { start: comma, end: comma + blanks, text: '' },
  ]
}

/** Becomes a refusal with the file's name. */
class UnclearGap extends MartsmithError {
  constructor(name: string) {
    super({
      code: 'refactor.refused',
      message: `It is not clear which comments or tags belong to the CTE ${name}, and which to its neighbours. Nothing was changed.`,
    })
  }
}

function instead(file: SqlFile, { body }: Unit, relation: string): TextEdit {
  const text = file.raw.slice(body.start, body.end)
  const before = /^\s*/.exec(text)?.[0] ?? ''
  const after = /\s*$/.exec(text)?.[0] ?? ''
  const words = inCaseOf(text, 'select * from')
  return { ...body, text: `${before}${words} ${relation}${after}` }
}

function quoted(raw: string, name: string): string {
  const quote = /\bref\s*\(\s*"/.test(raw) && !/\bref\s*\(\s*'/.test(raw) ? '"' : "'"
  return `${quote}${name}${quote}`
}

/** `with`, the CTEs as they stand, and a select of the last. */
function newText(
  file: SqlFile,
  version: Version,
  clause: With,
  gaps: (Gap | null)[],
  order: number[],
  target: Unit,
): string {
  const { raw } = file
  const eol = eolOf(raw)
  const keyword = placeOf(file, version, { start: clause.start, end: clause.start + 4 })
  const head = placeOf(file, version, { start: clause.head - 1, end: clause.head }).end
  const [first] = gaps
  const blank =
    first && first.comment === null && !hasOther(first)
      ? first.text
      : first?.text.includes('\n')
        ? eol + eol
        : ' '
  const parts = order.map((i, n) => {
    const unit = unitOf(file, version, clause.ctes[i] as Cte)
    const gap = gaps[i]
    if (!gap) throw new UnclearGap(unit.cte.name)
    const text = raw.slice(unit.start, unit.end)
    if (n > 0) return (i === 0 ? `,${eol}${eol}` : gap.text) + text
    if (i === 0) return gap.text + text
    const comments = gap.comment === null ? '' : withoutComma(gap).slice(gap.comment)
    return blank + comments + text
  })
  const written = raw.slice(target.name.start, target.name.end)
  const select = inCaseOf(raw.slice(target.body.start, target.body.end), 'select * from')
  return `${raw.slice(keyword.start, head)}${parts.join('')}${eol}${eol}${select} ${written}${eol}`
}

function withoutComma({ text, comma }: Gap): string {
  return comma === null ? text : text.slice(0, comma) + text.slice(comma).replace(/^,[ \t]*/, '')
}

/** A statement with the line it stands on alone; at the top of a file with the blank lines below it. */
function wholeLines(raw: string, { start, end }: Span): TextEdit {
  const lineStart = raw.lastIndexOf('\n', start - 1) + 1
  const isFirst = raw.slice(0, lineStart).trim() === ''
  const behind = (isFirst ? /^[ \t]*(?:(?:\r?\n[ \t]*)*\r?\n|$)/ : /^[ \t]*(?:\r?\n|$)/).exec(
    raw.slice(end),
  )?.[0]
  if (raw.slice(lineStart, start).trim() !== '' || behind === undefined) return { start, end, text: '' }
  return { start: lineStart, end: end + behind.length, text: '' }
}
