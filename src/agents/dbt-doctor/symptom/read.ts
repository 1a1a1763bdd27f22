/** A sentence on numbers that are wrong, as what it says of which model and column of the project. */
import { distance } from 'fastest-levenshtein'

export type Complaint =
  /** Rows are not there. */
  | 'missing'
  /** Rows, or what they add up to, are there more than once. */
  | 'repeated'
  /** A column has one value where it should have many: zero or another number, null. */
  | 'zero'
  | 'null'
  /** Numbers are below zero. */
  | 'negative'
  /** A day is not there. */
  | 'day'
  /** A column has one value where it should have several, whichever it is. */
  | 'same'
  /** A value that a column should have in some rows is in none. */
  | 'never'
  /** Values are not what they should be, and it is not said in which way. */
  | 'other'

export type Symptom = {
  complaint: Complaint
  /** Id of a model. */
  node: string
  /** As the warehouse calls it; null where none is named. */
  column: string | null
  /** `day`: days before today. */
  daysAgo: number | null
  /** `zero`: the one value, where it is another. */
  value?: number
  /** `never`: the value that is in no row. */
  text?: string
  /** It is said of every row: `always`, `all of it`. */
  always?: boolean
  /** It is said of some rows alone: `for many customers`. */
  some?: boolean
}

/** What the project has, as far as names go. */
export type Named = { id: string; label: string; columns: string[]; readers: number }

export type Reading = { symptom: Symptom } | { why: string; choices: string[] }

