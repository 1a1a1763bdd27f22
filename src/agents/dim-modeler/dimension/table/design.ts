/** The design of a dimension: keys, attributes, unknown member, and what each column is called in SQL and said to be. */
import { entityOf } from '../../../../project/conventions/cte-style.ts'
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { columnName, keyColumn } from '../../../../project/conventions/names.ts'
import { writtenName } from '../../../../refactor/written.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import type { OriginColumn } from '../../../data-modeler/types.ts'
import type { Reads } from '../../writing.ts'

export type DesignedColumn = OriginColumn & {
  /** As SQL writes it in the dimension. */
  written: string
  /** As SQL writes it where it is read, and the parent that it is read from: null for the thing itself. */
  read: string
  parent: DesignedParent | null
  /** Its name where it is read. */
  original: string
  /** Not plain text by its type, and made so, or it could not say `Unknown`. */
  asText: boolean
}

export type DesignedNatural = DesignedColumn & { unknown: string | number }

export type DesignedParent = {
  /** `album`, and what the join is called where names may be mistaken. */
  role: string
  /** The model that is read, and whether that is the thing itself. */
  reads: string
  isSelf: boolean
  by: DesignedParent | null
  column: string
  key: string
}

export type Design = {
  model: string
  entity: string
  /** In words, one of them: `payment type`. */
  thing: string
  way: TableRecommendation['way']
  key: string
  keyWritten: string
  natural: DesignedNatural[]
  attributes: DesignedColumn[]
  parents: DesignedParent[]
  /** Where the thing has several roles in what is read: for each what natural key and attributes are read from. */
  roles: { role: string; natural: string[]; read: string[] }[]
  /** Attributes of which what some role says counts where others say nothing. */
  sparse: ReadonlySet<string>
  /** Several rows of the origin have the same value. */
  distinct: boolean
}

const PLAIN_TEXT = /^(character varying|varchar|n?varchar|text|string)\b/i

export function isPlainText(type: string): boolean {
  return PLAIN_TEXT.test(type)
}

/** @param reads the models that are read, as the recommendation has them. `openParser()` comes before. */
export function designOf(
  style: HouseStyle,
  recommendation: TableRecommendation,
  { model, adapter, reads }: { model: string; adapter: string; reads: Pick<Reads, 'name' | 'renamed'>[] },
): Design {
  const { entity, subject, natural, attributes, way, copies } = recommendation
  const written = (name: string) => writtenName(name, adapter)
  const { roles } = recommendation
  const renamed = (read: number, name: string) => reads[read]?.renamed.get(name) ?? name
  // What roles share has its name already.
  const nameIn = (read: number, name: string) => (roles ? name : renamed(read, name))
  const parents: DesignedParent[] = []
  const found: DesignedColumn[] = []
  const column = (c: OriginColumn, read: number, parent: DesignedParent | null): DesignedColumn => {
    const original = nameIn(read, c.name)
    const isLink = recommendation.parents.some(
      (p) => p.by !== null && parents[p.by] === parent && p.column.name === c.name,
    )
    const name = parent && !isLink ? joinedName(style, parent.role, original) : original
    return {
      ...c,
      name,
      original,
      written: written(name),
      read: written(original),
      parent,
      asText: c.kind === 'text' && !isPlainText(c.type),
    }
  }
  const own = attributes.map((a) => column(a, 0, null))
  const naturals = natural.map((n) => ({ ...column(n.column, 0, null), unknown: n.unknown }))
  for (const { read, by, column: foreign, key, role, attributes: joined } of recommendation.parents) {
    const before = by === null ? null : (parents[by] ?? null)
    const parent: DesignedParent = {
      role,
      reads: reads[read]?.name ?? '',
      isSelf: read === 0,
      by: before,
      column: written(nameIn(by === null ? 0 : (recommendation.parents[by]?.read ?? 0), foreign.name)),
      key: written(nameIn(read, key.name)),
    }
    parents.push(parent)
    found.push(...joined.map((a) => column(a, read, parent)))
  }
  const all = withoutTwins([...own, ...found], naturals)
  const taken = [...naturals, ...all].map((c) => c.name.toLowerCase())
  const surrogate = freeName(keyColumn(style, entity), taken)
  return {
    model,
    entity,
    thing: subject.trim().toLowerCase(),
    way,
    key: surrogate,
    keyWritten: written(surrogate),
    natural: naturals,
    attributes: all,
    parents,
    roles: (roles?.each ?? []).map(({ role, natural: own, attributes: its }) => ({
      role,
      natural: own.map((c) => renamed(0, c.name)),
      read: [...own, ...its].map((c) => written(renamed(0, c.name))),
    })),
    sparse: new Set(roles?.sparse ?? []),
    distinct: way !== 'entity' || copies > 0,
  }
}

/** `album_title`; `artist_name` of an artist stays as it is. */
function joinedName(style: HouseStyle, role: string, name: string): string {
  const { columnNames } = style
  const bare = (text: string) => text.toLowerCase().replace(/[_ ]/g, '')
  if ([role, entityOf(role)].some((own) => bare(name).startsWith(bare(own)))) return name
  if (columnNames === 'Title_Case') return columnName(style, `${role}_${name}`)
  if (columnNames === 'SNAKE_CASE' || /^[A-Z_]+$/.test(name)) return `${role}_${name}`.toUpperCase()
  if (/^\p{Ll}+\p{Lu}/u.test(name) || columnNames === 'camelCase')
    return `${role}${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return `${role}_${name}`
}

/** What comes second under a name is left to the first: a dimension has a name once. */
function withoutTwins(attributes: DesignedColumn[], naturals: DesignedColumn[]): DesignedColumn[] {
  const seen = new Set(naturals.map((n) => n.name.toLowerCase()))
  return attributes.filter(({ name }) => {
    const isNew = !seen.has(name.toLowerCase())
    seen.add(name.toLowerCase())
    return isNew
  })
}

/** A source may have a column of that name: its own key is not ours. */
export function freeName(name: string, taken: string[]): string {
  if (!taken.includes(name.toLowerCase())) return name
  const other = /[a-z]/.test(name) ? `${name}_sk` : `${name}_SK`
  return taken.includes(other.toLowerCase()) ? freeName(`${name}_1`, taken) : other
}
