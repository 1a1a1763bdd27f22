/** The SQL of a staging model, as the house writes SQL. */
import type { HouseStyle } from '../../project/conventions/house-style.ts'
import { asFile, ctes, keyword, named, selectLines } from '../house-sql.ts'

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
  const list = (from: string) =>
    selectLines(
      style,
      columns.map((c) => named(style, c.from, c.to)),
      from,
    )
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
