/** From what is read to one row per event: copies dropped, the latest version kept, the header joined, its amounts shared. */

import { entityOf } from '../../../project/conventions/cte-style.ts'
import { importName } from '../../../project/conventions/names.ts'
import { inNumber } from '../../../project/conventions/plural.ts'
import { named, selectLines } from '../../../refactor/house-sql.ts'
import { writtenName } from '../../../refactor/written.ts'
import { allocated, allocateSteps } from './allocate.ts'
import type { Making } from './making.ts'
import { COPY } from './measures.ts'
import { CHANGED, type Cte, needsChanged, whereLines } from './steps.ts'

export type Preparing = {
  /** The model that is read first. */
  reads: string
  /** It has the events as they are needed: these are its columns, as SQL writes them. Null where they are made here. */
  ready: string[] | null
}

export type Prepared = {
  imports: Cte[]
  steps: Cte[]
  /** The name of the last of them, or of the relation itself. */
  from: string
  /** Its columns, as SQL writes them. */
  columns: string[]
  /** The rows that are wanted are picked already; else by these conditions, and those of an incremental run. */
  isFiltered: boolean
  conditions: string[]
}

type Options = Preparing & {
  folder: string
  free: (...names: string[]) => string
  newRows: string[]
}

export function prepared(making: Making, options: Options): Prepared {
  const { writing, recommendation, holding, word } = making
  const { style } = writing
  const { folder, free, reads } = options
  const read = (model: string): { imports: Cte[]; from: string } => {
    const relation = `{{ ref('${model}') }}`
    if (!style.importCtes) return { imports: [], from: relation }
    const about = options.ready === null || model !== reads ? model : making.events.name
    const name = free(importName(style, folder, about), model, 'source')
    return { imports: [{ name, lines: [`${word('select')} * ${word('from')} ${relation}`] }], from: name }
  }
  const events = read(reads)
  const conditions = options.ready === null && recommendation.deleted ? [notDeleted(making)] : []
  const filtered = (): Prepared['imports'] =>
    events.imports.map(({ name, lines }) => ({
      name,
      lines: [...lines, ...whereLines(word, conditions, options.newRows)],
    }))
  const columns = options.ready ?? holding.all.filter((h) => h.kept).map((h) => h.written)
  const isPlain = recommendation.header === null && recommendation.grain.latest === null
  if (options.ready !== null || (isPlain && !drops(making))) {
    const isFiltered = style.importCtes
    return { imports: filtered(), steps: [], from: events.from, columns, isFiltered, conditions }
  }
  if (isPlain) {
    const isNumbered = making.recommendation.grain.copies === 0
    const step = isNumbered ? numbered(making, events.from, free) : distinctRows(making, events.from, free)
    if (!style.importCtes) step.lines.push(...whereLines(word, conditions, options.newRows))
    return {
      imports: filtered(),
      steps: [step],
      from: step.name,
      columns: isNumbered ? [...columns, COPY] : columns,
      isFiltered: true,
      conditions: [],
    }
  }
  const steps: Cte[] = []
  const imports = [...events.imports]
  let from = events.from
  if (recommendation.grain.latest) {
    steps.push(...latestVersions(making, from, conditions, free))
    from = steps.at(-1)?.name ?? from
  }
  if (making.header) {
    const header = read(making.header.name)
    imports.push(...header.imports)
    steps.push(joinedStep(making, { events: from, header: header.from, free }))
    const left = recommendation.grain.latest ? [] : conditions
    steps.push(...allocateSteps(making, { from: steps.at(-1)?.name ?? '', conditions: left, free }))
    from = steps.at(-1)?.name ?? from
  }
  return {
    imports,
    steps,
    from,
    columns: preparedColumns(making),
    isFiltered: false,
    conditions: [],
  }
}

/** What the events have once they are prepared, as SQL writes it. */
export function preparedColumns(making: Making): string[] {
  return [
    ...making.holding.all.filter((h) => h.kept).map((h) => h.written),
    ...allocated(making).map((m) => m.written),
    ...(needsChanged(making) ? [CHANGED] : []),
  ]
}

function drops({ recommendation: { grain } }: Making): boolean {
  return grain.copies > 0 || grain.by === 'copies'
}

export function notDeleted(making: Making, isDeleted = false): string {
  const { recommendation, holding, word } = making
  const { deleted } = recommendation
  if (!deleted) throw new Error('no row is marked as deleted')
  const column = holding.ofEvents(deleted.column).written
  switch (deleted.is) {
    case 'not null':
      return `${column} ${word(isDeleted ? 'is not null' : 'is null')}`
    case 'true':
      return isDeleted ? column : `${word('not')} ${word('coalesce')}(${column}, ${word('false')})`
    case 'equal':
      return isDeleted
        ? `${column} = ${deleted.value}`
        : `(${column} <> ${deleted.value} ${word('or')} ${column} ${word('is null')})`
  }
}

