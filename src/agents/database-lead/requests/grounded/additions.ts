/** What is to be there and is not yet: columns, with what is said of each. Its name is taken from the sentence. */
import { wordsOf } from '../../resolve.ts'
import type { SingleAsk } from '../ask.ts'
import { TYPE } from '../clauses.ts'
import { HELD, heldBack, splitItems } from '../held.ts'
import { isName } from '../text.ts'
import { type Bag, clausesOf, quotesAside, runsOf } from './bag.ts'
import { type Frame, tableName } from './frames.ts'
import { E, type Masked, type Place } from './mentions.ts'

type Table = Place['table']

const DET = '(?:(?:the|an?|each|every|any|all|our|its)\\s+)'
const WISH =
  "(?:(?:we|i|they|you|one|users|people)\\s+)?(?:(?:would\\s+|['’]d\\s+|also\\s+|now\\s+)*(?:need|want|like|wish|have|has)s?\\s+(?:to\\s+)?(?:be able to\\s+)?(?:that\\s+)?)?(?:please\\s+)?"
/** A wish that is said as one. */
const WISHED =
  "(?:(?:we|i|they|you|users|people)\\s+)?(?:would\\s+|['’]d\\s+|also\\s+|now\\s+)*(?:need|want|like|wish|have|get)s?\\s+(?:to\\s+have\\s+)?"
const ADD = '(?:add|create|introduce|put|include|append)'
const STORE =
  '(?:store|track|keep|record|save|note down|write down|register|know|remember|hold|note|have|see|capture)'
const HAS =
  '(?:(?:should|must|shall|will|also|to|now|still)\\s+)*(?:be able to\\s+)?(?:gets?|have|has|needs?|wants?|lacks?|requires?|(?:is|are)\\s+missing|misses|miss)(?:\\s+to have)?'
