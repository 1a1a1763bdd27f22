/**
 * The router: one sentence in, what to do out. It is a grammar, not a guess: a reading is run only if it
 * accounts for every word of the sentence, and if it is the only one. Anything else is asked about, or declined.
 *
 * To teach it a phrase, add a line to the rule it belongs to under `phrases/` (the notation is in notation.ts),
 * and a sentence to the tables of `sentences.ts`, which router.spec.ts reads.
 */
import { type Chart, createChart, TooManyReadings } from './chart.ts'
import { explain, unclear } from './explain.ts'
import { grammar, type RequestRule, requests } from './grammar.ts'
import { interpret } from './interpret.ts'
import { doubtText } from './phrases/doubts.ts'
import { readingOf } from './reading.ts'
import { createSlots } from './slots.ts'
import { mostCharacters, mostWords, tokenize, withSlips } from './text.ts'
import type { Draft, Route, Token, Vocabulary } from './types.ts'
import { indexVocabulary, isKnownName, type VocabularyIndex } from './vocabulary.ts'

export type { Possible, Reading, Route, RouteParams, Vocabulary, WorkflowId } from './types.ts'

/**
 * Finds out what a sentence asks for. Deterministic, never throws, reads nothing but its arguments.
 * @param vocabulary the names of the user's project; without them, names that look like dbt models are taken as written.
 */
export function route(request: string, vocabulary: Vocabulary = { models: [] }): Route {
  const tooLong = 'it is too long for one request'
  if (request.length > mostCharacters) return unclear([], tooLong)
  const { words, allWords, rules } = grammar()
  const names = indexVocabulary(vocabulary)
  const tokens = withSlips(tokenize(request, words), allWords, (word) => isKnownName(names, word))
  if (tokens.length === 0) return unclear([], 'there are no words')
  if (tokens.length > mostWords) return unclear([], tooLong)
  const chart = createChart(rules, tokens, createSlots(tokens, names, words))
  try {
    return decide(request, tokens, chart, names)
  } catch (error) {
    if (error instanceof TooManyReadings) return unclear([], 'it can be read in too many ways')
    throw error
  }
}

function decide(request: string, tokens: Token[], chart: Chart, names: VocabularyIndex): Route {
  const drafts = fewestDoubts(requests.flatMap((rule) => readAll(rule, tokens, chart)))
  const certain = drafts.filter((draft) => draft.doubts.length === 0)
  const [only, ...others] = certain
  if (only === undefined)
    return explain({ request, tokens, chart, grammar: grammar(), names, doubtful: drafts })
  if (others.length > 0)
    return unclear(certain.map(readingOf), 'the sentence can be read in more than one way')
  return { kind: 'match', reading: readingOf(only) }
}

/** Every reading that places all the words. */
function readAll(rule: RequestRule, tokens: Token[], chart: Chart): Draft[] {
  const asks = tokens.some((t) => t.asks)
  return chart(rule, 0)
    .filter((span) => span.end === tokens.length)
    .flatMap(({ events, typos }) => {
      const askedPolitely = events.some((e) => e.tag === 'polite' || e.tag === 'asks')
      const extra = [
        ...(asks && !askedPolitely ? [doubtText('question-mark')] : []),
        ...(typos > 2 ? [doubtText('typos')] : []),
      ]
      return interpret(rule, events, tokens).map((draft) => ({
        ...draft,
        doubts: [...draft.doubts, ...extra],
      }))
    })
}

/** One draft for each different thing to do: the one with the fewest doubts. */
function fewestDoubts(drafts: Draft[]): Draft[] {
  const best = new Map<string, Draft>()
  for (const draft of drafts) {
    const key = `${draft.workflow} ${JSON.stringify(Object.entries(draft.params).sort())} ${draft.flags ?? ''}`
    const known = best.get(key)
    if (known === undefined || draft.doubts.length < known.doubts.length) best.set(key, draft)
  }
  return [...best.values()]
}
