/** The names that a sentence may hold: models, dbt selections, targets, runs, and what a new table is for. */
import type { SlotReader } from './chart.ts'
import {
  destructive,
  layerWords,
  neverInNames,
  neverLastInNames,
  smalltalk,
  tagNames,
  usualTargets,
} from './phrases/words.ts'
import type { Event, Token } from './types.ts'
import { type Found, foldersCalled, type Names, roleOf, type VocabularyIndex } from './vocabulary.ts'

type Hit = { end: number; event?: Event }

const identifier = /^[a-z]\w*_\w+$/i
const plainWord = /^[a-z]\w*$/i
const dotted = /^[a-z]\w*(\.[a-z]\w*)+$/i
const runId = /^(pipe|dim|fact|debug|rev|dbt|db|pbi)-([0-9a-z]{4,26})$/i
const nameWord = /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u
const methods =
  'tag|path|source|exposure|metric|state|result|test_type|test_name|fqn|file|resource_type|group|access|version|package|semantic_model|saved_query|unit_test|config(?:\\.\\w+)+'
const selection = new RegExp(`^(@|\\d*\\+)?(?:(${methods}):)?([\\w*][\\w.*/-]*?)(\\+\\d*)?$`, 'i')
const folder = /^(models|snapshots|seeds|marts|staging|intermediate)\/[\w./*-]*$/i
const longestName = 4

export function createSlots(
  tokens: readonly Token[],
  names: VocabularyIndex,
  known: ReadonlySet<string>,
): SlotReader {
  const readers: Record<string, (at: number, token: Token) => Hit[]> = {
    model,
    'model-word': (at, token) => [...model(at, token), ...wordAfterModel(at, token)],
    guess: (at, token) => (names.models.known || !isNoun(token) ? [] : wordAfterModel(at, token)),
    selector: (at, token) => hits('selector', at, literalSelection(token)),
    raw: (at, token) => hits('selector', at, rawSelection(token)),
    exposure: (at, token) => [
      ...hits('exposure', at, names.exposures.written(token.text)),
      ...spokenNames('exposure', at, names.exposures),
    ],
    loader: (at, token) => hits('loader', at, names.pipelines.written(token.text)),
    pause: (at) => (tokens[at - 1]?.breakAfter ? [{ end: at }] : []),
    source: (at, token) => hits('from', at, readable(token)),
    'source-table': (at, token) => hits('source-table', at, sourceTable(token)),
    target: (at, token) => hits('target', at, target(token)),
    env: (at, token) => (layerWords.has(token.word) ? [] : hits('target', at, target(token))),
    'any-target': (at, token) => hits('target', at, anyTarget(token)),
    run: (at, token) => hits('run', at, run(token)),
    'dim-model': (at, token) => hits('name', at, newModel(token, /^dim_(\w+)$/i)),
    'fact-model': (at, token) => hits('name', at, newModel(token, /^(?:fct|fact)_(\w+)$/i)),
    name: (at) => freeNames(at),
    noun: (at, token) => {
      const isNew = isNoun(token) && mayBeName(token) && !isModel(token)
      return isNew ? hits('name', at, [{ name: token.text }]) : []
    },
    folder: (at, token) => hits('selector', at, foldersCalled(names, token.word)),
    tag: (at, token) => hits('selector', at, isTag(token) ? [{ name: `tag:${token.text}` }] : []),
    threads: (at, token) => hits('threads', at, isCount(token) ? [{ name: token.word }] : []),
    measure: (at, token) => (isMeasure(token) ? [{ end: at + 1 }] : []),
    number: (at, token) => hits('number', at, isCount(token) ? [{ name: token.word }] : []),
  }

  function model(at: number, token: Token): Hit[] {
    return [...oneWordModel(at, token), ...spokenNames('model', at, names.models)]
  }

  /** A word of the phrases is a name only where it is marked as one, or "run everything" could mean a model. */
  function mayBeName(token: Token): boolean {
    return token.quoted || !known.has(token.word)
  }

  function isModel(token: Token): boolean {
    return identifier.test(token.text) || names.models.written(token.text).length > 0
  }

  /** A column, or somebody who has other numbers: any word that is not one of the phrases. */
  function isMeasure(token: Token): boolean {
    const isWord = plainWord.test(token.text) || dotted.test(token.text)
    return isWord && mayBeName(token) && !neverInNames.has(token.word) && !destructive.has(token.word)
  }

  /** `dim_vendor` names a new dimension for "vendor", unless there is one. */
  function newModel(token: Token, shape: RegExp): Found[] {
    const subject = shape.exec(token.text)?.[1]?.replaceAll('_', ' ').trim()
    if (subject === undefined || subject === '') return []
    const there = names.models.written(token.text)[0]
    return [
      { name: subject, ...(there === undefined ? {} : { doubt: `there is a model ${there.name} already` }) },
    ]
  }

  function oneWordModel(at: number, token: Token): Hit[] {
    const text = token.text.replace(/\.sql$/i, '')
    if (!mayBeName(token) || neverInNames.has(token.word) || !plainWord.test(text)) return []
    if (!names.models.known) {
      const isLoader = names.pipelines.written(text).length > 0
      const isName = (identifier.test(text) || token.quoted || text !== token.text) && !isLoader
      return isName ? hits('model', at, [{ name: text }]) : []
    }
    return hits('model', at, lookUp(names.models, text))
  }

  function wordAfterModel(at: number, token: Token): Hit[] {
    const isName = !names.models.known && mayBeName(token) && isFreeWord(token) && plainWord.test(token.text)
    return isName && !identifier.test(token.text) ? hits('model', at, [{ name: token.text }]) : []
  }

  /** Names in several words, or with hyphens: "fct trips", "trips-fact". */
  function spokenNames(tag: string, at: number, index: Names): Hit[] {
    const out: Hit[] = []
    for (let end = at + 1; end <= Math.min(at + longestName, tokens.length); end++) {
      const span = tokens.slice(at, end)
      const words = span.flatMap((t) => t.word.split('-'))
      if (words.length > 1 && span.some((t) => mayBeName(t))) {
        for (const found of index.known ? index.spoken(words) : guessed(words)) {
          out.push({ end, event: { tag, value: found.name, ...doubtOf(found) } })
        }
      }
      if (tokens[end - 1]?.breakAfter) break
    }
    return out
  }

  function literalSelection(token: Token): Found[] {
    const parts = token.text.split(',')
    if (parts.length > 1) {
      const all = parts.every((part) => selection.exec(part)?.[2] !== undefined)
      return all ? [{ name: token.text }] : []
    }
    if (folder.test(token.text)) return [{ name: token.text }]
    const [whole, front = '', method, body = '', back = ''] = selection.exec(token.text) ?? []
    if (whole === undefined) return []
    if (method !== undefined || (body.includes('*') && body.includes('_'))) return [{ name: token.text }]
    if (front === '' && back === '') return []
    if (!names.models.known || body.includes('.') || body.includes('*')) return [{ name: token.text }]
    return lookUp(names.models, body).map((found) => ({ ...found, name: `${front}${found.name}${back}` }))
  }

  /** What stands after `--select`: dbt itself takes any name there. */
  function rawSelection(token: Token): Found[] {
    const literal = literalSelection(token)
    if (literal.length > 0) return literal
    if (names.models.known && plainWord.test(token.text)) return lookUp(names.models, token.text)
    const taken = plainWord.test(token.text) || dotted.test(token.text)
    return taken && mayBeName(token) && !neverInNames.has(token.word) ? [{ name: token.text }] : []
  }

  function sourceTable(token: Token): Found[] {
    if (!dotted.test(token.text) || token.text.endsWith('.sql')) return []
    const found = names.sources.known ? lookUp(names.sources, token.text) : [{ name: token.text }]
    return found.map((source) => ({
      ...source,
      ...(names.sources.known ? {} : { doubt: `"${token.text}" is read as a source` }),
      name: `source:${source.name}`,
    }))
  }

  function readable(token: Token): Found[] {
    const source = names.sources.written(token.text)
    if (source.length > 0) return source
    if (names.models.written(token.text).length > 0) return names.models.written(token.text)
    const isName = dotted.test(token.text) || identifier.test(token.text) || token.quoted
    return isName && !neverInNames.has(token.word) ? [{ name: token.text }] : []
  }

  function target(token: Token): Found[] {
    if (names.targets.known) {
      const found = names.targets.written(token.text)
      return found.length > 0 || !usualTargets.has(token.word) ? found : notATarget(token)
    }
    return usualTargets.has(token.word) ? [{ name: token.text }] : []
  }

  function anyTarget(token: Token): Found[] {
    const found = target(token)
    if (found.length > 0) return found
    if (!plainWord.test(token.text) || !mayBeName(token) || neverInNames.has(token.word)) return []
    return names.targets.known ? notATarget(token) : [{ name: token.text }]
  }

  /** A target that the project does not have: prod may stand for production, anything else is asked about. */
  function notATarget(token: Token): Found[] {
    const longer = names.targets.names.filter((name) => {
      const lower = name.toLowerCase()
      return lower.length > 2 && (lower.startsWith(token.word) || token.word.startsWith(lower))
    })
    const meant = longer.length > 0 ? longer : names.targets.near(token.text).map(({ name }) => name)
    const doubt = `"${token.text}" is not a target of this project (${names.targets.names.join(', ')})`
    return meant.slice(0, 3).map((name) => ({ name, doubt }))
  }

  function run(token: Token): Found[] {
    const listed = names.runs.written(token.text)
    if (listed.length > 0) return listed
    const tail = runId.exec(token.text)?.[2]
    if (tail === undefined || known.has(tail.toLowerCase())) return []
    const near = names.runs.near(token.text)
    if (near.length > 0) return near
    const doubt = `there is no run "${token.text}"`
    return [names.runs.known ? { name: token.text, doubt } : { name: token.text }]
  }

  function freeNames(at: number): Hit[] {
    const out: Hit[] = []
    for (let end = at + 1; end <= Math.min(at + longestName, tokens.length); end++) {
      const last = tokens[end - 1]
      const inside = last?.word === 'of' && end - 1 > at
      if (last === undefined || !(inside || isFreeWord(last))) break
      if (!inside && !neverLastInNames.has(last.word)) {
        const value = tokens.slice(at, end).map((t) => t.text)
        out.push({ end, event: { tag: 'name', value: value.join(' ') } })
      }
      if (last.breakAfter) break
    }
    return out
  }

  return (slot, at) => {
    const token = tokens[at]
    const reader = readers[slot]
    if (reader === undefined) throw new Error(`no such slot: ${slot}`)
    return token === undefined ? [] : reader(at, token)
  }
}

