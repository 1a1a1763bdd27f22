/** A new table in people's words, brought to the one form that is read. */
const WISH =
  "(?:[^:]{3,80}:\\s+)?(?:(?:please\\s+)?(?:(?:we|i)\\s+)?(?:(?:would\\s+|['’]d\\s+)?(?:need|want|like)(?:\\s+to\\s+(?:have|add|create))?|add|create|introduce|set up|make|build|there (?:should|must) be)\\s+)?"
const WITH =
  '(?:\\s*\\(\\s*|\\s*:\\s*|,?\\s+(?:with|having|containing|holding|for storing|that (?:has|holds|contains|stores)|which (?:has|holds|contains|stores))\\s+(?:the\\s+(?:columns|fields)\\s*:?\\s*)?)'
const REFERS =
  '(?:\\)?\\s*[,;]?\\s*(?:and\\s+)?(?:(?:it|which|that|each)\\s+)?(?:(?:should|must)\\s+)?(?:references?|(?:belongs?|refers?|points?|links?|is linked|linked|referring|belonging|pointing)\\s+(?:to|with))\\s+(?<references>[^,]+?(?:\\s*,\\s*[^,]+?)*))?'
const TABLE = new RegExp(
  `^${WISH}(?:an?\\s+|another\\s+|the\\s+)?(?:new\\s+)?table\\s+(?:called\\s+|named\\s+|for\\s+|of\\s+)?(?<name>"[^"]+"|[\\p{L}_][\\p{L}\\p{N}_ ]*?)${WITH}(?<columns>.+?)\\)?${REFERS}$`,
  'iu',
)

/** null: it is about no new table. */
export function asNewTable(text: string): string | null {
  const { name, columns, references } = TABLE.exec(text.replace(/[.!;\s]+$/, ''))?.groups ?? {}
  if (!name || !columns) return null
  return `create a table ${name} with ${flat(columns)}${references ? `, referring to ${references}` : ''}`
}

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
