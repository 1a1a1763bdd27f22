/** The SQL of a staging model, as the house writes SQL. */
import type { HouseStyle } from '../../project/conventions/house-style.ts'

/** As they are written in SQL; the same where the column keeps its name. */
export type StagedColumn = { from: string; to: string }

export type Staging = {
  style: HouseStyle
  /** Below the models' folder. */
  folder: string
  /** `{{ source('shop', 'orders') }}` */
  source: string
  columns: StagedColumn[]
  /** The name of the CTE that reads. */
  readBy: string
  /** Said in the model, where the house says it there. */
  materialized: string | null
}

export function stagingSql({ style, folder, source, columns, readBy, materialized }: Staging): string {
  const { lastSelect, lastName } = style.folder(folder)
  const word = keyword(style)
  const read = [`${word('select')} * ${word('from')} ${source}`]
  const config = materialized === null ? [] : [`{{ config(materialized='${materialized}') }}`, '']
  const list = (from: string) => selectLines(style, columns, from)
  if (!style.importCtes) return asFile(style, [...config, ...list(source)])
  const end = lastName === '' || lastName === readBy ? 'renamed' : lastName
  const parts =
    lastSelect === 'all'
      ? [
          ...ctes(style, [
            { name: readBy, lines: read },
            { name: end, lines: list(readBy) },
          ]),
          '',
          `${word('select')} * ${word('from')} ${end}`,
        ]
      : [...ctes(style, [{ name: readBy, lines: read }]), '', ...list(readBy)]
  return asFile(style, [...config, ...parts])
}

function selectLines(style: HouseStyle, columns: StagedColumn[], from: string): string[] {
  const word = keyword(style)
  const as = style.columnAs ? ` ${word('as')} ` : ' '
  const items = columns.map((c) => (c.from === c.to ? c.from : `${c.from}${as}${c.to}`))
  const lines = items.map((item, i) => {
    if (style.commas === 'leading') return `${style.indent}${i === 0 ? '' : ', '}${item}`
    return `${style.indent}${item}${i < items.length - 1 ? ',' : ''}`
  })
  return [word('select'), ...lines, `${word('from')} ${from}`]
}

function ctes(style: HouseStyle, all: { name: string; lines: string[] }[]): string[] {
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
    const body = lines.map((line) => style.indent + line)
    return [...begin, ...blank, ...body, ...blank, close, ...(isLast ? [] : [''])]
  })
}

function keyword({ keywords }: HouseStyle): (word: string) => string {
  return (word) => (keywords === 'upper' ? word.toUpperCase() : word)
}

function asFile({ lineEnd }: HouseStyle, lines: string[]): string {
  return `${lines.join(lineEnd)}${lineEnd}`
}
