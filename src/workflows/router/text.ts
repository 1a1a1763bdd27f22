/** From characters to words: what a person's keyboard, phone or chat window makes of a sentence. */

import type { Token } from './types.ts'
import { slips } from './typos.ts'

/** Longer requests than these are not one request; nothing of them is read. */
export const mostCharacters = 2_000
export const mostWords = 60

/** How a word is taken apart before it is compared. Without apostrophes too: people leave them out. */
const spelledOut: Record<string, string> = {
  "can't": 'can not',
  cant: 'can not',
  cannot: 'can not',
  "won't": 'will not',
  wont: 'will not',
  "shan't": 'shall not',
  dont: 'do not',
  doesnt: 'does not',
  didnt: 'did not',
  isnt: 'is not',
  arent: 'are not',
  wasnt: 'was not',
  werent: 'were not',
  havent: 'have not',
  hasnt: 'has not',
  hadnt: 'had not',
  wouldnt: 'would not',
  couldnt: 'could not',
  shouldnt: 'should not',
  mustnt: 'must not',
  neednt: 'need not',
  lets: "let 's",
  whats: "what 's",
  thats: "that 's",
  theres: "there 's",
  im: 'i am',
  ive: 'i have',
  wanna: 'want to',
  gotta: 'have to',
  gonna: 'going to',
  '&': 'and',
  '+': 'plus',
  w: 'with',
  'w/': 'with',
  'w/o': 'without',
  u: 'you',
  ur: 'your',
  b4: 'before',
  teh: 'the',
  hte: 'the',
  adn: 'and',
}

