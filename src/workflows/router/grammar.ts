/** The phrases, compiled once, and the words they are made of. */
import { compileRule, type Node, type Phrases, walk } from './notation.ts'
import { courtesy } from './phrases/courtesy.ts'
import { create } from './phrases/create.ts'
import { debug } from './phrases/debug.ts'
import { pipeline } from './phrases/pipeline.ts'
import { review } from './phrases/review.ts'
import { runs } from './phrases/runs.ts'
import { selection } from './phrases/selection.ts'
import { symptom } from './phrases/symptom.ts'
import {
  destructive,
  foreignVerbs,
  negations,
  neverInNames,
  questionWords,
  smalltalk,
} from './phrases/words.ts'

export type Grammar = {
  rules: ReadonlyMap<string, Node>
  /** Every word that some phrase holds. */
  words: ReadonlySet<string>
  /** Those, and every word that the guards look for: none of them is a slip for another. */
  allWords: ReadonlySet<string>
}

/** A request is one of these rules from its first word to its last; `core` is it without the courtesies. */
export const requests = ['pipeline', 'dimension', 'fact', 'either', 'debug', 'review'] as const
export type RequestRule = (typeof requests)[number]

export const phrases: Phrases[] = [courtesy, selection, pipeline, create, debug, symptom, review, runs]

let compiled: Grammar | undefined

export function grammar(): Grammar {
  compiled ??= build()
  return compiled
}

function build(): Grammar {
  const rules = new Map<string, Node>()
  for (const [name, lines] of phrases.flatMap((set) => Object.entries(set))) {
    if (rules.has(name)) throw new Error(`rule ${name} is there twice`)
    rules.set(name, compileRule(lines))
  }
  const words = new Set<string>()
  for (const rule of rules.values()) {
    for (const node of walk(rule)) if (node.kind === 'words') for (const word of node.words) words.add(word)
  }
  const guards = [destructive, foreignVerbs, negations, neverInNames, questionWords, smalltalk]
  return { rules, words, allWords: new Set([...words, ...guards.flatMap((set) => [...set])]) }
}
