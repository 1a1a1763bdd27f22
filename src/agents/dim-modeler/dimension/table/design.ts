/** The design of a dimension: keys, attributes, unknown member, and what each column is called in SQL and said to be. */
import type { HouseStyle } from '../../../../project/conventions/house-style.ts'
import { keyColumn } from '../../../../project/conventions/names.ts'
import { writtenName } from '../../../../refactor/written.ts'
import type { TableRecommendation } from '../../../data-modeler/dimension/types.ts'
import type { OriginColumn } from '../../../data-modeler/types.ts'

export type DesignedColumn = OriginColumn & {
  /** As SQL writes it, here and in the origin. */
  written: string
  /** Not plain text by its type, and made so, or it could not say `Unknown`. */
  asText: boolean
}

export type Design = {
  model: string
  entity: string
  /** In words, one of them: `payment type`. */
  thing: string
  key: string
  keyWritten: string
  natural: DesignedColumn
  attributes: DesignedColumn[]
  unknown: string | number
  /** Several rows of the origin have the same value. */
  distinct: boolean
}

const PLAIN_TEXT = /^(character varying|varchar|n?varchar|text|string)\b/i

export function isPlainText(type: string): boolean {
  return PLAIN_TEXT.test(type)
}

/** @param renamed what columns are called in the model that is read. `openParser()` comes before. */
export function designOf(
  style: HouseStyle,
  recommendation: TableRecommendation,
  { model, adapter, renamed }: { model: string; adapter: string; renamed: ReadonlyMap<string, string> },
): Design {
  const { entity, subject, key, attributes, unknown, way } = recommendation
  const column = (c: OriginColumn): DesignedColumn => {
    const name = renamed.get(c.name) ?? c.name
    return {
      ...c,
      name,
      written: writtenName(name, adapter),
      asText: c.kind === 'text' && !isPlainText(c.type),
    }
  }
  const natural = column(key)
  const taken = [natural, ...attributes.map(column)].map((c) => c.name.toLowerCase())
  const surrogate = freeName(keyColumn(style, entity), taken)
  return {
    model,
    entity,
    thing: subject.trim().toLowerCase(),
    key: surrogate,
    keyWritten: writtenName(surrogate, adapter),
    natural,
    attributes: attributes.map(column),
    unknown,
    distinct: way === 'promoted',
  }
}

/** A source may have a column of that name: its own key is not ours. */
export function freeName(name: string, taken: string[]): string {
  if (!taken.includes(name.toLowerCase())) return name
  const other = /[a-z]/.test(name) ? `${name}_sk` : `${name}_SK`
  return taken.includes(other.toLowerCase()) ? freeName(`${name}_1`, taken) : other
}
