/** A text that asks for several changes: a list, several sentences, or one sentence with several in it. */
import { wordsOf } from '../resolve.ts'
import type { SingleAsk } from './ask.ts'
import { HELD, type Held, heldBack, splitItems } from './held.ts'
import { BULLET, bare, plain, VERB } from './text.ts'
import { isReason, moreOfTheSame, reworded } from './wording.ts'

type ReadOne = (sentence: string) => SingleAsk | null
/** What the part before was about: `it` and names without a table mean that. */
type Context = { table: string | null; columns: string[] }

/** Where the next part begins with a verb of its own, or with what the last was about. */
const CUT = new RegExp(
  `(?:\\s*;\\s*|\\s*,?\\s+(?:and|then|plus|also|as well as)\\s+|\\s*,\\s*)(?:(?:and|then|also)\\s+)*(?=${VERB}\\s|(?:it|they|the\\s+[\\w ]+?)\\s+(?:must|should|has to|have to)\\s)`,
  'i',
)
/** null where any part of it is not understood: nothing is done by halves. Sentences that only say why are passed over. */
export function readSeveral(text: string, readAsSaid: ReadOne): SingleAsk[] | null {
  const readOne: ReadOne = (sentence) => readAsSaid(sentence) ?? readAsSaid(reworded(sentence))
  const done: { text: string; asks: SingleAsk[]; before: Context }[] = []
  let context: Context = { table: null, columns: [] }
  let reason = ''
  for (const unit of unitsOf(text)) {
    if (unit.kind === 'heading') {
      context = { table: unit.table, columns: [] }
      continue
    }
    const said = plain(unit.text)
    const last = done.at(-1)
    const more = moreOfTheSame(said)
    const whole = more === null ? null : `${last?.text ?? reason}, ${more}`
    const together = whole === null ? null : readUnit(whole, last?.before ?? context, readOne)
    if (together && last) Object.assign(last, { text: whole, asks: together })
    else if (together) done.push({ text: said, asks: together, before: context })
    else {
      const asks =
        readUnit(said, context, readOne) ??
        readUnit(reworded(said), context, readOne) ??
        inTable(said, readOne) ??
        afterReason(said, readOne)
      if (!asks && isReason(said)) {
        reason = said
        continue
      }
      if (!asks) return null
      done.push({ text: said, asks, before: context })
    }
    context = contextOf(done.at(-1)?.asks ?? [], context)
  }
  const asks = done.flatMap((d) => d.asks)
  return asks.length > 0 ? asks : null
}

/** `In customers, make the email required`. */
function inTable(said: string, readOne: ReadOne): SingleAsk[] | null {
  const form =
    /^(?:in|on|for|to|at)\s+(?:the\s+)?(?:table\s+)?(?<table>[\w. ]+?)(?:\s+table)?\s*[,:]\s*(?<asked>.+)$/i
  const { table, asked } = form.exec(said)?.groups ?? {}
  return table && asked ? ofTable(readUnit(asked, { table: bare(table), columns: [] }, readOne), table) : null
}

/** What was said before of something else would be passed over: `in staging only: drop the fax of customers`. */
function ofTable(asks: SingleAsk[] | null, table: string): SingleAsk[] | null {
  const words = (name: string) => wordsOf(bare(name)).join(' ')
  return asks?.every((a) => words(tableOf(a) ?? '') === words(table)) ? asks : null
}

/** `Patients must have different addresses: make the email unique`: what is asked, of what the reason begins with. */
function afterReason(said: string, readOne: ReadOne): SingleAsk[] | null {
  const form =
    /^(?<table>[\w ]+?)\s+(?:must|should|have|has|are|is|may|can|need|needs)\b[^:]*:\s*(?<asked>.+)$/i
  const { table, asked } = form.exec(said)?.groups ?? {}
  return table && asked ? ofTable(readUnit(asked, { table: bare(table), columns: [] }, readOne), table) : null
}

type Unit = { kind: 'heading'; table: string | null } | { kind: 'request'; text: string }

/** Points of a list, else lines, else sentences. A line that ends in a colon is what its list is about. */
export function unitsOf(text: string): Unit[] {
  const lines = text
    .split(/\r?\n/)
    .map((l) => l.trimEnd())
    .filter((l) => l.trim() !== '')
  const isList = lines.some((l) => BULLET.test(l))
  if (!isList) return sentences(lines.join('\n'))
  const units: Unit[] = []
  let each = (point: string) => point
  for (const line of lines) {
    const last = units.at(-1)
    if (BULLET.test(line)) units.push({ kind: 'request', text: each(line.replace(BULLET, '')) })
    else if (/:\s*$/.test(line) && isHeading(line)) {
      units.push({ kind: 'heading', table: headingTable(line) })
      each = eachOf(line)
    } else if (/^\s+/.test(line) && last?.kind === 'request') last.text += ` ${line.trim()}`
    else units.push(...sentences(line))
  }
  return units
}

