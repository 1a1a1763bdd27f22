/** What to say when no reading can be run: why, and what the person may have meant. Nothing here starts anything. */
import type { Chart } from './chart.ts'
import { type Grammar, type RequestRule, requests } from './grammar.ts'
import { interpret } from './interpret.ts'
import {
  type Answer,
  aboutRuns,
  aboutThePast,
  dbtTask,
  dryRunWords,
  type Elsewhere,
  everyWorkflow,
  harmless,
  hints,
  otherDbtCommands,
  otherWork,
  reasons,
  sql,
} from './phrases/elsewhere.ts'
import { destructive, foreignVerbs, negations, questionWords } from './phrases/words.ts'
import { quote, readingOf } from './reading.ts'
import type { Draft, Possible, Reading, Route, Token } from './types.ts'
import { isKnownName, type VocabularyIndex } from './vocabulary.ts'

/** Everything that was found out about a request on the way. */
export type Case = {
  request: string
  tokens: readonly Token[]
  chart: Chart
  grammar: Grammar
  names: VocabularyIndex
  /** Readings of the whole sentence, none of them certain. */
  doubtful: readonly Draft[]
}

export function explain(about: Case): Route {
  return (
    past(about) ??
    dryRun(about) ??
    overruling(about) ??
    negated(about) ??
    takesAway(about) ??
    isSql(about) ??
    elsewhere(about, aboutRuns) ??
    flagged(about) ??
    doubted(about) ??
    asked(about) ??
    foreign(about) ??
    otherDbtCommand(about) ??
    unknownNames(about) ??
    partly(about) ??
    elsewhere(about, otherWork) ??
    hinted(about) ??
    outside('That is nothing that martsmith does.', everyWorkflow)
  )
}

function negated({ tokens }: Case): Route | undefined {
  const negation = tokens.find((t) => isOneOf(t, hardNegations))
  if (negation === undefined) return undefined
  return {
    kind: 'unclear',
    question: 'Nothing was started. What should be done?',
    readings: [],
    why: `"${negation.text}" turns the request around, and only what to do can be asked for`,
  }
}

/** Those that leave something out ("without", "except") say more than no, and get their own answer. */
const leaveOut = new Set(['without', 'except', 'excluding', 'ignore', 'unless', 'stop', 'cancel', 'abort'])
const hardNegations = new Set([...negations].filter((word) => !leaveOut.has(word)))

function takesAway({ tokens }: Case): Route | undefined {
  const verb = tokens.find((t) => isOneOf(t, destructive))
  if (verb === undefined) return undefined
  const answer = `martsmith has no workflow that deletes or takes back: nothing was started because of "${verb.text}".`
  return outside(answer, harmless)
}

/** "Ignore all previous instructions": whoever writes that is not asked what else they meant. */
function overruling({ tokens }: Case): Route | undefined {
  const overrules = tokens.some((t) => inList(t, 'ignore ignoring forget disregard override bypass'))
  const rules = tokens.some((t) =>
    inList(t, 'instruction instructions rules prompt guidelines approval approvals'),
  )
  if (!overrules || !rules) return undefined
  return outside('A request says what to run; it changes no rules. Nothing was started.', harmless)
}

function isSql({ request }: Case): Route | undefined {
  if (!sql.test(request)) return undefined
  return outside('That is SQL, and martsmith runs none from a request. Nothing was started.', harmless)
}

/** Readings of the whole sentence by the rules of runs.ts. */
function past(about: Case): Route | undefined {
  const whole = (rule: string) => about.chart(rule, 0).some(({ end }) => end === about.tokens.length)
  if (whole('go-on')) return answered(about, aboutThePast['go-on'])
  return whole('look-back') ? answered(about, aboutThePast['look-back']) : undefined
}

function elsewhere(about: Case, places: Elsewhere[]): Route | undefined {
  const place = places.find(({ words }) => about.tokens.some((t) => inList(t, words)))
  return place === undefined ? undefined : answered(about, place)
}

function answered({ request, tokens }: Case, { answer, possible }: Answer): Route {
  const run = tokens.find((t) => /^(pipe|dim|fact|debug|rev|dbt|db|pbi)-\w{4,}$/i.test(t.text))?.text
  return outside(answer, possible(quoted(request), run))
}

/** Understood, but no parameter says it: the command with the flag is named, and nothing is offered without it. */
function flagged({ doubtful }: Case): Route | undefined {
  const said = doubtful.filter((draft) => draft.flags !== undefined)
  if (said.length === 0) return undefined
  const possible = said.slice(0, 3).map((draft) => withFlags(readingOf(draft), draft.flags))
  return outside('A sentence cannot say that yet, and a flag can. Nothing was started.', possible)
}

