/** Reads a text by the live schema, clause by clause: each is an ask, or a remark that asks nothing, or is named as not understood. */
import type { Schema, Table } from '../../../../adapters/databases/types.ts'
import type { SingleAsk } from '../ask.ts'
import { HELD, heldBack } from '../held.ts'
import { unitsOf } from '../several.ts'
import { VERB } from '../text.ts'
import { moreOfTheSame } from '../wording.ts'
import { additions } from './additions.ts'
import { type Bag, bagOf, FILLER } from './bag.ts'
import { asAdded, asCut } from './cuts.ts'
import { readDdl } from './ddl.ts'
import { COURTESIES } from './doing.ts'
import { enforced } from './enforced.ts'
import { COLUMN_FRAMES, FRAMES, tableName } from './frames.ts'
import { isFitting, isGrounded, isNamed, placesOf, schemaWith, tableFor } from './known.ts'
import { type Context, type Masked, masked, NO_CONTEXT, type Place } from './mentions.ts'
import { isQuestion } from './questions.ts'
import { relations } from './relations.ts'
import { ADDS, OF_EACH, remark, TO_RECORD } from './remarks.ts'
import { roles } from './roles.ts'
import { filled, listedValues, replaced, written } from './rows.ts'
import { said } from './sayings.ts'
import { asNewTable } from './tables.ts'

export type ReadForms = (sentence: string) => SingleAsk | null

export type Grounded =
  | { is: 'read'; asks: SingleAsk[] }
  /** One sentence, with several meanings. */
  | { is: 'open'; part: string; readings: SingleAsk[][] }
  | { is: 'unread'; part: string; bag: Bag | null }

export function readGrounded(text: string, live: Schema, readForms: ReadForms): Grounded {
  let schema = live
  let context = NO_CONTEXT
  let asks: SingleAsk[] = []
  /** The sentence before, and what was so when it was read. */
  let last = { text: '', asks, schema, context }
  const units = unitsOf(text)
  for (const [at, unit] of units.entries()) {
    if (unit.kind === 'heading') {
      context = { table: unit.table === null ? null : tableFor(unit.table, schema), columns: [] }
      continue
    }
    if (asksAgain(unit.text, asks)) continue
    const next = units[at + 1]
    const isLed = TO_RECORD.test(unit.text) && next?.kind === 'request' && ADDS.test(next.text)
    const about = isLed ? remark(unit.text, schema, context, false) : null
    if (about) {
      if (about.table !== null) context = about
      continue
    }
    const alone = readUnit(unit.text, schema, context, readForms)
    // `It is a yes/no field. Up to 20 characters.`: more about what was asked before.
    const isMore =
      last.text !== '' &&
      (/^(?:it|they|this|these|its)\b/i.test(unit.text) || alone.is !== 'read' || areOfNew(alone.asks, asks))
    const whole = `${last.text.replace(/[.!?;\s]+$/, '')}, ${moreOfTheSame(unit.text) ?? withoutCode(unit.text)}`
    const longer = isMore ? readUnit(whole, last.schema, last.context, readForms) : null
    const isLonger =
      longer?.is === 'read' && longer.whole && !addsMore(longer.asks, asks.slice(last.asks.length))
    const read = isLonger ? longer : alone
    if (read.is !== 'read') return read
    if (isLonger) asks = [...last.asks]
    else last = { text: '', asks: [...asks], schema, context }
    last.text = isLonger ? whole : unit.text
    asks.push(...read.asks)
    schema = read.schema
    context = read.context
  }
  if (isBothWays(asks)) return { is: 'unread', part: text.trim(), bag: null }
  return asks.length > 0
    ? { is: 'read', asks: eachOnce(asks) }
    : { is: 'unread', part: text.trim(), bag: null }
}

const AGAIN =
  /^(?:please\s+)?(?:add|create|put|make|set up)\s+(?:an?\s+|the\s+|that\s+|this\s+|such\s+an?\s+)?(?:missing\s+)?(?<what>foreign key|reference|index|unique constraint|check|(?:join |link |linking )?table)(?:\s+(?:on|for)\s+(?:it|that|this|them|(?:these|those|both|the)(?:\s+(?:two|three))?\s+columns))?$/i
const MADE_BY: Record<string, SingleAsk['op'][]> = {
  'foreign key': ['add-foreign-key', 'add-reference'],
  reference: ['add-foreign-key', 'add-reference'],
  index: ['add-index'],
  'unique constraint': ['add-unique'],
  check: ['add-check'],
  table: ['many-to-many'],
}

