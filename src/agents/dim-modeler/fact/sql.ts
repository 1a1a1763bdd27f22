/** The SQL of a fact, as the house writes SQL. */
import type { HouseStyle } from '../../../project/conventions/house-style.ts'
import { importName } from '../../../project/conventions/names.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { asFile, configLines, ctes, freeNames, named, selectLines } from '../../../refactor/house-sql.ts'
import type { FactColumn, Item, Join, Making } from './making.ts'
import { type Preparing, prepared } from './prepare.ts'
import { type Cte, whereLines } from './steps.ts'

export type FactFile = {
  making: Making
  /** Below the models' folder. */
  folder: string
  /** What it reads and how that becomes events: done here, or in an intermediate model. */
  preparing: Preparing
  /** Conditions of an incremental run, as lines behind `where`; empty where all is read. */
  newRows: string[]
  items: Item[]
  joins: Join[]
  columns: FactColumn[]
  settings: Record<string, string>
}

export function factSql(file: FactFile): string {
  const { making, folder, joins, columns, settings } = file
  const { style } = making.writing
  const { word } = making
  const free = freeNames(style, importName(style, folder, file.preparing.reads))
  const ready = prepared(making, { ...file.preparing, folder, free, newRows: file.newRows })
  const joined = joinNames(style, folder, joins, free)
  const resolved = resolvedStep(file, ready, free)
  const from = resolved?.name ?? ready.from
  const isQualified = joins.length > 0
  const at = (written: string) => (isQualified ? `${from}.${written}` : written)
  const as = (role: string) => joined.of(role).alias
  const last = [
    ...selectLines(
      style,
      columns.map((c) => {
        const sql = c.sql(at, as)
        return sql === at(c.written) ? sql : named(style, sql, c.written)
      }),
      from,
    ),
    ...joins.flatMap((join) => {
      const { alias, from: of } = joined.of(join.role)
      const [first = '', ...more] = join.on(at, alias)
      return [
        `${word('left join')} ${of}${of === alias ? '' : `${style.tableAs ? ` ${word('as')}` : ''} ${alias}`}`,
        `${style.indent}${word('on')} ${first}`,
        ...more.map((line) => `${style.indent}${style.indent}${line}`),
      ]
    }),
    ...(resolved || ready.isFiltered ? [] : whereLines(word, ready.conditions, file.newRows)),
  ]
  const parts = [...ready.imports, ...joined.imports, ...ready.steps, ...(resolved ? [resolved] : [])]
  const config = configLines(style, settings)
  if (parts.length === 0) return asFile(style, [...config, ...last])
  const { lastSelect, lastName } = style.folder(folder)
  if (lastSelect !== 'all') return asFile(style, [...config, ...ctes(style, parts), '', ...last])
  const end = free(lastName || 'final', 'final', 'fact')
  return asFile(style, [
    ...config,
    ...ctes(style, [...parts, { name: end, lines: last }]),
    '',
    `${word('select')} * ${word('from')} ${end}`,
  ])
}

/** What is not known gets a value, once: the keys behind it are plain then. */
function resolvedStep(
  { making, items, joins, newRows }: FactFile,
  ready: ReturnType<typeof prepared>,
  free: (...names: string[]) => string,
): Cte | null {
  const { style } = making.writing
  const needsFilter = !ready.isFiltered && joins.length > 0 && ready.conditions.length + newRows.length > 0
  if (items.length === 0 && !needsFilter) return null
  const made = new Map(items.map((i) => [i.written, i.sql]))
  const kept = ready.columns.map((c) => named(style, made.get(c) ?? c, c))
  const more = items.filter((i) => !ready.columns.includes(i.written))
  return {
    name: free('resolved', 'with_members'),
    lines: [
      ...selectLines(style, [...kept, ...more.map((i) => named(style, i.sql, i.written))], ready.from),
      ...(ready.isFiltered ? [] : whereLines(making.word, ready.conditions, newRows)),
    ],
  }
}

type Joined = { imports: Cte[]; of(role: string): { from: string; alias: string } }

/** One CTE for each dimension; where it plays several roles, each has its alias. */
function joinNames(
  style: HouseStyle,
  folder: string,
  joins: Join[],
  free: (...names: string[]) => string,
): Joined {
  const models = [...new Set(joins.map((j) => j.model))]
  const word = (w: string) => (style.keywords === 'upper' ? w.toUpperCase() : w)
  const read = new Map(
    models.map((model) => [
      model,
      style.importCtes ? free(importName(style, folder, model), model) : `{{ ref('${model}') }}`,
    ]),
  )
  const aliases = new Map(
    joins.map((join) => {
      const from = read.get(join.model) ?? ''
      const isOnly = joins.filter((j) => j.model === join.model).length === 1
      const alias =
        isOnly && style.importCtes && style.tableAliases !== 'letters'
          ? from
          : style.tableAliases === 'letters'
            ? free(
                join.role.replace(/(\p{L})\p{L}*_*/gu, '$1'),
                `${join.role.charAt(0)}${joins.indexOf(join)}`,
              )
            : free(inNumber(join.role, 'plural'), `${join.role}_members`)
      return [join.role, { from, alias }] as const
    }),
  )
  return {
    imports: style.importCtes
      ? models.map((model) => ({
          name: read.get(model) ?? '',
          lines: [`${word('select')} * ${word('from')} {{ ref('${model}') }}`],
        }))
      : [],
    of: (role) => aliases.get(role) ?? { from: '', alias: '' },
  }
}