const IN = '(?:to|on|in|into|for|of|at|per|with)'
const PLACE = `${IN}\\s+${DET}*(?:table\\s+)?(?<table>${E})(?:\\s+table)?(?<others>(?:\\s*(?:,|and|,\\s*and)\\s+${DET}*${E}(?![^,.]*\\s(?:to|on|in|into|for)\\s))+)?`
/** Strong: what follows can only be a new thing. Weak: it has to be said as one. */
const FORMS: { form: RegExp; strong: boolean }[] = [
  {
    strong: true,
    form: new RegExp(
      `^${DET}*(?<table>${E})(?:\\s+table)?\\s*[:,-]\\s*(?:an?\\s+|one\\s+)?(?:new|additional|another|extra)\\s+(?:columns?\\s*:?\\s+|fields?\\s*:?\\s+)?(?<items>.+)$`,
      'isu',
    ),
  },
  {
    strong: true,
    form: new RegExp(
      `^${WISH}(?:${ADD}\\s+)?(?:(?:an?|the|another|one|two|three|some|following|these|more|new|additional|extra)\\s+)*(?:columns?|fields?|attributes?)\\s+(?:for|in|on|to)\\s+${DET}*(?:table\\s+)?(?<table>${E})(?:\\s+table)?\\s*:\\s*(?<items>.+)$`,
      'isu',
    ),
  },
  {
    // What is no name as it is written has to be said as one.
    strong: false,
    form: new RegExp(
      `^${WISH}${ADD}\\s+(?:to|on|in)\\s+${DET}*(?:table\\s+)?(?<table>${E})(?:\\s+table)?\\s*[,:]?\\s+(?<items>.+)$`,
      'isu',
    ),
  },
  {
    strong: true,
    form: new RegExp(
      `^${WISH}${ADD}\\s+(?:an?\\s+|another\\s+|one\\s+)?(?:new\\s+|additional\\s+|extra\\s+)?(?<kind>column|field|attribute)\\s+(?:to|on|in|for)\\s+${DET}*(?:table\\s+)?(?<table>${E})(?:\\s+table)?\\s*,?\\s*(?:(?:which|that|it)\\s+is\\s+)?(?:called|named|with (?:the )?name|:)\\s+(?<items>.+)$`,
      'isu',
    ),
  },
  {
    // What they are in short stands before them: `items get dimensions: length_mm and width_mm`.
    strong: false,
    form: new RegExp(
      `^${WISH}${DET}*(?<table>${E})(?:\\s+table)?\\s+${HAS}\\s+(?:(?:the|some|these|following|new|two|three|four|more)\\s+)*\\p{L}+s\\s*:\\s*(?<items>[^:]*\\S[_\\p{Lu}][^:]*,.+)$`,
      'isu',
    ),
  },
  {
    strong: true,
    form: new RegExp(
      `^${WISH}${ADD}\\s+(?<items>.+?)\\s+${PLACE}(?<tail>(?:\\s*[,.?!:(]|\\s+(?:between|from|with|as|that|which|default|§)).*)?$`,
      'isu',
    ),
  },
  {
    strong: true,
    form: new RegExp(
      `^(?:extend|expand|supplement)\\s+${DET}*(?:table\\s+)?(?<table>${E})(?:\\s+table)?\\s+(?:with|by)\\s+(?<items>.+)$`,
      'isu',
    ),
  },
  {
    strong: true,
    form: new RegExp(
      `^${IN}?\\s*${DET}*(?<table>${E})(?:\\s+table)?\\s*[,:]\\s*${WISH}${ADD}\\s+(?<items>.+)$`,
      'isu',
    ),
  },
  { strong: true, form: new RegExp(`^${WISH}${ADD}\\s+(?<items>.+)$`, 'isu') },
  {
    strong: true,
    form: new RegExp(
      `^(?:an?\\s+)?(?:new|additional|another|extra)\\s+(?:column|field|attribute)\\s+(?<items>.+?)\\s+${PLACE}(?<tail>\\s*[,.:(].*)?$`,
      'isu',
    ),
  },
  {
    strong: false,
    form: new RegExp(`^${DET}*(?<table>${E})(?:\\s+table)?\\s*:\\s*${WISH}${STORE}\\s+(?<items>.+)$`, 'isu'),
  },
  {
    strong: false,
    form: new RegExp(`^(?:give|let)\\s+${DET}*(?<table>${E})\\s+(?:have\\s+)?(?<items>.+)$`, 'isu'),
  },
  {
    strong: false,
    form: new RegExp(
      `^${IN}\\s+${DET}*(?<table>${E})(?:\\s+table)?\\s*,?\\s+(?:${WISH}${STORE}|there (?:should|must) be|${WISH})\\s*(?<items>.+)$`,
      'isu',
    ),
  },
  {
    strong: false,
    form: new RegExp(`^${WISH}${DET}*(?<table>${E})(?:\\s+table)?\\s+${HAS}\\s+(?<items>.+)$`, 'isu'),
  },
  {
    strong: false,
    form: new RegExp(
      `^${WISH}${STORE}\\s+(?<items>.+?)\\s+${PLACE}(?<tail>(?:\\s*[,.?!:(]|\\s+(?:between|from|with|as|in|that|which|default|§)).*)?$`,
      'isu',
    ),
  },
  {
    strong: false,
    form: new RegExp(
      `^${WISHED}(?<items>${DET}.+?)\\s+${PLACE}(?<tail>(?:\\s*[,.?!:(]|\\s+(?:between|from|with|as|that|which|default|§)).*)?$`,
      'isu',
    ),
  },
]

/** Words for a column that name none. */
const NO_NAMES = new Set(
  `column field attribute property thing something anything stuff it value data information info table index key
   constraint check rule relation relationship reference default trigger view history support way option foreign
   feature help overview report`.split(/\s+/),
)

const VAGUE = new Set([
  'both',
  'all',
  'each',
  'something',
  'anything',
  'everything',
  'stuff',
  'things',
  'thing',
  'more',
  'better',
  'one',
  'ones',
])

