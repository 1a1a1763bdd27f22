/** A clause taken to pieces: what it says of a column, what is done, what of the schema it names, and the words that are left. */
import type { Rule } from '../../order/change.ts'
import { type Clauses, sameType, TYPE, takeClauses, typeOf } from '../clauses.ts'
import { takeSteps } from '../text.ts'
import { DOING } from './doing.ts'
import { type Context, E, type Masked, type Mention, type Place, Q } from './mentions.ts'
import { PROPERTIES, said } from './sayings.ts'

export type Verb =
  | 'add'
  | 'drop'
  | 'index'
  | 'refer'
  | 'belong'
  | 'history'
  | 'many'
  | 'several'
  | 'redundant'
  | 'by'
  | 'slow'
  | 'told'

export type Bag = {
  masked: Masked
  context: Context
  /** With what was put aside, and `§` words for what has one meaning. */
  text: string
  /** How often each was said. */
  verbs: Map<Verb, number>
  clauses: Omit<Clauses, 'rest'>
  /** `not empty`: no null, or no text without a character. What the column is tells which. */
  filled: boolean
  inSteps: boolean
  mentions: Mention[]
  /** Words without a meaning of their own, that stand together: new names, or what is not understood. */
  runs: string[]
  /** Of those, the ones that said what is done or how: no part of a name. */
  quotes: string[]
}

/** Words that carry nothing by themselves. None of them denies, limits or sets a condition. */
export const FILLER = new Set(
  `the a an each every all any our my its his her their this that these those which it they them there he she
   also just now here of in on at for to from into with by as per and is are be been being was were has have having had
   we i you us one must should shall ought will would can may need needs want wants like column columns field fields
   attribute attributes property table tables entity entities row rows record records value values entry entries database schema new so
   then always together combination combined pair both able possible type constraint rule within number numbers itself
   themselves`.split(/\s+/),
)

/** What is done to a thing that something is said of; beside another verb each of them would ask for more. */
export const SETTERS = new Set(
  `make makes making set sets ensure enforce guarantee let lets change alter modify turn convert cast put give gives given
   get gets allow allowed allows accept accepts contain contains hold holds stay stays remain say store stored keep kept
   take takes large long wide widen enlarge extend lengthen shorten increase reduce decrease restrict limit constrain data
   become becomes over`.split(/\s+/),
)

/** Words that are types and hardly anything else, and those that are only where something says so. */
const STRONG =
  '(?:(?:small|big|tiny|medium)?int(?:eger)?|(?:numeric|decimal|(?:var)?char(?:acter)?(?: varying)?)\\s*\\([\\d, ]+\\)|bool(?:ean)?|timestamptz|timestamp(?: with(?:out)? time zone)?|datetime|uuid|jsonb?|double precision|bytea)'
const SAYS_TYPE = '(?:\\b(?:as|to|into|of type|(?<!§)type|be|become|becomes)|:|->|=>|→)'
const OLD_TYPE = new RegExp(
  `,?\\s*\\b(?:instead of|rather than|from)\\s+(?:an?\\s+)?(?!-?[\\d.]+\\s*(?:to|and|-|–)\\s*-?\\d)(?:${TYPE}|\\d+(?:\\s+(?:characters?|chars?|letters?|digits?))?)(?![\\p{L}\\p{N}_(])`,
  'iu',
)
const TOLD = /(?<=\uE001 (?:is|are|was|holds?|contains?|has|have) (?:\w+ )?)§type \w+(?:\([\d,]+\))?/g
const TYPE_SAID = [
  /§type (\w+(?:\([\d,]+\))?)/u,
  new RegExp(`(?:${SAYS_TYPE}\\s+)+(?:an?\\s+)?(${TYPE})(?:\\s+(?:column|field))?(?![\\p{L}\\p{N}_])`, 'iu'),
  new RegExp(`(?<=[(:,]\\s*)(?:an?\\s+)?(${TYPE})(?=\\s*(?:$|[,)]))`, 'iu'),
  new RegExp(
    `(?<!\uE001 (?:is|are|was|were) (?:\\w+ )?(?:an? )?)(?:\\b(?:in|an?|as)\\s+)*(?<![\\p{L}\\p{N}_])(${STRONG})(?:\\s+(?:column|field|value|flag))?(?![\\p{L}\\p{N}_(])`,
    'iu',
  ),
  new RegExp(`\\b(?:in|as)\\s+an?\\s+(${TYPE})\\s+(?:column|field)\\b`, 'iu'),
]

