/** A request as it is compared: without courtesies, articles stay where they may be part of a name. */
const COURTESY =
  /^(?:(?:hi|hello|so|therefore|hence|thus|that is why|for (?:this|that) reason|consequently|as a result|please|kindly|can you|could you|would you|we (?:need|want|have) to|i (?:need|want|would like|have) to|we should|let(?:'|’)?s|you should)[\s,]+)+/i

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
  `that which who if when unless until where with without and or nor not then than because so but for on in to from into
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
      .replace(/^(\S*(?:_|\p{Ll}\p{Lu})\S*)\s+(?:flag|counter|attribute|property)$/u, '$1')
      .replace(/^(?:flag|counter|attribute|property)\s+(\S*(?:_|\p{Ll}\p{Lu})\S*)$/u, '$1')
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
