/** What is asked of the values in rows: which a column may list, what it is filled with, how texts are written. */
import { inListOf, labelsOf } from '../../criteria.ts'
import type { AskOf } from '../ask.ts'
import { literalOf } from '../clauses.ts'
import { isName } from '../text.ts'
import { areListed, type Bag, otherTables, placesIn, runsOf, SETTERS } from './bag.ts'
import { type Frame, saysNothingOfColumns, tableName } from './frames.ts'
import { E, type Place, Q } from './mentions.ts'
import { said } from './sayings.ts'

const at = ({ table, column }: Place) => ({ table: tableName(table), column: column.name })

const listOf = ({ table, column }: Place): string[] =>
  labelsOf(column) ?? table.checks.flatMap((c) => inListOf(c.clause, column.name) ?? [])

const ADDS =
  /\b(?:also|new|additionally|add|allow|accept|support|introduce|include|additional|extra|another|(?:one|two|some)?\s*more|second|third|fourth|fifth|further|possible|list|options?|stat(?:us|e)s?|labels?|levels?|kinds?|stages?|categor(?:y|ies))\b/gi
const RENAMES =
  /\b(?:renamed?|replaced?|called|named|known(?: as)?|becomes?|turn(?:ed)?|change[ds]?|by|instead)\b/gi
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
  if ([...bag.verbs.keys()].some((v) => v !== 'drop' && v !== 'add')) return []
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
  said: string,
  values: string[],
  bag: Bag,
): Pick<Ask, 'what' | 'values' | 'to' | 'at'> | null {
  if (/\bdefault\b/i.test(said)) return null
  if (bag.verbs.has('drop')) {
    const { known, fresh } = valuesIn(bag.text.replace(BECOMES, ' '), values, bag)
    const [value, to = null, ...more] = known
    if (value === undefined || more.length + fresh.length > 0) return null
    return { what: 'remove', values: [value], to, at: null }
  }
  const text = betweenTwo(said, values, bag)
  const place = /\b(after|before)\s+(\S+)\s*$/i.exec(text)
  const next = place ? bag.masked.withQuotes(place[2] ?? '').replace(/^["'`](.*)["'`]$/, '$1') : ''
  const asked = place && values.includes(next) ? text.slice(0, place.index) : text
  const added = valuesIn(asked.replace(ADDS, ' '), values, bag)
  const areValues = added.fresh.length > 0 && areNamed(added.fresh, bag)
  if (areValues && added.known.length === 0 && asked.search(ADDS) >= 0) {
    const side = place?.[1]?.toLowerCase() === 'before' ? ('before' as const) : ('after' as const)
    return { what: 'add', values: added.fresh, to: null, at: asked === text ? null : { side, value: next } }
  }
  const { known, fresh } = valuesIn(text.replace(RENAMES, ' '), values, bag)
  const [value, ...others] = known
  const [to, ...more] = fresh
  if (value === undefined || to === undefined || others.length + more.length > 0) return null
  return text.search(RENAMES) >= 0 && areNamed([to], bag)
    ? { what: 'rename', values: [value], to, at: null }
    : null
}

/** `between 'D' and 'F'`, of two that follow each other: after the first. */
function betweenTwo(text: string, values: string[], bag: Bag): string {
  const found = /\bbetween\s+(\S+)\s+and\s+(\S+)\s*$/i.exec(text)
  const value = (word = '') => bag.masked.withQuotes(word).replace(/^["'`](.*)["'`]$/, '$1')
  const first = values.indexOf(value(found?.[1]))
  return found && first >= 0 && values[first + 1] === value(found[2])
    ? `${text.slice(0, found.index)}after ${found[1]}`
    : text
}

/** Those in quotes alone, or one word: another word beside them says something else. */
function areNamed(values: string[], bag: Bag): boolean {
  const quoted = values.filter((v) => bag.masked.quotes.some((q) => q.slice(1, -1) === v))
  const [only = '', ...more] = values
  return (
    quoted.length === values.length ||
    (more.length === 0 && quoted.length === 0 && isValue(only, bag) && isName(only))
  )
}

/** One word, or in quotes. */
const isValue = (value: string, bag: Bag) =>
  /^[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+)*$/u.test(value) ||
  bag.masked.quotes.some((q) => q.slice(1, -1) === value)

const NONE =
  '(?:null|missing|not\\s+(?:set|known|given|entered|specified|provided|there|present|recorded|stored)|empty|blank|absent|unknown|unset|not filled(?: in)?|without (?:one|a value))'
const MISSING: RegExp[] = [
  new RegExp(
    `\\b(?:(?:all|any|the|those)\\s+)*(?:(?:existing|old|other|older)\\s+)?(?:ones|rows|records|entries|values|${E})\\s+(?:that|which)\\s+(?:is|are)\\s+(?:still\\s+)?${NONE}`,
    'iu',
  ),
  new RegExp(
    `\\b(?:where(?:ver)?|if|when|for (?:rows|those|all|records)?\\s*(?:where|whose|that|which)?)\\s+(?:(?:(?:the|an?)\\s+)?(?<column>${E}(?:\\s+(?:of|in|on)\\s+(?:(?:an?|the|each|every)\\s+)?${E})?)|it|they|there|that)?\\s*(?:is|are|has|have)?\\s*(?:still\\s+|now\\s+)?${NONE}`,
    'iu',
  ),
  new RegExp(
    `(?<=${E}\\s+)(?:(?:that|which|who)\\s+(?:still\\s+)?(?:have|has)\\s+no|without|with\\s+no)\\s+(?:an?\\s+|any\\s+|the\\s+)?(?<column>${E})`,
    'iu',
  ),
  /\b(?:the\s+)?(?:missing|empty|absent|null)\s+(?:values\s+(?:of|in|for)\s+)?/iu,
  /\b(?:that|which|who)\s+(?:still\s+)?(?:have|has)\s+(?:no\b|none|nothing)(?:\s+(?:value|entry))?(?:\s+(?:there|yet|set))?/iu,
  /\b(?:the|all|any|its|existing|old)\s+nulls?(?:\s+values?)?(?!\s+(?:values?|of|in|for)\b)(?![\p{L}])/iu,
  /\b(?:where|if)\s+there\s+(?:is|are)\s+(?:still\s+)?none\b/iu,
  /\bnulls?\s+(?:values\s+)?(?:of|in|for)\s+/iu,
  /\bwhere(?:ver)?\s+(?:we|they|you|people)\s+(?:do not|don['’]t)\s+(?:know|have)\s+(?:it|one|any|them|a value|the value)\b/iu,
  new RegExp(
    `\\b(?:for|in|on)\\s+(?:(?:all|any|the|those|these|our)\\s+)*(?:(?:old|older|existing|present|current|historic|earlier)\\s+)?(?:rows?|records?|entries|ones|${E})\\s+(?:without\\s+(?:one|it|any|a value|values?)|with\\s+(?:no value|none|nothing)|(?:that|which)\\s+(?:still\\s+)?ha(?:ve|s)\\s+(?:nothing|none|no value))(?:\\s+(?:there|yet|so far))?`,
    'iu',
  ),
]
/** `'n/a' where there is none`: a value and which rows get it. */
const ALONE = new RegExp(`^\\s*(?:and\\s+)?(?:with\\s+)?${Q}\\s+it\\s*$`, 'iu')
const FILLS =
  /\b(?:set|gets?(?=\s+\uE002)|(?:back)?fill(?:ed)?(?:\s+(?:in|up))?|put|populated?|replace|use|assume|enter|write|update|backfilling)\b/gi
/** After what fills stands a value, though it has no quotes. */
const FILLED_WITH = /\b(?:use|assume|put|enter|with|to)\s+(?<value>[\p{L}_][\p{L}\p{N}_-]*)(?=\s|$|[,.])/iu
const EVERY_ROW = new RegExp(
  `\\b(?:(?:for|in|on)\\s+(?:everyone|everybody|all(?:\\s+(?:of them|rows|records|entries))?(?=\\s*$)|every\\s+(?:row|record|entry)|(?:all|every)\\s+(?:the\\s+)?(?=${E}\\s*$))|everywhere)`,
  'iu',
)
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
  const text = bag.masked.text
    .replace(form, ' ')
    .replace(/\b(?:the )?existing (?:ones|rows|values)\b/gi, ' ')
    .replace(EVERY_ROW, ' ')
    .replace(/\b(?:write|put|bring|into|letters)\b/gi, ' ')
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

/** `replace 'missed' with 'no_show'`: rows that hold the one get the other. */
export const replaced: Frame = (bag) => {
  const form = new RegExp(
    `\\b(?:replace|change|turn|rename)\\s+(?:the\\s+)?(?:values?\\s+|all\\s+)?(${Q})\\s+(?:with|by|to|into|in)\\s+(${Q})`,
    'iu',
  )
  const said = bag.masked.text
  const found = form.exec(said)
  const [old, value] = [found?.[1], found?.[2]].map((q) => literalOf(bag.masked.withQuotes(q ?? '')))
  if (!found || !old || !value || bag.masked.quotes.length !== 2) return []
  const text = `${said.slice(0, found.index)} ${said.slice(found.index + found[0].length)}`
  if (runsOf(text).length > 0) return []
  return placesIn({ ...bag, text })
    .filter((places) => places.length === 1 && otherTables(bag, places).length === 0)
    .flatMap(([p]) =>
      // What is listed has another name then, for rows to come as well.
      !p || listOf(p).length > 0
        ? []
        : [
            [
              {
                op: 'fill' as const,
                ...at(p),
                value: { kind: 'literal' as const, value },
                where: [{ column: null, is: '=' as const, value: old }],
              },
            ],
          ],
    )
}

const LITERALS = new RegExp(
  `${Q}|(?<![\\p{L}\\p{N}.\uE000\uE002-])-?\\d+(?:\\.\\d+)?(?![\\p{L}\\p{N}.])|\\b(?:true|false|now|today)\\b`,
  'gu',
)

export const filled: Frame = (bag) => {
  // What is set for rows to come is a default.
  if (bag.clauses.default !== null) return []
  let text = bag.masked.text
  const conditions: (string | null)[] = []
  for (const form of MISSING) {
    const found = form.exec(text)
    if (!found) continue
    conditions.push(found.groups?.column ?? null)
    // Of which column goes without saying: it points back.
    text = `${text.slice(0, found.index)} ${found.groups?.column ?? 'it'} ${text.slice(found.index + found[0].length)}`
  }
  if ((text.search(FILLS) < 0 && !(conditions.length === 1 && ALONE.test(text))) || conditions.length > 1)
    return []
  const isEvery = conditions.length === 0 && EVERY_ROW.test(text)
  if (isEvery) text = text.replace(EVERY_ROW, ' of ').replace(/\bof\s*$/, '')
  const values: string[] = [...(text.match(LITERALS) ?? [])]
  let left = said(text, [
    [LITERALS, ' '],
    [FILLS, ' '],
  ])
  // A word that means nothing else may be the value: `use early where it is null`.
  const word = values.length === 0 ? FILLED_WITH.exec(text)?.groups?.value : undefined
  if (word !== undefined && runsOf(left, SETTERS).join() === word) {
    values.push(word)
    left = left.replace(new RegExp(`(?<![\\p{L}\\p{N}_-])${word}(?![\\p{L}\\p{N}_-])`, 'u'), ' ')
  }
  const [value, ...more] = values.map((v) => literalOf(bag.masked.withQuotes(v)))
  if (!value || more.length > 0 || runsOf(left, SETTERS).length > 0) return []
  const [condition] = conditions
  return placesIn({ ...bag, text: left })
    .filter((places) => places.length === 1 && otherTables(bag, places).length === 0)
    .map((places) =>
      places.map((p) => ({
        op: 'fill' as const,
        ...at(p),
        value: { kind: 'literal' as const, value },
        where:
          condition === undefined
            ? isEvery
              ? []
              : null
            : [{ column: null, is: 'null' as const, value: null }],
      })),
    )
}
