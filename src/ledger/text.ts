/**
 * Text from outside, made safe to stand in a task file and read back unchanged.
 *
 * Nothing is dropped except white space at the ends of lines and of the text. Control characters,
 * invisible ones that reorder text, and halves of surrogate pairs are written as `\u001b`; where a line
 * could start a Markdown block of its own (a heading, a list, a fence) a backslash comes before it, which
 * Markdown hides.
 */

/** Line ends become `\n`; white space at the end of lines and around the text goes. */
export function normalizeText(text: string): string {
  return splitLines(text)
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
}

export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/)
}

/** One line of plain text: runs of white space become one space. */
export function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

const UNSAFE = /(?![\t\n])\p{Cc}|\p{Bidi_Control}|\p{Cs}|[\u2028\u2029\ufeff]/gu
const ESCAPE = /\\u([0-9a-f]{4})/g

// Also written as escapes where they would be taken for marks: `\u001b`, `<!-- once`, `-->`, the `·` in a name.
const OWN_MARKS = new Set(['\\', '<', '>', '·'])

export function encodeCharacters(text: string): string {
  return text
    .replace(ESCAPE, (found, hex: string) => (isOurs(hex) ? `${escapeOf('\\')}${found.slice(1)}` : found))
    .replace(/<(?=!-- once )/g, escapeOf)
    .replace(UNSAFE, escapeOf)
}

export function decodeCharacters(text: string): string {
  return text.replace(ESCAPE, (found, hex: string) => (isOurs(hex) ? characterOf(hex) : found))
}

/** A name on one line, in which our separator cannot occur. */
export function encodeName(name: string): string {
  return encodeCharacters(singleLine(name)).replace(/·|(?<=--)>/g, escapeOf)
}

/**
 * The lines of a list item, without its indentation. `atStart` says that the text begins the item, so that
 * its first line needs protection too.
 */
export function encodeItem(text: string, atStart: boolean): string[] {
  return encodeCharacters(normalizeText(text))
    .replace(/(?<=--)>/g, escapeOf) // It would end a comment that somebody forgot to close.
    .split('\n')
    .map((line, index) => (index === 0 && !atStart ? line : escapeStart(line)))
}

export function decodeItem(lines: readonly string[], atStart: boolean): string {
  const plain = lines.map((line, index) => (index === 0 && !atStart ? line : unescapeStart(line)))
  return decodeCharacters(plain.map((line) => line.trimEnd()).join('\n')).trim()
}

const BLOCK_START = /^([ \t]*)(```|[-*+#>~=<[|:\\_])/
const NUMBERED_START = /^([ \t]*\d{1,9})(\\*[.)])/

function escapeStart(line: string): string {
  return line.replace(BLOCK_START, '$1\\$2').replace(NUMBERED_START, '$1\\$2')
}

function unescapeStart(line: string): string {
  return line.replace(/^([ \t]*)\\/, '$1').replace(/^([ \t]*\d{1,9})\\(\\*[.)])/, '$1$2')
}

/**
 * Markdown that stands under a heading of ours. Lists, tables, closed code fences and deep headings stay
 * what they are; `isHeadingSafe` says which headings may.
 */
export function encodeBlock(text: string, isHeadingSafe: (line: string) => boolean): string {
  return mapOutsideFences(encodeCharacters(normalizeText(text)), (line) => {
    if (/^ {0,3}#/.test(line) && isHeadingSafe(line)) return line
    return line.replace(BREAKS_OUT, '$1\\$2')
  })
}

export function decodeBlock(text: string): string {
  const plain = mapOutsideFences(text, (line) => line.replace(/^([ \t]*)\\/, '$1'))
  return decodeCharacters(plain)
}

// Headings, what underlines a heading, fences, HTML, and the backslash that protects all of these.
const BREAKS_OUT = /^([ \t]*)(#|=+[ \t]*$|-+[ \t]*$|<|```|~~~|\\)/

/** Only fences at the left edge count: of others it is not sure where Markdown lets them end. */
function mapOutsideFences(text: string, map: (line: string) => string): string {
  const lines = text.split('\n')
  const unclosed = new Map<string, number>()
  const result: string[] = []
  for (let index = 0; index < lines.length; index++) {
    const close = fenceEnd(lines, index, unclosed)
    if (close === -1) {
      result.push(map(lines[index] ?? ''))
    } else {
      result.push(...lines.slice(index, close + 1))
      index = close
    }
  }
  return result.join('\n')
}

/** The line that closes the fence which `start` opens, or -1. `unclosed` saves looking twice in vain. */
function fenceEnd(lines: readonly string[], start: number, unclosed: Map<string, number>): number {
  const open = /^(`{3,})[^`]*$|^(~{3,})/.exec(lines[start] ?? '')
  const fence = open?.[1] ?? open?.[2]
  if (!fence) return -1
  const kind = fence.charAt(0)
  if (fence.length >= (unclosed.get(kind) ?? Number.POSITIVE_INFINITY)) return -1
  const close = new RegExp(`^ {0,3}${kind}{${fence.length},}[ \\t]*$`)
  for (let index = start + 1; index < lines.length; index++) {
    if (close.test(lines[index] ?? '')) return index
  }
  unclosed.set(kind, fence.length)
  return -1
}

/** A TOML basic string on one line. */
export function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(UNSAFE, escapeOf)
}

export function tomlStrings(texts: readonly string[]): string {
  return `[${texts.map(tomlString).join(', ')}]`
}

function isOurs(hex: string): boolean {
  const character = characterOf(hex)
  return OWN_MARKS.has(character) || character.search(UNSAFE) !== -1
}

function characterOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16))
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
