/** A request as it is compared: without courtesies, articles stay where they may be part of a name. */
import { heldBack, QUOTED } from './held.ts'

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
  // The number of a ticket.
  [/^\s*(?:\[[A-Z][A-Z0-9]*-\d+\]|[A-Z][A-Z0-9]*-\d+\s*[:–-]|#\d+\s*[:–-]?)\s+/, ''],
]

export function respelled(text: string): string {
  // Typographic quotes open and close a text too.
  const [single, double, ...others] = RESPELLED
  const plainQuotes = [single, double].reduce((t, r) => (r ? t.replace(...r) : t), text)
  const { masked, back } = heldBack(plainQuotes, QUOTED)
  return back(others.reduce((t, [form, to]) => t.replace(form, to), masked))
}

const COURTESY =
  /^(?:(?:hi|hello|so|therefore|please|kindly|can you|could you|would you|we (?:need|want|have) to|i (?:need|want|would like|have) to|we should|let(?:'|’)?s|you should)[\s,]+)+/i

/** One line, without courtesies and the full stop. Quoted texts are left as they are. */
export function plain(sentence: string): string {
  return sentence
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(COURTESY, '')
    .replace(/[,\s]*(?:please|thanks|thank you)[.!]*$/i, '')
    .replace(/[.!;\s]+$/, '')
}

/** Words that no name holds: where one is left in a name, the sentence was not understood. */
const NEVER_IN_A_NAME = new Set(
  `that which who if when unless until where with without and or not then than because so but for on in to from into
   always never belongs we you they should must may can need needs get gets is are be was it its their them all any every some called named tomorrow
   temporarily permanently immediately asap soon later eventually possibly maybe perhaps except only instead again please
   otherwise before half elsewhere everywhere both between over delete deletes deletion encrypt`.split(/\s+/),
)
const MOST_WORDS = 5

/** What may be a new name: few words, and none that would be the rest of a sentence. */
export function isName(words: string): boolean {
  const quoted = /^["'`](.+)["'`]$/.exec(words.trim())
  if (quoted) return true
  const parts = words.trim().split(/\s+/)
  return (
    words.trim() !== '' &&
    parts.length <= MOST_WORDS &&
    !(parts.length > 1 && /^(?:of|as|per|an?|the)$/i.test(parts.at(-1) ?? '')) &&
    // What is written as a name is one: what stands before it says something of it.
    !parts.slice(1).some((p) => /[\p{L}\p{N}]_[\p{L}\p{N}]|\p{Ll}\p{Lu}/u.test(p)) &&
    // A value is one of a column's, and no column.
    !/^values?\s/i.test(words.trim()) &&
    !parts.some((w, at) => NEVER_IN_A_NAME.has(w.toLowerCase()) && !endsMoment(parts, at)) &&
    /^[\p{L}_][\p{L}\p{N}_ .$-]*$/u.test(words.trim()) &&
    !/(?:^|\s)-/.test(words)
  )
}

/** `hired on`, `sent at`. */
function endsMoment(parts: string[], at: number): boolean {
  return (
    at > 0 &&
    at === parts.length - 1 &&
    /^(?:on|at)$/i.test(parts[at] ?? '') &&
    /(?:ed|en|nt|rn|id|de)$/i.test(parts[at - 1] ?? '')
  )
}

/** Without quotes, articles and the noun that says what it is. */
export function bare(words: string): string {
  const unquoted = words.trim().replace(/^["'`](.+)["'`]$/, '$1')
  if (unquoted !== words.trim()) return unquoted
  return (
    unquoted
      .replace(/^(?:the|a|an|our|new|each|every)\s+/i, '')
      .replace(/^(?:table|column|field)s?\s+/i, '')
      .replace(/\s+(?:table|column|field)s?$/i, '')
      // What is written as a name is one: `a marketing_consent flag`.
      .replace(/^(\S*(?:_|\p{Ll}\p{Lu})\S*)\s+(?:flag|attribute|property)$/u, '$1')
      .replace(/^(?:flag|attribute|property)\s+(\S*(?:_|\p{Ll}\p{Lu})\S*)$/u, '$1')
      .trim()
  )
}

/** `a, b and c`. Not `a or b`: which of the two is not said. */
export function listed(words: string): string[] {
  return split(words, /\s*,\s*(?:and\s+)?|\s+(?:and|then)\s+/i)
}

/** Values that something may have: `a, b or c`. */
export function valuesListed(words: string): string[] {
  return split(words, /\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+/i)
}

const split = (words: string, at: RegExp): string[] =>
  words
    .split(at)
    .map(bare)
    .filter((w) => w !== '')

const IN_STEPS =
  /,?\s+(?:in steps|step by step|online|(?:without|with no|with zero) (?:any )?downtime|while (?:the )?app(?:lication)?s? (?:is |are |keeps? |stays? )?(?:run(?:s|ning)?|up|online)|beside (?:the|a) running app(?:lication)?)(?=[\s,]|$)/i

/** Whether nothing that runs may have to change for it, and the sentence without those words. */
export function takeSteps(sentence: string): { inSteps: boolean; rest: string } {
  return { inSteps: IN_STEPS.test(sentence), rest: sentence.replace(IN_STEPS, '') }
}

export const BULLET = /^\s*(?:[-*•]|\d+[.)])\s+(?:\[[ x]\]\s+)?/

/** How what is asked for begins. */
export const VERB =
  '(?:add|alter|allow|backfill|change|constrain|convert|create|drop|enforce|ensure|fill|finish|give|include|index|introduce|let|limit|make|merge|move|partition|populate|put|remove|rename|require|restrict|set|split|turn|update|widen)'