/** `2 letter code`: how long it is, and no name. */
const withoutCode = (text: string) =>
  text.replace(
    /^(?:it is\s+)?(?:an?\s+)?((?:\d+|two|three|four|five)[\s-]+(?:letters?|chars?|characters?))\s+(?:codes?|strings?|texts?|abbreviations?)(?![\p{L}])/iu,
    '$1',
  )

/** `Please add the foreign key`, after what it is for was read so. */
function asksAgain(text: string, asks: SingleAsk[]): boolean {
  const what = AGAIN.exec(text.replace(/[\s.!;]+$/, ''))?.groups?.what?.toLowerCase() ?? ''
  const last = asks.at(-1)
  if (/^(?:please\s+)?(?:drop|remove|delete)\s+(?:it|them|that|this)[\s.!]*$/i.test(text))
    return last?.op === 'drop-index' || last?.op === 'drop-column'
  return last !== undefined && (MADE_BY[what.replace(/^(?:join|link|linking) /, '')] ?? []).includes(last.op)
}

/** A sentence that says more of new columns names none itself. */
function addsMore(longer: SingleAsk[], before: SingleAsk[]): boolean {
  const added = (asks: SingleAsk[]) => asks.filter((a) => a.op === 'add-column').length
  return added(before) > 0 && added(longer) > added(before)
}

/** Each said of the other in a sentence of its own: many to many may be meant, which is one thing. */
function isBothWays(asks: SingleAsk[]): boolean {
  const pairs = asks.flatMap((a) => (a.op === 'add-reference' ? [[a.table, a.references] as const] : []))
  return pairs.some(([t, r]) => t !== r && pairs.some(([ot, or]) => ot === r && or === t))
}

/** Said twice, asked for once. */
function eachOnce(asks: SingleAsk[]): SingleAsk[] {
  return [...new Map(asks.map((a) => [JSON.stringify(a), a])).values()]
}

/** Whether all of it is said of columns that were asked for just before. */
function areOfNew(asks: SingleAsk[], before: SingleAsk[]): boolean {
  return asks.every(
    (a) =>
      'column' in a &&
      before.some((b) => b.op === 'add-column' && b.table === a.table && b.column === a.column),
  )
}

type ReadUnit =
  /** `whole`: by one reading from its first word to its last. */
  | { is: 'read'; asks: SingleAsk[]; schema: Schema; context: Context; whole: boolean }
  | Exclude<Grounded, { is: 'read' }>

/** The longest part that can be read, from the left; between them remarks. */
function readUnit(sentence: string, live: Schema, before: Context, readForms: ReadForms): ReadUnit {
  const { pieces, joined, links } = piecesOf(sentence)
  let schema = live
  let context = before
  const asks: SingleAsk[] = []
  let wasRead = false
  let steps = 0
  for (let from = 0; from < pieces.length; ) {
    let next = from
    for (let to = pieces.length; to > from && next === from; to -= 1) {
      const part = joined(from, to)
      if (goesOnFromTaking(asks.at(-1), from, part)) break
      const readings = readClause(part, schema, context, readForms)
      const [only, ...others] = readings
      if (others.length > 0) return { is: 'open', part, readings }
      if (!only) continue
      asks.push(...only)
      schema = schemaWith(schema, only)
      context = placesOf(only, schema) ?? context
      next = to
    }
    const isRead = next !== from
    if (!isRead) {
      const part = joined(from, from + 1)
      // What goes on with `and` belongs to what was asked.
      const goesOn =
        from > 0 && wasRead && /^(?:\s+(?:and|plus|then)\b|[\s,;]*\bbut\b)/i.test(links[from - 1] ?? '')
      const link = links[from] ?? ''
      const explains = /^\s*:/.test(link)
      const isFollowed = /^\s*,?\s*so\s*$/i.test(link)
      const needsMore = TO_RECORD.test(part) || OF_EACH.test(part)
      const about =
        goesOn || (needsMore && !isFollowed && !explains) ? null : remark(part, schema, context, explains)
      if (!about) return { is: 'unread', part, bag: bagOf(masked(part, schema, context, false), context) }
      if (about.table !== null) context = about
      next = from + 1
    }
    wasRead = isRead
    steps += 1
    from = next
  }
  return { is: 'read', asks, schema, context, whole: steps === 1 && asks.length > 0 }
}

const TAKES: readonly SingleAsk['op'][] = ['drop-column', 'drop-index', 'rename-column', 'rename-table']
const DOES = new RegExp(
  `\\b(?:${VERB.slice(3, -1)}|must|should|shall|can|may|has|have|is|are|be|needs?|gets?|only|never|not|no|get rid|delete|store|keep|save|call|make|want|forbid|avoid)\\b`,
  'i',
)

