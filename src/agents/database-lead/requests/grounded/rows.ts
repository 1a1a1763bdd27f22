/** What is asked of the values in rows: which a column may list, what it is filled with, how texts are written. */
import { inListOf, labelsOf } from '../../criteria.ts'
import type { Literal } from '../../order/change.ts'
import type { AskOf } from '../ask.ts'
import { literalOf } from '../clauses.ts'
import { areListed, type Bag, otherTables, placesIn, runsOf, SETTERS } from './bag.ts'
import { type Frame, saysNothingOfColumns, tableName } from './frames.ts'
import { E, type Place, Q } from './mentions.ts'
import { said } from './sayings.ts'

const at = ({ table, column }: Place) => ({ table: tableName(table), column: column.name })

const listOf = ({ table, column }: Place): string[] =>
  labelsOf(column) ?? table.checks.flatMap((c) => inListOf(c.clause, column.name) ?? [])

const ADDS =
  /\b(?:also|new|additionally|add|allow|accept|support|introduce|include|additional|extra|another|possible|list|options?|stat(?:us|e)s?|labels?)\b/gi
const RENAMES = /\b(?:renamed?|replaced?|called|named|becomes?|turn(?:ed)?|change[ds]?|by|instead)\b/gi
const BECOMES =
  /\b(?:those|they|rows?|becomes?|turn(?:ed|ing)?|instead|use|using|moved?|moving|replac(?:ed|ing)|these|it|set)\b/gi
const WORD_OR_QUOTE = new RegExp(`${Q}|[\\p{L}\\p{N}_]+(?:-[\\p{L}\\p{N}_]+)*`, 'gu')

type Ask = AskOf<'change-values'>
type Found = { known: string[]; fresh: string[] }

