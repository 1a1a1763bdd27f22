/** A column that more than one relation has: each of those that it may be of. */
import { collectChanges } from '../../../changes/index.ts'
import type { Candidate, Fixer } from '../types.ts'
import { edited, lastName, sqlOnly, wordsIn, wordsNamed } from '../words.ts'

export const qualify: Fixer = {
  id: 'qualify',
  classes: ['D13'],
  find: async ({ thing, file, line }, context) => {
    if (!thing || !file?.endsWith('.sql')) return []
    const text = await context.read(file).catch(() => null)
    if (text === null) return []
    const name = lastName(thing)
    const sql = sqlOnly(text)
    const bare = wordsNamed(sql, name).filter(
      (w) => !/(?:\.|\bas\s+)$/i.test(sql.slice(0, w.start)) && !inUsing(sql, w.start),
    )
    const atLine = bare.filter((w) => text.slice(0, w.start).split('\n').length === line)
    const words = atLine.length > 0 ? atLine : bare
    if (words.length === 0) return []
    const found: Candidate[] = []
    const aliases = aliasesIn(sql, text)
    const equal = equalIn(sql, name, aliases)
    for (const [i, alias] of aliases.entries()) {
      const files = collectChanges(context.place)
      await files.write(
        file,
        edited(
          text,
          words.map((w) => ({ start: w.start, end: w.start, text: `${alias}.` })),
          file,
        ),
      )
      const changes = await files.changeSet(`Take ${name} of ${alias}`)
      const isEqual = alias === equal
      const because = [
        isEqual
          ? `the join makes ${name} of ${alias} and of what is joined to it the same, and ${alias} is there in every row`
          : i === 0
            ? `${alias} is what the query starts from`
            : `${alias} is joined`,
      ]
      found.push({ title: changes.title, because, score: isEqual ? 76 : i === 0 ? 60 : 55, changes })
    }
    return found
  },
}

/** The first of two relations whose columns of this name are joined as equal. */
function equalIn(sql: string, name: string, aliases: string[]): string | undefined {
  const of = (alias: string) => `${alias}\\s*\\.\\s*"?${name}"?`
  const areJoined = (a: string, b: string) =>
    new RegExp(`(?<![\\w$.])(?:${of(a)}\\s*=\\s*${of(b)}|${of(b)}\\s*=\\s*${of(a)})(?![\\w$])`, 'i').test(sql)
  return aliases.find((a, i) => aliases.slice(i + 1).some((b) => areJoined(a, b)))
}

const inUsing = (sql: string, at: number) => /\busing\s*\([^)]*$/i.test(sql.slice(0, at))

/** Names behind `from` and `join`: an alias, else the relation's own name. */
export function aliasesIn(sql: string, text: string): string[] {
  const found: string[] = []
  for (const m of sql.matchAll(/\b(?:from|join)\b/gi)) {
    const rest = sql.slice(m.index + m[0].length)
    const raw = text.slice(m.index + m[0].length)
    const tag = /^\s*\{\{[^}]*\}\}/.exec(raw)?.[0].length ?? 0
    const words = wordsIn(
      rest
        .slice(tag)
        .split(/[,()]|\b(?:on|using|where|join|left|inner|full|cross|group|order|union|right)\b/i)[0] ?? '',
    )
    const names = words.filter((w) => w.name.toLowerCase() !== 'as')
    const alias = names.at(-1)
    if (alias) found.push(rest.slice(tag + alias.start, tag + alias.end))
  }
  return [...new Set(found)]
}
