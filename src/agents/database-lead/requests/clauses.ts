/** What a request says about a column besides its name: type, default, required, unique, allowed values. */
import { isOut, type Literal, type Rule } from '../order/change.ts'
import { valuesListed } from './text.ts'

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
  `,?\\s*\\b(?:that is |which is |must be |with values |being )?(?:one of|either|in(?=\\s*\\(|\\s+["']))\\s*\\(?(${ONE}(?:(?:\\s*,\\s*${ONE})*\\s*,?\\s+(?:or|and)\\s+${ONE}(?:\\s+or\\s+${ONE})*|(?:\\s*,\\s*${ONE})+)(?!\\s+(?:of|it|them|the|all|this|that)\\b))\\)?`,
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
/** One bound more; each is out itself or not. */
function bound(into: Taken, side: 'min' | 'max', value: string | undefined, out: boolean): boolean {
  const before = into.rule ?? rule({})
  const other = side === 'min' ? 'max' : 'min'
  // Said twice and not alike, or of what holds no numbers: one of the two would be lost.
  if (before[side] !== null || before.values !== null || before.without) return false
  const isOtherOut = before[other] !== null && isOut(before, other)
  const exclusive = before[other] === null || isOtherOut === out ? out : out ? side : other
  into.rule = { ...before, [side]: value ?? null, exclusive }
  return true
}

/** The type that two ways of saying it come to: a text of up to 60 characters; null where they are at odds. */
export function sameType(one: string | null, other: string | null): string | null {
  const isText = (type: string) => /^(?:(?:long|medium|tiny)?text|varchar\(255\))$/.test(type)
  if (one === null || other === null || one === other) return one ?? other
  if (isText(one) && /char\(/.test(other)) return other
  return isText(other) && /char\(/.test(one) ? one : null
}

function typed(into: Taken, type: string): boolean {
  const both = sameType(into.type, type)
  if (both !== null) into.type = both
  return both !== null
}

/** `of up to 500 characters`, `, 12 letters`. */
const LENGTH = new RegExp(
  `,?\\s*(?:\\b(?:of|with|having|holding|it holds)\\s+)?(?:\\b(?:up to|at most|max(?:imum)?(?: of)?|no more than)\\s+)?(?<![\\p{L}\\d])(\\d+|${NUMBER_WORDS.join('|')})[\\s-]+(?:characters?|chars?|letters?)(?:\\s+(?:long|at most))?`,
  'iu',
)

const CLAUSES: Clause[] = [
  {
    form: LENGTH,
    take: (m, into) => typed(into, `varchar(${digits(m[1] ?? '')})`),
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:with|and)?\\s*(?:a |the )?(?<!\\bby )default(?:s|ing)?(?: value)?(?: to| of| is|:| =)?\\s+(?!(?:of|to|is|for|on|in|from|the|an?|value|be|should|must|that|which|and|or)\\b)(${VALUE})`,
      'iu',
    ),
    take: (m, into) => {
      into.default = literalOf(m[1] ?? '')
    },
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:with values |valued |always |must be |that is |which is |and is )?(?:between|from|within|in the range(?: of| from)?)\\s+(${NUMBER})(?:\\s+(?:and|to)\\s+|\\s*(?:-|–|\\.\\.)\\s*)(${NUMBER})(?: only)?(?:,?\\s*(?:\\(inclusive\\)|(?:both\\s+)?inclusive(?:ly)?|both (?:included|inclusive)))?`,
      'iu',
    ),
    take: (m, into) => {
      if (into.rule) return false
      into.rule = rule({ min: m[1] ?? null, max: m[2] ?? null })
      return true
    },
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is |and )?(?:at least|(?:not|no|never) (?:be )?(?:less|smaller|lower|fewer) than|(?:not|never) (?:be )?below|min(?:imum)?|>=)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => bound(into, 'min', m[1], false),
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is |and )?(?:at most|(?:not|no|never) (?:be )?(?:more|greater|higher|larger|bigger) than|(?:not|never) (?:be )?(?:above|over)|up to|max(?:imum)?|<=)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => bound(into, 'max', m[1], false),
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is )?(?:(?:greater|more|larger|higher|bigger) than|above|over)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => bound(into, 'min', m[1], true),
  },
  {
    form: new RegExp(
      `,?\\s*\\b(?:must be |that is )?(?:(?:less|lower|smaller|fewer) than|below|under)\\s+(${NUMBER})`,
      'iu',
    ),
    take: (m, into) => bound(into, 'max', m[1], true),
  },
  {
    form: /,?\s*\b(?:must (?:not be|never be)|not|never|non-?)\s*negative\b/iu,
    take: (_, into) => bound(into, 'min', '0', false),
  },
  {
    form: /,?\s*\b(?:must be |always )?positive\b/iu,
    take: (_, into) => bound(into, 'min', '0', true),
  },
  {
    form: ONE_OF,
    take: (m, into) => {
      if (into.rule) return false
      into.rule = rule({ values: valuesListed(m[1] ?? '') })
      return true
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
    take: (m, into) => typed(into, typeOf(m[1] ?? '')),
  },
  {
    form: /(?<=\b(?:an?|new|the)) (bool(?:ean)?|(?:small|big)?int(?:eger)?|uuid|jsonb?|(?:numeric|decimal|varchar)\s*\([\d, ]+\))(?=\s+[\p{L}_])/iu,
    take: (m, into) => typed(into, typeOf(m[1] ?? '')),
  },
  {
    // After a name that is written as one, any type.
    form: new RegExp(`(?<=[\\p{L}\\p{N}]_[\\p{L}\\p{N}_]*) (${TYPE})(?=\\s+(?:to|on|into|in|for)\\s)`, 'iu'),
    take: (m, into) => typed(into, typeOf(m[1] ?? '')),
  },
  {
    form: new RegExp(`(?<=\\p{Ll}\\p{Lu}[\\p{L}\\p{N}]*) (${TYPE})(?=\\s+(?:to|on|into|in|for)\\s)`, 'u'),
    take: (m, into) => typed(into, typeOf(m[1] ?? '')),
  },
  {
    // Words that are types and nothing else: `a birth date to customers` says no type.
    form: /(?<=\s(?!(?:an?|the|new)\s)[\p{L}_][\p{L}\p{N}_]*) ((?:var)?char\s*\(\s*\d+\s*\)|(?:numeric|decimal)\s*\([\d, ]+\)|(?:small|big)?int(?:eger)?|bool(?:ean)?|jsonb|uuid|timestamptz|datetime|bytea)(?=\s+(?:to|on|into|in|for)\s)/iu,
    take: (m, into) => typed(into, typeOf(m[1] ?? '')),
  },
  {
    form: new RegExp(`\\s\\(?(${TYPE})\\)?(?=\\s+(?:column|field)\\b)`, 'iu'),
    take: (m, into) => typed(into, typeOf(m[1] ?? '')),
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