/** Values that the list holds and such that it does not, of the words that mean nothing else. */
function valuesIn(text: string, values: string[], bag: Bag): Found {
  const known: string[] = []
  const rest = text.replace(WORD_OR_QUOTE, (word) => {
    const value = bag.masked.withQuotes(word).replace(/^["'`](.*)["'`]$/, '$1')
    if (!values.includes(value)) return word
    known.push(value)
    return ' '
  })
  const quoted = [...rest.matchAll(new RegExp(Q, 'g'))].map((m) => bag.masked.withQuotes(m[0]).slice(1, -1))
  return { known, fresh: [...runsOf(rest, SETTERS), ...quoted] }
}

export const listedValues: Frame = (bag) => {
  const text = bag.masked.text
  const readings = placesIn(bag).filter((p) => p.length === 1 && otherTables(bag, p).length === 0)
  return readings.flatMap(([place]) => {
    const values = place ? listOf(place) : []
    if (!place || values.length === 0) return []
    const ask = changeOf(text, values, bag)
    return ask ? [[{ op: 'change-values' as const, ...at(place), ...ask }]] : []
  })
}

function changeOf(
  text: string,
  values: string[],
  bag: Bag,
): Pick<Ask, 'what' | 'values' | 'to' | 'at'> | null {
  if (/\bdefault\b/i.test(text)) return null
  if (bag.verbs.has('drop')) {
    const { known, fresh } = valuesIn(bag.text.replace(BECOMES, ' '), values, bag)
    const [value, to = null, ...more] = known
    if (value === undefined || more.length + fresh.length > 0) return null
    return { what: 'remove', values: [value], to, at: null }
  }
  const place = /\b(after|before)\s+(\S+)\s*$/i.exec(text)
  const next = place ? bag.masked.withQuotes(place[2] ?? '').replace(/^["'`](.*)["'`]$/, '$1') : ''
  const asked = place && values.includes(next) ? text.slice(0, place.index) : text
  const added = valuesIn(asked.replace(ADDS, ' '), values, bag)
  const areValues = added.fresh.length > 0 && added.fresh.every((v) => isValue(v, bag))
  if (areValues && added.known.length === 0 && asked.search(ADDS) >= 0) {
    const side = place?.[1]?.toLowerCase() === 'before' ? ('before' as const) : ('after' as const)
    return { what: 'add', values: added.fresh, to: null, at: asked === text ? null : { side, value: next } }
  }
  const { known, fresh } = valuesIn(text.replace(RENAMES, ' '), values, bag)
  const [value, ...others] = known
  const [to, ...more] = fresh
  if (value === undefined || to === undefined || others.length + more.length > 0) return null
  return text.search(RENAMES) >= 0 && isValue(to, bag)
    ? { what: 'rename', values: [value], to, at: null }
    : null
}

/** One word, or in quotes. */
const isValue = (value: string, bag: Bag) =>
  /^[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+)*$/u.test(value) ||
  bag.masked.quotes.some((q) => q.slice(1, -1) === value)

const NONE =
  '(?:null|missing|not set|not known|empty|blank|absent|unknown|unset|not filled(?: in)?|without (?:one|a value))'
const MISSING: RegExp[] = [
  new RegExp(
    `\\b(?:where(?:ver)?|if|when|for (?:rows|those|all|records)?\\s*(?:where|whose|that|which)?)\\s+(?:(?:the\\s+)?(?<column>${E})|it|they|there|that)?\\s*(?:is|are|has|have)?\\s*(?:still\\s+|now\\s+)?${NONE}`,
    'iu',
  ),
  new RegExp(
    `(?<=${E}\\s+)(?:(?:that|which|who)\\s+(?:still\\s+)?(?:have|has)\\s+no|without)\\s+(?:an?\\s+|any\\s+|the\\s+)?(?<column>${E})`,
    'iu',
  ),
  /\b(?:the\s+)?(?:missing|empty|absent|null)\s+(?:values\s+(?:of|in|for)\s+)?/iu,
  /\b(?:that|which|who)\s+(?:still\s+)?(?:have|has)\s+(?:no|none|nothing)(?:\s+(?:value|entry))?(?:\s+(?:there|yet|set))?/iu,
  /\bnulls?\s+(?:values\s+)?(?:of|in|for)\s+/iu,
]
const FILLS = /\b(?:set|(?:back)?fill(?:\s+(?:in|up))?|put|populate|replace|use|write|update|backfilling)\b/gi
const CASES: [RegExp, 'lower' | 'upper' | 'trim'][] = [
  [
    /\b(?:lower-?case|(?:in|into|to)\s+(?:all\s+)?(?:lower[- ]?case|small letters)|all lower[- ]?case)(?:\s+letters)?\b/i,
    'lower',
  ],
  [
    /\b(?:upper-?case|capitali[sz]e|(?:in|into|to)\s+(?:all\s+)?(?:upper[- ]?case|capitals|capital letters)|all upper[- ]?case)(?:\s+letters)?\b/i,
    'upper',
  ],
  [
    /\b(?:trim|(?:strip|remove|drop|cut)(?:\s+(?:the|all|any|leading|trailing|and|surrounding|extra))*\s+(?:white ?space|blanks?|spaces?)(?:\s+(?:around|from|of|in|off))?)\b/i,
    'trim',
  ],
]

export const written: Frame = (bag) => {
  const found = CASES.find(([form]) => form.test(bag.masked.text))
  if (!found || !saysNothingOfColumns(bag)) return []
  const [form, as] = found
  const text = bag.masked.text.replace(form, ' ').replace(/\b(?:write|put|bring|into|letters)\b/gi, ' ')
  if (runsOf(text, SETTERS).length > 0 || bag.quotes.length > 0) return []
  return placesIn(bag)
    .filter((places) => otherTables(bag, places).length === 0 && areListed(bag, places))
    .map((places) =>
      places.map((p) => ({
        op: 'fill' as const,
        ...at(p),
        value: { kind: 'written' as const, as },
        where: [],
      })),
    )
}

export const filled: Frame = (bag) => {
  // What is set for rows to come is a default.
  if (bag.clauses.default !== null) return []
  let text = bag.masked.text
  const conditions: (string | null)[] = []
  for (const form of MISSING) {
    const found = form.exec(text)
    if (!found) continue
    conditions.push(found.groups?.column ?? null)
    text = `${text.slice(0, found.index)} ${found.groups?.column ?? ''} ${text.slice(found.index + found[0].length)}`
  }
  if (text.search(FILLS) < 0 || conditions.length > 1) return []
  const values = [
    ...text.matchAll(
      new RegExp(
        `${Q}|(?<![\\p{L}\\p{N}.\uE000\uE002-])-?\\d+(?:\\.\\d+)?(?![\\p{L}\\p{N}.])|\\b(?:true|false|now|today)\\b`,
        'gu',
      ),
    ),
  ]
  const [value, ...more] = values.map((m) => literalOf(bag.masked.withQuotes(m[0])))
  const left = said(text, [
    [FILLS, ' '],
    [
      new RegExp(
        `${Q}|(?<![\\p{L}\\p{N}\uE000\uE002])-?\\d+(?:\\.\\d+)?|\\b(?:true|false|now|today)\\b`,
        'gu',
      ),
      ' ',
    ],
  ])
  if (!value || more.length > 0 || runsOf(left, SETTERS).length > 0) return []
  const [condition] = conditions
  return placesIn({ ...bag, text: left })
    .filter((places) => places.length === 1 && otherTables(bag, places).length === 0)
    .map((places) =>
      places.map((p) => ({
        op: 'fill' as const,
        ...at(p),
        value: { kind: 'literal' as const, value: value as Literal },
        where: condition === undefined ? null : [{ column: null, is: 'null' as const, value: null }],
      })),
    )
}