/** A word that may be part of what a new table is for. Function words never are: they carry the sentence. */
function isFreeWord(token: Token): boolean {
  if (!nameWord.test(token.text) || /^\d+$/.test(token.text)) return false
  // A model's name in full is read by a slot of its own, which takes the prefix off.
  if (/^(dim|fct|fact)_/i.test(token.text)) return false
  return ![token.word, ...token.meant].some((word) => neverInNames.has(word) || destructive.has(word))
}

/** Tags are often called as layers and times are, which are words of the sentence elsewhere. */
function isTag(token: Token): boolean {
  return /^[a-z][\w-]*$/i.test(token.text) && (token.quoted || isFreeWord(token) || tagNames.has(token.word))
}

function isCount(token: Token): boolean {
  return /^[1-9]\d{0,3}$/.test(token.word)
}

function isNoun(token: Token): boolean {
  return isFreeWord(token) && plainWord.test(token.text) && !smalltalk.has(token.word)
}

/** A name as it is written, else the nearest names and those that are about the word, which are only asked about. */
function lookUp(index: Names, text: string): Found[] {
  const written = index.written(text)
  if (written.length > 0) return written
  const about = index.about(text)
  return about.length > 0 ? about : index.near(text)
}

/** "fct trips" where the project is not known. */
function guessed(words: string[]): Found[] {
  const [role = '', ...rest] = words
  if (!['fct', 'dim', 'stg', 'int', 'agg', 'rpt'].includes(roleOf(role) ?? '') || role !== roleOf(role))
    return []
  if (rest.length > 2 || !rest.every((word) => plainWord.test(word) && !neverInNames.has(word))) return []
  const name = words.join('_')
  return [{ name, doubt: `"${words.join(' ')}" is read as the model ${name}` }]
}

function hits(tag: string, at: number, found: Found[]): Hit[] {
  return found.map((f) => ({ end: at + 1, event: { tag, value: f.name, ...doubtOf(f) } }))
}

function doubtOf(found: Found): { doubt: string } | Record<string, never> {
  return found.doubt === undefined ? {} : { doubt: found.doubt }
}
