/** The SQL of a type 2 dimension, as the house writes SQL: versions that follow each other, one at each moment. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { importName, surrogateKeySql } from '../../../../project/conventions/names.ts'
import { inNumber } from '../../../../project/conventions/plural.ts'
import { literal } from '../../../../project/profile/sql.ts'
import { asFile, ctes, freeNames, keyword, named, selectLines } from '../../../../refactor/house-sql.ts'
import { BEGINNING, isZoned, NO_END, OPEN_FROM } from '../../../../refactor/interval-sql.ts'
import { type DimensionFile, textType } from '../table/sql.ts'
import type { Bound, VersionColumn, VersionKey, VersionsDesign } from './design.ts'

type Part = { name: string; lines: string[] }

/** The columns that lead to begin and end, and are not in the dimension. */
const START = 'version_start'
const END = 'version_end'
const NUMBER = 'version_number'
const NEXT = 'next_start'

export function versionsSql(design: VersionsDesign, file: DimensionFile): string {
  const { style, folder, reads, materialized, adapter } = file
  const { word } = writer(file)
  const names = cteNames(design, file)
  const relation = `{{ ref('${reads}') }}`
  const { natural, attributes, from, to, current } = design
  const columns = [...natural, ...attributes].map((c) => c.written)
  const parts: Part[] = [
    ...(style.importCtes
      ? [{ name: names.read, lines: [`${word('select')} * ${word('from')} ${relation}`] }]
      : []),
    ...versionParts(design, file, { ...names, from: style.importCtes ? names.read : relation }),
    knownPart(design, file, names),
    unknownPart(design, file, names.unknown),
    {
      name: names.members,
      lines: [
        `${word('select')} * ${word('from')} ${names.known}`,
        word('union all'),
        `${word('select')} * ${word('from')} ${names.unknown}`,
      ],
    },
  ]
  const key = surrogateKeySql(style, [...natural.map((n) => n.written), START], textType(adapter))
  const isLast = `${to.written} = ${at(design, file, NO_END)}`
  const last = selectLines(
    style,
    [
      named(style, key, design.keyWritten),
      ...columns,
      from.written,
      to.written,
      named(style, isLast, current.written),
    ],
    names.members,
  )
  const config = materialized === null ? [] : [`{{ config(materialized='${materialized}') }}`, '']
  const end =
    style.folder(folder).lastSelect === 'all'
      ? [
          ...ctes(style, [...parts, { name: names.last, lines: last }]),
          '',
          `${word('select')} * ${word('from')} ${names.last}`,
        ]
      : [...ctes(style, parts), '', ...last]
  return asFile(style, [...config, ...end])
}

type Names = ReturnType<typeof cteNames> & { from: string }

/** From rows of the source to one row per version with its own begin and end, numbered: the CTE `sequence`. */
function versionParts(design: VersionsDesign, file: DimensionFile, names: Names): Part[] {
  switch (design.history.by) {
    case 'intervals':
      return intervalParts(design, design.history, file, names)
    case 'starts':
      return startParts(design, file, names)
    case 'copies':
      return copyParts(design, file, names)
  }
}

/** What ends when or before it begins is at no moment; of those that begin together the one that ends last is kept. */
function intervalParts(
  design: VersionsDesign,
  { to, step, deleted }: Extract<VersionsDesign['history'], { by: 'intervals' }>,
  file: DimensionFile,
  names: Names,
): Part[] {
  const { style, adapter } = file
  const { word, over } = writer(file)
  const { naturals, attributes, all } = written(design)
  const end = time(to, file)
  const closed = step === null ? end : `${end} + ${word('interval')} '1 ${step}'`
  const open = `${end} ${word('is null or')} ${end} >= ${at(design, file, OPEN_FROM)}`
  const begin = `${word('coalesce')}(${time(design.history.from, file)}, ${at(design, file, BEGINNING)})`
  const isKept =
    deleted === null
      ? []
      : [
          `${style.indent}${word('and coalesce')}(${word('lower')}(${word('cast')}(${deleted} ${word('as')} ${word(textType(adapter))})), 'false') <> 'true'`,
        ]
  return [
    {
      name: names.given,
      lines: [
        ...given(design, file, names.from, [
          named(style, begin, START),
          named(
            style,
            `${word('case when')} ${open} ${word('then')} ${at(design, file, NO_END)} ${word('else')} ${closed} ${word('end')}`,
            END,
          ),
        ]),
        ...isKept,
      ],
    },
    {
      name: names.ordered,
      lines: [
        ...selectLines(
          style,
          [
            '*',
            named(
              style,
              `${word('row_number')}() ${over([...naturals, START], [`${END} ${word('desc')}`, ...attributes])}`,
              'same_start',
            ),
          ],
          names.given,
        ),
        `${word('where')} ${END} > ${START}`,
      ],
    },
    {
      name: names.sequence,
      lines: [
        ...selectLines(
          style,
          [
            ...all,
            START,
            END,
            named(style, `${word('lead')}(${START}) ${over(naturals, [START])}`, NEXT),
            named(style, `${word('row_number')}() ${over(naturals, [START])}`, NUMBER),
          ],
          names.ordered,
        ),
        `${word('where')} same_start = 1`,
      ],
    },
  ]
}