export const additions: Frame = (bag) => {
  const { masked, context } = bag
  const said = masked.text.replace(/[.!?;\s]+$/, '')
  for (const { form, strong } of FORMS) {
    const { items = '', tail = '', table, others = '' } = form.exec(said)?.groups ?? {}
    const on =
      table === undefined ? (context.table ? [context.table] : []) : (masked.mentionOf(table)?.tables ?? [])
    if (items === '' || on.length === 0) continue
    const more = [...others.matchAll(new RegExp(E, 'g'))].map((m) => masked.mentionOf(m[0])?.tables ?? [])
    if (more.some((m) => m.length !== 1)) continue
    const readings = on.map((t) => {
      const each = [t, ...more.flat()].map((o) => columnsIn(items, tail, o, masked, strong))
      return each.every((e) => e !== null) ? each.flat() : null
    })
    if (readings.every((r) => r !== null)) return readings
  }
  return []
}

function columnsIn(
  items: string,
  tail: string,
  table: Table,
  masked: Masked,
  strong: boolean,
): SingleAsk[] | null {
  // `two required columns a_b and c_d`: what is said before is said of each.
  const shared = /^(?<of>.*?)\b(?:columns|fields|attributes)\s*:?\s+(?<list>\S.*)$/isu.exec(items)?.groups
  const of = shared?.of?.replace(FOR_ALL, ' ').trim() ?? ''
  if (of !== '' && !isAllSaid(of, masked)) return null
  // After the table stands what is said of the columns; another column there begins as one.
  const others = itemsOf(tail.replace(/^[\s,.?!:]+/, ''), masked)
  const isOpen = /^\s*:/.test(tail)
  if (
    !isOpen &&
    others.some((o) => nameIn(o.replace(OF_ALL, '$<of>'), masked) !== '' && !/^(?:an?|another)\s/i.test(o))
  )
    return null
  const list = itemsOf(
    `${shared?.list ?? items}${tail === '' ? '' : `, ${tail.replace(/^[\s,.?!:]+/, '')}`}`,
    masked,
  )
  const asks = saidOfAll(list).map((item) =>
    columnOf(of === '' ? item : `${item}, ${of}`, table, masked, strong),
  )
  return asks.length > 0 && asks.every((a) => a !== null) ? asks : null
}

/** `phone and fax, both optional`. */
const OF_ALL =
  /^(?:and\s+)?(?:(?:they\s+are|which\s+are)\s+)?(?:both|all|each)(?:\s+of\s+(?:them|these|which))?(?:\s+(?:are|is))?\s+(?<of>\S.*)$/iu

const PLURAL_TYPE = /^((?:small|big)?int(?:eger)?|boolean|date|timestamp|text|uuid)s(?![\p{L}])/iu

function saidOfAll(items: string[]): string[] {
  const named: string[] = []
  const one = (words: string) => words.replace(PLURAL_TYPE, '$1')
  for (const item of items.flatMap((i) => i.split(/,\s*(?=(?:and\s+)?(?:both|all|each)\s)/i))) {
    const of = OF_ALL.exec(item)?.groups?.of
    if (of === undefined) named.push(item)
    else for (const [at, name] of named.entries()) named[at] = `${name}, ${one(of)}`
  }
  return named
}

const FOR_ALL = /\b(?:the|an?|two|three|four|five|some|several|following|these|more|new|additional|extra)\b/gi

const isAllSaid = (words: string, masked: Masked) => runsOf(clausesOf(words, masked).rest).length === 0

/** What only says more of the item before belongs to it. */
function itemsOf(text: string, masked: Masked): string[] {
  const { masked: held, back } = heldBack(masked.withQuotes(text), HELD)
  const items: string[] = []
  for (const item of splitItems(held).map((i) => quotesAside(back(i), masked))) {
    const isMore = items.length > 0 && nameIn(item, masked) === ''
    if (isMore) items.push(`${items.pop()}, ${item}`)
    else items.push(item)
  }
  return items
}

const CALLED = /^.*?\b(?:column|field|flag|attribute|property)\s+(?:called|named)\s+(?=\S)/iu

const NO_NAME = new RegExp(`^(?:it|they|that|which|is|are|must be|should be|and|in|as|be|${TYPE})?$`, 'iu')