function distinctRows(making: Making, from: string, free: Options['free']): Cte {
  const { writing, holding } = making
  const columns = holding.all.map((h) => h.written)
  return {
    name: free('distinct_rows', 'rows_once'),
    lines: selectLines(writing.style, columns, from, 'select distinct'),
  }
}

/** Each of several equal rows gets its number: nothing else tells them apart. */
function numbered(making: Making, from: string, free: Options['free']): Cte {
  const { writing, holding, word } = making
  const columns = holding.all.map((h) => h.written)
  const [first = ''] = columns
  const number = `${word('row_number')}() ${word('over')} (${word('partition by')} ${columns.join(', ')} ${word('order by')} ${first})`
  return {
    name: free('numbered', 'numbered_rows'),
    lines: selectLines(writing.style, [...columns, named(writing.style, number, COPY)], from),
  }
}

function latestVersions(making: Making, from: string, conditions: string[], free: Options['free']): Cte[] {
  const { writing, holding, recommendation, word } = making
  const { style } = writing
  const { grain } = recommendation
  if (!grain.latest) return []
  const columns = holding.all.filter((h) => h.from === 'events').map((h) => h.written)
  const keys = grain.columns.map((c) => holding.ofEvents(c).written).join(', ')
  const latest = holding.ofEvents(grain.latest).written
  const rank = `${word('row_number')}() ${word('over')} (${word('partition by')} ${keys} ${word('order by')} ${latest} ${word('desc nulls last')})`
  const ranked = free('ranked', 'ranked_versions')
  return [
    { name: ranked, lines: selectLines(style, [...columns, named(style, rank, 'version_rank')], from) },
    {
      name: free('latest_versions', 'latest_rows'),
      lines: [
        ...selectLines(style, columns, ranked),
        ...whereLines(word, ['version_rank = 1', ...conditions], []),
      ],
    },
  ]
}

function joinedStep(
  making: Making,
  { events, header, free }: { events: string; header: string; free: Options['free'] },
): Cte {
  const { writing, holding, recommendation, word } = making
  const { style } = writing
  const on = recommendation.header?.on ?? []
  const aliased = (from: string, model: string): [string, string] => {
    if (style.importCtes) return [from, from]
    const name = free(inNumber(entityOf(model), 'plural'), model)
    return [name, `${from}${style.tableAs ? ` ${word('as')}` : ''} ${name}`]
  }
  const [left, fromLeft] = events.startsWith('{{') ? aliased(events, making.events.name) : [events, events]
  const [right, fromRight] = aliased(header, making.header?.name ?? '')
  const columns = holding.all.map((h) => {
    const sql = `${h.from === 'events' ? left : right}.${h.source}`
    return h.name === h.stored && h.source === h.written ? sql : sqlNamed(making, sql, h.source, h.written)
  })
  const onLines = on.map((o, i) => {
    const mine = `${left}.${holding.ofEvents(o.events).source}`
    const theirs = `${right}.${headerName(making, o.header.name)}`
    return `${style.indent}${i === 0 ? word('on') : `${style.indent}${word('and')}`} ${mine} = ${theirs}`
  })
  const changed = needsChanged(making) ? [named(style, changedSql(making, left, right), CHANGED)] : []
  return {
    name: free('joined', 'joined_events'),
    lines: [
      ...selectLines(style, [...columns, ...changed], fromLeft),
      `${word('left join')} ${fromRight}`,
      ...onLines,
    ],
  }
}

function sqlNamed({ writing }: Making, sql: string, source: string, written: string): string {
  return source === written ? sql : named(writing.style, sql, written)
}

function headerName({ header, writing }: Making, column: string): string {
  return writtenName(header?.renamed.get(column) ?? column, writing.adapter)
}

/** Shares of a header's amount change with every line of it: all its lines have the time of the newest change. */
function changedSql(making: Making, left: string, right: string): string {
  const { recommendation, holding, word } = making
  const { header, load } = recommendation
  if (!load.watermark) throw new Error('there is no watermark')
  const mine = `${left}.${holding.ofEvents(load.watermark).source}`
  const theirs = header?.watermark
    ? `${right}.${holding.of({ from: 'header', column: header.watermark }).source}`
    : null
  const later = theirs
    ? `${word('case when')} ${theirs} > ${mine} ${word('then')} ${theirs} ${word('else')} ${mine} ${word('end')}`
    : mine
  if (allocated(making).length === 0) return later
  const keys = (header?.on ?? []).map((o) => `${left}.${holding.ofEvents(o.events).source}`)
  return `${word('max')}(${later}) ${word('over')} (${word('partition by')} ${keys.join(', ')})`
}
