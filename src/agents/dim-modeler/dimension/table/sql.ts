/** The SQL of a dimension, as the house writes SQL. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { importName, surrogateKeySql } from '../../../../project/conventions/names.ts'
import { inNumber } from '../../../../project/conventions/plural.ts'
import { asFile, ctes, freeNames, keyword, named, selectLines } from '../../../../refactor/house-sql.ts'
import type { Design, DesignedColumn } from './design.ts'

export type DimensionFile = {
  style: HouseStyle
  /** Below the models' folder. */
  folder: string
  /** The model or seed that is read. */
  reads: string
  /** Said in the model, where the house says it there. */
  materialized: string | null
  adapter: string
}

export function dimensionSql(design: Design, file: DimensionFile): string {
  const { style, folder, reads, materialized } = file
  const word = keyword(style)
  const names = cteNames(design, file)
  const relation = `{{ ref('${reads}') }}`
  const { natural, attributes } = design
  const all = [natural, ...attributes]
  const from = style.importCtes ? names.read : relation
  const known = selectLines(
    style,
    all.map((c) => named(style, knownValue(c, c === natural, file), c.written)),
    from,
    design.distinct ? 'select distinct' : 'select',
  )
  const parts = [
    ...(style.importCtes
      ? [{ name: names.read, lines: [`${word('select')} * ${word('from')} ${relation}`] }]
      : []),
    { name: names.known, lines: [...known, `${word('where')} ${natural.written} ${word('is not null')}`] },
    {
      name: names.unknown,
      lines: selectLines(
        style,
        all.map((c) => named(style, unknownValue(c, c === natural, design, file), c.written)),
        null,
      ),
    },
    {
      name: names.members,
      lines: [
        `${word('select')} * ${word('from')} ${names.known}`,
        word('union all'),
        `${word('select')} * ${word('from')} ${names.unknown}`,
      ],
    },
  ]
  const key = surrogateKeySql(style, [natural.written], textType(file.adapter))
  const last = selectLines(
    style,
    [named(style, key, design.keyWritten), ...all.map((c) => c.written)],
    names.members,
  )
  const config = materialized === null ? [] : [`{{ config(materialized='${materialized}') }}`, '']
  const isStar = style.folder(folder).lastSelect === 'all'
  const end = isStar
    ? [
        ...ctes(style, [...parts, { name: names.last, lines: last }]),
        '',
        `${word('select')} * ${word('from')} ${names.last}`,
      ]
    : [...ctes(style, parts), '', ...last]
  return asFile(style, [...config, ...end])
}

/** No two CTEs of one name; what the house calls what it reads goes first. */
function cteNames(design: Design, { style, folder, reads }: DimensionFile) {
  const readAs = importName(style, folder, reads)
  const free = freeNames(style, style.importCtes ? readAs : reads)
  const { lastName } = style.folder(folder)
  return {
    read: style.importCtes ? free(readAs, 'source') : '',
    last: free(lastName || 'final', 'final', 'dimension'),
    known: free(inNumber(design.entity, 'plural'), 'known_members'),
    unknown: free('unknown_member', 'not_known'),
    members: free('members', 'all_members'),
  }
}

/** Text says in words that it is not known; numbers, dates and flags have no word for it, and stay as they are. */
function knownValue(column: DesignedColumn, isKey: boolean, { style, adapter }: DimensionFile): string {
  const word = keyword(style)
  const value = column.asText
    ? `${word('cast')}(${column.written} ${word('as')} ${word(textType(adapter))})`
    : column.written
  return isKey || column.kind !== 'text' ? value : `${word('coalesce')}(${value}, 'Unknown')`
}

function unknownValue(
  column: DesignedColumn,
  isKey: boolean,
  { unknown }: Design,
  { style, adapter }: DimensionFile,
): string {
  const word = keyword(style)
  const text = (value: string) =>
    `${word('cast')}('${value.replaceAll("'", "''")}' ${word('as')} ${word(textType(adapter))})`
  if (isKey) return typeof unknown === 'number' ? String(unknown) : text(unknown)
  return column.kind === 'text'
    ? text('Unknown')
    : `${word('cast')}(${word('null')} ${word('as')} ${column.type})`
}

export function textType(adapter: string): string {
  return ['bigquery', 'databricks', 'spark'].includes(adapter) ? 'string' : 'varchar'
}