/** The part that names the column, in the words of the sentence. */
function nameIn(item: string, masked: Masked): string {
  const called = item.replace(CALLED, '')
  const { rest } = clausesOf(opened(called), masked)
  const words = masked
    .back(rest)
    .replace(/[(),.:;]+/g, ' ')
    .trim()
    .replace(/^(?:(?:an?|the|another|new|also|extra|additional|one|more)\s+)+/i, '')
    .replace(/^(?:column|field)s?\s+(?:for\s+(?:the\s+)?)?/i, '')
    .replace(/\s+(?:column|field)s?$/i, '')
    .replace(/^(?:["“`'])(.*)(?:["”`'])$/, '$1')
    .replace(/\s+(?:is|are|that|which|and|it|in|as|be|of|with|,)+$/i, '')
    .trim()
  return NO_NAME.test(words) ? '' : words
}

/** Without brackets; what stands in them with an `or` are its values. */
const opened = (item: string) => item.replace(IN_BRACKETS, ', one of $1').replace(/\s\((.*)\)/, ', $1')
const IN_BRACKETS =
  /\s\((?:one of\s+|either\s+)?((?!(?:yes|true|required|optional|unique|null|not)\b)[\p{L}\p{N}_-]+(?:\s*,\s*[\p{L}\p{N}_-]+)*\s*,?\s+or\s+(?!null|no\b|false)[\p{L}\p{N}_-]+)\)/iu

function columnOf(item: string, table: Table, masked: Masked, strong: boolean): SingleAsk | null {
  const name = nameIn(item, masked)
  const { clauses, filled } = clausesOf(opened(item.replace(CALLED, (all) => typeWords(all))), masked)
  const before = CALLED.exec(item)?.[0]
  if (before !== undefined && !isAllSaid(typeWords(before).replace(FOR_ALL, ' '), masked)) return null
  // Whether null is meant, or a text without a character, nothing tells of a column that is not there yet.
  if (filled) return null
  const words = wordsOf(name)
  // Words that stood apart are no name: `a height of at most 250 cm`.
  const plainly = (text: string) =>
    text
      .replace(/["“”`']/g, '')
      .replace(/\s+/g, ' ')
      .toLowerCase()
  if (!plainly(masked.back(masked.withQuotes(item))).includes(plainly(name))) return null
  if (
    clauses.type &&
    /char|text/i.test(clauses.type) &&
    (clauses.rule?.min ?? clauses.rule?.max ?? null) !== null
  )
    return null
  // What is a table's name is a reference, of which nothing of the kind can be said.
  const isTable = masked.mentions.some((m) => m.tables.length > 0 && m.text === name)
  if (isTable && (clauses.rule || clauses.default || clauses.type)) return null
  // `2 letter code` after another item: what that holds, or a column.
  if (/^(?:\d+|two|three|four|five)[\s-]+(?:letters?|chars?|characters?|digits?)\s/i.test(item)) return null
  if (words.some((w) => VAGUE.has(w))) return null
  if (!isName(name) || words.length === 0 || words.length > 4 || words.every((w) => NO_NAMES.has(w)))
    return null
  if (NO_NAMES.has(words.at(-1) ?? '') && !/[_A-Z]/.test(name.slice(1))) return null
  const isSaid =
    /^\s*(?:an?|another|the|one|new|§|["“`]|\uE002)/i.test(item) ||
    /[_a-z][A-Z]|_/.test(name) ||
    Object.values(clauses).some((c) => c !== null && c !== false)
  const stands = table.columns.some((c) => wordsOf(c.name).join(' ') === words.join(' '))
  if (!strong && (!isSaid || stands)) return null
  return { op: 'add-column', table: tableName(table), column: name, ...clauses }
}

/** `a yes/no field called smoker`: what it is called goes, what it is stays. */
function typeWords(text: string): string {
  const words =
    /\b(?:an?|one)\s+([^,:]*?)\s*(?:column|field|flag|attribute|property)\s+(?:called|named)\s+$/iu.exec(
      text,
    )?.[1] ?? ''
  return words
    .replace(new RegExp(`(?<![\\p{L}\\p{N}_])${TYPE}(?![\\p{L}\\p{N}_])`, 'iu'), ', of type $&,')
    .concat(' ')
}

export const leftOf = (bag: Bag): string[] => [...runsOf(bag.text), ...bag.quotes]
