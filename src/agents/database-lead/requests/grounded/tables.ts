/** A new table in people's words, brought to the one form that is read. */
import { said, TYPE_WORDS } from './sayings.ts'

const WISH =
  "(?:(?![^:]*\\b(?:only|not|never|no|unless|except|if|until|but|may|tomorrow|later|after|before)\\b)[^:]{3,80}:\\s+)?(?:(?:please\\s+)?(?:(?:we|i)\\s+)?(?:(?:would\\s+|['’]d\\s+)?(?:need|want|like)(?:\\s+to\\s+(?:have|add|create))?|add|create|introduce|set up|make|build|there (?:should|must) be)\\s+)?"
const WITH =
  '(?:\\s*\\(\\s*(?:(?:columns|fields)\\s*:\\s*)?|\\s*:\\s*|,?\\s+(?:with|having|containing|holding|for storing|that (?:has|holds|contains|stores)|which (?:has|holds|contains|stores))\\s+(?:the\\s+(?:columns|fields)\\s*:?\\s*)?)'
const REFERS =
  '(?:\\)?\\s*[,;]?\\s*(?:and\\s+)?(?:(?:it|which|that|each)\\s+)?(?:(?:should|must)\\s+)?(?:references?|(?:belongs?|refers?|points?|links?|is linked|linked|referring|belonging|pointing)\\s+(?:to|with))\\s+(?<references>[^,]+?(?:\\s*,\\s*[^,]+?)*))?'
const TABLE = new RegExp(
  `^${WISH}(?:an?\\s+|another\\s+|the\\s+)?(?:new\\s+)?(?:table|entity)(?:\\s*:\\s*|\\s+)(?:called\\s+|named\\s+|for\\s+|of\\s+)?(?<name>"[^"]+"|\`[^\`]+\`|[\\p{L}_][\\p{L}\\p{N}_ ]*?)${WITH}(?<columns>.+?)\\)?${REFERS}$`,
  'iu',
)

/** `teachers table: full name, email`. */
const NAMED =
  /^(?:new\s+)?(?<name>(?!(?:new|an?|the|another|one|this|that|each|every)\s+(?:table|entity))[\p{L}_][\p{L}\p{N}_ ]*?)\s+(?:table|entity)\s*:\s*(?<columns>.+)$/iu

/** Among the columns: `a reference to mission`. */
const REFERENCE =
  /(?:^|,\s*|\s+and\s+)(?:and\s+)?(?:an?\s+)?(?:reference|link|foreign key)\s+to\s+(?:the\s+|an?\s+)?([\p{L}\p{N}_ ]+?)\s*(?=,|\s+and\s|$)/giu

/** null: it is about no new table. */
export function asNewTable(text: string): string | null {
  const said = text.replace(/[.!;\s]+$/, '')
  const { name, columns, references } = (TABLE.exec(said) ?? NAMED.exec(said))?.groups ?? {}
  if (!name || !columns) return null
  const referred = [...columns.matchAll(REFERENCE)].map((m) => m[1] ?? '')
  const own = columns.replace(REFERENCE, ', ').replace(/^[\s,]+(?:and\s+)?/, '')
  const all = [...referred, ...(references ? [references] : [])]
  return `create a table ${name.replaceAll('`', '"')} with ${typed(flat(own))}${all.length > 0 ? `, referring to ${all.join(', ')}` : ''}`
}

/** Types in people's words; a long text is one too. */
const typed = (columns: string) => said(columns, TYPE_WORDS).replace(/§type /g, 'of type ')

/** `code (varchar(8), required)`: what is said of a column in brackets, as if there were none. */
function flat(columns: string): string {
  let depth = 0
  return [...columns]
    .map((c, i) => {
      const isOuter = depth === 0 && /\s/.test(columns[i - 1] ?? ' ')
      if (c === '(') depth += isOuter || depth > 0 ? 1 : 10
      if (c === '(' && depth === 1) return ' '
      if (c === ')') depth -= depth >= 10 ? 10 : 1
      if (c === ')' && depth === 0 && !/[\d)]/.test(columns[i - 1] ?? '')) return ' '
      return c === ',' && depth === 1 ? ' ' : c
    })
    .join('')
}
