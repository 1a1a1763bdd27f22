/** Parts that tell of something, and neither ask nor limit: why it is wanted, what somebody does, what happened. */
import { isSameTable, type Schema } from '../../../../adapters/databases/types.ts'
import { VERB } from '../text.ts'
import { type Bag, bagOf, type Verb } from './bag.ts'
import { COURTESIES, EMPHASIS } from './doing.ts'
import { saysNothingOfColumns } from './frames.ts'
import { type Context, E, masked } from './mentions.ts'
import { isQuestion } from './questions.ts'
import { said } from './sayings.ts'

const LIMITS =
  /\b(?:exempt\w*|exclud\w+|skip\w*|untouched|unless|except|only|if|until|but|provided|may|half|afterwards|shares?|sharing|(?:nobody|no one|none|never|not)\b.*\bsame|twice|duplicat\w+|must|should|shall|ha(?:s|ve) to|needs? (?:an?|to|the)|otherwise|instead|rather|please|without|cannot|can['’]t|mustn['’]t|not to|maybe|perhaps)\b/i
const SUBJECT = new RegExp(
  `^(?:because|since|as|so that|in order to|we|they|it|there|nobody|no one|nothing|this|that|which|who|(?:the|an?|our|some|many|most|all|two|three|several|each|every)\\s|(?:listing|searching|finding|looking up|filtering|sorting|querying|loading|showing)\\s|${E})`,
  'i',
)
const MEANWHILE =
  /^(?:for \p{L}+(?: \p{L}+)?|in \p{L}+|today|currently|at the moment|usually|sometimes|often|now|every (?:day|week|month|year))\s*,?\s+(?=we\b|they\b|it\b|the\b|our\b|people\b|users\b|\uE000)/iu
/** It tells of something: a verb that is one, or what somebody does. */
const VERBAL = new RegExp(
  `\\b(?:is|are|was|were|am|has|have|had|does|do|did|can|could|will|would|may|might)\\b|^(?:because|since|as|so that|in order to)\\b|^(?:we|they|it|nobody|no one|nothing|people|users|everybody)\\s+\\p{L}+|^(?:(?:an?|the|each|every|our|all)\\s+)?${E}(?:\\s+(?:of|in|on|from)\\s+(?:the\\s+)?${E})?\\s+(?:\\p{L}+ly\\s+|never\\s+|often\\s+|always\\s+|also\\s+)?(?!address|status|class|process)(?:\\p{L}+(?:s|ed)|read|need|take|go|come|use|belong|carry)\\s+\\S+|^(?:an?|the)\\s+${E}\\s+(?:several|many|multiple)\\s+${E}$`,
  'iu',
)
/** `Legal needs it for GDPR`. */
const WANTED_FOR =
  /^(?:the\s+)?[\p{L}-]+(?:\s+(?:team|department|people|guys))?\s+(?:needs?|wants?|asked for|requires?)\s+(?:it|this|that|them|these)\s+for\s+[\p{L}\s]+$/iu
/** What holds of each may be a demand by itself: it is told only where something follows from it. */
export const OF_EACH = /^(?:each|every)\s/i
/** What is so elsewhere, or makes trouble today. */
const TELLS_OF =
  /\b(?:(?:is|are)\s+(?:now\s+)?(?:kept|stored|held|managed|handled|done)\s+elsewhere(?:\s+now)?$|(?:keeps?|have been|has been|are|is)\s+asking\s+(?:us\s+)?(?:for|about)|(?:confuses?|annoys?|bothers?|surprises?|irritates?|misleads?)\s+(?:the|our|us|people|users|everyone|everybody|many|some)\b)/iu
const WHEN =
  '(?:once|last (?:week|month|year|night|time|quarter|summer|winter|spring|autumn)|yesterday|(?:\\d+|a few|some|two|three|several) (?:days?|weeks?|months?|years?) ago|by (?:accident|mistake)|recently|twice already|already twice)'
/** What happened: nothing of it holds from now on. */
const HAPPENED = new RegExp(
  `^(?!${VERB}\\s)(?:\\p{L}+\\s+){1,4}?(?:\\p{L}{2,}ed|had|got|found|saw|lost|sent|went|came|gave|took|wrote|made|broke|fell)\\b.*\\b${WHEN}\\b|^(?!${VERB}\\s).*\\b${WHEN}\\s+(?:\\p{L}{2,}ed|had|got|found|saw|lost)\\b`,
  'iu',
)
const HOLDS_ON =
  /\b(?:must|should|shall|needs?|only|unless|except\w*|if|until|but|not|no|never|nobody|exempt\w*|exclu\w+|skip\w*|kept|keeps?|stays?|stayed|remain\w*|untouched|please|may|can|cannot)\b/i
