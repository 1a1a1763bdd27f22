/** The SQL of a dimension with the members that facts need behind its own rows. */
import { scan, ctes as scanCtes, type Token } from '../../../project/conventions/scan.ts'
import { ctes, freeNames, named, selectLines } from '../../../refactor/house-sql.ts'
import { writtenName } from '../../../refactor/written.ts'
import type { FactDimension, StandingDimension } from '../../data-modeler/fact/types.ts'
import type { OriginColumn } from '../../data-modeler/types.ts'
import { isPlainText } from '../dimension/table/design.ts'
import { defaultUnknown, differs, keySql } from './foreign-keys.ts'
import { cast, castOf, type Making } from './making.ts'

export type Wish = { standing: StandingDimension; unknown: boolean; inferred: FactDimension[] }

type Part = { name: string; lines: string[] }

/** The relation that names things of the dimension, and how: SQL over its columns, one for each of the natural key. */
export function namedBy(
  making: Making,
  { natural }: StandingDimension,
  { columns }: FactDimension,
): { id: string; model: string; values: string[] } | null {
  const { events, header, holding } = making
  const held = columns.map((c) => holding.of(c))
  const from = held[0]?.from === 'header' ? header : events
  // Named by two relations together: neither of them can tell the members.
  if (!from || held.length !== natural.length || held.some((h) => h.from !== held[0]?.from)) return null
  const values = columns.map((c, i) => {
    const [column, like] = [held[i], natural[i]]
    if (!column || !like) throw new Error(`${c.column.name} is not held`)
    const read = castOf(making, c, column.source)
    return differs(column, like) ? cast(making, read, like.type) : read
  })
  return { id: from.id, model: from.name, values }
}

/** `select distinct customer_id from {{ ref('stg_orders') }}`, once for roles that name the same. */
export function branchesOf(making: Making, { standing, inferred }: Wish): string[][] {
  const { style, adapter } = making.writing
  const all = inferred.flatMap((dimension) => {
    const by = namedBy(making, standing, dimension)
    if (!by) return []
    const items = standing.natural.map((n, i) =>
      named(style, by.values[i] ?? '', writtenName(n.name, adapter)),
    )
    return [selectLines(style, items, `{{ ref('${by.model}') }}`, 'select distinct')]
  })
  return all.filter((lines, i) => all.findIndex((o) => o.join('\n') === lines.join('\n')) === i)
}

/** Null where the file ends otherwise than in a plain select. `columns` are those that it has. */
export function extendedSql(
  making: Making,
  wish: Wish,
  columns: OriginColumn[],
  text: string,
): string | null {
  const { writing, word } = making
  const { style, adapter } = writing
  const found = endOf(text)
  if (!found) return null
  const { head, names, ending } = found
  const free = freeNames(style, names.at(-1) ?? 'a')
  for (const name of names) free(name)
  const own = found.last ?? free('dimension_rows', 'own_rows')
  const { standing, unknown } = wish
  const branches = branchesOf(making, wish).filter((lines) => !holds(text, lines))
  if (!unknown && branches.length === 0) return text
  const written = (c: OriginColumn) => writtenName(c.name, adapter)
  const isNatural = (c: OriginColumn) => standing.natural.some((n) => n.name === c.name)
  const others = columns.filter((c) => c.name !== standing.key.name && !isNatural(c))
  const blank = others.map((c) => named(style, blankValue(making, c), written(c)))
  const plain = [...standing.natural, ...others].map(written)
  const key = keySql(making, standing, standing.natural.map(written))
  const keyed = (sql: string) => (standing.keyIs === 'natural' ? plain : [sql, ...plain]).join(', ')
  const parts: Part[] = []
  const added: string[] = []
  if (unknown) {
    const items = standing.natural.map((n) =>
      named(style, cast(making, defaultUnknown(n), n.kind === 'text' ? making.textType : n.type), written(n)),
    )
    const name = free('unknown_member', 'not_known')
    parts.push({ name, lines: selectLines(style, [...items, ...blank], null) })
    added.push(name)
  }
  if (branches.length > 0) {
    const from = free(`named_in_${making.events.name}`, 'named_in_events')
    const name = free('inferred_members', `inferred_from_${making.events.name}`)
    const lines = branches.flatMap((branch, i) => (i === 0 ? branch : [word('union'), ...branch]))
    parts.push({ name: from, lines }, { name, lines: inferredLines(making, wish, { from, own, blank }) })
    added.push(name)
  }
  const members = free('members', 'all_members')
  const union = [
    `${word('select')} ${keyed(written(standing.key))} ${word('from')} ${own}`,
    ...added.flatMap((name) => [
      word('union all'),
      `${word('select')} ${keyed(named(style, key, written(standing.key)))} ${word('from')} ${name}`,
    ]),
  ]
  const wrapped = found.last === null ? [{ name: own, lines: ending.split(/\r?\n/) }] : []
  const lines = ctes(style, [...wrapped, ...parts, { name: members, lines: union }])
  const end = ['', `${word('select')} * ${word('from')} ${members}`, '']
  if (names.length === 0) return head + [...lines, ...end].join(style.lineEnd)
  // The first that `ctes` writes is its `with`: what is added goes on behind a comma instead.
  const [first = '', ...more] = style.withOnOwnLine ? lines.slice(2) : lines
  const open = style.withOnOwnLine ? first : first.replace(/^with /i, '')
  const glue = style.cteCommas === 'leading' ? [')', '', `, ${open}`] : ['),', '', open]
  return head + [...glue, ...more, ...end].join(style.lineEnd)
}