/** What a part of a sentence says about a column, and the part without it. */
export function clausesOf(
  part: string,
  masked: Masked,
): { clauses: Omit<Clauses, 'rest'>; filled: boolean; rest: string } {
  // What a column is now is told, not asked for.
  const plain = valuesBack(said(part, PROPERTIES), masked).replace(OLD_TYPE, ' ').replace(TOLD, ' §told ')
  let type: string | null = null
  let text = plain
  for (const form of TYPE_SAID) {
    const found: RegExpExecArray | null = type === null ? form.exec(text) : null
    if (!found || isListed(text.slice(0, found.index), found[0])) continue
    type = typeOf(found[1] ?? '')
    text = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`
  }
  const isEither = text.includes('§required') && text.includes('§optional')
  const nullable = text.includes('§required') ? false : text.includes('§optional') ? true : null
  const unique = text.includes('§unique')
  const without = text.includes('§unblank') ? 'blank' : text.includes('§unempty') ? 'empty' : null
  const filled = without === null && text.includes('§filled')
  text = text.replace(/§(?:required|optional|unique|unblank|unempty|filled)/g, ' ')
  const { rest, ...taken } = takeClauses(masked.withQuotes(text))
  // Beside bounds or a list it cannot be said in one rule, and stays in the sentence.
  const isFree = without === null || taken.rule === null
  const both = sameType(type, taken.type)
  const atOdds = [
    ...(isFree ? [] : [`non-${without}`]),
    ...(isEither ? ['required', 'optional'] : []),
    ...(both === null && type !== null ? [`${type} ${taken.type}`] : []),
  ]
  return {
    filled,
    clauses: {
      ...taken,
      rule: without !== null && isFree ? { ...NO_RULE, without } : taken.rule,
      type: both,
      nullable: nullable ?? taken.nullable,
      unique: unique || taken.unique,
    },
    rest: quotesAside([rest, ...atOdds].join(' '), masked),
  }
}

/** A word of a list of values is none of the types: `one of single, double or suite`. */
const isListed = (before: string, type: string) =>
  /\bone of\s[^:;.§]*$/i.test(before) && !/\b(?:type|as|to|into)\b/i.test(type)

const NO_RULE: Rule = { min: null, max: null, exclusive: false, values: null }

export function quotesAside(text: string, masked: Masked): string {
  return masked.quotes.reduce((t, q, i) => t.replace(q, `\uE002${i}\uE003`), text)
}

/** What stands where a value has to stand is no name of the schema. */
function valuesBack(text: string, masked: Masked): string {
  if (/\b(?:drop|remove|delete|get rid of)\s+(?:the\s+)?default\b/i.test(text)) return text
  const back = (all: string) => masked.back(all)
  return text
    .replace(new RegExp(`\\bdefault(?: value)?\\s+(?:on|of|from|for|in)\\s+(?=${E})`, 'gi'), 'default ')
    .replace(new RegExp(`\\bdefault\\s+(?:to\\s+|is\\s+)?${E}`, 'g'), back)
    .replace(/\bone of\s+(?:[^§,]+,\s*)*[^§,]+/g, (all) =>
      new RegExp(`(?:,|\\bor\\b|\\bone of)\\s+${E}\\s*(?:$|,|\\bor\\b)`).test(all) ? back(all) : all,
    )
}

export function bagOf(masked: Masked, context: Context): Bag {
  const { inSteps, rest: now } = takeSteps(` ${masked.text}`)
  const { clauses, filled, rest } = clausesOf(now.trim(), masked)
  const text = said(rest, DOING)
  const verbs = new Map<Verb, number>()
  for (const [, verb] of text.matchAll(/§(\w+)/g)) verbs.set(verb as Verb, (verbs.get(verb as Verb) ?? 0) + 1)
  return {
    masked,
    context,
    text,
    verbs,
    clauses,
    filled,
    inSteps,
    mentions: [...text.matchAll(new RegExp(E, 'g'))].flatMap((m) => masked.mentionOf(m[0]) ?? []),
    runs: runsOf(text),
    quotes: [...text.matchAll(new RegExp(Q, 'g'))].map((m) => masked.quotes[Number(m[0].slice(1, -1))] ?? ''),
  }
}

const NONE: ReadonlySet<string> = new Set()

/** What stands together and means nothing that is known. */
export function runsOf(text: string, silent: ReadonlySet<string> = NONE): string[] {
  const runs: string[] = []
  let open = false
  for (const [token] of text.matchAll(new RegExp(`${E}|${Q}|§\\w+|[\\p{L}\\p{N}_$'’.-]+|[^\\s]`, 'gu'))) {
    const isWord = /^[\p{L}\p{N}_]/u.test(token)
    const isLeft = isWord && !FILLER.has(token.toLowerCase()) && !silent.has(token.toLowerCase())
    // What is no word and no comma, such as `=` or `->`, says something too.
    const isSign = !isWord && !/^[\uE000\uE002§]/.test(token) && !/^[,.:;()'’-]+$/.test(token)
    if (!isLeft && !isSign) open = false
    else if (open && isLeft) runs.push(`${runs.pop()} ${token}`)
    else {
      runs.push(token)
      open = isLeft
    }
  }
  return runs
}

const NEXT_TO = `(?:\\s+(?:columns?|fields?))?\\s*(?:of|in|on|from|for|to|at)\\s+(?:(?:the|an?|each|every|all|any|our|new)\\s+)*(?:table\\s+)?`

/** Each column that is named, with its table. Several answers where it is not clear which table is meant; none where there is no such column. */
export function placesIn(bag: Bag, isTable: (m: Mention) => boolean = () => false): Place[][] {
  const { masked, text, context } = bag
  const named = bag.mentions.filter((m) => m.columns.length > 0 && !isTable(m) && !isOnlyTable(m, bag))
  if (named.length === 0) return context.columns.length > 0 && pointsBack(text) ? [context.columns] : []
  const tables = bag.mentions.filter((m) => !named.includes(m)).flatMap((m) => m.tables)
  const shared = sharedTables(named, tables.length > 0 ? tables : context.table ? [context.table] : [])
  const each = named.map((m) => {
    const own = neighbour(m, masked, text)
    const best = [own, ...(m.dotted ? [m.columns.map((c) => c.table)] : []), shared, tables]
      .map((among) => m.columns.filter((c) => among.includes(c.table)))
      .find((found) => found.length > 0)
    return best ?? m.columns
  })
  // The same column said twice is one.
  const alike = (some: Place[]) => some.filter((p, i) => some.findIndex((o) => o.column === p.column) === i)
  const [first] = each
  if (each.every((e) => e.length === 1)) return [alike(each.flat())]
  const owners = (first ?? [])
    .map((p) => p.table)
    .filter((t) => each.every((e) => e.some((p) => p.table === t)))
  return owners.map((t) => alike(each.flatMap((e) => e.filter((p) => p.table === t))))
}

/** `it`, `them`, `that column`: what the sentence before was about. */
function pointsBack(text: string): boolean {
  return /\b(?:it|them|they|that|this|there|both|these|those)\b/i.test(text) || !new RegExp(E).test(text)
}

/** A word that is a table and a column is the table where no other table holds it. */
function isOnlyTable(m: Mention, bag: Bag): boolean {
  if (m.tables.length === 0) return false
  const others = bag.mentions.filter((o) => o !== m).flatMap((o) => [...o.tables, ...(o.dotted ? [] : [])])
  return !m.columns.some((c) => others.includes(c.table) && !m.tables.includes(c.table))
}

function sharedTables(named: Mention[], among: Place['table'][]): Place['table'][] {
  const [first] = named
  const tables = (first?.columns ?? []).map((c) => c.table)
  const all = tables.filter((t) => named.every((m) => m.columns.some((c) => c.table === t)))
  return among.length > 0 ? all.filter((t) => among.includes(t)) : all
}

/** The table right after it, `fax of customers`, or right before it, `customer's fax`. */
function neighbour(m: Mention, masked: Masked, text: string): Place['table'][] {
  const mask = `\uE000${masked.mentions.indexOf(m)}\uE001`
  const after = new RegExp(`${mask}${NEXT_TO}(${E})`).exec(text)?.[1]
  const before = new RegExp(`(${E})\\s*${mask}`).exec(text)?.[1]
  return [after, before].flatMap((found) => (found ? (masked.mentionOf(found)?.tables ?? []) : []))
}

/** Tables that are named and hold none of these columns: they have to mean something else. */
export function otherTables(bag: Bag, places: Place[]): Mention[] {
  const owners = places.map((p) => p.table)
  return bag.mentions.filter(
    (m) =>
      m.tables.length > 0 &&
      !m.tables.some((t) => owners.includes(t)) &&
      !m.columns.some((c) => places.some((p) => p.column === c.column)),
  )
}

export function tablesNamed(bag: Bag): Place['table'][][] {
  return bag.mentions.filter((m) => m.tables.length > 0).map((m) => m.tables)
}

const BETWEEN_LISTED =
  /^(?:[\s,&]|\b(?:and|of|in|on|from|by|the|both|also|too|as well as|columns?|fields?|its|their)\b|\uE000\d+\uE001)*$/i

/** Whether the columns stand in one list: what is said then is said of each of them. */
export function areListed(bag: Bag, places: Place[]): boolean {
  const { text } = bag.masked
  const ends = [...text.matchAll(new RegExp(E, 'g'))]
    .filter((m) => bag.masked.mentionOf(m[0])?.columns.some((c) => places.some((p) => p.column === c.column)))
    .map((m) => ({ start: m.index, end: m.index + m[0].length }))
  const [first] = ends
  const last = ends.at(-1)
  return !first || !last || BETWEEN_LISTED.test(text.slice(first.end, Math.max(first.end, last.start)))
}

export const areOfOne = (places: Place[]) => places.every((p) => p.table === places[0]?.table)
