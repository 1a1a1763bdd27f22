/** Pieces of SQL as the house writes them: capitals, commas, indentation, the shape of CTEs. Lines without line ends. */
import type { HouseStyle } from '../project/conventions/house-style.ts'

/** `select items from from`, one item a line, or several where it has some. `head` is `select`, or `select distinct`. */
export function selectLines(
  style: HouseStyle,
  items: string[],
  from: string | null,
  head: 'select' | 'select distinct' = 'select',
): string[] {
  const lines = items.flatMap((item, i) => {
    const [first = '', ...more] = item.split('\n')
    const lead = style.commas === 'leading' && i > 0 ? ', ' : ''
    const end = style.commas === 'trailing' && i < items.length - 1 ? ',' : ''
    const all = [`${style.indent}${lead}${first}`, ...more.map((line) => style.indent + line)]
    return all.with(-1, `${all.at(-1)}${end}`)
  })
  const word = keyword(style)
  return [word(head), ...lines, ...(from === null ? [] : [`${word('from')} ${from}`])]
}

/** `amount as fare`; the same where it keeps its name. */
export function named(style: HouseStyle, from: string, to: string): string {
  if (from === to) return from
  return `${from}${style.columnAs ? ` ${keyword(style)('as')} ` : ' '}${to}`
}

export function ctes(style: HouseStyle, all: { name: string; lines: string[] }[]): string[] {
  const word = keyword(style)
  const blank = style.blankLinesInCtes ? [''] : []
  return all.flatMap(({ name, lines }, i) => {
    const isLast = i === all.length - 1
    const head = `${name} ${word('as')} (`
    const begin =
      i > 0
        ? [style.cteCommas === 'leading' ? `, ${head}` : head]
        : style.withOnOwnLine
          ? [word('with'), '', head]
          : [`${word('with')} ${head}`]
    const close = style.cteCommas === 'trailing' && !isLast ? '),' : ')'
    const body = lines.map((line) => (line === '' ? line : style.indent + line))
    return [...begin, ...blank, ...body, ...blank, close, ...(isLast ? [] : [''])]
  })
}

/** Gives names to CTEs: of those that are offered the first that none has yet. `first` shows how the house spells them. */
export function freeNames(style: HouseStyle, first: string): (...names: string[]) => string {
  const isLoud = style.keywords === 'upper' && /^(?=.*\p{Lu})\P{Ll}+$/u.test(first)
  const taken = new Set<string>()
  return (...names) => {
    const isFree = (n: string) => !taken.has(n.toLowerCase()) && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(n)
    const name = names.find(isFree) ?? `${names.at(-1)}_${taken.size}`
    taken.add(name.toLowerCase())
    return isLoud ? name.toUpperCase() : name
  }
}

/** `{{ config(materialized='table') }}`, one setting a line where there are several; none where there is nothing to say. */
export function configLines(style: HouseStyle, settings: Record<string, string>): string[] {
  const said = Object.entries(settings).map(([key, value]) => `${key}=${jinjaText(value)}`)
  if (said.length === 0) return []
  if (said.length === 1) return [`{{ config(${said[0]}) }}`, '']
  const deep = style.indent.repeat(2)
  return [
    '{{',
    `${style.indent}config(`,
    ...said.map((line, i) => `${deep}${line}${i < said.length - 1 ? ',' : ''}`),
    `${style.indent})`,
    '}}',
    '',
  ]
}

function jinjaText(text: string): string {
  if (!text.includes("'")) return `'${text}'`
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

export function keyword({ keywords }: HouseStyle): (word: string) => string {
  return (word) => (keywords === 'upper' ? word.toUpperCase() : word)
}

const WORDS =
  /\b(select|distinct|from|where|as|and|or|not|between|case|when|then|else|end|union|all|cross|join|on|cast|date|integer|varchar|string|extract|year|month|day|hour|minute|min|max|count|floor|mod|lpad|coalesce|is|null|true|false|over|order|by)\b/g

/** The words of SQL in the house's capitals, where they are no part of a text, a quoted name, a comment or Jinja. */
export function inHouseCase(style: HouseStyle, sql: string): string {
  if (style.keywords === 'lower') return sql
  const parts = sql.split(/('(?:[^']|'')*'|"[^"]*"|\{\{.*?\}\}|--[^\n]*)/)
  return parts.map((part, i) => (i % 2 === 1 ? part : part.replace(WORDS, (w) => w.toUpperCase()))).join('')
}

export function asFile({ lineEnd }: HouseStyle, lines: string[]): string {
  return `${lines.join(lineEnd)}${lineEnd}`
}