/** Rows that say what the row before said are no versions of their own: a run of them is one. */
function startParts(design: VersionsDesign, file: DimensionFile, names: Names): Part[] {
  const { style } = file
  const { word, over } = writer(file)
  const { naturals, all } = written(design)
  const run = `${word('row_number')}() ${over(naturals, [START])} - ${word('row_number')}() ${over(all, [START])}`
  const next = `${word('lead')}(${word('min')}(${START})) ${over(naturals, [`${word('min')}(${START})`])}`
  return [
    {
      name: names.given,
      lines: [
        ...given(design, file, names.from, [named(style, time(design.history.from, file), START)]),
        `${style.indent}${word('and')} ${design.history.from.read} ${word('is not null')}`,
      ],
    },
    { name: names.runs, lines: selectLines(style, ['*', named(style, run, 'run')], names.given) },
    {
      name: names.sequence,
      lines: [
        ...selectLines(
          style,
          [
            ...all,
            named(style, `${word('min')}(${START})`, START),
            named(style, `${word('coalesce')}(${next}, ${at(design, file, NO_END)})`, END),
            named(style, `${word('row_number')}() ${over(naturals, [`${word('min')}(${START})`])}`, NUMBER),
          ],
          names.runs,
        ),
        `${word('group by')} ${[...all, 'run'].join(', ')}`,
      ],
    },
  ]
}

/** A version is a run of copies that say the same; the first copy that says something else, or has it no more, ends it. */
function copyParts(design: VersionsDesign, file: DimensionFile, names: Names): Part[] {
  const { style } = file
  const { word, over } = writer(file)
  const { naturals, all } = written(design)
  const run = `copy_number - ${word('row_number')}() ${over(all, ['copy_number'])}`
  const of = (name: string) => `${names.spans}.${name}`
  return [
    {
      name: names.given,
      lines: [
        ...given(design, file, names.from, [
          named(style, time(design.history.from, file), START),
          named(
            style,
            `${word('dense_rank')}() ${word('over')} (${word('order by')} ${time(design.history.from, file)})`,
            'copy_number',
          ),
        ]),
        `${style.indent}${word('and')} ${design.history.from.read} ${word('is not null')}`,
      ],
    },
    { name: names.copies, lines: selectLines(style, [START, 'copy_number'], names.given, 'select distinct') },
    { name: names.runs, lines: selectLines(style, ['*', named(style, run, 'run')], names.given) },
    {
      name: names.spans,
      lines: [
        ...selectLines(
          style,
          [
            ...all,
            named(style, `${word('min')}(${START})`, START),
            named(style, `${word('max')}(copy_number) + 1`, 'ended_by'),
          ],
          names.runs,
        ),
        `${word('group by')} ${[...all, 'run'].join(', ')}`,
      ],
    },
    {
      name: names.sequence,
      lines: [
        ...selectLines(
          style,
          [
            ...all.map(of),
            of(START),
            named(style, `${word('coalesce')}(${names.copies}.${START}, ${at(design, file, NO_END)})`, END),
            named(style, `${word('row_number')}() ${over(naturals.map(of), [of(START)])}`, NUMBER),
          ],
          names.spans,
        ),
        `${word('left join')} ${names.copies} ${word('on')} ${of('ended_by')} = ${names.copies}.copy_number`,
      ],
    },
  ]
}

