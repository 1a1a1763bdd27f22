/** CTEs: whether what is read gets one of its own, how they are called and set, and what comes last. */
import { inNumber } from './plural.ts'
import { type Cte, readBy, type Token } from './scan.ts'
import { beforeCte, type Scanned, sideOf, votesOf } from './sql-style.ts'
import type { Ballot, Votes } from './types.ts'

/** @param folderOf the folder of a file below the models' folder. */
export function cteStyle(files: Scanned[], folderOf: (path: string) => string): Ballot[] {
  const perFolder = [...Map.groupBy(files, (f) => folderOf(f.path))].sort(([a], [b]) => a.localeCompare(b))
  return [
    { id: 'import_ctes', votes: votesOf(files, importCtes) },
    { id: 'with_line', votes: votesOf(files, withLine) },
    { id: 'cte_blanks', votes: votesOf(files, blankLines) },
    { id: 'cte_commas', votes: votesOf(files, cteCommas) },
    ...perFolder.flatMap(([folder, inside]): Ballot[] => [
      { id: 'import_name', folder, votes: importNames(inside) },
      { id: 'last_select', folder, votes: votesOf(inside, lastSelect) },
      { id: 'last_name', folder, votes: votesOf(inside, lastName) },
    ]),
  ]
}

/** `select * from {{ ref('x') }}`, and no more than a filter behind it: the name of what is read. */
function importOf({ body }: Cte): string | null {
  const [select, star, from, jinja] = body
  if (select?.low !== 'select' || star?.text !== '*' || from?.low !== 'from' || !jinja) return null
  if (body.some((t) => ['join', 'group', 'union'].includes(t.low))) return null
  return readBy(jinja)?.name ?? null
}

function importCtes({ tokens, ctes }: Scanned): string | null {
  const reads = tokens.filter(
    (t, i) => readBy(t) !== null && ['from', 'join', ','].includes(tokens[i - 1]?.low ?? ''),
  )
  if (reads.length === 0) return null
  // Without CTEs it is only a way of its own where something is done with what is read.
  if (!ctes)
    return reads.length > 1 || tokens.some((t) => t.low === 'group' || t.low === 'join') ? 'false' : null
  return String(ctes.ctes.filter((c) => importOf(c) !== null).length >= reads.length)
}

function importNames(files: Scanned[]): Votes {
  return files.flatMap(({ path, ctes }) =>
    (ctes?.ctes ?? []).flatMap((cte) => {
      const read = importOf(cte)
      return read === null ? [] : [{ place: path, choice: nameTemplate(cte.name, read) }]
    }),
  )
}

/**
 * `{name}` is what is read as it is called, `{entity}` that without its prefix, `{entities}` in the plural, each in
 * capitals where the CTE is: `{entities}` for `orders` over `stg_order`, `src_{name}` for `src_stg_orders`, `{ENTITY}` for
 * `ORDER`. Else the name itself.
 */
export function nameTemplate(name: string, read: string): string {
  const isLoud = name !== name.toLowerCase() && name === name.toUpperCase() && read !== read.toUpperCase()
  const template = plainTemplate(name, read)
  return isLoud && template.includes('{') ? template.toUpperCase() : template
}

function plainTemplate(name: string, read: string): string {
  const entity = entityOf(read)
  if (entity !== read && name.toLowerCase() === read.toLowerCase()) return '{name}'
  if (name.toLowerCase() === inNumber(entity, 'plural').toLowerCase()) return '{entities}'
  for (const [part, placeholder] of [
    [read, '{name}'],
    [entity, '{entity}'],
  ] as const) {
    const at = name.toLowerCase().indexOf(part.toLowerCase())
    if (at >= 0 && part.length > 2) return name.slice(0, at) + placeholder + name.slice(at + part.length)
  }
  return name
}

/** A layer before a capital: `stgOrders`. */
const CAMEL = /^(?:[Ss]tg|[Bb]ase|[Ss]rc|[Rr]aw|[Ii]nt|[Dd]im|[Ff]ct|[Ff]act|[Aa]gg)(?=\p{Lu})(.+)$/u

/** What a model is about: its name without prefix, and without the source before `__`. */
export function entityOf(model: string): string {
  const behind = model.split('__').at(-1) ?? model
  const short =
    behind === model ? (/^[a-z]{1,6}_+(.+)$/i.exec(model)?.[1] ?? CAMEL.exec(model)?.[1] ?? model) : behind
  return short === '' ? model : short
}

function lastSelect({ ctes }: Scanned): string | null {
  if (!ctes) return null
  return isStarOf(ctes.rest, ctes.ctes.at(-1)?.name) ? 'all' : 'columns'
}

function isStarOf(rest: Token[], name: string | undefined): boolean {
  const [select, star, from, table, ...more] = rest
  return (
    select?.low === 'select' &&
    star?.text === '*' &&
    from?.low === 'from' &&
    table?.low === name?.toLowerCase() &&
    more.every((t) => t.text === ';')
  )
}

function lastName({ ctes }: Scanned): string | null {
  const last = ctes?.ctes.at(-1)
  return ctes && last && isStarOf(ctes.rest, last.name) ? last.name.toLowerCase() : null
}

function withLine({ ctes, text }: Scanned): string | null {
  if (!ctes) return null
  return text.slice(ctes.withAt, ctes.ctes[0]?.nameAt ?? 0).includes('\n') ? 'own' : 'shared'
}

function blankLines({ ctes, text }: Scanned): string | null {
  if (!ctes) return null
  const opened = ctes.ctes.filter((c) => text.slice(c.openAt, c.closeAt).includes('\n'))
  if (opened.length === 0) return null
  const blank = opened.filter((c) => /^[ \t\r]*\n[ \t\r]*\n/.test(text.slice(c.openAt + 1, c.closeAt)))
  return String(blank.length * 2 > opened.length)
}

function cteCommas({ tokens, text }: Scanned): string | null {
  return sideOf(
    tokens.filter((t, i) => t.text === ',' && t.depth === 0 && beforeCte(tokens, i)),
    text,
  )
}
