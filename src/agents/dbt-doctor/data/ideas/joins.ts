/** A join that finds several rows, or none: a key that is missing from its condition, another key, a condition besides. */
import { list } from '../../../../core/text.ts'
import { kindOf } from '../../../../project/profile/sql.ts'
import { keyOfStored } from '../../../../project/sql/names.ts'
import type { OutlineSource } from '../../../../project/sql/outline.ts'
import { type Block, columnText, fromUpTo, joinPairs, outputsOf, withOf } from '../block.ts'
import { repeats, repeatsStatement } from '../counts.ts'
import { KEY_NAME } from '../grain.ts'
import type { Look } from '../look.ts'
import { sourceText, sourceWords } from '../places.ts'
import type { Spot } from '../types.ts'
import { behind, type Idea, idea, rawAt, writtenColumn } from './idea.ts'

type Pair = { source: number; column: string; own: string }

/** Another column that both sides have, with which the joined side has one row. */
export async function missingKey(look: Look, { block, source: at }: Spot): Promise<Idea[]> {
  const joined = at === null ? undefined : block.select.sources[at]
  if (at === null || !joined) return []
  const used = joinPairs(look, block, at)
  if (used.length === 0) return []
  const own = used.map((p) => look.quote(p.own.column))
  const types = await columnTypes(look, block, at)
  // What is counted or priced is the same by chance.
  const mayBeKey = (c: string) => KEY_NAME.test(c) || !['integer', 'number'].includes(types.get(c) ?? '')
  const shared = sharedColumns(look, block, at).filter(
    (c) => mayBeKey(c.own) && !used.some((p) => p.own.column === c.own),
  )
  const found = await repeats(
    look,
    shared.map((c) =>
      repeatsStatement([...own, look.quote(c.own)], sourceText(block, at), withOf(block.scope)),
    ),
  )
  return shared.flatMap((c, i) => {
    if (found[i]?.keys !== 0) return []
    const keys = list([...used.map((p) => p.own.column), c.own])
    const because = [`${sourceWords(look, block, at)} has one row per ${keys}, and both sides have ${c.own}`]
    const edits = joined.on
      ? behind(
          look,
          block,
          joined.on,
          ` and ${writtenColumn(look, block, at, c.own)} = ${writtenColumn(look, block, c.source, c.column)}`,
        )
      : usingToo(look, block, joined.span, c.own)
    return idea(
      `Join ${sourceWords(look, block, at)} by ${c.own} too`,
      because,
      KEY_NAME.test(c.own) ? 78 : 68,
      edits,
    )
  })
}

/** `using (a)` ends the join. */
function usingToo(look: Look, block: Block, span: { start: number; end: number }, column: string) {
  const bracket = { start: span.end - 1, end: span.end }
  const at = rawAt(look, block.scope.model.id, bracket)
  return (
    at && [
      {
        ...at,
        end: at.start,
        text: `, ${writtenColumn(look, { ...block, select: { ...block.select, sources: [] } }, 0, column)}`,
      },
    ]
  )
}

/** Columns of one name on both sides. */
export function sharedColumns(look: Look, block: Block, at: number): Pair[] {
  const key = (name: string) => keyOfStored(name, look.adapter)
  const own = block.columns[at] ?? []
  return own.flatMap((column) => {
    const source = block.columns.findIndex((names, i) => i < at && names?.some((n) => key(n) === key(column)))
    const other = block.columns[source]?.find((n) => key(n) === key(column))
    return other ? [{ source, column: other, own: column }] : []
  })
}

const MOST_PAIRS = 40
/** A part of the values that have to be found for a key to be one. */
const NEARLY_ALL = 0.9