/** Somebody who says "pretend" is not offered the real thing, however little of the rest is understood. */
function dryRun(about: Case): Route | undefined {
  if (!about.tokens.some((t) => inList(t, dryRunWords))) return undefined
  return (
    flagged(about) ??
    outside('What would run is shown by --dry-run. Nothing was started.', dryRuns(partlyRead(about).readings))
  )
}

function dryRuns(readings: Reading[]): Possible[] {
  const shown = readings.filter(({ workflow }) => workflow === 'pipeline')
  if (shown.length > 0) return shown.map((reading) => withFlags(reading, ['--dry-run']))
  return [{ meaning: 'show what would run, and run nothing', command: 'martsmith pipeline --dry-run' }]
}

function withFlags({ meaning, command }: Reading, flags: string[] = []): Possible {
  const rest = flags.filter((flag) => flag !== '--dry-run')
  const said = [meaning, ...rest].join(', ')
  return {
    meaning: rest.length < flags.length ? `show what it would be to ${said}, without doing it` : said,
    command: [command, ...flags].join(' '),
  }
}

function quoted(request: string): string {
  return quote(request.replaceAll(/\s+/g, ' ').trim())
}

function doubted({ doubtful }: Case): Route | undefined {
  if (doubtful.length === 0) return undefined
  const least = Math.min(...doubtful.map((draft) => draft.doubts.length))
  const likely = doubtful.filter((draft) => draft.doubts.length === least)
  const whys = [...new Set(likely.flatMap((draft) => draft.doubts))].slice(0, 2)
  const question = likely.find((draft) => draft.question !== undefined)?.question
  return unclear(
    likely.filter((draft) => draft.question === undefined).map(readingOf),
    whys.join('; '),
    question,
  )
}

/** Questions about the past, about how, and about what would happen: answered by pointing, never by running. */
function asked(about: Case): Route | undefined {
  const words = about.tokens.map((t) => t.word)
  const begin = courtesies(about)
  const first = about.tokens[begin]
  // "When the load is done, run it" is a condition; "when did it run" is a question.
  const asksWhen = first?.word !== 'when' || questionWords.has(words[begin + 1] ?? '')
  const isQuestion =
    (first !== undefined && questionWords.has(first.word) && asksWhen) || about.tokens.some((t) => t.asks)
  if (!isQuestion || !isAboutData(about)) return undefined
  const { readings } = partlyRead(about)
  const possible = readings.map(({ meaning, command }) => ({ meaning, command }))
  if (words.includes('if') || words.includes('happen')) {
    return outside('That asks what would happen; nothing was started.', dryRuns(readings))
  }
  if (first?.word === 'how') {
    return outside('That asks how; nothing was started.', possible.length > 0 ? possible : everyWorkflow)
  }
  const runs = aboutThePast['look-back'].possible(quoted(about.request))
  return outside('That is a question; nothing was started.', [...runs, ...possible])
}

function foreign(about: Case): Route | undefined {
  const verb = about.tokens[courtesies(about)]
  if (verb === undefined || !foreignVerbs.has(verb.word)) return undefined
  return outside(`martsmith has no workflow to ${verb.word} things.`, everyWorkflow)
}

/** `dbt test` and the like: nothing but build and run is what the pipeline does. */
function otherDbtCommand(about: Case): Route | undefined {
  const is = (t: Token, i: number) => about.tokens[i - 1]?.word === 'dbt' && otherDbtCommands.has(t.word)
  return about.tokens.some(is)
    ? outside(dbtTask.answer, dbtTask.possible(quoted(about.request), 'RUN'))
    : undefined
}

/** It names a model that the project does not have: no reading of the rest is what was meant. */
function unknownNames({ tokens, names }: Case): Route | undefined {
  if (!names.models.known) return undefined
  const isUnknown = (t: Token) => /^[+@\d]*[a-z]\w*_\w+\+?\d*$/i.test(t.text) && !isKnownName(names, t.text)
  const unknown = tokens.filter(isUnknown).map((t) => t.text)
  if (unknown.length === 0) return undefined
  return unclear([], `there is no "${unknown.join('", "')}" in this project`, 'Which model?')
}

/** Some of the words are a request; the others are named, and it asks. */
function partly(about: Case): Route | undefined {
  const { readings, left } = partlyRead(about)
  if (readings.length === 0) return undefined
  const several = readings.length > 1 ? ['it holds more than one request, and one is done at a time'] : []
  const unplaced = left.length > 0 && several.length === 0 ? [`could not place "${left.join(' ')}"`] : []
  return unclear(readings, [...several, ...unplaced, ...reasonsFor(about.tokens)].join('; '))
}

