/** What of a corpus is wanted, as the options of a command say it. */

/** Names with blanks are said with hyphens. Each option is a list, by default all; what is not known ends the command. */
export function chooser<L extends Record<string, string[]>>(
  options: { [of in keyof L]?: string | undefined },
  lists: L,
): (of: keyof L, name: string) => boolean {
  const said = (name: string) => name.replaceAll(' ', '-')
  const wanted = new Map(
    Object.entries(lists).map(([of, all]) => {
      const known = all.map(said)
      const asked = options[of]?.split(',') ?? known
      const unknown = asked.filter((name) => !known.includes(name))
      if (unknown.length > 0)
        refuse(`There is no --${of} ${unknown.join(', ')}. There are: ${known.join(', ')}`)
      return [of, new Set(asked)] as const
    }),
  )
  return (of, name) => wanted.get(String(of))?.has(said(name)) === true
}

/** Of `2/4`, every fourth from the second. */
export function partOf<T>(items: T[], part: string): T[] {
  const [nth = 0, of = 0] = /^\d+\/\d+$/.test(part) ? part.split('/').map(Number) : []
  if (nth < 1 || nth > of) refuse(`--part is like 2/4; ${part} is not.`)
  return items.filter((_, i) => i % of === nth - 1)
}

function refuse(words: string): never {
  process.stderr.write(`${words}\n`)
  process.exit(2)
}