/** What somebody thinks of it. */
const OPINION =
  /^(?:the|our|some|many|most|all)\s+(?:[\p{L}-]+\s+){1,3}(?:finds?|thinks?|says?|complains?|asked|told|reported|decided|agreed|hates?|prefers?|expects?|keeps? asking|wants? (?:it|this|that))\b/iu
/** What is to be known of something, where what is asked follows from it: `record how many came, so add ...`. */
export const TO_RECORD =
  /^(?:as an?\s+[^,]{3,40}?,?\s+)?(?:we|i|they)\s+(?:want|need|would like|have)\s+to\s+(?:record|store|track|keep|count|measure|document)\s+(?:how|when|whether|which|what|who|where|why)\b/i
export const ADDS = /\b(?:add|create|introduce|new (?:columns?|fields?|table))\b/i
const AIM =
  '(?:see|know|find|search|report|show|tell|look|understand|analy[sz]e|send|call|bill|segment|group|compare|contact|plan|forecast|measure|monitor|distinguish|recogni[sz]e|identify|print|reach)'
const TEAM =
  '(?:marketing|sales|finance|accounting|legal|support|hr|purchasing|management|compliance|controlling|operations|logistics|(?:the|our)\\s+[\\w-]+(?:\\s+(?:team|department|people|desk))?)'
const WHAT_FOR = new RegExp(
  `^(?:(?:we|i|they|you)\\s+(?:want|need|would like|have|must|should)|${TEAM}\\s+(?:wants?|needs?|would like|has|have))\\s+(?:to\\s+)?(?:be able to\\s+)?${AIM}\\b`,
  'i',
)

/** What is done to a thing is asked for; that one table refers to another may be told where it is so. */
function asksNothing({ verbs, mentions, text }: Bag): boolean {
  const tables = mentions.flatMap((m) => m.tables)
  const isSo = tables.some((t) =>
    t.foreignKeys.some((f) => tables.some((o) => o !== t && isSameTable(f.references, o))),
  )
  const isLack = /\b(?:not|no)\b[^§]*§(?:refer|index)/.test(text)
  const told: Verb[] = [
    'by',
    'slow',
    'several',
    'told',
    ...(isSo ? (['belong', 'refer'] as const) : []),
    ...(isLack ? (['refer', 'index'] as const) : []),
  ]
  return [...verbs.keys()].every((v) => told.includes(v))
}

/** What a remark is about; null where it is none: it tells, and neither asks nor limits. */
export function remark(part: string, schema: Schema, context: Context, explains: boolean): Context | null {
  const found = masked(part, schema, context, false)
  const bag = bagOf(found, context)
  const told = found.text.replace(MEANWHILE, '')
  const isTold = SUBJECT.test(told) && (VERBAL.test(told) || OPINION.test(told)) && told.split(' ').length > 2
  const isQuiet =
    // Before a colon stands why: what follows is what is asked.
    (explains && !LIMITS.test(found.text.replace(/\bonly once\b/i, ' '))) ||
    (!LIMITS.test(found.text) && saysNothingOfColumns(bag) && asksNothing(bag))
  const isAim =
    (WHAT_FOR.test(found.text) || TO_RECORD.test(found.text)) &&
    !/\b(?:unless|except|only|if|until|but|never|not)\b/i.test(found.text)
  const isPast =
    (HAPPENED.test(found.text) || TELLS_OF.test(found.text)) &&
    !HOLDS_ON.test(found.text.replace(TELLS_OF, ' ')) &&
    saysNothingOfColumns(bag) &&
    asksNothing(bag)
  const isWanted = WANTED_FOR.test(found.text) && isQuiet
  if (said(`${part} `, COURTESIES, EMPHASIS).replace(/[\s.!,;:]+/g, '') === '') return context
  if (isQuestion(part) || !((isTold && isQuiet) || isAim || isPast || isWanted)) return null
  const tables = found.mentions.flatMap((m) => m.tables)
  const columns = found.mentions.flatMap((m) =>
    tables.length > 0 ? m.columns.filter((c) => tables.includes(c.table)) : m.columns,
  )
  const owners = [...new Set(columns.map((c) => c.table))]
  const table = tables[0] ?? (owners.length === 1 ? owners[0] : undefined) ?? context.table
  return { table: table ?? null, columns: columns.filter((c) => c.table === table) }
}