/** `Add to customers:`: what its points ask for; as they stand, where they have a verb of their own. */
function eachOf(heading: string): (point: string) => string {
  const { verb, table } = DOES_EACH.exec(heading.replace(/[*_#]/g, ' ').trim())?.groups ?? {}
  const areColumns = /\b(?:columns?|fields?)\b/i.test(heading)
  const isDrop = /^(?:drop|remove)$/i.test(verb ?? '')
  return (point) =>
    !table || new RegExp(`^(?:${VERB}|delete|make|call)\\s`, 'i').test(point)
      ? point
      : isDrop
        ? `drop ${point} from ${table}`
        : `add ${areColumns ? 'columns ' : ''}to ${table}: ${point}`
}

const DOES_EACH =
  /^(?:(?:please|we need to|kindly)\s+)*(?:(?<verb>add|create|introduce|drop|remove)\s+(?:(?:the|these|following|some|two|three|four|several|new|additional|more)\s+)*(?:(?:columns?|fields?)\s+)?|(?:new|additional|more)\s+(?:columns?|fields?)\s+)(?:to|on|in|for|from)\s+(?:the\s+)?(?:table\s+)?(?<table>[\w.]+(?: \w+)?)(?:\s+table)?\s*:$/i

const NOT_SO =
  /\b(?:not|never|no|only|unless|except|if|until|but|later|before|after|tomorrow|next|against|reject\w*|decided|declined|maybe|perhaps|might|could|ideas?|wrong|instead|nice|future|done|already|was|were|did|discuss\w*|example|examples|cancel\w*|postpone\w*)\b/i

/** Not where it limits or denies what stands below, or tells of something that was: `not before the release:`. */
const isHeading = (line: string): boolean => !NOT_SO.test(line)

/** `In customers:`, `For the suppliers table:`, `suppliers:`. */
function headingTable(line: string): string | null {
  const words = line
    .replace(/:\s*$/, '')
    .replace(/^[#\s*]+/, '')
    .trim()
  const named = /(?:^|\s)(?:for|to|in|on|of)\s+(?:the\s+)?(?:table\s+)?([\w. ]+?)(?:\s+table)?$/i.exec(words)
  if (named?.[1]) return named[1]
  return /^[\w.]+$/.test(words) ? words : null
}

function sentences(text: string): Unit[] {
  const { masked, back } = held(text)
  return masked
    .split(/\n+|;\s+|(?<=[^\d\s])[.!]\s+(?=\S)|(?<=\?)\s+(?=\S)/)
    .map((s) => back(s).trim())
    .filter((s) => s !== '')
    .map((s): Unit => ({ kind: 'request', text: s }))
}

function readUnit(sentence: string, context: Context, readOne: ReadOne): SingleAsk[] | null {
  const whole = readOne(sentence)
  if (whole) return [whole]
  const parts = cut(sentence)
  const read: (SingleAsk[] | null)[] = []
  let before = context
  for (const part of parts) {
    const asks = readPart(part, before, readOne)
    read.push(asks)
    if (asks) before = contextOf(asks, before)
  }
  // `rename fax to telefax and phone to mobile in customers`: the table stands in a later part.
  const later = read.flat().find((a) => a !== null && tableOf(a) !== null)
  const all = parts.map(
    (part, i) => read[i] ?? (later ? readPart(part, { table: tableOf(later), columns: [] }, readOne) : null),
  )
  return all.every((asks) => asks !== null) ? all.flat() : null
}

function cut(sentence: string): string[] {
  const { masked, back } = held(sentence)
  return masked
    .split(CUT)
    .map((p) => back(p).trim())
    .filter((p) => p !== '')
}

function readPart(part: string, context: Context, readOne: ReadOne): SingleAsk[] | null {
  const one = readOne(part) ?? readOne(withoutPronouns(part, context)) ?? withTable(part, context, readOne)
  return one ? [one] : (addList(part, context, readOne) ?? sameVerb(part, context, readOne))
}

/** `make it required` after a column: that column. */
function withoutPronouns(part: string, { table, columns }: Context): string {
  if (table === null || columns.length === 0) return part
  const place = `${columns.join(' and ')} of ${table}`
  return part
    .replace(
      /^((?:back)?fill)\s+(?:in\s+)?(?:the\s+)?(?:nulls?|missing(?: values| ones)?|empty (?:values|ones)|rest|rows|existing rows)\s+(?=with\s)/i,
      `$1 ${place} `,
    )
    .replace(/^index\s+(?:it|them|that|this|both)$/i, `add an index on ${place}`)
    .replace(/\b(?:it|them|they|that (?:one|column|field)|this (?:one|column|field)|both)\b/i, place)
}

/** The table that goes without saying, put where the sentence then makes one sense, and no other. */
function withTable(part: string, { table }: Context, readOne: ReadOne): SingleAsk | null {
  if (table === null) return null
  const words = part.split(' ')
  const senses = new Map<string, SingleAsk>()
  for (let i = words.length; i > 1; i -= 1) {
    for (const link of ['of', 'to', 'in']) {
      const ask = readOne([...words.slice(0, i), link, table, ...words.slice(i)].join(' '))
      if (ask && tableOf(ask) === table) senses.set(JSON.stringify(ask), ask)
    }
  }
  const [only] = senses.values()
  return senses.size === 1 && only ? only : null
}

/** `add phone, fax and a required email to suppliers`. */
function addList(part: string, context: Context, readOne: ReadOne): SingleAsk[] | null {
  const { masked, back } = held(part)
  const said =
    /^(?<verb>add|create|introduce|put|include)\s+(?:(?:the|new|these|\w+ new)\s+)?(?:columns|fields)?:?\s*(?<items>.+?)(?<to>\s+(?:to|on|into|in|for)\s+.+)?$/i.exec(
      masked,
    )?.groups
  const items = splitItems(said?.items ?? '')
  // What is said before them is said of each, and not of the first.
  if (!said || items.length < 2 || /\S\s+(?:columns|fields|attributes)\s+\S/i.test(items[0] ?? ''))
    return null
  const shared = /^(?<last>.+?)\s+(?<type>\S+(?: \S+)?)\s+(?:columns|fields)$/i.exec(
    items.at(-1) ?? '',
  )?.groups
  if (shared) items[items.length - 1] = shared.last ?? ''
  const tail = `${said.to ?? ''}${shared ? `, of type ${shared.type}` : ''}`.replace(
    /,?\s+(?:both|all|each)(?: of them)?(?=\s|,|$)/i,
    ',',
  )
  const asks = items.map((item) => {
    const sentence = back(`${said.verb} ${item.replace(/\s+(?:columns|fields)$/i, '')}${tail}`).trim()
    return readOne(sentence) ?? withTable(sentence, context, readOne)
  })
  return asks.every((a) => a?.op === 'add-column') ? (asks as SingleAsk[]) : null
}

/** `rename fax to telefax and phone to mobile`, `add a fax to suppliers and an email to customers`. */
function sameVerb(part: string, context: Context, readOne: ReadOne): SingleAsk[] | null {
  const { masked, back } = held(part)
  const verb = new RegExp(`^${VERB}\\s`, 'i').exec(masked)?.[0]
  const items = splitItems(masked.slice(verb?.length ?? 0))
  if (verb === undefined || items.length < 2) return null
  const sentences = items.map((item) => back(`${verb}${item}`))
  const alone = sentences.map((s) => readOne(s))
  const table = alone.flatMap((a) => (a && tableOf(a)) ?? [])[0] ?? context.table
  // Of a rename each item says what is meant; a word alone would be guessed at.
  const mayLack = /^rename/i.test(verb)
  const asks = sentences.map(
    (s, i) => alone[i] ?? (mayLack ? withTable(s, { table, columns: [] }, readOne) : null),
  )
  const [first] = asks
  return asks.every((a) => a && a.op === first?.op) ? (asks as SingleAsk[]) : null
}

/** What must not be split is put aside, and back in each part. */
function held(text: string): Held {
  return heldBack(text, HELD)
}

function contextOf(asks: SingleAsk[], before: Context): Context {
  const last = asks.at(-1)
  const table = last ? tableOf(last) : null
  if (table === null) return before
  const mine = asks.filter((a) => tableOf(a) === table)
  return { table, columns: mine.flatMap(columnsOf) }
}

export function tableOf(ask: SingleAsk): string | null {
  if (ask.op === 'create-table') return ask.name
  return 'table' in ask ? ask.table : null
}

function columnsOf(ask: SingleAsk): string[] {
  if (ask.op === 'rename-column') return [ask.to]
  if (ask.op === 'add-unique' || ask.op === 'add-index') return ask.columns
  return 'column' in ask ? [ask.column] : []
}
