/** A request with what is short for something, or said beside it, in the words that are read. */
import { TYPE } from './clauses.ts'
import { heldBack, QUOTED } from './held.ts'

/** What a number counts. It is told of a new column, and limits nothing. */
const UNIT =
  '(?:m?g|kgs?|kilograms?|kilos?|grams?|tons?|tonnes?|t|lbs?|pounds?|oz|[mckµ]?m[²³23]?|met(?:er|re)s?|inch(?:es)?|ft|feet|px|pixels?|[mc]?l|lit(?:er|re)s?|ms|s|secs?|seconds?|mins|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|°\\s?[CF]|celsius|degrees|k?W|kWh|volts?|watts?|k?Hz|bpm|mmHg|k?Pa|bar|psi|km\\/h|mph|m\\/s|%|percent|€|\\$|£|EUR|USD|GBP|CHF|euros?|dollars?|cents?)'
const IN_UNIT = new RegExp(
  `(?<=[\\p{L}\\p{N}_\\u0002"\`])\\s*\\((?:(?:(?:given|measured|stored|counted)\\s+)?(?:in|as)\\s+)?(${UNIT})\\)`,
  'giu',
)

/** `weight (kg)`: without the unit. From one unit to another is another thing. */
function withoutUnit(text: string): string {
  const units = new Set([...text.matchAll(IN_UNIT)].map((m) => m[1]?.toLowerCase()))
  const isMoved =
    /\b(?:instead of|rather than|convert\w*|change[sd]?|switch\w*|turn(?:ed)?|multipl\w+|divid\w+|renam\w+)\b|->|=>|→/i
  return units.size === 0 || isMoved.test(text) ? text : text.replace(IN_UNIT, '')
}

/** Short for something, or said beside it: what is meant is the same. What stands in quotes is left as it is. */
const RESPELLED: [form: RegExp, to: string][] = [
  [/[‘’]/g, "'"],
  [/[“”]/g, '"'],
  [/\b(is|are|was|were|do|does|did|has|have|had|must|should|would|could|need)n't\b/gi, '$1 not'],
  [/\b(it|that|there|what|who|here)'s\b/gi, '$1 is'],
  [/\b(i|we|you|they)'d(?=\s+(?:like|love|prefer|need|want))/gi, '$1 would'],
  [/\b(we|you|they)'re\b/gi, '$1 are'],
  [/\b(i|we|you|they)'ve\b/gi, '$1 have'],
  [/\bcan't\b/gi, 'cannot'],
  [/\bwon't\b/gi, 'will not'],
  [/\b(max|min)\.(?=\s)/gi, '$1'],
  [
    /(?<=\bdefault[^.;\n]*)(?:(?:the\s+)?current\s+(?:date\s+and\s+time|time\s?stamp|time|date)|\bnow\(\)|\bcurrent_(?:timestamp|date)(?:\(\))?)(?![\p{L}_])/giu,
    'now',
  ],
  [/\bincl\./gi, 'including'],
  // Of a column that has no value yet; in words it may be part of the name: `an empty weight`.
  [/(?<=\ban )empty(?=\s+\S*(?:_|\p{Ll}\p{Lu}))/gu, 'optional'],
  [/\bi\.e\.,?(?=\s)/gi, 'that is'],
  [/(?<=\s)w\/o(?=\s)/gi, 'without'],
  [/(?<=\S\s)[&+](?=\s[^\d\s])/g, 'and'],
  [/(?<![\d.,])(\d{1,3}),(\d{3})(?=\s+(?:characters?|chars?|letters?|digits?)\b)/gi, '$1$2'],
  // What a value may look like is told, and limits nothing.
  [/\s*\((?:e\.?g\.?|for example|for instance|such as)[,\s][^()]*\)/gi, ''],
  // Why it goes.
  [/\s*\((?:unused|obsolete|deprecated|legacy|(?:not|never|no longer) used)\)/gi, ''],
  // `int -> bigint`: what it is now is told.
  [
    new RegExp(
      `(?<=[\\p{L}\\p{N}_"\`]\\s*[:,(]\\s*)${TYPE}\\s*(?:->|=>|→)\\s*(?=${TYPE}(?![\\p{L}\\p{N}_]))`,
      'giu',
    ),
    '',
  ],
  [/\s*(?:->|=>|→)\s*(?=rename[ds]?\s+(?:it\s+)?(?:to|into)\s)/gi, ' '],
  // Slips of the hand in words of a request.
  [/\b(?:colum|collumn|colunm|coulmn|colmun)(s?)\b/gi, 'column$1'],
  [/\b(?:uniqe|unqiue|unigue)\b/gi, 'unique'],
  [/\b(?:requried|requierd|reqired)\b/gi, 'required'],
  [/\b(?:defualt|deafult|defautl)\b/gi, 'default'],
  [/\b(?:mandatroy|manditory|mandetory)\b/gi, 'mandatory'],
  [/\b(?:foriegn|forein|foregin)(?=\s+keys?\b)/gi, 'foreign'],
  // The number of a ticket.
  [/^\s*(?:\[[A-Z][A-Z0-9]*-\d+\]|[A-Z][A-Z0-9]*-\d+\s*[:–-]|#\d+\s*[:–-]?)\s+/, ''],
]

const TYPE_IN_TICKS = new RegExp(`\`(${TYPE})\``, 'giu')

export function respelled(text: string): string {
  // Typographic quotes open and close a text too.
  const [single, double, ...others] = RESPELLED
  const plainQuotes = [single, double]
    .reduce((t, r) => (r ? t.replace(...r) : t), text)
    .replace(TYPE_IN_TICKS, '$1')
    .replace(/`([^`"\n]+)`/g, '"$1"')
  const { masked, back } = heldBack(plainQuotes, QUOTED)
  return back(withoutUnit(others.reduce((t, [form, to]) => t.replace(form, to), masked)))
}