const DAYS: [RegExp, number][] = [
  [/\bday before yesterday\b/, 2],
  [/\byesterday'?s?\b|\blast day\b/, 1],
  [/\btoday'?s?\b/, 0],
]

const SAYS: [Complaint, RegExp][] = [
  [
    'null',
    /\b(?:always|only|all|just|mostly|often)?\s*(?:is|are)?\s*(?:null|nulls|empty|blank|not filled|unfilled)\b/,
  ],
  ['negative', /\bnegative\b|\b(?:below|under|less than) (?:zero|0)\b|\bminus\b/],
  ['zero', /\b(?:zero|zeros|zeroes|0)\b/],
  [
    'repeated',
    /\b(?:duplicat\w*|too late|doubl\w+|twice|tripl\w+|too (?:many|high|much|large|big)|more than once|repeat\w*|times (?:as(?! (?:few|low|small|little))|too(?! (?:few|low|small|little)))|inflated|overstated|higher than|more than)\b/,
  ],
  [
    'missing',
    /\b(?:miss(?:es|ing)?|too early|(?:tenth|hundredth|thousandth|fraction) of|lacks?|lacking|lost|loses?|too (?:few|low|small|little)|fewer|incomplete|not all|gone|disappear\w*|drop(?:s|ped)|half|lower than|less than|understated|no (?:data|rows|orders))\b/,
  ],
  ['same', /\b(?:the same|equal|identical|constant)\b/],
  [
    'other',
    /\b(?:wrong|incorrect|inaccurate|(?:not|isn'?t|aren'?t) (?:right|correct)|do(?:es)?(?: not|n'?t) (?:match|add up|agree|fit)|mixed up|off)\b/,
  ],
]

/** `is always 100`, `are all 1`. */
const ONE_VALUE =
  /\b(?:always|only|all|just|nothing but)\s+(?:the same[,:]?\s+)?(-?\d+(?:\.\d+)?)(?=\s*(?:%|[.!]?\s*$|,|\band\b))/

/** Since when it is so names no day that is missing. */
const SINCE = /\bsince\s+(?:the\s+)?[\w' ]+/g
const SOME =
  /\b(?:some|many|most|several|half|often|sometimes|partly|mostly)\b|\bfor (?!all\b|every\b|each\b)\w+/

/** `is never 'late'`. */
const NEVER = /\bnever\s+(?:is\s+|has\s+|shows\s+)?['"\u201c\u2018]([^'"\u201d\u2019]+)['"\u201d\u2019]/i

const ALWAYS = /\b(?:always|all|only|every|everywhere|nothing but|never anything|completely|entirely)\b/

/** Null where the sentence complains of nothing that is known here. */
export function complaintOf(
  sentence: string,
): Pick<Symptom, 'complaint' | 'daysAgo' | 'always' | 'some' | 'value' | 'text'> | null {
  const [, never] = NEVER.exec(sentence) ?? []
  if (never !== undefined) return { complaint: 'never', daysAgo: null, text: never }
  const text = sentence.toLowerCase()
  const [, value] = ONE_VALUE.exec(text) ?? []
  if (value !== undefined && Number(value) !== 0)
    return { complaint: 'zero', daysAgo: null, always: true, value: Number(value) }
  const said = SAYS.find(([, shape]) => shape.test(text))?.[0]
  if (!said) return null
  const day = DAYS.find(([shape]) => shape.test(text.replace(SINCE, '')))?.[1]
  const some = SOME.test(text) ? { some: true } : {}
  return said === 'missing' && day !== undefined
    ? { complaint: 'day', daysAgo: day, always: false }
    : { complaint: said, daysAgo: null, always: ALWAYS.test(text), ...some }
}

export function readSymptom(sentence: string, models: Named[]): Reading {
  const found = complaintOf(sentence)
  if (!found)
    return {
      why: 'It does not say what is wrong: rows that are missing, rows or sums that are doubled, a column that is always zero, null or another value, or that is negative, too early, too late or wrong, a day that is not there.',
      choices: [],
    }
  const words = wordsOf(sentence)
  const named = models.filter((m) => words.includes(m.label.toLowerCase()))
  const within = named.length > 0 ? named : models
  const exact = within.flatMap((m) =>
    m.columns.filter((c) => words.includes(c.toLowerCase())).map((column) => ({ m, column })),
  )
  // Of a name that is a word of the sentence's own, no column is meant.
  const columns =
    exact.length > 0
      ? exact
      : within.flatMap((m) => m.columns.filter((c) => holdsWord(c, words)).map((column) => ({ m, column })))
  const pick = nearestToReaders(columns)
  const node = named[0] ?? pick[0]?.m ?? alike(models, words)
  if (!node)
    return {
      why: 'It names no model of the project, and no column of one.',
      choices: models.slice(0, 8).map((m) => m.label),
    }
  const own = pick.filter((c) => c.m === node)
  // A model that is empty has no rows; of a column it is said that it has no values.
  if (found.complaint === 'null' && own.length === 0 && named.length > 0 && /\bempty\b/i.test(sentence))
    return { symptom: { complaint: 'missing', daysAgo: null, always: false, node: node.id, column: null } }
  const needsColumn = ['zero', 'null', 'negative', 'same', 'never'].includes(found.complaint)
  if (needsColumn && own.length === 0)
    return {
      why: `It names no column of ${node.label}.`,
      choices: node.columns.slice(0, 12).map((c) => `${node.label}.${c}`),
    }
  if (named.length === 0 && new Set(pick.map((p) => p.m.id)).size > 1)
    return {
      why: 'Several models have it.',
      choices: pick.map((p) => `${p.m.label}.${p.column}`).slice(0, 8),
    }
  return { symptom: { ...found, node: node.id, column: own[0]?.column ?? null } }
}

function wordsOf(sentence: string): string[] {
  return sentence
    .toLowerCase()
    .split(/[^\p{L}\p{N}_.$]+/u)
    .flatMap((w) => {
      const plain = w.replace(/^\.+|\.+$/g, '')
      return plain === '' ? [] : [plain, ...(plain.includes('.') ? plain.split('.') : [])]
    })
}

const COMMON = new Set([
  'is',
  'are',
  'the',
  'of',
  'in',
  'a',
  'an',
  'than',
  'what',
  'has',
  'have',
  'since',
  'rows',
  'row',
  'column',
  'always',
  'date',
  'data',
  'day',
  'id',
  'all',
  'some',
  'too',
  'model',
  'table',
  'value',
  'values',
  'null',
  'zero',
])

/** `revenue` of `total_revenue`, `totalRevenue`. */
function holdsWord(column: string, words: string[]): boolean {
  const parts = column
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return words.some(
    (w) => w.length > 2 && !COMMON.has(w) && (parts.includes(w) || parts.includes(w.replace(/s$/, ''))),
  )
}

/** People speak of what stands at the end. */
function nearestToReaders<T extends { m: Named }>(found: T[]): T[] {
  const least = Math.min(...found.map((f) => f.m.readers))
  return found.filter((f) => f.m.readers === least)
}

/** A name that is written nearly so, or that is a word of the model's own. */
function alike(models: Named[], words: string[]): Named | undefined {
  const near = models.filter((m) =>
    words.some((w) => w.length > 4 && distance(w, m.label.toLowerCase()) <= 1),
  )
  if (near.length === 1) return near[0]
  const part = models.filter((m) => m.readers === 0 && holdsWord(m.label, words))
  return part.length === 1 ? part[0] : undefined
}
