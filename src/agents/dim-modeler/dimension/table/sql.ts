/** The SQL of a dimension, as the house writes SQL. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { importName, surrogateKeySql } from '../../../../project/conventions/names.ts'
import { inNumber } from '../../../../project/conventions/plural.ts'
import { literal } from '../../../../project/profile/sql.ts'
import { asFile, ctes, freeNames, keyword, named, selectLines } from '../../../../refactor/house-sql.ts'
import type { Design, DesignedColumn, DesignedNatural, DesignedParent } from './design.ts'

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
  const { natural, attributes, parents } = design
  const all = [...natural, ...attributes]
  const relation = (name: string) => `{{ ref('${name}') }}`
  // With the name of its relation, where there are several.
  const read: Read = (c) => (parents.length === 0 ? c.read : `${names.alias(c.parent)}.${c.read}`)
  // `albums.title` is called title by itself.
  const called = (c: DesignedColumn, value: string) =>
    value === read(c) && c.read === c.written ? value : named(style, value, c.written)
  const models = [...new Set([reads, ...parents.map((p) => p.reads)])]
  const isSparse = (c: DesignedColumn) => design.sparse.has(c.name)
  const said: Read = (c) => (isSparse(c) ? `${word('max')}(${read(c)})` : read(c))
  const origin = style.importCtes ? names.read(reads) : relation(reads)
  const known = selectLines(
    style,
    [
      ...natural.map((n) => called(n, keyValue(n, read, design, file))),
      ...attributes.map((a) => called(a, knownValue(a, { read: said, names }, file))),
    ],
    design.roles.length > 0
      ? names.roles
      : `${origin}${!style.importCtes && parents.length > 0 ? ` ${word('as')} ${names.alias(null)}` : ''}`,
    design.distinct && design.sparse.size === 0 ? 'select distinct' : 'select',
  )
  // The others of a value agree, so that they make no second row.
  const grouped =
    design.sparse.size === 0
      ? []
      : [
          `${word('group by')} ${[...natural, ...attributes.filter((a) => !isSparse(a))].map(read).join(', ')}`,
        ]
  const joins = parents.map((p) => {
    const from = style.importCtes ? names.read(p.reads) : relation(p.reads)
    const as = from === names.alias(p) ? '' : ` ${word('as')} ${names.alias(p)}`
    return `${word('left join')} ${from}${as} ${word('on')} ${names.alias(p.by)}.${p.column} = ${names.alias(p)}.${p.key}`
  })
  const hasKey = natural.map((n) => `${read(n)} ${word('is not null')}`)
  const parts = [
    ...(style.importCtes
      ? models.map((name) => ({
          name: names.read(name),
          lines: [`${word('select')} * ${word('from')} ${relation(name)}`],
        }))
      : []),
    ...(design.roles.length > 0 ? [{ name: names.roles, lines: rolesLines(design, origin, file) }] : []),
    {
      name: names.known,
      lines: [...known, ...joins, `${word('where')} ${hasKey.join(` ${word('or')} `)}`, ...grouped],
    },
    {
      name: names.unknown,
      lines: selectLines(
        style,
        [
          ...natural.map((n) => named(style, unknownKey(n, file), n.written)),
          ...attributes.map((a) => named(style, unknownValue(a, file), a.written)),
        ],
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
  const key = surrogateKeySql(
    style,
    natural.map((n) => n.written),
    textType(file.adapter),
  )
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

/** What each role calls them, below each other: the same by one name. */
function rolesLines(
  { roles, natural, attributes }: Design,
  from: string,
  { style }: DimensionFile,
): string[] {
  const names = [...natural, ...attributes].map((c) => c.read)
  return roles.flatMap(({ read }, i) => [
    ...(i === 0 ? [] : [keyword(style)('union')]),
    ...selectLines(
      style,
      read.map((column, at) => named(style, column, names[at] ?? column)),
      from,
    ),
  ])
}

