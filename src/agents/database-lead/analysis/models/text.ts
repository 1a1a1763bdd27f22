/** Source text taken apart by brackets: enough to find what a library is told, without running it. */

const PAIRS: Record<string, string> = { '(': ')', '{': '}', '[': ']' }

/** The text between the bracket at `open` and the one that closes it, null where it does not close. */
export function inside(text: string, open: number): string | null {
  const end = closing(text, open)
  return end === null ? null : text.slice(open + 1, end)
}

function closing(text: string, open: number): number | null {
  const stack: string[] = []
  for (let i = open; i < text.length; i += 1) {
    const c = text[i] ?? ''
    if (c === '"' || c === "'" || c === '`') i = endOfString(text, i)
    else if (PAIRS[c]) stack.push(PAIRS[c])
    else if (c === stack.at(-1)) {
      stack.pop()
      if (stack.length === 0) return i
    }
  }
  return null
}

function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1
    else if (text[i] === text[at]) return i
  }
  return text.length
}

/** Parts between commas that are in no bracket and no string. */
export function parts(text: string): string[] {
  const found: string[] = []
  let from = 0
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? ''
    if (c === '"' || c === "'" || c === '`') i = endOfString(text, i)
    else if (PAIRS[c]) i = closing(text, i) ?? text.length
    else if (c === ',') {
      found.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...found, text.slice(from)].map((p) => p.trim()).filter((p) => p !== '')
}

/** `name: {...}` as name and value; null where a part is something else. */
export function entry(part: string): { key: string; value: string } | null {
  const [, quoted, plain, value = ''] = /^(?:["'`]([^"'`]+)["'`]|([\w$]+))\s*:\s*([\s\S]+)$/.exec(part) ?? []
  const key = quoted ?? plain
  return key === undefined ? null : { key, value: value.trim() }
}

/** The value of an option in an object, as it is written: `tableName: 'x'`. */
export function option(object: string, key: string): string | null {
  for (const part of parts(object)) {
    const found = entry(part)
    if (found?.key === key) return found.value
  }
  return null
}

/** The text of a literal string; null where it is something else. */
export function literal(value: string | null | undefined): string | null {
  return /^\s*["'`]([^"'`]*)["'`]\s*$/.exec(value ?? '')?.[1] ?? null
}

/** Without comments of C's family, of the same length: places stay what they are. */
export function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (all, string) => (string === undefined ? all.replace(/[^\n]/g, ' ') : all),
  )
}

/** `InvoiceLine` -> `invoice_line`. */
export function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
}