/** Other columns to join by: the joined side has one row of each, and nearly every value is found. */
export async function otherKey(look: Look, { block, source: at }: Spot): Promise<Idea[]> {
  const joined = at === null ? undefined : block.select.sources[at]
  const [used, ...more] = at === null ? [] : joinPairs(look, block, at)
  if (at === null || !joined?.on || !used || more.length > 0) return []
  const words = sourceWords(look, block, at)
  const before = withOf(block.scope)
  const text = sourceText(block, at)
  const alike: (Pair & { score: number })[] = []
  for (const own of block.columns[at] ?? [])
    for (const [source, names] of block.columns.entries())
      for (const column of source < at ? (names ?? []) : []) {
        const score = likeness(column, own, words)
        const isUsed =
          own === used.own.column && used.other.refs.some((r) => r.source === source && r.column === column)
        if (score > 0 && !isUsed) alike.push({ source, column, own, score })
      }
  const some = alike.sort((a, b) => b.score - a.score).slice(0, MOST_PAIRS)
  const unique = await repeats(
    look,
    some.map((p) => repeatsStatement([look.quote(p.own)], text, before)),
  )
  const fits = some.filter((_, i) => unique[i]?.keys === 0)
  const share = (p: { source: number; own: string; text: string }) =>
    `${before}select count(*), coalesce(sum(case when v in (select cast(${look.quote(p.own)} as varchar) from ${text}) then 1 else 0 end), 0) from (select distinct cast(${p.text} as varchar) as v from ${fromUpTo(block, p.source)}) as d where v is not null`
  const asked = fits.map((p) => ({ ...p, text: columnText(look, block, p) }))
  const measured = await look.numbers(asked.map(share))
  return fits.flatMap((p, i) => {
    const [all = 0, found = 0] = measured[i] ?? []
    if (all === 0 || found / all < NEARLY_ALL || !used.condition) return []
    const condition = `${writtenColumn(look, block, p.source, p.column)} = ${writtenColumn(look, block, at, p.own)}`
    const at_ = rawAt(look, block.scope.model.id, used.condition)
    const because = [`${words} has one row per ${p.own}, and ${found} of ${all} ${p.column} are found in it`]
    return idea(`Join ${words} by ${condition}`, because, p.score, at_ && [{ ...at_, text: condition }])
  })
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** 0: nothing says that they could mean the same. */
function likeness(column: string, own: string, relation: string): number {
  const [a, b, of] = [plain(column), plain(own), plain(relation)]
  if (a === b) return 76
  const [long, short] = a.length > b.length ? [a, b] : [b, a]
  if (short.length < 2 || !long.endsWith(short)) return 0
  const rest = long.slice(0, -short.length)
  return of.includes(rest) || rest.includes(of) ? 72 : 0
}

/** A side that keeps versions: only those that hold now. */
export async function onlyCurrent(look: Look, { block, source: at }: Spot): Promise<Idea[]> {
  const joined = at === null ? undefined : block.select.sources[at]
  const pairs = at === null ? [] : joinPairs(look, block, at)
  if (at === null || !joined?.on || pairs.length === 0) return []
  const before = withOf(block.scope)
  const text = sourceText(block, at)
  const types = await columnTypes(look, block, at)
  const options = (block.columns[at] ?? []).flatMap((c) => {
    const kind = types.get(c)
    const name = look.quote(c)
    const written = writtenColumn(look, block, at, c)
    if (kind === 'boolean') return [{ test: name, condition: written, column: c }]
    const isTime = kind === 'timestamp' || kind === 'date'
    return isTime ? [{ test: `${name} is null`, condition: `${written} is null`, column: c }] : []
  })
  const own = pairs.map((p) => look.quote(p.own.column))
  const found = await look.numbers(
    options.map(
      (o) =>
        `${before}select count(*), count(distinct (${own.join(', ')})), (select count(distinct (${own.join(', ')})) from ${text}) from ${text} where ${o.test}`,
    ),
  )
  return options.flatMap((o, i) => {
    const [rows = 0, keys = 0, all = 0] = found[i] ?? []
    // Each thing has to keep one of its rows, and none more.
    if (rows === 0 || rows !== keys || keys < all * NEARLY_ALL || !joined.on) return []
    const because = [
      `where ${o.condition}, ${sourceWords(look, block, at)} has one row per ${list(pairs.map((p) => p.own.column))}`,
    ]
    return idea(
      `Join only what holds now: ${o.condition}`,
      because,
      68,
      behind(
        look,
        block,
        joined.on,
        ` ${cased(block, joined, 'and')} ${cased(block, joined, o.condition, 'is null')}`,
      ),
    )
  })
}

/** Words of SQL in the capitals of the join. `words`: the part that is no name. */
function cased({ scope }: Block, { words: at }: OutlineSource, text: string, words = text): string {
  const written = scope.model.sql.slice(at.start, at.end)
  const isUpper = written !== '' && written === written.toUpperCase()
  return isUpper ? text.replace(words, words.toUpperCase()) : text
}

async function columnTypes(look: Look, block: Block, at: number): Promise<Map<string, string>> {
  const names = block.columns[at] ?? []
  const from = `${withOf(block.scope)}select ${names.map((n) => typeOf(look, n)).join(', ')} from ${sourceText(block, at)} limit 1`
  const found = names.length > 0 ? await look.rows(from, 1) : null
  return new Map(names.map((n, i) => [n, kindOf(String(found?.rows[0]?.[i] ?? ''))]))
}

const typeOf = ({ adapter, quote }: Look, name: string) =>
  adapter === 'postgres' ? `cast(pg_typeof(${quote(name)}) as varchar)` : `typeof(${quote(name)})`

/** An inner join that drops rows keeps them. */
export async function keepRows(look: Look, { block, source: at }: Spot): Promise<Idea[]> {
  const joined = at === null ? undefined : block.select.sources[at]
  if (at === null || joined?.join !== 'inner') return []
  const place = rawAt(look, block.scope.model.id, joined.words)
  if (!place) return []
  const found = idea(
    `Keep the rows for which ${sourceWords(look, block, at)} has none: a left join`,
    [`the inner join lets fall out what ${sourceWords(look, block, at)} does not have`],
    56,
    [{ ...place, text: cased(block, joined, 'left join') }],
  )
  const bare = (outputsOf(look, block) ?? []).filter(
    (o) => o.refs.some((r) => r.source === at) && !isFilled(o.text),
  )
  if (bare.length === 0) return found
  // What is joined may be what lacks them; then they come back without what the join is there for.
  const names = list(
    bare.map((o) => o.name ?? o.text),
    3,
  )
  return found.map((f) => ({
    ...f,
    asks: `The rows come back without ${names}. Whether that is meant, or ${sourceWords(look, block, at)} should have them, is for you to say:`,
  }))
}

/** Nothing becomes a value of its own, or is counted. */
const isFilled = (text: string) => /\bcoalesce\b|\bifnull\b|\bnvl\b|\bcount\s*\(/i.test(text)
