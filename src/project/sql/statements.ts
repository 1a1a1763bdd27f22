/** The statements of Jinja that a model may hold, and what becomes of the text inside them. */
import { withoutStrings } from './jinja.ts'

/** Blocks whose text is not put out where it stands, and whether the block puts out something else there. */
export const CAPTURING: Record<string, boolean> = { set: false, macro: false, call: true, filter: true }

const KNOWN = new Set([
  ...['if', 'elif', 'else', 'endif', 'for', 'endfor', 'break', 'continue', 'do', 'with', 'endwith', '='],
  ...Object.keys(CAPTURING).flatMap((word) => [word, `end${word}`]),
])

export const isKnownStatement = (word: string) => KNOWN.has(word)

/** The word that begins a statement; `=` for a `set` that ends with its own tag, and has no `endset`. */
export function blockWord(inner: string): string {
  const word = /^\s*(\w+)/.exec(inner)?.[1] ?? ''
  return word === 'set' && assigns(inner) ? '=' : word
}

/** An equals sign outside of brackets and strings that is no comparison. */
function assigns(inner: string): boolean {
  let bare = withoutStrings(inner)
  for (let before = ''; before !== bare; ) {
    before = bare
    bare = bare.replace(/\([^()[\]{}]*\)|\[[^()[\]{}]*\]|\{[^()[\]{}]*\}/g, '')
  }
  return /(?<![=!<>])=(?!=)/.test(bare)
}