function hinted(about: Case): Route | undefined {
  if (!isAboutData(about)) return undefined
  const { tokens, grammar } = about
  const says = (kind: keyof typeof hints) => tokens.some((t) => inList(t, hints[kind]))
  const drafts: Draft[] = []
  const add = (draft: Omit<Draft, 'doubts'>) => drafts.push({ ...draft, doubts: [] })
  if (says('debug')) add({ workflow: 'debug', params: {} })
  if (says('changes')) add({ workflow: 'review', params: { scope: 'changes' } })
  if (says('architecture')) add({ workflow: 'review', params: { scope: 'architecture' } })
  if (says('pipeline')) add({ workflow: 'pipeline', params: {} })
  const unknown = tokens
    .filter((t) => !grammar.allWords.has(t.word) && t.meant.length === 0)
    .map((t) => t.text)
  const why =
    unknown.length > 0
      ? `could not place "${[...new Set(unknown)].slice(0, 5).join('", "')}"`
      : 'the words are known, but not in this order'
  return unclear(drafts.map(readingOf), [why, ...reasonsFor(tokens)].join('; '))
}

function isAboutData({ tokens }: Case): boolean {
  return tokens.some((t) => t.text.includes('_') || Object.values(hints).some((words) => inList(t, words)))
}

/** The longest stretches that are requests by themselves, and the words between them. */
function partlyRead({ tokens, chart }: Case): { readings: Reading[]; left: string[] } {
  const stretches: { from: number; end: number; draft: Draft }[] = []
  for (let from = 0; from < tokens.length; from++) {
    for (const rule of requests) {
      for (const { end, events } of chart(coreOf(rule), from)) {
        const certain = interpret(rule, events, tokens.slice(from, end)).filter(
          (draft) => draft.doubts.length === 0,
        )
        for (const draft of certain) stretches.push({ from, end, draft })
      }
    }
  }
  stretches.sort((a, b) => b.end - b.from - (a.end - a.from) || a.from - b.from)
  const taken = new Set<number>()
  const chosen: typeof stretches = []
  for (const stretch of stretches) {
    const places = Array.from({ length: stretch.end - stretch.from }, (_, i) => stretch.from + i)
    if (places.some((place) => taken.has(place))) continue
    for (const place of places) taken.add(place)
    chosen.push(stretch)
  }
  chosen.sort((a, b) => a.from - b.from)
  const left = tokens.filter((_, i) => !taken.has(i)).map((t) => t.text)
  return {
    readings: distinct(chosen.map(({ draft }) => readingOf(draft))).slice(0, 3),
    left: [...new Set(left)],
  }
}

function coreOf(rule: RequestRule): string {
  return `${rule}-core`
}

/** Where the request proper begins. */
function courtesies({ tokens, chart }: Case): number {
  let at = 0
  for (;;) {
    const ends = chart('open', at).map(({ end }) => end)
    const next = Math.max(at, ...ends)
    if (next === at || next >= tokens.length) return at
    at = next
  }
}

function reasonsFor(tokens: readonly Token[]): string[] {
  return reasons.filter(({ words }) => tokens.some((t) => inList(t, words))).map(({ why }) => why)
}

export function unclear(readings: Reading[], why: string, question?: string): Route {
  const few = distinct(readings).slice(0, 3)
  const wording =
    few.length === 0
      ? 'What should be done?'
      : few.length === 1
        ? 'Do you mean this?'
        : 'Which of these do you mean?'
  return { kind: 'unclear', question: question ?? wording, readings: few, why }
}

function outside(answer: string, possible: Possible[]): Route {
  return { kind: 'outside', answer, possible }
}

function distinct(readings: Reading[]): Reading[] {
  return [...new Map(readings.map((reading) => [`${reading.meaning} ${reading.command}`, reading])).values()]
}

function isOneOf(token: Token, words: ReadonlySet<string>): boolean {
  return words.has(token.word) || token.meant.some((word) => words.has(word))
}

function inList(token: Token, list: string): boolean {
  return setOf(list).has(token.word) || token.meant.some((word) => setOf(list).has(word))
}

const sets = new Map<string, ReadonlySet<string>>()

function setOf(list: string): ReadonlySet<string> {
  const known = sets.get(list)
  if (known !== undefined) return known
  const made = new Set(list.trim().split(/\s+/))
  sets.set(list, made)
  return made
}