const THING = /\b(?:the|an?)\s+(?:unique\s+)?(?:index|check|constraint|key)\b/gi

/** `drop the fax and the index on email`: what has no verb of its own is dropped too, and not made. */
function goesOnFromTaking(last: SingleAsk | undefined, from: number, part: string): boolean {
  return from > 0 && last !== undefined && TAKES.includes(last.op) && !DOES.test(part.replace(THING, ' '))
}

const BETWEEN =
  /(\s+(?=because\s|since\s+(?:(?:we|they|it|nobody|there)\s|(?:(?:the|our|an?)\s+)?(?!(?:last|the|our|an?)\s)[a-z]+\s+(?:is|are|has|have|can|cannot|does|never|always|needs?|wants?|calls?|uses?|reads?|expects?|requires?)\s))|\s*[,;:]\s+(?:(?:and|so|but|then|also|plus)\s+)*|\s+(?:and|so(?!\s+(?:far|that|much|many|often|long)\b)|but|then|plus)\s+(?:also\s+|then\s+)*|\s+->?\s+|\s+[-–—]\s+(?=[a-z"`']))/i

function piecesOf(sentence: string): {
  pieces: string[]
  /** What stands after each. */
  links: string[]
  joined: (from: number, to: number) => string
} {
  const { masked: text, back } = heldBack(sentence.replace(/[.!;\s]+$/, ''), HELD)
  const split = text.split(BETWEEN)
  const pieces = split.filter((_, i) => i % 2 === 0)
  const joined = (from: number, to: number) => back(split.slice(from * 2, to * 2 - 1).join('')).trim()
  return { pieces, joined, links: split.filter((_, i) => i % 2 === 1) }
}

/** All that a clause may mean; none where a word of it has no place. */
export function readClause(
  part: string,
  schema: Schema,
  context: Context,
  readForms: ReadForms,
): SingleAsk[][] {
  if (isQuestion(part)) return []
  const statement = readDdl(part, schema)
  if (statement) return statement.length > 0 ? [statement] : []
  const form = readForms(part) ?? readForms(asNewTable(part) ?? '') ?? readForms(asCut(part, schema) ?? '')
  if (form && isGrounded(form, schema)) return [[withReferences(form, schema)]]
  const asked = asAdded(part) ?? part
  for (const names of [false, true]) {
    const found = masked(said(asked, COURTESIES).replace(/[?\s]+$/, ''), schema, context, names)
    const bag = bagOf(found, context)
    const hidden = names ? [] : hiddenIn(found, masked(found.back(found.text), schema, context, true))
    for (const frame of [
      ...FRAMES,
      roles,
      relations,
      enforced,
      written,
      listedValues,
      replaced,
      filled,
      ...COLUMN_FRAMES,
      additions,
    ]) {
      const readings = frame(bag).filter(
        (r) => r.length > 0 && r.every((a) => isNamed(a) && isFitting(a, schema)) && !isAbout(r, hidden),
      )
      if (readings.length > 0) return distinct(readings)
    }
  }
  return []
}

/** Columns that are called as a word that carries nothing: `value`, `number`. Such a word is not to be passed over. */
function hiddenIn(found: Masked, named: Masked): Place[] {
  const known = new Set(found.mentions.map((m) => m.text.toLowerCase()))
  return named.mentions
    .filter((m) => !known.has(m.text.toLowerCase()) && FILLER.has(m.text.toLowerCase()))
    .flatMap((m) => m.columns)
}

const isAbout = (asks: SingleAsk[], places: Place[]) =>
  places.some(({ table }) => asks.some((a) => 'table' in a && a.table === tableName(table)))

/** Of a new table: what is named as another table, and nothing is said of, refers to it. */
function withReferences(ask: SingleAsk, schema: Schema): SingleAsk {
  if (ask.op !== 'create-table') return ask
  const refers = ask.columns.filter(
    ({ name, ...c }) =>
      tableFor(name, schema) !== null &&
      c.type === null &&
      c.default === null &&
      c.rule === null &&
      !c.unique,
  )
  if (refers.length === 0 || refers.length === ask.columns.length || refers.some((r) => r.nullable === false))
    return ask
  return {
    ...ask,
    columns: ask.columns.filter((c) => !refers.includes(c)),
    references: [...ask.references, ...refers.map((r) => tableName(tableFor(r.name, schema) as Table))],
  }
}

function distinct(readings: SingleAsk[][]): SingleAsk[][] {
  return [...new Map(readings.map((r) => [JSON.stringify(r), r])).values()]
}
