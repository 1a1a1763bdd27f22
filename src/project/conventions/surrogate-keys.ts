/** How a house makes surrogate keys: a macro (its own are found by what they do), or an expression; and how they end. */
import { bare, selectItems, type Token } from './scan.ts'
import type { Scanned, SqlFile } from './sql-style.ts'
import type { Ballot, Votes } from './types.ts'

const HASHES = new Set([
  'md5',
  'sha1',
  'sha256',
  'sha2',
  'hash',
  'farm_fingerprint',
  'md5_number',
  'xxhash64',
])
const KNOWN_MACROS = ['dbt_utils.generate_surrogate_key', 'dbt_utils.surrogate_key', 'generate_surrogate_key']

export function surrogateKeys(files: Scanned[], macros: SqlFile[]): Ballot[] {
  const names = [...KNOWN_MACROS, ...hashingMacros(macros)]
  const made: Votes = []
  const endings: Votes = []
  for (const { path, tokens } of files) {
    const keys = selectItems(tokens).flatMap((item) => {
      const way = wayOf(item, names)
      const name = item.at(-2)?.low === 'as' ? item.at(-1) : undefined
      return way === null ? [] : [{ way, name: name ? bare(name) : null }]
    })
    const [first] = keys
    if (first) made.push({ place: path, choice: first.way })
    for (const { name } of keys) {
      if (name !== null) endings.push({ place: `${path} ${name}`, choice: endingOf(name) })
    }
  }
  return [
    { id: 'surrogate_key', votes: made },
    { id: 'key_suffix', votes: endings },
  ]
}

/** `_key` of `order_key`, `_SK` of `Lage_SK`, `Key` of `orderKey`; `''` of a name without such an ending. */
export function endingOf(name: string): string {
  return /_[\p{L}]{1,5}$|(?<=\p{Ll})(?:Key|Id|ID|Sk|SK|Hk|Pk)$/u.exec(name)?.[0] ?? ''
}

/** Macros of the project that hash what they are given, by name. */
function hashingMacros(macros: SqlFile[]): string[] {
  return macros.flatMap(({ text }) =>
    [...text.matchAll(/\{%-?\s*macro\s+(\w+)\s*\(([\s\S]*?)\{%-?\s*endmacro/g)].flatMap(
      ([, name = '', body = '']) =>
        /\b(md5|sha1|sha256|sha2|hash|farm_fingerprint|generate_surrogate_key)\s*\(/i.test(body)
          ? [name]
          : [],
    ),
  )
}

/** `macro hash_of([...])`, `md5()`; null where the item makes no key. */
function wayOf(item: Token[], macros: string[]): string | null {
  const [first] = item
  if (!first) return null
  if (first.kind === 'jinja') {
    const [, call, bracket] = /^\{\{-?\s*([\w.]+)\s*\(\s*(\[?)/.exec(first.text) ?? []
    if (call === undefined || !macros.includes(call)) return null
    return `macro ${call}(${bracket === '[' ? '[...]' : '...'})`
  }
  if (!HASHES.has(first.low) || item[1]?.text !== '(') return null
  return `${first.low}(${separatorOf(item) ?? '...'})`
}

/** `... || '|' || ...`: what stands between the parts. */
function separatorOf(item: Token[]): string | null {
  const parts = item.flatMap((t, i) =>
    t.kind === 'string' && item[i - 1]?.text === '||' && item[i + 1]?.text === '||' ? [t.text] : [],
  )
  const inside =
    parts[0] ??
    item.flatMap((t, i) =>
      t.low === 'concat_ws' && item[i + 2]?.kind === 'string' ? [item[i + 2]?.text ?? ''] : [],
    )[0]
  return inside === undefined ? null : `... || ${inside} || ...`
}
