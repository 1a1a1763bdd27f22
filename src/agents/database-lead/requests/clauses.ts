/** What a request says about a column besides its name: type, default, required, unique, allowed values. */
import type { Literal, Rule } from '../order/change.ts'
import { listed } from './text.ts'

export type Clauses = {
  type: string | null
  default: Literal | null
  /** null: it was not said. */
  nullable: boolean | null
  unique: boolean
  rule: Rule | null
  /** The sentence without them. */
  rest: string
}

export const TYPE =
  '(?:(?:small|big|tiny|medium)?int(?:eger)?|(?:numeric|decimal)(?:\\s*\\(\\s*\\d+\\s*(?:,\\s*\\d+\\s*)?\\))?|(?:var)?char(?:acter)?(?: varying)?\\s*\\(\\s*\\d+\\s*\\)|(?:long|medium|tiny)?text|bool(?:ean)?|date|timestamp(?:tz| with(?:out)? time zone)?|datetime|time|uuid|jsonb?|real|double(?: precision)?|float|bytea|blob)'

const NUMBER = '-?\\d+(?:\\.\\d+)?'
const VALUE = `(?:"[^"]*"|'[^']*'|${NUMBER}|true|false|null|now(?:\\(\\))?|current[_ ]timestamp|today|[\\p{L}_][\\p{L}\\p{N}_-]*)`

const ONE = `(?:"[^"]*"|'[^']*'|(?!(?:or|and|to|on|in|for|into|default)\\b)[\\w-]+)`
/** Commas, then one `or` or `and` before the last, or `or` between all: what follows is another part of the sentence. */
const ONE_OF = new RegExp(
  `,?\\s*\\b(?:that is |which is |must be |with values |being )?(?:one of|either|in)\\s+\\(?(${ONE}(?:(?:\\s*,\\s*${ONE})*\\s*,?\\s+(?:or|and)\\s+${ONE}(?:\\s+or\\s+${ONE})*|(?:\\s*,\\s*${ONE})+))\\)?`,
  'iu',
)

const NUMBER_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

function digits(said: string): string {
  const n = NUMBER_WORDS.indexOf(said.toLowerCase())
  return n < 0 ? said : String(n)
}

type Taken = Omit<Clauses, 'rest'>
/** false: beside what was taken already it cannot be said, and stays in the sentence. */
type Clause = { form: RegExp; take: (m: RegExpExecArray, into: Taken) => unknown }

const rule = (given: Partial<Rule>): Rule => ({
  min: null,
  max: null,
  exclusive: false,
  values: null,
  ...given,
})
const and = (one: Rule | null, other: Rule): Rule =>
  one === null
    ? other
    : { ...one, min: other.min ?? one.min, max: other.max ?? one.max, values: other.values ?? one.values }

/** A bound that is out itself goes with another that is, and with none that is in. */
function beyond(into: Taken, bound: Partial<Rule>): boolean {
  if (into.rule && !into.rule.exclusive) return false
  into.rule = { ...rule({ ...into.rule, exclusive: true }), ...bound }
  return true
}

/** `of up to 500 characters`, `, 12 letters`. */
const LENGTH = new RegExp(
  `,?\\s*(?:\\b(?:of|with|having|holding|it holds)\\s+)?(?:\\b(?:up to|at most|max(?:imum)?(?: of)?|no more than|exactly)\\s+)?(?<![\\p{L}\\d])(\\d+|${NUMBER_WORDS.join('|')})[\\s-]+(?:characters?|chars?|letters?)(?:\\s+(?:long|at most))?`,
  'iu',
)