/** No two CTEs of one name; what the house calls what it reads goes first. */
function cteNames(design: Design, { style, folder, reads }: DimensionFile) {
  const readAs = (model: string) => importName(style, folder, model)
  const free = freeNames(style, style.importCtes ? readAs(reads) : reads)
  const models = [...new Set([reads, ...design.parents.map((p) => p.reads)])]
  const imports = new Map(
    models.map((m) => [m, style.importCtes ? free(readAs(m), m === reads ? 'source' : m, `${m}_rows`) : '']),
  )
  const read = (model: string) => imports.get(model) ?? ''
  const rest = {
    last: free(style.folder(folder).lastName || 'final', 'final', 'dimension'),
    known: free(inNumber(design.entity, 'plural'), 'known_members'),
    roles: design.roles.length > 0 ? free(`${inNumber(design.entity, 'plural')}_in_roles`, 'in_roles') : '',
    unknown: free('unknown_member', 'not_known'),
    members: free('members', 'all_members'),
  }
  // A parent that is read once goes by what it is read as; one that is read more often by its role.
  const times = Map.groupBy(design.parents, (p) => p.reads)
  const own = style.importCtes ? read(reads) : free('own', 'self_rows')
  const aliases = new Map(
    design.parents.map((p) => [
      p,
      style.importCtes && !p.isSelf && times.get(p.reads)?.length === 1
        ? read(p.reads)
        : free(p.role, `${p.role}_row`),
    ]),
  )
  const alias = (parent: DesignedParent | null) => (parent ? (aliases.get(parent) ?? '') : own)
  return { ...rest, read, alias }
}

type Names = ReturnType<typeof cteNames>
type Read = (column: DesignedColumn) => string

/** Each of several columns may be null in a row that has the others: then it says so by its own word. */
function keyValue(natural: DesignedNatural, read: Read, design: Design, file: DimensionFile): string {
  const word = keyword(file.style)
  const value = read(natural)
  if (natural.kind === 'boolean')
    return [
      `${word('case when')} ${value} ${word('then')} 'Yes'`,
      `${word('when not')} ${value} ${word('then')} 'No'`,
      `${word('else')} ${literal(natural.unknown)} ${word('end')}`,
    ].join(' ')
  const own = natural.asText ? asText(value, file) : value
  if (design.natural.length === 1) return own
  const unknown = natural.kind === 'text' ? literal(natural.unknown) : unknownKey(natural, file)
  return `${word('coalesce')}(${own}, ${unknown})`
}

/** Text says in words that it is not known; numbers, dates and flags have no word for it, and stay as they are. */
function knownValue(
  column: DesignedColumn,
  { read, names }: { read: Read; names: Pick<Names, 'alias'> },
  file: DimensionFile,
): string {
  const word = keyword(file.style)
  const value = column.asText ? asText(read(column), file) : read(column)
  if (column.kind !== 'text') return value
  const known = `${word('coalesce')}(${value}, 'Unknown')`
  const { parent } = column
  if (!parent?.isSelf) return known
  // Who is at the top has nobody above: that is known.
  return `${word('case when')} ${names.alias(parent.by)}.${parent.column} ${word('is null then')} 'Not applicable' ${word('else')} ${known} ${word('end')}`
}

function unknownKey({ kind, type, unknown }: DesignedNatural, file: DimensionFile): string {
  const word = keyword(file.style)
  if (kind === 'integer') return String(unknown)
  if (kind === 'number' || kind === 'date')
    return `${word('cast')}(${literal(unknown)} ${word('as')} ${type})`
  return asText(literal(unknown), file)
}

function unknownValue({ kind, type }: DesignedColumn, file: DimensionFile): string {
  const word = keyword(file.style)
  return kind === 'text'
    ? asText("'Unknown'", file)
    : `${word('cast')}(${word('null')} ${word('as')} ${type})`
}

function asText(value: string, { style, adapter }: DimensionFile): string {
  const word = keyword(style)
  return `${word('cast')}(${value} ${word('as')} ${word(textType(adapter))})`
}

export function textType(adapter: string): string {
  return ['bigquery', 'databricks', 'spark'].includes(adapter) ? 'string' : 'varchar'
}
