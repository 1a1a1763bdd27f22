/** The number of names. */

/** English only, and only the plainest plurals: a name that it does not know stays as it is. */
export function inNumber(name: string, number: 'plural' | 'singular'): string {
  if (number === 'plural') {
    if (/[^s]s$/i.test(name)) return name
    if (/[^aeiou]y$/i.test(name)) return name.replace(/y$/i, 'ies')
    return /(s|x|ch|sh)$/i.test(name) ? `${name}es` : `${name}s`
  }
  if (/ies$/i.test(name) && name.length > 4) return name.replace(/ies$/i, 'y')
  if (/(ss|x|ch|sh)es$/i.test(name)) return name.slice(0, -2)
  return /[^sui]s$/i.test(name) ? name.slice(0, -1) : name
}