const CLAUSES: Clause[] = [
  {
    form: LENGTH,
    take: (m, into) => {
      into.type ??= `varchar(${digits(m[1] ?? '')})`
    },
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:with|and)?\\s*(?:a |the )?default(?:s|ing)?(?: value)?(?: to| of| is|:| =)?\\s+(${VALUE})`,
      'iu',
    ),
    take: (m, into) => {
      into.default = literalOf(m[1] ?? '')
    },
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:with values |valued |always |must be |that is |which is |and is )?(?:between|from|within|in the range(?: of| from)?)\\s+(${NUMBER})(?:\\s+(?:and|to)\\s+|\\s*(?:-|–|\\.\\.)\\s*)(${NUMBER})(?: only)?`,
      'iu',
    ),
    take: (m, into) => {
      into.rule = and(into.rule, rule({ min: m[1] ?? null, max: m[2] ?? null }))
    },
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is |and )?(?:at least|(?:not|no|never) (?:be )?(?:less|smaller|lower|fewer) than|(?:not|never) (?:be )?below|min(?:imum)?|>=)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => {
      into.rule = and(into.rule, rule({ min: m[1] ?? null }))
    },
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is |and )?(?:at most|(?:not|no|never) (?:be )?(?:more|greater|higher|larger|bigger) than|(?:not|never) (?:be )?(?:above|over)|up to|max(?:imum)?|<=)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => {
      into.rule = and(into.rule, rule({ max: m[1] ?? null }))
    },
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is )?(?:(?:greater|more|larger|higher|bigger) than|above|over)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => beyond(into, { min: m[1] ?? null }),
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is )?(?:(?:less|lower|smaller|fewer) than|below|under)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => beyond(into, { max: m[1] ?? null }),
  },
  {
    form: /,?\s*\b(?:must (?:not be|never be)|not|never|non-?)\s*negative\b/iu,
    take: (_, into) => {
      into.rule = and(into.rule, rule({ min: '0' }))
    },
  },
  {
    form: /,?\s*\b(?:must be |always )?positive\b/iu,
    take: (_, into) => beyond(into, { min: '0' }),
  },
  {
    form: ONE_OF,
    take: (m, into) => {
      into.rule = rule({ values: listed(m[1] ?? '') })
    },
  },
  {
    form: /,?\s*\b(?:and |that (?:is|may|can) |which (?:is|may|can) )?(?:not null|required|mandatory|non-?null(?:able)?|(?:cannot|can't|must not) be (?:null|empty))\b/iu,
    take: (_, into) => {
      into.nullable = false
    },
  },
  {
    form: /,?\s*\b(?:and |that is |which is )?(?:nullable|optional|(?:may|can) be (?:null|empty))\b/iu,
    take: (_, into) => {
      into.nullable = true
    },
  },
  {
    form: /,?\s*(?:\b(?:and |that is |which is |must be )?unique\b|(?:\band\s+)?\bno two\s+[^,]+?\s+(?:have|share|with)\s+the same(?:\s+(?:one|value))?)/iu,
    take: (_, into) => {
      into.unique = true
    },
  },
  {
    form: new RegExp(`,?\\s*\\b(?:of type|with type|type|as an?|as|:)\\s+(${TYPE})(?![\\p{L}\\p{N}_])`, 'iu'),
    take: (m, into) => {
      into.type = typeOf(m[1] ?? '')
    },
  },
  {
    form: /(?<=\b(?:an?|new|the)) (bool(?:ean)?|(?:small|big)?int(?:eger)?|uuid|jsonb?|(?:numeric|decimal|varchar)\s*\([\d, ]+\))(?=\s+[\p{L}_])/iu,
    take: (m, into) => {
      into.type ??= typeOf(m[1] ?? '')
    },
  },
  {
    // After a name that is written as one, any type.
    form: new RegExp(`(?<=[\\p{L}\\p{N}]_[\\p{L}\\p{N}_]*) (${TYPE})(?=\\s+(?:to|on|into|in|for)\\s)`, 'iu'),
    take: (m, into) => {
      into.type ??= typeOf(m[1] ?? '')
    },
  },
  {
    // Words that are types and nothing else: `a birth date to customers` says no type.
    form: /(?<=\s(?!(?:an?|the|new)\s)[\p{L}_][\p{L}\p{N}_]*) ((?:var)?char\s*\(\s*\d+\s*\)|(?:numeric|decimal)\s*\([\d, ]+\)|(?:small|big)?int(?:eger)?|bool(?:ean)?|jsonb|uuid|timestamptz|datetime|bytea)(?=\s+(?:to|on|into|in|for)\s)/iu,
    take: (m, into) => {
      into.type ??= typeOf(m[1] ?? '')
    },
  },
  {
    form: new RegExp(`\\s\\(?(${TYPE})\\)?(?=\\s+(?:column|field)\\b)`, 'iu'),
    take: (m, into) => {
      into.type ??= typeOf(m[1] ?? '')
    },
  },
]

/** Takes every clause out of the sentence, each at most once. */
export function takeClauses(sentence: string): Clauses {
  const into: Taken = { type: null, default: null, nullable: null, unique: false, rule: null }
  // `at least one`, `greater than zero`: a bound in words.
  let rest = sentence.replace(
    new RegExp(
      `(?<=\\b(?:than|least|most|below|above|between|from|and|to) )(?:${NUMBER_WORDS.join('|')})(?=$|,| and | to )`,
      'gi',
    ),
    digits,
  )
  for (const { form, take } of CLAUSES) {
    const found = form.exec(rest)
    if (!found) continue
    if (take(found, into) === false) continue
    rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length).replace(/^\s*,/, '')}`
  }
  return {
    ...into,
    rest: rest
      .replace(/\s+/g, ' ')
      .replace(/[\s,]+$/, '')
      .trim(),
  }
}

export function literalOf(text: string): Literal | null {
  const quoted = /^["'](.*)["']$/.exec(text)
  if (quoted) return { kind: 'text', text: quoted[1] ?? '' }
  if (/^null$/i.test(text)) return null
  if (/^(true|false)$/i.test(text)) return { kind: 'boolean', value: /^true$/i.test(text) }
  if (/^(now(\(\))?|current[_ ]timestamp|today)$/i.test(text)) return { kind: 'now' }
  if (new RegExp(`^${NUMBER}$`).test(text)) return { kind: 'number', text }
  return { kind: 'text', text }
}

/** As a server takes it: no blanks inside the brackets. */
export function typeOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s*([(),])\s*/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
}

export const VALUE_FORM = VALUE