/** Where the file ends: what is kept, its CTEs, and the last select where that is not all of the last CTE. */
function endOf(text: string): { head: string; names: string[]; last: string | null; ending: string } | null {
  const tokens = scan(text)
  const found = scanCtes(tokens)
  const last = found?.ctes.at(-1)
  const rest =
    found?.rest ??
    tokens.slice(
      Math.max(
        0,
        tokens.findIndex((t) => t.low === 'select'),
      ),
    )
  const [select, star, from, table, ...more] = rest
  if (select?.low !== 'select' || !rest.some((t) => t.low === 'from')) return null
  const at = last ? last.closeAt + 1 : select.at
  const tail = text.slice(at)
  const odd = (t: Token) => t.depth === 0 && ['order', 'limit', 'offset', 'fetch', ';'].includes(t.low)
  if (/\{[%#]|--|\/\*/.test(tail) || rest.some(odd)) return null
  // A loop or a condition around what is wrapped would be cut in two.
  if (!last && /\{%/.test(text)) return null
  const isPlain =
    star?.text === '*' && from?.low === 'from' && table?.low === last?.name.toLowerCase() && more.length === 0
  return {
    head: text.slice(0, last ? last.closeAt : at),
    names: found?.ctes.map((c) => c.name) ?? [],
    last: last && isPlain ? last.name : null,
    ending: tail.trim(),
  }
}

/** It has been added before, for another role or another fact. */
function holds(text: string, lines: string[]): boolean {
  const flat = (sql: string) => sql.replace(/\s+/g, ' ').trim()
  return flat(text).includes(flat(lines.join(' ')))
}

/** What has no word for unknown is null. */
function blankValue(making: Making, { kind, type }: OriginColumn): string {
  return kind === 'text' && isPlainText(type)
    ? cast(making, "'Unknown'", making.textType)
    : cast(making, making.word('null'), type)
}

/** What is named elsewhere and the dimension does not have. */
function inferredLines(
  making: Making,
  { standing, unknown }: Wish,
  { from, own, blank }: { from: string; own: string; blank: string[] },
): string[] {
  const { writing, word } = making
  const { style, adapter } = writing
  const names = standing.natural.map((n) => writtenName(n.name, adapter))
  const and = ` ${word('and')} `
  const same = names.map((n) => `${own}.${n} = ${from}.${n}`).join(and)
  const reserved = standing.natural.map((n, i) => `${from}.${names[i]} = ${defaultUnknown(n)}`).join(and)
  return [
    ...selectLines(style, [...names.map((n) => `${from}.${n}`), ...blank], from),
    `${word('where')} ${names.map((n) => `${from}.${n} ${word('is not null')}`).join(and)}`,
    `${style.indent}${word('and not exists')} (${word('select')} 1 ${word('from')} ${own} ${word('where')} ${same})`,
    ...(unknown ? [`${style.indent}${word('and not')} (${reserved})`] : []),
  ]
}