/** The first version holds since ever; where versions overlap, the next one ends the one before. */
function knownPart(
  design: VersionsDesign,
  file: DimensionFile,
  names: { known: string; sequence: string },
): Part {
  const { style } = file
  const { word } = writer(file)
  const { all } = written(design)
  const first = `${word('case when')} ${NUMBER} = 1 ${word('then')} ${at(design, file, BEGINNING)} ${word('else')} ${START} ${word('end')}`
  const mended = `${word('case when')} ${NEXT} < ${END} ${word('then')} ${NEXT} ${word('else')} ${END} ${word('end')}`
  // A key must not depend on the time zone of the session that makes it.
  const start = isZoned(design.history.from) ? `${START} ${word('at time zone')} 'UTC'` : START
  return {
    name: names.known,
    lines: selectLines(
      style,
      [
        ...all,
        named(style, start, START),
        named(style, first, design.from.written),
        named(style, design.history.by === 'intervals' ? mended : END, design.to.written),
      ],
      names.sequence,
    ),
  }
}

/** One version, for all times. */
function unknownPart(design: VersionsDesign, file: DimensionFile, name: string): Part {
  const { style, adapter } = file
  const { word } = writer(file)
  const text = (value: string) =>
    `${word('cast')}(${literal(value)} ${word('as')} ${word(textType(adapter))})`
  const own = ({ unknown, kind, type }: VersionKey) => {
    if (kind === 'text') return text(String(unknown))
    return kind === 'integer' ? String(unknown) : `${word('cast')}(${literal(unknown)} ${word('as')} ${type})`
  }
  const attribute = ({ kind, type }: VersionColumn) =>
    kind === 'text' ? text('Unknown') : `${word('cast')}(${word('null')} ${word('as')} ${type})`
  return {
    name,
    lines: selectLines(
      style,
      [
        ...design.natural.map((n) => named(style, own(n), n.written)),
        ...design.attributes.map((a) => named(style, attribute(a), a.written)),
        named(style, `${word('cast')}('${BEGINNING}' ${word('as timestamp')})`, START),
        named(style, at(design, file, BEGINNING), design.from.written),
        named(style, at(design, file, NO_END), design.to.written),
      ],
      null,
    ),
  }
}

/** Rows with a natural key: text says in words what it does not know. */
function given(design: VersionsDesign, file: DimensionFile, from: string, more: string[]): string[] {
  const { style, adapter } = file
  const { word } = writer(file)
  const plain = (c: VersionColumn) =>
    c.asText ? `${word('cast')}(${c.read} ${word('as')} ${word(textType(adapter))})` : c.read
  const said = (c: VersionColumn) =>
    c.kind === 'text' ? `${word('coalesce')}(${plain(c)}, 'Unknown')` : plain(c)
  return [
    ...selectLines(
      style,
      [
        ...design.natural.map((n) => named(style, plain(n), n.written)),
        ...design.attributes.map((a) => named(style, said(a), a.written)),
        ...more,
      ],
      from,
    ),
    `${word('where')} ${design.natural.map((n) => `${n.read} ${word('is not null')}`).join(` ${word('and')} `)}`,
  ]
}

function written({ natural, attributes }: VersionsDesign) {
  const [naturals, others] = [natural.map((n) => n.written), attributes.map((a) => a.written)]
  return { naturals, attributes: others, all: [...naturals, ...others] }
}

function writer({ style }: Pick<DimensionFile, 'style'>) {
  const word = keyword(style)
  const over = (by: string[], order: string[]) =>
    `${word('over')} (${word('partition by')} ${by.join(', ')} ${word('order by')} ${order.join(', ')})`
  return { word, over }
}

/** A begin or an end as a time. */
function time({ read, kind }: Bound, file: DimensionFile): string {
  const { word } = writer(file)
  return kind === 'timestamp' ? read : `${word('cast')}(${read} ${word('as timestamp')})`
}

function at({ type }: VersionsDesign, file: DimensionFile, day: string): string {
  const { word } = writer(file)
  return `${word('cast')}('${day}' ${word('as')} ${word(type)})`
}

/** No two CTEs of one name; what the house calls what it reads goes first. */
function cteNames({ entity }: VersionsDesign, { style, folder, reads }: DimensionFile) {
  const readAs = importName(style, folder, reads)
  const free = freeNames(style, style.importCtes ? readAs : reads)
  return {
    read: style.importCtes ? free(readAs, 'source') : '',
    last: free(lastName(style, folder), 'final', 'dimension'),
    known: free(inNumber(entity, 'plural'), 'known_members'),
    unknown: free('unknown_member', 'not_known'),
    members: free('members', 'all_members'),
    given: free('given', 'given_rows'),
    ordered: free('ordered', 'ordered_rows'),
    copies: free('copies', 'copy_times'),
    runs: free('runs', 'equal_runs'),
    spans: free('spans', 'run_spans'),
    sequence: free('versions', 'version_sequence'),
  }
}

function lastName(style: HouseStyle, folder: string): string {
  return style.folder(folder).lastName || 'final'
}
