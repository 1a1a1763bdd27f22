/** How people say it, brought to the words that requests are read by. Used where a sentence is not read as it is. */
import { heldBack } from './held.ts'

/** A value; what stood in quotes was put aside. */
const V = `(\\u0001\\d+\\u0002|-?\\d+(?:\\.\\d+)?|[\\p{L}_][\\p{L}\\p{N}_-]*)`
const BE =
  '(?:(?:,\\s*)?(?:and\\s+)?(?:(?:that|which|it|they)\\s+)?(?:is|are|be|being|has to be|have to be|must be|should be)\\s+)?'

/** `unless something else is said`: how it goes on, and no condition more. */
export const SAID_ELSE =
  '(?:\\s+(?:is|was|has|have|been|else|otherwise|said|says?|given|stated|specif(?:ied|y|ies)|told|tells?|provided|entered|set|chosen|known|mentioned|so|explicitly|different(?:ly)?)\\b)*'

/** One part that asks nothing, to its end. */
const TOLD = '(?!.*\\b(?:must|should|needs?|unless|except|but|only|and|may|if|until)\\b)[^,;]+'

type Rewording = { form: RegExp; to: string | ((m: string[]) => string) }

const REWORDINGS: Rewording[] = [
  // Reasons come before or after what is asked.
  {
    form: /^(?![^,;]*\b(?:must|should|shall|has to|have to|needs? to|unique|required|mandatory|null|only|unless|except|if|until|add|create|drop|remove|delete|rename|make|set|fill|index)\b)[^,;]+,\s+so\s+(?:please\s+)?(?=\p{L}+\s)/iu,
    to: '',
  },
  { form: new RegExp(`,?\\s+(?:because|so that|in order to)\\s+${TOLD}$`, 'i'), to: '' },
  {
    form: new RegExp(`,\\s+(?:since|as)\\s+(?:we|it|they|nobody|no one|nothing|there)\\s+${TOLD}$`, 'i'),
    to: '',
  },
  { form: new RegExp(`,\\s+(?:we|nobody|no one|nothing)\\s+${TOLD}$`, 'i'), to: '' },
  { form: /,?\s+(?:instead|any ?more|any longer|from now on|as well|too)$/i, to: '' },
  {
    form: /^(?:(?:we|i)\s+(?:want|need)\s+(?:[^:]+:\s+)?)?(?:an?\s+)?(?:new\s+)?table\s+(?=\w+)/iu,
    to: 'create a table ',
  },
  { form: /:\s+/u, to: ', ' },
  // What it is where nothing is said.
  {
    form: new RegExp(
      `${BE}${V}\\s+(?:unless|if|when|where|as long as)\\s+(?:nothing|nobody|no one|none|somebody|someone|something|anything|anybody|told|stated|said|given|otherwise|not)\\b${SAID_ELSE}`,
      'iu',
    ),
    to: (m) => `, default ${m[1]}`,
  },
  { form: new RegExp(`${BE}${V}\\s+by default`, 'iu'), to: (m) => `, default ${m[1]}` },
  {
    form: new RegExp(
      `,?\\s*(?:\\b(?:that|which|it|and)\\s+)*(?:is\\s+)?(?:initially|at first|starts?(?: out)? (?:as|at)|starting (?:as|at|with)|begins? (?:as|at))\\s+(?!-?[1-9])${V}`,
      'iu',
    ),
    to: (m) => `, default ${m[1]}`,
  },
  {
    form: /,?\s*(?:that|which)\s+(?:is|are)\s+(off|on|false|true|yes|no|\d+)\s+for\s+(?:all|every|each|any)\b[^,.;]*/iu,
    to: (m) => `, default ${m[1]}`,
  },
  { form: /\bdefault (?:off|no)\b(?=.*\b(?:flag|switch|boolean)\b|)/iu, to: 'default false' },
  { form: /\bdefault (?:on|yes)(?=\s*(?:$|[,.;]| and | for ))/iu, to: 'default true' },
  { form: /\ban empty\s+/iu, to: 'an optional ' },
  // Which values it takes.
  {
    form: /,?\s*(?:\b(?:and|that|which|it|they)\s+)*(?:\b(?:is|are|must|should|shall|has to|have to|can|may)\s+)?(?:(?:only|always)\s+)?(?:be\s+)?(?:only\s+)?\b(?:either|one of)\s+/iu,
    to: ', one of ',
  },
  {
    form: /,?\s*(?:\b(?:and|that|which|it|they)\s+)*\b(?:has to|have to|must|should|shall|may only|can only|needs to)\s+(?:always\s+)?(?:be|lie|stay)\s+(?=between|from|at least|at most|less|more|greater|positive|above|below)/iu,
    to: ', must be ',
  },
  {
    form: /,?\s*(?:\b(?:and|that|which|it|they)\s+)*\b(?:must|can|may|should|shall|will)(?:\s*not|n?['’]t|\s+never)\s+(?:exceed|be (?:more|greater|higher|larger) than|go above)\s+/iu,
    to: ' at most ',
  },
  {
    form: /,?\s*(?:\b(?:and|that|which|it|they)\s+)*\b(?:must|can|may|should|shall|will)(?:\s*not|n?['’]t|\s+never)\s+(?:be (?:less|lower|smaller) than|be below|fall below|go below|drop below)\s+/iu,
    to: ' at least ',
  },
  {
    form: /\b(?:must|can|may|should|shall)(?:\s*not|n?['’]t|\s+never)\s+(?:be|become|go)\s+negative/iu,
    to: 'not negative',
  },
  {
    form: /\b(?:can|may|must|should|shall)\s+only\s+(?:be|have|take|hold)\s+(?:the\s+values?\s+)?(?!between|from|at)(?=[^,]+(?:,| or | and ))/iu,
    to: ', one of ',
  },
  { form: /\s+that (?:exists?|is there|stands?)$/iu, to: '' },
  {
    form: /\bthe\s+(?:date|day|time)\s+(?:when\s+|on which\s+)?(?:it|they)\s+(?:was|were|is|are)\s+(\w+)(?:\s+(on|at))?/iu,
    to: (m) => `${m[1]}_${m[2] ?? 'on'}`,
  },
  // What is done.
  {
    form: /^(?:change|alter|turn)\s+the\s+name\s+of\s+(.+?)\s+(?:to|into)\s+(.+)$/i,
    to: (m) => `rename ${m[1]} to ${m[2]}`,
  },
  { form: /^extend\s+(.+?)\s+(?:with|by)\s+(an?\s+.+)$/i, to: (m) => `add ${m[2]} to ${m[1]}` },
  {
    form: /^(?:we|i)\s+(?:need|want|would like)\s+(an?\s+[\w ]+?)\s+(?:in|on|for)\s+(.+)$/i,
    to: (m) => `add ${m[1]} to ${m[2]}`,
  },
  {
    form: /^(.+?)\s+(?:may|can|could|should)\s+(?:be|stay|remain)\s+(?:left\s+)?(?:empty|blank|unset|optional|out|missing)$/i,
    to: (m) => `make ${m[1]} nullable`,
  },
  {
    form: /^create a table ([\w ]+?),\s+(?:each\s+)?(?:belonging|referring|that belongs?|which belongs?)\s+to\s+(.+?),\s+(?:with|and)\s+(.+)$/iu,
    to: (m) => `create a table ${m[1]} with ${m[3]}, referring to ${m[2]}`,
  },
  {
    form: /^give\s+(.+?)\s+(an?\s+[\w ]+?)\s+(?:that is\s+|which is\s+)?(?:made|built|composed|put together)\s+(?:up\s+)?(?:of|from|out of)\s+([\w ]+?\s+and\s+[\w ]+?)(?:,?\s+and fill it.*)?$/iu,
    to: (m) => `add ${m[2]} to ${m[1]} and fill it from ${m[3]}`,
  },
  {
    form: /^give\s+([\w .]+?)\s+(an?\s+(?!default)[\w ]+?)((?:,|\s+(?:between|from|of type|with|default))\s*.*)?$/iu,
    to: (m) => `add ${m[2]} to ${m[1]}${m[3] ?? ''}`,
  },
  {
    form: /^(?:store|keep|save)\s+(.+?)\s+as\s+(?:an?\s+)?(.+?)(?:\s+instead of\s+.+)?$/iu,
    to: (m) => `change ${m[1]} to ${m[2]}`,
  },
  {
    form: /^(?:shorten|lengthen|extend|widen|limit|cut|truncate)\s+(.+?)\s+to\s+(\d+)\s+(?:characters?|chars?|letters?)$/iu,
    to: (m) => `change ${m[1]} to varchar(${m[2]})`,
  },
  { form: /^(.+?)\s+(?:is|are)\s+(?:always\s+)?unique$/iu, to: (m) => `make ${m[1]} unique` },
  {
    form: /^(the\s+index\s+.+?)\s+is\s+(?:not|never|no longer)\s+(?:used|needed)[^,;]*[,;]\s*(?:so\s+)?(?:please\s+)?(?:drop|remove|delete)\s+it$/iu,
    to: (m) => `drop ${m[1]}`,
  },
  {
    form: /^[^.]*?\b(?:look up|search(?: for)?|filter|find|query|sort|list|read)\s+([\w ]+?)\s+by\s+([\w ,]+?)[,;]\s+(?:so\s+)?(?:create|add|make)\s+an?\s+index\s+for\s+(?:that|this|it)$/iu,
    to: (m) => `add an index on ${m[2]} of ${m[1]}`,
  },
  {
    form: new RegExp(
      `^(?:make|set)\\s+(.+?)\\s+(?:required|mandatory|not null),?\\s+(?:and\\s+)?(?:with\\s+|using\\s+|use\\s+|set(?:ting)?\\s+(?:it|them)\\s+to\\s+|fill(?:ing)?\\s+(?:in\\s+)?(?:(?:the\\s+)?(?:nulls?|missing(?:\\s+(?:values|ones))?|rest)\\s+)?with\\s+)?${V}\\s+(?:where|if|when|for)\\s+(?:it is\\s+|they are\\s+|rows\\s+)?(?:null|empty|missing|not set|without(?: one)?)$`,
      'iu',
    ),
    to: (m) => `set ${m[1]} to ${m[2]} where it is null and make ${m[1]} required`,
  },
  {
    form: /^(?<table>[\p{L}\p{N}_. ]+?)\s+(?:(?:should|must|shall|will|also)\s+)*(?:get|gets|have|has|need|needs|require|requires|lack|lacks)\s+(?:to have\s+)?(?<what>(?:an?|another)\s+(?:new\s+)?[\p{L}\p{N}_ ]+?)(?<rest>\s+of type .+|,.*|\s+(?:between|from|at least|at most|with|that|which)\s.*)?$/iu,
    to: (m) => `add ${m[2]} to ${m[1]}${m[3] ?? ''}`,
  },
  {
    form: /^(?<place>.+?)\s+(?:should|must|shall|has to|needs to|is to)\s+be\s+(?:called|named|renamed(?: to)?)\s+(?<to>.+)$/i,
    to: (m) => `rename ${m[1]} to ${m[2]}`,
  },
  { form: /^call\s+(?<place>.+?)\s+(?<to>[\w]+|"[^"]+"|'[^']+')$/i, to: (m) => `rename ${m[1]} to ${m[2]}` },
  { form: /^(?:get rid of|throw away|eliminate|delete|take away|take out)\s+/i, to: 'drop ' },
  { form: /^(?:we )?(?:no longer need|do not need|don['’]t need)\s+/i, to: 'drop ' },
  { form: /^(?<place>.+?)\s+is (?:no longer|not) (?:needed|used|wanted)$/i, to: (m) => `drop ${m[1]}` },
  {
    form: /^(?<place>.+?)\s+(?:should|must|shall|has to|can|may)\s+(?:go|be (?:dropped|removed|deleted))$/i,
    to: (m) => `drop ${m[1]}`,
  },
  {
    form: /^(?<place>.+?)\s+(?:should|must|shall|has to|needs to)\s+(?:become|be (?:changed|converted) to)\s+(?:an?\s+)?(?<type>.+)$/i,
    to: (m) => `change ${m[1]} to ${m[2]}`,
  },
]

/** The sentence reworded; the same where nothing of it is known. */
export function reworded(sentence: string): string {
  const { masked, back } = heldBack(sentence, /"[^"]*"|'[^']*'/g)
  let text = masked
  for (const { form, to } of REWORDINGS)
    text = text.replace(form, (...m) =>
      typeof to === 'string' ? to : to(m.filter((x) => typeof x !== 'object')),
    )
  return back(text)
    .replace(/\s+/g, ' ')
    .replace(/\s+,/g, ',')
    .replace(/,(?:\s*,)+/g, ',')
    .trim()
}

const WISH =
  /^(?:we|i|they|people|users|the \w+|it)\s+(?:(?:would )?(?:want|like|need|have|wish)s?)\s+to\s+(?:store|know|record|track|keep|see|remember|find|search|report|show|say|tell)\b/i
/** Any of these may be part of what is asked. */
const ASKS =
  /\b(?:exempt\w*|exclud\w+|skip\w*|untouched|add|alter|change|convert|create|drop|delete|remove|rename|make|set|index|require|required|must|should|shall|need|needs|unless|except|only|if|until|but|please|unique|null|default|do not|don['’]t|never|not to|instead|may not|cannot|can['’]t|mustn['’]t|empty|duplicates?|twice|between|at least|at most|more than|less than)\b|["';:(]/i

/** A sentence that says why, and asks nothing. */
export function isReason(sentence: string): boolean {
  return WISH.test(sentence) || EMPHASIS.test(sentence) || (TELLS.test(sentence) && !ASKS.test(sentence))
}

/** It begins with whom it tells of: a sentence that begins with what to do asks for it. */
const TELLS =
  /^(?!.*\bmay\b|.*\b(?:and|then)\s+\p{L}+\s+(?:it|them|the|all|every|each|those|these|that|this|me|us)\b)(?:we|i|they|it|there|nobody|no one|nothing|everybody|everyone|this|that|these|those|because|since|as|the|our|an?|some|many|most|all|each|every|people|users|somebody|someone)\b/iu

/** `It has to be between 0 and 100`: more about what the sentence before asks for. */
const POINTS_BACK = /^(?:(?:please\s+)?(?:create|add|make)\s+an?\s+index\s+for\s+(?:that|this|it))/i
const EMPHASIS =
  /^(?:please\s+)?(?:enforce|ensure|guarantee|make sure of|check)\s+(?:that|this|it)(?:\s+(?:in|by|on)\s+the\s+(?:database|schema|table))?$/i
const MORE =
  /^(?:it|they|this|these|its values?|the values?)\s+(?=(?:is|are|has to|have to|must|should|may|can|cannot|can['’]t|will|shall|defaults?|starts?|begins?|holds?)\b)/i

export function moreOfTheSame(sentence: string): string | null {
  if (POINTS_BACK.test(sentence)) return sentence
  return MORE.test(sentence) ? sentence.replace(MORE, '') : null
}