const endings: [RegExp, string][] = [
  [/n't$/, ' not'],
  [/'s$/, " 's"],
  [/'re$/, ' are'],
  [/'ll$/, ' will'],
  [/'ve$/, ' have'],
  [/'d$/, ' would'],
  [/'m$/, ' am'],
]

/** Spellings of one word; the phrases know only the first. */
const spellings: Record<string, string> = {
  materialise: 'materialize',
  rematerialise: 'rematerialize',
  analyse: 'analyze',
  initialise: 'initialize',
  summarise: 'summarize',
  powerbi: 'power-bi',
  dimensions: 'dimensions',
  datawarehouse: 'data-warehouse',
  datapipeline: 'data-pipeline',
  uptodate: 'up-to-date',
  codebase: 'codebase',
  kickoff: 'kick-off',
  pls: 'please',
  plz: 'please',
  plse: 'please',
  thx: 'thanks',
  hiya: 'hi',
  okay: 'ok',
  asap: 'asap',
}

const scan = /`([^`\s]+)`|"([^"\s]+)"(?![^\s.,;:!?)])|(?<!\S)'([^'\s]+)'(?![^\s.,;:!?)])|[^\s`"]+/g
/** Pictures that are no more than a friendly full stop; 🚫 and the like are not, and are left to be asked about. */
const friendly = /[🙏🙂😊👍🚀😀😃😄😁😉🎉💪✨❤][\u{1f3fb}-\u{1f3ff}]?\ufe0f?/gu
const before = /^[([{<'"]+/
const after = /[)\]}>'".,;:!?]+$/

/** The words of a request; `known` are the words of the phrases, which a hyphenated word is split into. */
export function tokenize(request: string, known: ReadonlySet<string>): Token[] {
  const tokens: Token[] = []
  for (const match of clean(request).matchAll(scan)) {
    const quoted = match[1] ?? match[2] ?? match[3]
    if (quoted !== undefined) tokens.push(token(quoted, quoted.toLowerCase(), true))
    else for (const chunk of unglued(match[0], known)) addChunk(tokens, chunk, known)
  }
  return joined(tokens)
}

/** Gives every word that nobody knows the known words that it may be a slip for. */
export function withSlips(tokens: Token[], known: ReadonlySet<string>, isName: (word: string) => boolean) {
  return tokens.map((t) => {
    const spoken = known.has(t.word) || t.quoted || isName(t.text)
    return spoken ? t : { ...t, meant: slips(t.word) }
  })
}

/** One form for the many of quotes, dashes, spaces and full-width letters. */
function clean(request: string): string {
  return request
    .normalize('NFKC')
    .replaceAll(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, '')
    .replaceAll(friendly, ' ')
    .replaceAll(/[‘’‛ʼ′´]/g, "'")
    .replaceAll(/[“”„‟«»″]/g, '"')
    .replaceAll(/(^|\s)[–—](?=[a-z])/gi, '$1--')
    .replaceAll(/\s[–—-]+(?=\s)/g, ' ,')
    .replaceAll(/[–—−]/g, '-')
    .replaceAll(/(^|\s)(--?[a-z][a-z-]*)=(?=\S)/gi, '$1$2 ')
    .replace(/^\s*[-*>]\s+/, '')
}

/** "please,run": a space was forgotten. A comma between names stays: to dbt it means what both select. */
function unglued(chunk: string, known: ReadonlySet<string>): string[] {
  const parts = chunk.split(/(?<=[a-z][,;!])(?=[a-z])/i)
  return parts.every((part) => known.has(part.toLowerCase().replace(after, ''))) ? parts : [chunk]
}

function addChunk(tokens: Token[], chunk: string, known: ReadonlySet<string>) {
  const trailing = after.exec(chunk)?.[0] ?? ''
  const text = chunk.slice(0, chunk.length - trailing.length).replace(before, '')
  const last = tokens.at(-1)
  if (before.test(chunk) && last !== undefined) last.breakAfter = true
  if (text !== '') {
    for (const word of wordsOf(text, known))
      tokens.push(
        token(text.includes("'") ? text : text.split('-').includes(word) ? word : text, word, false),
      )
  }
  const end = tokens.at(-1)
  if (end === undefined) return
  if (/[.,;:!?)]/.test(trailing)) end.breakAfter = true
  if (trailing.includes('?')) end.asks = true
}

/** The compared words of one written word: contractions spelled out, known compounds split. */
function wordsOf(text: string, known: ReadonlySet<string>): string[] {
  const lower = text.toLowerCase()
  const whole = own(spelledOut, lower)
  if (whole !== undefined) return whole.split(' ')
  for (const [ending, instead] of endings) {
    if (!ending.test(lower)) continue
    return lower
      .replace(ending, instead)
      .split(' ')
      .map((word) => own(spellings, word) ?? word)
      .filter((word) => word !== '')
  }
  const word = own(spellings, lower) ?? lower
  if (known.has(word) || !/^[a-z]+(-[a-z]+)+$/.test(word)) return [word]
  const together = word.replaceAll('-', '')
  if (known.has(together)) return [together]
  const parts = word.split('-')
  return parts.every((part) => known.has(part)) ? parts : [word]
}

/** `pipe line` and `re run`: one word that was written as two. */
function joined(tokens: Token[]): Token[] {
  const pairs: Record<string, string> = {
    'pipe line': 'pipeline',
    'pipe lines': 'pipelines',
    'roll back': 'rollback',
  }
  for (const word of ['run', 'build', 'fresh', 'load', 'start']) pairs[`re ${word}`] = `re${word}`
  const out: Token[] = []
  for (const t of tokens) {
    const last = out.at(-1)
    const one = last === undefined || last.breakAfter ? undefined : own(pairs, `${last.word} ${t.word}`)
    if (one !== undefined && last !== undefined) {
      out[out.length - 1] = { ...t, text: `${last.text} ${t.text}`, word: one }
    } else out.push(t)
  }
  return out
}

function token(text: string, word: string, quoted: boolean): Token {
  return { text, word, quoted, breakAfter: false, asks: false, meant: [] }
}

/** A plain object's own value: `constructor` and the like are words too. */
function own(table: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
