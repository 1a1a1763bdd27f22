/** Names of CTEs in one model: no two are the same. */

/** The first of the names that is free; `isLoud` where the house writes them in capitals. */
export function cteNamer(isLoud: boolean): (...names: string[]) => string {
  const taken = new Set<string>()
  return (...names) => {
    const isFree = (n: string) => !taken.has(n.toLowerCase()) && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(n)
    const name = names.find(isFree) ?? `${names.at(-1)}_${taken.size}`
    taken.add(name.toLowerCase())
    return isLoud ? name.toUpperCase() : name
  }
}
