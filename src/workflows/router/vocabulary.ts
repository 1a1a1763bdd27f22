/** The names of the user's project, and how people write them: `fct_trips`, `FCT_TRIPS`, `fct trips`, `trips fact`. */

import type { Vocabulary } from './types.ts'
import { slipDistance } from './typos.ts'

/** A name that may be meant, and why it cannot be taken for certain. */
export type Found = { name: string; doubt?: string }

/** What the front of a model's name says about its layer, and the words that people use for it. */
const roles: Record<string, string> = {
  fct: 'fct',
  fact: 'fct',
  facts: 'fct',
  dim: 'dim',
  dims: 'dim',
  dimension: 'dim',
  dimensions: 'dim',
  stg: 'stg',
  staging: 'stg',
  int: 'int',
  intermediate: 'int',
  agg: 'agg',
  aggregate: 'agg',
  aggregated: 'agg',
  rpt: 'rpt',
  report: 'rpt',
  mart: 'mart',
  snap: 'snapshot',
  snapshot: 'snapshot',
}
const roleNames = new Set(Object.values(roles))

export type Names = ReturnType<typeof indexNames>

/** Looks up names of one kind; `known` is false when the project is not known, and then any name may be right. */
export function indexNames(names: readonly string[]) {
  const exact = new Set(names)
  const byLower = group(names, (name) => [name.toLowerCase()])
  const byParts = group(names, (name) => [partsOf(name).join(' ')])
  const parts = new Set(names.flatMap((name) => name.toLowerCase().split(/[_\s./-]+/)))
  const bySubject = group(names, (name) => [subjectOf(name)])

  /** The same name, letter by letter, else but for capitals. */
  function written(text: string): Found[] {
    if (exact.has(text)) return [{ name: text }]
    const same = byLower.get(text.toLowerCase()) ?? []
    if (same.length === 1) return same.map((name) => ({ name }))
    return same.map((name) => ({ name, doubt: `"${text}" may be ${same.join(' or ')}` }))
  }

  /** A name written as several words, in any order: `trips fact`. */
  function spoken(words: readonly string[]): Found[] {
    const text = words.join(' ')
    const same = byParts.get(partsOf(words.join('_')).join(' ')) ?? []
    if (same.length === 1) return same.map((name) => ({ name }))
    return same.map((name) => ({ name, doubt: `"${text}" may be ${same.join(' or ')}` }))
  }

  /** A plain word that is what some names are about: `trips` for fct_trips. Never certain. */
  function about(word: string): Found[] {
    const same = (bySubject.get(fold(word.toLowerCase())) ?? []).slice(0, 3)
    return same.map((name) => ({ name, doubt: `"${word}" may be ${same.join(' or ')}` }))
  }

  /** The names one or two slips away. Never certain. */
  function near(text: string): Found[] {
    const wanted = text.toLowerCase()
    const most = Math.min(2, Math.floor(wanted.length / 4))
    const ranked = names
      .filter((name) => Math.abs(name.length - wanted.length) <= most)
      .map((name) => ({ name, distance: slipDistance(wanted, name.toLowerCase()) }))
      .filter(({ distance }) => distance > 0 && distance <= most)
    const best = Math.min(...ranked.map(({ distance }) => distance))
    return ranked
      .filter(({ distance }) => distance === best)
      .slice(0, 3)
      .map(({ name }) => ({
        name,
        doubt: `there is no "${text}" in this project; the nearest name is ${name}`,
      }))
  }

  /** Whether a word is a piece of some name, so that it is not a misspelt word of the phrases. */
  function mentions(word: string): boolean {
    return parts.has(word) || exact.has(word)
  }

  return { names, known: names.length > 0, mentions, written, spoken, about, near }
}

export function indexVocabulary(vocabulary: Vocabulary) {
  return {
    models: indexNames(vocabulary.models),
    sources: indexNames(vocabulary.sources ?? []),
    pipelines: indexNames(vocabulary.pipelines ?? []),
    exposures: indexNames(vocabulary.exposures ?? []),
    targets: indexNames(vocabulary.targets ?? []),
    runs: indexNames(vocabulary.runs ?? []),
    folders: indexNames(vocabulary.folders ?? []),
  }
}

export type VocabularyIndex = ReturnType<typeof indexVocabulary>

/** Whether any kind of name holds this word, or is it, operators of dbt's selection aside. */
export function isKnownName(names: VocabularyIndex, text: string): boolean {
  const word = text.toLowerCase().replaceAll(/^[+@\d]+|\+\d*$/g, '')
  return Object.values(names).some((index) => index.mentions(word) || index.written(word).length > 0)
}

/** The folders that are called so: `models/marts/finance` for finance. Whether one is meant is always asked. */
export function foldersCalled({ folders }: VocabularyIndex, word: string): Found[] {
  const last = (path: string) => fold(path.toLowerCase().split('/').at(-1) ?? '')
  return folders.names
    .filter((path) => last(path) === fold(word))
    .map((path) => ({ name: `path:${path}`, doubt: `"${word}" may be the folder ${path}` }))
}

/** `fct`, `dim` and so on for a word that names a layer. */
export function roleOf(word: string): string | undefined {
  return Object.hasOwn(roles, word) ? roles[word] : undefined
}

/** The parts of a name without order, plurals or ways to say the layer. */
function partsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[_\s-]+/)
    .filter((part) => part !== '')
    .map((part) => roleOf(part) ?? fold(part))
    .sort()
}

/** What a name is about, without its layer; single words only. */
function subjectOf(name: string): string {
  const parts = partsOf(name)
  const subject = parts.filter((part) => !roleNames.has(part))
  return subject.length === 1 ? (subject[0] ?? '') : ''
}

/** Singular and plural are the same word here. */
function fold(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 4 && /(ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

function group(names: readonly string[], keysOf: (name: string) => string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    for (const key of keysOf(name)) {
      if (key === '') continue
      const members = groups.get(key)
      if (members === undefined) groups.set(key, [name])
      else members.push(name)
    }
  }
  return groups
}
